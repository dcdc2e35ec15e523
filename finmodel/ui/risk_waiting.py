"""A simulation under way: how much of it is done, cancelled by whoever no longer wants it."""

import streamlit as st

from finmodel.format import percent
from finmodel.ui.risk_choice import viewer
from finmodel.ui.risk_jobs import Run, runs
from finmodel.ui.widgets import escape

# What was drawn before, or is about to be, needs no bar.
SOON = 0.4


def is_done(run: Run) -> bool:
    """Whether there is an answer to be shown; what there is instead is on screen."""
    run.over.wait(SOON)
    if run.found:
        return True
    if run.is_cancelled:
        st.info("Cancelled: no futures were drawn.")
        st.button("Draw them", key="draw-again", type="primary")
    elif run.faults:
        st.error("No futures can be drawn with these drivers:\n" + "\n".join(f"- {escape(str(one))}" for one in run.faults))
    else:
        _waiting(run)
    return False


@st.fragment(run_every=0.5)
def _waiting(run: Run) -> None:
    """How much is done; the page is drawn again when all is."""
    if run.over.is_set():
        st.rerun()
    told = f"Drawing futures: {percent(run.share, 0)} done" if run.share else "Getting ready to draw futures"
    st.progress(run.share, text=told)
    st.button("Cancel", key="cancel-draws", icon=":material/close:", on_click=runs().cancel, args=(run, viewer()))
