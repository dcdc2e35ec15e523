"""The table of contents of the web app: page settings and navigation; no logic."""

import streamlit as st

st.set_page_config(page_title="finmodel", layout="wide")
st.navigation([st.Page("finmodel/ui/pages/overview.py", title="Overview", default=True)]).run()
