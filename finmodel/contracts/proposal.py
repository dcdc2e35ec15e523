"""A proposal: a named list of mechanisms with a start, a term, and what happens when it ends."""

import datetime
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from finmodel.assumptions import Quantity, Record
from finmodel.assumptions.practice import Month, Provenance
from finmodel.assumptions.quantity import Consistent, Key, Of, Text
from finmodel.assumptions.rules import EARLIEST_YEAR
from finmodel.contracts.clause import Clause, Dollars
from finmodel.contracts.escalators import AnyEscalator
from finmodel.contracts.mechanism import Mechanism
from finmodel.contracts.mechanisms import AnyMechanism
from finmodel.contracts.modifiers import AnyModifier

LONGEST_TERM = 15
MOST_MECHANISMS = 20
LATEST_START = 2074
# Numbers of a proposal that no mechanism may be called by.
RESERVED = {"total", "payments", "escalator", "adjustment", "advances", "full_year", "most_owed", "present_value"}


class Notice(Record):
    """How the contract can be ended early, and what that costs."""

    days: Annotated[Quantity, Of("day", 0.0, 730.0)]
    tail: Dollars


class Valuation(Record):
    """How payments of later years are brought to the start of the contract."""

    discount_rate: Annotated[Quantity, Of("share/year", 0.0, 0.5)]
    timing: Literal["start of year", "middle of year", "end of year"]


class Proposal(Consistent):
    """What the hospital is asked to agree to."""

    name: Text
    description: Text | None = None
    bare_numbers: Provenance | None = None
    covers: Literal["practice", "client hospital"]
    starts: datetime.date
    years: Annotated[int, Field(ge=1, le=LONGEST_TERM)]
    payment_frequency: Literal["monthly", "quarterly", "yearly"]
    true_up_month: Month
    replaces_existing_payments: bool
    notice: Notice
    valuation: Valuation
    escalator: AnyEscalator | None = None
    mechanisms: dict[Key, AnyMechanism]
    modifiers: dict[Key, AnyModifier] = {}

    @property
    def ends(self) -> datetime.date:
        """The first day after the term."""
        return self.starts.replace(year=self.starts.year + self.years)

    @property
    def contract_years(self) -> range:
        """The calendar years in which the contract is in force, if only for a part."""
        return range(self.starts.year, (self.ends - datetime.timedelta(days=1)).year + 1)

    @property
    def active_mechanisms(self) -> dict[str, Mechanism]:
        """The mechanisms that are switched on, by instance."""
        return {key: one for key, one in self.mechanisms.items() if one.active}

    def clauses(self) -> Iterator[tuple[str, Clause]]:
        """Every clause in force with its path in the file."""
        if self.escalator:
            yield "escalator", self.escalator
        for key, one in self.active_mechanisms.items():
            yield f"mechanisms.{key}", one
            if one.escalator:
                yield f"mechanisms.{key}.escalator", one.escalator
            yield from ((f"mechanisms.{key}.modifiers.{name}", modifier) for name, modifier in one.modifiers.items())
        yield from ((f"modifiers.{name}", modifier) for name, modifier in self.modifiers.items())

    def inconsistencies(self) -> Iterator[str]:
        """What does not fit together, each sentence beginning with its key."""
        if not self.mechanisms:
            yield "mechanisms: the table is empty; name at least one"
        if len(self.mechanisms) > MOST_MECHANISMS:
            yield f"mechanisms: {len(self.mechanisms)} are more than the {MOST_MECHANISMS} that one proposal may hold"
        if not EARLIEST_YEAR <= self.starts.year <= LATEST_START:
            yield f"starts: {self.starts} is outside {EARLIEST_YEAR} to {LATEST_START}"
        if (self.starts.month, self.starts.day) == (2, 29):
            yield "starts: 29 February has no anniversary; choose the day before or after"
        for key, mechanism in self.mechanisms.items():
            yield from _mechanism_faults(key, mechanism)
        settling = [key for key, one in self.active_mechanisms.items() if one.settles_collections]
        for name, modifier in self.modifiers.items():
            yield from (f"modifiers.{name}.{sentence}" for sentence in modifier.inconsistencies())
            if modifier.makes_up_for_collections and settling:
                yield (f"modifiers.{name}: '{settling[0]}' already makes up for collections that fall short; attach the modifier "
                       "to an item that does not depend on collections, or remove it")


def _mechanism_faults(key: str, mechanism: Mechanism) -> Iterator[str]:
    if "__" in key:
        yield f"mechanisms.{key}: two underscores in a row join names; use one"
    if key in RESERVED:
        yield f"mechanisms.{key}: a proposal has a number of this name itself; call the mechanism otherwise"
    yield from (f"mechanisms.{key}.{sentence}" for sentence in (*mechanism.inconsistencies(), *mechanism.unknown_evidence()))
    for name, modifier in mechanism.modifiers.items():
        yield from (f"mechanisms.{key}.modifiers.{name}.{sentence}" for sentence in modifier.inconsistencies())
