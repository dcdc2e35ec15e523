"""What every mechanism has: what it pays for, how it is adjusted, and how its terms rise."""

import datetime
from collections.abc import Iterator
from typing import ClassVar, Literal

from finmodel.assumptions.faults import nearest
from finmodel.assumptions.quantity import Key, Text
from finmodel.assumptions.reference import Statistic
from finmodel.contracts.clause import Clause
from finmodel.contracts.escalators import AnyEscalator
from finmodel.contracts.modifiers import AnyModifier

EvidenceStatus = Literal["missing", "attached", "not applicable"]


class Mechanism(Clause):
    """A clause that says what the hospital pays in a full year: its line ``payment``, positive to the group."""

    # Lines of the practice that the payment is meant to pay for; an aggregate that already contains one must say what happens.
    pays_for: ClassVar[tuple[str, ...]] = ()
    # Name of the term whose lines are the mechanism's cost base, where it has one.
    cost_base: ClassVar[str | None] = None
    # What an item that is excluded from the base lowers: the payment dollar for dollar, or the cost that counts.
    excludes_from: ClassVar[Literal["payment", "cost"]] = "payment"
    # Name of the line that says what the providers cost whom the mechanism names, where it names any.
    people_cost: ClassVar[str | None] = None
    # Payments of a part of a year; a mechanism that pays on dates of its own is not cut to the months of the contract. What it
    # still pays once the contract is over is its line ``after_term``, where it has one.
    is_prorated: ClassVar[bool] = True
    # What benchmark tables state of such a payment, and the term or line that is held against it where the payment is not.
    statistic: ClassVar[Statistic | None] = None
    compared: ClassVar[str | None] = None
    # The specialties whose tables it may be held against.
    specialties: ClassVar[tuple[str, ...]] = ("radiology",)
    family: ClassVar[Literal["aggregate", "piecemeal"]]
    title: ClassVar[str]

    label: Text | None = None
    active: bool = True
    if_also_in_base: Literal["refuse", "credit", "exclude"] = "refuse"
    physician: Key | None = None
    escalator: AnyEscalator | None = None
    modifiers: dict[Key, AnyModifier] = {}
    purpose: Text | None = None
    benchmark: Key | None = None
    evidence_status: dict[Key, EvidenceStatus] = {}

    @property
    def settles_collections(self) -> bool:
        """Whether a shortfall of collections is already made up by the payment."""
        return False

    @property
    def returns_excess(self) -> bool:
        """Whether an excess of one year comes back to the hospital in another."""
        return False

    def inconsistencies(self) -> Iterator[str]:
        """A shortfall of collections that would be made up twice."""
        for name, modifier in self.modifiers.items() if self.settles_collections else ():
            if modifier.makes_up_for_collections:
                yield (f"modifiers.{name}: the payment already makes up for collections that fall short; remove the modifier, or "
                       "attach it to a payment that does not depend on collections")

    def lines_paid_for(self) -> tuple[str, ...]:
        """The lines of the practice that this instance pays for."""
        return self.pays_for

    def facilities_paid_gross(self) -> tuple[str, ...]:
        """The facilities whose reads are paid for without deducting what is collected on them."""
        return ()

    def outside_term(self, starts: datetime.date, ends: datetime.date) -> Iterator[str]:  # noqa: ARG002
        """A sentence for each date that lies outside the contract's term, from its start to the first day after it."""
        yield from ()

    def unknown_evidence(self) -> Iterator[str]:
        """A sentence for each document that has a status but is none that this mechanism asks for."""
        for name in self.evidence_status:
            if name not in self.evidence:
                yield (f"evidence_status.{name}: is no document that this mechanism asks for; "
                       f"{nearest(name, self.evidence) or 'known here: ' + (', '.join(self.evidence) or 'none')}")
