"""What moves a line most: every input alone, from its own low to its high, or by a common share."""

import streamlit as st

from finmodel import risk_charts
from finmodel.analysis.sensitivity import Mover
from finmodel.format import amount, number, percent
from finmodel.ui.driver_line import Asked, ranked
from finmodel.ui.tables import table
from finmodel.ui.widgets import draw, escape, theme

STEPS = (0.05, 0.1, 0.2, 0.3)
SHOWN, NAMED = 15, 3


def tornado(about: Asked) -> None:
    """The sentence, the chart and the table."""
    st.header("What moves it most")
    step = st.select_slider("How far an input goes that states no low and high of its own", STEPS, STEPS[1],
                            format_func=lambda one: f"± {percent(one, 0)}", key="tornado-step", persist_state="session")
    found = [one for one in ranked(about, step) if one.swing > 0.0]
    if not found:
        st.info(f"No input moves {escape(about.label)} in {about.year}.")
        return
    st.markdown(sentence(about, found))
    rows = [(one.label, one.line_at_low, one.line, one.line_at_high, _moved(one)) for one in found[:SHOWN]]
    draw(risk_charts.tornado(rows, str(about.year), theme()))
    st.caption("Each input moves alone, the others as they are. A share or rate moves by at least a tenth of the step in points; "
               "a share of a payer mix is taken from the other payers in proportion; no input goes beyond what is possible.")
    with st.expander(f"All {number(len(found))} inputs that move it"):
        table([{"Input": one.label, "Moved": _moved(one), "At its low": about.shown(one.line_at_low),
                "At its high": about.shown(one.line_at_high), "Range": about.shown(one.swing)} for one in found],
              "Every input, the largest first")


def sentence(about: Asked, found: list[Mover]) -> str:
    """The ranking in words."""
    first, *others = found[:NAMED]
    told = (f"**{escape(first.label)}** moves {escape(about.label)} of {about.year} most: by "
            f"**{escape(about.shown(first.swing))}**, as it goes {escape(_moved(first))}.")
    if others:
        named = " and ".join(f"**{escape(one.label)}** ({escape(about.shown(one.swing))})" for one in others)
        told += f" Then {'come' if len(others) > 1 else 'comes'} {named}."
    return f"{told} {number(len(found))} inputs move it at all."


def _moved(one: Mover) -> str:
    return f"from {amount(one.low, one.unit)} to {amount(one.high, one.unit)}"
