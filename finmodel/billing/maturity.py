"""Months whose payments still arrive: what share has arrived, by a lag triangle, and what is to come, as an estimate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LEAST_MONTHS = 6
MATURE = 0.995


@dataclass(frozen=True)
class Maturity:
    """The share of its payments that has arrived of each month of service; empty where the export cannot tell."""

    arrived_share: Mapping[int, float]
    last_paid_month: int | None
    undated: int

    @property
    def immature(self) -> list[int]:
        """Months of which payments are estimated to be missing."""
        return [month for month, share in self.arrived_share.items() if share < MATURE]

    def expected(self, paid: float, month: int) -> float:
        """What a month will have been paid in the end: what has arrived ÷ the share that has arrived."""
        share = self.arrived_share.get(month, 1.0)
        return paid / share if share < MATURE else paid


def maturity_of(payments: Sequence[Mapping[str, Any]]) -> Maturity:
    """Chain ladder over month of service and months until a payment arrived.

    The factor from one age to the next is what months of at least that age had at it ÷ what they had before.
    """
    dated = [one for one in payments if one["service_month"] is not None and one["paid_month"] is not None
             and one["paid_month"] >= one["service_month"]]
    undated = sum(one["paid"] for one in payments) - sum(one["paid"] for one in dated)
    months = sorted({one["service_month"] for one in dated})
    if len(months) < LEAST_MONTHS:
        return Maturity({}, max((one["paid_month"] for one in dated), default=None), undated)
    last = max(one["paid_month"] for one in dated)
    paid = {month: [0] * (last - month + 1) for month in months}
    for one in dated:
        paid[one["service_month"]][one["paid_month"] - one["service_month"]] += one["paid"]
    cumulative = {month: [sum(amounts[:age + 1]) for age in range(len(amounts))] for month, amounts in paid.items()}
    factors = []
    for age in range(max(len(amounts) for amounts in cumulative.values()) - 1):
        known = [amounts for amounts in cumulative.values() if len(amounts) > age + 1]
        before = sum(amounts[age] for amounts in known)
        factors.append(sum(amounts[age + 1] for amounts in known) / before if before > 0 else 1.0)
    shares = {}
    for month, amounts in cumulative.items():
        to_come = 1.0
        for factor in factors[len(amounts) - 1:]:
            to_come *= factor
        shares[month] = min(1.0, 1.0 / to_come) if to_come > 0 else 1.0
    return Maturity(shares, last, undated)
