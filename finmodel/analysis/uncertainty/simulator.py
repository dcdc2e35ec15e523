"""A practice made ready for draws: which inputs each driver moves, and which lines have to be computed again for them."""

from collections.abc import Mapping, Sequence

import numpy as np

from finmodel.analysis.placement import cells_of, part_behind
from finmodel.analysis.ranges import Ranges
from finmodel.analysis.uncertainty.draws import draws
from finmodel.analysis.uncertainty.streams import Method
from finmodel.assumptions import BadInput, Change, Fault
from finmodel.assumptions.uncertainty import Driver, Uncertainty
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
        self.moves = {name: _cells_moved(name, driver, assumptions, cells_of(model.placed))
                      for name, driver in uncertainty.drivers.items()}
        ranges = Ranges(assumptions, 0.0)
        self.limits = {path: ranges.limits(path) for cells in self.moves.values() for path, *_ in cells}
        graph = part_behind(model.graph, lines)
        moved = {cell[0] for cells in self.moves.values() for _, _, found in cells for cell in found}
        downstream = graph.downstream(moved)
        still = Graph(tuple(one for one in graph.order if one.name not in downstream), graph.lines, graph.inputs)
        self.known = run(still, model.inputs)
        self.moving = tuple(one for one in graph.order if one.name in downstream)
        self.last_use = _last_uses(self.moving, self.lines)
        self.tipping = {name: _factor_above(driver, self.base) for name, driver in uncertainty.drivers.items()}

    def piece(self, seed: int, replicate: int, start: int, count: int,
              method: Method) -> tuple[dict[str, Array], dict[str, Array]]:
        """Some cases of a replicate: the lines asked for, and what each driver moves by, arrays (year, case)."""
        amounts = self.amounts(draws(self.uncertainty, len(self.base.years) - 1, seed=seed, replicate=replicate, start=start,
                                     count=count, method=method))
        return self.run(amounts, count), amounts

    def amounts(self, drawn: Mapping[str, Array]) -> dict[str, Array]:
        """What each driver moves by, given its draws: more above its tipping point, and no share below nothing."""
        found = {name: drawn[name] * self.tipping[name] for name in self.moves}
        return {name: self._possible_shift(self.moves[name], amounts)
                if self.uncertainty.drivers[name].operation == "shift" else amounts for name, amounts in found.items()}

    def run(self, amounts: Mapping[str, Array], count: int) -> dict[str, Array]:
        """The lines asked for, given what each driver moves by, arrays (year, case)."""
        values = {**self.known, **self._replaced(amounts, count)}
        for at, one in enumerate(self.moving):
            values[one.name] = one.function(*[values[argument] for argument in one.arguments])
            for name in self.last_use.get(at, ()):
                del values[name]
        return {name: np.broadcast_to(values[name][0], (len(self.base.years), count)) for name in self.lines}

    def _replaced(self, amounts: Mapping[str, Array], count: int) -> dict[str, Array]:
        replaced: dict[str, Array] = {}
        for name, cells in self.moves.items():
            operation = self.uncertainty.drivers[name].operation
            for path, sign, places in cells:
                low, high = self.limits[path]
                for place, row in places:
                    if place not in replaced:
                        before = self.inputs[place]
                        replaced[place] = np.broadcast_to(before, (*before.shape[:2], count)).copy()
                    later = replaced[place][row, 1:]
                    np.clip(_moved(later, sign * amounts[name], operation), low, high, out=later)
        return replaced

    def _possible_shift(self, cells: Sequence[Moved], amounts: Array) -> Array:
        """The amounts of a shift, kept so small that no share falls below nothing."""
        room = {sign: np.min([self.inputs[place][row, 1:, :1] for _, its, places in cells if its == sign
                              for place, row in places], axis=0) for sign in (-1.0, 1.0)}
        return np.clip(amounts, -room[1.0], room[-1.0])


def _moved(before: Array, amounts: Array, operation: str) -> Array:
    if operation == "multiply":
        return before * amounts
    return amounts if operation == "set" else before + amounts


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


def _factor_above(driver: Driver, base: Result) -> Array:
    """By how much more a driver moves in each year after the base year, (year, 1); by nothing without a tipping point."""
    if driver.tipping_point is None:
        return np.ones((len(base.years) - 1, 1))
    reached = np.asarray(base.series(driver.tipping_point.line))[1:] > driver.tipping_point.above
    return np.where(reached, driver.tipping_point.multiplies_by, 1.0)[:, None]


def _last_uses(order: Sequence[Line], kept: Sequence[str]) -> dict[int, list[str]]:
    """For each position, the lines that nobody needs any more after it."""
    made = {one.name for one in order}
    last = {argument: at for at, one in enumerate(order) for argument in one.arguments if argument in made}
    uses: dict[int, list[str]] = {}
    for name, at in last.items():
        if name not in kept:
            uses.setdefault(at, []).append(name)
    return uses
