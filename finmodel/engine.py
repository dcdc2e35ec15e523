"""Lines wired by argument names into a graph, and the closed list of idioms a line may use.

A line is a small pure function: its name is the number, its argument names are the numbers it needs, its docstring is the
formula in words. Every array has rank 3, ``(rows, year, case)``; a single run is a batch of one case.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]

YEAR = 1
CASE = 2


class AssemblyError(ValueError):
    """The lines and inputs do not form a model; ``faults`` holds one sentence for each thing that is wrong."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


@dataclass(frozen=True)
class Table:
    """The rows that a number may have, in order."""

    name: str
    rows: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Index:
    """For every row of the table ``inner``, its row in the table ``outer``."""

    inner: Table
    outer: Table
    positions: NDArray[np.intp]
    order: NDArray[np.intp] = field(init=False)
    starts: NDArray[np.intp] = field(init=False)
    placement: NDArray[np.intp] = field(init=False)

    def __post_init__(self) -> None:
        """Lay the sums of total_by once."""
        present, counts = np.unique(self.positions, return_counts=True)
        # Outer rows without inner rows are placed on the row of zeros that total_by appends.
        placement = np.full(len(self.outer.rows), len(present))
        placement[present] = np.arange(len(present))
        object.__setattr__(self, "order", np.argsort(self.positions, kind="stable"))
        object.__setattr__(self, "starts", np.cumsum(counts) - counts)
        object.__setattr__(self, "placement", placement)


def spread(values: Array, index: Index) -> Array:
    """Lay values of the outer table on the rows of the inner one."""
    return values[index.positions]


def total_by(values: Array, index: Index) -> Array:
    """Sum rows of the inner table into the rows of the outer one; an outer row without inner rows is zero."""
    sums = np.add.reduceat(values[index.order], index.starts, axis=0)
    return np.concatenate([sums, sums[:1] * 0.0], axis=0)[index.placement]


def first_year(values: Array) -> Array:
    """The base year alone, shape (rows, 1, case)."""
    return values[:, :1]


def previous(values: Array, first: Array) -> Array:
    """Last year's value; ``first``, of shape (rows, 1, case), stands in the first year."""
    return np.concatenate([first, values[:, :-1]], axis=YEAR)


def ratio(numerator: Array, denominator: Array) -> Array:
    """Numerator ÷ denominator, *not available* (NaN) where the denominator is zero."""
    zero = denominator == 0.0
    return np.where(zero, np.nan, numerator / np.where(zero, 1.0, denominator))


@dataclass(frozen=True)
class Line:
    """One number of the model: its name, what it is called, its unit, its table and the function that computes it."""

    name: str
    label: str
    unit: str
    table: str | None
    group: str | None
    function: Callable[..., Any]
    arguments: tuple[str, ...]
    formula: str

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Compute the line on arrays."""
        return self.function(*arguments, **named)


def line(label: str, *, unit: str, table: str | None = None, group: str | None = None) -> Callable[[Callable[..., Any]], Line]:
    """Turn a pure function into a line. ``group`` adds it to the generated line ``total_<group>``."""

    def make(function: Callable[..., Any]) -> Line:
        formula = (inspect.getdoc(function) or "").strip()
        arguments = tuple(inspect.signature(function).parameters)
        return Line(function.__name__, label, unit, table, group, function, arguments, formula)

    return make


def check(label: str) -> Callable[[Callable[..., Any]], Line]:
    """Turn a pure function into an integrity check: a line that is true where the check passes."""
    return line(label, unit="check")


def lines_of(module: ModuleType) -> list[Line]:
    """The lines that a module defines, in the order of the file."""
    return [value for value in vars(module).values() if isinstance(value, Line)]


def sum_line(name: str, label: str, unit: str, arguments: tuple[str, ...], group: str | None = None) -> Line:
    """A generated line that adds one-row lines of the same unit."""

    def total(*values: Array) -> Array:
        return sum(values[1:], values[0])

    return Line(name, label, unit, None, group, total, arguments, "Sum of the lines named.")


def sum_check(name: str, label: str, total: str, parts: tuple[str, ...]) -> Line:
    """A generated check that one-row parts add up to a total, within one cent."""

    def adds_up(whole: Array, *values: Array) -> Any:
        return np.abs(sum(values[1:], values[0]) - whole) <= 0.01

    return Line(name, label, "check", None, None, adds_up, (total, *parts), "|sum of the lines named − the total| ≤ one cent.")


def override_line(overridden: Line) -> tuple[Line, Line]:
    """The computed line under another name, and the line that shows what was given wherever something was given."""

    def choose(is_given: Array, given: Array, computed: Array) -> Array:
        return np.where(is_given, given, computed)

    name = overridden.name
    computed = Line(f"{name}__computed", f"{overridden.label} (as computed)", overridden.unit, overridden.table, None,
                    overridden.function, overridden.arguments, overridden.formula)
    chosen = Line(name, overridden.label, overridden.unit, overridden.table, overridden.group, choose,
                  (f"{name}__is_given", f"{name}__given", computed.name), "What was given, where it was given; else as computed.")
    return computed, chosen


@dataclass(frozen=True)
class Graph:
    """Lines in the order in which they can be computed, and the inputs they stand on."""

    order: tuple[Line, ...]
    lines: Mapping[str, Line]
    inputs: Mapping[str, str | None]

    def downstream(self, names: Iterable[str]) -> frozenset[str]:
        """The named lines and inputs and every line that depends on one of them."""
        marked = set(names)
        for one in self.order:
            if marked.intersection(one.arguments):
                marked.add(one.name)
        return frozenset(marked)


def assemble(lines: Iterable[Line], inputs: Mapping[str, str | None], indices: Mapping[str, Index]) -> Graph:
    """Wire lines to each other and to inputs (name to table).

    Raises:
        AssemblyError: naming every duplicate, unknown argument, mixture of tables and cycle.
    """
    lines = list(lines)
    named = {one.name: one for one in lines}
    tables: dict[str, str | None] = {**inputs, **{one.name: one.table for one in lines}}
    known = {*tables, *indices}
    seen: set[str] = {*inputs, *indices}
    faults = []
    for one in lines:
        if one.name in seen:
            faults.append(f"Line '{one.name}' is defined twice. Rename one of the two.")
        seen.add(one.name)
        faults.extend(_unknown_arguments(one, known))
        faults.extend(_mixed_tables(one, tables, indices))
    if faults:
        raise AssemblyError(faults)
    sorter = TopologicalSorter({one.name: [a for a in one.arguments if a in named] for one in lines})
    try:
        order = tuple(named[name] for name in sorter.static_order())
    except CycleError as error:
        raise AssemblyError([f"These lines wait for each other: {' → '.join(error.args[1])}. Break the circle."]) from None
    return Graph(order, named, dict(inputs))


def _unknown_arguments(one: Line, known: set[str]) -> Iterable[str]:
    for argument in one.arguments:
        if argument not in known:
            near = get_close_matches(argument, known, 1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            yield f"Line '{one.name}' needs '{argument}', which is neither a line nor an input.{hint}"


def _mixed_tables(one: Line, tables: Mapping[str, str | None], indices: Mapping[str, Index]) -> Iterable[str]:
    crossings = [indices[a] for a in one.arguments if a in indices]
    bridged = {t.name for index in crossings for t in (index.inner, index.outer)}
    used = {tables[a] for a in one.arguments if tables.get(a)} | ({one.table} if one.table else set())
    if len(used - bridged) > (0 if crossings and used & bridged else 1):
        yield (f"Line '{one.name}' mixes the tables {', '.join(sorted(str(t) for t in used))}. "
               "Connect them with an index through spread() or total_by(), or reduce one of them to a single row first.")


def run(graph: Graph, values: Mapping[str, Any]) -> dict[str, Any]:
    """Compute every line; ``values`` holds the inputs and indices by name, arrays of shape (rows, year, case)."""
    known = dict(values)
    for one in graph.order:
        known[one.name] = one.function(*[known[a] for a in one.arguments])
    return known
