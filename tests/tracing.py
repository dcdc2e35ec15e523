"""That lines can be traced cell by cell, and that the cells give the numbers of the engine, evaluated without numpy."""

from typing import Any

import numpy as np
import pytest

from finmodel import Result
from finmodel.engine import Line
from finmodel.packet.workbook.cells import Cells, evaluated


def traced(one: Line, known: dict[str, Any], shapes: dict[str, tuple[int, ...]]) -> Cells:
    """The line run on cells instead of numbers."""
    arguments = [Cells.of(a, shapes[a]) if a in shapes else known[a] for a in one.arguments]
    result = one.function(*arguments)
    assert isinstance(result, Cells), f"{one.name} does not depend on its arguments"
    return result


def number(cell: Any, known: dict[str, np.ndarray]) -> float:
    """The number of a cell, given the arrays of the arguments."""
    return evaluated(cell, lambda named: known[named.argument][named.row, named.year, 0].item())


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
            assert number(cells[at], known) == pytest.approx(expected, rel=1e-12, abs=1e-9, nan_ok=True), (one.name, at)
