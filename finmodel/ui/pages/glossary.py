"""Glossary: the field's terms in plain words, and every line of the model with its formula."""

import tomllib

import streamlit as st

from finmodel.assumptions import SHIPPED
from finmodel.format import unit_in_words
from finmodel.lines import all_lines
from finmodel.ui.tables import table
from finmodel.ui.widgets import escape

st.title("Glossary")
wanted = st.text_input("Find a term", placeholder="work RVU, vacancy, pass-through", key="term", type="search").strip().lower()
terms = tomllib.loads((SHIPPED / "glossary.toml").read_text(encoding="utf-8"))
found = {term: words for term, words in terms.items() if wanted in f"{term} {words}".lower()}
if not found:
    st.info(f"No term contains '{escape(wanted)}'. The lines of the model below may.")
for term, words in found.items():
    st.markdown(f"**{escape(term)}** — {escape(words)}")
st.header("Lines of the model")
lines = [one for one in all_lines() if one.unit != "check"]
rows = [{"Line": one.label, "Unit": unit_in_words(one.unit), "How it is computed": one.formula.split("\n")[0],
         "Name in files": one.name}
        for one in lines if wanted in f"{one.label} {one.formula} {one.name}".lower()]
table(rows, "Every line of the model with unit and formula")
