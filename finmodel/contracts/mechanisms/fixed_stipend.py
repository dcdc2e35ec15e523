"""A fixed amount a year."""

from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.contracts.clause import DollarsPerYear, Term
from finmodel.contracts.mechanism import Mechanism
from finmodel.engine import line


class FixedStipend(Mechanism):
    """The hospital pays [{amount}][not amount: the budgeted deficit], whatever is collected and whatever the work costs: the
    group keeps every gain and bears every loss against the budget.
    """

    title: ClassVar = "Fixed stipend"
    family: ClassVar = "aggregate"
    evidence: ClassVar = ("written_agreement", "purpose_statement", "independent_valuation")
    questions: ClassVar = ("Is the amount set in advance, and not a function of referrals?",)

    kind: Literal["fixed_stipend"]
    amount: Annotated[DollarsPerYear | None, Term("Stipend", "What the hospital pays in a full year.", escalates=True)] = None

    @line("Payment in a full year", unit="USD/year")
    @staticmethod
    def payment(amount_is_given, amount, budget__covered_deficit):
        """The stipend stated; where none is stated, the deficit that was budgeted at signing."""
        return np.where(amount_is_given, amount, budget__covered_deficit)

    @line("Most the hospital can owe in a full year", unit="USD/year")
    @staticmethod
    def most(payment):
        """The payment itself."""
        return payment
