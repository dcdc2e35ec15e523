"""Compare: two to six proposals beside each other and beside what the hospital could do instead, the answer first."""

import streamlit as st

from finmodel.ui import sidebar
from finmodel.ui.comparison_alternatives import alternatives
from finmodel.ui.comparison_answer import answer
from finmodel.ui.comparison_cash import cash
from finmodel.ui.comparison_cautions import cautions
from finmodel.ui.comparison_choice import FEWEST, choose
from finmodel.ui.comparison_leaving import if_ended
from finmodel.ui.comparison_payments import by_year, why
from finmodel.ui.comparison_risks import risks
from finmodel.ui.comparison_runs import compared
from finmodel.ui.desk import on_desk
from finmodel.ui.proposal_runs import choices
from finmodel.ui.run import Session
from finmodel.ui.widgets import escape


def page() -> None:
    """The whole page."""
    desk = on_desk()
    session: Session | None = st.session_state[sidebar.SESSION]
    st.title("Compare proposals")
    if session is None:
        st.info("This practice cannot be computed yet. Complete it on the page Practice, or choose another one in the sidebar.")
        return
    st.markdown(f"What proposals for **{escape(desk.name)}** cost the hospital, what they leave uncovered, and who bears which "
                "risk.")
    keys = choose(session, choices(desk))
    if len(keys) < FEWEST:
        st.info("Two proposals that fit this practice are needed to compare. Choose them above, or make one on the page "
                "Proposals.")
        return
    shown = compared(session, keys)
    answer(shown)
    by_year(shown)
    risks(shown)
    why(shown)
    cash(shown)
    if_ended(shown)
    alternatives(shown)
    cautions(shown)


page()
