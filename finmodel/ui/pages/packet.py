"""Packet: what a group puts on the table, for one reader, from the practice, scenarios and proposals as they are shown."""

import streamlit as st

from finmodel.ui import sidebar
from finmodel.ui.desk import on_desk
from finmodel.ui.packet_choice import asked, choose, readers
from finmodel.ui.packet_making import make
from finmodel.ui.packet_past import earlier, past
from finmodel.ui.packet_sharing import shared
from finmodel.ui.proposal_runs import choices
from finmodel.ui.run import Session
from finmodel.ui.widgets import escape, standing


def page() -> None:
    """The whole page."""
    desk = on_desk()
    session: Session | None = st.session_state[sidebar.SESSION]
    st.title("Packet")
    if session is None:
        st.info("This practice cannot be computed yet. Complete it on the page Practice, or choose another one in the sidebar.")
        return
    st.markdown(f"A PDF, a workbook that recomputes and slides for **{escape(desk.name)}**, all from the same content, for one "
                "reader.")
    audience, whose = readers()
    keys = choose(session, choices(desk))
    standing(session)
    if keys or audience == "valuator":
        wanted = asked(session, keys, audience, whose)
        chosen, may_be_sent = shared(wanted, earlier(desk, wanted))
        make(chosen, desk, may_be_sent=may_be_sent)
    else:
        st.info("Choose a proposal that fits this practice: a packet asks for something.")
    past(desk)


page()
