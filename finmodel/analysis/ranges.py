"""How far an assumption may go: its own range or a common step, within the limits of its place."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from finmodel.assumptions.quantity import Of
from finmodel.cases import Assumptions
from finmodel.engine import Array

SHARES = {"share", "share/year"}
# A share or rate moves by one percentage point where other numbers move by ten percent of themselves.
POINTS_PER_STEP = 0.1
# Shares that together buy at most the whole shortfall.
TOGETHER = {"shortfall.locums_share": "shortfall.teleradiology_share", "shortfall.teleradiology_share": "shortfall.locums_share"}

# The values over the years that paths have in one case, where they differ from the assumptions.
Move = Mapping[str, Array]


class Ranges:
    """The values of the assumptions over the years, and how far each may be moved."""

    def __init__(self, assumptions: Assumptions, step: float) -> None:
        self.assumptions = assumptions
        self.step = step
        years = assumptions.practice.years
        self.values = {path: quantity.over(years) for path, quantity in assumptions.items()}
        self.every_year = np.full(len(years), True)
        self.later_years = np.array(years) > assumptions.practice.base_year
        self.mixes: dict[str, list[str]] = {}
        for path in assumptions:
            if is_mix(path):
                self.mixes.setdefault(path.rpartition(".")[0], []).append(path)

    def varies(self, path: str) -> Any:
        """The years in which an assumption may vary: Medicare's rules of the base year are known."""
        return self.later_years if is_rule(path) else self.every_year

    def limits(self, path: str) -> tuple[Any, Any]:
        """The least and the greatest value that the place of an assumption allows, the same in all years or one for each."""
        of, unit = self.assumptions[path].limits or Of(), self.assumptions[path].unit
        if path in TOGETHER:
            return 0.0, 1.0 - self.values[TOGETHER[path]]
        if path == "benchmark.percentile":
            chosen = self.assumptions.practice.benchmark
            points = [self.assumptions.benchmarks[name].points for name in (chosen.productivity, chosen.compensation)]
            return max(each[0][0] for each in points), min(each[-1][0] for each in points)
        return of.minimum, of.maximum if of.maximum is not None else 1.0 if unit == "share" else np.inf

    def is_whole(self, path: str) -> bool:
        """Whether an assumption counts whole things."""
        limits = self.assumptions[path].limits
        return limits is not None and limits.integer

    def ends(self, path: str) -> tuple[Move, Move]:
        """An assumption at its low and at its high end, with what else has to move."""
        quantity, values = self.assumptions[path], self.values[path]
        by = self.step * np.abs(values)
        if quantity.unit in SHARES and not is_mix(path):
            by = np.maximum(by, self.step * POINTS_PER_STEP)
        least, greatest = self.limits(path)
        low, high = (
            np.where(self.varies(path), np.minimum(np.maximum(end if own is None else own, least), greatest), values)
            for own, end in ((quantity.low, values - by), (quantity.high, values + by))
        )
        return (self._mixed(path, low), self._mixed(path, high)) if is_mix(path) else ({path: low}, {path: high})

    def _mixed(self, path: str, share: Array) -> Move:
        """A payer mix, or the yearly shift of one, with another share of one payer; the others keep their proportions."""
        others = [one for one in self.mixes[path.rpartition(".")[0]] if one != path]
        rest = sum((self.values[one] for one in others), np.zeros(len(share)))
        if not np.all(rest):
            return {path: self.values[path]}
        factor = 1.0 - (share - self.values[path]) / rest
        return {path: share, **{one: self.values[one] * factor for one in others}}


def is_mix(path: str) -> bool:
    """Whether a path is a share of a payer mix, or the yearly shift of one."""
    return path.startswith("payer_mix")


def is_rule(path: str) -> bool:
    """Whether a path is one of Medicare's rules."""
    return path.startswith("medicare_rules.")
