"""Conditions of the proposals compared, and what deserves a second look; facts, no verdicts."""

import re
from collections.abc import Iterator, Mapping

import streamlit as st

from finmodel.assumptions.quantity import quantities
from finmodel.assumptions.words import capitalized, in_words
from finmodel.contracts.clause import Clause
from finmodel.contracts.guards import more_than_cost
from finmodel.contracts.modifiers.reopener import Reopener
from finmodel.contracts.stacking import stacks
from finmodel.contracts.term_sheet import in_clause_words
from finmodel.format import money, number
from finmodel.model import Result, evaluate, sums
from finmodel.ui.comparison_runs import Compared
from finmodel.ui.proposal_answer import labels
from finmodel.ui.proposal_form import words_of
from finmodel.ui.widgets import escape


def cautions(shown: Compared) -> None:
    """What is worth knowing of each proposal."""
    st.header("Conditions and cautions")
    for key, label in shown.labels.items():
        told = [*placeholders(shown, key), *reopeners(shown, key), *beyond_cost(shown, key), *stacked(shown, key)]
        st.markdown(f"**{escape(label)}**\n\n" + "\n".join(f"- {escape(one)}" for one in told or [NOTHING]))


NOTHING = "No reopener, no physician named, and no part that pays more than the cost it is for."


def placeholders(shown: Compared, key: str) -> Iterator[str]:
    """How many numbers nobody has agreed on yet."""
    count = sum(one.status == "placeholder" for mechanism in shown.proposals[key].active_mechanisms.values()
                for _, one in quantities(mechanism))
    if count:
        yield f"{number(count)} of its numbers are placeholders: still to be agreed."


def reopeners(shown: Compared, key: str) -> Iterator[str]:
    """The changes that reopen the contract, and when the scenarios and sliders chosen first cross their thresholds."""
    found = dict(_reopeners(shown, key))
    if not found:
        return
    words = words_of(shown.run)
    is_as_it_stands = shown.run.result is shown.as_it_stands
    happened = None if is_as_it_stands else evaluate(shown.run.result.assumptions[0], budget=shown.as_it_stands)
    for line, clause in found.items():
        yield f"{in_clause_words(clause, words)} {_crossed(happened, line)}"


def _reopeners(shown: Compared, key: str) -> Iterator[tuple[str, Clause]]:
    proposal = shown.proposals[key]
    attached: Mapping[str, Mapping[str, Clause]] = {
        f"{key}__": proposal.modifiers, **{f"{key}__{name}__": one.modifiers for name, one in proposal.active_mechanisms.items()}}
    for prefix, modifiers in attached.items():
        yield from ((f"{prefix}{name}__crossed", one) for name, one in modifiers.items() if isinstance(one, Reopener))


def _crossed(happened: Result | None, line: str) -> str:
    if happened is None:
        return "Choose a scenario in the sidebar to see in which year it would be crossed."
    years = [year for year, crossed in zip(happened.years, happened.series(line), strict=True) if crossed]
    return (f"With what is chosen in the sidebar it is first crossed in {years[0]}." if years else
            "With what is chosen in the sidebar it is not crossed.")


def beyond_cost(shown: Compared, key: str) -> Iterator[str]:
    """Parts that pay more than the cost they are for."""
    result, proposal = shown.run.result, shown.proposals[key]
    called = labels(shown.run, proposal)
    parts = sums(shown.run.practice, result.graph.lines)
    for one in more_than_cost(key, proposal, parts, result.series):
        yield re.sub(r"'(\w+)'", lambda found: called.get(found[1], found[1]), f"{one}.")


def stacked(shown: Compared, key: str) -> Iterator[str]:
    """Hours and dollars of every physician whom a part names."""
    result, year = shown.run.result, shown.first_year(key)
    at = result.years.index(year)
    for one in stacks({key: shown.proposals[key]}, result.years, result.series):
        agreements = ", ".join(agreement.label for agreement in one.agreements)
        exceeded = ", ".join(map(str, one.years_exceeded))
        beyond = f" In {exceeded} that is more hours than the year has." if exceeded else ""
        yield (f"{capitalized(in_words(one.physician))}: {number(one.hours[at])} hours and {money(one.dollars[at])} in {year}, "
               f"from {agreements}.{beyond}")
