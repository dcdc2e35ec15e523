"""Who bears what: the deficit before any contract, and what each proposal costs the hospital and leaves to the group."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from finmodel.analysis.uncertainty.simulate import Simulated
from finmodel.analysis.uncertainty.summary import Spread, shares_of_variance, spread, yearly
from finmodel.engine import Array

DEFICIT = "support_deficit"


@dataclass(frozen=True)
class Party:
    """A result that somebody bears, the mean of some years: how it is spread, and which driver its variance comes from.

    ``spread`` has what is expected as its limit; ``uncovered`` has nothing, and only what is left to the group has one.
    """

    key: str
    label: str
    line: str
    years: tuple[int, ...]
    spread: Spread
    risks: dict[str, float]
    uncovered: Spread | None = None


def lines_needed(proposals: Iterable[str]) -> list[str]:
    """The lines to simulate for the parties of some proposals."""
    return [DEFICIT, *(f"{key}__{name}" for key in proposals for name in ("total", "residual_deficit"))]


def parties(simulated: Simulated) -> tuple[Party, ...]:
    """The deficit after the base year; then, over each contract's years, what the hospital pays and what is left to the group."""
    found = [_Borne("support_deficit", "Support deficit", DEFICIT, simulated.years[1:] or simulated.years)]
    for key, proposal in simulated.base.assumptions[0].proposals.items():
        years = tuple(year for year in proposal.contract_years if year in simulated.years) or simulated.years[-1:]
        found += [_Borne(f"{key}.hospital", f"{proposal.name}: hospital pays", f"{key}__total", years),
                  _Borne(f"{key}.group", f"{proposal.name}: left to the group", f"{key}__residual_deficit", years, is_group=True)]
    results = [yearly(simulated, one.line, one.years) for one in found]
    risks = shares_of_variance(simulated, results)
    return tuple(_party(simulated, one, values, its) for one, values, its in zip(found, results, risks, strict=True))


def draws_of(simulated: Simulated, party: Party) -> Array:
    """The party's result in each draw."""
    return yearly(simulated, party.line, party.years)


class _Borne(NamedTuple):
    """A line that somebody bears, over some years."""

    key: str
    label: str
    line: str
    years: tuple[int, ...]
    is_group: bool = False


def _party(simulated: Simulated, one: _Borne, values: Array, risks: dict[str, float]) -> Party:
    expected = sum(simulated.base.series(one.line)[simulated.years.index(year)] for year in one.years) / len(one.years)
    return Party(one.key, one.label, one.line, one.years, spread(values, expected, bad_when_above=True), risks,
                 spread(values, 0.0, bad_when_above=True) if one.is_group else None)
