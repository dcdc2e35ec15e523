"""Overview: the ask in figures, why, and for whom."""

import time
from collections import Counter

import streamlit as st

from finmodel import charts
from finmodel.cases import cautions
from finmodel.format import money, number, percent, short_money
from finmodel.ui import levers, sidebar
from finmodel.ui.desk import LEVERS, REFERENCE
from finmodel.ui.figures import figures
from finmodel.ui.hire import adding_a_radiologist
from finmodel.ui.run import Session
from finmodel.ui.tables import table
from finmodel.ui.widgets import draw, escape, section, standing, theme

DRAWN = "levers_drawn"
# What the browser needs to paint the answer to a move before the rest of the page keeps it busy.
PAINTING_SECONDS = 0.15


def status(session: Session) -> None:
    """What the reader must know of the numbers before reading them."""
    assumptions = session.result.assumptions[session.shown]
    counts = Counter(quantity.status for quantity in assumptions.values())
    told = ", ".join(f"{number(count)} {name}" for name, count in counts.most_common())
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
    section("What an FTE is, and what it reads", escape(session.practice.full_time.rule))
    figures(session, year, (("radiologist_fte", ""), ("workload_per_radiologist_fte", ""),
                            ("all_workload_per_radiologist_fte", ""), ("required_fte", "")), good_when_lower=False)


def facilities(session: Session, year: int) -> None:
    """Whose deficit it is."""
    result, at = session.result, session.result.years.index(year)
    basis = session.practice.cost_allocation.replace("_", " ").replace("rvus", "RVUs")
    section("Whose deficit it is", f"Expense is shared among facilities by **{basis}**; collections stay where they were earned.")
    columns = {"Exams": "facility_exams", "Collections": "facility_collections", "Expense": "facility_expense",
               "Deficit": "facility_support_deficit"}
    values = {title: result[name][:, at, session.shown] for title, name in columns.items()}
    table([{"Facility": facility.label, "In scope": "yes" if facility.in_scope else "no",
            **{title: number(of[row]) if title == "Exams" else money(of[row]) for title, of in values.items()}}
           for row, facility in enumerate(session.practice.facilities.values())],
          f"Exams, collections, expense and deficit of each facility in {year}")


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
    table([{"Facility": session.practice.facilities[row.facility].label, "Service": row.service, "Hours": row.hours,
            "Where": row.mode, "Turnaround": row.turnaround} for row in session.practice.service_schedule.values()],
          "What is read where, when and how fast")


def why(session: Session, year: int) -> None:
    """What the deficit is made of, in this year, since last year and over the years."""
    st.header("Why")
    draw(charts.waterfall(session.result, year, theme(), session.shown))
    last = session.practice.actuals.year
    actual = session.result.series("actual_deficit", session.shown)[0]
    word = "deficit" if actual > 0 else "surplus"
    closed = "neither deficit nor surplus" if abs(actual) < 1 else f"a {word} of {short_money(abs(actual))}"
    section(f"From {last} as it was to the ask",
            escape(f"The accounts of {last} closed with {closed}, after what the owners were really paid. "
                   "These steps lead from there to paying what is agreed."), level=3)
    draw(charts.bridge(session.result, year, theme(), session.shown))
    st.header("Over the years")
    draw(charts.over_years(session.result, theme(), session.shown))


def beside_others(session: Session, year: int) -> None:
    """The ask beside what others state, and what it would be at another pay."""
    st.header("Beside what others state")
    draw(charts.support_references(session.result, year, theme(), session.shown))
    choose_reference(session)
    figures(session, year, (("support_deficit_at_reference_pay", ""), ("reference_pay_effect", "")))


@st.fragment
def answer() -> None:
    """The ask and its sliders, drawn without the rest of the page so that a move is answered at once."""
    session = sidebar.followed()
    if session is None:
        st.rerun()
    standing(session)
    status(session)
    the_ask(session, sidebar.current_year(session))
    levers.sliders(session)
    if st.session_state[DRAWN] != session.levers:
        time.sleep(PAINTING_SECONDS)
        st.rerun()


@st.fragment
def rest() -> None:
    """What follows from the ask: drawn again once the answer to a move is on its way."""
    session = sidebar.followed()
    if session is None:
        st.rerun()
    year = sidebar.current_year(session)
    why(session, year)
    facilities(session, year)
    people(session, year)
    adding_a_radiologist(session, year)
    beside_others(session, year)
    services(session)


def page() -> None:
    """The whole page."""
    session: Session | None = st.session_state[sidebar.SESSION]
    if session is None:
        st.info("This practice cannot be computed yet. Complete it on the page Practice, or choose another one in the sidebar.")
        if st.session_state.get(LEVERS):
            levers.reset_button()
        return
    st.title(escape(session.practice.name))
    if session.practice.description:
        st.markdown(escape(session.practice.description))
    st.session_state[DRAWN] = session.levers
    answer()
    rest()


page()
