"""Parts that pages share: escaped text, figures with their derivation one click away, charts, the master check."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

import pandas as pd
import streamlit as st

from finmodel.charts import Chart
from finmodel.explain import Node, explain
from finmodel.format import amount, unit_in_words
from finmodel.ui.run import Session

TRAIL = "explained_lines"


def escape(text: str) -> str:
    """Text of a user as text: no markdown, no images, no formulas."""
    # Symbols, addresses and mail are found after backslashes are gone; a joiner without width keeps them from being found.
    parted = re.sub(r"(?<=:)(?=[a-z+/-])|(?<=www)(?=\.)|(?<=@)(?=\w)", "\u2060", text, flags=re.IGNORECASE)
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>$~:])", r"\\\1", parted)


def distinct(labels: Mapping[str, str]) -> dict[str, str]:
    """The labels by key, numbered where several are the same: a list of choices tells its rows apart by their words."""
    shown: dict[str, str] = {}
    for key in sorted(labels):
        taken = set(shown.values())
        numbered = (labels[key] if at == 1 else f"{labels[key]} ({at})" for at in range(1, len(labels) + 1))
        shown[key] = next(one for one in numbered if one not in taken)
    return {key: shown[key] for key in labels}


def theme() -> str:
    """Light or dark, as the reader has it."""
    return "dark" if st.context.theme.type == "dark" else "light"


def draw(chart: Chart) -> None:
    """A chart with its text alternative."""
    st.vega_lite_chart(chart.data, chart.spec, alt=chart.alternative, theme=None, width="stretch")


def value_in_words(value: float, unit: str) -> str:
    """A value with its unit."""
    return f"{amount(value, unit)} {unit_in_words(unit)}".strip()


def figures(session: Session, year: int, named: Sequence[tuple[str, str]], *, good_when_lower: bool = True) -> None:
    """Figures side by side, as many in a row as there is room for; a line's own label where none is given."""
    grid = st.grid(min_column_width=180, gap="small")
    for name, label in named:
        with grid.container(border=True, height="stretch", gap="xsmall"):
            figure(session, name, year, label or session.result.graph.lines[name].label, good_when_lower=good_when_lower)


def figure(session: Session, name: str, year: int, label: str, *, good_when_lower: bool) -> None:
    """One figure with its unit, the change by scenarios and sliders, and the way to its derivation."""
    one = session.result.graph.lines[name]
    at = session.result.years.index(year)
    shown = session.result.series(name, session.shown)[at]
    change = shown - session.result.series(name, 0)[at]
    st.markdown(escape(label))
    st.markdown(f"### {escape(amount(shown, one.unit))}")
    if change and math.isfinite(change):
        colour = "green" if (change < 0) == good_when_lower else "red"
        sign = "+" if change > 0 else ""
        st.markdown(f":{colour}[{escape(sign + amount(change, one.unit))}] with the changes")
    st.markdown(f":small[{unit_in_words(one.unit)}]" if unit_in_words(one.unit) else " ")
    if st.button("Explain", key=f"explain-{name}-{year}", type="tertiary", icon=":material/account_tree:",
                 help=f"Where '{escape(one.label)}' comes from"):
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


def standing(session: Session) -> None:
    """The master check, and which text the figures are of when the draft cannot be computed."""
    if session.faults:
        st.warning(f"The draft has {len(session.faults)} fault(s), listed on the page Practice. Until they are mended, these "
                   "are the figures of its last version.", icon=":material/edit_off:")
    failed = session.result.failed_checks(session.shown)
    if not failed:
        st.success(f"All {session.result.check_count} integrity checks pass.", icon=":material/check_circle:")
        return
    labels = "; ".join(session.result.graph.lines[name].label for name in failed)
    st.error(f"{len(failed)} of {session.result.check_count} integrity checks fail: {labels}. Do not use these figures.",
             icon=":material/error:")


def said(moment: datetime) -> str:
    """A moment as people say it, in this machine's time: today 14:02, 24 Nov 2026 14:02."""
    local, now = moment.astimezone(), datetime.now().astimezone()
    return f"today {local:%H:%M}" if local.date() == now.date() else f"{local.day} {local:%b %Y %H:%M}"
