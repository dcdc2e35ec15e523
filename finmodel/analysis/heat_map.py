"""Two assumptions at once: a line for every pair of their values, all of them as cases of one run, and where it is zero."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from finmodel.analysis.ranges import Move, Ranges, is_mix
from finmodel.analysis.sensitivity import line_of_year
from finmodel.assumptions import BadInput, Fault
from finmodel.assumptions.faults import nearest
from finmodel.cases import Assumptions
from finmodel.engine import Array
from finmodel.model import assemble_model

STEPS = 50


@dataclass(frozen=True)
class HeatMap:
    """A line in a year by two assumptions, ``line[first][second]``, and the pairs of values at which it is zero."""

    first: str
    second: str
    first_values: tuple[float, ...]
    second_values: tuple[float, ...]
    line: tuple[tuple[float, ...], ...]
    zeros: tuple[tuple[float, float], ...]


def heat_map(assumptions: Assumptions, line: str, first: str, second: str, year: int, *,
             first_between: tuple[float, float], second_between: tuple[float, float], steps: int = STEPS) -> HeatMap:
    """A line in a year with each pair of values of two assumptions, the same in all years that an assumption may vary in.

    Raises:
        BadInput: when there is no such assumption or line, or the bounds leave nothing between them.
    """
    ranges = Ranges(assumptions, 0.0)
    faults = [fault for path, between in ((first, first_between), (second, second_between))
              for fault in _faults(assumptions, ranges, path, between)]
    if first == second:
        faults.append(Fault("heat map", first, "is named twice; choose two assumptions"))
    if faults:
        raise BadInput(faults)
    xs, ys = (np.linspace(*between, steps) for between in (first_between, second_between))
    rows, columns = ([np.where(ranges.varies(path), value, ranges.values[path]) for value in values]
                     for path, values in ((first, xs), (second, ys)))
    moves: list[Move] = [{first: row, second: column} for row in rows for column in columns]
    found = np.array(line_of_year(assemble_model(assumptions), line, assumptions.practice.years.index(year), moves)[1:])
    grid = found.reshape(steps, steps)
    return HeatMap(first, second, tuple(xs.tolist()), tuple(ys.tolist()), tuple(tuple(row) for row in grid.tolist()),
                   tuple(zeros(xs, ys, grid)))


def zeros(xs: Array, ys: Array, grid: Array) -> Iterator[tuple[float, float]]:
    """Where the grid crosses zero between neighbours, along both axes, on the straight line between them."""
    for column, x in enumerate(xs):
        yield from ((float(x), at) for at in _crossings(ys, grid[column]))
    for row, y in enumerate(ys):
        yield from ((at, float(y)) for at in _crossings(xs, grid[:, row]))


def _crossings(places: Array, values: Array) -> Iterator[float]:
    for left, right, before, after in zip(places[:-1], places[1:], values[:-1], values[1:], strict=True):
        if before * after < 0.0 or before == 0.0:
            yield float(left if before == 0.0 else left + (right - left) * before / (before - after))


def _faults(assumptions: Assumptions, ranges: Ranges, path: str, between: Sequence[float]) -> Iterator[Fault]:
    if path not in assumptions:
        yield Fault("heat map", path, f"there is no such assumption; {nearest(path, assumptions, 0.4)}")
        return
    if is_mix(path):
        yield Fault("heat map", path, "a share of a payer mix has to be taken from another; choose a rate or a volume")
        return
    least, greatest = (float(pick(end)) for pick, end in zip((np.max, np.min), ranges.limits(path), strict=True))
    low, high = between
    if not least <= low < high <= greatest:
        yield Fault("heat map", path, f"from {low:g} to {high:g} is no range; it may lie between {least:g} and {greatest:g}, "
                                      "and goes from low to high")
