"""The assumptions of a run as cells that a person may change: placing them again, on cells, lays what is computed on the way."""

import dataclasses
import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from finmodel.assumptions import Benchmark, Quantity
from finmodel.assumptions.quantity import Of
from finmodel.cases import Assumptions, Placer, place_with
from finmodel.packet.workbook.cells import Applied, Cells, Named

PERCENTILE = "benchmark.percentile"


@dataclass(frozen=True)
class Entry:
    """A number that stands in a cell of its own: a value, or one of a path of values, from a year or a date on."""

    name: str
    path: str
    since: int | datetime.date | None
    value: float
    quantity: Quantity
    lowest: float
    highest: float
    editable: bool = True


class Undecided(Exception):
    """A function of a cell asks whether something is true that depends on the cell."""

    def __init__(self, cell: Any) -> None:
        self.cell = cell
        super().__init__("depends on a cell")


class Choosing(Cells):
    """Cells of which some conditions are taken as true or false."""

    def __init__(self, cells: np.ndarray, taken: Mapping[Any, bool]) -> None:
        super().__init__(cells)
        self.taken = taken

    def _made(self, cells: np.ndarray) -> "Choosing":
        return Choosing(cells, self.taken)

    def __bool__(self) -> bool:
        cell = self.cells.item()
        if cell not in self.taken:
            raise Undecided(cell)
        return self.taken[cell]


def either_way(compute: Callable[[Mapping[Any, bool]], Any], taken: Mapping[Any, bool] | None = None) -> Any:
    """The cell of a function that decides in Python: every way it may go, under the condition of going there."""
    taken = taken or {}
    try:
        return compute(taken)
    except Undecided as asked:
        yes, no = (either_way(compute, {**taken, asked.cell: way}) for way in (True, False))
        return Applied("where", (asked.cell, yes, no))


class CellPlacer(Placer):
    """Lays cells where the placer of the engine lays numbers; ``laid`` holds arrays of shape (rows, year, 1) by input."""

    def __init__(self, assumptions: Assumptions) -> None:
        self.entries = {one.name: one for path, quantity in assumptions.items() for one in _entries(path, quantity)}
        self.numbers = assumptions
        on_cells = {path: _on_cells(path, quantity) for path, quantity in assumptions.items() if path != PERCENTILE}
        super().__init__(dataclasses.replace(assumptions, by_path={**assumptions.by_path, **on_cells}))
        self.laid: dict[str, np.ndarray] = {}
        self.from_quantities: set[str] = set()

    def quantities(self, name: str, table: str | None, paths: Sequence[str], label: str = "") -> None:  # noqa: ARG002
        """The cells of the quantities at paths; a path without quantity is zero."""
        self.from_quantities.add(name)
        found = [self.assumptions.get(path) for path in paths]
        self._lay(name, [[quantity.at(year) if quantity else 0.0 for year in self.years] for quantity in found]
                  or [[0.0] * len(self.years)])

    def structure(self, name: str, table: str | None, values: Any) -> None:
        """What follows from dates and choices is fixed; what is computed from quantities is laid as cells."""
        if any(isinstance(value, Cells) for row in values if isinstance(row, list) for value in row):
            self._lay(name, values)
        else:
            super().structure(name, table, values)
            self.laid[name] = self.inputs[name].array.astype(object)

    def given(self, name: str, label: str, path: str, quantity: Quantity) -> None:  # noqa: ARG002
        """The point of a benchmark table at the percentile chosen, whichever it is changed to."""
        chosen = self.practice.benchmark
        key = chosen.productivity if name == "benchmark_work_rvus_per_fte" else chosen.compensation
        table = self._benchmark(key)
        percentile = _on_cells(PERCENTILE, self.numbers[PERCENTILE])

        def point(year: int) -> Any:
            def at(taken: Mapping[Any, bool]) -> Any:
                value: Any = table.at(Choosing(percentile.at(year).cells, taken))  # type: ignore[attr-defined, arg-type]
                return np.nan if value is None else value.cells.item()

            return either_way(at)

        self._lay(name, [[point(year) for year in self.years]])

    def _benchmark(self, key: str) -> Benchmark:
        """A benchmark table of cells, and of its percentiles as limits of the one chosen."""
        table = self.assumptions.benchmarks[key]
        names = {percentile: f"benchmarks.{key}.percentile_{percentile}" for percentile in table.percentiles}
        for percentile, point in table.percentiles.items():
            value = point.values[0]
            self.entries[names[percentile]] = Entry(names[percentile], names[percentile], None, value, point, value, value,
                                                    editable=False)
        for name, one in list(self.entries.items()):
            if one.path == PERCENTILE:
                least, greatest = table.points[0][0], table.points[-1][0]
                self.entries[name] = dataclasses.replace(one, lowest=max(one.lowest, least), highest=min(one.highest, greatest))
        points = {percentile: point.model_copy(update={"value": _cell(names[percentile])})
                  for percentile, point in table.percentiles.items()}
        return table.model_copy(update={"percentiles": points})

    def _lay(self, name: str, rows: Sequence[Sequence[Any]]) -> None:
        self.laid[name] = np.empty((len(rows), len(self.years), 1), dtype=object)
        for row, values in enumerate(rows):
            for year, value in enumerate(values):
                self.laid[name][row, year, 0] = value.cells.item() if isinstance(value, Cells) else value


def placed_on_cells(assumptions: Assumptions) -> CellPlacer:
    """The assumptions placed on cells."""
    placer = CellPlacer(assumptions)
    place_with(placer)
    return placer


def _cell(name: str) -> Cells:
    cells = np.empty((1, 1, 1), dtype=object)
    cells[0, 0, 0] = Named(name, 0, 0)
    return Cells(cells)


def _values(quantity: Quantity) -> dict[int | datetime.date | None, float]:
    return {**(quantity.by_year or quantity.by_date or {None: quantity.value})}  # type: ignore[dict-item]


def _name(path: str, since: int | datetime.date | None) -> str:
    return path if since is None else f"{path}.{str(since).replace('-', '.')}"


def _entries(path: str, quantity: Quantity) -> Iterator[Entry]:
    limits = quantity.limits or Of()
    for since, value in _values(quantity).items():
        yield Entry(_name(path, since), path, since, value, quantity, limits.minimum, limits.greatest(quantity.unit))


def _on_cells(path: str, quantity: Quantity) -> Quantity:
    """The quantity with cells in place of its numbers."""
    field = "by_year" if quantity.by_year else "by_date" if quantity.by_date else "value"
    cells = {since: _cell(_name(path, since)) for since in _values(quantity)}
    return quantity.model_copy(update={field: cells.get(None, cells)})
