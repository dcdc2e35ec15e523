"""What every clause of a contract has: terms with unit and bounds, the clause in words, and lines that say what it pays.

A clause is a frozen record. Its numeric terms become arrays of shape ``(1, year, case)``, so they can be varied and solved for.
Its lines are written like every other line; their arguments are the clause's own terms and lines, names of the proposal
(``PROPOSAL_NAMES`` in ``wiring``), lines of the practice, and, with ``budget__`` before the name, what was agreed at signing.
"""

import functools
import inspect
import operator
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, get_args, get_origin

from pydantic import ConfigDict
from pydantic import Field as Limits

from finmodel.assumptions import Quantity, Record
from finmodel.assumptions.faults import bare
from finmodel.assumptions.fields import Field, fields_of
from finmodel.assumptions.quantity import Listed, Of
from finmodel.engine import Line


@dataclass(frozen=True)
class Term:
    """What a term is called, what it means in one sentence, and whether the escalator raises it from year to year.

    ``rising`` is what is raised of a term that is a table.
    """

    label: str
    sentence: str
    escalates: bool = False
    rising: str = ""


@dataclass(frozen=True)
class Rows:
    """Marks a list of row keys: which rows of a table of the practice the clause is about, of providers perhaps of one kind."""

    table: Literal["providers", "payers", "settings", "facilities", "segments", "outside_reads", "service_schedule"]
    kind: Literal["radiologist", "app"] | None = None


@dataclass(frozen=True)
class Lines:
    """Marks a list of lines in USD a year, or of the practice's selections by name, that are summed into one number."""


@dataclass(frozen=True)
class Schedule:
    """Marks the year of a fee schedule: work RVUs of a contract in dollars per work RVU count as that schedule counts them."""


LineNames = Annotated[Listed[str], Lines()]
DollarsPerYear = Annotated[Quantity, Of("USD/year")]
Dollars = Annotated[Quantity, Of("USD")]
Share = Annotated[Quantity, Of("share")]
ScheduleYear = Annotated[int, Limits(ge=2015, le=2060), Schedule()]


def together(one: Quantity, other: Quantity) -> list[tuple[float, float]]:
    """The values of two quantities in each year in which either changes."""
    dated = {date.year for date in (*(one.by_date or {}), *(other.by_date or {}))}
    years = {*(one.by_year or {}), *(other.by_year or {}), *dated} or {0}
    return [(one.at(year), other.at(year)) for year in sorted(years)]


class Clause(Record):
    """A part of a contract: its terms, and the lines that compute what it does."""

    model_config = ConfigDict(ignored_types=(Line,))

    # What somebody who reviews the contract should be able to see, and what to ask counsel; by name.
    evidence: ClassVar[tuple[str, ...]] = ()
    questions: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def lines(cls) -> dict[str, Line]:
        """The lines of the clause by their own names, in the order written."""
        return {name: value for base in reversed(cls.__mro__) for name, value in vars(base).items() if isinstance(value, Line)}

    @classmethod
    def terms(cls) -> dict[str, tuple[Field, Term]]:
        """The terms by name: how each is entered, and what it is called."""
        return {field.name: (field, term) for field in fields_of(cls) for term in _marks(cls, field.name, Term)}

    @classmethod
    def mark(cls, name: str, kind: type[Any]) -> Any:
        """The mark of a kind that a field carries, None without one."""
        return next(iter(_marks(cls, name, kind)), None)

    def selected(self, kind: type[Any]) -> tuple[str, ...]:
        """The names in all terms that carry a mark, such as the lines or the rows they select."""
        return tuple(name for field in type(self).model_fields if self.mark(field, kind) for name in getattr(self, field) or ())

    @classmethod
    def clause(cls) -> str:
        """The clause as a sentence with a place for each term: the docstring on one line."""
        return re.sub(r"\s+", " ", inspect.getdoc(cls) or "").strip()

    def inconsistencies(self) -> Iterator[str]:
        """What does not fit together in the terms, each sentence beginning with the term's name and a colon."""
        yield from ()


def _marks(record: type[Record], name: str, kind: type[Any]) -> list[Any]:
    return [mark for mark in record.model_fields[name].metadata if isinstance(mark, kind)]


@functools.cache
def rows_of(record: type[Record], name: str) -> type[Record] | None:
    """The record of each row of a term that is itself a table, None of any other term."""
    annotation = bare(record.model_fields[name].annotation)
    row = bare(get_args(annotation)[1]) if get_origin(annotation) is dict else None
    return row if isinstance(row, type) and issubclass(row, Record) and row is not Quantity else None


class Modifier(Clause):
    """A clause that adjusts what another pays: its line ``adjusted`` has ``payment`` among its arguments."""

    # Whether it pays for collections that fall short of the budget, so that a payment which does so already must not have it.
    makes_up_for_collections: ClassVar[bool] = False
    # Whether it can raise what is paid.
    can_raise: ClassVar[bool] = False


class Escalator(Clause):
    """A clause that raises terms at each anniversary: its line ``escalation`` is the rise over the year before."""

    # Whether the rise is that of a projected line, of which nothing is known before the base year.
    follows_projection: ClassVar[bool] = False


def by_kind(base: type[Clause]) -> dict[str, type[Any]]:
    """The clauses of a family by the kind that files name them by."""
    return {get_args(one.model_fields["kind"].annotation)[0]: one for one in base.__subclasses__()}


def any_of(kinds: Mapping[str, type[Any]]) -> Any:
    """The type of a field that holds one of several clauses, told apart by their kind."""
    return Annotated[functools.reduce(operator.or_, kinds.values()), Limits(discriminator="kind")]
