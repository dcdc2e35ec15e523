"""A run as blocks of cells: every line once more, on cells instead of numbers, with the values that the engine computed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from finmodel.assumptions.words import capitalized, in_words
from finmodel.engine import Graph, Index, Line
from finmodel.model import Result
from finmodel.packet.workbook.cells import Applied, Cells, Named, evaluated, named_in
from finmodel.packet.workbook.placing import CellPlacer, Entry
from finmodel.packet.workbook.possible import Possible, possible
from finmodel.packet.workbook.simple import simple


@dataclass(frozen=True)
class Block:
    """Rows of cells with years across: what each is computed from, or a number where it is fixed, and its value in the run."""

    name: str
    label: str
    unit: str
    table: str | None
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
    """The blocks of a run by name, in an order in which they can be computed, and the entries that they stand on.

    ``locked`` are entries that withheld amounts stand on; ``still`` are lines that follow the others in part or not at all.
    """

    result: Result
    graph: Graph
    placer: CellPlacer
    blocks: dict[str, Block] = field(default_factory=dict)
    same_as: dict[str, str] = field(default_factory=dict)
    helpers: dict[str, list[str]] = field(default_factory=dict)
    ranges: dict[tuple[str, int, int], Possible] = field(default_factory=dict)
    dashes: set[tuple[str, int]] = field(default_factory=set)
    arguments: dict[str, Cells | Index] = field(default_factory=dict)
    locked: set[str] = field(default_factory=set)
    still: set[str] = field(default_factory=set)
    _current: Line | None = None

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Every number that a person may change, and those that benchmark tables state."""
        return self.placer.entries

    def entries_used(self) -> set[str]:
        """The entries that some cell stands on."""
        return {cell.argument for block in self.blocks.values() for cell in named_in(block.cells)} & self.entries.keys()

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
        return (self.same_as.get(cell.argument, cell.argument), cell.row) in self.dashes

    def _note(self, cell: Named, made: Any) -> None:
        """Keep what a cell may hold."""
        found = self.ranges[cell.argument, cell.row, cell.year] = possible(made, self.possible)
        if found.dash:
            self.dashes.add((cell.argument, cell.row))

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
        self.blocks[name] = Block(name, f"{line.label}: {words}", "", *self._like(line, shape[0]), cells, values, line=line)
        for year in range(shape[1]):
            for row in range(shape[0]):
                made = simple(cell(lambda row, year: names[row, year, 0], row, year), self.possible)
                cells[row, year, 0] = made
                values[row, year, 0] = evaluated(made, self.value)
                self._note(names[row, year, 0], made)
        return names

    def lay_input(self, name: str) -> None:
        """An input is read from its entries where it is the same cell in all years, else from a block of its own."""
        placed = self.result.placed.inputs.get(name)
        given = np.asarray(self.result.values[name], dtype=object)
        cells = self.placer.laid.get(name, given)
        is_one_cell = all(isinstance(cell, Named) or cell == 0.0 for cell in cells.flat) and (cells == cells[:, :1]).all()
        if name in self.placer.from_quantities and is_one_cell:
            self.arguments[name] = Cells(cells, self)
            return
        label, table = (placed.label, placed.table) if placed else (capitalized(in_words(name)), None)
        is_fixed = not any(isinstance(cell, Named | Applied) for cell in cells.flat)
        unit = placed.unit if placed else ""
        self._keep(Block(name, label, "" if is_fixed else unit, table, self._rows(table), cells, given.astype(float),
                         is_fixed=is_fixed))

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
        values = np.asarray(self.result.values[line.name])
        self._keep(Block(line.name, line.label, line.unit, line.table, self._rows(line.table), cells, values,
                         line.formula.split("\n", maxsplit=1)[0], line=line))

    def lay_computed(self, line: Line) -> None:
        """A line as it was computed, of which something that it stands on is not shown."""
        values = np.asarray(self.result.values[line.name])
        self._keep(Block(line.name, line.label, line.unit, line.table, self._rows(line.table), values.astype(object), values,
                         "As computed by finmodel: what it follows from is not part of this workbook.", is_fixed=True, line=line))

    def lay_with_amount(self, line: Line, cells: np.ndarray, name: str, amounts: np.ndarray) -> None:
        """A line of which a part is shown, over the amount that the rest comes to."""
        rows, values = self._rows(line.table), np.asarray(self.result.values[line.name])
        self.helpers.setdefault(line.name, []).append(name)
        self._keep(Block(name, f"{line.label}: confidential part", line.unit, line.table, rows, amounts.astype(object), amounts,
                         "As computed by finmodel, in one amount; what it is made of is withheld.", is_fixed=True, line=line))
        self._keep(Block(line.name, line.label, line.unit, line.table, rows, cells, values,
                         line.formula.split("\n", maxsplit=1)[0], line=line))

    def _keep(self, block: Block) -> None:
        self.blocks[block.name] = block
        for row, year, case in np.ndindex(block.cells.shape):
            block.cells[row, year, case] = simple(block.cells[row, year, case], self.possible)
            self._note(Named(block.name, row, year), block.cells[row, year, case])
        self.arguments[block.name] = Cells.of(block.name, block.cells.shape, self)

    def _rows(self, table: str | None) -> tuple[str, ...]:
        return self.result.placed.tables[table].rows if table else ("",)

    def _like(self, line: Line, count: int) -> tuple[str | None, tuple[str, ...]]:
        """The table of what is kept for a line, its own or an argument's, and the rows."""
        placed = self.result.placed
        tables = [line.table, *(one.table for one in self.graph.order if one.name in line.arguments),
                  *(placed.inputs[name].table for name in line.arguments if name in placed.inputs),
                  *(placed.indices[name].outer.name for name in line.arguments if name in placed.indices)]
        table = next(table for table in tables if len(self._rows(table)) == count)
        return table, self._rows(table)

