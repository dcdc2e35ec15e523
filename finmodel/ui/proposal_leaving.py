"""What is due when the hospital or the group ends a proposal early, at the end of each year."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from finmodel.analysis.proposals import Leaving, leaving
from finmodel.contracts.proposal import Proposal
from finmodel.format import in_full, money, parts_of, short_money
from finmodel.ui.run import Session
from finmodel.ui.widgets import escape

COSTS, OWES = "Hospital ends it: cost to the hospital", "Group ends it: the group owes"
TOLD = ("Dollars, beside the true-up of the year, which is settled in any case. Work during the notice is done and paid for as "
        "before. At the end of the term nobody owes anything for leaving; recruits who leave later still return what they have "
        "not earned.")


def if_ended(run: Session, proposal: Proposal, key: str) -> None:
    """Who owes whom what, in a sentence and year by year."""
    found = leaving(run.result, key, run.shown)
    if not found:
        st.info("Nobody can end this contract early in the years that are projected: it ends with the first of them, or before.")
        return
    notice = in_full(proposal.notice.days.at(found[0].year), "day")
    st.markdown(f"Either side may end the contract without cause, {escape(notice)} ahead. {sentence(found[0])}")
    rows = by_year(found).map(escape)
    rows.loc[[COSTS, OWES]] = rows.loc[[COSTS, OWES]].map("**{}**".format)
    st.table(rows.rename(index={name: f"**{name}**" for name in (COSTS, OWES)}), border="horizontal",
             alt="What leaving at the end of each year costs the hospital, and what the group owes if it leaves")
    st.caption(TOLD)


def sentence(one: Leaving) -> str:
    """What each side's leaving comes to at the end of a year."""
    owes = f"owes the hospital **{escape(short_money(one.group_owes))}** for recruitment" if one.group_owes >= 0.5 else (
        "owes the hospital nothing")
    return (f"At the end of {one.year} ending it would cost the hospital **{escape(short_money(one.costs_hospital))}**; if the "
            f"group ends it then, the group {owes}.")


def by_year(found: Sequence[Leaving]) -> pd.DataFrame:
    """Amounts down, years across; the parts foot to the cost to the hospital."""
    columns: Mapping[str, list[float]] = {
        f"End of {one.year}": [*map(float, parts_of([one.still_pays, one.forgiven], one.costs_hospital)), one.costs_hospital,
                               one.group_owes] for one in found}
    return pd.DataFrame(columns, index=["Hospital ends it: payments during the notice, and tail",
                                        "Hospital ends it: recruitment forgiven", COSTS, OWES]).map(money)
