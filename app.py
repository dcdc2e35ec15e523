"""The table of contents of the web app: page settings and navigation; no logic."""

from pathlib import Path

import streamlit as st

import finmodel.ui

PAGES = Path(finmodel.ui.__file__).parent / "pages"

st.set_page_config(page_title="finmodel", layout="wide")
st.navigation([st.Page(PAGES / "overview.py", title="Overview", default=True)]).run()
