"""Tables to read: the reader can save each as a file for spreadsheets, so that none may hold what these take for a formula."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import pyarrow
import streamlit as st

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table(rows: Sequence[Mapping[str, Any]], alternative: str, *, marks: Mapping[str, Callable[[object], str]] | None = None,
          height: int | Literal["auto", "content"] = "auto", columns: Mapping[str, Any] | None = None) -> None:
    """Rows of words, the names of the columns from the first; ``marks`` gives the style of a cell, by column."""
    shown = [{name: harmless(cell) for name, cell in row.items()} for row in rows]
    st.dataframe(_marked(shown, marks) if marks else pyarrow.Table.from_pylist(shown), hide_index=True, width="stretch",
                 height=height, alt=alternative, column_config=columns)


def harmless(cell: Any) -> Any:
    """A cell whose text no spreadsheet takes for a formula: a joiner without width stands before it."""
    return f"\u2060{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _marked(rows: Sequence[Mapping[str, Any]], marks: Mapping[str, Callable[[object], str]]) -> Any:
    import pandas as pd  # the first page needs none of it

    styled = pd.DataFrame(rows).style
    for column, mark in marks.items():
        styled = styled.map(mark, subset=[column])
    return styled
