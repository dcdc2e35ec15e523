"""What adding one radiologist does, asked on the Overview and closed until then."""

import math

import pandas as pd
import streamlit as st

from finmodel import comparison_charts
from finmodel.analysis.hire import MONTHS, Added, Hire, add_radiologist, radiologist_categories
from finmodel.assumptions.words import capitalized
from finmodel.format import money, number, short_money
from finmodel.ui.opening import part
from finmodel.ui.run import Session
from finmodel.ui.widgets import draw, escape, theme

YEARS_DRAWN = 3
NOT_BACK = "not in five years"


def adding_a_radiologist(session: Session, year: int) -> None:
    """The question, and while it is open the answer for the category of radiologists chosen."""
    assumptions = session.result.assumptions[session.shown]
    categories = radiologist_categories(assumptions)
    asked = part("What does adding one radiologist do?", "hire-open", icon=":material/person_add:") if categories else None
    if asked is None:
        return
    with asked:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            category = st.selectbox("One more of", list(categories), key="hire-category", persist_state="session", width=320,
                                    format_func=categories.__getitem__)
            work_rvus = st.number_input("Work RVUs a year, if you have a number", 0, 50_000, None, 500, key="hire-work",
                                        placeholder="Several are shown", persist_state="session", width=320)
        added = add_radiologist(assumptions, category, year, work_rvus)
        st.markdown(escape(sentence(added)).replace("\\*\\*", "**"))
        st.table(table(added).map(escape).rename(columns=escape, index=escape), border="horizontal",
                 alt="What one radiologist more costs and brings in, at several amounts of work")
        title = "What has come in less what was spent since the start"
        st.markdown(f"**{title}**")
        draw(comparison_charts.by_month(title, _by_month(added), theme(), is_step=False))
        st.caption("The table is for work that comes beside what is read today, at the same mix of exams and payers. Work RVUs "
                   "are counted as the benchmark counts them. Productivity grows as the practice says of those who are new, and "
                   "money comes in after the days in receivables; recruiting is not in it.")


def sentence(added: Added) -> str:
    """What it costs, the work that pays for it, and what it does at the work projected anyhow."""
    one = next(iter(added.hires.values()))
    change = added.deficit_change
    effect = "does not change" if abs(change) < 0.5 else f"{'rises' if change > 0 else 'falls'} by **{short_money(abs(change))}**"
    replaced = f"replaces reads bought for **{short_money(added.bought_less)}**" if added.bought_less >= 0.5 else (
        "replaces no reads that are bought")
    pays = (f"New work pays for the post from **{number(one.break_even_work_rvus)} work RVUs** a year on."
            if math.isfinite(one.break_even_work_rvus) else "No work pays for it: what is read brings in no more than it costs.")
    return (f"In {added.year} one full-time radiologist more costs **{short_money(one.cost)}** a year. {pays} With no more work "
            f"than is projected anyhow it {replaced}, and the deficit {effect}.")


def table(added: Added) -> pd.DataFrame:
    """Figures down, amounts of work across."""
    return pd.DataFrame({capitalized(called): _column(one) for called, one in added.hires.items()})


def _column(one: Hire) -> dict[str, str]:
    lowest = f"{money(one.lowest[1])} in month {one.lowest[0]}" if one.lowest else "keeps falling"
    return {"Work RVUs read": number(one.work_rvus), "Extra revenue": money(one.revenue),
            "Billing and other expense with it": money(-one.expense_of_work), "Cost of the post": money(-one.cost),
            "Net a year": money(one.net), "Net a month": money(one.net / MONTHS), "Lowest balance": lowest,
            "Paid back in": NOT_BACK if one.payback_month is None else f"month {one.payback_month}"}


def _by_month(added: Added) -> dict[str, list[tuple[str, float]]]:
    months = [f"{added.year + at // MONTHS}-{at % MONTHS + 1:02}" for at in range(YEARS_DRAWN * MONTHS)]
    return {capitalized(called): list(zip(months, one.balances(len(months)), strict=True)) for called, one in added.hires.items()}
