"""An array that records what a line does to it: each cell is an expression over named cells."""

import math
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin


@dataclass(frozen=True)
class Named:
    """A cell of a block of rows, such as the argument of a line."""

    argument: str
    row: int
    year: int


@dataclass(frozen=True)
class Applied:
    """An operation on cells and constants."""

    operation: str
    operands: tuple[Any, ...]


class Shelf(Protocol):
    """Where cells are kept in rows of their own, so that a sum is over a range and a cumulating cell refers to the one before."""

    def put(self, words: str, shape: tuple[int, ...], cell: Callable[[Callable[[int, int], Any], int, int], Any]) -> np.ndarray:
        """The names of cells kept: ``cell`` makes each from its row, its year and what names the other cells."""


OPERATIONS: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "true_divide": operator.truediv,
    "divide": operator.truediv,
    "negative": operator.neg,
    "power": operator.pow,
    "absolute": abs,
    "maximum": max,
    "minimum": min,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "less": operator.lt,
    "less_equal": operator.le,
    "equal": operator.eq,
    "not_equal": operator.ne,
    "bitwise_and": lambda a, b: bool(a) and bool(b),
    "bitwise_or": lambda a, b: bool(a) or bool(b),
    "where": lambda condition, yes, no: yes if condition else no,
    "sum": lambda *cells: sum(cells),
}
COMPARISONS = {"greater", "greater_equal", "less", "less_equal", "equal", "not_equal"}
CONDITIONS = {*COMPARISONS, "bitwise_and", "bitwise_or"}
ACCUMULATED = {"add": "sum up to the year", "multiply": "product up to the year", "maximum": "greatest up to the year"}


def evaluated(cell: Any, value: Callable[[Named], Any]) -> Any:
    """The number of a cell, given the values of the cells it names."""
    if isinstance(cell, Named):
        return value(cell)
    if not isinstance(cell, Applied):
        return cell
    if cell.operation == "where":  # Lazy, as a spreadsheet's IF: the branch not taken may divide by zero.
        condition, yes, no = cell.operands
        return evaluated(yes if evaluated(condition, value) else no, value)
    operands = [evaluated(operand, value) for operand in cell.operands]
    if cell.operation in {"maximum", "minimum"} and any(math.isnan(operand) for operand in operands):
        return math.nan
    return OPERATIONS[cell.operation](*operands)


def applied(operation: str, *arrays: Any) -> np.ndarray:
    """The operation on every cell, after broadcasting."""
    cells = np.broadcast_arrays(*[np.asarray(array, dtype=object) for array in arrays])
    made = np.empty(cells[0].shape, dtype=object)
    for at in np.ndindex(made.shape):
        made[at] = Applied(operation, tuple(array[at] for array in cells))
    return made


def named_in(cells: np.ndarray) -> Iterator[Named]:
    """Every cell that cells name, as often as it is named."""
    waiting = list(cells.flat)
    while waiting:
        cell = waiting.pop()
        if isinstance(cell, Named):
            yield cell
        elif isinstance(cell, Applied):
            waiting += cell.operands


def is_condition(cell: Any) -> bool:
    """Whether a cell is true or false rather than a number."""
    return isinstance(cell, Applied) and cell.operation in CONDITIONS


class Cells(NDArrayOperatorsMixin):
    """An array of cells, shape (rows, year, 1), that allows the closed list of idioms and refuses everything else.

    With a shelf, what is summed or accumulated is kept there in rows of its own.
    """

    def __init__(self, cells: np.ndarray, shelf: Shelf | None = None) -> None:
        self.cells = cells
        self.shelf = shelf

    @classmethod
    def of(cls, argument: str, shape: tuple[int, ...], shelf: Shelf | None = None) -> "Cells":
        """The cells of an argument."""
        cells = np.empty(shape, dtype=object)
        for row, year, case in np.ndindex(shape):
            cells[row, year, case] = Named(argument, row, year)
        return cls(cells, shelf)

    def __bool__(self) -> bool:
        raise TypeError("a line must not decide on a value in Python; use np.where")

    def __float__(self) -> float:
        raise TypeError("a line must not turn a value into a Python number")

    def __array__(self, *_: Any, **__: Any) -> np.ndarray:
        raise TypeError("this operation is not among the idioms a line may use")

    def __iter__(self) -> Any:
        raise TypeError("a line must not loop over rows")

    def __getitem__(self, key: Any) -> "Cells":
        return self._made(self.cells[key])

    def _made(self, cells: np.ndarray) -> "Cells":
        return Cells(cells, self.shelf)

    def sum(self, axis: int, keepdims: bool) -> "Cells":
        """The sum over rows."""
        if axis != 0 or not keepdims:
            raise TypeError("a line sums over rows only, with keepdims=True")
        return self._made(self._summed(self.cells, [np.arange(len(self.cells))]))

    def _summed(self, cells: np.ndarray, groups: list[np.ndarray]) -> np.ndarray:
        """A row for each group of rows, their sum; a condition counts as one where it is true."""
        if any(is_condition(cell) for cell in cells.flat):
            cells = applied("where", cells, 1.0, 0.0)
        if self.shelf and any(isinstance(cell, Applied) for cell in cells.flat):
            summands = cells
            cells = self.shelf.put("by row", cells.shape, lambda _, row, year: summands[row, year, 0])
        total = np.empty((len(groups), *cells.shape[1:]), dtype=object)
        for at in np.ndindex(total.shape):
            total[at] = Applied("sum", tuple(cells[(groups[at[0]], *at[1:])]))
        return total

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        name = ufunc.__name__
        cells = [one.cells if isinstance(one, Cells) else one for one in inputs]
        if method == "__call__" and name in OPERATIONS and not options:
            return self._made(applied(name, *cells))
        if method == "accumulate" and name in ACCUMULATED and options.get("axis", 0) == 1:
            return self._made(self._accumulated(name, cells[0]))
        if method == "reduceat" and name == "add" and options == {"axis": 0}:
            values, starts = cells
            return self._made(self._summed(values, np.split(np.arange(len(values)), starts[1:])))
        return NotImplemented

    def _accumulated(self, name: str, cells: np.ndarray) -> np.ndarray:
        def cell(so_far: Callable[[int, int], Any], row: int, year: int) -> Any:
            return Applied(name, (so_far(row, year - 1), cells[row, year, 0])) if year else cells[row, year, 0]

        if self.shelf:
            return self.shelf.put(ACCUMULATED[name], cells.shape, cell)
        made = np.empty(cells.shape, dtype=object)
        for row, year, case in np.ndindex(made.shape):
            made[row, year, case] = cell(lambda row, year: made[row, year, 0], row, year)
        return made

    def __array_function__(self, function: Any, _: Any, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
        cells = [one.cells if isinstance(one, Cells) else one for one in arguments]
        if function is np.where and len(cells) == 3 and not options:
            return self._made(applied("where", *cells))
        if function is np.clip and len(cells) == 3 and not options:
            return self._made(applied("minimum", applied("maximum", cells[0], cells[1]), cells[2]))
        if function in (np.cumprod, np.cumsum) and options == {"axis": 1}:
            return self._made(self._accumulated("multiply" if function is np.cumprod else "add", cells[0]))
        if function is np.concatenate and options.get("axis") in (0, 1):
            parts = [one.cells if isinstance(one, Cells) else np.asarray(one, dtype=object) for one in arguments[0]]
            return self._made(np.concatenate(parts, **options))
        return NotImplemented
