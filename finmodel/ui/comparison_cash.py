"""Cash by month in the first two years of every proposal, as the hospital and as the group see it."""

from operator import attrgetter

import streamlit as st

from finmodel import comparison_charts
from finmodel.analysis.proposals import Month, cash_by_month
from finmodel.format import short_money
from finmodel.ui.comparison_runs import Compared
from finmodel.ui.proposal_cash import month_in_words, true_ups
from finmodel.ui.proposal_happening import Happening, choose
from finmodel.ui.widgets import draw, escape, theme

HOSPITAL, GROUP = "What the hospital pays in the month", "The group's balance since the first day"


def cash(shown: Compared) -> None:
    """When money moves: the hospital's payments, and how low the group's balance falls."""
    st.header("Cash by month")
    if not any(cash_by_month(shown.run.result, key) for key in shown.labels):
        st.info("The first two years of these contracts lie outside the projection.")
        return
    happens = choose(shown.run, shown.as_it_stands, Happening(shown.run.result, 0, is_agreed=True), "compared")
    months = {shown.labels[key]: found for key in shown.labels
              if (found := cash_by_month(happens.result, key, happens.case))}
    st.markdown("\n".join(f"- {lowest(label, found)}{'' if happens.is_agreed else f' {true_ups(found)}'}"
                          for label, found in months.items()))
    grid = st.grid(min_column_width=420, gap="medium")
    for title, of, is_step in ((HOSPITAL, "hospital_pays", True), (GROUP, "group_balance", False)):
        with grid.container():
            st.subheader(title)
            draw(comparison_charts.by_month(title, {label: [(one.month, getattr(one, of)) for one in found]
                                                    for label, found in months.items()}, theme(), is_step=is_step))
    st.caption("The first two years of each contract; balances begin at zero on the first day, for a group that still collects "
               "what it read before. The page Proposals has every month in figures, under Cash.")


def lowest(label: str, months: tuple[Month, ...]) -> str:
    """Where the group's balance is lowest under a proposal."""
    one = min(months, key=attrgetter("group_balance"))
    if one.group_balance >= 0:
        return f"**{escape(label)}**: the balance of the group never falls below zero."
    return (f"**{escape(label)}**: the balance of the group is lowest in {month_in_words(one.month)}, at "
            f"**{escape(short_money(one.group_balance))}**.")
