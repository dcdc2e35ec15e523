"""Overview: the ask in figures."""

import streamlit as st

from finmodel.assumptions import load_practice
from finmodel.cases import assume
from finmodel.format import money
from finmodel.model import evaluate

result = evaluate(assume(load_practice("sample")))
st.title(result.assumptions[0].practice.name)
st.metric("Support deficit, first year", money(result.series("support_deficit")[0]))
st.metric("Per radiologist FTE", money(result.series("support_deficit_per_fte")[0]))
