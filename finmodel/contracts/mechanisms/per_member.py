"""A payment per member of a population and month."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.assumptions import Quantity
from finmodel.assumptions.quantity import Key, Listed, Of
from finmodel.contracts.clause import LineNames, Rows, Term
from finmodel.contracts.mechanism import Mechanism
from finmodel.engine import line, ratio


class PerMember(Mechanism):
    """The hospital pays {rate} for {members}, whatever is read for them[; of what {billed_payers} pay, {billed_share} is for
    reads of these members and is deducted][; the payment is for {cost_covered}].
    """

    title: ClassVar = "Payment per member and month"
    family: ClassVar = "aggregate"
    evidence: ClassVar = ("written_agreement", "purpose_statement", "independent_valuation", "member_count",
                          "quality_measures")
    questions: ClassVar = ("Who counts the members, and as of which day of the month?",
                           "Are reads of these members billed to anybody else?")

    kind: Literal["per_member"]
    rate: Annotated[Quantity, Of("USD/member/month", 0.0, 10_000.0), Term(
        "Rate", "What the hospital pays for each member and month.", escalates=True)]
    members: Annotated[Quantity, Of("member", 0.0, 50_000_000.0), Term("Members", "Average members of the year.")]
    billed_payers: Annotated[Listed[Key], Rows("payers"), Term(
        "Payers also billed", "Payers who are billed for reads of these members beside this payment.")] = ()
    billed_share: Annotated[Quantity | None, Of("share"), Term(
        "Part of their collections", "Which part of what these payers pay is for reads of these members.")] = None
    cost_covered: Annotated[LineNames, Term("Pays for", "The cost lines of the practice that this payment is for.")]

    def lines_paid_for(self) -> tuple[str, ...]:
        """The cost lines that the payment is for."""
        return self.cost_covered

    @property
    def settles_collections(self) -> bool:
        """What the payers named pay for reads of these members is deducted."""
        return bool(self.billed_payers)

    def inconsistencies(self) -> Iterator[str]:
        """Payers without the part of their collections, or the part without payers."""
        yield from super().inconsistencies()
        if bool(self.billed_payers) != (self.billed_share is not None):
            yield "billed_share: goes with billed_payers; give both, or neither where no payer is billed for these members"

    @line("Paid for members", unit="USD/year")
    @staticmethod
    def paid_for_members(rate, members):
        """Rate × members × 12 months."""
        return rate * members * 12.0

    @line("Collections for reads of members, by payer", unit="USD/year", table="payers")
    @staticmethod
    def member_collections_by_payer(payer_collections, billed_payers, billed_share):
        """Collections of the payers that are billed beside this payment × part of them that is for these members."""
        return payer_collections * billed_payers * billed_share

    @line("Collections for reads of members in scope", unit="USD/year")
    @staticmethod
    def member_collections(member_collections_by_payer, covered_collections, collections):
        """Sum over payers × collections in scope ÷ all collections; none where nothing is collected."""
        in_scope = np.where(collections == 0.0, 0.0, ratio(covered_collections, collections))
        return member_collections_by_payer.sum(axis=0, keepdims=True) * in_scope

    @line("Payment in a full year", unit="USD/year")
    @staticmethod
    def payment(paid_for_members, member_collections):
        """Paid for members − collections for reads of members; not below zero."""
        return np.maximum(paid_for_members - member_collections, 0.0)
