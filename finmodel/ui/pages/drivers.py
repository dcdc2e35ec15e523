"""Drivers: what moves a number most, what it would take to reach another one, and why it is what it is."""

import streamlit as st

from finmodel.ui import sidebar
from finmodel.ui.desk import on_desk
from finmodel.ui.driver_bridge import attribution
from finmodel.ui.driver_indices import indices
from finmodel.ui.driver_line import asked
from finmodel.ui.driver_map import two_way
from finmodel.ui.driver_solve import goal_seek
from finmodel.ui.driver_tornado import tornado
from finmodel.ui.run import Session
from finmodel.ui.widgets import escape


def page() -> None:
    """The whole page."""
    desk = on_desk()
    session: Session | None = st.session_state[sidebar.SESSION]
    st.title("Drivers")
    if session is None:
        st.info("This practice cannot be computed yet. Complete it on the page Practice, or choose another one in the sidebar.")
        return
    st.markdown(f"What moves the figures of **{escape(desk.name)}** most, and what it would take to change them.")
    about = asked(session)
    if about is None:
        return
    tornado(about)
    goal_seek(about)
    attribution(about)
    two_way(about)
    indices(session)


page()
