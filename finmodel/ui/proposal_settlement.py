"""The year-end true-up: what the accounts of a year show, and the settlement that follows, line by line."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from finmodel.analysis.actuals import Counted, counted
from finmodel.analysis.settlement import Statement, Step, settle, share_in_force
from finmodel.assumptions import BadInput, Fault
from finmodel.assumptions.document_text import document_as_text
from finmodel.assumptions.words import capitalized, in_words
from finmodel.assumptions.year_end import YearEnd, parse_year_end
from finmodel.contracts.proposal import Proposal
from finmodel.format import amount, money, number_typed, percent, unit_in_words
from finmodel.ui.files import LARGEST_MEGABYTES, file_name, refusal
from finmodel.ui.proposal_answer import years_shown
from finmodel.ui.proposal_terms import where_in_words
from finmodel.ui.run import Session
from finmodel.ui.widgets import distinct, escape

MORE_ASKED, GIVEN = "lines_asked_for", "settled_actuals"
ENTER, UPLOAD = "Type them in", "Upload a file"
# Which rows of lines are asked for: those that accounts tell by payer, by person or by place.
TABLES_ASKED = {"payers", "providers", "facilities", "outside_reads", "other_revenue"}
UNITS_ASKED = {"USD/year", "FTE", "read/year"}
# A line of the accounts or a number that the contract counts: what it is called, its unit, and what was agreed for the year.
Asked = tuple[str, str, float]


def settlement(run: Session, proposal: Proposal, key: str, of: str) -> None:
    """Ask for the actuals of a year, and say who owes whom what."""
    st.markdown("Enter what the accounts of a year show. What you leave out, earlier years too, counts as agreed. The budget is "
                "the practice as it stands, without scenarios; nothing here changes it.")
    how = st.radio("The actuals", (ENTER, UPLOAD), horizontal=True, key="settlement-how")
    year_ends = _uploaded() if how == UPLOAD else _entered(run, proposal, key, of)
    if not year_ends:
        return
    try:
        told = settle(run.result.assumptions[0], key, *year_ends.values(), files=list(year_ends))
    except BadInput as error:
        reasons = "\n".join(f"- {escape(_in_words(fault))}." for fault in error.faults)
        st.error(f"There is no statement.\n{reasons}", icon=":material/error:")
        return
    st.session_state[GIVEN] = {**st.session_state.get(GIVEN, {}), of: tuple(year_ends.values())}
    statement(told, max(year_ends.values(), key=lambda one: one.year))


def actuals_given(of: str) -> tuple[YearEnd, ...]:
    """The years for which this session has given actuals of a proposal, as far as there was a statement of them."""
    given: dict[str, tuple[YearEnd, ...]] = st.session_state.get(GIVEN, {})
    return given.get(of, ())


def _in_words(fault: Fault) -> str:
    """What is wrong, with its place, and with its file where there is one."""
    table, _, name = fault.key.partition(".")
    return ": ".join(filter(None, (fault.file, where_in_words(name or table), fault.reason)))


def _uploaded() -> dict[str, YearEnd]:
    """The years of the files given, by the names of the files; none while one cannot be read."""
    files = st.file_uploader("Files of actuals, one for each year", "toml", accept_multiple_files=True, key="settlement-file",
                             max_upload_size=LARGEST_MEGABYTES,
                             help="A TOML file with year, [actuals] by line or line.row, [terms] for what the contract itself "
                                  "counts and, where it differs from the advance, [paid]. The statement is that of the last "
                                  "year; give earlier ones where what happened in them is carried on.")
    found = {}
    for at, file in enumerate(files, 1):
        name = f"{at}. {file.name}"
        try:
            found[name] = parse_year_end(file.getvalue(), name)
        except BadInput as error:
            refusal(name, error)
    return found if len(found) == len(files) else {}


def _entered(run: Session, proposal: Proposal, key: str, of: str) -> dict[str, YearEnd]:
    """The actuals as they are typed; none before there are any, or while one cannot be read."""
    year = st.selectbox("Year", years_shown(run, proposal), key=f"settlement-year-{of}", persist_state="session", width=200)
    known = counted(run.result.assumptions[0], key, run.result)
    _part_of_the_year(share_in_force(run.result, key, year))
    possible = _possible(run, known, year)
    if not known.lines:
        st.markdown("What this proposal pays depends on no line of the accounts.")
    names = [*known.first_asked, *(one for one in st.session_state.get(MORE_ASKED, ()) if one in possible)]
    others = {name: label for name, (label, _, _) in possible.items() if name not in names}
    st.selectbox("Another line of the accounts, or number that the contract counts", list(others), None, key="settlement-more",
                 format_func=others.__getitem__, placeholder="Choose one to add", on_change=_ask_more)
    typed = _amounts({name: possible[name] for name in names}, f"{of}-{year}-actual")
    parts = {name: (one.label or type(one).title, "USD/year", run.result.series(f"{key}__{name}__advance")[
        run.result.years.index(year)]) for name, one in proposal.active_mechanisms.items()}
    with st.expander("Paid during the year, where it was not the agreed advance"):
        paid = _amounts(parts, f"{of}-{year}-paid")
    if typed is None or paid is None:
        return {}
    if not typed and not paid:
        st.info("Type at least one amount, and the statement appears here.")
        return {}
    actuals = {name: value for name, value in typed.items() if name not in known.terms}
    terms = {name: value for name, value in typed.items() if name in known.terms}
    return {"": YearEnd(year=year, actuals=actuals, terms=terms, paid=paid)}


def _possible(run: Session, known: Counted, year: int) -> dict[str, Asked]:
    """Whatever counts towards the payments, by name."""
    rows = [name for name, one in known.rows.items() if one.table in TABLES_ASKED and one.unit in UNITS_ASKED]
    labels = distinct({name: known.label(name) for name in (*known.lines, *rows, *known.facts, *known.terms)})
    return {name: (label, known.unit(name), known.agreed(name, year, run.result)) for name, label in labels.items()}


def _part_of_the_year(share: float) -> None:
    """That the contract is in force for a part of the year only, where it is."""
    if share < 1.0:
        st.markdown(f"Amounts are those of the whole calendar year; the contract is in force for {percent(share)} of it.")


def _ask_more() -> None:
    """Ask for something else, in every statement of this session where it counts."""
    st.session_state[MORE_ASKED] = [*st.session_state.get(MORE_ASKED, ()), st.session_state["settlement-more"]]
    st.session_state["settlement-more"] = None


def _amounts(asked: Mapping[str, Asked], of: str) -> dict[str, float] | None:
    """Amounts typed, by name; None when one of them cannot be read."""
    found: dict[str, float] = {}
    is_readable = True
    grid = st.grid(min_column_width=250, gap="small")
    for name, (label, unit, agreed) in asked.items():
        with grid.container(gap="xsmall"):
            heading = f"USD {unit_in_words(unit)}" if unit.startswith("USD") else "%" if unit == "share" else unit_in_words(unit)
            text = st.text_input(escape(f"{label} ({heading})" if heading else label), key=f"settlement-{of}-{name}",
                                 persist_state="session", placeholder=f"as agreed: {amount(agreed, unit)}")
            try:
                if text.strip():
                    found[name] = number_typed(text, unit)
            except ValueError as error:
                is_readable = False
                st.markdown(f":red[:material/error: {escape(capitalized(str(error)))}.]")
    return found if is_readable else None


def statement(told: Statement, year_end: YearEnd) -> None:
    """Who owes what, then the calculation of each part."""
    st.subheader(f"True-up statement {told.year}")
    owed = {"hospital": f"The hospital owes the group **{money(told.settlement)}**",
            "group": f"The group owes the hospital **{money(-told.settlement)}**", "nobody": "Nobody owes anything"}[told.owed_by]
    due = f"{owed} for {told.year}: **{money(told.payment.actual)}** is due and **{money(told.paid)}** was paid."
    st.markdown(due.replace("$", r"\$"))
    _part_of_the_year(told.share_in_force)
    if told.as_agreed:
        st.caption(f"Counted as agreed: {', '.join(map(str, told.as_agreed))}. Where what happened in these years is carried on, "
                   "upload a file for each of them with this one.")
    st.table(_summary(told).map(escape), hide_index=True, border="horizontal", alt="What is due, what was paid, and the rest")
    for year, given in {**told.earlier, told.year: told.given}.items():
        st.markdown(f"**What happened in {year}**")
        _table(f"What happened in {year}", given)
    for part in told.parts:
        with st.expander(f"{escape(part.label)}: line by line"):
            _table(part.label, (*part.steps, *part.effects, part.payment))
    document = {"year": year_end.year, "actuals": year_end.actuals, "terms": year_end.terms, "paid": year_end.paid}
    st.download_button("Save these actuals as a file", document_as_text(document), f"{file_name(told.proposal)} {told.year}.toml",
                       "application/toml", icon=":material/download:", on_click="ignore", key="settlement-save")


def _summary(told: Statement) -> pd.DataFrame:
    """What is due for each part, what was paid, and what is left; below zero is a refund."""
    sums = [(part.label, part.payment.actual, part.paid, part.settlement) for part in told.parts]
    sums.append(("In all", told.payment.actual, told.paid, told.settlement))
    return pd.DataFrame([(label, *(money(one, 2) for one in rest)) for label, *rest in sums],
                        columns=["Part", "Due (USD)", "Paid (USD)", "Still to be paid (USD)"])


def _table(told: str, steps: Sequence[Step]) -> None:
    """Lines as agreed and as they happened, but for those that are zero in both."""
    rows = [(capitalized(f"{one.label}{f', {in_words(one.row)}' if one.row else ''}"), *(amount(value, one.unit) for value in (
        one.budget, one.actual, one.difference)), unit_in_words(one.unit)) for one in steps if one.budget or one.actual]
    if not rows:
        return
    st.table(pd.DataFrame(rows, columns=["Line", "Agreed", "Actual", "Difference", "Unit"]).map(escape), hide_index=True,
             border="horizontal", alt=told)
