"""What a packet is made of: sections of paragraphs, lists, figures, tables and charts, the same for every writer."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from finmodel.assumptions import Source
from finmodel.charts import Chart

Audience = Literal["group", "hospital", "board", "valuator"]
Kind = Literal["", "part", "total", "note"]
# How the rows of a chart's data are laid, so that slides can draw the chart natively.
Drawn = Literal["steps", "stack", "bars", "tornado", "fan", "ranges"]
# What stands beside the formula of a line that was given instead of computed, and of what follows from it.
GIVEN = "[given, or depends on a given number]"


@dataclass(frozen=True)
class Cell:
    """What stands in a place of a table: the words, and the number behind them where there is one."""

    text: str
    value: float | None = None
    unit: str = ""


@dataclass(frozen=True)
class Row:
    """A row of a table; a total is set apart, a part stands indented under its total."""

    label: str
    cells: tuple[Cell, ...]
    kind: Kind = ""


@dataclass(frozen=True)
class Table:
    """Rows under columns, the first of which heads the labels.

    ``widths`` are parts of the page, equal where none are given; what is ``on_slides`` is short enough to be shown to a room.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""
    widths: tuple[float, ...] = ()
    on_slides: bool = False


@dataclass(frozen=True)
class Paragraph:
    """Text of its own."""

    text: str


@dataclass(frozen=True)
class Statement:
    """The sentence of a page that has to be read first."""

    text: str


@dataclass(frozen=True)
class Clause:
    """A part of a contract in words, under its own heading."""

    heading: str
    text: str


@dataclass(frozen=True)
class Bullets:
    """Sentences one under the other."""

    items: tuple[str, ...]
    title: str = ""


@dataclass(frozen=True)
class Figure:
    """A number with what it is called, what belongs to it, and how it is derived."""

    label: str
    text: str
    note: str = ""
    derivation: str = ""


@dataclass(frozen=True)
class Figures:
    """Numbers side by side."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Drawing:
    """A chart under its title, with how its data are laid and how each number came about."""

    title: str
    chart: Chart
    drawn: Drawn
    derivation: str = ""
    is_narrow: bool = False


@dataclass(frozen=True)
class Heading:
    """The title of what follows within a section."""

    text: str


@dataclass(frozen=True)
class Beside:
    """Blocks in two columns; with nothing on the right, blocks that stay on one page."""

    left: tuple["Block", ...]
    right: tuple["Block", ...]


Block = Paragraph | Statement | Clause | Bullets | Figures | Drawing | Table | Heading | Beside


@dataclass(frozen=True)
class Section:
    """A part of the packet; what fills a page of its own begins and ends with it."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Edits:
    """What a user wrote or chose: title, opening letter, logo, what the group offers, which sections; nothing by default."""

    title: str = ""
    letter: str = ""
    logo: bytes | None = None
    offers: tuple[str, ...] = ()
    left_out: frozenset[str] = frozenset()


@dataclass(frozen=True)
class LineTold:
    """A row of a line by year, in full precision, and how it is derived."""

    name: str
    label: str
    unit: str
    row: str
    formula: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class Packet:
    """Everything that is said to one audience; ``given`` are lines that were given instead of computed."""

    title: str
    practice: str
    audience: Audience
    copy: str
    sections: tuple[Section, ...]
    made_on: datetime.date
    version: str
    input_hash: str
    placeholders: bool
    years: tuple[int, ...]
    lines: tuple[LineTold, ...]
    sources: Mapping[str, Source]
    letter: str = ""
    logo: bytes | None = None
    given: tuple[str, ...] = ()

    def blocks(self) -> Iterator[tuple[Section, Block]]:
        """Every block with its section, columns one after the other."""
        for section in self.sections:
            for block in section.blocks:
                parts = (*block.left, *block.right) if isinstance(block, Beside) else (block,)
                yield from ((section, part) for part in parts)

    @property
    def charts(self) -> list[Drawing]:
        """The charts in the order in which they stand."""
        return [block for _, block in self.blocks() if isinstance(block, Drawing)]
