"""Whole dollars that add up: the rounding by largest remainder, in every direction in which a table is added."""

from collections.abc import Collection, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

import numpy as np

from finmodel.format import rounded

# A total moves only where its parts, each at most a dollar off, cannot make it up, and what is firm only where nothing else can.
WEIGHT_OF_TOTALS, WEIGHT_OF_FIRM = 1e3, 1e6


class Sum(NamedTuple):
    """Which value is the total, and which values with which signs make it up."""

    total: int
    parts: tuple[tuple[int, float], ...]


def footed(values: Sequence[float], sums: Sequence[Sum], firm: Collection[int] = (), places: int = 0) -> list[Decimal]:
    """The values rounded so that all sums hold: each as near to itself as that allows, firm ones and totals first."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    step = Decimal(1).scaleb(-places)
    half_up = [rounded(value, places) for value in values]
    if not sums or _holds(half_up, sums):
        return half_up
    floors = [Decimal(repr(float(value))).quantize(step, ROUND_FLOOR) for value in values]
    above = np.array([float((Decimal(repr(float(value))) - floor) / step) for value, floor in zip(values, floors, strict=True)])
    count = len(values)
    # Each value is its floor, one below, one or two above; the second half of the variables is the distance to the value.
    weights = np.ones(count)
    weights[[one.total for one in sums]] = WEIGHT_OF_TOTALS
    weights[list(firm)] = WEIGHT_OF_FIRM
    identity = np.eye(count)
    rows, wanted = np.zeros((len(sums), 2 * count)), np.zeros(len(sums))
    for at, one in enumerate(sums):
        rows[at, one.total] = 1.0
        wanted[at] = -float(floors[one.total] / step)
        for part, sign in one.parts:
            rows[at, part] -= sign
            wanted[at] += sign * float(floors[part] / step)
    found = milp(np.concatenate([np.zeros(count), weights]),
                 constraints=[LinearConstraint(rows, wanted, wanted),
                              LinearConstraint(np.hstack([identity, -identity]), -np.inf, above),
                              LinearConstraint(np.hstack([identity, identity]), above, np.inf)],
                 integrality=np.concatenate([np.ones(count), np.zeros(count)]),
                 bounds=Bounds(np.concatenate([np.full(count, -2.0), np.zeros(count)]),
                               np.concatenate([np.full(count, 3.0), np.full(count, 3.0)])))
    if found.x is None:
        return half_up
    return [floor + step * round(up) for floor, up in zip(floors, found.x[:count], strict=True)]


def _holds(values: Sequence[Decimal], sums: Sequence[Sum]) -> bool:
    return all(values[one.total] == sum((values[part] * int(sign) for part, sign in one.parts), Decimal(0)) for one in sums)
