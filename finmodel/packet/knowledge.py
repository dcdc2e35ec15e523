"""What a reader knows of unknown quantities: equations between them, and the least and the greatest value that fit all."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from finmodel.packet.affine import Affine, Quotient

LARGE = 1e12
# What somebody knows who has seen other practices: no amount is less than half or more than twice what it is.
PLAUSIBLE = (0.5, 2.0)


@dataclass
class Known:
    """The unknown quantities, each between bounds, and the equations between them; complete before an interval is asked for."""

    is_plausible: bool
    bounds: list[tuple[float, float]] = field(default_factory=list)
    # In which the solver counts each quantity, so that dollars and shares weigh alike and nothing is too small for it.
    units: list[float] = field(default_factory=list)
    equations: list[tuple[Mapping[int, float], float]] = field(default_factory=list)

    def unknown(self, value: float) -> Affine:
        """A new unknown quantity; amounts that are not negative are known not to be."""
        low, high = (sorted(value * by for by in PLAUSIBLE) if self.is_plausible else
                     (0.0 if value >= 0.0 else -LARGE, math.inf))
        self.bounds.append((low, high))
        self.units.append(abs(value) or 1.0)
        return Affine(value, 0.0, {len(self.bounds) - 1: 1.0})

    def tell(self, told: Any) -> None:
        """A reader is told what a number is."""
        if isinstance(told, Quotient):
            told = told.numerator - told.denominator * told.value
        if isinstance(told, Affine) and any(told.factors.values()):
            self.equations.append((told.factors, told.value - told.constant))

    def interval(self, cell: Any, real: float) -> tuple[float, float]:
        """Between which values a number lies; where that cannot be found it counts as known."""
        if not isinstance(cell, Affine) or not any(cell.factors.values()):
            return real, real
        if not self._told_of.intersection(cell.factors):
            ends = [sorted(factor * end for end in self.bounds[variable]) for variable, factor in cell.factors.items() if factor]
            return cell.constant + sum(low for low, _ in ends), cell.constant + sum(high for _, high in ends)
        return self._end(cell, 1.0), self._end(cell, -1.0)

    def _end(self, cell: Affine, sign: float) -> float:
        from scipy.optimize import linprog

        goal, scale = np.zeros(len(self.bounds)), abs(cell.value) or 1.0
        for variable, factor in cell.factors.items():
            goal[variable] = sign * factor * self.units[variable] / scale
        rows, wanted = self._system
        bounds = [(low / unit, high / unit) for (low, high), unit in zip(self.bounds, self.units, strict=True)]
        found = linprog(goal, A_eq=rows, b_eq=wanted, bounds=bounds, method="highs")
        if found.status == 0:
            return sign * float(found.fun) * scale + cell.constant
        return -sign * math.inf if found.status == 3 else cell.value

    @cached_property
    def _told_of(self) -> set[int]:
        return {variable for factors, _ in self.equations for variable, factor in factors.items() if factor}

    @cached_property
    def _system(self) -> tuple[Any, Any]:
        """The equations, each in units of its own sum."""
        from scipy.sparse import csr_array

        entries = [(at, variable, factor * self.units[variable] / (abs(total) or 1.0))
                   for at, (factors, total) in enumerate(self.equations) for variable, factor in factors.items()]
        places, variables, factors = zip(*entries, strict=True)
        rows = csr_array((factors, (places, variables)), shape=(len(self.equations), len(self.bounds)))
        return rows, np.array([total / (abs(total) or 1.0) for _, total in self.equations])
