"""Amounts that a reader may not see: what is computed from them is gathered into one amount that what is shown gives anyway."""

from collections.abc import Callable, Collection, Iterator
from functools import reduce
from typing import Any

import numpy as np

from finmodel.engine import Graph
from finmodel.packet.workbook.cells import Applied, Named, evaluated

Value = Callable[[Named], Any]
SUMS = {"add", "subtract", "sum", "negative"}


class Withheld(float):
    """An amount that must not be written as it is; a ``bare`` one is an entry, which is not written alone though it follows."""

    bare = False


def opened(graph: Graph, known: Collection[str], kept_back: Collection[str]) -> set[str]:
    """The lines that follow from lines and inputs that are known, so that to show them shows nothing new; not those kept back."""
    found = set(known)
    for line in graph.order:
        if line.name not in kept_back and found.issuperset(line.arguments):
            found.add(line.name)
    return found.difference(known)


def withheld(values: Any, *, bare: bool) -> np.ndarray:
    """Cells of amounts that must not be written."""
    numbers = np.asarray(values, dtype=float)
    cells = np.empty(numbers.shape, dtype=object)
    for at in np.ndindex(numbers.shape):
        cells[at] = _withheld(float(numbers[at]), bare=bare)
    return cells


def gathered(cells: np.ndarray) -> np.ndarray:
    """The cells with what is withheld computed, and added up, as far as that goes."""
    made = np.empty(cells.shape, dtype=object)
    for at in np.ndindex(cells.shape):
        made[at] = _gathered(cells[at])
    return made


def set_apart(cells: np.ndarray, names: np.ndarray, value: Value) -> tuple[np.ndarray, np.ndarray] | None:
    """The cells with a name in place of the withheld amount in each, and these amounts.

    Only where that gives nothing away: each cell holds one such amount, and whoever knows the cell's value and what else stands
    in it can compute that amount; where it does not matter it is nothing. None where it is not so.
    """
    made, amounts = np.empty(cells.shape, dtype=object), np.zeros(cells.shape)
    for at in np.ndindex(cells.shape):
        slope = _slope(cells[at], value) if _holds(cells[at]) else 0.0
        if slope is None:
            return None
        amount = _amount(cells[at]) if slope else _withheld(0.0)
        if amount.bare:
            return None
        amounts[at] = amount
        made[at] = _with_name(cells[at], names[at])
    return (made, amounts) if np.isfinite(amounts).all() else None


def _withheld(amount: float, *, bare: bool = False) -> Withheld:
    made = Withheld(amount)
    made.bare = bare and bool(amount)
    return made


def _holds(cell: Any) -> bool:
    return isinstance(cell, Withheld) or (isinstance(cell, Applied) and any(_holds(one) for one in cell.operands))


def _gathered(cell: Any) -> Any:
    if not isinstance(cell, Applied) or not _holds(cell):
        return cell
    operands = tuple(_gathered(one) for one in cell.operands)
    if not any(isinstance(one, Named | Applied) for one in operands):
        amount = evaluated(Applied(cell.operation, operands), _no_cell)
        return _withheld(amount, bare=_is_bare(operands))
    if cell.operation not in SUMS:
        return Applied(cell.operation, operands)
    terms = list(_terms(Applied(cell.operation, operands), 1.0))
    amounts = [(sign, one) for sign, one in terms if isinstance(one, Withheld)]
    amount = _withheld(sum(sign * float(one) for sign, one in amounts), bare=_is_bare([one for _, one in amounts]))
    added, taken = ([one for sign, one in terms if sign == wanted and not isinstance(one, Withheld)] for wanted in (1.0, -1.0))
    rest = reduce(lambda whole, one: Applied("add", (whole, one)), added) if added else 0.0
    rest = reduce(lambda whole, one: Applied("subtract", (whole, one)), taken, rest)
    return Applied("add", (rest, amount)) if amounts else rest


def _is_bare(operands: Collection[Any]) -> bool:
    """Whether no more than one entry is among the amounts."""
    amounts = [one for one in operands if isinstance(one, Withheld) and one]
    return len(amounts) == 1 and amounts[0].bare


def _terms(cell: Any, sign: float) -> Iterator[tuple[float, Any]]:
    """What a cell adds up, with the sign of each; what holds nothing that is withheld stays as it is."""
    if not isinstance(cell, Applied) or cell.operation not in SUMS or not _holds(cell):
        yield sign, cell
        return
    for position, one in enumerate(cell.operands):
        is_taken = cell.operation == "negative" or (cell.operation == "subtract" and position)
        yield from _terms(one, -sign if is_taken else sign)


def _slope(cell: Any, value: Value) -> float | None:
    """How much a cell moves with the only withheld amount in it; None where there are more, or where it bends."""
    if isinstance(cell, Withheld):
        return 1.0
    operands = cell.operands
    holding = [position for position, one in enumerate(operands) if _holds(one)]
    inner = _slope(operands[holding[0]], value) if len(holding) == 1 else None
    if inner is None:
        return None
    first = holding == [0]
    match cell.operation:
        case "add" | "sum":
            return inner
        case "subtract":
            return inner if first else -inner
        case "negative":
            return -inner
        case "multiply":
            return inner * float(evaluated(operands[1 if first else 0], value))
        case "true_divide" | "divide" if first:
            return inner / float(evaluated(operands[1], value))
        case "where" if not first:
            return inner if bool(evaluated(operands[0], value)) == (holding == [1]) else 0.0
    return None


def _amount(cell: Any) -> Withheld:
    return cell if isinstance(cell, Withheld) else next(_amount(one) for one in cell.operands if _holds(one))


def _with_name(cell: Any, name: Any) -> Any:
    if isinstance(cell, Withheld):
        return name
    return Applied(cell.operation, tuple(_with_name(one, name) for one in cell.operands)) if _holds(cell) else cell


def _no_cell(cell: Named) -> Any:
    raise AssertionError(cell)  # pragma: no cover
