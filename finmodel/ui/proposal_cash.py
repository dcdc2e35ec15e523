"""The cash of a proposal by month in its first two years, as each side sees it."""

import calendar
from collections.abc import Callable
from operator import attrgetter

import streamlit as st

from finmodel.analysis.proposals import Month, cash_by_month
from finmodel.format import money, short_money
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


def cash(run: Session, key: str) -> None:
    """When money moves, and how low the group's balance falls."""
    months = cash_by_month(run.result, key, run.shown)
    if not months:
        st.info("The months of this contract lie outside the projection.")
        return
    st.markdown(escape(sentence(months)))
    table([{title: shown(one) for title, shown in COLUMNS.items()} for one in months], "Cash by month",
          height=35 * (len(months) + 1) + 3)
    st.caption("Dollars a month; balances begin at zero on the first day. A new group waits for its first collections, an "
               "established one still collects what it read before. A minus of the true-up is a refund.")


def sentence(months: tuple[Month, ...]) -> str:
    """What the hospital pays in the months shown, and where the group's balance is lowest."""
    lowest = min(months, key=attrgetter("group_balance"))
    new = min(months, key=attrgetter("group_balance_from_nothing"))
    low = lowest.group_balance
    falls = f"is lowest in {month_in_words(lowest.month)}, at {short_money(low)}" if low < 0 else "never falls below zero"
    first, last = (month_in_words(one.month) for one in (months[0], months[-1]))
    return (f"From {first} to {last} the balance of the group {falls}. A group without receivables of its own would be at "
            f"{short_money(new.group_balance_from_nothing)} in {month_in_words(new.month)}, its lowest.")
