"""Why the deficit is what it is: from another practice or scenario to this one, the market's part and the practice's own."""

import streamlit as st

from finmodel import risk_charts
from finmodel.analysis.bridge_groups import GROUPS, Bridge, at_benchmark, bridge, bridge_of_changes
from finmodel.assumptions import BadInput
from finmodel.format import number, percent, short_money
from finmodel.ui.driver_line import Asked
from finmodel.ui.widgets import draw, escape, theme

SIDES = {"market": "What the market decides", "practice": "What the practice decides"}
FARTHEST = 50.0
OTHER, WITHOUT = "Another practice", "This practice without the scenarios and sliders"


def attribution(about: Asked) -> None:
    """Where the bridge starts, then the bridge."""
    st.header("The market's part and our own")
    starts = [OTHER, *([WITHOUT] if about.run.scenarios or about.run.levers else [])]
    start = st.radio("From where", starts, key="bridge-from", horizontal=True) if len(starts) > 1 else OTHER
    try:
        if start == WITHOUT:
            _from_before(about)
        else:
            _from_another_practice(about)
    except BadInput as error:
        st.error(escape(" ".join(f"{fault.key}: {fault.reason}." for fault in error.faults)))
        return
    st.caption("Each step is the mean over all orders in which the differences could be made, so that none is favoured; together "
               "they are the difference.")


def _from_before(about: Asked) -> None:
    """From the practice as it stands to what the scenarios and sliders make of it."""
    changes = [change for one in about.run.scenarios for change in one.changes] + list(about.run.levers)
    found = bridge_of_changes(about.run.result.assumptions[0], changes, about.year)
    st.markdown(sentence(found, about.year, "As it stands, the practice", "with the scenarios and sliders it"))
    _drawn(about, found, [key for key, step in found.steps.items() if step], "As it stands", "With the changes")


def _from_another_practice(about: Asked) -> None:
    """The other practice as numbers to be set, then the bridge from it."""
    st.markdown("Set another practice beside this one: how does it differ? At first it differs only in that it is staffed and "
                "pays as the benchmarks of this practice say. Zero is as it is here.")
    amounts = {key: amount for key, amount in _amounts(about).items() if amount}
    found = bridge(about.assumptions, amounts, about.year)
    st.markdown(sentence(found, about.year, "The other practice", "this one"))
    _drawn(about, found, list(amounts), "The other practice", "This practice")
    told = [f"{GROUPS[key].label}: {_set_to(key, amount)}" for key, amount in amounts.items()]
    if told:
        st.markdown("In the other practice:\n" + "\n".join(f"- {escape(one)}" for one in told))


def _drawn(about: Asked, found: Bridge, steps: list[str], first: str, last: str) -> None:
    rows = [(first, found.other, True), *((GROUPS[key].label, found.steps[key], False) for key in steps), (last, found.own, True)]
    title = f"The deficit of {about.year}, from {first[0].lower()}{first[1:]} to {last[0].lower()}{last[1:]}"
    draw(risk_charts.bridge(rows, title, theme()))


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


def sentence(found: Bridge, year: int, other: str, own: str) -> str:
    """Both deficits, and whose doing the difference is."""
    market, practice, neither = (escape(short_money(found.of(side))) for side in ("market", "practice", "neither"))
    rest = f", **{neither}** of neither alone" if found.of("neither") else ""
    return (f"{other} {_result(found.other)} in {year}, {own} {_result(found.own)}. Of the difference, **{market}** is the "
            f"market's doing and **{practice}** the practice's own{rest}.")


def _result(deficit: float) -> str:
    return f"{'lacks' if deficit >= 0 else 'has left over'} **{escape(short_money(abs(deficit)))}**"
