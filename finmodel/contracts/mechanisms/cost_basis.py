"""Cost-basis support: allowable cost less collections, advanced on a budget and settled on what happened."""

from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.assumptions import Quantity
from finmodel.assumptions.quantity import Of
from finmodel.contracts.clause import LineNames, Share, Term
from finmodel.contracts.collections import CountedCollections
from finmodel.contracts.mechanism import Mechanism
from finmodel.engine import line


class CostBasis(CountedCollections, Mechanism):
    """The hospital pays the allowable cost of the service ({allowable_cost}) plus a margin of {margin}, less professional
    collections [counts_other_revenue: and other professional revenue]; it advances the budgeted amount and settles the difference
    once a year. [Cost more than {cost_cap_over_budget} over the budget is the group's own.] Collections count
    {collections_basis}[, when received within {run_out_days} of the end of the year][, after refunds to payers of
    {payer_refunds}]. [counts_opening_receivables: What is received for services before the start counts.] [not
    counts_closing_receivables: What is received after the end does not count.] What the hospital pays already and
    goes on paying is deducted. Where collections exceed cost, the group {refunds}.
    """

    title: ClassVar = "Cost-basis support with yearly true-up"
    family: ClassVar[Literal["aggregate", "piecemeal"]] = "aggregate"
    cost_base: ClassVar = "allowable_cost"
    excludes_from: ClassVar[Literal["payment", "cost"]] = "cost"
    evidence: ClassVar = ("written_agreement", "purpose_statement", "independent_valuation", "cost_report", "settlement_calendar")
    questions: ClassVar = ("Is allowable cost defined before the year begins, with agreed pay rather than what owners draw?",
                           "How do the parties reconcile, by when, and with which evidence?")

    kind: Literal["cost_basis"]
    allowable_cost: Annotated[LineNames, Term("Allowable cost", "The cost lines that the hospital supports.")]
    margin: Annotated[Share, Term("Margin", "Added to allowable cost as a share of it; shown as its own line.")]
    cost_cap_over_budget: Annotated[Quantity | None, Of("share", 0.0, 1.0), Term(
        "Cost cap", "How far allowable cost may exceed the budget before the group bears it.")] = None
    refunds: Annotated[Literal["keeps the excess", "keeps what was advanced", "refunds the excess"], Term(
        "If more is collected than needed", "The group keeps what it collects beyond its cost, keeps also what was advanced on "
        "the budget, or pays every excess to the hospital.")] = "keeps the excess"

    @line("Allowable cost in scope", unit="USD/year")
    @staticmethod
    def cost_in_scope(allowable_cost, covered_cost_share, excluded):
        """Allowable cost × share of cost in scope − what other items pay and the base excludes; not below zero."""
        return np.maximum(allowable_cost * covered_cost_share - excluded, 0.0)

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

    @line("Need", unit="USD/year")
    @staticmethod
    def need(allowed_cost, margin_amount, collections_deducted, existing_payments_beside, credited):
        """Allowed cost + margin − collections deducted − existing payments that stay − credits of other items."""
        return allowed_cost + margin_amount - collections_deducted - existing_payments_beside - credited

    @line("Least payment in a full year", unit="USD/year")
    @staticmethod
    def least(budget__need, refunds_is_keeps_what_was_advanced):
        """Nothing; where the group keeps what was advanced, the need as budgeted."""
        return np.maximum(budget__need, 0.0) * refunds_is_keeps_what_was_advanced

    @line("Payment in a full year", unit="USD/year")
    @staticmethod
    def payment(need, least, refunds_is_refunds_the_excess):
        """The need, at least the least payment; below zero where the group refunds every excess."""
        return np.where(refunds_is_refunds_the_excess, need, np.maximum(need, least))

    @line("Most the hospital can owe in a full year", unit="USD/year")
    @staticmethod
    def most(cost_cap, margin, existing_payments_beside, cost_cap_over_budget_is_given, not_available):
        """Cost cap + margin on it − existing payments that stay, were nothing collected or credited; no limit without a cap."""
        limit = np.maximum(cost_cap * (1.0 + margin) - existing_payments_beside, 0.0)
        return np.where(cost_cap_over_budget_is_given, limit, not_available)
