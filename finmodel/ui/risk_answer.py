"""The answer of a simulation: what each proposal costs the hospital and leaves to the group, in words, numbers and charts."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from finmodel import risk_charts
from finmodel.analysis.uncertainty.outlook import Outlook
from finmodel.analysis.uncertainty.parties import DEFICIT, Party
from finmodel.analysis.uncertainty.summary import Estimate
from finmodel.assumptions.uncertainty import Uncertainty
from finmodel.format import money, number, percent, short_money
from finmodel.ui.risk_words import give_or_take, odds
from finmodel.ui.run import Session
from finmodel.ui.widgets import distinct, draw, escape, theme

SIDES = {"hospital": "What the hospital pays", "group": "What is left to the group"}
APPENDIX = {5: "One in twenty below", 25: "One in four below", 50: "Half below", 75: "One in four above",
            95: "One in twenty above"}


@dataclass(frozen=True)
class Drawn:
    """A simulation that is done, with the run of the practice it is about, and the proposals' names, no two the same."""

    run: Session
    found: Outlook
    uncertainty: Uncertainty

    @property
    def labels(self) -> Mapping[str, str]:
        """The proposals by key."""
        return distinct({key: one.name for key, one in self.run.result.assumptions[0].proposals.items()})

    def party(self, key: str, side: str) -> Party:
        """What a proposal means for the hospital or the group."""
        return self.found.parties[f"{key}.{side}"]

    def title(self, party: str) -> str:
        """What a party's result is called."""
        if party == DEFICIT:
            return "The deficit before any contract"
        key, _, side = party.partition(".")
        return f"{self.labels[key]}: {SIDES[side].lower()}"


def answer(shown: Drawn) -> None:
    """Sentences, the table and the charts."""
    st.markdown("\n".join(f"- {one}" for one in sentences(shown)))
    if shown.labels:
        st.table(table(shown).map(escape).rename(columns=escape), border="horizontal",
                 alt="What each proposal costs the hospital and leaves to the group in good and bad futures")
    st.caption(f"{number(shown.found.count)} futures, drawn after the base year; the budget stays as agreed. US dollars a year, "
               "the mean of the contract's years that are projected. *Give or take* says how far another set of as many futures "
               "would put a figure off, in two of three cases.")
    st.header("The deficit over the years")
    draw(risk_charts.fan(shown.found, theme()))
    if shown.labels:
        _side_by_side(shown)


def sentences(shown: Drawn) -> list[str]:
    """The deficit, then what each proposal makes of it."""
    deficit = shown.found.parties[DEFICIT].spread
    middle, high = (deficit.percentiles[at].value for at in (50, 95))
    told = [f"Before any contract, the deficit is **{escape(short_money(middle))}** a year in the middle of all futures, and "
            f"more than **{escape(short_money(high))}** in one future in twenty; budgeted is "
            f"{escape(short_money(deficit.limit))}."]
    return told + [_of_proposal(shown, key) for key in shown.labels]


def _of_proposal(shown: Drawn, key: str) -> str:
    hospital, group = shown.party(key, "hospital").spread, shown.party(key, "group")
    middle, high = (escape(short_money(hospital.percentiles[at].value)) for at in (50, 95))
    left, uncovered = group.spread.percentiles[50].value, group.uncovered
    short = "" if uncovered is None else (
        "The group is never left short." if uncovered.shortfall_probability.value == 0.0 else
        f"The group is left short in {odds(uncovered.shortfall_probability.value)}, then by "
        f"**{escape(short_money(uncovered.shortfall.value))}** a year on average.")
    kept = f" In the middle it keeps {escape(short_money(-left))}." if left < -0.5 else ""
    return (f"Under **{escape(shown.labels[key])}** the hospital pays **{middle}** a year in the middle and more than **{high}** "
            f"in one future in twenty. {short}{kept}")


def table(shown: Drawn) -> pd.DataFrame:
    """What is told of each proposal, proposals across."""
    return pd.DataFrame({label: _column(shown, key) for key, label in shown.labels.items()})


def _column(shown: Drawn, key: str) -> dict[str, str]:
    hospital, group = shown.party(key, "hospital").spread, shown.party(key, "group")
    uncovered = group.uncovered or group.spread
    return {
        "Hospital pays, as budgeted": short_money(hospital.limit),
        "Hospital pays, in the middle": give_or_take(hospital.percentiles[50]),
        "Hospital pays, one future in twenty above": give_or_take(hospital.percentiles[95]),
        "Hospital pays more than budgeted": _often(hospital.shortfall_probability, hospital.shortfall),
        "Left to the group, as budgeted": short_money(group.spread.limit),
        "Left to the group, in the middle": give_or_take(group.spread.percentiles[50]),
        "Left to the group, one future in twenty above": give_or_take(group.spread.percentiles[95]),
        "Group left short of its costs": _often(uncovered.shortfall_probability, uncovered.shortfall),
    }


def _often(share: Estimate, size: Estimate) -> str:
    if share.value == 0.0:
        return "in no future"
    return f"in {odds(share.value)} ({percent(share.value, 0)}), then by {short_money(size.value)} on average"


def _side_by_side(shown: Drawn) -> None:
    st.header("How often what is paid, and what is left")
    for column, (side, title) in zip(st.columns(2), SIDES.items(), strict=True):
        bins = {label: shown.found.bins[f"{key}.{side}"] for key, label in shown.labels.items()}
        told = {label: _spread_told(label, shown.party(key, side)) for key, label in shown.labels.items()}
        with column:
            st.subheader(title)
            draw(risk_charts.distributions(title, bins, told, theme()))


def _spread_told(label: str, party: Party) -> str:
    low, middle, high = (party.spread.percentiles[at].value for at in (5, 50, 95))
    return f"{label}: half of all futures below {money(middle)}, nine of ten from {money(low)} to {money(high)}"


def appendix(shown: Drawn) -> None:
    """Every figure with its standard error, for those who check."""
    with st.expander("Appendix: every figure with its standard error"):
        rows = []
        for key, party in shown.found.parties.items():
            figures = {"Mean": party.spread.mean, **{title: party.spread.percentiles[at] for at, title in APPENDIX.items()}}
            rows += [{"Result": shown.title(key), "Figure": title, "US dollars a year": money(one.value),
                      "Standard error": money(one.standard_error)} for title, one in figures.items()]
        st.table(pd.DataFrame(rows).map(escape), hide_index=True, border="horizontal", alt="Figures with standard errors")
        st.caption("The standard error comes from how sixteen independent sets of draws differ.")
