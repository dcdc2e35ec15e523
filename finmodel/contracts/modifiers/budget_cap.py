"""A most that follows the budget: so much more than was budgeted, and nothing beyond."""

from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.assumptions import Quantity
from finmodel.assumptions.quantity import Of
from finmodel.contracts.clause import Modifier, Term
from finmodel.engine import line


class BudgetCap(Modifier):
    """The payment is at most {over_budget} more than budgeted."""

    title: ClassVar = "Cap over the budget"

    kind: Literal["budget_cap"]
    over_budget: Annotated[Quantity, Of("share", 0.0, 2.0), Term(
        "Over the budget", "How much more than budgeted is paid at most, as a share of the budget.")]

    @line("Cap", unit="USD/year")
    @staticmethod
    def limit(budget__payment, over_budget):
        """Budgeted payment of a full year, nothing where that is a refund, × (1 + share over the budget)."""
        return np.maximum(budget__payment, 0.0) * (1.0 + over_budget)

    @line("Payment after the cap", unit="USD/year")
    @staticmethod
    def adjusted(payment, limit):
        """The payment, at most the cap."""
        return np.minimum(payment, limit)

    @line("Most the hospital can owe after the cap", unit="USD/year")
    @staticmethod
    def most(most, limit):
        """The cap, or what was the most before it where that is less."""
        return np.where(most < limit, most, limit)
