"""Parts that pages share: escaped text, values in words, charts, the master check."""

import re
from collections.abc import Mapping
from datetime import datetime

import pyarrow
import streamlit as st

from finmodel.charts import Chart
from finmodel.format import amount, unit_in_words
from finmodel.ui.run import Session


def escape(text: str) -> str:
    """Text of a user as text: no markdown, no images, no formulas."""
    # Symbols, addresses and mail are found after backslashes are gone; a joiner without width keeps them from being found, and a
    # minus with its amount on one line.
    parted = re.sub(r"(?<=:)(?=[a-z+/-])|(?<=www)(?=\.)|(?<=@)(?=\w)|(?<=−)(?=\$)", "\u2060", text, flags=re.IGNORECASE)
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


def section(title: str, text: str, level: int = 2) -> None:
    """A heading and what stands under it, as one element: each costs the server and the browser a part of a millisecond."""
    st.markdown(f"{'#' * level} {escape(title)}\n\n{text}")


def draw(chart: Chart) -> None:
    """A chart with its text alternative."""
    st.vega_lite_chart(pyarrow.Table.from_pylist(chart.data), chart.spec, alt=chart.alternative, theme=None, width="stretch")


def value_in_words(value: float, unit: str) -> str:
    """A value with its unit."""
    return f"{amount(value, unit)} {unit_in_words(unit)}".strip()


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
