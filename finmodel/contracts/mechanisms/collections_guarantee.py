"""A guarantee of collections: the hospital makes up what falls short of an amount."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.contracts.clause import DollarsPerYear, Term
from finmodel.contracts.collections import Guarantee
from finmodel.contracts.mechanism import Mechanism
from finmodel.engine import line


class CollectionsGuarantee(Guarantee, Mechanism):
    """The hospital guarantees collections of [{guarantee}][not guarantee: the budgeted cost] and pays what falls short[; this is
    for {cost_covered}].
    Professional collections [counts_other_revenue: and other professional revenue] count {collections_basis}[, when received
    within {run_out_days} of the end of the year][, after refunds to payers of {payer_refunds}]. [counts_opening_receivables: What
    is received for services before the start counts.] [not counts_closing_receivables: What is received after the end does not
    count.] What the hospital pays already and goes on paying is deducted. Payments are advanced on the budget and settled once a
    year; an excess of collections over the guarantee {excess}.
    """

    title: ClassVar = "Collections guarantee"
    family: ClassVar[Literal["aggregate", "piecemeal"]] = "aggregate"
    evidence: ClassVar = ("written_agreement", "purpose_statement", "independent_valuation", "collections_report",
                          "settlement_calendar")
    questions: ClassVar = ("Is the amount set in advance, from a budget that both sides have seen?",
                           "How are collections proved, by when, and who may look at the billing records?")

    kind: Literal["collections_guarantee"]
    guarantee: Annotated[DollarsPerYear | None, Term(
        "Guarantee", "The collections that the hospital guarantees in a full year.", escalates=True)] = None

    def inconsistencies(self) -> Iterator[str]:
        """A guarantee of nothing."""
        yield from super().inconsistencies()
        if self.guarantee is None and not self.cost_covered:
            yield "guarantee: is not stated and no cost is named that it covers; state the amount, or name lines in cost_covered"

    @line("Cost in scope", unit="USD/year")
    @staticmethod
    def cost_in_scope(cost_covered, covered_cost_share):
        """Cost that the guarantee is meant to cover × share of cost in scope."""
        return cost_covered * covered_cost_share

    @line("Guaranteed collections before exclusions", unit="USD/year")
    @staticmethod
    def guaranteed_in_all(guarantee_is_given, guarantee, budget__cost_in_scope):
        """The guarantee stated, else the budgeted cost in scope."""
        return np.where(guarantee_is_given, guarantee, budget__cost_in_scope)

    @line("Guaranteed collections", unit="USD/year")
    @staticmethod
    def guaranteed(guaranteed_in_all, excluded):
        """Guaranteed collections − what other items pay and the base excludes; not below zero."""
        return np.maximum(guaranteed_in_all - excluded, 0.0)

    @line("Most the hospital can owe in a full year", unit="USD/year")
    @staticmethod
    def most(guaranteed_in_all, existing_payments_beside):
        """Guaranteed collections − existing payments that stay, were nothing collected, excluded or credited; not below zero."""
        return np.maximum(guaranteed_in_all - existing_payments_beside, 0.0)
