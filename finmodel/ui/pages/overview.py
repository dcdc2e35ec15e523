"""Overview: the ask in figures, why, and for whom."""

import pandas as pd
import streamlit as st

from finmodel import charts
from finmodel.assumptions import BadInput, Practice, load_benchmarks, load_practice, load_scenario, names, parse_practice
from finmodel.cases import cautions
from finmodel.format import money, number, percent, short_money
from finmodel.ui import state
from finmodel.ui.widgets import draw, escape, figure, master_check, theme

YOUR_FILE = "your file"


def choose_practice() -> Practice | None:
    """The practice chosen in the sidebar, or uploaded; None when there is none to show."""
    file = st.file_uploader("Open a practice file", type="toml", help="A TOML file as described in assumptions/README.md")
    if file is not None:
        try:
            state.keep_upload(parse_practice(file.getvalue(), file.name))
        except BadInput as error:
            st.error(f"{escape(file.name)} has {len(error.faults)} fault(s):")
            st.dataframe(pd.DataFrame([{"Key": fault.key, "What is wrong": fault.reason} for fault in error.faults]),
                         hide_index=True, width="stretch")
    own = state.uploaded()
    options = [YOUR_FILE, *names("practices")] if own else names("practices")
    labels = {name: load_practice(name).name for name in names("practices")}
    labels[YOUR_FILE] = own.name if own else ""
    chosen = st.selectbox("Practice", options, index=0 if own else options.index("sample"),
                          format_func=lambda name: labels[name], key="practice", persist_state="session")
    return own if chosen == YOUR_FILE else load_practice(chosen)


def choose() -> tuple[state.Session, int] | None:
    """Everything the sidebar asks, and the run that answers it."""
    with st.sidebar:
        practice = choose_practice()
        if practice is None:
            return None
        scenarios = st.multiselect("Scenarios, in order", names("scenarios"), key="scenarios", persist_state="session",
                                   format_func=lambda name: load_scenario(name).name, placeholder="as it stands")
        year = st.selectbox("Year of the ask", practice.years, key="year")
        tables = {name: table for name, table in load_benchmarks().items() if table.statistic == "compensation_per_fte"}
        tables.setdefault(practice.benchmark.compensation, load_benchmarks()[practice.benchmark.compensation])
        reference = st.radio("Pay to compare with", list(tables), list(tables).index(practice.benchmark.compensation),
                             format_func=lambda name: f"{tables[name].label}: {money(tables[name].at(50) or float('nan'))}"
                             .replace("$", r"\$"), key="reference", persist_state="session")
    try:
        return state.run(practice, scenarios, reference), year
    except BadInput as error:
        for fault in error.faults:
            st.error(escape(str(fault)))
        return None


def status(session: state.Session) -> None:
    """What the reader must know of the numbers before reading them."""
    assumptions = session.result.assumptions[session.shown]
    counts = pd.Series([quantity.status for quantity in assumptions.values()]).value_counts()
    told = ", ".join(f"{number(count)} {name}" for name, count in counts.items())
    st.caption(f"Status of the {number(len(assumptions))} assumptions: {told}. "
               "For planning and education; not legal or valuation advice.")
    for caution in cautions(assumptions):
        st.warning(escape(caution))


def the_ask(session: state.Session, year: int) -> None:
    """The answer first."""
    result, at = session.result, session.result.years.index(year)
    deficit = result.series("support_deficit", session.shown)[at]
    covered = result.series("revenue_coverage", session.shown)[at]
    st.markdown(f"In **{year}** revenue covers **{percent(covered)}** of what the reading costs and leaves a "
                f"{'surplus' if deficit < 0 else 'deficit'} of **{escape(short_money(abs(deficit)))}**.")
    word = "Surplus" if deficit < 0 else "Support deficit"
    for column, (name, label) in zip(st.columns(4), (
            ("support_deficit", f"{word} {year}"),
            ("support_deficit_per_fte", f"{word} per radiologist FTE"),
            ("client_support_deficit", "Client hospital's part"),
            ("support_deficit_after_existing", "Net new money")), strict=True):
        with column:
            figure(session, name, year, label=label)


def people(session: state.Session, year: int) -> None:
    """What the owners keep if the answer is no, and what an FTE is."""
    st.header("If the answer is no")
    for column, name in zip(st.columns(3), ("owner_take_home_without_support", "radiologist_take_home_without_support",
                                            "agreed_pay_per_radiologist_fte"), strict=True):
        with column:
            figure(session, name, year, good_when_lower=False)
    st.header("What an FTE is, and what it reads")
    st.markdown(escape(session.practice.full_time.rule))
    for column, name in zip(st.columns(4), ("radiologist_fte", "workload_per_radiologist_fte", "all_workload_per_radiologist_fte",
                                            "required_fte"), strict=True):
        with column:
            figure(session, name, year, good_when_lower=False)


def facilities(session: state.Session, year: int) -> None:
    """Whose deficit it is."""
    result, at = session.result, session.result.years.index(year)
    st.header("Whose deficit it is")
    basis = session.practice.cost_allocation.replace("_", " ").replace("rvus", "RVUs")
    st.markdown(f"Expense is shared among facilities by **{basis}**; collections stay where they were earned.")
    names_of = session.practice.facilities
    columns = {"Exams": "facility_exams", "Collections": "facility_collections", "Expense": "facility_expense",
               "Deficit": "facility_support_deficit"}
    table = {title: result[name][:, at, session.shown] for title, name in columns.items()}
    shown = pd.DataFrame({"Facility": [facility.label for facility in names_of.values()],
                          "In scope": ["yes" if facility.in_scope else "no" for facility in names_of.values()],
                          **{title: [number(value) if title == "Exams" else money(value) for value in values]
                             for title, values in table.items()}})
    st.dataframe(shown, hide_index=True, width="stretch")


def services(session: state.Session) -> None:
    """What the hospital gets."""
    st.header("What the hospital gets")
    rows = [{"Facility": session.practice.facilities[row.facility].label, "Service": row.service, "Hours": row.hours,
             "Where": row.mode, "Turnaround": row.turnaround} for row in session.practice.service_schedule.values()]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")


def page() -> None:
    """The whole page."""
    chosen = choose()
    if chosen is None:
        st.info("Choose a practice in the sidebar, or open a practice file.")
        return
    session, year = chosen
    st.title(escape(session.practice.name))
    if session.practice.description:
        st.markdown(escape(session.practice.description))
    master_check(session)
    status(session)
    the_ask(session, year)
    st.header("Why")
    draw(charts.waterfall(session.result, year, theme(), session.shown))
    last = session.practice.actuals.year
    st.subheader(f"From {last} as it was to the ask")
    actual = session.result.series("actual_deficit", session.shown)[0]
    word = "deficit" if actual > 0 else "surplus"
    closed = "neither deficit nor surplus" if abs(actual) < 1 else f"a {word} of {short_money(abs(actual))}"
    st.markdown(escape(f"The accounts of {last} closed with {closed}, after what the owners were really paid. "
                       "These steps lead from there to paying what is agreed."))
    draw(charts.bridge(session.result, year, theme(), session.shown))
    st.header("Over the years")
    draw(charts.over_years(session.result, theme(), session.shown))
    facilities(session, year)
    people(session, year)
    st.header("Beside what others state")
    draw(charts.support_references(session.result, year, theme(), session.shown))
    for column, name in zip(st.columns(2), ("support_deficit_at_reference_pay", "reference_pay_effect"), strict=True):
        with column:
            figure(session, name, year)
    services(session)


page()
