"""What is uncertain and how much: drivers with distributions, yearly paths and correlations."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from finmodel.assumptions.quantity import Consistent, Key, Listed, Record, SourceKey, Text
from finmodel.assumptions.reference import Path

Spread = Annotated[float, Field(ge=0.0)]
Probability = Annotated[float, Field(ge=0.0, le=1.0)]


class Normal(Record):
    """A bell curve around a mean."""

    shape: Literal["normal"]
    mean: float
    spread: Spread


class LogNormal(Record):
    """The logarithm is normal: never below zero, skewed to the right; ``spread`` is that of the logarithm."""

    shape: Literal["lognormal"]
    median: Annotated[float, Field(gt=0.0)]
    spread: Spread


class Uniform(Record):
    """Every value between two ends alike."""

    shape: Literal["uniform"]
    low: float
    high: float

    def inconsistencies(self) -> Iterator[str]:
        """What does not fit together."""
        if self.low > self.high:
            yield "low is above high; exchange them"


class Triangular(Uniform):
    """From low to high, with a likeliest value in between."""

    shape: Literal["triangular"]  # type: ignore[assignment]
    likeliest: float

    def inconsistencies(self) -> Iterator[str]:
        """What does not fit together."""
        yield from super().inconsistencies()
        if not self.low <= self.likeliest <= self.high:
            yield "the likeliest value lies outside low and high"


class Pert(Triangular):
    """As triangular, but smooth and closer to the likeliest value."""

    shape: Literal["pert"]  # type: ignore[assignment]


class Discrete(Record):
    """One of several values, each with its probability."""

    shape: Literal["discrete"]
    values: Annotated[Listed[float], Field(min_length=1)]
    probabilities: Listed[Probability]

    def inconsistencies(self) -> Iterator[str]:
        """What does not fit together."""
        if len(self.values) != len(self.probabilities):
            yield "give as many probabilities as values"
        elif not abs(sum(self.probabilities) - 1.0) <= 1e-9:
            yield f"the probabilities sum to {sum(self.probabilities):.6g}, not to 1"


class Empirical(Record):
    """As often as observed: values on straight lines between the sorted observations."""

    shape: Literal["empirical"]
    observations: Annotated[Listed[float], Field(min_length=2, max_length=100_000)]


Distribution = Annotated[Normal | LogNormal | Uniform | Triangular | Pert | Discrete | Empirical, Field(discriminator="shape")]


class TippingPoint(Record):
    """A line of the model above which a driver moves more, such as turnover above a workload."""

    line: Key
    above: float
    multiplies_by: Annotated[float, Field(ge=0.0, le=100.0)]


class Driver(Record):
    """Something uncertain: which assumptions it moves, how, and how its draws of the years hang together.

    *fixed* is one draw for all years; a *random walk* adds a new draw each year to all before; *mean-reverting* does so, but
    loses the share ``reversion`` of what it has gathered every year. The base year is known and never drawn.
    """

    label: Text
    moves: Annotated[Listed[Path], Field(min_length=1)]
    operation: Literal["add", "multiply", "set", "shift"]
    to: Path | None = None
    path: Literal["fixed", "random walk", "mean-reverting"]
    reversion: Probability = 0.0
    distribution: Distribution
    tipping_point: TippingPoint | None = None
    status: Literal["sourced", "client", "judgment", "illustrative"]
    as_of: datetime.date
    source: SourceKey | None = None
    reason: Text

    def inconsistencies(self) -> Iterator[str]:
        """What does not fit together, each sentence beginning with its key."""
        if self.status == "sourced" and not self.source:
            yield "source: a sourced driver needs a source, a key of sources.toml"
        if hasattr(self.distribution, "inconsistencies"):
            yield from (f"distribution: {sentence}" for sentence in self.distribution.inconsistencies())
        if (self.operation == "shift") != (self.to is not None):
            yield "to: names the share that a shift moves to, and goes with the operation shift only"
        elif self.to is not None and (len(self.moves) != 1 or self.to.count("*") != self.moves[0].count("*")):
            yield "to: a shift moves one path, and both have as many stars"
        if self.reversion and self.path != "mean-reverting":
            yield "reversion: only a mean-reverting path has one"


class Uncertainty(Consistent):
    """Drivers by name, and the correlations of pairs of them."""

    drivers: dict[Key, Driver]
    correlations: dict[Key, Mapping[Key, Annotated[float, Field(ge=-1.0, le=1.0)]]] = {}

    def inconsistencies(self) -> Iterator[str]:
        """What does not fit together, each sentence beginning with its key."""
        for key, driver in self.drivers.items():
            yield from (f"drivers.{key}.{sentence}" for sentence in driver.inconsistencies())
        for first, others in self.correlations.items():
            for second in others:
                unknown = [name for name in (first, second) if name not in self.drivers]
                if unknown:
                    yield f"correlations.{first}.{second}: '{unknown[0]}' is not one of the drivers ({', '.join(self.drivers)})"
                elif first == second:
                    yield f"correlations.{first}.{second}: a driver always moves with itself; remove the line"
                elif second in self.correlations and first in self.correlations[second]:
                    yield f"correlations.{first}.{second}: this pair is given twice; keep one of the two"
