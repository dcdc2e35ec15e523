"""A part of a payment that has to be earned by quality."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.assumptions import Quantity, Record
from finmodel.assumptions.quantity import Key, Of
from finmodel.contracts.clause import Modifier, Share, Term
from finmodel.engine import line, ratio


class Measure(Record):
    """How far a measure of quality is attained, and how much it weighs beside the others."""

    attained: Annotated[Share, Term("Attained", "How far the measure is met: 100 % is in full.")]
    weight: Annotated[Quantity | None, Of("factor", 0.0, 1_000.0), Term(
        "Weight", "How much the measure weighs beside the others; all alike where none is stated.")] = None


class QualityWithhold(Modifier):
    """{withheld} of the payment is withheld and earned {graded}[, with {needed} of them met in full]; measures: {measures}."""

    title: ClassVar = "Quality withhold"

    kind: Literal["quality_withhold"]
    withheld: Annotated[Share, Term("Withheld", "The part of the payment that is withheld until it is earned.")]
    graded: Annotated[Literal["measure by measure", "by threshold"], Term(
        "Earned", "In proportion to what is attained, or all of it when enough measures are met in full, and else nothing.")]
    needed: Annotated[Quantity | None, Of("count", 1.0, 100.0, integer=True), Term(
        "Measures needed", "How many measures must be met in full to earn what is withheld.")] = None
    measures: Annotated[dict[Key, Measure], Term("Measures", "How far each measure is attained, and its weight.")]

    def inconsistencies(self) -> Iterator[str]:
        """Measures that are missing or weigh nothing, and a threshold that is missing, not wanted or out of reach."""
        yield from super().inconsistencies()
        if not self.measures:
            yield "measures: the table is empty; name at least one measure"
        elif all(one.weight is not None and not any(one.weight.values) for one in self.measures.values()):
            yield "measures: no measure weighs anything; give at least one a weight above zero"
        if (self.needed is not None) != (self.graded == "by threshold"):
            yield 'needed: goes with graded = "by threshold"; give both, or neither'
        if self.needed is not None and self.measures and max(self.needed.values) > len(self.measures):
            yield f"needed: is more than the {len(self.measures)} measures there are; lower it, or name more measures"

    @line("Withheld", unit="USD/year")
    @staticmethod
    def withheld_amount(payment, withheld):
        """Payment × part withheld; nothing of a refund."""
        return np.maximum(payment, 0.0) * withheld

    @line("Weight of the measure", unit="factor", table="measures")
    @staticmethod
    def weight(measures_weight_is_given, measures_weight):
        """The weight stated, 1 where none is."""
        return np.where(measures_weight_is_given, measures_weight, 1.0)

    @line("Attained × weight", unit="factor", table="measures")
    @staticmethod
    def weighted(measures_attained, weight):
        """How far the measure is attained × its weight."""
        return measures_attained * weight

    @line("Met in full", unit="factor", table="measures")
    @staticmethod
    def met_in_full(measures_attained):
        """1 where the measure is attained in full."""
        return np.where(measures_attained >= 1.0, 1.0, 0.0)

    @line("Part earned", unit="share")
    @staticmethod
    def earned_share(weighted, weight, met_in_full, needed, graded_is_by_threshold):
        """Weighted mean of what is attained; by threshold all when as many measures as needed are met in full, else nothing."""
        mean = ratio(weighted.sum(axis=0, keepdims=True), weight.sum(axis=0, keepdims=True))
        reached = np.where(met_in_full.sum(axis=0, keepdims=True) >= needed, 1.0, 0.0)
        return np.where(graded_is_by_threshold, reached, mean)

    @line("Earned of what is withheld", unit="USD/year")
    @staticmethod
    def earned(withheld_amount, earned_share):
        """Withheld × part earned."""
        return withheld_amount * earned_share

    @line("Payment after the withhold", unit="USD/year")
    @staticmethod
    def adjusted(payment, withheld_amount, earned):
        """Payment − withheld + earned."""
        return payment - withheld_amount + earned
