"""Arrays of rows that are weighted sums of few things that vary by case, so that rows are added before cases are multiplied.

The lines of the model run on these arrays as they are, and record a kernel. Most rows of a table move together: all segments of
an emergency department by one driver. Row *r* is the sum over terms of weight[r, year, term] × node[year, case]; sums over rows
and spreads work on weights alone, which have no cases.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from finmodel.analysis.uncertainty.kernel import Node, Recording
from finmodel.engine import YEAR, Array

# The term of what does not vary by case.
FIXED: Node = -1
# Rows of more terms than this are added up; with fewer it is cheaper to go on with the terms, which a later sum adds up once.
TERMS_PER_ROW = 2
# Operations on each number by itself; any other is refused.
ELEMENTWISE = {np.divide, np.power, np.negative, np.absolute, np.maximum, np.minimum, np.greater, np.greater_equal, np.less,
               np.less_equal, np.equal, np.not_equal, np.logical_and, np.logical_or}
# Weights are numbers, of which these two know nothing.
LOGICAL: dict[np.ufunc, np.ufunc] = {np.bitwise_and: np.logical_and, np.bitwise_or: np.logical_or}
ACCUMULATED: dict[Any, np.ufunc] = {np.cumprod: np.multiply, np.cumsum: np.add}


class Combined(NDArrayOperatorsMixin):
    """Rows (row, year, case) as weights (row, year, term) of the nodes of a recording."""

    def __init__(self, recording: Recording, nodes: tuple[Node, ...], weights: Array) -> None:
        self.recording = recording
        self.nodes = nodes
        self.weights = weights

    @classmethod
    def fixed(cls, recording: Recording, array: Any) -> "Combined":
        """An array (row, year, 1) that does not vary by case."""
        return cls(recording, (FIXED,), np.asarray(array, dtype=np.float64))

    @classmethod
    def of_rows(cls, recording: Recording, rows: Sequence[Node | Array]) -> "Combined":
        """Rows that are each a node, or an array (year, 1) that does not vary by case."""
        years = max((one.shape[0] for one in rows if not isinstance(one, int)), default=1)
        nodes = tuple(dict.fromkeys(one if isinstance(one, int) else FIXED for one in rows))
        weights = np.zeros((len(rows), years, len(nodes)))
        for row, one in enumerate(rows):
            if isinstance(one, int):
                weights[row, :, nodes.index(one)] = 1.0
            else:
                weights[row, :, nodes.index(FIXED)] = one[:, 0]
        return cls(recording, nodes, weights)

    def only_row(self) -> Node:
        """The node of an array of one row."""
        (weights,) = self.weights
        row = self._row(weights)
        return row if isinstance(row, int) else self.recording.made(("fixed", row.tobytes()), lambda: row)

    @property
    def is_fixed(self) -> bool:
        """Whether nothing varies by case."""
        return self.nodes == (FIXED,)

    # The idioms that a line may use.

    def __getitem__(self, key: Any) -> "Combined":
        """Rows by position, or a span of years."""
        if not isinstance(key, tuple):
            return self._with(self.weights[key])
        span = key[YEAR]

        def of_years(one: Array) -> Array:
            return one if len(one) == 1 else one[span]

        nodes = tuple(node if node == FIXED else self.recording.made(("years", span.start, span.stop), of_years, node)
                      for node in self.nodes)
        return Combined(self.recording, nodes, self.weights if self.weights.shape[YEAR] == 1 else self.weights[key])

    def sum(self, axis: int, keepdims: bool) -> "Combined":
        """The sum over rows."""
        return self._with(self.weights.sum(axis=axis, keepdims=keepdims)).tidied()

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        """Arithmetic, comparisons, sums of rows and values gathered over the years."""
        if method == "reduceat" and ufunc is np.add and options == {"axis": 0}:
            return inputs[0]._with(np.add.reduceat(inputs[0].weights, inputs[1], axis=0))
        if method == "accumulate" and options == {"axis": YEAR}:
            return self._gathered(ufunc)
        if method != "__call__" or options:
            return NotImplemented
        if ufunc in (np.add, np.subtract):
            return self._added(ufunc, *map(self._combined, inputs))
        if ufunc is np.multiply:
            return self._multiplied(*map(self._combined, inputs))
        if ufunc is np.divide and not isinstance(inputs[1], Combined):
            return inputs[0]._with(inputs[0].weights / np.asarray(inputs[1]))
        ufunc = LOGICAL.get(ufunc, ufunc)
        return self._row_by_row(ufunc.__name__, ufunc, inputs) if ufunc in ELEMENTWISE else NotImplemented

    def __array_function__(self, function: Any, _: Any, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Choices, limits, and rows or years behind each other."""
        if function is np.where and len(arguments) == 3 and not options:
            return self._chosen(*arguments)
        if function is np.clip and len(arguments) == 3 and not options:
            return self._row_by_row("clip", np.clip, arguments)
        if function in ACCUMULATED and options == {"axis": YEAR}:
            return arguments[0]._gathered(ACCUMULATED[function])
        if function is np.concatenate and options.get("axis") == 0:
            return self._stacked([self._combined(one) for one in arguments[0]])
        if function is np.concatenate and options.get("axis") == YEAR:
            first, later = arguments[0]
            return self._row_by_row("the years after the first", self._first_and_later, [first, later], spans_years=True)
        return NotImplemented

    # What they come down to.

    def _combined(self, one: Any) -> "Combined":
        if isinstance(one, Combined):
            return one
        array = np.asarray(one, dtype=np.float64)
        return Combined.fixed(self.recording, array if array.ndim else array.reshape(1, 1, 1))

    def _with(self, weights: Array) -> "Combined":
        return Combined(self.recording, self.nodes, weights)

    def _over(self, nodes: tuple[Node, ...]) -> Array:
        """The weights of these nodes, in their order; nothing for nodes that are no term here."""
        weights = np.zeros((*self.weights.shape[:2], len(nodes)))
        weights[:, :, [nodes.index(node) for node in self.nodes]] = self.weights
        return weights

    def _stacked(self, parts: list["Combined"]) -> "Combined":
        nodes = _terms(parts)
        years = max(one.weights.shape[1] for one in parts)
        laid = [np.broadcast_to(one._over(nodes), (one.weights.shape[0], years, len(nodes))) for one in parts]
        return Combined(self.recording, nodes, np.concatenate(laid, axis=0))

    def _added(self, ufunc: np.ufunc, one: "Combined", other: "Combined") -> "Combined":
        nodes = _terms([one, other])
        return Combined(self.recording, nodes, ufunc(one._over(nodes), other._over(nodes))).tidied()

    def _multiplied(self, one: "Combined", other: "Combined") -> "Combined":
        if one.is_fixed or other.is_fixed:
            moving, fixed = (other, one) if one.is_fixed else (one, other)
            return moving._with(moving.weights * fixed.weights)
        weights: dict[Node, Array] = {}
        for at, node in enumerate(one.nodes):
            for beside, factor in enumerate(other.nodes):
                weight = one.weights[:, :, at] * other.weights[:, :, beside]
                if weight.any():
                    product = self._product(node, factor)
                    weights[product] = weights[product] + weight if product in weights else weight
        if not weights:
            return Combined.fixed(self.recording, one.weights[:, :, :1] * other.weights[:, :, :1] * 0.0)
        return Combined(self.recording, tuple(weights), np.stack(list(weights.values()), axis=2)).tidied()

    def _product(self, one: Node, other: Node) -> Node:
        if FIXED in (one, other):
            return other if one == FIXED else one
        return self.recording.product(one, other)

    def _gathered(self, ufunc: np.ufunc) -> "Combined":
        def gathered(one: Array) -> Array:
            total = self._in_years(one, self.recording.years).copy()
            # Year by year the cases lie next to each other, which ufunc.accumulate makes nothing of.
            for before, this in pairwise(total):
                ufunc(before, this, out=this)
            return total

        return self._row_by_row(f"gathered by {ufunc.__name__}", gathered, [self])

    def _first_and_later(self, first: Array, later: Array) -> Array:
        laid = [self._in_years(first, 1), self._in_years(later, self.recording.years - 1)]
        cases = max(one.shape[1] for one in laid)
        return np.concatenate([np.broadcast_to(one, (len(one), cases)) for one in laid], axis=0)

    @staticmethod
    def _in_years(one: Array, years: int) -> Array:
        return np.broadcast_to(one, (years, one.shape[1]))

    def _chosen(self, condition: Any, one: Any, other: Any) -> "Combined":
        """One or the other, term by term where the choice is the same in all years, so that what moves together still does."""
        if not isinstance(condition, Combined):
            chosen = np.asarray(condition)
            if not chosen.ndim or (chosen == chosen[:, :1]).all():
                parts = [self._combined(one), self._combined(other)]
                nodes = _terms(parts)
                weights = np.where(chosen, *(part._over(nodes) for part in parts))
                return Combined(self.recording, nodes, weights).tidied()
        return self._row_by_row("where", np.where, [condition, one, other])

    def _row_by_row(self, key: str, function: Callable[..., Any], arguments: Iterable[Any], *,
                    spans_years: bool = False) -> "Combined":
        """A function of whole rows: made once for rows that are the same."""
        parts = [self._combined(one) for one in arguments]
        rows = max(one.weights.shape[0] for one in parts)
        years = 1 if spans_years else max(one.weights.shape[1] for one in parts)
        laid = [np.broadcast_to(one.weights, (rows, max(years, one.weights.shape[1]), len(one.nodes))) for one in parts]
        made: dict[bytes, int] = {}
        classes = [made.setdefault(b"".join(one[row].tobytes() for one in laid), row) for row in range(rows)]
        found = {}
        for row in made.values():
            operands = [one._row(weights[row]) for one, weights in zip(parts, laid, strict=True)]
            found[row] = self._applied(key, function, operands)
        return Combined.of_rows(self.recording, [found[row] for row in classes])

    def _applied(self, key: str, function: Callable[..., Any], operands: list["Node | Array"]) -> "Node | Array":
        moving = [one for one in operands if isinstance(one, int)]
        fixed = {at: one for at, one in enumerate(operands) if not isinstance(one, int)}
        if not moving:
            return np.asarray(function(*operands))
        if not fixed:
            return self.recording.made(key, function, *moving)

        def with_fixed(*nodes: Array) -> Array:
            given = iter(nodes)
            return np.asarray(function(*[fixed[at] if at in fixed else next(given) for at in range(len(operands))]))

        return self.recording.made((key, tuple((at, one.tobytes(), one.shape) for at, one in fixed.items())), with_fixed, *moving)

    def _row(self, weights: Array) -> "Node | Array":
        """The node of one row, given its weights (year, term); a row that does not vary by case is an array (year, 1)."""
        terms = [(node, weights[:, at:at + 1]) for at, node in enumerate(self.nodes) if weights[:, at].any()]
        if all(node == FIXED for node, _ in terms):
            return terms[0][1] if terms else np.zeros((len(weights), 1))
        if len(terms) == 1 and (terms[0][1] == 1.0).all():
            return terms[0][0]
        return self.recording.sum_of([(node, weight) for node, weight in terms if node != FIXED],
                                     next((weight for node, weight in terms if node == FIXED), None))

    def tidied(self) -> "Combined":
        """Itself, or one term for each row that differs from all others, where it has many more terms than these."""
        made: dict[bytes, int] = {}
        classes = [made.setdefault(weights.tobytes(), row) for row, weights in enumerate(self.weights)]
        if len(self.nodes) <= (TERMS_PER_ROW * len(made) if len(made) > 1 else 1):
            return self
        found = {row: self._row(self.weights[row]) for row in made.values()}
        return Combined.of_rows(self.recording, [found[row] for row in classes])


def _terms(parts: Iterable[Combined]) -> tuple[Node, ...]:
    return tuple(dict.fromkeys(node for one in parts for node in one.nodes))
