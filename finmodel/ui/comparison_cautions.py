"""Conditions of the proposals compared, and what deserves a second look; facts, no verdicts."""

import re
from collections.abc import Iterator

import streamlit as st

from finmodel.assumptions.quantity import quantities
from finmodel.assumptions.words import capitalized, in_words
from finmodel.contracts.guards import more_than_cost
from finmodel.contracts.stacking import stacks
from finmodel.format import money, number
from finmodel.model import sums
from finmodel.ui.comparison_runs import Compared
from finmodel.ui.proposal_answer import labels
from finmodel.ui.proposal_triggers import reopened
from finmodel.ui.widgets import escape


def cautions(shown: Compared) -> None:
    """What is worth knowing of each proposal."""
    st.header("Conditions and cautions")
    reopeners = list(reopened(shown.run, shown.as_it_stands))
    for key, label in shown.labels.items():
        reopening = [told for of, told in reopeners if of == key]
        found = [*placeholders(shown, key), *reopening, *beyond_cost(shown, key), *stacked(shown, key)]
        st.markdown(f"**{escape(label)}**\n\n" + "\n".join(f"- {escape(one)}" for one in found or [NOTHING]))


NOTHING = "No reopener, no physician named, and no part that pays more than the cost it is for."


def placeholders(shown: Compared, key: str) -> Iterator[str]:
    """How many numbers nobody has agreed on yet."""
    count = sum(one.status == "placeholder" for mechanism in shown.proposals[key].active_mechanisms.values()
                for _, one in quantities(mechanism))
    if count:
        yield f"{number(count)} of its numbers are placeholders: still to be agreed."


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
