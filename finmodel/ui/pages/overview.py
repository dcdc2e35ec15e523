"""Overview: the ask in figures, why, and for whom."""

import pandas as pd
import streamlit as st

from finmodel import charts
from finmodel.cases import cautions
from finmodel.format import money, number, percent, short_money
from finmodel.ui import levers, sidebar
from finmodel.ui.desk import LEVERS, REFERENCE
from finmodel.ui.run import Session
from finmodel.ui.widgets import draw, escape, figures, standing, theme


def status(session: Session) -> None:
    """What the reader must know of the numbers before reading them."""
    assumptions = session.result.assumptions[session.shown]
    counts = pd.Series([quantity.status for quantity in assumptions.values()]).value_counts()
    told = ", ".join(f"{number(count)} {name}" for name, count in counts.items())
    st.caption(f"Status of the {number(len(assumptions))} assumptions: {told}. "
               "For planning and education; not legal or valuation advice.")
    for caution in cautions(assumptions):
        st.warning(escape(caution))


def the_ask(session: Session, year: int) -> None:
    """The answer first."""
    result, at = session.result, session.result.years.index(year)
    deficit = result.series("support_deficit", session.shown)[at]
    covered = result.series("revenue_coverage", session.shown)[at]
    st.markdown(f"In **{year}** revenue covers **{percent(covered)}** of what the reading costs and leaves a "
                f"{'surplus' if deficit < 0 else 'deficit'} of **{escape(short_money(abs(deficit)))}**.")
    word = "Surplus" if deficit < 0 else "Support deficit"
    figures(session, year, (("support_deficit", f"{word} {year}"), ("support_deficit_per_fte", f"{word} per radiologist FTE"),
                            ("client_support_deficit", "Client hospital's part"),
                            ("support_deficit_after_existing", "Net new money"),
                            ("fiscal_year_client_support_deficit", f"Its fiscal year {year}, net new")))


def people(session: Session, year: int) -> None:
    """What the owners keep if the answer is no, and what an FTE is."""
    st.header("If the answer is no")
    figures(session, year, (("owner_take_home_without_support", ""), ("radiologist_take_home_without_support", ""),
                            ("agreed_pay_per_radiologist_fte", "")), good_when_lower=False)
    st.header("What an FTE is, and what it reads")
    st.markdown(escape(session.practice.full_time.rule))
    figures(session, year, (("radiologist_fte", ""), ("workload_per_radiologist_fte", ""),
                            ("all_workload_per_radiologist_fte", ""), ("required_fte", "")), good_when_lower=False)


def facilities(session: Session, year: int) -> None:
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


def choose_reference(session: Session) -> None:
    """The pay that the agreed pay is compared with."""
    own = session.practice.benchmark.compensation
    tables = {name: table for name, table in session.result.assumptions[0].benchmarks.items()
              if table.statistic == "compensation_per_fte" or name == own}
    st.radio("Pay to compare with", list(tables), list(tables).index(own), key=REFERENCE, persist_state="session",
             format_func=lambda name: escape(f"{tables[name].label}: {money(tables[name].at(50) or float('nan'))}"))


def services(session: Session) -> None:
    """What the hospital gets."""
    st.header("What the hospital gets")
    rows = [{"Facility": session.practice.facilities[row.facility].label, "Service": row.service, "Hours": row.hours,
             "Where": row.mode, "Turnaround": row.turnaround} for row in session.practice.service_schedule.values()]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")


def page() -> None:
    """The whole page."""
    session: Session | None = st.session_state[sidebar.SESSION]
    if session is None:
        st.info("This practice cannot be computed yet. Complete it on the page Practice, or choose another one in the sidebar.")
        if st.session_state.get(LEVERS):
            levers.reset_button()
        return
    year = sidebar.current_year(session)
    st.title(escape(session.practice.name))
    if session.practice.description:
        st.markdown(escape(session.practice.description))
    standing(session)
    status(session)
    the_ask(session, year)
    levers.sliders(session)
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
    choose_reference(session)
    figures(session, year, (("support_deficit_at_reference_pay", ""), ("reference_pay_effect", "")))
    services(session)


page()
