"""Proposals: make, change and read what the hospital is asked to agree to, the answer first."""

import streamlit as st

from finmodel.assumptions import BadInput
from finmodel.contracts.proposal import Proposal
from finmodel.ui import deleting, proposal_desk, sidebar
from finmodel.ui.desk import on_desk
from finmodel.ui.own_proposals import chosen
from finmodel.ui.proposal_answer import answer, by_year, misfits, years_shown
from finmodel.ui.proposal_cash import cash
from finmodel.ui.proposal_evidence import evidence
from finmodel.ui.proposal_form import TermForm
from finmodel.ui.proposal_leaving import if_ended
from finmodel.ui.proposal_runs import Chosen, choices, fitting, opened, parsed
from finmodel.ui.proposal_settlement import settlement
from finmodel.ui.proposal_terms import terms, terms_to_read
from finmodel.ui.proposal_triggers import reopeners
from finmodel.ui.proposal_words import words
from finmodel.ui.run import Session
from finmodel.ui.widgets import escape

KEY = "proposal"
TERMS, SHEET, CASH, SETTLEMENT, LEAVING, EVIDENCE = PARTS = ("Terms", "Term sheet", "Cash", "Settlement", "Leaving early",
                                                             "Evidence")


def page() -> None:
    """The whole page."""
    desk = on_desk()
    session: Session | None = st.session_state[sidebar.SESSION]
    st.title("Proposals")
    if session is None:
        st.info("This practice cannot be computed yet. Complete it on the page Practice, or choose another one in the sidebar.")
        return
    st.markdown(f"What the hospital is asked to agree to, for **{escape(desk.name)}**: a contract made of parts, and what it "
                "comes to.")
    deleting.undo_notice("proposal")
    known = choices(desk)
    shown = opened(chosen(desk, known))
    proposal_desk.bar(session, known, shown)
    if shown.told:
        st.info("\n".join(["As this practice has other rows than the one that the example was written for:", "",
                           *(f"- {escape(one)}" for one in shown.told)]), icon=":material/transform:")
    try:
        proposal = parsed(shown.text)
    except BadInput as error:
        proposal_desk.unreadable(error)
    else:
        body(session, shown, proposal)
    deleting.deleted("proposal")


def body(session: Session, shown: Chosen, proposal: Proposal) -> None:
    """The answer, why, and the parts."""
    run, faults, left_out = fitting(session, KEY, shown.text)
    misfits(session, faults, left_out, proposal, shown.key if shown.draft else None)
    years = years_shown(session, proposal)
    year = _year(session, years)
    if run and year:
        answer(run, proposal, KEY, year)
        by_year(run, proposal, KEY)
        reopeners(run)
    elif not year:
        st.info(f"The contract is in force from {proposal.contract_years[0]} to {proposal.contract_years[-1]}, the practice is "
                f"projected from {session.result.years[0]} to {session.result.years[-1]}: they have no year in common. Change "
                "when the contract starts, or lengthen the projection on the page Practice.")
    part = st.segmented_control("Parts of the proposal", PARTS, default=TERMS, required=True, key="proposals-part",
                                persist_state="session", label_visibility="collapsed")
    if part == TERMS:
        if shown.draft:
            terms(TermForm(shown.draft, session), proposal, run, KEY, year)
        else:
            terms_to_read(session, proposal, run, KEY, year)
    elif part == SHEET:
        words(session, proposal)
    elif part == EVIDENCE:
        evidence(run, KEY, shown.key if shown.draft else None)
    elif run is None or year is None:
        st.info("There is nothing to compute before the proposal fits the practice.")
    elif part == CASH:
        cash(run, KEY, shown.key)
    elif part == LEAVING:
        if_ended(run, run.result.assumptions[run.shown].proposals[KEY], KEY)
    else:
        settlement(run, run.result.assumptions[0].proposals[KEY], KEY, shown.key)


def _year(session: Session, years: list[int]) -> int | None:
    """The year shown, where the contract is in force in it, else the first year of the contract."""
    now = sidebar.current_year(session)
    return now if now in years else next(iter(years), None)


page()
