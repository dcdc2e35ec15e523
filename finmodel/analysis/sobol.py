"""Sobol indices: which part of a result's variance each driver makes alone, and which with all others, as if none hung together.

Source: A. Saltelli et al., Variance based sensitivity analysis of model output, Computer Physics Communications 181 (2010).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from finmodel.analysis.uncertainty.draws import draws
from finmodel.analysis.uncertainty.parties import DEFICIT
from finmodel.analysis.uncertainty.simulate import REPLICATES
from finmodel.analysis.uncertainty.simulator import Simulator
from finmodel.assumptions import BadInput, Fault
from finmodel.assumptions.uncertainty import Uncertainty
from finmodel.cases import Assumptions
from finmodel.engine import Array

# Student's t of 95 % for as many independent replicates.
T95 = 2.131
MOST = 2**16
AGAIN = "__again"

# Drivers by name, (year, case), to a result by case.
Function = Callable[[Mapping[str, Array]], Array]


@dataclass(frozen=True)
class Interval:
    """An index, and where it lies in nineteen of twenty cases."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Indices:
    """First order: the part of the variance that a driver makes alone. Total: with everything it does together with others."""

    first: Interval
    total: Interval


def sobol(assumptions: Assumptions, uncertainty: Uncertainty, *, count: int = 4_096, seed: int = 1, line: str = DEFICIT,
          progress: Callable[[float], None] | None = None) -> dict[str, Indices]:
    """The indices of every driver for a line's mean over the years after the base year, the budget held.

    Correlations are left out: of drivers that hang together no variance is one's own.

    Raises:
        BadInput: when the count or a driver is impossible.
    """
    if not REPLICATES <= count <= MOST:
        raise BadInput([Fault("draws", str(count), f"draw at least {REPLICATES} and at most {MOST:,} futures")])
    alone = uncertainty.model_copy(update={"correlations": {}})
    again = {f"{name}{AGAIN}": one for name, one in alone.drivers.items()}
    twice = alone.model_copy(update={"drivers": {**alone.drivers, **again}})
    simulator = Simulator(assumptions, alone, [line])
    later = len(simulator.base.years) - 1
    each = -(-count // REPLICATES)

    def result(drawn: Mapping[str, Array]) -> Array:
        return np.asarray(simulator.run(simulator.amounts(drawn), each)[line][1:].mean(axis=0))

    runs = []
    for replicate in range(REPLICATES):
        drawn = draws(twice, later, seed=seed, replicate=replicate, count=each)
        runs.append(saltelli(result, {name: drawn[name] for name in alone.drivers},
                             {name: drawn[f"{name}{AGAIN}"] for name in alone.drivers}))
        if progress:
            progress((replicate + 1) / REPLICATES)
    return indices(runs)


@dataclass(frozen=True)
class Runs:
    """The results of two independent sets of draws, and of the first with one driver at a time as in the second."""

    one: Array
    other: Array
    swapped: Mapping[str, Array]


def saltelli(function: Function, one: Mapping[str, Array], other: Mapping[str, Array]) -> Runs:
    """As many runs as drivers and two more."""
    return Runs(function(one), function(other), {name: function({**one, name: other[name]}) for name in one})


def indices(replicates: list[Runs]) -> dict[str, Indices]:
    """The indices of all replicates together, their intervals from how the replicates differ."""
    mean = float(np.mean([np.mean(run.one) + np.mean(run.other) for run in replicates])) / 2.0
    variances = np.array([np.mean((run.one - mean) ** 2) + np.mean((run.other - mean) ** 2) for run in replicates]) / 2.0
    if not variances.any():
        return dict.fromkeys(replicates[0].swapped, Indices(*[Interval(0.0, 0.0, 0.0)] * 2))
    return {name: Indices(
        _interval(np.array([np.mean((run.other - mean) * (run.swapped[name] - run.one)) for run in replicates]), variances),
        _interval(np.array([np.mean((run.one - run.swapped[name]) ** 2) / 2.0 for run in replicates]), variances),
    ) for name in replicates[0].swapped}


def _interval(parts: Array, variances: Array) -> Interval:
    """A part over the variance; both err together, so it is the error of their difference that counts."""
    value = float(parts.mean() / variances.mean())
    errors = (parts - value * variances) / variances.mean()
    by = T95 * float(np.std(errors, ddof=1)) / float(np.sqrt(len(parts)))
    return Interval(value, value - by, value + by)
