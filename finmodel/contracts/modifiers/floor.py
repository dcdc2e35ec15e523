"""A least that a clause pays."""

from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.contracts.clause import DollarsPerYear, Modifier, Term
from finmodel.engine import line


class Floor(Modifier):
    """The payment is at least {amount}."""

    title: ClassVar = "Floor"
    can_raise: ClassVar = True

    kind: Literal["floor"]
    amount: Annotated[DollarsPerYear, Term("Floor", "The least that is paid in a full year.", escalates=True)]

    @line("Payment after the floor", unit="USD/year")
    @staticmethod
    def adjusted(payment, amount):
        """The payment, at least the floor."""
        return np.maximum(payment, amount)

    @line("Most the hospital can owe after the floor", unit="USD/year")
    @staticmethod
    def most(most, amount):
        """What was the most before, at least the floor; no limit stays no limit."""
        return np.maximum(most, amount)
