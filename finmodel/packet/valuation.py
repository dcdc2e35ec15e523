"""What a valuator begins with: the support that required coverage at market cost indicates, whatever the group's own cost is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from finmodel.engine import Array
from finmodel.model import Result

COMPENSATION = "compensation_per_fte"


@dataclass(frozen=True)
class Indication:
    """The support that one statement of market pay indicates in a year; all in US dollars a year but for FTE and pay.

    ``required_fte`` is at the productivity of the same percentile where the benchmark states it, else at the one chosen.
    """

    table: str
    percentile: float
    productivity: float
    required_fte: float
    pay_per_fte: float
    pay: float
    benefits: float
    other_cost: float
    revenue: float
    support: float


def indications(result: Result, year: int) -> tuple[Indication, ...]:
    """One for every point that a loaded table of pay per FTE states, in the order of the tables."""
    return tuple(_indications(result, year))


def _indications(result: Result, year: int) -> Iterator[Indication]:
    at, assumptions = result.years.index(year), result.assumptions[0]

    def value(line: str) -> float:
        return result.series(line)[at]

    chosen = assumptions.practice.benchmark
    productivity = dict(assumptions.benchmarks[chosen.productivity].points)
    own, trend, revenue = _own_benefits(result, at), value("reference_pay_index"), value("total_revenue")
    chosen_rate = float(_input(result, "benchmark_work_rvus_per_fte", at)[0])
    other_cost = value("other_provider_expense") + value("outside_read_expense") + value("total_operating_expense")
    for table in assumptions.benchmarks.values():
        for percentile, stated in table.points if table.statistic == COMPENSATION else ():
            work_per_fte = productivity.get(percentile, chosen_rate)
            fte = value("required_fte") * chosen_rate / work_per_fte
            pay = fte * stated * trend
            benefits = fte * own.per_fte + pay * own.share_of_pay + own.of_apps
            yield Indication(table.label, percentile, work_per_fte, fte, stated * trend, pay, benefits, other_cost, revenue,
                             pay + benefits + other_cost - revenue)


class _OwnBenefits(NamedTuple):
    """Benefits, insurance and dues: a radiologist's in dollars per FTE and as a share of pay, and those of the APPs."""

    per_fte: float
    share_of_pay: float
    of_apps: float


def _own_benefits(result: Result, at: int) -> _OwnBenefits:
    def by_category(line: str) -> Array:
        return result[line][:, at, 0]

    is_radiologist = _input(result, "provider_is_radiologist", at) > 0.0
    pay, fte = by_category("compensation_by_category"), by_category("staffed_fte")
    whole = by_category("benefits_by_category") + by_category("malpractice_by_category") + by_category("education_by_category")
    with_pay = pay * _input(result, "provider_benefits_rate", at)
    radiologists = [float(values[is_radiologist].sum()) for values in (whole - with_pay, fte, with_pay, pay)]
    return _OwnBenefits(radiologists[0] / (radiologists[1] or 1.0), radiologists[2] / (radiologists[3] or 1.0),
                        float(whole[~is_radiologist].sum()))


def _input(result: Result, name: str, at: int) -> Array:
    """An input by row in a year."""
    values = result.placed.inputs[name].array
    return values[:, min(at, values.shape[1] - 1), 0]


@dataclass(frozen=True)
class Tie:
    """A figure of the model's base year beside the same in last year's accounts."""

    label: str
    unit: str
    accounts: float
    model: float

    @property
    def difference(self) -> float:
        """Model − accounts."""
        return self.model - self.accounts


def ties(result: Result) -> tuple[Tie, ...]:
    """Revenue, work and cost of the base year beside the accounts of the year that is on file."""
    last = result.assumptions[0].practice.actuals

    def first(line: str) -> float:
        return result.series(line)[0]

    return (
        Tie("Revenue without hospital payments", "USD/year", last.revenue.values[0], first("total_revenue")),
        Tie("Work RVUs, in the schedule of the accounts", "work RVU/year", last.work_rvus.values[0],
            first("work_rvus_in_last_years_schedule")),
        Tie("Revenue per work RVU", "USD/work RVU", first("actual_revenue_per_work_rvu"), first("revenue_per_work_rvu")),
        Tie("Pay of physicians and APPs", "USD/year", last.compensation_paid.values[0], first("compensation_allowed")),
        Tie("Other provider expense: benefits, bought coverage and the like", "USD/year", last.other_provider_expense.values[0],
            first("total_provider_expense") - first("compensation_allowed")),
        Tie("Operating expense", "USD/year", last.operating_expense.values[0], first("total_operating_expense")),
        Tie("Deficit before any hospital payment", "USD/year", first("actual_deficit"), first("support_deficit")),
    )
