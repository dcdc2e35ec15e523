"""Why the deficit is what it is: from another practice to this one, the market's part and the practice's own."""

import streamlit as st

from finmodel import risk_charts
from finmodel.analysis.bridge_groups import GROUPS, Bridge, at_benchmark, bridge
from finmodel.assumptions import BadInput
from finmodel.format import number, percent, short_money
from finmodel.ui.driver_line import Asked
from finmodel.ui.widgets import draw, escape, theme

SIDES = {"market": "What the market decides", "practice": "What the practice decides"}
FARTHEST = 50.0


def attribution(about: Asked) -> None:
    """The other practice as numbers to be set, then the bridge."""
    st.header("The market's part and our own")
    st.markdown("Set another practice beside this one: how does it differ? At first it differs only in that it is staffed and "
                "pays as the benchmarks of this practice say. Zero is as it is here.")
    amounts = _amounts(about)
    try:
        found = bridge(about.assumptions, amounts, about.year)
    except BadInput as error:
        st.error(escape(" ".join(f"{fault.key}: {fault.reason}." for fault in error.faults)))
        return
    st.markdown(sentence(found, about.year))
    steps = [(GROUPS[key].label, found.steps[key], False) for key, amount in amounts.items() if amount]
    rows = [("The other practice", found.other, True), *steps, ("This practice", found.own, True)]
    draw(risk_charts.bridge(rows, f"The deficit of {about.year}, from the other practice to this one", theme()))
    told = [f"{GROUPS[key].label}: {_set_to(key, amount)}" for key, amount in amounts.items() if amount]
    if told:
        st.markdown("In the other practice:\n" + "\n".join(f"- {escape(one)}" for one in told))
    st.caption("Each step is the mean over all orders in which the differences could be made, so that none is favoured; together "
               "they are the difference.")


def _amounts(about: Asked) -> dict[str, float]:
    """The differences as set on screen, shares."""
    first = at_benchmark(about.run.result, about.year, about.run.shown)
    amounts = {}
    for column, (side, title) in zip(st.columns(2), SIDES.items(), strict=True):
        with column:
            st.subheader(title)
            for key, group in GROUPS.items():
                if group.side == side:
                    unit = "points" if key == "payer_mix" else "%"
                    shown = float(number(first.get(key, 0.0) * 100, 1).replace("−", "-"))
                    amounts[key] = st.number_input(f"{group.question} ({unit})", -FARTHEST, FARTHEST, shown, 1.0, "%.1f",
                                                   key=f"bridge-{key}-{about.year}") / 100
    return amounts


def _set_to(key: str, amount: float) -> str:
    size = f"{number(abs(amount) * 100, 1)} points" if key == "payer_mix" else percent(abs(amount))
    return f"{size} {'higher' if amount > 0 else 'lower'} than here"


def sentence(found: Bridge, year: int) -> str:
    """Both deficits, and whose doing the difference is."""
    market, practice = found.of("market"), found.of("practice")
    return (f"The other practice would lack **{escape(short_money(found.other))}** in {year}, this one lacks "
            f"**{escape(short_money(found.own))}**. Of the difference, **{escape(short_money(market))}** is the market's doing "
            f"and **{escape(short_money(practice))}** the practice's own.")
