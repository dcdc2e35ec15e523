"""The inverse of each distribution: the value below which a given share of all draws lies."""

import numpy as np

from finmodel.assumptions.uncertainty import Discrete, Distribution, Empirical, LogNormal, Normal, Pert, Triangular
from finmodel.engine import Array

# How strongly the likeliest value draws in the smooth shape of PERT.
PERT_WEIGHT = 4.0


def quantile(distribution: Distribution, shares: Array) -> Array:
    """The values below which the given shares, between 0 and 1, of a distribution lie."""
    return np.asarray(_quantile(distribution, shares), dtype=np.float64)


def _quantile(distribution: Distribution, shares: Array) -> Array:
    # Imported where it is used: it takes a second, which whoever draws nothing should not wait for.
    from scipy.special import betaincinv, ndtri

    match distribution:
        case Normal():
            return np.asarray(distribution.mean + distribution.spread * ndtri(shares))
        case LogNormal():
            return distribution.median * np.exp(distribution.spread * np.asarray(ndtri(shares)))
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
    if isinstance(distribution, Pert):
        first = 1.0 + PERT_WEIGHT * (distribution.likeliest - distribution.low) / width
        return np.asarray(distribution.low + width * betaincinv(first, 2.0 + PERT_WEIGHT - first, shares))
    if isinstance(distribution, Triangular):
        rising = distribution.likeliest - distribution.low
        below = distribution.low + np.sqrt(shares * width * rising)
        above = distribution.high - np.sqrt((1.0 - shares) * width * (width - rising))
        return np.asarray(np.where(shares < rising / width, below, above))
    return np.asarray(distribution.low + width * shares)


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
