"""Chances, errors and distributions in the words of a board."""

import math
from collections.abc import Callable
from fnmatch import fnmatchcase

from finmodel.analysis.uncertainty.summary import Estimate
from finmodel.assumptions.uncertainty import Discrete, Driver, Empirical, LogNormal, Normal, Pert, Triangular
from finmodel.cases import Assumptions
from finmodel.format import SHARES, amount, number, percent, short_money

ODDS = {0.05: "one future in twenty", 0.1: "one future in ten", 0.2: "one future in five", 0.25: "one future in four",
        1 / 3: "one future in three", 0.5: "half of all futures", 2 / 3: "two of three futures", 0.75: "three of four futures",
        0.8: "four of five futures", 0.9: "nine of ten futures", 0.95: "nineteen of twenty futures"}
NEVER, ALWAYS = 0.0005, 0.9995
PATHS = {"fixed": "drawn once for all years", "random walk": "a new draw every year on top of those before"}


def odds(share: float) -> str:
    """How often, in the nearest words: 0.77 → about three of four futures."""
    if share < NEVER:
        return "no future"
    if share > ALWAYS:
        return "every future"
    if share < 0.025:
        return "fewer than one future in forty"
    if share > 0.975:
        return "nearly every future"
    near = min(ODDS, key=lambda one: abs(one - share))
    return f"{'' if math.isclose(near, share, abs_tol=5e-4) else 'about '}{ODDS[near]}"


def give_or_take(one: Estimate) -> str:
    """A figure with how far another set of as many draws would put it off."""
    if one.standard_error < 0.5:
        return short_money(one.value)
    return f"{short_money(one.value)}, give or take {short_money(one.standard_error)}"


def distribution_in_words(driver: Driver, assumptions: Assumptions) -> str:
    """What a driver may be in a year, in the unit of what it moves."""
    shown, one = _shown(driver, assumptions), driver.distribution
    match one:
        case Normal():
            low, high = (one.mean + sign * one.spread for sign in (-1, 1))
            return f"around {shown(one.mean)}, in two of three cases from {shown(low)} to {shown(high)}"
        case LogNormal():
            low, high = (one.median * math.exp(sign * one.spread) for sign in (-1, 1))
            return f"around {shown(one.median)}, in two of three cases from {shown(low)} to {shown(high)}, skewed upwards"
        case Pert() | Triangular():
            return f"from {shown(one.low)} to {shown(one.high)}, likeliest {shown(one.likeliest)}"
        case Discrete():
            return "; ".join(f"{shown(value)} in {percent(share, 0)} of cases"
                             for value, share in zip(one.values, one.probabilities, strict=True))
        case Empirical():
            observed = one.observations
            return f"as in {number(len(observed))} observations, from {shown(min(observed))} to {shown(max(observed))}"
    return f"anything from {shown(one.low)} to {shown(one.high)} alike"


def path_in_words(driver: Driver) -> str:
    """How the draws of the years hang together."""
    lost = percent(driver.reversion, 0)
    return PATHS.get(driver.path) or f"a new draw every year; {lost} of what has gathered is lost each year"


def amount_in_words(driver: Driver, value: float, assumptions: Assumptions) -> str:
    """What a driver was drawn to be."""
    return _shown(driver, assumptions)(value)


def _shown(driver: Driver, assumptions: Assumptions) -> Callable[[float], str]:
    unit = next((one.unit for path, one in assumptions.items() if fnmatchcase(path, driver.moves[0])), "factor")
    if driver.operation == "multiply":
        return lambda value: f"{'+' if value > 1 else ''}{percent(value - 1.0)}"
    if unit not in SHARES:
        return lambda value: amount(value, unit)
    if driver.operation == "set":
        return lambda value: percent(value, 2)
    return lambda value: f"{'+' if value > 0 else ''}{number(value * 100, 1)} points"
