"""What leaving each proposal early costs either side, beside each other."""

import pandas as pd
import streamlit as st

from finmodel.analysis.proposals import leaving
from finmodel.format import NOT_AVAILABLE, money
from finmodel.ui.comparison_runs import Compared
from finmodel.ui.proposal_leaving import TOLD
from finmodel.ui.widgets import escape


def if_ended(shown: Compared) -> None:
    """Who owes whom at the end of each year if either side leaves."""
    st.header("If either side leaves")
    rows = table(shown)
    if rows.empty:
        st.info("Nobody can end these contracts early in the years that are projected.")
        return
    st.table(rows.map(escape).rename(index=escape), border="horizontal",
             alt="What leaving at the end of each year costs the hospital, and what the group owes, under each proposal")
    st.caption(TOLD)


def table(shown: Compared) -> pd.DataFrame:
    """Proposals and the side that leaves down, ends of years across."""
    rows: dict[str, dict[str, str]] = {}
    for key, label in shown.labels.items():
        found = {f"End of {one.year}": one for one in leaving(shown.run.result, key)}
        rows[f"{label}: hospital ends it, cost to the hospital"] = {at: money(one.costs_hospital) for at, one in found.items()}
        rows[f"{label}: group ends it, the group owes"] = {at: money(one.group_owes) for at, one in found.items()}
    return pd.DataFrame.from_dict(rows, orient="index").sort_index(axis="columns").fillna(NOT_AVAILABLE)
