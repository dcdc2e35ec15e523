"""Cost-basis support: allowable cost less collections, advanced on a budget and settled on what happened."""

from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.assumptions import Quantity
from finmodel.assumptions.quantity import Of
from finmodel.contracts.clause import LineNames, Share, Term
from finmodel.contracts.mechanism import Mechanism
from finmodel.engine import line


class CostBasis(Mechanism):
    """The hospital pays the allowable cost of the service ({allowable_cost}) plus a margin of {margin}, less professional
    collections [counts_other_revenue: and other professional revenue]; it advances the budgeted amount and settles the difference
    once a year. [Cost more than {cost_cap_over_budget} over the budget is the group's own.] Where collections exceed cost, the
    group {refunds}.
    """

    title: ClassVar = "Cost-basis support with yearly true-up"
    family: ClassVar = "aggregate"
    cost_base: ClassVar = "allowable_cost"
    evidence: ClassVar = ("written_agreement", "purpose_statement", "independent_valuation", "cost_report", "settlement_calendar")
    questions: ClassVar = ("Is allowable cost defined before the year begins, with agreed pay rather than what owners draw?",
                           "How do the parties reconcile, by when, and with which evidence?")

    kind: Literal["cost_basis"]
    allowable_cost: Annotated[LineNames, Term("Allowable cost", "The cost lines that the hospital supports.")]
    margin: Annotated[Share, Term("Margin", "Added to allowable cost as a share of it; shown as its own line.")]
    cost_cap_over_budget: Annotated[Quantity | None, Of("share", 0.0, 1.0), Term(
        "Cost cap", "How far allowable cost may exceed the budget before the group bears it.")] = None
    counts_other_revenue: Annotated[bool, Term(
        "Counts other professional revenue", "Whether other professional revenue is deducted beside collections.")] = True
    refunds: Annotated[Literal["keeps the excess", "refunds the excess"], Term(
        "If collections exceed cost", "Whether the group pays the excess to the hospital.")] = "keeps the excess"

    @line("Allowable cost in scope", unit="USD/year")
    @staticmethod
    def cost_in_scope(allowable_cost, covered_cost_share, excluded):
        """Allowable cost × share of cost in scope − what other items of the proposal pay and the base excludes."""
        return allowable_cost * covered_cost_share - excluded

    @line("Cost cap", unit="USD/year")
    @staticmethod
    def cost_cap(budget__cost_in_scope, cost_cap_over_budget):
        """Budgeted allowable cost × (1 + share by which it may be exceeded)."""
        return budget__cost_in_scope * (1.0 + cost_cap_over_budget)

    @line("Allowed cost after the cap", unit="USD/year")
    @staticmethod
    def allowed_cost(cost_in_scope, cost_cap, cost_cap_over_budget_is_given):
        """Allowable cost, at most the cost cap where there is one."""
        return np.where(cost_cap_over_budget_is_given, np.minimum(cost_in_scope, cost_cap), cost_in_scope)

    @line("Margin", unit="USD/year")
    @staticmethod
    def margin_amount(allowed_cost, margin):
        """Allowed cost × margin."""
        return allowed_cost * margin

    @line("Collections deducted", unit="USD/year")
    @staticmethod
    def collections_deducted(covered_collections, covered_other_revenue, counts_other_revenue):
        """Collections in scope, and other professional revenue where the contract counts it."""
        return covered_collections + covered_other_revenue * counts_other_revenue

    @line("Need", unit="USD/year")
    @staticmethod
    def need(allowed_cost, margin_amount, collections_deducted, credited):
        """Allowed cost + margin − collections deducted − what other items of the proposal pay and count as a credit."""
        return allowed_cost + margin_amount - collections_deducted - credited

    @line("Payment in a full year", unit="USD/year")
    @staticmethod
    def payment(need, refunds_is_refunds_the_excess):
        """The need; not below zero unless the group refunds an excess."""
        return np.where(refunds_is_refunds_the_excess, need, np.maximum(need, 0.0))

    @line("Most the hospital can owe in a full year", unit="USD/year")
    @staticmethod
    def most(cost_cap, margin, cost_cap_over_budget_is_given, not_available):
        """Cost cap + margin on it, were nothing collected; without a cost cap there is no limit."""
        return np.where(cost_cap_over_budget_is_given, cost_cap * (1.0 + margin), not_available)
