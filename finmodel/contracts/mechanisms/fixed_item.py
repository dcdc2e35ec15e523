"""Any other fixed item, with a label of its own and the cost it pays for."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from finmodel.contracts.clause import DollarsPerYear, LineNames, Term
from finmodel.contracts.mechanism import Mechanism
from finmodel.engine import line


class FixedItem(Mechanism):
    """The hospital pays {amount} for {lines_paid}."""

    title: ClassVar = "Other fixed item"
    family: ClassVar = "piecemeal"
    evidence: ClassVar = ("written_agreement", "purpose_statement", "independent_valuation")
    questions: ClassVar = ("What does the hospital get for the item, and is it paid for nowhere else?",)

    kind: Literal["fixed_item"]
    amount: Annotated[DollarsPerYear, Term("Amount", "What the hospital pays in a full year.", escalates=True)]
    lines_paid: Annotated[LineNames, Term("Pays for", "The cost lines of the practice that the item pays for.")]

    def lines_paid_for(self) -> tuple[str, ...]:
        """The lines that the item names."""
        return self.lines_paid

    def inconsistencies(self) -> Iterator[str]:
        """An item without a name or without anything that it pays for."""
        if self.label is None:
            yield "label: is missing; say what the item is"
        if not self.lines_paid:
            yield "lines_paid: names no line; name what the item pays for"

    @line("Payment in a full year", unit="USD/year")
    @staticmethod
    def payment(amount):
        """The amount agreed."""
        return amount

    @line("Most the hospital can owe in a full year", unit="USD/year")
    @staticmethod
    def most(amount):
        """The amount itself."""
        return amount
