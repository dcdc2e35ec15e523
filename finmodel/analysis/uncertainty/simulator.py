"""A practice made ready for draws: which inputs each driver moves, and which lines have to be computed again for them."""

from collections.abc import Container, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from finmodel.analysis.placement import cells_of, computed_when_placed, part_behind
from finmodel.analysis.ranges import Ranges
from finmodel.analysis.uncertainty.combinations import Combined
from finmodel.analysis.uncertainty.draws import draws
from finmodel.analysis.uncertainty.kernel import Node, Recording
from finmodel.analysis.uncertainty.streams import Method
from finmodel.assumptions import BadInput, Change, Fault
from finmodel.assumptions.uncertainty import Driver, TippingPoint, Uncertainty
from finmodel.cases import Assumptions, paths_moved
from finmodel.engine import Array, Graph, Line, run
from finmodel.model import Result, assemble_model, evaluate

# A path that a driver moves, the sign of its amount, and the (input, row) pairs that the path fills.
Moved = tuple[str, float, list[tuple[str, int]]]


class Simulator:
    """A practice with its proposals, made ready to be run on draws: what no driver moves is computed once."""

    def __init__(self, assumptions: Assumptions, uncertainty: Uncertainty, lines: Sequence[str]) -> None:
        self.uncertainty = uncertainty
        self.lines = tuple(lines)
        self.base = evaluate(assumptions)
        model = assemble_model(assumptions, budget=self.base if assumptions.proposals else None)
        self.inputs = model.inputs
        _see_that_values_are_placed_as_they_are(uncertainty, assumptions, computed_when_placed(model.placed))
        self.moves = {name: _cells_moved(name, driver, assumptions, cells_of(model.placed))
                      for name, driver in uncertainty.drivers.items()}
        ranges = Ranges(assumptions, 0.0)
        self.limits = {path: ranges.limits(path) for cells in self.moves.values() for path, *_ in cells}
        self.tipping = {name: driver.tipping_point for name, driver in uncertainty.drivers.items() if driver.tipping_point}
        above = dict.fromkeys(one.line for one in self.tipping.values())
        _see_that_lines_have_one_row(self.base, self.tipping)
        graph = part_behind(model.graph, [*lines, *above])
        moved = {cell[0] for cells in self.moves.values() for _, _, found in cells for cell in found}
        downstream = graph.downstream(moved)
        still = Graph(tuple(one for one in graph.order if one.name not in downstream), graph.lines, graph.inputs)
        self.known = run(still, model.inputs)
        recording = Recording(len(self.base.years))
        made = self._recorded(recording, [one for one in graph.order if one.name in downstream])
        self.kernel, self.tipping_kernel = (recording.kernel({name: made[name].only_row() for name in names if name in made})
                                            for names in (self.lines, above))

    def piece(self, seed: int, replicate: int, start: int, count: int,
              method: Method) -> tuple[dict[str, Array], dict[str, Array]]:
        """Some cases of a replicate: the lines asked for, and what each driver moves by, arrays (year, case)."""
        amounts = self.amounts(draws(self.uncertainty, len(self.base.years) - 1, seed=seed, replicate=replicate, start=start,
                                     count=count, method=method))
        return self.run(amounts, count), amounts

    def amounts(self, drawn: Mapping[str, Array]) -> dict[str, Array]:
        """What each driver moves by, given its draws: more above its tipping point, and no share below nothing."""
        found = {name: self._possible(name, drawn[name]) for name in self.moves}
        return {**found, **self._tipped(found)} if self.tipping else found

    def _tipped(self, amounts: Mapping[str, Array]) -> dict[str, Array]:
        """The amounts of drivers with a tipping point: more in the years in which their line is above it without that."""
        lines = {**{one.line: self.known[one.line][0] for one in self.tipping.values() if one.line in self.known},
                 **self.tipping_kernel.run(amounts)}
        return {name: self._possible(name, amounts[name] * np.where(lines[one.line][1:] > one.above, one.multiplies_by, 1.0))
                for name, one in self.tipping.items()}

    def run(self, amounts: Mapping[str, Array], count: int) -> dict[str, Array]:
        """The lines asked for, given what each driver moves by, arrays (year, case)."""
        found = {**{name: self.known[name][0] for name in self.lines if name in self.known}, **self.kernel.run(amounts)}
        return {name: np.broadcast_to(found[name], (len(self.base.years), count)) for name in self.lines}

    def _recorded(self, recording: Recording, moving: Sequence[Line]) -> dict[str, Combined]:
        """The lines that a driver moves, as steps from what the drivers move by."""
        made = self._moved_inputs(recording)
        values: dict[str, Any] = {**self.known, **made}
        for one in moving:
            made[one.name] = values[one.name] = one.function(*[values[argument] for argument in one.arguments])
        return made

    def _moved_inputs(self, recording: Recording) -> dict[str, Combined]:
        moves: dict[str, dict[int, list[_Move]]] = {}
        for name, cells in self.moves.items():
            for path, sign, places in cells:
                one = _Move(name, sign, self.uncertainty.drivers[name].operation, *self.limits[path])
                for place, row in places:
                    moves.setdefault(place, {}).setdefault(row, []).append(one)
        return {place: Combined.of_rows(recording, [_moved_row(recording, before, rows.get(at, ()))
                                                    for at, before in enumerate(self.inputs[place])])
                for place, rows in moves.items()}

    def _possible(self, name: str, amounts: Array) -> Array:
        """The amounts of a driver; those of a shift kept so small that no share falls below nothing."""
        if self.uncertainty.drivers[name].operation != "shift":
            return amounts
        room = {sign: np.min([self.inputs[place][row, 1:, :1] for _, its, places in self.moves[name] if its == sign
                              for place, row in places], axis=0) for sign in (-1.0, 1.0)}
        return np.clip(amounts, -room[1.0], room[-1.0])


class _Move(NamedTuple):
    """What one driver does to a row of an input."""

    driver: str
    sign: float
    operation: str
    low: float
    high: float

    def apply(self, later: Array, amounts: Array) -> None:
        """Move the years after the base year, in place, within the bounds of the assumption."""
        operation = {"multiply": np.multiply, "add": np.add, "shift": np.add}.get(self.operation)
        if operation is None:
            later[:] = amounts
        else:
            operation(later, amounts if self.sign == 1.0 else self.sign * amounts, out=later)
        np.maximum(later, self.low, out=later)
        np.minimum(later, self.high, out=later)


def _moved_row(recording: Recording, before: Array, moves: Sequence[_Move]) -> Node | Array:
    """A row (year, case) of an input after what drivers do to it, one after the other."""
    if not moves:
        return before

    def moved(*amounts: Array) -> Array:
        row = np.broadcast_to(before, (len(before), amounts[0].shape[1])).copy()
        for one, amount in zip(moves, amounts, strict=True):
            one.apply(row[1:], amount)
        return row

    return recording.made(("moved", before.tobytes(), tuple(moves)), moved, *(recording.given(one.driver) for one in moves))


def _see_that_values_are_placed_as_they_are(uncertainty: Uncertainty, assumptions: Assumptions, computed: Container[str]) -> None:
    found = [Fault("drivers", f"{name}.moves", f"'{path}' cannot be drawn: other figures are computed from it before the model "
                                               "runs; vary it in a scenario instead")
             for name, driver in uncertainty.drivers.items() for pattern in driver.moves
             for path, _ in paths_moved(Change(path=pattern, operation="add", amount=1.0), assumptions) if path in computed]
    if found:
        raise BadInput(found)


def _cells_moved(name: str, driver: Driver, assumptions: Assumptions, cells: Mapping[str, list[tuple[str, int]]]) -> list[Moved]:
    """The paths that a driver moves, each with the sign of its amount and the cells it fills.

    Raises:
        BadInput: when the practice has none of them.
    """
    found: list[Moved] = []
    for pattern in driver.moves:
        change = Change(path=pattern, operation=driver.operation, amount=1.0, to=driver.to)
        found += [(path, amount, cells.get(path, [])) for path, amount in paths_moved(change, assumptions)]
    if not found:
        raise BadInput([Fault("drivers", f"{name}.moves", "this practice has no assumption of the form "
                                                          f"{', '.join(driver.moves)}; remove the driver or name others")])
    return found


def _see_that_lines_have_one_row(base: Result, tipping: Mapping[str, TippingPoint]) -> None:
    several = [Fault("drivers", f"{name}.tipping_point.line", f"'{one.line}' has several rows; name a line of one row")
               for name, one in tipping.items() if len(base[one.line]) > 1]
    if several:
        raise BadInput(several)
