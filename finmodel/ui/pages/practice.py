"""Practice: every entry of the practice on the desk, in tables, with the deficit in view."""

import tomllib
from collections.abc import Callable

import streamlit as st

from finmodel.assumptions import load_sources
from finmodel.assumptions.fields import field_at, fields_of
from finmodel.assumptions.practice import (
    Actuals,
    BenchmarkChoice,
    Collection,
    Expense,
    Facility,
    FullTime,
    HospitalPayment,
    Inflation,
    Medicare,
    OtherRevenue,
    OutsideReads,
    Payer,
    Provider,
    RosterChange,
    Segment,
    Service,
    Shortfall,
)
from finmodel.assumptions.words import capitalized, in_words
from finmodel.format import money, percent, unit_in_words
from finmodel.model import drivers
from finmodel.ui import saving, sidebar
from finmodel.ui.adding import Added, add_rows
from finmodel.ui.desk import Desk, on_desk
from finmodel.ui.grid import grid
from finmodel.ui.run import Session, benchmarks
from finmodel.ui.sheets import Sheets, held
from finmodel.ui.tables import table
from finmodel.ui.widgets import escape

NO_BREAK = "\u00a0"
PARTS = ("Basics", "Facilities", "Volumes", "Payers", "People", "Costs", "Last year")
BASICS = ("name", "description", "base_year", "horizon_years", "work_rvu_schedule_year", "hospital_fiscal_year_starts_in_month",
          "cost_allocation")


def bar(session: Session | None, desk: Desk) -> None:
    """The deficit in view, and undo and redo."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if session:
            at = session.result.years.index(sidebar.current_year(session))
            deficit, per_fte, covered = (session.result.series(name)[at] for name in (
                "support_deficit", "support_deficit_per_fte", "revenue_coverage"))
            word = "Surplus" if deficit < 0 else "Support deficit"
            of = f" of version {desk.draft.version}" if session.faults and desk.draft else ""
            st.markdown(f"{word} {session.result.years[at]}{of}: **{escape(money(abs(deficit)))}** · "
                        f"**{escape(money(abs(per_fte)))}** per radiologist FTE · "
                        f"revenue covers **{percent(covered).replace(' ', NO_BREAK)}**")
        if desk.can_edit and desk.draft:
            st.button("Undo", icon=":material/undo:", on_click=saving.undo, disabled=desk.draft.undo is None,
                      help=escape(f"Takes back: {desk.draft.undo}") if desk.draft.undo else None)
            st.button("Redo", icon=":material/redo:", on_click=saving.redo, disabled=desk.draft.redo is None,
                      help=escape(f"Makes again: {desk.draft.redo}") if desk.draft.redo else None)


def faults(session: Session | None) -> None:
    """What keeps the draft from being computed."""
    if session and session.faults:
        title = f"{len(session.faults)} to mend before the draft can be computed"
        with st.expander(title, expanded=True, icon=":material/error:"):
            table([{"Entry": fault.key, "What is wrong": fault.reason} for fault in session.faults], "Faults of the draft")


def labels(document: dict[str, object], section: str) -> dict[str, str]:
    """The names of the rows of a section, by key."""
    return {key: str(row.get("label", in_words(key))) for key, row in (held(document, section) or {}).items()}


def basics(sheets: Sheets, desk: Desk) -> None:
    """Names, years and bases."""
    grid(sheets.single("Basics", "", [field for name in BASICS if (field := field_at([name]))]), desk, "grid-basics")
    st.subheader("Full-time radiologist")
    grid(sheets.single("Full-time radiologist", "full_time", fields_of(FullTime)), desk, "grid-full-time")
    st.subheader("Benchmarks to compare with")
    tables = [(name, table.label) for name, table in benchmarks().items()]
    grid(sheets.single("Benchmarks", "benchmark", fields_of(BenchmarkChoice),
                       {"productivity": tables, "compensation": tables}), desk, "grid-benchmark")


def places(sheets: Sheets, desk: Desk) -> None:
    """Where the practice reads, what it promises there, and what hospitals pay today."""
    facilities = list(labels(desk_document(desk), "facilities").items())
    grid(sheets.records("Facilities", "facilities", Facility, "Facility"), desk, "grid-facilities")
    add_rows(desk, Added("a facility", "facilities", Facility))
    st.subheader("Service schedule")
    grid(sheets.records("Service schedule", "service_schedule", Service, "Row", choices={"facility": facilities}), desk,
         "grid-services")
    add_rows(desk, Added("a service", "service_schedule", Service, label_field="service"))
    st.subheader("Existing hospital payments")
    grid(sheets.records("Existing hospital payments", "hospital_payments", HospitalPayment, "Payment",
                        choices={"facility": facilities}), desk, "grid-payments")
    add_rows(desk, Added("a payment", "hospital_payments", HospitalPayment, chosen={"facility": facilities}))


def volumes(sheets: Sheets, desk: Desk) -> None:
    """Exams by facility, setting and service line."""
    named = labels(desk_document(desk), "facilities")

    def label(key: tuple[str, str, str]) -> str:
        return f"{named.get(key[0], key[0])} · {in_words(key[1])} · {in_words(key[2])}"

    grid(sheets.nested("Volumes", "volumes", Segment, label), desk, "grid-volumes")
    settings = [(name, capitalized(in_words(name))) for name in ("inpatient", "emergency", "outpatient", "imaging_center")]
    add_rows(desk, Added("a service line", "volumes", Segment, above={"Facility": list(named.items()), "Setting": settings}))


def payers(sheets: Sheets, desk: Desk) -> None:
    """Who pays, for which share of the work, and how much."""
    document = desk_document(desk)
    named = labels(document, "payers")
    grid(sheets.records("Payers and rates", "payers", Payer, "Payer"), desk, "grid-payers")
    add_rows(desk, Added("a payer", "payers", Payer))
    for section, title, unit in (("payer_mix", "Payer mix, by work RVU", "%"),
                                 ("payer_mix_shift", "Yearly shift of the mix", "% per year")):
        settings = {name: capitalized(in_words(name)) for name in held(document, "payer_mix") or {}}
        st.subheader(title)
        st.markdown("Each column sums to 100 %." if section == "payer_mix" else "Each column sums to zero; empty means no shift.")
        grid(sheets.matrix(title, "Payer", named, settings, matrix_path(section), unit), desk, f"grid-{section}")
    for facility, by_setting in (held(document, "payer_mix_by_facility") or {}).items():
        title = f"Payer mix of {labels(document, 'facilities').get(facility, facility)}"
        st.subheader(escape(title))
        columns = {name: capitalized(in_words(name)) for name in by_setting}
        grid(sheets.matrix(title, "Payer", named, columns, matrix_path(f"payer_mix_by_facility.{facility}"), "%"), desk,
             f"grid-mix-{facility}")
    st.subheader("Medicare and collection")
    grid(sheets.single("Medicare", "medicare", fields_of(Medicare)), desk, "grid-medicare")
    grid(sheets.single("Collection", "collection", fields_of(Collection)), desk, "grid-collection")
    st.subheader("Other professional revenue")
    facilities = list(labels(document, "facilities").items())
    grid(sheets.records("Other professional revenue", "other_revenue", OtherRevenue, "Source", choices={"facility": facilities}),
         desk, "grid-other-revenue")
    add_rows(desk, Added("a source", "other_revenue", OtherRevenue, chosen={"facility": facilities}))


def matrix_path(section: str) -> Callable[[str, str], str]:
    """The path of a share from payer and setting."""
    return lambda payer, setting: f"{section}.{setting}.{payer}"


def people(sheets: Sheets, desk: Desk) -> None:
    """Who reads, who joins and leaves, and what is bought."""
    document = desk_document(desk)
    categories = list(labels(document, "providers").items())
    grid(sheets.records("Providers", "providers", Provider, "Category"), desk, "grid-providers")
    add_rows(desk, Added("a category", "providers", Provider))
    st.subheader("Who joins and leaves")
    grid(sheets.records("Who joins and leaves", "roster_changes", RosterChange, "Change", choices={"category": categories}), desk,
         "grid-roster")
    add_rows(desk, Added("a hire or leaver", "roster_changes", RosterChange, chosen={"category": categories}))
    st.subheader("Contracted teleradiology")
    grid(sheets.records("Contracted teleradiology", "outside_reads", OutsideReads, "Contract"), desk, "grid-outside")
    add_rows(desk, Added("a contract", "outside_reads", OutsideReads))
    st.subheader("Reading that the staff cannot cover")
    grid(sheets.single("Reading that the staff cannot cover", "shortfall", fields_of(Shortfall)), desk, "grid-shortfall")
    grid(sheets.single("Ramp of a new hire, by month", "", [field for field in [field_at(["ramp"])] if field]), desk, "grid-ramp")


def costs(sheets: Sheets, desk: Desk) -> None:
    """What else it costs, and how costs rise."""
    named = [(name, f"{one.label} ({unit_in_words(one.unit)})") for name, one in drivers().items()]
    grid(sheets.records("Expense items", "expenses", Expense, "Item",
                        choices={"driver": [("", "none: a yearly amount"), *named]}), desk, "grid-expenses")
    add_rows(desk, Added("an expense", "expenses", Expense))
    st.subheader("Yearly trends")
    grid(sheets.single("Yearly trends", "inflation", fields_of(Inflation)), desk, "grid-inflation")


def last_year(sheets: Sheets, desk: Desk) -> None:
    """Last year's profit and loss."""
    grid(sheets.single("Last year's accounts", "actuals", fields_of(Actuals)), desk, "grid-actuals")


def desk_document(desk: Desk) -> dict[str, object]:
    """The text on the desk as plain tables."""
    return tomllib.loads(desk.content)


def page() -> None:
    """The whole page."""
    desk: Desk = on_desk()
    session: Session | None = st.session_state[sidebar.SESSION]
    st.title(escape(desk.name))
    bar(session, desk)
    if not desk.can_edit:
        st.info("This is an example and stays as it is; make a copy in the sidebar to edit it." if desk.draft is None
                else "This is a saved version and stays as it is; go back to the draft in the sidebar to edit it.")
    faults(session)
    part = st.segmented_control("Part of the practice", PARTS, default=PARTS[0], required=True, key="part",
                                persist_state="session", label_visibility="collapsed")
    document = desk_document(desk)
    sheets = Sheets(document, load_sources())
    dict(zip(PARTS, (basics, places, volumes, payers, people, costs, last_year), strict=True))[part](sheets, desk)
    st.caption("A bar at the left of a cell marks where its number comes from: orange illustrative, yellow a judgment, blue a "
               "cited source, none your own. The line under a table says it in words for the cell you are in. Money may be typed "
               "as 2.35m, $605,515 or (1,200), shares in percent, and a path over the years as 17.5; 2027: 18.")


page()
