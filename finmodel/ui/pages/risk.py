"""Risk: many futures of the practice under its proposals, and who bears what in them; the answer first."""

import streamlit as st

from finmodel.assumptions import BadInput
from finmodel.ui import sidebar
from finmodel.ui.desk import on_desk
from finmodel.ui.proposal_runs import choices
from finmodel.ui.risk_answer import Drawn, answer, appendix
from finmodel.ui.risk_bearing import bearing
from finmodel.ui.risk_choice import choose, drawn, drivers_text, how_many, uncertainty_of
from finmodel.ui.risk_drivers import drivers
from finmodel.ui.risk_futures import futures
from finmodel.ui.risk_waiting import is_done
from finmodel.ui.run import Session
from finmodel.ui.widgets import escape


def page() -> None:
    """The whole page."""
    desk = on_desk()
    session: Session | None = st.session_state[sidebar.SESSION]
    st.title("Risk")
    if session is None:
        st.info("This practice cannot be computed yet. Complete it on the page Practice, or choose another one in the sidebar.")
        return
    st.markdown(f"How sure the figures of **{escape(desk.name)}** are, what a bad year may bring, and who bears it under each "
                "proposal.")
    keys = choose(session, choices(desk))
    count, seed = how_many()
    uncertainty = uncertainty_of(drivers_text(desk))
    try:
        both, run = drawn(session, keys, count, seed)
    except BadInput as error:
        st.error(escape(" ".join(str(fault) for fault in error.faults)))
        return
    if is_done(run):
        shown = Drawn(both, run.found, uncertainty)
        answer(shown)
        bearing(shown)
        futures(shown)
    drivers(session, uncertainty)
    if run.found:
        appendix(Drawn(both, run.found, uncertainty))


page()
