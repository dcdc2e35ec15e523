"""The cash of a proposal by month in its first two years, as each side sees it."""

import calendar
from collections.abc import Callable
from operator import attrgetter

import streamlit as st

from finmodel.analysis.proposals import Month, cash_by_month
from finmodel.analysis.settlement import HALF_A_CENT
from finmodel.format import money, short_money
from finmodel.ui.proposal_happening import Happening, choose
from finmodel.ui.proposal_settlement import actuals_given
from finmodel.ui.run import Session
from finmodel.ui.tables import table
from finmodel.ui.widgets import escape

COLUMNS: dict[str, Callable[[Month], str]] = {
    "Month": lambda one: month_in_words(one.month),
    "Interim payment": lambda one: money(one.interim),
    "True-up": lambda one: money(one.true_up),
    "Hospital pays": lambda one: money(one.hospital_pays),
    "Collections": lambda one: money(one.collections),
    "Other money": lambda one: money(one.other_money),
    "Expense": lambda one: money(one.expense),
    "Group keeps": lambda one: money(one.group_keeps),
    "Group's balance": lambda one: money(one.group_balance),
    "Balance of a new group": lambda one: money(one.group_balance_from_nothing),
}


def month_in_words(month: str) -> str:
    """2026-01 → January 2026."""
    year, number = month.split("-")
    return f"{calendar.month_name[int(number)]} {year}"


def cash(run: Session, key: str, of: str) -> None:
    """When money moves, what is trued up, and how low the group's balance falls."""
    if not cash_by_month(run.result, key, run.shown):
        st.info("The months of this contract lie outside the projection.")
        return
    happens = choose(run, run.result, Happening(run.result, run.shown, is_agreed=True), "proposal", (key, actuals_given(of)))
    months = cash_by_month(happens.result, key, happens.case)
    st.markdown(escape(sentence(months)) + ("" if happens.is_agreed else f" {true_ups(months)}"))
    table([{title: shown(one) for title, shown in COLUMNS.items()} for one in months], "Cash by month",
          height=35 * (len(months) + 1) + 3)
    st.caption("Dollars a month; balances begin at zero on the first day. A new group waits for its first collections, an "
               "established one still collects what it read before. A minus of the true-up is a refund.")


def true_ups(months: tuple[Month, ...]) -> str:
    """What is trued up in the months shown, and in which."""
    settled = [one for one in months if abs(one.true_up) >= HALF_A_CENT]
    if not settled:
        return "Nothing is trued up: what happens changes none of the payments of the first year."
    told = (f"in {month_in_words(one.month)} {'the hospital pays' if one.true_up > 0 else 'the group refunds'} "
            f"**{escape(short_money(abs(one.true_up)))}**" for one in settled)
    return f"True-up: {' and '.join(told)}."


def sentence(months: tuple[Month, ...]) -> str:
    """What the hospital pays in the months shown, and where the group's balance is lowest."""
    lowest = min(months, key=attrgetter("group_balance"))
    new = min(months, key=attrgetter("group_balance_from_nothing"))
    low = lowest.group_balance
    falls = f"is lowest in {month_in_words(lowest.month)}, at {short_money(low)}" if low < 0 else "never falls below zero"
    first, last = (month_in_words(one.month) for one in (months[0], months[-1]))
    return (f"From {first} to {last} the balance of the group {falls}. A group without receivables of its own would be at "
            f"{short_money(new.group_balance_from_nothing)} in {month_in_words(new.month)}, its lowest.")
