"""Numbers as a reader of shared figures knows them: a sum of unknown quantities, each times something known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


class NotLinear(ArithmeticError):
    """An operation whose result is no sum of unknown quantities."""


@dataclass(frozen=True, eq=False)
class Affine:
    """A constant and unknown quantities with their factors; ``value`` is what it really is.

    A comparison is decided by the real values: whoever reads the result also sees which way a maximum or a cap went.
    """

    value: float
    constant: float
    factors: Mapping[int, float]

    def __add__(self, other: Any) -> "Affine":
        one = _affine(other)
        factors = dict(self.factors)
        for variable, factor in one.factors.items():
            factors[variable] = factors.get(variable, 0.0) + factor
        return Affine(self.value + one.value, self.constant + one.constant, factors)

    __radd__ = __add__

    def __mul__(self, other: Any) -> "Affine":
        one = _affine(other)
        if self.factors and one.factors:
            raise NotLinear
        known, unknown = (one, self) if self.factors else (self, one)
        by = known.constant
        factors = {variable: factor * by for variable, factor in unknown.factors.items()}
        return Affine(self.value * one.value, unknown.constant * by, factors)

    __rmul__ = __mul__

    def __neg__(self) -> "Affine":
        return self * -1.0

    def __pos__(self) -> "Affine":
        return self

    def __sub__(self, other: Any) -> "Affine":
        return self + _affine(other) * -1.0

    def __rsub__(self, other: Any) -> "Affine":
        return _affine(other) + self * -1.0

    def __truediv__(self, other: Any) -> Any:
        one = _affine(other)
        return Quotient(self, one) if one.factors else self * (1.0 / one.constant)

    def __rtruediv__(self, other: Any) -> Any:
        return _affine(other) / self

    def __pow__(self, other: Any) -> "Affine":
        raise NotLinear

    __rpow__ = __pow__

    def __abs__(self) -> "Affine":
        return self * (-1.0 if self.value < 0.0 else 1.0)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __eq__(self, other: object) -> Any:
        return self.value == _value(other)

    def __ne__(self, other: object) -> Any:
        return self.value != _value(other)

    def __lt__(self, other: Any) -> bool:
        return self.value < _value(other)

    def __le__(self, other: Any) -> bool:
        return self.value <= _value(other)

    def __gt__(self, other: Any) -> bool:
        return self.value > _value(other)

    def __ge__(self, other: Any) -> bool:
        return self.value >= _value(other)


@dataclass(frozen=True)
class Quotient:
    """One unknown sum over another: only its result tells something, that the one is so many times the other."""

    numerator: Affine
    denominator: Affine

    @property
    def value(self) -> float:
        """What it really is."""
        return self.numerator.value / self.denominator.value

    def _refuse(self, *_: Any) -> Any:
        raise NotLinear

    __add__: Callable[..., Any] = _refuse
    __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __neg__ = __add__


def _affine(of: Any) -> Affine:
    if isinstance(of, Quotient):
        raise NotLinear
    return of if isinstance(of, Affine) else Affine(float(of), float(of), {})


def _value(of: Any) -> float:
    return of.value if isinstance(of, Affine | Quotient) else float(of)
