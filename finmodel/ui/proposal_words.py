"""The term sheet of a proposal: what it says, in the words of its clauses."""

import streamlit as st

from finmodel.contracts.proposal import Proposal
from finmodel.contracts.term_sheet import term_sheet
from finmodel.ui.proposal_form import words_of
from finmodel.ui.run import Session
from finmodel.ui.widgets import escape


def words(session: Session, proposal: Proposal) -> None:
    """The facts at its head, then a paragraph for each part."""
    sheet = term_sheet(proposal, words_of(session))
    st.header(escape(sheet.title))
    st.caption("For discussion. Not an offer, and not legal or valuation advice.")
    st.markdown("\n".join(f"- **{escape(name)}:** {escape(text)}" for name, text in sheet.facts))
    for at, paragraph in enumerate(sheet.paragraphs, start=1):
        st.subheader(escape(f"{at}. {paragraph.heading}"))
        st.markdown(escape(paragraph.text))
        if paragraph.documents:
            st.caption(escape(f"Documents that go with it: {', '.join(paragraph.documents)}."))
