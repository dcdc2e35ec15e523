"""What a valuator begins with: the support that required coverage at market cost indicates, whatever the group's own cost is."""

from collections.abc import Iterator
from dataclasses import dataclass

from finmodel.model import Result

COMPENSATION = "compensation_per_fte"


@dataclass(frozen=True)
class Indication:
    """The support that one statement of market pay indicates in a year; all in US dollars a year but for FTE and pay."""

    table: str
    percentile: float
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
    at = result.years.index(year)

    def value(line: str) -> float:
        return result.series(line)[at]

    fte, trend = value("required_fte"), value("reference_pay_index")
    benefits_share = value("benefits_and_insurance") / (value("compensation_allowed") or 1.0)
    other_cost = value("other_provider_expense") + value("outside_read_expense") + value("total_operating_expense")
    revenue = value("total_revenue")
    for table in result.assumptions[0].benchmarks.values():
        for percentile, stated in table.points if table.statistic == COMPENSATION else ():
            pay = fte * stated * trend
            benefits = pay * benefits_share
            yield Indication(table.label, percentile, fte, stated * trend, pay, benefits, other_cost, revenue,
                             pay + benefits + other_cost - revenue)


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
        Tie("Operating expense", "USD/year", last.operating_expense.values[0], first("total_operating_expense")),
    )
