"""A number and where it comes from."""

import calendar
import datetime
import math
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, PrivateAttr, ValidationInfo, model_validator
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from finmodel.assumptions.faults import several
from finmodel.engine import Array

Unit = Literal[
    "USD", "USD/year", "USD/FTE", "USD/FTE/year", "USD/work RVU", "USD/total RVU", "USD/exam", "USD/read", "USD/day", "USD/hour",
    "USD/site/year", "exam/year", "read/year", "work RVU/year", "work RVU/FTE/year", "work RVU/exam", "work RVU/read",
    "work RVU/day", "total RVU/work RVU", "FTE", "share", "share/year", "factor", "count", "day", "day/year", "month",
    "hour/week", "hour/month", "week/year", "shift/week", "shift/year", "hour/shift", "USD/shift",
    "USD/member/month", "member", "site",
]
Setting = Literal["inpatient", "emergency", "outpatient", "imaging_center"]
Status = Literal["sourced", "client", "judgment", "illustrative", "placeholder"]
Shape = Literal["normal", "lognormal", "triangular", "pert", "uniform", "discrete"]


def _year(text: str) -> int:
    if not re.fullmatch(r"(199\d|20\d\d|2100)", text):
        raise ValueError(text)
    return int(text)


def _date(text: str) -> datetime.date:
    _year(text[:4])
    return datetime.date.fromisoformat(text)


class Record(BaseModel):
    """A part of an assumptions file: frozen, strict, and without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Consistent(Record):
    """A record whose parts must fit together."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults = list(self.inconsistencies())
        if faults:
            raise several(*faults)
        return self

    def inconsistencies(self) -> Iterator[str]:
        """What does not fit together; a sentence may begin with its key and a colon."""
        yield from ()


class Quantity(Record):
    """One assumption: a value or a path of values, with unit, status, date and source."""

    value: float | None = None
    by_year: dict[int, float] | None = None
    by_date: dict[datetime.date, float] | None = None
    unit: Unit
    status: Status
    as_of: datetime.date | None = None
    source: str | None = None
    low: float | None = None
    high: float | None = None
    distribution: Shape | None = None
    note: str | None = None
    projected_from: int | None = None
    _limits: "Of | None" = PrivateAttr(default=None)

    @model_validator(mode="before")
    @classmethod
    def _typed_path_keys(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        data = dict(data)
        for key, read, wanted in (("by_year", _year, "years from 1990 to 2100, such as 2027"),
                                  ("by_date", _date, "dates from 1990 to 2100, such as 2027-01-01")):
            if isinstance(data.get(key), dict):
                try:
                    data[key] = {read(str(at)): value for at, value in data[key].items()}
                except ValueError:
                    raise PydanticCustomError("path_keys", f"the keys of {key} must be {wanted}") from None
        return data

    @model_validator(mode="after")
    def _complete(self) -> Self:
        given = [key for key in ("value", "by_year", "by_date") if getattr(self, key) is not None]
        if len(given) != 1 or not (self.value is not None or self.by_year or self.by_date):
            raise PydanticCustomError("one_value", "give exactly one of value, by_year and by_date, not empty")
        if self.status == "sourced" and not self.source:
            raise PydanticCustomError("no_source", "a sourced value needs a source, a key of sources.toml")
        if self.status != "client" and self.as_of is None:
            raise PydanticCustomError("no_date", "give the date of this value: as_of = YYYY-MM-DD")
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        if low > high:
            raise PydanticCustomError("range", "low is above high; exchange them")
        if not all(low <= value <= high for value in self.values):
            raise PydanticCustomError("range", "the value lies outside its own low and high")
        return self

    @property
    def values(self) -> tuple[float, ...]:
        """Every value given, in order."""
        if self.value is not None:
            return (self.value,)
        return tuple((self.by_year or self.by_date or {}).values())

    def at(self, year: int) -> float:
        """The value in a year: held forward, and the mean over the days of a year in which it changes by date."""
        if self.value is not None:
            return self.value
        if self.by_year is not None:
            begun = [start for start in self.by_year if start <= year]
            return self.by_year[max(begun, default=min(self.by_year))]
        days = 366 if calendar.isleap(year) else 365
        dates = sorted(self.by_date or {})
        values = {date: (self.by_date or {})[date] for date in dates}
        begin, end = datetime.date(year, 1, 1), datetime.date(year + 1, 1, 1)
        parts = []
        for date, following in zip(dates, [*dates[1:], datetime.date.max], strict=True):
            start = begin if date == dates[0] else max(date, begin)
            parts.append(values[date] * max((min(following, end) - start).days, 0) / days)
        return sum(parts[1:], parts[0])

    def status_in(self, year: int) -> Status:
        """The status in a year: what was read in a source is somebody's judgment from the year on in which it is projected."""
        return "judgment" if self.projected_from is not None and year >= self.projected_from else self.status

    def over(self, years: Sequence[int]) -> Array:
        """The values of the years, shape (year,)."""
        if self.value is not None:
            return np.full(len(years), self.value)
        return np.array([self.at(year) for year in years], dtype=float)

    @property
    def limits(self) -> "Of | None":
        """The unit and bounds of the place that the assumption has; None where it was read into none."""
        return self._limits

    def beyond_limits(self) -> str:
        """What is wrong with the values for the place the assumption has, in words; empty when nothing is."""
        try:
            if self._limits:
                self._limits.fit(self)
        except PydanticCustomError as error:
            return error.message()
        return ""

    def with_path(self, by_year: dict[int, float]) -> "Quantity":
        """The same assumption with another path of values; its range no longer applies."""
        return self.model_copy(update={"value": None, "by_date": None, "by_year": by_year, "low": None, "high": None})


LARGEST = 1e11
# Shares that are moved in floating point may miss 0 or 1 by this much.
SLACK = 1e-9


@dataclass(frozen=True)
class Of:
    """Annotates a quantity with its unit, any if None, and bounds; shares end at 1 unless said otherwise."""

    unit: Unit | None = None
    minimum: float = 0.0
    maximum: float | None = None
    integer: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read a bare number, then check unit and bounds."""
        read = core_schema.with_info_before_validator_function(self._read, handler(source))
        return core_schema.no_info_after_validator_function(self.fit, read)

    def _read(self, value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool):
            if not -sys.float_info.max <= value <= sys.float_info.max:
                raise PydanticCustomError("finite", "must be a finite number, not NaN or infinity")
            if self.unit is None:
                raise PydanticCustomError("no_unit", "needs a unit: { value = …, unit = \"USD/year\", status = \"client\" }")
            provenance = (info.context or {}).get("bare_numbers") or {"status": "client"}
            return {"value": float(value), "unit": self.unit, **provenance}
        if not isinstance(value, dict | Quantity):
            raise PydanticCustomError("not_a_number", "expected a number, or a table with value, unit and status; got {got}",
                                      {"got": repr(value)[:60]})
        return value

    def fit(self, quantity: Quantity) -> Quantity:
        """The quantity, which from now on knows its limits.

        Raises:
            PydanticCustomError: when unit or values do not fit.
        """
        if self.unit and quantity.unit != self.unit:
            raise PydanticCustomError("unit", "the unit here is {unit}, not {got}", {"unit": self.unit, "got": quantity.unit})
        for value in (*quantity.values, *(bound for bound in (quantity.low, quantity.high) if bound is not None)):
            self.check(value, quantity.unit)
        quantity._limits = self
        return quantity

    def greatest(self, unit: Unit) -> float:
        """The greatest value allowed."""
        return self.maximum if self.maximum is not None else 1.0 if unit == "share" else LARGEST

    def check(self, value: float, unit: Unit) -> None:
        """See that a value lies within the limits.

        Raises:
            PydanticCustomError: when it does not.
        """
        maximum = self.greatest(unit)
        shown = {"value": f"{value:g}", "least": f"{self.minimum:g}", "greatest": f"{maximum:g}",
                 "hint": "; shares run from 0 to 1, not in percent" if unit == "share" else ""}
        if not math.isfinite(value):
            raise PydanticCustomError("finite", "must be a finite number, not NaN or infinity")
        if value < self.minimum - SLACK:
            raise PydanticCustomError("minimum", "{value} is below the least possible value, {least}", shown)
        if value > maximum + SLACK:
            raise PydanticCustomError("maximum", "{value} is above the greatest possible value, {greatest}{hint}", shown)
        if self.integer and value != int(value):
            raise PydanticCustomError("integer", "{value} is not a whole number", shown)


Share = Annotated[Quantity, Of("share")]
Growth = Annotated[Quantity, Of("share/year", -0.9, 2.0)]
Trend = Growth
Text = Annotated[str, Field(min_length=1, max_length=400, pattern=r"^[^\x00-\x1f\x7f]*$")]
T = TypeVar("T")
Listed = Annotated[tuple[T, ...], Field(strict=False)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
SourceKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]


def quantities(value: Any, path: str = "") -> list[tuple[str, Quantity]]:
    """Every quantity in a record, with its path."""
    if isinstance(value, Quantity):
        return [(path, value)]
    if isinstance(value, BaseModel):
        members = [(name, getattr(value, name)) for name in type(value).model_fields]
    elif isinstance(value, dict):
        members = list(value.items())
    else:
        return []
    return [found for name, member in members for found in quantities(member, f"{path}.{name}" if path else str(name))]
