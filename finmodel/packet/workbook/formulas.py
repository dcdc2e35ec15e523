"""Cells as the formulas of a spreadsheet."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from finmodel.format import NOT_AVAILABLE
from finmodel.packet.workbook.cells import COMPARISONS, Applied, Named
from finmodel.packet.workbook.trace import Trace

DASH = f'"{NOT_AVAILABLE}"'
# An operator and how tightly it binds.
SIGNS = {"multiply": ("*", 4), "true_divide": ("/", 4), "divide": ("/", 4), "add": ("+", 3), "subtract": ("-", 3),
         "greater": (">", 2), "greater_equal": (">=", 2), "less": ("<", 2), "less_equal": ("<=", 2), "equal": ("=", 2),
         "not_equal": ("<>", 2)}
FUNCTIONS = {"maximum": "MAX", "minimum": "MIN", "absolute": "ABS", "bitwise_and": "AND", "bitwise_or": "OR"}
ATOM, NEGATIVE = 6, 5
MOST_ARGUMENTS = 250
LONGEST = 8_192


@dataclass(frozen=True)
class Writer:
    """Writes the cells of a sheet: ``refer`` names the cell, or the cells from one to another, where a formula stands."""

    trace: Trace
    refer: Callable[[Named, Named | None], str]

    def row_meets_dash(self, cells: np.ndarray, row: int) -> bool:
        """Whether computing a row of a block may meet a dash in some year."""
        return any(self._meets_dash(cell) for cell in cells[row].flat)

    def formula(self, cell: Any, *, meets_dash: bool) -> str:
        """The formula of a cell; whether its row meets a dash is the same for all years, so that they are written alike."""
        text = self._text(cell, 0)
        if meets_dash:
            text = f"IFERROR({text},{DASH})"
        if len(text) >= LONGEST:
            raise ValueError(f"a formula of {len(text)} characters is longer than a spreadsheet allows")
        return f"={text}"

    def _meets_dash(self, cell: Any) -> bool:
        """Whether computing the cell may meet a dash, which is then the answer."""
        if not isinstance(cell, Applied) or cell.operation in COMPARISONS:
            return False
        if cell.operation in {"where", "bitwise_and", "bitwise_or"}:
            return any(self._meets_dash(operand) for operand in cell.operands)
        return any(self._may_be_dash(operand) for operand in cell.operands)

    def _may_be_dash(self, cell: Any) -> bool:
        if isinstance(cell, Named):
            return self.trace.row_may_be_dash(cell)
        if not isinstance(cell, Applied):
            return bool(np.isnan(cell))
        if cell.operation == "where":
            return any(self._may_be_dash(operand) for operand in cell.operands[1:]) or self._meets_dash(cell)
        return self._meets_dash(cell)

    def _text(self, cell: Any, binds: int) -> str:
        """The cell, in brackets where something outside binds more tightly."""
        text, own = self._written(cell)
        return f"({text})" if own < binds else text

    def _written(self, cell: Any) -> tuple[str, int]:
        if isinstance(cell, Named):
            return self.refer(cell, None), ATOM
        if not isinstance(cell, Applied):
            return _constant(cell)
        operation, operands = cell.operation, cell.operands
        if operation in COMPARISONS and any(self._may_be_dash(operand) for operand in operands):
            # Nothing compares with what is not available, but text compares as greater than every number.
            sign, own = SIGNS[operation]
            sides = sign.join(self._amount(operand) for operand in operands)
            return f"IFERROR({sides},{str(operation == 'not_equal').upper()})", ATOM
        if operation in SIGNS:
            sign, own = SIGNS[operation]
            first, second = operands
            tighter = own + (operation in {"subtract", "true_divide", "divide"} or own == 2)
            return f"{self._text(first, own)}{sign}{self._text(second, tighter)}", own
        if operation == "negative":
            return f"-{self._text(operands[0], NEGATIVE)}", NEGATIVE
        if operation == "sum":
            return self._sum(operands)
        if operation == "where":
            return f"IF({','.join(self._text(operand, 0) for operand in operands)})", ATOM
        if operation == "power":
            base, exponent = (self._text(operand, 0) for operand in operands)
            # Nothing to the power of nothing is 1 in the engine and an error in some spreadsheets.
            return f"IF({self._text(operands[1], 2)}=0,1,POWER({base},{exponent}))", ATOM
        # MAX and MIN leave text out of account, as the engine does not.
        written = self._amount if operation in {"maximum", "minimum"} else lambda operand: self._text(operand, 0)
        return f"{FUNCTIONS[operation]}({','.join(written(operand) for operand in operands)})", ATOM

    def _amount(self, cell: Any) -> str:
        """The cell as an amount: a dash is an error."""
        return f"{self._text(cell, 3)}+0" if self._may_be_dash(cell) else self._text(cell, 3)

    def _sum(self, operands: Sequence[Any]) -> tuple[str, int]:
        parts = [self.refer(first, last) if isinstance(first, Named) else self._text(first, 0) for first, last in _runs(operands)]
        if any(self._may_be_dash(operand) for operand in operands):
            return "+".join(f"SUMPRODUCT({part}+0)" if ":" in part else part for part in parts), 3
        if len(parts) == 1 and ":" not in parts[0]:
            return parts[0], ATOM
        while len(parts) > MOST_ARGUMENTS:
            parts = [f"SUM({','.join(parts[at:at + MOST_ARGUMENTS])})" for at in range(0, len(parts), MOST_ARGUMENTS)]
        return f"SUM({','.join(parts)})", ATOM


def _constant(value: Any) -> tuple[str, int]:
    if isinstance(value, bool | np.bool_):
        return str(value).upper(), ATOM
    if np.isnan(value):
        return DASH, ATOM
    number = float(value)
    text = str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number).upper()
    return text, NEGATIVE if number < 0 else ATOM


def _runs(operands: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """The first and the last cell of each run of rows that follow each other in a block; others alone."""

    def run(numbered: tuple[int, Any]) -> tuple[Any, ...]:
        position, cell = numbered
        return (cell.argument, cell.year, cell.row - position) if isinstance(cell, Named) else (position,)

    for _, group in groupby(enumerate(operands), run):
        cells = [cell for _, cell in group]
        yield cells[0], cells[-1] if len(cells) > 1 else None
