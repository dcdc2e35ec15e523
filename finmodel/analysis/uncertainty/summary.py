"""What the draws say of each party: figures with standard errors, shortfalls, who bears which risk, and the worst futures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

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


def estimates(values: Array, statistic: Callable[[Array], Array]) -> list[Estimate]:
    """Statistics of all draws, with standard errors from how the independent replicates differ.

    ``statistic`` takes draws (sample, case) and gives figures (figure, sample).
    """
    whole = statistic(values[None])[:, 0]
    replicates = statistic(values.reshape(REPLICATES, -1))
    errors = np.std(replicates, axis=1, ddof=1) / np.sqrt(REPLICATES)
    return [Estimate(float(value), float(error)) for value, error in zip(whole, errors, strict=True)]


def spread(values: Array, limit: float, *, bad_when_above: bool) -> Spread:
    """How a result, an array (case,), is spread; which side of the limit is the bad one, its owner knows."""
    beyond = np.maximum(values - limit if bad_when_above else limit - values, 0.0)
    # Half a dollar is no shortfall: a contract that pays the whole deficit leaves nothing but rounding.
    beyond = np.where(beyond < 0.5, 0.0, beyond)
    mean, *percentiles = estimates(values, _mean_and_percentiles)
    return Spread(mean, dict(zip(PERCENTILES, percentiles, strict=True)), limit, *estimates(beyond, _how_often_and_how_much))


def _mean_and_percentiles(samples: Array) -> Array:
    return np.concatenate([samples.mean(axis=1)[None], np.percentile(samples, PERCENTILES, axis=1)])


def _how_often_and_how_much(samples: Array) -> Array:
    often = np.count_nonzero(samples, axis=1) / samples.shape[1]
    return np.stack([often, np.where(often == 0.0, 0.0, samples.mean(axis=1) / np.where(often == 0.0, 1.0, often))])


def yearly(simulated: Simulated, line: str, years: tuple[int, ...]) -> Array:
    """A line's mean over some years, by draw."""
    at = [simulated.years.index(year) for year in years]
    return np.asarray(simulated.lines[line][at].mean(axis=0))


def shares_of_variance(simulated: Simulated, results: Sequence[Array]) -> list[dict[str, float]]:
    """Which part of each result's variance each driver explains on its own, by regression on its draws and their squares.

    The parts of drivers that do not hang together sum to at most one; the rest comes from drivers acting together.
    """
    varied = np.stack([values - values.mean() for values in results], axis=1)
    totals = (varied**2).sum(axis=0)
    explained = {name: _explained(drawn, varied) for name, drawn in simulated.drivers.items()}
    return [{name: float(parts[at] / total) if total else 0.0 for name, parts in explained.items()}
            for at, total in enumerate(totals)]


def _explained(drawn: Array, varied: Array) -> Array:
    """The part of the squares of each column (case, result) that a driver (year, case) explains."""
    rows = drawn - drawn.mean(axis=1, keepdims=True)
    scale = np.sqrt((rows**2).mean(axis=1, keepdims=True))
    rows = (rows / np.where(scale == 0.0, 1.0, scale))[scale[:, 0] > 0.0]
    basis = np.concatenate([rows, rows**2 - 1.0])
    with_results = basis @ varied
    # Years that are the same draw leave the normal equations without a single answer; all answers fit the same.
    answers = np.linalg.pinv(basis @ basis.T, rcond=1e-10, hermitian=True) @ with_results
    return np.asarray((with_results * answers).sum(axis=0))


def worst(values: Array, count: int, *, bad_when_above: bool) -> list[int]:
    """The draws with the worst results, the worst first."""
    badness = values if bad_when_above else -values
    bad = np.flatnonzero(badness >= np.partition(badness, -count)[-count]) if count < len(values) else np.arange(len(values))
    return [int(at) for at in bad[np.argsort(-badness[bad], kind="stable")][:count]]


def as_scenario(simulated: Simulated, uncertainty: Uncertainty, case: int, name: str) -> Scenario:
    """One future as a scenario, which any page can show and explain."""
    changes = []
    for key, driver in uncertainty.drivers.items():
        for year, amount in zip(simulated.years[1:], simulated.drivers[key][:, case], strict=True):
            changes += [Change(path=path, operation=driver.operation, amount=float(amount), to=driver.to, year=year)
                        for path in driver.moves]
    return Scenario(name=name, description="One of the futures drawn: what every driver was in it, year by year.",
                    changes=tuple(changes))
