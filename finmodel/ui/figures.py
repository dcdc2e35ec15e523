"""Figures side by side, each with what changes it and, one click away, where it comes from."""

import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from finmodel.explain import Node, explain
from finmodel.format import amount, unit_in_words
from finmodel.ui.run import Session
from finmodel.ui.tables import table
from finmodel.ui.widgets import escape, value_in_words

HERE = Path(__file__).parent
TRAIL = "explained_lines"
HTML = """<ul role="list"></ul>
<template><li>
  <h3><span class="label"></span> <span class="value"></span></h3>
  <p class="change"><span class="by"></span> with the changes</p>
  <p class="unit"></p>
  <button type="button"><svg viewBox="0 0 16 16" aria-hidden="true">
    <path d="M1 5h4v4H1zM11 1h4v4h-4zM11 10h4v4h-4zM5 7h3M11 3H8v9h3"/></svg>Explain</button>
</li></template>"""


@cache
def _component() -> Any:
    return st.components.v2.component("finmodel_figures", html=HTML, css=(HERE / "figures.css").read_text(encoding="utf-8"),
                                      js=(HERE / "figures.js").read_text(encoding="utf-8"))


def figures(session: Session, year: int, named: Sequence[tuple[str, str]], *, good_when_lower: bool = True) -> None:
    """Figures side by side, as many in a row as there is room for; a line's own label where none is given."""
    shown = [figure(session, name, year, label, good_when_lower=good_when_lower) for name, label in named]
    # Streamlit ends a component's key at two underscores, which join the parts of a proposal's line.
    key = f"figures-{named[0][0].replace('__', '-')}"
    asked = _component()(key=key, data={"figures": shown}, on_explain_change=lambda: None).explain
    if asked in dict(named):
        st.session_state[TRAIL] = [asked]
        explanation(session, year)


def figure(session: Session, name: str, year: int, label: str, *, good_when_lower: bool) -> dict[str, Any]:
    """One figure in words: with its unit, and the change by scenarios and sliders."""
    one = session.result.graph.lines[name]
    at = session.result.years.index(year)
    shown = session.result.series(name, session.shown)[at]
    change = shown - session.result.series(name, 0)[at]
    is_told = change != 0 and math.isfinite(change)
    return {"name": name, "line": one.label, "label": label or one.label, "value": amount(shown, one.unit),
            "unit": unit_in_words(one.unit), "is_better": (change < 0) == good_when_lower,
            "change": f"{'+' if change > 0 else ''}{amount(change, one.unit)}" if is_told else ""}


@st.dialog("Where this number comes from", width="large")
def explanation(session: Session, year: int) -> None:
    """The derivation of a number, step by step down to its sources."""
    trail: list[str] = st.session_state[TRAIL]
    node = explain(session.result, trail[-1], year, session.sources, session.shown)
    if len(trail) > 1:
        st.button("Back", icon=":material/arrow_back:", on_click=_back, args=(trail,))
    st.subheader(escape(node.label))
    if node.total is not None:
        st.markdown(f"**{escape(value_in_words(node.total, node.unit))}** in {year}")
    if node.formula:
        st.markdown(f"= {escape(node.formula)}")
    if node.overridden:
        st.warning("This number was given, or depends on one that was given instead of computed.")
    if node.total is None and node.rows:
        table([{"Row": row, "Value": value_in_words(value, node.unit)} for row, value in node.rows], f"{node.label}, row by row")
    for child in node.children:
        _part(child, trail)


def _back(trail: list[str]) -> None:
    trail.pop()


def _part(child: Node, trail: list[str]) -> None:
    value = f": {value_in_words(child.total, child.unit)}" if child.total is not None else f" ({len(child.rows)} rows)"
    if child.formula:
        st.button(escape(f"{child.label}{value}"), key=f"part-{child.name}", icon=":material/subdirectory_arrow_right:",
                  on_click=trail.append, args=(child.name,), type="tertiary")
        return
    cited = {leaf.row: str(leaf.citation) for leaf in child.leaves if leaf.citation}
    if not cited:
        st.caption(f"{escape(child.label + value)}: follows from the calendar or from a choice in the practice file")
        return
    st.markdown(escape(f"{child.label}{value}"))
    table([{"Assumption": row or child.name, "Value": value_in_words(shown, child.unit),
            "Source and status": cited.get(row or next(iter(cited)), "not used")} for row, shown in child.rows],
          f"{child.label}, with sources")
