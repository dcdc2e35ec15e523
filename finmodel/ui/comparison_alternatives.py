"""What the hospital could do instead, beside the proposals, with the standing of the numbers behind it."""

from collections import Counter

import pandas as pd
import streamlit as st

from finmodel.analysis.alternatives import AlternativeCost, alternative_costs
from finmodel.assumptions.quantity import quantities
from finmodel.format import NOT_AVAILABLE, money, number, percent
from finmodel.ui.comparison_runs import Compared
from finmodel.ui.widgets import escape


def alternatives(shown: Compared) -> None:
    """A table for every volume and time that proposals have in common."""
    st.header("What the hospital could do instead")
    costs = {key: found for key in shown.labels if (found := alternative_costs(shown.run.result, key))}
    if not costs:
        st.info("The first year of these contracts is not projected, so nothing can be put beside it.")
        return
    st.markdown("What each way costs the hospital in all, not only what is new. Alternatives are counted at the volume and for "
                "the time of the proposals they stand beside, transition included.")
    for keys in _alike(costs):
        first = costs[keys[0]]
        rows = [_row(costs[key][0], "as agreed in the proposal") for key in keys]
        rows += [_row(one, standing_of(shown, one.key)) for one in first[1:]]
        ways = [*(shown.labels[key] for key in keys), *(one.label for one in first[1:])]
        st.table(pd.DataFrame(rows, index=ways).map(escape).rename(index=escape), border="horizontal",
                 alt=f"Cost to the hospital of {', '.join(shown.labels[key] for key in keys)} and of each alternative")
    st.markdown("\n".join(f"- **{escape(one.label)}**: {escape(one.description + leavers(one))}"
                          for one in next(iter(costs.values()))[1:]))
    st.caption("No alternative is a forecast. Where a number is a judgment or a placeholder, the hospital's own belongs in its "
               "place.")


def leavers(one: AlternativeCost) -> str:
    """How much of the group leaves and why, and what is then not counted; empty where all of it does at once."""
    if one.leaving is None or one.leaving >= 1.0:
        return ""
    below = f"since its pay would be {percent(one.pay_gap)} below the market" if one.pay_gap else (
        "at pay no lower than the market's")
    return f" In {one.first_year}, {percent(one.leaving)} of the group leaves, {below}.{BOUGHT_ONLY}"


BOUGHT_ONLY = (" It counts only the reads the hospital then buys: not what failure costs, such as late reads, patients sent "
               "elsewhere and services that close.")


def _alike(costs: dict[str, tuple[AlternativeCost, ...]]) -> list[list[str]]:
    """The proposals beside which every alternative costs the same."""
    groups: dict[tuple[tuple[float, ...], ...], list[str]] = {}
    for key, found in costs.items():
        groups.setdefault(tuple((one.in_first_year, one.whole_term) for one in found[1:]), []).append(key)
    return list(groups.values())


def _row(one: AlternativeCost, numbers: str) -> dict[str, str]:
    quarter = NOT_AVAILABLE if one.transition_quarter is None else money(one.transition_quarter)
    return {f"First year, {one.first_year}": money(one.in_first_year), "Whole term": money(one.whole_term),
            "First three months, with transition": quarter, "Numbers behind it": numbers}


def standing_of(shown: Compared, key: str) -> str:
    """How many numbers of an alternative have which status."""
    counts = Counter(one.status for _, one in quantities(shown.run.result.assumptions[0].alternatives[key]))
    return ", ".join(f"{number(count)} {status}" for status, count in counts.most_common())
