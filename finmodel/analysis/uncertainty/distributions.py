"""The inverse of each distribution: the value below which a given share of all draws lies."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from finmodel.assumptions.uncertainty import Discrete, Distribution, Empirical, LogNormal, Normal, Pert, Triangular, Uniform
from finmodel.engine import Array

# How strongly the likeliest value draws in the smooth shape of PERT.
PERT_WEIGHT = 4.0
# What is smooth in the standard normal score of a share, not in the share itself.
BY_SCORE = (Normal, LogNormal, Pert)
# The scores of the least and the greatest share that is ever drawn lie within these.
FURTHEST_SCORE = 8.5
KNOTS = 1_025


def quantile(distribution: Distribution, shares: Array) -> Array:
    """The values below which the given shares, between 0 and 1, of a distribution lie."""
    # Imported where it is used: it takes a second, which whoever draws nothing should not wait for.
    from scipy.special import ndtri

    if isinstance(distribution, BY_SCORE):
        return _of_scores(distribution, np.asarray(ndtri(shares)))
    return np.asarray(_of_shares(distribution, shares), dtype=np.float64)


def quantile_of_scores(distribution: Distribution, scores: Array) -> Array:
    """The values at standard normal scores: below each lies the same share of the distribution as of the normal one."""
    from scipy.special import ndtr

    if isinstance(distribution, BY_SCORE):
        return _of_scores(distribution, scores)
    return np.asarray(_of_shares(distribution, np.asarray(ndtr(scores))), dtype=np.float64)


def _of_scores(distribution: Normal | LogNormal | Pert, scores: Array) -> Array:
    match distribution:
        case Normal():
            return np.asarray(distribution.mean + distribution.spread * scores)
        case LogNormal():
            return np.asarray(distribution.median * np.exp(distribution.spread * scores))
    width = distribution.high - distribution.low
    if width == 0.0:
        return np.full_like(scores, distribution.low)
    first = 1.0 + PERT_WEIGHT * (distribution.likeliest - distribution.low) / width
    return np.asarray(distribution.low + width * _beta(first, 2.0 + PERT_WEIGHT - first)(scores))


def _of_shares(distribution: Discrete | Empirical | Triangular | Uniform, shares: Array) -> Array:
    match distribution:
        case Discrete():
            at = np.searchsorted(np.cumsum(distribution.probabilities), shares, side="right")
            values: Array = np.asarray(distribution.values)
            return values[np.minimum(at, len(values) - 1)]
        case Empirical():
            observed = np.sort(np.asarray(distribution.observations))
            return np.asarray(np.interp(shares, np.linspace(0.0, 1.0, len(observed)), observed))
    width = distribution.high - distribution.low
    if width == 0.0:
        return np.full_like(shares, distribution.low)
    if isinstance(distribution, Triangular):
        rising = distribution.likeliest - distribution.low
        below = distribution.low + np.sqrt(shares * width * rising)
        above = distribution.high - np.sqrt((1.0 - shares) * width * (width - rising))
        return np.asarray(np.where(shares < rising / width, below, above))
    return np.asarray(distribution.low + width * shares)


@lru_cache(maxsize=64)
def _beta(first: float, second: float) -> Callable[[Array], Array]:
    """The quantile of a beta distribution, from 0 to 1, at a standard normal score, where it is smooth.

    It is read off a spline through exact values, which no draw misses by more than a billionth of the whole width: the inverse of
    the incomplete beta function takes a hundred times as long.
    """
    from scipy.interpolate import CubicSpline
    from scipy.special import betaincinv, ndtr

    scores = np.linspace(-FURTHEST_SCORE, FURTHEST_SCORE, KNOTS)
    # From the nearer end, where shares are told apart best.
    exact = np.where(scores < 0.0, betaincinv(first, second, ndtr(scores)), 1.0 - betaincinv(second, first, ndtr(-scores)))
    through: Callable[[Array], Array] = CubicSpline(scores, exact)
    return through


def centre(distribution: Distribution) -> float:
    """The value that yearly paths gather their deviations around: the mean, or the median of a lognormal."""
    match distribution:
        case Normal():
            return distribution.mean
        case LogNormal():
            return distribution.median
        case Discrete():
            return float(np.dot(distribution.values, distribution.probabilities))
        case Empirical():
            return float(np.mean(distribution.observations))
        case Pert():
            return (distribution.low + PERT_WEIGHT * distribution.likeliest + distribution.high) / (PERT_WEIGHT + 2.0)
        case Triangular():
            return (distribution.low + distribution.likeliest + distribution.high) / 3.0
    return (distribution.low + distribution.high) / 2.0
