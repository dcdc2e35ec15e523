"""What the draws say of each party: figures with standard errors, shortfalls, who bears which risk, and the worst futures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from finmodel.analysis.uncertainty.simulate import REPLICATES, Simulated
from finmodel.assumptions import Change, Scenario
from finmodel.assumptions.uncertainty import Uncertainty
from finmodel.engine import Array

PERCENTILES = (5, 25, 50, 75, 95)


@dataclass(frozen=True)
class Estimate:
    """A figure of all draws, and how far another set of as many draws would put it off (one standard error)."""

    value: float
    standard_error: float


@dataclass(frozen=True)
class Spread:
    """How a result is spread over the draws: US dollars a year, the mean of the years it is about.

    ``shortfall_probability`` is the share of draws on the wrong side of ``limit``, ``shortfall`` the mean distance of these
    draws from it (nil when there are none).
    """

    mean: Estimate
    percentiles: Mapping[int, Estimate]
    limit: float
    shortfall_probability: Estimate
    shortfall: Estimate


def estimate(values: Array, statistic: Callable[[Array], float]) -> Estimate:
    """A statistic of all draws, with the standard error from how the independent replicates differ."""
    replicates = [statistic(part) for part in np.split(values, REPLICATES)]
    return Estimate(float(statistic(values)), float(np.std(replicates, ddof=1) / np.sqrt(REPLICATES)))


def spread(values: Array, limit: float, *, bad_when_above: bool) -> Spread:
    """How a result, an array (case,), is spread; which side of the limit is the bad one, its owner knows."""
    beyond = np.maximum(values - limit if bad_when_above else limit - values, 0.0)
    # Half a dollar is no shortfall: a contract that pays the whole deficit leaves nothing but rounding.
    beyond = np.where(beyond < 0.5, 0.0, beyond)
    return Spread(estimate(values, _mean), {at: estimate(values, partial(_percentile, at)) for at in PERCENTILES}, limit,
                  estimate(beyond, _share_above_nothing), estimate(beyond, _mean_above_nothing))


def _mean(values: Array) -> float:
    return float(values.mean())


def _percentile(at: int, values: Array) -> float:
    return float(np.percentile(values, at))


def _share_above_nothing(values: Array) -> float:
    return float((values > 0.0).mean())


def _mean_above_nothing(values: Array) -> float:
    found = values[values > 0.0]
    return float(found.mean()) if len(found) else 0.0


def yearly(simulated: Simulated, line: str, years: tuple[int, ...]) -> Array:
    """A line's mean over some years, by draw."""
    at = [simulated.years.index(year) for year in years]
    return np.asarray(simulated.lines[line][at].mean(axis=0))


def shares_of_variance(simulated: Simulated, values: Array) -> dict[str, float]:
    """Which part of a result's variance each driver explains on its own, by regression on its draws and their squares.

    The parts of drivers that do not hang together sum to at most one; the rest comes from drivers acting together.
    """
    varied = values - values.mean()
    total = float(varied @ varied)
    return {name: 0.0 if total == 0.0 else _explained(drawn, varied) / total for name, drawn in simulated.drivers.items()}


def _explained(drawn: Array, varied: Array) -> float:
    rows = drawn - drawn.mean(axis=1, keepdims=True)
    scale = rows.std(axis=1, keepdims=True)
    rows = (rows / np.where(scale == 0.0, 1.0, scale))[scale[:, 0] > 0.0]
    if not len(rows):
        return 0.0
    basis = np.concatenate([rows, rows**2 - 1.0])
    with_result = basis @ varied
    # Years that are the same draw leave the normal equations without a single answer; all answers fit the same.
    return float(with_result @ np.linalg.pinv(basis @ basis.T, rcond=1e-10, hermitian=True) @ with_result)


def worst(values: Array, count: int, *, bad_when_above: bool) -> list[int]:
    """The draws with the worst results, the worst first."""
    order = np.argsort(-values if bad_when_above else values, kind="stable")
    return [int(at) for at in order[:count]]


def as_scenario(simulated: Simulated, uncertainty: Uncertainty, case: int, name: str) -> Scenario:
    """One future as a scenario, which any page can show and explain."""
    changes = []
    for key, driver in uncertainty.drivers.items():
        for year, amount in zip(simulated.years[1:], simulated.drivers[key][:, case], strict=True):
            changes += [Change(path=path, operation=driver.operation, amount=float(amount), to=driver.to, year=year)
                        for path in driver.moves]
    return Scenario(name=name, description="One of the futures drawn: what every driver was in it, year by year.",
                    changes=tuple(changes))
