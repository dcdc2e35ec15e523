"""A most that a clause pays."""

from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.contracts.clause import DollarsPerYear, Modifier, Term
from finmodel.engine import line


class Cap(Modifier):
    """The payment is at most {amount}."""

    title: ClassVar = "Cap"

    kind: Literal["cap"]
    amount: Annotated[DollarsPerYear, Term("Cap", "The most that is paid in a full year.", escalates=True)]

    @line("Payment after the cap", unit="USD/year")
    @staticmethod
    def adjusted(payment, amount):
        """The payment, at most the cap."""
        return np.minimum(payment, amount)

    @line("Most the hospital can owe after the cap", unit="USD/year")
    @staticmethod
    def most(most, amount):
        """The cap, or what was the most before it where that is less."""
        return np.where(most < amount, most, amount)
