"""The shared files: sources, Medicare's rules by date, benchmark tables, scenarios."""

import datetime
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainValidator, model_validator
from pydantic_core import PydanticCustomError

from finmodel.assumptions.faults import BadInput, Fault, several
from finmodel.assumptions.quantity import Key, Listed, Of, Quantity, Record, Text, Unit


def _year_or_date(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | datetime.date):
        raise PydanticCustomError("year_or_date", "must be a date such as 2026-01-31 or a year such as 2026, without quotes")
    return value


class Source(Record):
    """Where a figure was read."""

    title: Text
    publisher: Text
    date: Annotated[datetime.date | int, PlainValidator(_year_or_date)]
    address: Text
    licence: Text
    note: Text | None = None


class Medicare(Record):
    """Medicare's payment rules by date, with the status of each."""

    conversion_factor: Annotated[Quantity, Of("USD/total RVU", 1.0, 200.0)]
    conversion_factor_qualifying_apm: Annotated[Quantity, Of("USD/total RVU", 1.0, 200.0)]
    efficiency_adjustment: Annotated[Quantity, Of("share/year", -0.5, 0.5)]
    total_rvus_per_work_rvu: Annotated[Quantity, Of("total RVU/work RVU", 1.0, 10.0)]
    sequestration: Annotated[Quantity, Of("share")]
    medicare_paid_share: Annotated[Quantity, Of("share")]
    work_gpci_floor_in_force: Annotated[Quantity, Of("share")]


Statistic = Literal["work_rvus_per_fte", "compensation_per_fte", "compensation_per_work_rvu", "support_per_fte",
                    "director_hourly_rate", "director_yearly_pay", "call_per_diem", "recruitment_per_hire"]
STATISTIC_UNITS: dict[Statistic, Unit] = {
    "work_rvus_per_fte": "work RVU/FTE/year", "compensation_per_fte": "USD/FTE/year",
    "compensation_per_work_rvu": "USD/work RVU", "support_per_fte": "USD/FTE/year",
    "director_hourly_rate": "USD/hour", "director_yearly_pay": "USD/year", "call_per_diem": "USD/day",
    "recruitment_per_hire": "USD"}
Percentile = Annotated[str, Field(pattern=r"^(0|[1-9]\d?)(\.\d*[1-9])?$")]


class Benchmark(Record):
    """One statistic as somebody states it: percentile points, or a range that is no percentile at all."""

    label: Text
    statistic: Statistic
    stated_by: Text
    # Whose figures these are; an amount is held against tables of its own specialty only.
    specialty: Text = "radiology"
    kind: Literal["survey", "consultant"]
    rvu_vintage: int | None = None
    licence: Text
    percentiles: dict[Percentile, Quantity] = {}
    range_low: Quantity | None = None
    range_high: Quantity | None = None

    @property
    def unit(self) -> Unit:
        """The unit of the statistic."""
        return STATISTIC_UNITS[self.statistic]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults = []
        if bool(self.percentiles) == (self.range_low is not None or self.range_high is not None):
            faults.append("give either percentiles or range_low and range_high")
        if (self.range_low is None) != (self.range_high is None):
            faults.append("range_low and range_high go together")
        if any(first[1] > second[1] for first, second in pairwise(self.points)):
            faults.append("percentiles: the values do not rise with the percentile")
        named = {f"percentiles.{name}": point for name, point in self.percentiles.items()}
        ends = {"range_low": self.range_low, "range_high": self.range_high}
        for name, point in (named | {name: end for name, end in ends.items() if end}).items():
            if point.unit != self.unit:
                faults.append(f"{name}: the unit here is {self.unit}, not {point.unit}")
        if faults:
            raise several(*faults)
        return self

    @property
    def span(self) -> tuple[float, float]:
        """The lowest and the highest value stated."""
        if self.range_low and self.range_high:
            return self.range_low.values[0], self.range_high.values[0]
        return self.points[0][1], self.points[-1][1]

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
        return points[0][1] if points and percentile == points[0][0] else None

    def quantity_at(self, percentile: float) -> Quantity:
        """The value at a percentile with the citation of the nearest point.

        Raises:
            BadInput: outside the points.
        """
        value = self.at(percentile)
        if value is None:
            held = f"it covers {self.points[0][0]:g} to {self.points[-1][0]:g}" if self.points else "it states a range only"
            raise BadInput([Fault("benchmark.percentile", f"{percentile:g}", f"'{self.label}' has no such percentile; {held}")])
        nearest = min(self.percentiles, key=lambda name: abs(float(name) - percentile))
        return self.percentiles[nearest].model_copy(update={"value": value, "by_year": None, "by_date": None})

    def percentile_of(self, value: float) -> float | None:
        """The percentile of a value, on straight lines between the points; None outside them."""
        points = self.points
        for (low, low_value), (high, high_value) in pairwise(points):
            if low_value <= value <= high_value:
                return low + (high - low) * (value - low_value) / ((high_value - low_value) or 1.0)
        return None


class SignalBands(Record):
    """Up to which percentile of a table an amount is in the standard range, and up to which it gets enhanced scrutiny."""

    standard_up_to: Annotated[Quantity, Of("count", 1.0, 99.0)]
    enhanced_up_to: Annotated[Quantity, Of("count", 1.0, 99.0)]


class References(Record):
    """What a practice refers to: Medicare's rules and the benchmark tables by name."""

    medicare: Medicare
    benchmarks: dict[Key, Benchmark]


Path = Annotated[str, Field(pattern=r"^[a-z0-9_][a-z0-9_.*-]*$")]
Operation = Literal["set", "add", "multiply", "shift", "override"]
LARGEST_AMOUNT = 1e12


class Change(Record):
    """One change of an assumption: an operation on a path, in all years, one year, or from a year on.

    A star in the path stands for any text between two dots; in ``to`` for the same text.
    """

    path: Path
    operation: Operation
    amount: Annotated[float, Field(ge=-LARGEST_AMOUNT, le=LARGEST_AMOUNT)]
    to: Path | None = None
    year: int | None = None
    from_year: int | None = None
    after_base_year: bool = False

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.year is not None) + (self.from_year is not None) + self.after_base_year > 1:
            raise several("give one of year, from_year and after_base_year")
        if (self.operation == "shift") != (self.to is not None):
            raise several("'to' names the share that a shift moves to, and goes with the operation shift only")
        if self.to is not None and (self.to == self.path or self.to.count("*") != self.path.count("*")):
            raise several("'to' must differ from the path and have as many stars as it")
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
