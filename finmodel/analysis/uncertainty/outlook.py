"""What a board is shown of many futures: the parties, the deficit over the years, how often what is paid, the worst futures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from finmodel.analysis.uncertainty.parties import DEFICIT, Party, draws_of, parties
from finmodel.analysis.uncertainty.simulate import Simulated
from finmodel.analysis.uncertainty.summary import PERCENTILES, Spread, as_scenario, spread, worst, yearly
from finmodel.assumptions import Scenario
from finmodel.assumptions.uncertainty import Uncertainty
from finmodel.engine import Array

WORST = 3
BINS = 40
# Results beyond the outermost ones of a thousand would leave the chart to a few draws.
SHOWN_FROM, SHOWN_TO = 0.1, 99.9


@dataclass(frozen=True)
class Bins:
    """How many of all futures lead to a result between two edges, as a share of all."""

    edges: tuple[float, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True)
class Future:
    """One bad future of a party: its result there, that of every party, and the future as a scenario."""

    result: float
    results: Mapping[str, float]
    scenario: Scenario


@dataclass(frozen=True)
class Outlook:
    """The answer of a simulation, without its draws; parties, bins and worst futures by the key of the party.

    ``first_years`` is what the hospital pays in the first projected year of each proposal.
    """

    count: int
    years: tuple[int, ...]
    expected: tuple[float, ...]
    fan: Mapping[int, tuple[float, ...]]
    parties: Mapping[str, Party]
    bins: Mapping[str, Bins]
    worst: Mapping[str, tuple[Future, ...]]
    first_years: Mapping[str, Spread]


def outlook(simulated: Simulated, uncertainty: Uncertainty) -> Outlook:
    """Everything that is told of the draws."""
    found = {one.key: one for one in parties(simulated)}
    values = {key: draws_of(simulated, one) for key, one in found.items()}
    deficit = simulated.lines[DEFICIT]
    fan = dict(zip(PERCENTILES, map(tuple, np.percentile(deficit, PERCENTILES, axis=1).tolist()), strict=True))
    bins = {DEFICIT: binned([values[DEFICIT]])[0]}
    for side in ("hospital", "group"):
        keys = [key for key in found if key.endswith(f".{side}")]
        bins |= dict(zip(keys, binned([values[key] for key in keys]), strict=True))
    return Outlook(simulated.count, simulated.years, tuple(simulated.base.series(DEFICIT)), fan, found, bins,
                   {key: _worst(simulated, uncertainty, found[key], values) for key in found},
                   {key: _first_year(simulated, found[f"{key}.hospital"]) for key in simulated.base.assumptions[0].proposals})


def _first_year(simulated: Simulated, hospital: Party) -> Spread:
    year = hospital.years[0]
    budgeted = simulated.base.series(hospital.line)[simulated.base.years.index(year)]
    return spread(yearly(simulated, hospital.line, (year,)), budgeted, bad_when_above=True)


def binned(results: Sequence[Array]) -> list[Bins]:
    """Several results over the same bins, so that they can lie beside each other."""
    if not results:
        return []
    low, high = (pick(float(np.percentile(one, at)) for one in results) for pick, at in ((min, SHOWN_FROM), (max, SHOWN_TO)))
    # A result that hardly varies still needs a bin it lies in.
    room = max(0.5, (high - low) / BINS / 2.0)
    edges = np.linspace(low - room, high + room, BINS + 1)
    ends = (float(edges[0]), float(edges[-1]))
    return [Bins(tuple(edges.tolist()), tuple((np.histogram(np.clip(one, *ends), BINS, ends)[0] / len(one)).tolist()))
            for one in results]


def _worst(simulated: Simulated, uncertainty: Uncertainty, party: Party, values: Mapping[str, Array]) -> tuple[Future, ...]:
    cases = worst(values[party.key], WORST, bad_when_above=True)
    return tuple(Future(float(values[party.key][case]), {key: float(of[case]) for key, of in values.items()},
                        as_scenario(simulated, uncertainty, case, f"A bad future: {party.label} ({at})"[:200]))
                 for at, case in enumerate(cases, 1))
