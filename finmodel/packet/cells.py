"""Places of tables: a number with its words, and rows of dollars that add up as they are read."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from finmodel.format import NOT_AVAILABLE, amount, money, parts_of, unit_in_words
from finmodel.packet.blocks import Cell, Kind, Row, Table
from finmodel.packet.footing import Sum, footed

NO_LIMIT = "no limit"
# As many columns of dollars as a page has room for.
MOST_YEARS = 7
DOLLARS = "USD/year"
# What is nearer to nothing than a dollar is nothing.
NOTHING = 0.5


def text(words: str) -> Cell:
    """Words."""
    return Cell(words)


def number(value: float, unit: str) -> Cell:
    """A number in the way its unit is read; what is not available is a dash and no number."""
    return Cell(amount(value, unit), value, unit) if math.isfinite(value) else Cell(NOT_AVAILABLE)


def limit(value: float, unit: str = DOLLARS) -> Cell:
    """The most that can be owed, or that there is no limit."""
    return number(value, unit) if math.isfinite(value) else Cell(NO_LIMIT)


def said(value: float, unit: str) -> str:
    """A number with its unit."""
    return f"{amount(value, unit)} {unit_in_words(unit)}".strip()


def are_below(values: Iterable[float]) -> bool:
    """Whether none of the amounts is above zero, and some below: they are then told without their sign, under another name."""
    told = [value for value in values if math.isfinite(value)]
    return all(value < NOTHING for value in told) and any(value <= -NOTHING for value in told)


def either(above: str, below: str, values: Sequence[float], unit: str, kind: Kind = "") -> Row:
    """A row of amounts under one name, or of what is below zero under the other."""
    turned = are_below(values)
    return Row(below if turned else above, tuple(number(0.0 - value if turned else value, unit) for value in values), kind)


def in_parts(table: Table, years: int) -> list[Table]:
    """The table, or one under the other for as many years as a page is wide for; ``years`` columns follow the labels."""
    if years <= MOST_YEARS:
        return [table]
    found = []
    each = math.ceil(years / math.ceil(years / MOST_YEARS))
    for begin in range(0, years, each):
        kept = [at for at in range(len(table.columns) - 1) if begin <= at < begin + each or at >= years]
        columns = (table.columns[0], *(table.columns[at + 1] for at in kept))
        span = f"{columns[1]} to {table.columns[min(begin + each, years)]}"
        rows = tuple(replace(row, cells=tuple(row.cells[at] for at in kept)) for row in table.rows)
        widths = (table.widths[0], *(table.widths[at + 1] for at in kept)) if table.widths else ()
        found.append(replace(table, title=f"{table.title}, {span}" if table.title else span, columns=columns, rows=rows,
                             widths=widths))
    return found


def parts_and_total(labels: Sequence[str], total: str, columns: Sequence[tuple[Sequence[float], float]]) -> tuple[Row, ...]:
    """Rows of dollars over their total, column by column; the parts foot to it as they do on screen."""
    shown = [parts_of(list(parts), whole) if parts else [] for parts, whole in columns]
    rows = [Row(label, tuple(Cell(money(float(foot[at])), parts[at], DOLLARS)
                             for foot, (parts, _) in zip(shown, columns, strict=True)), "part")
            for at, label in enumerate(labels)]
    return (*rows, Row(total, tuple(number(whole, DOLLARS) for _, whole in columns), "total"))


def adding_up(labels: Sequence[tuple[str, Kind]], columns: Sequence[Sequence[float]], sums: Sequence[Sum],
              firm: Sequence[int]) -> tuple[Row, ...]:
    """Rows of dollars of which some are sums of others, column by column; ``firm`` are those that are read elsewhere."""
    high = len(labels)
    every = [Sum(one.total + column * high, tuple((part + column * high, sign) for part, sign in one.parts))
             for column in range(len(columns)) for one in sums]
    kept = [one + column * high for column in range(len(columns)) for one in firm]
    foot = footed([value for column in columns for value in column], every, kept)
    return tuple(Row(label, tuple(Cell(money(float(foot[at + column * high])), values[at], DOLLARS)
                                  for column, values in enumerate(columns)), kind)
                 for at, (label, kind) in enumerate(labels))


def adding_up_both_ways(labels: Sequence[str], total: str, matrix: Sequence[Sequence[float]],
                        signs: Sequence[float], known: Sequence[float] | None = None) -> tuple[Row, ...]:
    """Rows of dollars over their total, which may be known in whole dollars; the last column is the sum of the others."""
    wide, lines = len(signs) + 1, [*matrix, known or [sum(column) for column in zip(*matrix, strict=True)]]
    last = len(lines) - 1
    across = [Sum(at * wide + wide - 1, tuple((at * wide + place, sign) for place, sign in enumerate(signs)))
              for at in range(len(lines))]
    down = [Sum(last * wide + place, tuple((at * wide + place, 1.0) for at in range(last))) for place in range(wide)]
    end = len(lines) * wide
    firm = range(last * wide, end) if known else [end - 1]
    foot = footed([value for line in lines for value in line], [*across, *down], firm)
    return tuple(Row(label, tuple(Cell(money(float(foot[at * wide + place])), lines[at][place], DOLLARS)
                                  for place in range(wide)), "total" if at == last else "part")
                 for at, label in enumerate([*labels, total]))
