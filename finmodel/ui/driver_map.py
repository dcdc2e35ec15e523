"""Two inputs at once: a line for every pair of their values, with where it is zero drawn."""

import streamlit as st

from finmodel import risk_charts
from finmodel.analysis.heat_map import HeatMap, heat_map
from finmodel.analysis.ranges import SHARES, is_mix
from finmodel.analysis.sensitivity import Mover
from finmodel.assumptions import BadInput
from finmodel.format import amount, percent
from finmodel.ui.driver_line import Asked, ranked
from finmodel.ui.widgets import draw, escape, theme

REACHES = (0.1, 0.2, 0.3, 0.5)


def two_way(about: Asked) -> None:
    """Choose two inputs and see the map."""
    st.header("Two at once")
    reach = st.select_slider("How far both go", REACHES, REACHES[-1], format_func=lambda one: f"± {percent(one, 0)}",
                             key="map-reach", persist_state="session")
    found = {one.path: one for one in ranked(about, reach) if one.swing > 0.0 and not is_mix(one.path) and one.low < one.high}
    if len(found) < 2:
        st.info("Fewer than two inputs move this line.")
        return
    left, right = st.columns(2)
    paths = list(found)
    first = left.selectbox("Across", paths, format_func=lambda path: found[path].label, key="map-first")
    second = right.selectbox("Upwards", [path for path in paths if path != first], format_func=lambda path: found[path].label,
                             key="map-second")
    try:
        shown = heat_map(about.assumptions, about.line, first, second, about.year,
                         first_between=_between(found[first]), second_between=_between(found[second]))
    except BadInput as error:
        st.error(escape(" ".join(fault.reason for fault in error.faults)))
        return
    pair = found[first], found[second]
    st.markdown(sentence(about, shown))
    draw(risk_charts.heat_map(shown, (pair[0].label, pair[1].label), (pair[0].unit in SHARES, pair[1].unit in SHARES),
                              about.label, theme()))
    st.caption("Both are the same in all years on this map, Medicare's rules in those after the base year. The dots mark where "
               "the line is zero.")


def _between(one: Mover) -> tuple[float, float]:
    return one.low, one.high


def sentence(about: Asked, shown: HeatMap) -> str:
    """From where to where the line goes, and whether it is zero anywhere."""
    values = [value for column in shown.line for value in column]
    units = [about.assumptions[path].unit for path in (shown.first, shown.second)]
    told = f"Between them they take it from {escape(about.shown(min(values)))} to {escape(about.shown(max(values)))}."
    if not shown.zeros:
        return f"{told} It is zero nowhere in this range."
    x, y = shown.zeros[len(shown.zeros) // 2]
    return f"{told} It is zero on the dotted line, such as at {escape(amount(x, units[0]))} and {escape(amount(y, units[1]))}."
