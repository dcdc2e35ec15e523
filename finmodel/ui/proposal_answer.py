"""The answer of a proposal: what the hospital pays, what that leaves uncovered, and the payments by part and year."""

import math
import re
from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from finmodel import proposal_charts
from finmodel.assumptions import Fault
from finmodel.assumptions.quantity import quantities
from finmodel.contracts.guards import more_than_cost
from finmodel.contracts.proposal import Proposal
from finmodel.contracts.term_sheet import term_label
from finmodel.contracts.wiring import COVERED
from finmodel.format import NOT_AVAILABLE, amount, in_full, money, parts_of, percent, short_money
from finmodel.model import sums
from finmodel.ui import own_proposals
from finmodel.ui.figures import figures
from finmodel.ui.proposal_form import sentence_of, words_of
from finmodel.ui.proposal_rises import rises_in_words
from finmodel.ui.proposal_terms import where_in_words
from finmodel.ui.run import Session
from finmodel.ui.widgets import draw, escape, standing, theme

PAID_TWICE = ".if_also_in_base"
TOTAL, NO_LIMIT = "The hospital pays in all", "no limit"


def years_shown(run: Session, proposal: Proposal) -> list[int]:
    """The years of the contract that are projected."""
    return [year for year in proposal.contract_years if year in run.result.years]


def years_after(run: Session, proposal: Proposal, key: str) -> list[int]:
    """The projected years after the contract in which something still comes back."""
    return [year for year in run.result.years if year > proposal.contract_years[-1] and _value(run, f"{key}__after_term", year)]


def misfits(session: Session, faults: Sequence[Fault], left_out: Sequence[str], proposal: Proposal, own: str | None) -> None:
    """What does not fit the practice, with the ways out where something would be paid twice."""
    if not faults:
        return
    titles = labels(session, proposal)
    with st.container(border=True):
        without = f" The figures are without: {', '.join(titles[name] for name in left_out)}." if left_out else ""
        st.warning(escape(f"This proposal does not fit the practice as it stands.{without}"), icon=":material/error:")
        for at, fault in enumerate(faults):
            _, _, item = fault.key.removesuffix(PAID_TWICE).rpartition(".")
            if own is None or not fault.key.endswith(PAID_TWICE) or proposal.mechanisms[item].if_also_in_base != "refuse":
                st.markdown(f"{escape(where_in_words(fault.key))}: {escape(_named(sentence_of(fault), titles))}")
                continue
            title, reason = titles[item], _named(fault.reason.partition(";")[0], titles)
            st.markdown(escape(f"{title} would be paid twice: {reason}."))
            with st.container(horizontal=True):
                for words, how, told in WAYS_OUT:
                    st.button(words, key=f"{how}-{at}-{item}", help=told, on_click=own_proposals.set_entry,
                              args=(own, ("mechanisms", item, "if_also_in_base"), how, f"{words}: {title}"))


WAYS_OUT = (("Credit it against the base", "credit", "The payment is counted against what the base pays."),
            ("Exclude it from the base", "exclude", "What it pays is taken out of the cost that the base pays for."))


def deficit_line(proposal: Proposal) -> str:
    """The line of the deficit that a proposal is about."""
    return COVERED["covered_deficit"][0 if proposal.covers == "practice" else 1]


def labels(session: Session, proposal: Proposal) -> dict[str, str]:
    """What lines of the practice and parts of the proposal are called, by name."""
    parts = {name: one.label or type(one).title for name, one in proposal.mechanisms.items()}
    return {**words_of(session), **parts}


def _named(text: str, called: Mapping[str, str]) -> str:
    """A sentence in which names in quotes are what people call them."""
    return re.sub(r"'(\w+)'", lambda found: f"'{called.get(found[1], found[1])}'", text)


def answer(run: Session, proposal: Proposal, key: str, year: int) -> None:
    """The answer in sentences and figures."""
    st.markdown(escape(sentence(run, proposal, key, year)).replace("\\*\\*", "**"))
    st.markdown(whose(run, proposal, year))
    named = [(f"{key}__total", f"The hospital pays in {year}"), (f"{key}__net_new_payment", f"Net new money {year}"),
             (f"{key}__residual_deficit", f"Left uncovered {year}"), (f"{key}__payment_per_fte", "Payment per radiologist FTE"),
             (f"{key}__most_owed", f"Most it can owe in {year}")]
    is_limited = math.isfinite(_value(run, f"{key}__most_owed", year))
    figures(run, year, named if is_limited else named[:-1])
    if not is_limited:
        st.markdown(f":material/all_inclusive: **No limit** on what the hospital can owe in {year}: no cap is agreed.")
    elif told := rises_in_words(run, key, year):
        st.caption(escape(told))
    if run.scenarios or run.levers:
        st.caption("With the scenarios and sliders chosen, as if they had been known at signing: budgets follow them.")
    standing(run)
    _placeholders(proposal)
    parts = sums(run.practice, run.result.graph.lines)
    computed = run.result.assumptions[run.shown].proposals[key]
    for told in more_than_cost(key, computed, parts, partial(run.result.series, case=run.shown)):
        st.warning(escape(f"{_named(told, labels(run, proposal))}."), icon=":material/content_copy:")
    last = years_shown(run, proposal)[-1]
    if last < proposal.contract_years[-1]:
        st.info(f"The contract runs until {proposal.contract_years[-1]}, the projection until {last}: later years are in no "
                "figure here. Lengthen the projection on the page Practice.")


def _placeholders(proposal: Proposal) -> None:
    """Which numbers nobody has agreed on yet, by part."""
    found = {mechanism.label or mechanism.title: [term_label(mechanism, path).lower() for path, one in quantities(mechanism)
                                                  if one.status == "placeholder"]
             for mechanism in proposal.active_mechanisms.values()}
    told = "; ".join(f"{title}: {', '.join(terms)}" for title, terms in found.items() if terms)
    if told:
        st.warning(escape(f"Still to be agreed, and only placeholders so far: {told}."), icon=":material/edit_note:")


def _value(run: Session, name: str, year: int) -> float:
    return run.result.series(name, run.shown)[run.result.years.index(year)]


def sentence(run: Session, proposal: Proposal, key: str, year: int) -> str:
    """What the hospital pays in the year and over the term, what that covers, and the most it can be."""
    years = years_shown(run, proposal)

    def value(name: str, at: int = year) -> float:
        return _value(run, f"{key}__{name}", at)

    total, new, left = value("total"), value("net_new_payment"), value("residual_deficit")
    pays = f"pays **{short_money(total)}**" if total >= 0 else f"receives **{short_money(-total)}**"
    more = "the same as today" if abs(new) < 0.5 else f"**{short_money(abs(new))}** {'more' if new > 0 else 'less'} than today"
    covered = value("deficit_share_covered")
    leaves = "leaves nothing uncovered" if abs(left) < 0.5 else (
        f"leaves **{short_money(left)}** uncovered" if left > 0 else f"leaves the group a surplus of **{short_money(-left)}**")
    covers = f"It covers **{percent(covered)}** of the deficit and {leaves}." if math.isfinite(covered) else (
        f"There is no deficit in scope; it {leaves}.")
    first = ", its first year," if year == years[0] else ""
    rate = proposal.valuation.discount_rate.at(proposal.starts.year)
    term = (f"From {years[0]} to {years[-1]} it pays **{short_money(value('paid_so_far', years[-1]))}** in all, worth "
            f"**{short_money(value('present_value', years[-1]))}** at the start at {in_full(rate, 'share/year')}.")
    most = value("most_owed")
    limit = (f" The most it can owe in {year} is **{short_money(most)}**." if math.isfinite(most) else
             f" There is **no limit** to what it can owe in {year}.")
    return f"In **{year}**{first} the hospital {pays}, {more}. {covers} {term}{limit}"


def whose(run: Session, proposal: Proposal, year: int) -> str:
    """Whose deficit is asked for: of the whole practice, and the client hospital's own part of it."""
    whole, part = (escape(short_money(_value(run, COVERED["covered_deficit"][at], year))) for at in (0, 1))
    if proposal.covers == "practice":
        return (f"It is asked for the deficit of the whole practice, **{whole}** in {year}; the client hospital's own part is "
                f"**{part}**.")
    return f"It is asked for the client hospital's own part of the deficit, **{part}** of **{whole}** in {year}."


def by_year(run: Session, proposal: Proposal, key: str) -> None:
    """The payments by part and year, drawn and in a table."""
    years = [*years_shown(run, proposal), *years_after(run, proposal, key)]
    st.header("Payments by part and year")
    draw(proposal_charts.payments(run.result, key, years, theme(), run.shown))
    shown = table(run, proposal, key, years).map(escape).rename(index=escape)
    shown.loc[TOTAL] = [f"**{cell}**" for cell in shown.loc[TOTAL]]
    st.table(shown.rename(index={TOTAL: f"**{TOTAL}**"}), border="horizontal",
             alt="Payments by part and year, with the deficit and what is left of it")
    st.caption("Dollars a year. A minus is a payment of the group to the hospital, or a surplus of the group.")


def table(run: Session, proposal: Proposal, key: str, years: Sequence[int]) -> pd.DataFrame:
    """Parts down, years across; the parts foot to the total of each year."""
    lines = proposal_charts.payment_lines(run.result, key)
    rest = {f"{key}__net_new_payment": "Net new money", f"{key}__most_owed": "Most the hospital can owe",
            f"{key}__payment_per_fte": "Payment per radiologist FTE",
            f"{key}__existing_payments_kept": "Existing payments that stay",
            deficit_line(proposal): "Deficit in scope", f"{key}__refunds_to_payers": "Refunds to payers, beside the deficit",
            f"{key}__residual_deficit": "Left uncovered", f"{key}__deficit_share_covered": "Share of the deficit covered"}
    if not any(_value(run, f"{key}__refunds_to_payers", year) for year in years):
        del rest[f"{key}__refunds_to_payers"]
    columns = {str(year): [*_parts(run, list(lines), f"{key}__total", year),
                           *(_shown(run, name, year, NO_LIMIT if name.endswith("most_owed") else NOT_AVAILABLE) for name in rest)]
               for year in years}
    return pd.DataFrame(columns, index=[*lines.values(), TOTAL, *rest.values()])


def _parts(run: Session, names: Sequence[str], total: str, year: int) -> list[str]:
    """What each part pays, and the total that they foot to."""
    paid = _value(run, total, year)
    parts = parts_of([_value(run, name, year) for name in names], paid) if names else []
    return [*(money(float(part)) for part in parts), money(paid)]


def _shown(run: Session, name: str, year: int, otherwise: str) -> str:
    """A line of a year in the way its unit is read."""
    value = _value(run, name, year)
    return amount(value, run.result.graph.lines[name].unit) if math.isfinite(value) else otherwise
