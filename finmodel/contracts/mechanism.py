"""What every mechanism has: what it pays for, how it is adjusted, and how its terms rise."""

from typing import ClassVar, Literal

from finmodel.assumptions.quantity import Key, Text
from finmodel.contracts.clause import Clause
from finmodel.contracts.escalators import AnyEscalator
from finmodel.contracts.modifiers import AnyModifier


class Mechanism(Clause):
    """A clause that says what the hospital pays in a full year: its line ``payment``, positive to the group."""

    # Lines of the practice that the payment is meant to pay for; an aggregate that already contains one must say what happens.
    pays_for: ClassVar[tuple[str, ...]] = ()
    # Name of the term whose lines are the mechanism's cost base, where it has one.
    cost_base: ClassVar[str | None] = None
    # Payments of a part of a year; a mechanism that pays on dates of its own is not cut to the months of the contract.
    is_prorated: ClassVar[bool] = True
    family: ClassVar[Literal["aggregate", "piecemeal"]]
    title: ClassVar[str]

    label: Text | None = None
    active: bool = True
    if_also_in_base: Literal["refuse", "credit", "exclude"] = "refuse"
    physician: Key | None = None
    escalator: AnyEscalator | None = None
    modifiers: dict[Key, AnyModifier] = {}

    def lines_paid_for(self) -> tuple[str, ...]:
        """The lines of the practice that this instance pays for."""
        return self.pays_for
