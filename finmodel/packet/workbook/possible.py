"""What a cell may hold whatever is entered within the limits: a range of numbers, and whether it may be not available."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from finmodel.packet.workbook.cells import COMPARISONS, Applied, Named


@dataclass(frozen=True)
class Possible:
    """A range of numbers; whether the cell may show a dash, and whether computing it may meet the dash of another cell."""

    low: float
    high: float
    dash: bool = False
    meets_dash: bool = False

    @classmethod
    def of(cls, value: float) -> "Possible":
        """What a constant may be."""
        return cls(math.inf, -math.inf, dash=True) if math.isnan(value) else cls(value, value)

    def __or__(self, other: "Possible") -> "Possible":
        return Possible(min(self.low, other.low), max(self.high, other.high), self.dash or other.dash,
                        self.meets_dash or other.meets_dash)


EITHER = Possible(0.0, 1.0)


def possible(cell: Any, known: Callable[[Named], Possible]) -> Possible:
    """What a cell may hold, given what the cells it names may hold."""
    if isinstance(cell, Named):
        return known(cell)
    if not isinstance(cell, Applied):
        return Possible.of(float(cell))
    if cell.operation == "where":
        condition, yes, no = (possible(operand, known) for operand in cell.operands)
        if condition.high <= 0.0 <= condition.low:
            return no
        return yes if condition.low > 0.0 or condition.high < 0.0 else yes | no
    operands = [possible(operand, known) for operand in cell.operands]
    if cell.operation in COMPARISONS:
        return _compared(cell.operation, *operands)
    if cell.operation in {"bitwise_and", "bitwise_or"}:
        return EITHER
    low, high = _range(cell.operation, operands)
    meets = any(one.dash or one.meets_dash for one in operands)
    return Possible(low, high, dash=meets, meets_dash=meets)


def _compared(operation: str, one: Possible, other: Possible) -> Possible:
    """A comparison whose outcome is the same for all numbers of the ranges is known; one with a dash never is."""
    if one.dash or other.dash:
        return EITHER
    if operation in {"greater", "greater_equal"}:
        return _compared({"greater": "less", "greater_equal": "less_equal"}[operation], other, one)
    if operation == "not_equal":
        return Possible(1.0 - (equal := _compared("equal", one, other)).high, 1.0 - equal.low)
    certain = {"less": one.high < other.low, "less_equal": one.high <= other.low,
               "equal": one.low == one.high == other.low == other.high}
    impossible = {"less": one.low >= other.high, "less_equal": one.low > other.high,
                  "equal": one.low > other.high or one.high < other.low}
    return Possible(float(certain[operation]), float(not impossible[operation]))


def _range(operation: str, operands: list[Possible]) -> tuple[float, float]:
    if any(one.low > one.high for one in operands):
        return math.inf, -math.inf
    first, second = operands[0], operands[-1]
    ends: dict[str, Callable[[], tuple[float, float]]] = {
        "sum": lambda: (sum(one.low for one in operands), sum(one.high for one in operands)),
        "add": lambda: (first.low + second.low, first.high + second.high),
        "subtract": lambda: (first.low - second.high, first.high - second.low),
        "negative": lambda: (-first.high, -first.low),
        "maximum": lambda: (max(first.low, second.low), max(first.high, second.high)),
        "minimum": lambda: (min(first.low, second.low), min(first.high, second.high)),
        "multiply": lambda: _product(first, second),
        "absolute": lambda: (0.0, math.inf),
    }
    if operation in {"true_divide", "divide"} and second.low > 0.0:
        return _product(first, Possible(1.0 / second.high, 1.0 / second.low))
    return ends[operation]() if operation in ends else (-math.inf, math.inf)


def _product(one: Possible, other: Possible) -> tuple[float, float]:
    """The range of a product, in which nothing of anything is nothing."""
    ends = [0.0 if a == 0.0 or b == 0.0 else a * b for a in (one.low, one.high) for b in (other.low, other.high)]
    return min(ends), max(ends)
