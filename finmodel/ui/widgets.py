"""Parts that pages share: escaped text, figures with their derivation one click away, charts, the master check."""

import re

import pandas as pd
import streamlit as st

from finmodel.charts import Chart
from finmodel.explain import Node, explain
from finmodel.format import amount, unit_in_words
from finmodel.ui.state import Session

TRAIL = "explained_lines"


def escape(text: str) -> str:
    """Text of a user as text: no markdown, no images, no formulas."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>$~:])", r"\\\1", text)


def theme() -> str:
    """Light or dark, as the reader has it."""
    return "dark" if st.context.theme.type == "dark" else "light"


def draw(chart: Chart) -> None:
    """A chart with its text alternative."""
    st.vega_lite_chart(chart.data, chart.spec, alt=chart.alternative, theme=None, width="stretch")


def value_in_words(value: float, unit: str) -> str:
    """A value with its unit."""
    return f"{amount(value, unit)} {unit_in_words(unit)}".strip()


def figure(session: Session, name: str, year: int, *, label: str | None = None, good_when_lower: bool = True) -> None:
    """One figure with its unit, the change by the scenarios, and the way to its derivation."""
    one = session.result.graph.lines[name]
    at = session.result.years.index(year)
    shown = session.result.series(name, session.shown)[at]
    before = session.result.series(name, 0)[at]
    change = f"{amount(shown - before, one.unit)} by the scenarios" if session.shown and shown != before else None
    with st.container(border=True):
        st.metric(label or one.label, amount(shown, one.unit), change, help=unit_in_words(one.unit) or None,
                  delta_color="inverse" if good_when_lower else "normal")
        st.caption(unit_in_words(one.unit) or " ")
        if st.button("Explain", key=f"explain-{name}-{year}", type="tertiary", icon=":material/account_tree:",
                     help=f"Where '{one.label}' comes from"):
            st.session_state[TRAIL] = [name]
            explanation(session, year)


@st.dialog("Where this number comes from", width="large")
def explanation(session: Session, year: int) -> None:
    """The derivation of a number, step by step down to its sources."""
    trail: list[str] = st.session_state[TRAIL]
    node = explain(session.result, trail[-1], year, session.sources, session.shown)
    if len(trail) > 1:
        st.button("Back", icon=":material/arrow_back:", on_click=_back, args=(trail,))
    st.subheader(node.label)
    if node.total is not None:
        st.markdown(f"**{escape(value_in_words(node.total, node.unit))}** in {year}")
    if node.formula:
        st.markdown(f"= {escape(node.formula)}")
    if node.overridden:
        st.warning("This number was given, or depends on one that was given instead of computed.")
    if node.total is None and node.rows:
        st.dataframe(_rows(node), hide_index=True, width="stretch")
    for child in node.children:
        _part(child, trail)


def _back(trail: list[str]) -> None:
    trail.pop()


def _rows(node: Node) -> pd.DataFrame:
    return pd.DataFrame([{"Row": row, "Value": value_in_words(value, node.unit)} for row, value in node.rows])


def _part(child: Node, trail: list[str]) -> None:
    value = f": {value_in_words(child.total, child.unit)}" if child.total is not None else f" ({len(child.rows)} rows)"
    if child.formula:
        st.button(f"{child.label}{escape(value)}", key=f"part-{child.name}", icon=":material/subdirectory_arrow_right:",
                  on_click=trail.append, args=(child.name,), type="tertiary")
        return
    cited = {leaf.row: str(leaf.citation) for leaf in child.leaves if leaf.citation}
    if not cited:
        st.caption(f"{child.label}{escape(value)}: follows from the calendar or from a choice in the practice file")
        return
    st.markdown(f"{child.label}{escape(value)}")
    st.dataframe(pd.DataFrame([{"Assumption": row or child.name, "Value": value_in_words(shown, child.unit),
                                "Source and status": cited.get(row or next(iter(cited)), "not used")}
                               for row, shown in child.rows]), hide_index=True, width="stretch")


def master_check(session: Session) -> None:
    """All integrity checks in one line, the failing ones by name."""
    failed = session.result.failed_checks()
    if not failed:
        st.success(f"All {session.result.check_count} integrity checks pass.", icon=":material/check_circle:")
        return
    labels = "; ".join(session.result.graph.lines[name].label for name in failed)
    st.error(f"{len(failed)} of {session.result.check_count} integrity checks fail: {labels}. Do not use these figures.",
             icon=":material/error:")
