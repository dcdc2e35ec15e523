"""A first part of a payment that the group bears itself."""

from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.contracts.clause import DollarsPerYear, Modifier, Term
from finmodel.engine import line


class Deductible(Modifier):
    """The group bears the first {amount} itself."""

    title: ClassVar = "Deductible"

    kind: Literal["deductible"]
    amount: Annotated[DollarsPerYear, Term("Deductible", "What the group bears first in a full year.", escalates=True)]

    @line("Payment after the deductible", unit="USD/year")
    @staticmethod
    def adjusted(payment, amount):
        """Payment − what of it lies between zero and the deductible; a refund stays as it is."""
        return payment - np.clip(payment, 0.0, amount)

    @line("Most the hospital can owe after the deductible", unit="USD/year")
    @staticmethod
    def most(most, amount):
        """What was the most before − what of it lies between zero and the deductible; no limit stays no limit."""
        return most - np.clip(most, 0.0, amount)
