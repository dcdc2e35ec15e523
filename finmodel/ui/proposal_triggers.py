"""The changes that reopen a contract, and in which year each scenario first makes one."""

from collections.abc import Iterator

import streamlit as st

from finmodel.analysis.triggers import Trigger, triggers
from finmodel.assumptions import BadInput
from finmodel.cases import Assumptions, apply_scenarios
from finmodel.contracts.term_sheet import in_clause_words, listed
from finmodel.model import Result
from finmodel.ui.proposal_form import words_of
from finmodel.ui.run import Session, scenario_choices
from finmodel.ui.widgets import escape

SIDEBAR = "what is chosen in the sidebar"


def reopeners(run: Session) -> None:
    """What may reopen the contract shown, and when."""
    for _, told in reopened(run, run.result):
        st.markdown(f":material/event_repeat: {escape(told)}")


def reopened(run: Session, as_it_stands: Result) -> Iterator[tuple[str, str]]:
    """Each reopener in words with the years in which it is first crossed, after the key of its proposal.

    The budget is the practice ``as_it_stands``, the first case of that run; its last is what is chosen in the sidebar.
    """
    happening: dict[str, Assumptions] = {}
    if run.scenarios or run.levers:
        happening[SIDEBAR] = as_it_stands.assumptions[-1]
    for one in scenario_choices(run.desk).values():
        try:
            happening[f"'{one.name}'"] = apply_scenarios(as_it_stands.assumptions[0], [one])
        except BadInput:
            continue
    words = words_of(run)
    for found in triggers(as_it_stands, happening):
        yield found.proposal, f"{in_clause_words(found.clause, words)} {crossed_in_words(found)}"


def crossed_in_words(found: Trigger) -> str:
    """The first year of each scenario that crosses the threshold, the earliest first."""
    by_year: dict[int, list[str]] = {}
    for name, year in found.first_crossed.items():
        if year is not None:
            by_year.setdefault(year, []).append(name)
    if not by_year:
        return "No scenario crosses it." if found.first_crossed else "There is no scenario that could cross it."
    told = "; ".join(f"in {year} with {listed(names)}" for year, names in sorted(by_year.items()))
    rest = " No other scenario crosses it." if None in found.first_crossed.values() else ""
    return f"It is first crossed {told}.{rest}"
