"""The table of contents of the web app: page settings and navigation; no logic."""

from pathlib import Path

import streamlit as st

import finmodel.ui
from finmodel.ui import kept, sidebar

PAGES = Path(finmodel.ui.__file__).parent / "pages"

# A symbol of the library as the tab's icon would be fetched from its maker, on each page.
st.set_page_config(page_title="finmodel", page_icon="🩻", layout="wide")
# Headings between the pages would break the list for screen readers.
page = st.navigation([
    st.Page(PAGES / "overview.py", title="Overview", icon=":material/insights:", default=True),
    st.Page(PAGES / "quick_start.py", title="Quick start", icon=":material/bolt:"),
    st.Page(PAGES / "import_billing.py", title="Import", icon=":material/upload_file:"),
    st.Page(PAGES / "practice.py", title="Practice", icon=":material/edit_note:"),
    st.Page(PAGES / "assumptions.py", title="Assumptions", icon=":material/fact_check:"),
    st.Page(PAGES / "scenarios.py", title="Scenarios", icon=":material/alt_route:"),
    st.Page(PAGES / "proposals.py", title="Proposals", icon=":material/handshake:"),
    st.Page(PAGES / "compare.py", title="Compare", icon=":material/balance:"),
    st.Page(PAGES / "risk.py", title="Risk", icon=":material/casino:"),
    st.Page(PAGES / "drivers.py", title="Drivers", icon=":material/tornado:"),
    st.Page(PAGES / "packet.py", title="Packet", icon=":material/package_2:"),
    st.Page(PAGES / "practices.py", title="Practices", icon=":material/folder_open:"),
    st.Page(PAGES / "glossary.py", title="Glossary", icon=":material/menu_book:"),
], expanded=True)
st.session_state[sidebar.SESSION] = sidebar.show()
with kept.sent_from_every_page():
    page.run()
