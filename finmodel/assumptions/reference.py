"""The shared files: sources, Medicare's rules by date, benchmark tables, scenarios."""

import datetime
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from finmodel.assumptions.faults import BadInput, Fault, several
from finmodel.assumptions.quantity import Listed, Of, Quantity, Record, Text, Unit


class Source(Record):
    """Where a figure was read."""

    title: Text
    publisher: Text
    date: datetime.date | int
    address: Text
    licence: Text
    note: Text | None = None


class Medicare(Record):
    """Medicare's payment rules by date, with the status of each."""

    conversion_factor: Annotated[Quantity, Of("USD/total RVU", 1.0, 200.0)]
    conversion_factor_qualifying_apm: Annotated[Quantity, Of("USD/total RVU", 1.0, 200.0)]
    efficiency_adjustment_statutory: Annotated[Quantity, Of("share/year", -0.5, 0.5)]
    published_work_rvu_level: Annotated[Quantity, Of("factor", 0.1, 2.0)]
    future_efficiency_adjustment: Annotated[Quantity, Of("share/year", -0.5, 0.5)]
    total_rvus_per_work_rvu: Annotated[Quantity, Of("total RVU/work RVU", 1.0, 10.0)]
    sequestration: Annotated[Quantity, Of("share")]
    medicare_paid_share: Annotated[Quantity, Of("share")]
    work_gpci_floor_in_force: Annotated[Quantity, Of("share")]


class Benchmark(Record):
    """Percentile points of one statistic as somebody states it."""

    label: Text
    statistic: Literal["work_rvus_per_fte", "compensation_per_fte", "compensation_per_work_rvu", "support_per_fte"]
    unit: Unit
    stated_by: Text
    kind: Literal["survey", "consultant", "range of a consultant"]
    rvu_vintage: int | None = None
    licence: Text
    percentiles: dict[str, Quantity]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        points = self.points
        if not points or any(not 0 <= percentile <= 100 for percentile, _ in points):
            raise several("percentiles: give at least one point, named by its percentile from 0 to 100")
        if any(first[1] > second[1] for first, second in pairwise(points)):
            raise several("percentiles: the values do not rise with the percentile")
        for name, point in self.percentiles.items():
            if point.unit != self.unit:
                raise several(f"percentiles.{name}: the unit here is {self.unit}, not {point.unit}")
        return self

    @property
    def points(self) -> tuple[tuple[float, float], ...]:
        """(percentile, value) in rising order."""
        return tuple(sorted((float(name), point.values[0]) for name, point in self.percentiles.items()))

    def at(self, percentile: float) -> float | None:
        """The value at a percentile, on straight lines between the points; None outside them."""
        points = self.points
        for (low, low_value), (high, high_value) in pairwise(points):
            if low <= percentile <= high:
                return low_value + (high_value - low_value) * (percentile - low) / (high - low)
        return points[0][1] if percentile == points[0][0] else None

    def quantity_at(self, percentile: float) -> Quantity:
        """The value at a percentile with the citation of the nearest point.

        Raises:
            BadInput: outside the points.
        """
        value = self.at(percentile)
        if value is None:
            span = f"{self.points[0][0]:g} to {self.points[-1][0]:g}"
            raise BadInput([Fault("benchmark", "percentile",
                                  f"'{self.label}' has no percentile {percentile:g}; it covers {span}")])
        nearest = min(self.percentiles, key=lambda name: abs(float(name) - percentile))
        return self.percentiles[nearest].model_copy(update={"value": value, "by_year": None, "by_date": None})

    def percentile_of(self, value: float) -> float | None:
        """The percentile of a value, on straight lines between the points; None outside them."""
        points = self.points
        for (low, low_value), (high, high_value) in pairwise(points):
            if low_value <= value <= high_value:
                return low + (high - low) * (value - low_value) / ((high_value - low_value) or 1.0)
        return None


class Change(Record):
    """One change of an assumption: an operation on a path, in all years, one year, or from a year on.

    A star in the path stands for any text between two dots.
    """

    path: Annotated[str, Field(pattern=r"^[a-z0-9_.*]+$")]
    operation: Literal["set", "add", "multiply", "shift", "override"]
    amount: Annotated[float, Field(ge=-1e12, le=1e12)]
    to: str | None = None
    year: int | None = None
    from_year: int | None = None
    after_base_year: bool = False

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.year is not None) + (self.from_year is not None) + self.after_base_year > 1:
            raise several("give one of year, from_year and after_base_year")
        if (self.operation == "shift") != (self.to is not None):
            raise several("'to' names the share that a shift moves to, and goes with the operation shift only")
        return self

    def applies(self, year: int, base_year: int) -> bool:
        """Whether the change applies in this year."""
        if self.year is not None:
            return year == self.year
        return year > base_year if self.after_base_year else year >= (self.from_year or year)


class Scenario(Record):
    """Named changes to a practice."""

    name: Text
    description: Text
    reason: Text | None = None
    changes: Listed[Change]
