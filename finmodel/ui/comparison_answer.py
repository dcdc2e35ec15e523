"""The answer of a comparison: what each proposal brings and leaves, side by side, and where each figure comes from."""

import math
from itertools import groupby

import pandas as pd
import streamlit as st

from finmodel.contracts.proposal import Proposal
from finmodel.contracts.term_sheet import date_in_words, term_sheet
from finmodel.format import amount, money, short_money
from finmodel.ui.comparison_runs import Compared
from finmodel.ui.figures import TRAIL, explanation, figures
from finmodel.ui.widgets import escape, standing

NO_LIMIT = "no limit"
# What is told of the first year of each proposal, by the names of its figures.
OF_FIRST_YEAR = {
    "net_new_payment": "Net new money, first year",
    "most_owed": "Most the hospital can owe, first year",
    "deficit_share_covered": "Share of the deficit covered, first year",
    "residual_deficit": "Left uncovered, first year",
    "payment_per_fte": "Payment per radiologist FTE, first year",
}
COMES_BACK = "Comes back if collections are 5 % better"
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
    st.table(table(shown).map(escape).rename(columns=escape), border="horizontal",
             alt="What each proposal pays, leaves uncovered and can come to, and the terms in which they differ")
    alike = [f"{title}: {texts[0]}" for title, texts in facts(shown).items() if len(set(texts)) == 1]
    if alike:
        st.markdown(escape(f"The same in all. {' '.join(alike)}"))
    st.caption(f"Dollars. {_first_years(shown)} The whole term is the part of it that is projected. Better collections are those "
               "of every year; the budget stays as agreed.")
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


def _first_years(shown: Compared) -> str:
    """Which year is the first, of each where they differ; a contract that begins within it pays for a part of it."""
    years = {shown.labels[key]: _first_year(one, shown.first_year(key)) for key, one in shown.proposals.items()}
    if len(set(years.values())) == 1:
        return f"The first year is {next(iter(years.values()))}."
    return f"The first year is that of each contract: {escape('; '.join(f'{label}, {year}' for label, year in years.items()))}."


def _first_year(proposal: Proposal, year: int) -> str:
    begins_within = proposal.starts.year == year and proposal.starts.timetuple().tm_yday > 1
    return f"{year} from {date_in_words(proposal.starts).partition(',')[0]} on" if begins_within else str(year)


def facts(shown: Compared) -> dict[str, list[str]]:
    """Terms on the whole, in the words of the term sheets."""
    told = [dict(term_sheet(proposal).facts) for proposal in shown.proposals.values()]
    return {title: [one[name] for one in told] for name, title in FACTS.items()}


def table(shown: Compared) -> pd.DataFrame:
    """Figures, and the terms in which they differ, down; proposals across."""
    figures_of = pd.DataFrame({label: _column(shown, key) for key, label in shown.labels.items()})
    differing = {title: texts for title, texts in facts(shown).items() if len(set(texts)) > 1}
    return pd.concat([figures_of, pd.DataFrame.from_dict(differing, orient="index", columns=list(shown.labels.values()))])


def _column(shown: Compared, key: str) -> dict[str, str]:
    """The figures of one proposal."""
    one, first, last = shown.found[key], shown.first_year(key), shown.years(key)[-1]
    figures_of = one.figures
    return {
        **{title: _limited(amount(figures_of[name].by_year[first], figures_of[name].unit), figures_of[name].by_year[first])
           for name, title in OF_FIRST_YEAR.items()},
        f"{COMES_BACK}, first year": money(one.comes_back.by_year[first]),
        "Net new money, whole term": money(shown.value(f"{key}__net_new_so_far", last)),
        "Most the hospital can owe, whole term": _limited(money(figures_of["most_owed"].sum), figures_of["most_owed"].sum),
        f"{COMES_BACK}, whole term": money(one.comes_back.sum),
        "Present value of the payments, whole term": money(one.present_value),
    }


def _limited(text: str, value: float) -> str:
    return NO_LIMIT if math.isinf(value) else text


@st.fragment
def _explained(shown: Compared) -> None:
    """The way from any figure of a proposal to its derivation."""
    with st.popover("Where a figure comes from", icon=":material/account_tree:", key="explain-comparison"):
        key = st.selectbox("Proposal", list(shown.labels), format_func=shown.labels.__getitem__, key="explained-proposal")
        name = st.selectbox("Figure", list(EXPLAINED), format_func=EXPLAINED.__getitem__, key="explained-figure")
        year = st.selectbox("Year", shown.years(key), key="explained-year")
        asked = st.button("Explain", icon=":material/account_tree:", key="explained-asked")
    if asked:
        st.session_state[TRAIL] = [f"{key}__{name}"]
        explanation(shown.run, year)
