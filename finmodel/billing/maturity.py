"""Months whose payments still arrive: what share has arrived, by a lag triangle, and what is to come, as an estimate."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LEAST_MONTHS = 6
MATURE = 0.995
# Of less, what has arrived tells nothing: divided by so small a share, one early payment would become many times itself.
LEAST_SHARE = 0.1


@dataclass(frozen=True)
class Maturity:
    """The share of its payments that has arrived of each month of service; empty where the export cannot tell."""

    arrived_share: Mapping[int, float]
    undated: int

    @property
    def immature(self) -> list[int]:
        """Months of which payments are estimated to be missing."""
        return [month for month, share in self.arrived_share.items() if share < MATURE]

    @property
    def untold(self) -> list[int]:
        """Months of which so little has arrived that other months have to tell what is to come."""
        return [month for month, share in self.arrived_share.items() if share < LEAST_SHARE]

    def expected_of(self, rows: Sequence[Mapping[str, Any]]) -> list[float]:
        """What each row of a payer and month will have been paid in the end: what has arrived ÷ the share that has arrived.

        A month that cannot tell is paid for its work RVUs what the same payer pays for those of the other months.
        """
        untold = set(self.untold)
        found = [row["paid"] / self._divisor(row["month"]) for row in rows]
        told: dict[str, list[float]] = {}
        for row, expected in zip(rows, found, strict=True):
            if row["month"] not in untold:
                amounts = told.setdefault(row["payer"], [0.0, 0.0])
                amounts[0] += expected
                amounts[1] += row["work_rvus"]
        rates = {payer: paid / work for payer, (paid, work) in told.items() if work > 0}
        return [max(expected, rates.get(row["payer"], 0.0) * row["work_rvus"]) if row["month"] in untold else expected
                for row, expected in zip(rows, found, strict=True)]

    def _divisor(self, month: int) -> float:
        share = self.arrived_share.get(month, 1.0)
        return share if LEAST_SHARE <= share < MATURE else 1.0


def maturity_of(payments: Sequence[Mapping[str, Any]], months_of_service: Iterable[int] = ()) -> Maturity:
    """Chain ladder over month of service and months until a payment arrived; a month without payments is one of nothing yet.

    The factor from one age to the next is what months of at least that age had at it ÷ what they had before.
    """
    dated = [one for one in payments if one["service_month"] is not None and one["paid_month"] is not None
             and one["paid_month"] >= one["service_month"]]
    undated = sum(one["paid"] for one in payments) - sum(one["paid"] for one in dated)
    months = sorted({one["service_month"] for one in dated})
    if len(months) < LEAST_MONTHS:
        return Maturity({}, undated)
    last = max(one["paid_month"] for one in dated)
    paid = {month: [0] * (last - month + 1) for month in range(months[0], last + 1)}
    for one in dated:
        paid[one["service_month"]][one["paid_month"] - one["service_month"]] += one["paid"]
    cumulative = {month: [sum(amounts[:age + 1]) for age in range(len(amounts))] for month, amounts in paid.items()}
    factors = []
    for age in range(max(len(amounts) for amounts in cumulative.values()) - 1):
        known = [amounts for amounts in cumulative.values() if len(amounts) > age + 1]
        before, after = (sum(amounts[one] for amounts in known) for one in (age, age + 1))
        factors.append(after / before if before > 0 else math.inf if after > 0 else 1.0)
    later = {month: 0.0 for month in months_of_service if month > last}
    return Maturity({month: _share(factors[len(amounts) - 1:]) for month, amounts in cumulative.items()} | later, undated)


def _share(factors: Sequence[float]) -> float:
    """The share that has arrived when payments still grow by these factors."""
    to_come = math.prod(factors)
    if not math.isfinite(to_come):
        return 0.0
    return min(1.0, 1.0 / to_come) if to_come > 0 else 1.0
