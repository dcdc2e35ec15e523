"""What would it take: the value of one input that brings the line to a target."""

import streamlit as st

from finmodel.analysis.ranges import is_mix
from finmodel.analysis.solve import Solution, solve
from finmodel.assumptions import BadInput
from finmodel.format import amount, number_typed
from finmodel.ui.driver_line import Asked, ranked
from finmodel.ui.widgets import escape, value_in_words

MEAN = "Mean of all years"
STEP = 0.1


def goal_seek(about: Asked) -> None:
    """The question as a form, and its answer."""
    st.header("What would it take")
    found = {one.path: one.label for one in ranked(about, STEP) if one.swing > 0.0 and not is_mix(one.path)}
    if not found:
        st.info("No input moves this line.")
        return
    with st.form("solve", border=True):
        st.markdown(f"Bring **{escape(about.label)}** to")
        first, second, third = st.columns(3)
        target = first.text_input("Target", "0", key="solve-target")
        when = second.selectbox("In", [str(about.year), MEAN], key="solve-when")
        path = third.selectbox("By changing", list(found), format_func=found.__getitem__, key="solve-path")
        low = first.text_input("Not below", key="solve-low", placeholder="as low as is possible")
        high = second.text_input("Not above", key="solve-high", placeholder="as high as is possible")
        pressed = st.form_submit_button("Find it", type="primary")
    if pressed:
        st.markdown(_answer(about, target, str(when), str(path), low, high, found[str(path)]))


def _answer(about: Asked, target: str, when: str, path: str, low: str, high: str, label: str) -> str:
    """The answer in words, or what is wrong with the question."""
    unit = about.assumptions[path].unit
    try:
        aim = number_typed(target, about.unit)
        given = [number_typed(text, unit) if text.strip() else None for text in (low, high)]
        bounds = _bounds(about, path, given)
        year = None if when == MEAN else int(when)
        found = solve(about.assumptions, about.line, aim, path, year=year, bounds=bounds)
    except BadInput as error:
        return f":red[{escape(' '.join(fault.reason for fault in error.faults))}.]"
    except ValueError as error:
        return f":red[{escape(str(error))}]"
    return in_words(about, found, aim, label, "on the mean of all years" if when == MEAN else f"in {when}")


def _bounds(about: Asked, path: str, given: list[float | None]) -> tuple[float, float] | None:
    """Both bounds; what is left open is as far as nothing given would go."""
    if given == [None, None]:
        return None
    low, high = (solve(about.assumptions, about.line, 0.0, path, year=about.year).bounds if None in given else (0.0, 0.0))
    return low if given[0] is None else given[0], high if given[1] is None else given[1]


def in_words(about: Asked, found: Solution, target: float, label: str, when: str) -> str:
    """All values that reach the target, or the nearest it gets."""
    now = value_in_words(about.assumptions[found.path].at(about.year), found.unit)
    line = f"{escape(about.label)} {when}"
    if found.values:
        reached = " or ".join(f"**{escape(value_in_words(one, found.unit))}**" for one in found.values)
        return (f"{line} is {escape(about.shown(target))} where **{escape(label)}** is {reached} in all years; now it is "
                f"{escape(now)} in {about.year}.")
    low, high = (escape(amount(one, found.unit)) for one in found.bounds)
    return (f"Not reachable with **{escape(label)}** between {low} and {high}: the nearest is "
            f"{escape(about.shown(found.nearest_line))}, at **{escape(value_in_words(found.nearest_value, found.unit))}** in all "
            f"years. Now it is {escape(now)} in {about.year}.")
