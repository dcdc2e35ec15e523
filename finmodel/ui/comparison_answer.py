"""The answer of a comparison: what each proposal brings and leaves, side by side, and where each figure comes from."""

import math
from itertools import groupby

import pandas as pd
import streamlit as st

from finmodel.contracts.term_sheet import date_in_words, term_sheet
from finmodel.format import amount, money, short_money
from finmodel.ui.comparison_runs import Compared
from finmodel.ui.figures import TRAIL, explanation, figures
from finmodel.ui.widgets import escape, standing

NO_LIMIT, EXPLAIN = "no limit", "explain-comparison"
# What is told of the first year of each proposal, by the names of its figures.
OF_FIRST_YEAR = {
    "net_new_payment": "Net new money",
    "most_owed": "Most the hospital can owe",
    "comes_back": "Comes back if collections are 5 % better",
    "deficit_share_covered": "Share of the deficit covered",
    "residual_deficit": "Left uncovered",
    "payment_per_fte": "Payment per radiologist FTE",
}
FACTS = {"Term": "Term", "Covers": "Covers", "Payment": "Paid and settled", "Valuation": "How the present value is counted"}
EXPLAINED = {
    "net_new_payment": "Net new money", "net_new_so_far": "Net new money up to the year", "total": "Total payment",
    "most_owed": "Most the hospital can owe", "deficit_share_covered": "Share of the deficit covered",
    "residual_deficit": "Left uncovered", "payment_per_fte": "Payment per radiologist FTE",
    "present_value": "Present value up to the year", "alternative_cost": "Cost of the alternatives",
}


def answer(shown: Compared) -> None:
    """The sentence, the headline figures and the table."""
    st.markdown(sentence(shown))
    for year, keys in groupby(shown.labels, key=shown.first_year):
        figures(shown.run, year, [(f"{key}__net_new_payment", f"{shown.labels[key]}: net new money {year}") for key in keys])
    standing(shown.run)
    st.subheader("First year of each contract")
    _table(of_first_year(shown), "What each proposal pays, leaves uncovered and can come to in its first year")
    st.subheader("Whole term, as far as it is projected")
    _table(of_whole_term(shown), "What each proposal pays and can come to over its term")
    st.caption("Dollars. Better collections are those of every year; the budget stays as agreed.")
    _facts(shown)
    _explained(shown)
    if shown.run.scenarios or shown.run.levers:
        st.info("The scenarios and sliders chosen are part of what is agreed here: each proposal is budgeted on them.")


def sentence(shown: Compared) -> str:
    """Which proposal asks for the least and which for the most new money, and what each leaves uncovered."""
    new = {key: shown.value(f"{key}__net_new_payment", shown.first_year(key)) for key in shown.labels}
    least, most = min(new, key=new.__getitem__), max(new, key=new.__getitem__)
    if new[most] - new[least] < 0.5:
        return (f"All ask for the same new money in their first year, **{escape(short_money(new[least]))}**. They differ in what "
                "they can come to and in who bears which risk.")
    return (f"**{escape(shown.labels[least])}** asks for the least new money in its first year, "
            f"**{escape(short_money(new[least]))}**, and {_leaves(shown, least)}. **{escape(shown.labels[most])}** asks for the "
            f"most, **{escape(short_money(new[most]))}**, and {_leaves(shown, most)}.")


def _leaves(shown: Compared, key: str) -> str:
    left = shown.value(f"{key}__residual_deficit", shown.first_year(key))
    if left <= -0.5:
        return f"leaves the group a surplus of **{escape(short_money(-left))}**"
    much = f"**{escape(short_money(left))}**" if left >= 0.5 else "nothing"
    whose = "the deficit" if shown.proposals[key].covers == "practice" else "the client hospital's part of the deficit"
    return f"leaves {much} of {whose} uncovered"


def first_years(shown: Compared) -> dict[str, str]:
    """Which year is the first of each proposal; a contract that begins within it pays for a part of it."""
    years = {}
    for key, one in shown.proposals.items():
        year, begins_within = shown.first_year(key), (one.starts.month, one.starts.day) != (1, 1)
        day = date_in_words(one.starts).partition(",")[0]
        years[shown.labels[key]] = f"{year}, from {day} on" if begins_within and one.starts.year == year else str(year)
    return years


def of_first_year(shown: Compared) -> pd.DataFrame:
    """Figures of the first years down, proposals across."""
    columns = {}
    for key, label in shown.labels.items():
        told = {**shown.found[key].figures, "comes_back": shown.found[key].comes_back}
        columns[label] = {title: _shown(name, told[name].by_year[shown.first_year(key)], told[name].unit)
                          for name, title in OF_FIRST_YEAR.items()}
    years = first_years(shown)
    return pd.concat([pd.DataFrame(years, index=["Year"]), pd.DataFrame(columns)])


def of_whole_term(shown: Compared) -> pd.DataFrame:
    """Figures of the terms down, proposals across."""
    return pd.DataFrame({label: {
        OF_FIRST_YEAR["net_new_payment"]: money(shown.value(f"{key}__net_new_so_far", shown.years(key)[-1])),
        OF_FIRST_YEAR["most_owed"]: _shown("most_owed", shown.found[key].figures["most_owed"].sum, "USD"),
        OF_FIRST_YEAR["comes_back"]: money(shown.found[key].comes_back.sum),
        "Present value of the payments": money(shown.found[key].present_value),
    } for key, label in shown.labels.items()})


def _shown(name: str, value: float, unit: str) -> str:
    return NO_LIMIT if name == "most_owed" and not math.isfinite(value) else amount(value, unit)


def _table(of: pd.DataFrame, alternative: str) -> None:
    st.table(of.map(escape).rename(columns=escape, index=escape), border="horizontal", alt=alternative)


def _facts(shown: Compared) -> None:
    """Terms on the whole in the words of the term sheets: those that differ in a table, those alike in all once."""
    told = {shown.labels[key]: dict(term_sheet(one).facts) for key, one in shown.proposals.items()}
    of = pd.DataFrame({title: {label: one[name] for label, one in told.items()} for name, title in FACTS.items()})
    alike = [title for title in of if len(set(of[title])) == 1]
    if len(alike) < len(FACTS):
        _table(of.drop(columns=alike), "The terms in which the proposals differ")
    if alike:
        st.markdown(escape(f"The same in all. {' '.join(f'{title}: {of[title].iloc[0]}' for title in alike)}"))


@st.fragment
def _explained(shown: Compared) -> None:
    """The way from any figure of a proposal to its derivation."""
    with st.popover("Where a figure comes from", icon=":material/account_tree:", key=EXPLAIN, on_change="rerun"):
        key = st.selectbox("Proposal", list(shown.labels), format_func=shown.labels.__getitem__, key="explained-proposal")
        name = st.selectbox("Figure", list(EXPLAINED), format_func=EXPLAINED.__getitem__, key="explained-figure")
        year = st.selectbox("Year", shown.years(key), key="explained-year")
        asked = st.button("Explain", icon=":material/account_tree:", key="explained-asked", on_click=_close)
    if asked:
        st.session_state[TRAIL] = [f"{key}__{name}"]
        explanation(shown.run, year)


def _close() -> None:
    """The derivation is not to be covered by what was asked."""
    st.session_state[EXPLAIN] = False
