"""Risk: many futures of the practice under its proposals, and who bears what in them; the answer first."""

import streamlit as st

from finmodel.assumptions import BadInput
from finmodel.format import percent
from finmodel.ui import sidebar
from finmodel.ui.desk import on_desk
from finmodel.ui.proposal_runs import choices
from finmodel.ui.risk_answer import Drawn, answer, appendix
from finmodel.ui.risk_bearing import bearing
from finmodel.ui.risk_choice import choose, drawn, drivers_text, how_many, uncertainty_of, viewer
from finmodel.ui.risk_drivers import drivers
from finmodel.ui.risk_futures import futures
from finmodel.ui.risk_jobs import Run, runs
from finmodel.ui.run import Session
from finmodel.ui.widgets import escape

SOON = 0.4


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
    uncertainty = uncertainty_of(drivers_text())
    try:
        both, run = drawn(session, keys, count, seed)
    except BadInput as error:
        st.error(escape(" ".join(str(fault) for fault in error.faults)))
        return
    # What was drawn before, or is about to be, needs no bar.
    run.over.wait(SOON)
    if run.found:
        shown = Drawn(both, run.found, uncertainty)
        answer(shown)
        bearing(shown)
        futures(shown)
    elif run.is_cancelled:
        st.info("Cancelled: no futures were drawn.")
        st.button("Draw them", key="draw-again", type="primary")
    elif run.faults:
        st.error("No futures can be drawn with these drivers:\n" + "\n".join(f"- {escape(str(one))}" for one in run.faults))
    else:
        waiting(run)
    drivers(session, uncertainty)
    if run.found:
        appendix(Drawn(both, run.found, uncertainty))


@st.fragment(run_every=0.5)
def waiting(run: Run) -> None:
    """How much is done; the page is drawn again when all is."""
    if run.over.is_set():
        st.rerun()
    told = f"Drawing futures: {percent(run.share, 0)} done" if run.share else "Getting ready to draw futures"
    st.progress(run.share, text=told)
    st.button("Cancel", key="cancel-draws", icon=":material/close:", on_click=runs().cancel, args=(run, viewer()))


page()
