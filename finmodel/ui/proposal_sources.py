"""Where the numbers of a clause come from: each with its status, source and date."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from finmodel.assumptions import Quantity, Record, Source
from finmodel.assumptions.quantity import quantities
from finmodel.assumptions.words import capitalized
from finmodel.contracts.term_sheet import term_label
from finmodel.explain import cite
from finmodel.format import in_full, typed
from finmodel.ui.widgets import escape


def sources(clause: Record, known: Mapping[str, Source]) -> None:
    """Every number of a clause, its modifiers and its escalator, with where it comes from."""
    rows = list(_rows(clause, known))
    if not rows:
        st.caption("There are no numbers in this part.")
        return
    st.table(pd.DataFrame(rows, columns=["Term", "Value", "Status and source"]).map(escape), hide_index=True, border="horizontal",
             alt="The numbers with their status and source")


def _rows(clause: Record, known: Mapping[str, Source]) -> Iterator[tuple[str, str, str]]:
    for path, quantity in quantities(clause):
        yield term_label(clause, path), value_of(quantity), capitalized(str(cite(path, quantity, 9999, dict(known))))


def value_of(quantity: Quantity) -> str:
    """A number, or its path over the years, with its unit."""
    dated: Mapping[Any, float] = quantity.by_year or quantity.by_date or {}
    if quantity.value is not None:
        return in_full(quantity.value, quantity.unit)
    return "; ".join(f"{at}: {typed(value, quantity.unit)}" for at, value in dated.items())
