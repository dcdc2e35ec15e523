"""What quick start fills in where a practice has not answered: the record of assumptions/quick_start.toml."""

from typing import Annotated, Literal, Self

from pydantic import model_validator

from finmodel.assumptions.faults import several
from finmodel.assumptions.practice import (
    BenchmarkChoice,
    Collection,
    FullTime,
    Inflation,
    Medicare,
    Month,
    Provenance,
    Shortfall,
)
from finmodel.assumptions.quantity import SLACK, Growth, Key, Listed, Of, Quantity, Record, Setting, Share, Text, Trend


class ServiceLine(Record):
    """How large a service line is among the exams of a setting, and how much work an exam is."""

    share_of_exams: Share
    work_rvus_per_exam: Annotated[Quantity, Of("work RVU/exam", 0.01, 100.0)]
    annual_growth: Growth


class PayerDefault(Record):
    """How a payer's price compares with Medicare's, and how it moves."""

    label: Text
    price_over_medicare: Annotated[Quantity, Of("factor", 0.01, 50.0)]
    medicare_indexed_share: Share
    annual_trend: Trend


class ProviderDefault(Record):
    """A category of people: how much it reads compared with the others, and what it costs beside pay."""

    label: Text
    kind: Literal["radiologist", "app"]
    owner: bool
    work_rvus_per_fte: Annotated[Quantity, Of("work RVU/FTE/year", 1.0, 100_000.0)]
    compensation_trend: Trend
    benefits_rate: Share
    malpractice_per_fte: Annotated[Quantity, Of("USD/FTE/year")]


class EveryProvider(Record):
    """What is taken alike for every category, because quick start does not ask for it."""

    vacancy_share: Share
    education_per_fte: Annotated[Quantity, Of("USD/FTE/year")]


class AdvancedPractice(Record):
    """What nurse practitioners and physician assistants are paid where it is not known."""

    compensation_per_fte: Annotated[Quantity, Of("USD/FTE/year")]


class OutsideReadsDefault(Record):
    """A teleradiology contract of which only the yearly cost is known."""

    label: Text
    work_rvus_per_read: Annotated[Quantity, Of("work RVU/read", 0.01, 100.0)]
    annual_growth: Growth
    price_per_read: Annotated[Quantity, Of("USD/read", 0.01)]
    price_trend: Trend


class ExpenseDefault(Record):
    """An expense of which the yearly total is known."""

    label: Text
    group: Literal["provider_expense", "operating_expense"]
    annual_growth: Growth


class ServiceDefault(Record):
    """What a hospital gets that has volume in one of the settings."""

    settings: Listed[Setting]
    service: Text
    hours: Text
    hours_per_week: Annotated[Quantity, Of("hour/week", 0.0, 168.0)]
    mode: Literal["on-site", "remote"]
    turnaround: Text


class HospitalBilling(Record):
    """Where the hospital bills."""

    hospital_rate_ratio: Annotated[Quantity, Of("factor", 0.0, 10.0)]


class OtherRevenueDefault(Record):
    """How other professional revenue moves."""

    annual_growth: Growth


class Billing(Record):
    """What billing costs where it is not known."""

    share_of_collections: Share


class Defaults(Record):
    """Everything quick start needs besides the answers."""

    horizon_years: int
    hospital_fiscal_year_starts_in_month: Month
    cost_allocation: Literal["work_rvus", "exams", "coverage_hours"]
    ramp: Listed[float]
    bare_numbers: Provenance | None = None
    full_time: FullTime
    medicare: Medicare
    collection: Collection
    benchmark: BenchmarkChoice
    hospital_billing: HospitalBilling
    service_lines: dict[Setting, dict[Key, ServiceLine]]
    payer_mix: dict[Setting, dict[Key, Share]]
    payers: dict[Key, PayerDefault]
    other_revenue: OtherRevenueDefault
    providers: dict[Key, ProviderDefault]
    advanced_practice: AdvancedPractice
    provider_defaults: EveryProvider
    outside_reads: OutsideReadsDefault
    shortfall: Shortfall
    inflation: Inflation
    billing: Billing
    expenses: dict[Key, ExpenseDefault]
    services: dict[Key, ServiceDefault]

    @model_validator(mode="after")
    def _shares_sum_to_one(self) -> Self:
        sums = {f"service_lines.{setting}": [line.share_of_exams for line in lines.values()]
                for setting, lines in self.service_lines.items()}
        sums |= {f"payer_mix.{setting}": list(mix.values()) for setting, mix in self.payer_mix.items()}
        totals = {where: sum(share.values[0] for share in shares) for where, shares in sums.items()}
        wrong = [f"{where}: the shares sum to {total:.6g}, not to 1" for where, total in totals.items() if abs(total - 1) > SLACK]
        if wrong:
            raise several(*wrong)
        return self
