"""Who bears which risk under each proposal, in colour, words and numbers."""

import math

import pandas as pd
import streamlit as st

from finmodel.analysis.risk_map import Response
from finmodel.format import percent, short_money
from finmodel.ui.comparison_runs import Compared
from finmodel.ui.widgets import escape

MOSTLY = 2 / 3


def risks(shown: Compared) -> None:
    """The risk map and its largest difference."""
    st.header("Who bears which risk")
    if not all(shown.responses.values()):
        st.info("No year of these contracts after the base year is projected: there is nothing to happen otherwise than agreed.")
        return
    st.markdown(sentence(shown))
    st.table(table(shown), border="horizontal",
             alt="The hospital's share of a change of the deficit under each proposal, by what happens")
    st.caption("What happens from the first contract year after the base year on, when the budget stays as agreed. The share is "
               "the hospital's part of the change of the deficit over the contract; the rest stays with the group. Below zero "
               "the hospital pays less although the group lacks more; above the whole it pays more than the group lacks.")


def table(shown: Compared) -> pd.DataFrame:
    """What may happen down, proposals across."""
    happens = [escape(one.label) for one in next(iter(shown.responses.values()))]
    return pd.DataFrame({escape(shown.labels[key]): [cell(one) for one in found] for key, found in shown.responses.items()},
                        index=happens)


def cell(one: Response) -> str:
    """The hospital's share, and who bears the change, in a colour of its own."""
    if not math.isfinite(one.hospital_share):
        return "the deficit does not change"
    colour, words = borne_by(one.hospital_share)
    return f":{colour}-background[{escape(percent(one.hospital_share, 0))} · {words}]"


def borne_by(share: float) -> tuple[str, str]:
    """The colour and the words of the hospital's share of a change."""
    if round(share, 3) < 0:
        return "red", "works against the group"
    if share <= 1 - MOSTLY:
        return "orange", "mostly the group" if round(share, 3) else "the group alone"
    if share < MOSTLY:
        return "violet", "shared"
    if round(share, 3) == 1:
        return "blue", "the hospital alone"
    return "blue", "mostly the hospital" if share < 1 else "more than the change"


def sentence(shown: Compared) -> str:
    """What happens where the hospital's payments differ most, and what it bears of it."""
    by_shock = list(zip(*shown.responses.values(), strict=True))
    widest = max(by_shock, key=lambda found: _spread([one.payment_change for one in found]))
    if _spread([one.payment_change for one in widest]) < 0.5:
        return "They answer alike, whatever happens."
    by_key = dict(zip(shown.responses, widest, strict=True))
    most, least = (pick(by_key, key=lambda key: by_key[key].payment_change) for pick in (max, min))
    return (f"They differ most here: **{escape(widest[0].label)}**. The deficit then changes by "
            f"{escape(short_money(by_key[most].deficit_change))} over the contract. Under {_bears(shown, most, by_key[most])}, "
            f"under {_bears(shown, least, by_key[least])}.")


def _bears(shown: Compared, key: str, one: Response) -> str:
    change = one.payment_change
    pays = "the hospital pays the same" if abs(change) < 0.5 else (
        f"the hospital pays **{escape(short_money(abs(change)))} {'more' if change > 0 else 'less'}**")
    return f"**{escape(shown.labels[key])}** {pays}"


def _spread(values: list[float]) -> float:
    return max(values) - min(values)
