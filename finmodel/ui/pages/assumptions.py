"""Assumptions: every number with its source, status and age, and benchmark tables of one's own in place of those that ship."""

import datetime
import tomllib
from collections.abc import Mapping
from functools import partial

import streamlit as st

from finmodel.assumptions import BadInput, Benchmark, edited, load_benchmarks, parse_benchmark
from finmodel.assumptions.files import BENCHMARKED
from finmodel.assumptions.words import capitalized, in_words
from finmodel.format import number
from finmodel.ui import assumption_table, deleting, saving, sidebar, tables
from finmodel.ui.assumption_table import MEANINGS, STAND_OUT, Row, as_cells, as_csv, by_status, is_older
from finmodel.ui.desk import REFERENCE, Desk, author, notify, on_desk, workspace
from finmodel.ui.files import LARGEST_MEGABYTES, file_name, refusal
from finmodel.ui.run import Session, evaluated, own_benchmarks, references_today
from finmodel.ui.widgets import distinct, escape
from finmodel.workspace import Document, StorageError

AGES = {0: "Any age", 1: "1 year or older", 2: "2 years or older", 3: "3 years or older", 5: "5 years or older"}
ORDERS = ("As in the practice file", "What moves the deficit most", "Oldest first")
ROLES = {"compensation": "Pay to compare with", "productivity": "Work RVUs per FTE to compare with"}
ROWS_IN_SIGHT = 15
MARKED = "background-color: rgba(230, 140, 0, 0.28); font-weight: 600"
TEMPLATE = """\
# A benchmark table of your own. Change every value; remove the percentiles you do not have.
label = "Radiologist compensation per FTE, our survey 2026"
statistic = "compensation_per_fte"  # or work_rvus_per_fte, compensation_per_work_rvu, support_per_fte
stated_by = "Name of the survey or of whoever states the figures"
kind = "survey"                     # or consultant
# specialty = "interventional radiology"   # where it is not radiology: amounts are held against their own specialty's tables only
licence = "Licensed to our group; not to be passed on"
# rvu_vintage = 2026                # the year of the work RVU values; only for a statistic of work RVUs

# Units: compensation_per_fte and support_per_fte in USD/FTE/year, work_rvus_per_fte in work RVU/FTE/year,
# compensation_per_work_rvu in USD/work RVU.
[percentiles]
25 = { value = 480_000, unit = "USD/FTE/year", status = "client", as_of = 2026-01-01 }
50 = { value = 560_000, unit = "USD/FTE/year", status = "client", as_of = 2026-01-01 }
75 = { value = 670_000, unit = "USD/FTE/year", status = "client", as_of = 2026-01-01 }
90 = { value = 780_000, unit = "USD/FTE/year", status = "client", as_of = 2026-01-01 }
"""


def counts(every: list[Row]) -> None:
    """How many numbers have each status, and in a sentence what nobody should rely on."""
    grid = st.grid(min_column_width=170, gap="small")
    for status, count in by_status(every).items():
        with grid.container(border=True, height="stretch", gap="xsmall"):
            st.badge(status.capitalize(), color="orange" if status in STAND_OUT and count else "gray")
            st.markdown(f"### {number(count)}")
            st.markdown(f":small[{MEANINGS[status]}]")
    warning = assumption_table.warning(every)
    if warning:
        st.warning(escape(warning), icon=":material/warning:")
    else:
        st.success("None of these numbers is illustrative or a placeholder.", icon=":material/check_circle:")


def filtered(every: list[Row], today: datetime.date) -> list[Row]:
    """The rows that the search and the filters leave."""
    first, second = st.columns([2, 1]), st.columns(3)
    text = first[0].text_input("Search", key="assumption-search", persist_state="session", icon=":material/search:",
                               placeholder="Part of a name, source or note")
    years = first[1].selectbox("Age", list(AGES), format_func=AGES.__getitem__, key="assumption-age", persist_state="session")
    statuses = second[0].multiselect("Status", list(MEANINGS), key="assumption-status", persist_state="session",
                                     placeholder="Every status")
    sections = second[1].multiselect("Section", list(dict.fromkeys(row.section for row in every)), key="assumption-section",
                                     persist_state="session", placeholder="Every section")
    second[2].selectbox("Order", ORDERS, key="assumption-order", persist_state="session")
    return [row for row in every if row.fits(text or "") and (not statuses or row.status in statuses)
            and (not sections or row.section in sections) and (not years or is_older(row, years, today))]


def table(session: Session, year: int, every: list[Row]) -> None:
    """The numbers found, in the order asked for, on screen and as a file."""
    today = datetime.date.today()
    shown = filtered(every, today)
    order, moved = st.session_state["assumption-order"], None
    if order == ORDERS[1]:
        moved = assumption_table.swings(session.written, year)
        shown.sort(key=lambda row: -moved.get(row.path, 0.0))
        st.caption(f"How far the deficit of {year} moves as a number alone goes from its low to its high; where it states none, "
                   "from 10 % below to 10 % above, shares and rates by a point each way at least. Medicare's rules vary after "
                   "the base year only; benchmark tables are compared with and move nothing.")
    elif order == ORDERS[2]:
        shown.sort(key=lambda row: row.quantity.as_of or datetime.date.max)
    with st.container(horizontal=True, vertical_alignment="center"):
        changed = sum(bool(row.changed) for row in shown)
        st.markdown(f"{number(len(shown))} of {number(len(every))} numbers, as they are in {year}"
                    + (f"; {number(changed)} changed by the scenarios and sliders chosen" if changed else ""), width="stretch")
        st.download_button("Download as CSV", partial(as_csv, shown, today, moved),
                           f"{file_name(session.desk.name)} assumptions.csv", "text/csv",
                           key="assumptions-csv", on_click="ignore", icon=":material/download:")
    if not shown:
        st.info("No number fits. Shorten the search or take a filter away.")
        return
    cells = as_cells(shown, today, moved)
    filled = [name for name in cells[0] if any(one[name] for one in cells)]
    tables.table([{name: one[name] for name in filled} for one in cells],
                 f"{len(shown)} assumptions with value, status, source and age",
                 marks={"Status": mark}, height=560 if len(shown) > ROWS_IN_SIGHT else "auto",
                 columns={"Assumption": st.column_config.TextColumn(pinned=True, width=260),
                          "Source": st.column_config.TextColumn(width="large"),
                          "Note": st.column_config.TextColumn(width="medium")})


def mark(status: object) -> str:
    """The style of a status: what stands out does."""
    return MARKED if str(status).startswith(STAND_OUT) else ""


def given_lines(session: Session) -> None:
    """Lines that a scenario gives instead of letting them be computed: numbers too, with no assumption behind them."""
    given = session.result.assumptions[session.shown].overrides
    for origin, change in dict.fromkeys((origin, change.path) for origin, change in given):
        st.warning(f"{escape(origin)} gives a number in place of the computed one: "
                   f"{escape(session.result.graph.lines[change].label)}.", icon=":material/edit_note:")


def fitting(role: str) -> dict[str, Benchmark]:
    """The tables that can be chosen for a role, those of one's own first."""
    every = {**own_benchmarks(), **load_benchmarks()}
    return {name: one for name, one in every.items() if one.statistic in BENCHMARKED[role] and one.points}


def choose(desk: Desk) -> None:
    """Which table the practice is compared with."""
    if not desk.can_edit:
        st.info("An example keeps its tables. Make a copy of it in the sidebar to exchange them.")
    for column, (role, label) in zip(st.columns(2), ROLES.items(), strict=True):
        tables = fitting(role)
        key, chosen = f"benchmark-{role}", str(tomllib.loads(desk.content).get("benchmark", {}).get(role))
        st.session_state[key] = chosen
        labels = {chosen: f"{chosen} (not there)", **table_labels(tables)}
        column.selectbox(label, list(labels), key=key, disabled=not desk.can_edit, on_change=exchange, args=(role,),
                         format_func=labels.__getitem__)
        if chosen in tables:
            column.caption(escape(f"Stated by {tables[chosen].stated_by}. Licence: {tables[chosen].licence}."))


def table_labels(tables: Mapping[str, Benchmark]) -> dict[str, str]:
    """What each table is called where one is chosen."""
    return distinct({name: one.label if name in load_benchmarks() else f"{one.label} (your own)" for name, one in tables.items()})


def exchange(role: str) -> None:
    """Take another table, unless the practice could not be computed with it."""
    desk, name = on_desk(), st.session_state[f"benchmark-{role}"]
    changes = {f"benchmark.{role}": name}
    try:
        evaluated(edited(desk.content, changes), references_today())
    except BadInput as error:
        notify("error", f"The table was not exchanged. {'; '.join(str(fault) for fault in error.faults)}")
        return
    saving.save(changes, f"Chose the benchmark '{fitting(role)[name].label}'")
    st.session_state.pop(REFERENCE, None)
    notify("success", f"Compared with '{fitting(role)[name].label}' from now on.")


def own_tables() -> None:
    """The tables brought in, each with its licence and what can be done with it."""
    deleting.undo_notice("benchmark")
    tables = own_benchmarks()
    for one in workspace().documents("benchmark"):
        held = tables[f"own_{one.id}"]
        with st.container(border=True, horizontal=True, vertical_alignment="center", wrap=False):
            points = ", ".join(held.percentiles) or "a range only"
            st.markdown(f"**{escape(one.name)}**  \n:small[{escape(capitalized(in_words(held.statistic)))}, percentiles "
                        f"{escape(points)} · stated by {escape(held.stated_by)}]  \n:small[Licence: {escape(held.licence)}]",
                        width="stretch")
            st.download_button("Export", workspace().draft(one.id).content, f"{file_name(one.name)}.toml", "application/toml",
                               key=f"export-{one.id}", on_click="ignore")
            st.button("Delete", key=f"delete-{one.id}", on_click=delete, args=(one,))
    deleting.deleted("benchmark")


def delete(one: Document) -> None:
    """Put a table away, unless a practice uses it."""
    used = users(f"own_{one.id}")
    if used:
        notify("error", f"'{one.name}' was not deleted: it is used by {', '.join(used)}. Choose another table there first.")
    else:
        deleting.delete(one)


def users(name: str) -> list[str]:
    """The practices whose draft chooses a table."""
    drafts = [workspace().draft(one.id) for one in workspace().documents("practice")]
    return [f"'{one.document.name}'" for one in drafts if name in tomllib.loads(one.content).get("benchmark", {}).values()]


def bring_in() -> None:
    """A benchmark file becomes an own table, or is refused with all its faults and nothing changed."""
    with st.form("benchmark", clear_on_submit=True, border=True):
        file = st.file_uploader("Benchmark file", type="toml", help="Figures of a survey you have licensed stay on this machine.",
                                max_upload_size=LARGEST_MEGABYTES)
        if st.form_submit_button("Bring it in") and file is not None:
            try:
                one = parse_benchmark(file.getvalue(), file.name)
                workspace().create("benchmark", one.label, file.getvalue().decode("utf-8-sig"), author=author(),
                                   what=f"Brought in from {file.name[:100]}")
                notify("success", f"'{one.label}' is stored. Licence: {one.licence}. Choose it above to compare with it.")
                st.rerun()
            except BadInput as error:
                refusal(file.name, error)
            except StorageError as error:
                st.error(escape(str(error)), icon=":material/error:")
    st.download_button("Download a template", TEMPLATE, "benchmark.toml", "application/toml", key="benchmark-template",
                       on_click="ignore", icon=":material/download:")


def page() -> None:
    """The whole page."""
    desk, session = on_desk(), st.session_state[sidebar.SESSION]
    st.title("Assumptions")
    if session is None:
        st.info("This practice cannot be computed yet. Complete it on the page Practice, or choose another one in the sidebar.")
    else:
        year = sidebar.current_year(session)
        every = assumption_table.rows(session, year)
        st.markdown(f"Every number that **{escape(session.practice.name)}** stands on: its own, Medicare's rules, and the "
                    "benchmark tables it is compared with.")
        if session.faults:
            st.warning("The draft cannot be computed yet; these are the numbers of its last version.",
                       icon=":material/edit_off:")
        counts(every)
        given_lines(session)
        table(session, year, every)
    st.header("Your own benchmark")
    st.markdown("Compare with a survey you have licensed in place of the public figures that ship.")
    if desk.version is None:
        choose(desk)
    own_tables()
    bring_in()


page()
