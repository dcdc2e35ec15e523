"""An array that records what is done to it: each cell is an expression over named cells, evaluated without numpy."""

import math
import operator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.lib.mixins import NDArrayOperatorsMixin

from finmodel import Result
from finmodel.engine import Line


@dataclass(frozen=True)
class Named:
    """The cell of an argument."""

    argument: str
    row: int
    year: int


@dataclass(frozen=True)
class Applied:
    """An operation on cells and constants."""

    operation: str
    operands: tuple[Any, ...]


OPERATIONS = {
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
}
ACCUMULATED = {"add", "multiply", "maximum"}


def evaluated(cell: Any, known: dict[str, np.ndarray]) -> float:
    """The number of a cell, given the arrays of the arguments."""
    if isinstance(cell, Named):
        return known[cell.argument][cell.row, cell.year, 0].item()
    if not isinstance(cell, Applied):
        return cell
    if cell.operation == "where":  # Lazy, as a spreadsheet's IF: the branch not taken may divide by zero.
        condition, yes, no = cell.operands
        return evaluated(yes if evaluated(condition, known) else no, known)
    operands = [evaluated(operand, known) for operand in cell.operands]
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


def folded(operation: str, cells: np.ndarray) -> Any:
    """One cell from several, from the first to the last."""
    total = cells[0]
    for cell in cells[1:]:
        total = Applied(operation, (total, cell))
    return total


class Traced(NDArrayOperatorsMixin):
    """An array of cells, shape (rows, year, 1), that allows the closed list of idioms and refuses everything else."""

    def __init__(self, cells: np.ndarray) -> None:
        self.cells = cells

    @classmethod
    def of(cls, argument: str, shape: tuple[int, ...]) -> "Traced":
        """The cells of an argument."""
        cells = np.empty(shape, dtype=object)
        for row, year, case in np.ndindex(shape):
            cells[row, year, case] = Named(argument, row, year)
        return cls(cells)

    def __bool__(self) -> bool:
        raise TypeError("a line must not decide on a value in Python; use np.where")

    def __float__(self) -> float:
        raise TypeError("a line must not turn a value into a Python number")

    def __array__(self, *_: Any, **__: Any) -> np.ndarray:
        raise TypeError("this operation is not among the idioms a line may use")

    def __iter__(self) -> Any:
        raise TypeError("a line must not loop over rows")

    def __getitem__(self, key: Any) -> "Traced":
        return Traced(self.cells[key])

    def sum(self, axis: int, keepdims: bool) -> "Traced":
        """The sum over rows."""
        if axis != 0 or not keepdims:
            raise TypeError("a line sums over rows only, with keepdims=True")
        total = np.empty((1, *self.cells.shape[1:]), dtype=object)
        for at in np.ndindex(self.cells.shape[1:]):
            total[(0, *at)] = folded("add", self.cells[(slice(None), *at)])
        return Traced(total)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        name = ufunc.__name__
        cells = [one.cells if isinstance(one, Traced) else one for one in inputs]
        if method == "__call__" and name in OPERATIONS and not options:
            return Traced(applied(name, *cells))
        if method == "accumulate" and name in ACCUMULATED and options.get("axis", 0) == 1:
            return Traced(self._accumulated(name, cells[0]))
        if method == "reduceat" and name == "add" and options == {"axis": 0}:
            return Traced(self._reduced_at(*cells))
        return NotImplemented

    @staticmethod
    def _accumulated(name: str, cells: np.ndarray) -> np.ndarray:
        made = cells.copy()
        for year in range(1, cells.shape[1]):
            for row, case in np.ndindex(cells.shape[0], cells.shape[2]):
                made[row, year, case] = Applied(name, (made[row, year - 1, case], cells[row, year, case]))
        return made

    @staticmethod
    def _reduced_at(cells: np.ndarray, starts: np.ndarray) -> np.ndarray:
        made = np.empty((len(starts), *cells.shape[1:]), dtype=object)
        for position, (begin, end) in enumerate(zip(starts, [*starts[1:], len(cells)], strict=True)):
            for at in np.ndindex(cells.shape[1:]):
                made[(position, *at)] = folded("add", cells[(slice(begin, end), *at)])
        return made

    def __array_function__(self, function: Any, _: Any, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
        cells = [one.cells if isinstance(one, Traced) else one for one in arguments]
        if function is np.where and len(cells) == 3 and not options:
            return Traced(applied("where", *cells))
        if function is np.clip and len(cells) == 3 and not options:
            return Traced(applied("minimum", applied("maximum", cells[0], cells[1]), cells[2]))
        if function in (np.cumprod, np.cumsum) and options == {"axis": 1}:
            return Traced(self._accumulated("multiply" if function is np.cumprod else "add", cells[0]))
        if function is np.concatenate and options.get("axis") in (0, 1):
            parts = [one.cells if isinstance(one, Traced) else np.asarray(one, dtype=object) for one in arguments[0]]
            return Traced(np.concatenate(parts, **options))
        return NotImplemented


def traced(one: Line, known: dict[str, Any], shapes: dict[str, tuple[int, ...]]) -> Traced:
    """The line run on cells instead of numbers."""
    arguments = [Traced.of(a, shapes[a]) if a in shapes else known[a] for a in one.arguments]
    result = one.function(*arguments)
    assert isinstance(result, Traced), f"{one.name} does not depend on its arguments"
    return result


def assert_traced(result: Result, of: str = "") -> None:
    """See that the lines whose names begin so have the shape of their tables, and that their cells give their numbers."""
    years = len(result.years)
    known = {**{name: one.array for name, one in result.placed.inputs.items()}, **result.placed.indices, **result.values}
    shapes = {name: np.shape(array) for name, array in known.items() if isinstance(array, np.ndarray)}
    for one in (one for one in result.graph.order if one.name.startswith(of)):
        rows = len(result.placed.tables[one.table].rows) if one.table else 1
        assert shapes[one.name] in {(rows, years, 1), (rows, 1, 1)}, one.name
        cells = traced(one, known, shapes).cells
        assert cells.shape == shapes[one.name], one.name
        for at in np.ndindex(cells.shape):
            expected = known[one.name][at].item()
            assert evaluated(cells[at], known) == pytest.approx(expected, rel=1e-12, abs=1e-9, nan_ok=True), (one.name, at)
