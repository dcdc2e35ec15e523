"""What moves a line most: each assumption, or each lever a person thinks in, varied alone, all of them as cases of one run."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from finmodel.analysis.placement import Cells, cells_of, computed_when_placed, part_behind
from finmodel.analysis.ranges import POINTS_PER_STEP, SHARES, Move, Ranges, is_mix, is_rule
from finmodel.assumptions import BadInput, Change, Fault, Quantity
from finmodel.assumptions.reference import Operation
from finmodel.assumptions.words import capitalized, describe, subject_and_measure
from finmodel.cases import Assumptions, changed, place
from finmodel.engine import YEAR, Array, ratio, run
from finmodel.model import Model, assemble_model


@dataclass(frozen=True)
class Swing:
    """A line in one year with something at its low and at its high end."""

    label: str
    unit: str
    low: float
    high: float
    line: float
    line_at_low: float
    line_at_high: float

    @property
    def swing(self) -> float:
        """How far apart the line's values are, from the lowest to the highest."""
        return max(self.line, self.line_at_low, self.line_at_high) - min(self.line, self.line_at_low, self.line_at_high)


@dataclass(frozen=True)
class Mover(Swing):
    """What one assumption does to a line; ``low``, ``value`` and ``high`` are the assumption's in that year."""

    path: str
    value: float


@dataclass(frozen=True)
class Lever(Swing):
    """What all assumptions of a pattern, moved together, do to a line.

    ``low`` and ``high`` are how far the lever goes: a share of the numbers to *multiply* by 1 + it, points of a share or
    rate to *add*. The assumptions stay within their limits at both ends.
    """

    path: str
    operation: Operation
    after_base_year: bool

    def change(self, amount: float) -> Change:
        """The change of a scenario that moves the lever by an amount between ``low`` and ``high``."""
        return Change(path=self.path, operation=self.operation, after_base_year=self.after_base_year,
                      amount=1.0 + amount if self.operation == "multiply" else amount)


def movers(assumptions: Assumptions, line: str = "support_deficit", year: int | None = None, *,
           among: Callable[[str, Quantity], bool] | None = None, step: float = 0.10) -> tuple[Mover, ...]:
    """What each assumption alone does to a line in a year, the largest swing first.

    An assumption goes to its own low and high where it states them, else down and up by the share ``step``, and shares and
    rates by at least a tenth of ``step`` in points; never beyond what its place allows. A share of a payer mix is taken from
    or given to the other payers of the mix in proportion. Medicare's rules vary after the base year only, whose rules are
    known. Without ``year``, the first year after the base year counts.

    Raises:
        BadInput: when the line is not a line of one row.
    """
    model, ranges = assemble_model(assumptions), Ranges(assumptions, step)
    at = _position(assumptions, year)
    paths = [path for path, quantity in assumptions.items() if among is None or among(path, quantity)]
    ends = [ranges.ends(path) for path in paths]
    base, *values = line_of_year(model, line, at, [move for pair in ends for move in pair])
    found = [
        Mover(describe(path, assumptions.practice), assumptions[path].unit, float(low[path][at]), float(high[path][at]),
              base, values[2 * each], values[2 * each + 1], path, float(ranges.values[path][at]))
        for each, (path, (low, high)) in enumerate(zip(paths, ends, strict=True))
    ]
    return tuple(sorted(found, key=_largest_first))


def families(assumptions: Assumptions, line: str = "support_deficit", year: int | None = None, *,
             step: float = 0.10) -> tuple[Lever, ...]:
    """The levers a person thinks in, such as all exams or one payer's rate: those that move a line, the largest swing first.

    The assumptions that differ only in their rows move together, except that each payer stays a lever of its own. Payer mixes
    are no levers, since a share has to be taken from somebody. Medicare's rules move after the base year only.

    Raises:
        BadInput: when the line is not a line of one row.
    """
    model, ranges = assemble_model(assumptions), Ranges(assumptions, step)
    at = _position(assumptions, year)
    members: dict[str, list[str]] = {}
    for path in assumptions:
        if not is_mix(path):
            members.setdefault(_pattern(path), []).append(path)
    levers = [_lever(pattern, paths, ranges) for pattern, paths in members.items()]
    moves: list[Move] = [{path: _pulled(lever, amount, path, ranges) for path in members[lever.path]}
                         for lever in levers for amount in (lever.low, lever.high)]
    base, *values = line_of_year(model, line, at, moves)
    found = [dataclasses.replace(lever, line=base, line_at_low=values[2 * each], line_at_high=values[2 * each + 1])
             for each, lever in enumerate(levers)]
    return tuple(sorted((lever for lever in found if lever.swing != 0.0), key=_largest_first))


def _largest_first(one: Swing) -> tuple[bool, float]:
    """Sorts what is not available last."""
    return (True, 0.0) if np.isnan(one.swing) else (False, -one.swing)


def _position(assumptions: Assumptions, year: int | None) -> int:
    years = assumptions.practice.years
    return years.index(year) if year is not None else min(1, len(years) - 1)


def line_of_year(model: Model, line: str, at: int | None, moves: Sequence[Move]) -> list[float]:
    """A line without a move and then with each alone, in one pass over the part of the model behind the line.

    ``at`` is the position of the year; without one it is the mean of all years.

    Raises:
        BadInput: when the line is not a line of one row.
    """
    one = model.graph.lines.get(line)
    if one is None or one.table:
        raise BadInput([Fault("sensitivity", line, "is not a line of one row; name one, such as support_deficit")])
    part = part_behind(model.graph, [line])
    cells = {path: [cell for cell in found if cell[0] in part.inputs] for path, found in cells_of(model.placed).items()}
    acting = [case for case, move in enumerate(moves) if any(cells.get(path) for path in move)]
    # A year stands on itself and on the years before it, so the later ones need not be computed.
    last = None if at is None else at + 1
    inputs = {name: model.inputs[name][:, :last] for name in part.inputs}
    inputs |= _replaced(model, inputs, [moves[case] for case in acting], cells)
    by_year = run(part, {**model.placed.indices, **inputs})[line][0]
    values = by_year.mean(axis=0) if at is None else by_year[min(at, len(by_year) - 1)]
    found = np.full(len(moves) + 1, values[0])
    found[[case + 1 for case in acting]] = values[1:]
    return [float(value) for value in found]


def _replaced(model: Model, inputs: Mapping[str, Array], moves: Sequence[Move], cells: Cells) -> dict[str, Array]:
    """The inputs that the moves touch: the case without a move, then one for each."""
    replaced: dict[str, Array] = {}

    def put(name: str, row: int, case: int, values: Array) -> None:
        before = inputs[name]
        if name not in replaced:
            replaced[name] = np.broadcast_to(before, (*before.shape[:2], len(moves) + 1)).copy()
        replaced[name][row, :, case] = values[:before.shape[YEAR]]

    computed = computed_when_placed(model.placed)
    for case, move in enumerate(moves, 1):
        for path, values in move.items():
            placed = _placed_again(model.assumptions[0], path, values, computed[path]) if path in computed and cells[path] else {}
            for name, row in cells.get(path, ()):
                put(name, row, case, placed.get(name, values))
    return replaced


def _placed_again(assumptions: Assumptions, path: str, values: Array, names: Sequence[str]) -> dict[str, Array]:
    """What is computed from an assumption when values are placed, with other values of it."""
    path_of_values = zip(assumptions.practice.years, values.tolist(), strict=True)
    changes = [Change(path=path, operation="set", amount=value, year=year) for year, value in path_of_values]
    placed = place(changed(assumptions, changes, "sensitivity"))
    return {name: placed.inputs[name].array[0, :, 0] for name in names}


def _pattern(path: str) -> str:
    """The path with stars for its rows, unless they are payers."""
    section, *rows, field = path.split(".")
    return path if section == "payers" else ".".join([section, *("*" for _ in rows), field])


def _lever(pattern: str, paths: list[str], ranges: Ranges) -> Lever:
    """A lever that goes as far as the step and every assumption's limits allow."""
    units = {ranges.assumptions[path].unit for path in paths}
    adds = units <= SHARES
    reach = ranges.step * POINTS_PER_STEP if adds else ranges.step
    room = [_room(path, ranges, adds) for path in paths]
    subject, measure = subject_and_measure(pattern, ranges.assumptions.practice)
    return Lever(f"{capitalized(measure)}, {subject}", next(iter(units)) if len(units) == 1 else "factor",
                 min(max(-reach, *(low for low, _ in room)), 0.0), max(min(reach, *(high for _, high in room)), 0.0),
                 np.nan, np.nan, np.nan, pattern, "add" if adds else "multiply", is_rule(pattern))


def _room(path: str, ranges: Ranges, adds: bool) -> tuple[float, float]:
    """How far down and up an assumption may go in every year: points to add, or a share of itself."""
    values, limits = ranges.values[path], ranges.limits(path)
    ends = [limit - values if adds else ratio(limit - values, values) for limit in limits]
    return float(np.nanmax(np.minimum(*ends), initial=-np.inf)), float(np.nanmin(np.maximum(*ends), initial=np.inf))


def _pulled(lever: Lever, amount: float, path: str, ranges: Ranges) -> Array:
    """The values of an assumption with a lever moved by an amount."""
    values = ranges.values[path]
    moved = values + amount if lever.operation == "add" else values * (1.0 + amount)
    return np.where(ranges.varies(path), moved, values)
