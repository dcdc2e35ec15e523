"""Draws of every driver, year by year: uniform numbers, correlated without disturbing a distribution, along yearly paths."""

from collections.abc import Mapping

import numpy as np

from finmodel.analysis.uncertainty.distributions import centre, quantile, quantile_of_scores
from finmodel.analysis.uncertainty.streams import Method, Stream, uniforms
from finmodel.assumptions import BadInput, Fault
from finmodel.assumptions.uncertainty import Driver, Uncertainty
from finmodel.engine import Array

# How far below zero an eigenvalue may lie and still be nothing but the rounding of the matrix.
ROUNDING = 1e-9
SMALLEST_FACTOR = 1e-6


def correlation_matrix(uncertainty: Uncertainty) -> Array:
    """The correlations of all drivers, in their order.

    Raises:
        BadInput: when no draws can have them, with the nearest correlations that can.
    """
    names = list(uncertainty.drivers)
    matrix = np.eye(len(names))
    for first, others in uncertainty.correlations.items():
        for second, value in others.items():
            matrix[names.index(first), names.index(second)] = matrix[names.index(second), names.index(first)] = value
    if np.linalg.eigvalsh(matrix).min() < -ROUNDING:
        near = nearest_correlation(matrix)
        pairs = [(first, second, near[names.index(first), names.index(second)])
                 for first, others in uncertainty.correlations.items() for second in others]
        told = ", ".join(f"{first}.{second} = {value:.3f}" for first, second, value in pairs)
        raise BadInput([Fault("correlations", "", "no draws can have all of these correlations at once (two that both follow a "
                                                  f"third must follow each other); the nearest that can: {told}")])
    return matrix


def nearest_correlation(matrix: Array, rounds: int = 100) -> Array:
    """The nearest matrix that is a correlation matrix, by alternating projections.

    Source: N. Higham, Computing the nearest correlation matrix, IMA Journal of Numerical Analysis 22 (2002).
    """
    near, correction = matrix.copy(), np.zeros_like(matrix)
    for _ in range(rounds):
        reduced = near - correction
        values, vectors = np.linalg.eigh(reduced)
        positive = (vectors * np.maximum(values, 0.0)) @ vectors.T
        correction = positive - reduced
        near = positive.copy()
        np.fill_diagonal(near, 1.0)
    return np.asarray(near)


def draws(uncertainty: Uncertainty, years: int, *, seed: int, replicate: int = 0, start: int = 0, count: int,
          method: Method = "sobol") -> dict[str, Array]:
    """What each driver moves its assumptions by in the years after the base year: arrays of shape (year, case).

    Case *i* is the same however the cases are cut into pieces.
    """
    streams = [Stream(name, 1 if driver.path == "fixed" else years, driver.distribution.shape == "discrete")
               for name, driver in uncertainty.drivers.items()]
    drawn = uniforms(streams, seed, replicate, start, count, method)
    tied = _tied_scores(drawn, uncertainty)
    return {name: _along(driver, quantile_of_scores(driver.distribution, tied[name]) if name in tied
                         else quantile(driver.distribution, drawn[name]), years)
            for name, driver in uncertainty.drivers.items()}


def _tied_scores(drawn: Mapping[str, Array], uncertainty: Uncertainty) -> dict[str, Array]:
    """The scores of the correlated drivers, tied together by a Gaussian copula; each stays standard normal on its own."""
    if not uncertainty.correlations:
        return {}
    # Imported where it is used: it takes a second, which whoever draws nothing should not wait for.
    from scipy.special import ndtri

    matrix, names = correlation_matrix(uncertainty), list(uncertainty.drivers)
    tied = [at for at in range(len(names)) if np.count_nonzero(matrix[at]) > 1]
    # Drivers with one draw for all years come first, so that what others have in common with them is the same in all years.
    tied.sort(key=lambda at: uncertainty.drivers[names[at]].path != "fixed")
    factor = _factor(matrix[np.ix_(tied, tied)])
    scores = [np.asarray(ndtri(drawn[names[at]])) for at in tied]
    return {names[at]: sum((factor[row, column] * scores[column] for column in range(row) if factor[row, column]),
                           factor[row, row] * scores[row]) for row, at in enumerate(tied)}


def _factor(matrix: Array) -> Array:
    """A triangular factor, also of a matrix of which some rows follow from others."""
    values, vectors = np.linalg.eigh(matrix)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    return np.asarray(np.linalg.qr(root.T)[1]).T


def _along(driver: Driver, drawn: Array, years: int) -> Array:
    """The draws of a driver as they gather over the years: factors by multiplying, everything else by adding."""
    if driver.path == "fixed":
        return np.broadcast_to(drawn, (years, drawn.shape[1]))
    kept = 1.0 - driver.reversion if driver.path == "mean-reverting" else 1.0
    if driver.operation == "multiply":
        return np.exp(_gathered(np.log(np.maximum(drawn, SMALLEST_FACTOR)), kept))
    middle = centre(driver.distribution)
    return _gathered(drawn - middle, kept) + middle


def _gathered(deviations: Array, kept: float) -> Array:
    gathered = deviations.copy()
    for year in range(1, len(gathered)):
        gathered[year] += kept * gathered[year - 1]
    return gathered
