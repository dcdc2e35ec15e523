"""Where every block and entry stands, in each of the two readings of the model: as agreed and actual.

Years stand in the same columns on every sheet. A number with one row has a name that means its cell of the same year, so that a
formula says *total_expense-total_revenue* and works in MAX and IF as any single cell does; rows of a table are named by their
cells, since a name for each of thousands of rows would bury the names that help.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xlsxwriter.utility import quote_sheetname, xl_rowcol_to_cell

from finmodel.contracts.wiring import BUDGET
from finmodel.packet.lettering import seen
from finmodel.packet.workbook.cells import Named
from finmodel.packet.workbook.trace import Block, Trace

INPUTS, MODEL, AGREED_MODEL, CHECKS = "Inputs", "Model", "Model as agreed", "Checks"
AGREED, ACTUAL = "agreed.", ""
FIRST_YEAR = 2
TOP = 4
MASTER_ROW = 3
LOOKS_LIKE_A_CELL = re.compile(r"[a-z]{1,3}\d+|r\d*(c\d*)?|c\d*", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """The first cell of a block, or the cell of an entry, and its name where it has one."""

    sheet: str
    row: int
    column: int
    name: str = ""
    is_entry: bool = False


@dataclass(frozen=True)
class Heading:
    """A heading among the rows of a sheet."""

    text: str


@dataclass
class YearSheet:
    """A sheet with years across: headings and blocks, each with the row it begins at."""

    name: str
    title: str
    reading: str
    top: int = TOP
    items: list[tuple[int, Heading | Block]] = field(default_factory=list)
    end: int = TOP

    def __post_init__(self) -> None:
        self.end = self.top

    def add(self, item: Heading | Block) -> int:
        """Put a heading or a block below what is there; the row at which its first cells stand."""
        row = self.end + (1 if isinstance(item, Heading) and self.items else 0)
        self.items.append((row, item))
        self.end = row + (1 if isinstance(item, Heading) or len(item.rows) == 1 else 1 + len(item.rows))
        return row if isinstance(item, Heading) or len(item.rows) == 1 else row + 1


@dataclass
class Layout:
    """The sheets with years across, and the places in each reading."""

    trace: Trace
    sheets: dict[str, YearSheet]
    places: Mapping[str, dict[str, Place]]

    def refer(self, sheet: YearSheet, block: Block, year: int, cell: Named, last: Named | None) -> str:
        """How a formula in a year of a block names a cell, or the cells from one to another."""
        name = self.trace.same_as.get(cell.argument, cell.argument)
        # What was agreed is read from the model as agreed.
        is_agreed = sheet.reading == AGREED or (block.name.startswith(BUDGET) and not block.is_fixed)
        target = self.trace.blocks.get(name)
        place = self.places[AGREED if is_agreed and not (target and target.is_fixed) else ACTUAL][name]
        if place.name and last is None and (place.is_entry or cell.year == year):
            return place.name
        column = place.column + (0 if place.is_entry else cell.year)
        first = xl_rowcol_to_cell(place.row + cell.row, column)
        text = first if last is None else f"{first}:{xl_rowcol_to_cell(place.row + last.row, column)}"
        return text if place.sheet == sheet.name else f"{quote_sheetname(place.sheet)}!{text}"

    def names(self) -> Iterator[tuple[str, str]]:
        """Every name that is defined, and the cell it stands for: of a row, the one in the column of the year."""
        for places in self.places.values():
            for place in places.values():
                if place.name and place.is_entry:
                    yield place.name, f"={quote_sheetname(place.sheet)}!{xl_rowcol_to_cell(place.row, place.column, True, True)}"
                elif place.name:
                    yield place.name, f"={quote_sheetname(place.sheet)}!{xl_rowcol_to_cell(place.row, 0, row_abs=True)}"


def name_of(text: str) -> str:
    """A valid name of a cell."""
    return f"{text}_" if LOOKS_LIKE_A_CELL.fullmatch(text) else text


def sheet_name(text: str, taken: Sequence[str]) -> str:
    """A valid name of a sheet that none has yet: at most 31 characters, none of those that are forbidden."""
    clean = re.sub(r"[\[\]:*?/\\]", " ", seen(text)).strip("' ") or "Proposal"
    for number in range(1, len(taken) + 2):
        ending = "" if number == 1 else f" {number}"
        name = f"{clean[:31 - len(ending)].strip()}{ending}"
        if name.lower() not in {one.lower() for one in taken}:
            return name
    raise AssertionError("there are more sheets than names")  # pragma: no cover
