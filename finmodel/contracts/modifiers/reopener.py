"""A change of volume or payer mix that reopens the contract."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.assumptions import Quantity
from finmodel.assumptions.quantity import Key, Listed, Of
from finmodel.contracts.clause import Modifier, Rows, Term
from finmodel.engine import YEAR, line, ratio


class Reopener(Modifier):
    """Either party may reopen the terms when {watched} leaves the budget by more than {threshold}[; the payers watched are
    {payers}]. Until both agree on something else, the payment stays as it is.
    """

    title: ClassVar = "Reopener"

    kind: Literal["reopener"]
    watched: Annotated[Literal["volume", "payer mix"], Term(
        "What is watched", "The volume of work, or the part of it that is for the payers named.")]
    threshold: Annotated[Quantity, Of("share"), Term(
        "Threshold", "Volume: deviation as a share of the budget. Payer mix: deviation in points of all work.")]
    payers: Annotated[Listed[Key], Rows("payers"), Term(
        "Payers watched", "The payers whose part of the work is watched.")] = ()

    def inconsistencies(self) -> Iterator[str]:
        """A payer mix without payers, and payers without a payer mix."""
        yield from super().inconsistencies()
        if bool(self.payers) != (self.watched == "payer mix"):
            yield 'payers: goes with watched = "payer mix"; name at least one payer there, and none for volume'

    @line("Volume in one unit over all years", unit="work RVU/year")
    @staticmethod
    def volume(covered_work_rvus, file_work_rvu_level, work_rvu_level):
        """Work RVUs in scope × level of the schedule of the practice file ÷ level of the year's own schedule."""
        return covered_work_rvus * (file_work_rvu_level / work_rvu_level)

    @line("Work RVUs of the payers watched", unit="work RVU/year", table="payers")
    @staticmethod
    def watched_work_rvus(payer_work_rvus, payers):
        """Work RVUs of the payer if it is watched, else zero."""
        return payer_work_rvus * payers

    @line("Part of the work for the payers watched", unit="share")
    @staticmethod
    def watched_share(watched_work_rvus, payer_work_rvus):
        """Work RVUs of the payers watched ÷ all work RVUs; none without work."""
        work = payer_work_rvus.sum(axis=0, keepdims=True)
        return np.where(work == 0.0, 0.0, ratio(watched_work_rvus.sum(axis=0, keepdims=True), work))

    @line("Deviation from the budget", unit="share")
    @staticmethod
    def deviation(watched_is_volume, volume, budget__volume, watched_share, budget__watched_share):
        """Volume: |volume ÷ budgeted volume − 1|. Payer mix: |part of the work − the same in the budget|."""
        of_volume = np.abs(ratio(volume, budget__volume) - 1.0)
        return np.where(watched_is_volume, of_volume, np.abs(watched_share - budget__watched_share))

    @line("Threshold crossed so far", unit="factor")
    @staticmethod
    def crossed(deviation, threshold, contract_in_force):
        """1 from the first year of the contract in which the deviation exceeds the threshold, else 0."""
        beyond = np.where((deviation > threshold) & (contract_in_force == 1.0), 1.0, 0.0)
        return np.maximum.accumulate(beyond, axis=YEAR)

    @line("Payment, whether reopened or not", unit="USD/year")
    @staticmethod
    def adjusted(payment):
        """The payment as it was."""
        return payment * 1.0
