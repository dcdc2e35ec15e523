"""What would it take: the values of one assumption at which a line reaches a target."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from finmodel.analysis.ranges import SHARES, Ranges, is_mix
from finmodel.analysis.sensitivity import line_of_year
from finmodel.assumptions import BadInput, Fault
from finmodel.assumptions.faults import nearest
from finmodel.cases import Assumptions
from finmodel.engine import Array
from finmodel.model import assemble_model

# So many values are tried between the bounds before the places where the line crosses the target are narrowed down.
TRIED = 129
FARTHEST = 10.0


@dataclass(frozen=True)
class Solution:
    """Every value of the assumption at which the line reaches the target; where there is none, the nearest it gets.

    ``unit`` is that of the assumption.
    """

    path: str
    unit: str
    bounds: tuple[float, float]
    values: tuple[float, ...]
    nearest_value: float
    nearest_line: float


def solve(assumptions: Assumptions, line: str, target: float, path: str, *, year: int | None = None,
          bounds: tuple[float, float] | None = None) -> Solution:
    """The values of an assumption, the same in all years, that bring a line to a target in a year, or on the mean of all years.

    Bounds are those given, within what the assumption's place allows. Without any, a share goes as far as its place allows, and
    another number down to nothing and up to ten times what it is.

    Raises:
        BadInput: when there is no such assumption or line, or the bounds leave nothing to try.
    """
    # Imported where it is used: it takes a second, which whoever solves nothing should not wait for.
    from scipy.optimize import brentq

    low, high = _bounds(assumptions, path, bounds)
    model = assemble_model(assumptions)
    position = None if year is None else assumptions.practice.years.index(year)
    ranges = Ranges(assumptions, 0.0)

    def line_at(values: Sequence[float] | Array) -> Array:
        moves = [{path: np.full(len(assumptions.practice.years), value)} for value in values]
        return np.array(line_of_year(model, line, position, moves)[1:]) - target

    tried = np.linspace(low, high, TRIED)
    missed = line_at(tried)
    whole = ranges.is_whole(path)
    roots = [float(at) for at, gap in zip(tried, missed, strict=True) if gap == 0.0]
    for left, right, before, after in zip(tried[:-1], tried[1:], missed[:-1], missed[1:], strict=True):
        if before * after < 0.0:
            roots.append(float(brentq(lambda value: float(line_at([value])[0]), left, right, xtol=1e-12 * max(1.0, abs(high)))))
    if whole:
        roots = sorted({float(at) for root in roots for at in (np.floor(root), np.ceil(root)) if line_at([at])[0] == 0.0})
    closest = int(np.nanargmin(np.abs(missed)))
    return Solution(path, assumptions[path].unit, (low, high), tuple(sorted(roots)), float(tried[closest]),
                    float(missed[closest] + target))


def _bounds(assumptions: Assumptions, path: str, given: tuple[float, float] | None) -> tuple[float, float]:
    if path not in assumptions:
        raise BadInput([Fault("--vary", path, f"there is no such assumption; {nearest(path, assumptions, 0.4)}")])
    if is_mix(path):
        raise BadInput([Fault("--vary", path, "a share of a payer mix has to be taken from another; vary a rate or a volume")])
    value = float(np.mean(Ranges(assumptions, 0.0).values[path]))
    least, greatest = (float(np.max(end)) if at == 0 else float(np.min(end))
                       for at, end in enumerate(Ranges(assumptions, 0.0).limits(path)))
    far = abs(value) * FARTHEST
    is_open = value == 0.0 or assumptions[path].unit in SHARES
    low, high = given or ((least, greatest) if is_open else (max(least, min(0.0, value - far)), min(greatest, value + far)))
    low, high = max(low, least), min(high, greatest)
    if not low < high:
        raise BadInput([Fault("--vary", path, f"the bounds {low:g} to {high:g} leave nothing to try; the assumption may lie "
                                              f"between {least:g} and {greatest:g}")])
    return low, high
