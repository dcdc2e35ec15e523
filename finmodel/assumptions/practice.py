"""What a practice file holds: volumes, payers, providers, expense, last year's accounts, and what the hospital gets."""

import datetime
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from finmodel.assumptions import rules
from finmodel.assumptions.quantity import (
    Consistent,
    Growth,
    Key,
    Listed,
    Of,
    Quantity,
    Record,
    Setting,
    Share,
    SourceKey,
    Text,
    Trend,
)
from finmodel.assumptions.reference import Source

Month = Annotated[int, Field(ge=1, le=12)]


class Provenance(Record):
    """What the bare numbers of a file are, when they are not the client's own."""

    status: Literal["client", "judgment", "illustrative", "placeholder"]
    as_of: datetime.date
    note: Text | None = None


class Facility(Record):
    """A place whose images the practice reads."""

    label: Text
    in_scope: bool
    hospital_bills: Annotated[Quantity, Of("share")]
    hospital_rate_ratio: Annotated[Quantity, Of("factor", 0.0, 10.0)]


class Segment(Record):
    """One service line in one setting of one facility."""

    base_exams: Annotated[Quantity, Of("exam/year")]
    base_work_rvus_per_exam: Annotated[Quantity, Of("work RVU/exam", 0.0, 100.0)]
    annual_growth: Growth


class Payer(Consistent):
    """A payer class. Exactly one basis of its rate: given, from base-year collections, or a multiple of Medicare."""

    label: Text
    collected_per_work_rvu: Annotated[Quantity, Of("USD/work RVU", 0.0, 10_000.0)] | None = None
    base_year_collections: Annotated[Quantity, Of("USD/year")] | None = None
    multiple_of_medicare: Annotated[Quantity, Of("factor", 0.0, 50.0)] | None = None
    collection_rate: Share | None = None
    is_sequestered: bool = False
    medicare_indexed_share: Share
    annual_trend: Trend

    def inconsistencies(self) -> Iterator[str]:
        """What does not fit together in the statement of the rate."""
        bases = [self.collected_per_work_rvu, self.base_year_collections, self.multiple_of_medicare]
        if sum(basis is not None for basis in bases) != 1:
            yield ("state the rate in exactly one way: collected_per_work_rvu, base_year_collections, or "
                   "multiple_of_medicare with collection_rate")
        elif (self.multiple_of_medicare is None) != (self.collection_rate is None):
            yield "multiple_of_medicare and collection_rate go together"


class OtherRevenue(Record):
    """Professional revenue that no payer mix explains, such as flat-fee reads for outside clinics."""

    label: Text
    facility: Key
    base_amount: Annotated[Quantity, Of("USD/year")]
    annual_growth: Growth


class HospitalPayment(Record):
    """What a hospital pays the practice today."""

    label: Text
    facility: Key
    amount: Annotated[Quantity, Of("USD/year")]


class Provider(Consistent):
    """A category of people on the payroll."""

    label: Text
    kind: Literal["radiologist", "app"]
    owner: bool
    fte: Annotated[Quantity, Of("FTE", 0.0, 10_000.0)]
    vacancy_share: Share
    work_rvus_per_fte: Annotated[Quantity, Of("work RVU/FTE/year", 0.0, 100_000.0)]
    compensation_per_fte: Annotated[Quantity, Of("USD/FTE/year", 0.0, 1e7)]
    compensation_trend: Trend
    benefits_per_fte: Annotated[Quantity, Of("USD/FTE/year", 0.0, 1e7)] | None = None
    benefits_rate: Share | None = None
    malpractice_per_fte: Annotated[Quantity, Of("USD/FTE/year", 0.0, 1e7)]
    education_per_fte: Annotated[Quantity, Of("USD/FTE/year", 0.0, 1e7)]

    def inconsistencies(self) -> Iterator[str]:
        """What does not fit together in the statement of benefits."""
        if (self.benefits_per_fte is None) == (self.benefits_rate is None):
            yield "give benefits either as benefits_per_fte or as benefits_rate, a share of compensation"


class RosterChange(Record):
    """Somebody who joins (positive size) or leaves (negative size) on a date."""

    label: Text
    category: Key
    date: datetime.date
    size: Annotated[Quantity, Of("FTE", -1000.0, 1000.0)]
    ramps: bool


class OutsideReads(Record):
    """A teleradiology contract paid by the read."""

    label: Text
    base_reads: Annotated[Quantity, Of("read/year")]
    work_rvus_per_read: Annotated[Quantity, Of("work RVU/read", 0.0, 100.0)]
    annual_growth: Growth
    price_per_read: Annotated[Quantity, Of("USD/read", 0.0, 10_000.0)]
    price_trend: Trend


class Shortfall(Record):
    """How reading that the staff cannot cover is bought."""

    locums_share: Share
    teleradiology_share: Share
    locums_work_rvus_per_day: Annotated[Quantity, Of("work RVU/day", 0.01, 1000.0)]
    locums_price_per_day: Annotated[Quantity, Of("USD/day", 0.0, 100_000.0)]
    extra_teleradiology_price_per_work_rvu: Annotated[Quantity, Of("USD/work RVU", 0.0, 10_000.0)]
    locums_trend: Trend


class Inflation(Record):
    """Yearly trends of provider cost other than pay."""

    benefits_trend: Trend
    malpractice_trend: Trend
    education_trend: Trend


class Expense(Record):
    """An expense line that is rate × driver; without driver it is rate × quantity, or the rate itself."""

    label: Text
    group: Literal["provider_expense", "operating_expense"]
    rate: Annotated[Quantity, Of()]
    driver: Key | None = None
    quantity: Annotated[Quantity, Of("count", 0.0, 1e6)] | None = None
    annual_growth: Growth


class Service(Record):
    """A row of the service schedule: what the hospital gets, where, when and how fast."""

    facility: Key
    service: Text
    hours: Text
    hours_per_week: Annotated[Quantity, Of("hour/week", 0.0, 168.0)]
    mode: Literal["on-site", "remote"]
    turnaround: Text


class Actuals(Record):
    """Last year's profit and loss as the accounts show it."""

    year: int
    revenue: Annotated[Quantity, Of("USD/year")]
    work_rvus: Annotated[Quantity, Of("work RVU/year", 1.0)]
    compensation_paid: Annotated[Quantity, Of("USD/year")]
    other_provider_expense: Annotated[Quantity, Of("USD/year")]
    operating_expense: Annotated[Quantity, Of("USD/year")]


class Medicare(Record):
    """How Medicare's payment reaches this practice."""

    qualifying_apm_participant: bool
    geographic_index: Annotated[Quantity, Of("factor", 0.1, 3.0)]
    work_gpci_floor_benefit: Annotated[Quantity, Of("share", 0.0, 0.5)]


class Collection(Record):
    """How fast the group's own billing turns into cash."""

    days_in_receivables: Annotated[Quantity, Of("day", 0.0, 365.0)]


class FullTime(Record):
    """What one full-time radiologist works in a year."""

    rule: Text
    weeks_off: Annotated[Quantity, Of("week/year", 0.0, 51.0)]
    shifts_per_week: Annotated[Quantity, Of("shift/week", 0.5, 7.0)]
    hours_per_shift: Annotated[Quantity, Of("hour/shift", 1.0, 24.0)]


class BenchmarkChoice(Record):
    """Which tables the practice is compared with, and at which percentile."""

    productivity: Key
    compensation: Key
    percentile: Annotated[Quantity, Of("count", 1.0, 99.0)]
    compensation_trend: Trend


class Practice(Consistent):
    """A whole practice: everything the model needs but Medicare's rules and the benchmark tables."""

    name: Text
    description: Text | None = None
    base_year: int
    horizon_years: int
    work_rvu_schedule_year: int
    hospital_fiscal_year_starts_in_month: Month
    cost_allocation: Literal["work_rvus", "exams", "coverage_hours"]
    bare_numbers: Provenance | None = None
    full_time: FullTime
    medicare: Medicare
    collection: Collection
    benchmark: BenchmarkChoice
    facilities: dict[Key, Facility]
    volumes: dict[Key, dict[Setting, dict[Key, Segment]]]
    payers: dict[Key, Payer]
    payer_mix: dict[Setting, dict[Key, Share]]
    payer_mix_by_facility: dict[Key, dict[Setting, dict[Key, Share]]] = {}
    payer_mix_shift: dict[Setting, dict[Key, Annotated[Quantity, Of("share/year", -1.0, 1.0)]]] = {}
    other_revenue: dict[Key, OtherRevenue] = {}
    hospital_payments: dict[Key, HospitalPayment] = {}
    providers: dict[Key, Provider]
    ramp: Listed[float]
    roster_changes: dict[Key, RosterChange] = {}
    outside_reads: dict[Key, OutsideReads] = {}
    shortfall: Shortfall
    inflation: Inflation
    expenses: dict[Key, Expense]
    selections: dict[Key, Listed[str]] = {}
    service_schedule: dict[Key, Service]
    actuals: Actuals
    sources: dict[SourceKey, Source] = {}

    def inconsistencies(self) -> Iterator[str]:
        """What does not fit together, each sentence beginning with its key; parts that are FAULTY themselves fit everywhere."""
        return rules.inconsistencies(self)

    @property
    def years(self) -> tuple[int, ...]:
        """The calendar years of the projection."""
        return tuple(range(self.base_year, self.base_year + self.horizon_years))
