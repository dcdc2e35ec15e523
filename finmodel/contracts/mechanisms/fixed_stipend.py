"""A fixed amount a year."""

from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.contracts.clause import DollarsPerYear, LineNames, Term
from finmodel.contracts.mechanism import Mechanism
from finmodel.engine import line


class FixedStipend(Mechanism):
    """The hospital pays [{amount}][not amount: the budgeted deficit, less what it pays already and goes on paying,] [for
    {cost_covered}], whatever is collected and whatever it costs: the group keeps every gain and bears every loss against the
    budget.
    """

    title: ClassVar = "Fixed stipend"
    family: ClassVar = "aggregate"
    cost_base: ClassVar = "cost_covered"
    evidence: ClassVar = ("written_agreement", "purpose_statement", "independent_valuation")
    questions: ClassVar = ("Is the amount set in advance, and not a function of referrals?",)

    kind: Literal["fixed_stipend"]
    amount: Annotated[DollarsPerYear | None, Term("Stipend", "What the hospital pays in a full year.", escalates=True)] = None
    cost_covered: Annotated[LineNames, Term(
        "Cost it is meant to cover", "The cost lines for which nothing else should be paid beside the stipend.")
    ] = ("total_expense",)

    @line("Stipend before what other items pay", unit="USD/year")
    @staticmethod
    def stipend(amount_is_given, amount, budget__covered_deficit, budget__existing_payments_beside):
        """The stipend stated, else the budgeted deficit − existing payments that stay; not below zero."""
        budgeted = budget__covered_deficit - budget__existing_payments_beside
        return np.maximum(np.where(amount_is_given, amount, budgeted), 0.0)

    @line("Payment in a full year", unit="USD/year")
    @staticmethod
    def payment(stipend, credited, excluded):
        """Stipend − what other items pay against it; not below zero."""
        return np.maximum(stipend - credited - excluded, 0.0)

    @line("Most the hospital can owe in a full year", unit="USD/year")
    @staticmethod
    def most(stipend):
        """The stipend, were nothing paid against it."""
        return stipend
