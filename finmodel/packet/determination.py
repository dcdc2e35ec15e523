"""How tightly what is shared determines what is not: the interval that a reader can compute for each confidential figure.

Every line that is shared becomes an equation over the entries that are not, by running the line on unknown quantities; the
product of two unknown quantities is an unknown quantity of its own. The least and the greatest value that fit all equations are
found by linear programming.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from finmodel.assumptions.words import capitalized, in_words
from finmodel.contracts.term_sheet import labels_of
from finmodel.model import Result
from finmodel.packet.affine import Affine, NotLinear, Quotient
from finmodel.packet.policy import Policy, told_of_proposals

# What a counterparty must not be able to compute, beside what is withheld on purpose.
CONFIDENTIAL = ("compensation_by_category", "owner_compensation", "app_compensation")
LARGE = 1e12


@dataclass(frozen=True)
class Determined:
    """A confidential figure, and the interval in which a reader knows it to lie; nothing above where it is infinite."""

    label: str
    value: float
    low: float
    high: float

    @property
    def tightness(self) -> float:
        """The width of the interval as a share of the figure: 0 where the figure is known, infinite where anything fits."""
        return (self.high - self.low) / abs(self.value) if self.value else float("inf")


@dataclass
class _Known:
    """The unknown quantities and the equations between them."""

    lower: list[float] = field(default_factory=list)
    equations: list[tuple[Mapping[int, float], float]] = field(default_factory=list)

    def unknown(self, value: float) -> Affine:
        """A new unknown quantity; amounts that are not negative are known not to be."""
        self.lower.append(0.0 if value >= 0.0 else -LARGE)
        return Affine(value, 0.0, {len(self.lower) - 1: 1.0})

    def tell(self, told: Any) -> None:
        """A reader is told what a number is."""
        if isinstance(told, Quotient):
            told = told.numerator - told.denominator * told.value
        if isinstance(told, Affine) and any(told.factors.values()):
            self.equations.append((told.factors, told.value - told.constant))


def determined(result: Result, policy: Policy, year: int, earlier: Collection[str] = ()) -> tuple[Determined, ...]:
    """The interval of every confidential figure in a year, from what the policy shares and what earlier packets told.

    ``earlier`` are the names of lines that the counterparty has seen before; they count as told with today's numbers.
    """
    known = _Known()
    # Lines that were given instead of computed stand on inputs that are no entries.
    values: dict[str, Any] = {**{name: result.values[name] for name in result.graph.inputs}, **result.placed.indices}
    practice, at = result.assumptions[0].practice, result.years.index(year)
    for name, one in result.placed.inputs.items():
        hidden = [quantity is not None and not policy.shares_path(path, practice) for path, quantity in one.rows]
        values[name] = _with_unknowns(one.array, hidden, known) if any(hidden) else one.array
    told = told_of_proposals(result.assumptions[0].proposals)
    for line in result.graph.order:
        real = np.asarray(result.values[line.name], dtype=float)
        arguments = [values[name] for name in line.arguments]
        if not any(_holds_unknowns(one) for one in arguments):
            values[line.name] = real
            continue
        found = _found(line.function, arguments, real, known)
        if policy.shares_line(line, told) or line.name in earlier:
            for cell in found[:, min(at, found.shape[1] - 1), 0]:
                known.tell(cell)
            values[line.name] = real
        else:
            values[line.name] = found
    return tuple(_figures(result, values, known, at, policy.kept_back))


def _holds_unknowns(argument: Any) -> bool:
    return isinstance(argument, np.ndarray) and argument.dtype.hasobject


def _with_unknowns(array: Any, hidden: list[bool], known: _Known) -> Any:
    cells = array.astype(object)
    for row, is_hidden in enumerate(hidden):
        for year in range(array.shape[1]) if is_hidden else ():
            cells[row, year, 0] = known.unknown(float(array[row, year, 0]))
    return cells


def _found(function: Any, arguments: list[Any], real: Any, known: _Known) -> Any:
    """The line on unknown quantities; where it is not linear, its cells are unknown themselves."""
    try:
        found = np.broadcast_to(np.asarray(function(*arguments), dtype=object), real.shape)
        if all(not isinstance(cell, Quotient) for cell in found.flat):
            return found
    except (NotLinear, ZeroDivisionError, TypeError):
        found = None
    if found is not None:
        return found
    cells = np.empty(real.shape, dtype=object)
    for place in np.ndindex(real.shape):
        cells[place] = known.unknown(float(real[place])) if np.isfinite(real[place]) else float(real[place])
    return cells


def _figures(result: Result, values: Mapping[str, Any], known: _Known, at: int,
             kept_back: Collection[str]) -> Iterator[Determined]:
    words = labels_of(result.assumptions[0].practice, result.graph.lines.values())
    for name in dict.fromkeys((*CONFIDENTIAL, *(name for name in kept_back if name in result.graph.lines))):
        line = result.graph.lines[name]
        for place, row in enumerate(result.rows(name) or ("",)):
            cell = values[name][place, min(at, values[name].shape[1] - 1), 0]
            real = float(result[name][place, at, 0])
            label = f"{line.label}: {words.get(f'{line.table}.{row}', capitalized(in_words(row)))}" if row else line.label
            if real:
                yield Determined(label, real, *_interval(cell, real, known))


def _interval(cell: Any, real: float, known: _Known) -> tuple[float, float]:
    from scipy.optimize import linprog
    from scipy.sparse import lil_array

    if not isinstance(cell, Affine) or not any(cell.factors.values()):
        return real, real
    # Everything in units of the figure itself, so that dollars and shares weigh alike.
    goal = np.zeros(len(known.lower))
    goal[list(cell.factors)] = list(cell.factors.values())
    rows, wanted = lil_array((len(known.equations), len(known.lower))), np.zeros(len(known.equations))
    for at, (factors, constant) in enumerate(known.equations):
        scale = max(abs(constant), 1.0)
        for variable, factor in factors.items():
            rows[at, variable] = factor / scale
        wanted[at] = constant / scale
    bounds = [(low, None) for low in known.lower]
    ends = []
    for sign in (1.0, -1.0):
        found = linprog(sign * goal, A_eq=rows.tocsr() if known.equations else None, b_eq=wanted if known.equations else None,
                        bounds=bounds, method="highs")
        ends.append(sign * float(found.fun) + cell.constant if found.status == 0 else -sign * float("inf"))
    return ends[0], ends[1]
