"""A run as blocks of cells: every line once more, on cells instead of numbers, with the values that the engine computed."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from finmodel.analysis.placement import part_behind
from finmodel.engine import Graph, Index, Line
from finmodel.model import Result
from finmodel.packet.workbook.cells import Applied, Cells, Named, evaluated
from finmodel.packet.workbook.placing import CellPlacer, Entry, placed_on_cells
from finmodel.packet.workbook.possible import Possible, possible
from finmodel.packet.workbook.simple import simple


@dataclass(frozen=True)
class Block:
    """Rows of cells with years across: what each is computed from, or a number where it is fixed, and its value in the run."""

    name: str
    label: str
    unit: str
    rows: tuple[str, ...]
    cells: np.ndarray
    values: np.ndarray
    words: str = ""
    is_fixed: bool = False
    line: Line | None = None

    @property
    def years(self) -> int:
        """How many years it has: all, or the first alone."""
        return int(self.cells.shape[1])


@dataclass
class Trace:
    """The blocks of a run by name, in an order in which they can be computed, and the entries that they stand on."""

    result: Result
    graph: Graph
    placer: CellPlacer
    blocks: dict[str, Block] = field(default_factory=dict)
    same_as: dict[str, str] = field(default_factory=dict)
    helpers: dict[str, list[str]] = field(default_factory=dict)
    ranges: dict[tuple[str, int, int], Possible] = field(default_factory=dict)
    arguments: dict[str, Cells | Index] = field(default_factory=dict)
    _current: Line | None = None

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Every number that a person may change, and those that benchmark tables state."""
        return self.placer.entries

    def block_of(self, cell: Named) -> Block | None:
        """The block that a cell is in; None for an entry."""
        return self.blocks.get(self.same_as.get(cell.argument, cell.argument))

    def value(self, cell: Named) -> Any:
        """The value of a cell in the run."""
        block = self.block_of(cell)
        return block.values[cell.row, cell.year, 0].item() if block else self.entries[cell.argument].value

    def possible(self, cell: Named) -> Possible:
        """What a cell may hold."""
        if cell.argument in self.entries:
            entry = self.entries[cell.argument]
            return Possible(entry.lowest, entry.highest)
        return self.ranges[self.same_as.get(cell.argument, cell.argument), cell.row, cell.year]

    def row_may_be_dash(self, cell: Named) -> bool:
        """Whether a cell may be a dash in some year; the formulas of a row are alike in all years."""
        block = self.block_of(cell)
        return block is not None and any(self.possible(Named(block.name, cell.row, year)).dash for year in range(block.years))

    def failed_checks(self) -> list[str]:
        """The checks that fail in some year of the run."""
        return [name for name, one in self.graph.lines.items() if one.unit == "check" and not self.blocks[name].values.all()]

    def put(self, words: str, shape: tuple[int, ...], cell: Callable[[Callable[[int, int], Any], int, int], Any]) -> np.ndarray:
        """Keep cells of the current line in a block of their own."""
        line = self._current
        assert line is not None  # noqa: S101
        kept = self.helpers.setdefault(line.name, [])
        name = f"{line.name}__{words.replace(' ', '_')}{len(kept) + 1 if kept else ''}"
        kept.append(name)
        names, cells, values = Cells.of(name, shape).cells, np.empty(shape, dtype=object), np.empty(shape)
        rows = self._rows(line) if shape[0] == len(self._rows(line)) else tuple(str(row + 1) for row in range(shape[0]))
        self.blocks[name] = Block(name, f"{line.label}: {words}", "", rows, cells, values, line=line)
        for year in range(shape[1]):
            for row in range(shape[0]):
                made = simple(cell(lambda row, year: names[row, year, 0], row, year), self.possible)
                cells[row, year, 0] = made
                values[row, year, 0] = evaluated(made, self.value)
                self.ranges[name, row, year] = possible(made, self.possible)
        return names

    def lay_input(self, name: str) -> None:
        """An input is read from its entries where it is the same cell in all years, else from a block of its own."""
        placed = self.result.placed.inputs.get(name)
        given = np.asarray(self.result.values[name], dtype=object)
        cells = self.placer.laid.get(name, given)
        if placed and all(isinstance(cell, Named) or cell == 0.0 for cell in cells.flat) and (cells == cells[:, :1]).all() \
                and any(quantity is not None for _, quantity in placed.rows):
            self.arguments[name] = Cells(cells, self)
            return
        label = placed.label if placed else name
        rows = self.result.placed.tables[placed.table].rows if placed and placed.table else ("",)
        is_fixed = not any(isinstance(cell, Named | Applied) for cell in cells.flat)
        unit = placed.unit if placed else ""
        self._keep(Block(name, label, "" if is_fixed else unit, rows, cells, given.astype(float), is_fixed=is_fixed))

    def lay_line(self, line: Line) -> None:
        """A line, run on the cells of its arguments."""
        self._current = line
        cells = line.function(*(self.arguments[name] for name in line.arguments)).cells
        for helper in self.helpers.get(line.name, ()):
            block = self.blocks[helper]
            if block.cells.shape == cells.shape and (cells == Cells.of(helper, cells.shape).cells).all():
                # What the line keeps last is the line itself.
                self.same_as[helper] = line.name
                cells = block.cells
        self.blocks = {name: block for name, block in self.blocks.items() if name not in self.same_as}
        self._keep(Block(line.name, line.label, line.unit, self._rows(line), cells, np.asarray(self.result.values[line.name]),
                         line.formula.split("\n", maxsplit=1)[0], line=line))

    def _keep(self, block: Block) -> None:
        self.blocks[block.name] = block
        for row, year, case in np.ndindex(block.cells.shape):
            block.cells[row, year, case] = simple(block.cells[row, year, case], self.possible)
            self.ranges.setdefault((block.name, row, year), possible(block.cells[row, year, case], self.possible))
        self.arguments[block.name] = Cells.of(block.name, block.cells.shape, self)

    def _rows(self, line: Line) -> tuple[str, ...]:
        return self.result.placed.tables[line.table].rows if line.table else ("",)


def traced(result: Result, lines: Collection[str] | None = None) -> Trace:
    """The blocks of the lines named and of everything that they stand on; of all lines where none are named."""
    graph = part_behind(result.graph, result.graph.lines if lines is None else lines)
    trace = Trace(result, graph, placed_on_cells(result.assumptions[0]), arguments=dict(result.placed.indices))
    for name in graph.inputs:
        trace.lay_input(name)
    for line in graph.order:
        trace.lay_line(line)
    return trace
