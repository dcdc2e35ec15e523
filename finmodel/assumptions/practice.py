"""What a practice file holds: volumes, payers, providers, expense, last year's accounts, and what the hospital gets."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from finmodel.assumptions.faults import nearest, several
from finmodel.assumptions.quantity import (
    SLACK,
    Growth,
    Key,
    Listed,
    Of,
    Quantity,
    Record,
    Share,
    SourceKey,
    Text,
    Trend,
    quantities,
)
from finmodel.assumptions.reference import Source

LONGEST_HORIZON = 15

Setting = Literal["inpatient", "emergency", "outpatient", "imaging_center"]
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


class Payer(Record):
    """A payer class. Exactly one basis of its rate: given, from base-year collections, or a multiple of Medicare."""

    label: Text
    collected_per_work_rvu: Annotated[Quantity, Of("USD/work RVU", 0.0, 10_000.0)] | None = None
    base_year_collections: Annotated[Quantity, Of("USD/year")] | None = None
    multiple_of_medicare: Annotated[Quantity, Of("factor", 0.0, 50.0)] | None = None
    collection_rate: Share | None = None
    is_sequestered: bool = False
    medicare_indexed_share: Share
    annual_trend: Trend

    @model_validator(mode="after")
    def _one_basis(self) -> Self:
        bases = [self.collected_per_work_rvu, self.base_year_collections, self.multiple_of_medicare]
        if sum(basis is not None for basis in bases) != 1:
            raise several("state the rate in exactly one way: collected_per_work_rvu, base_year_collections, or "
                           "multiple_of_medicare with collection_rate")
        if (self.multiple_of_medicare is None) != (self.collection_rate is None):
            raise several("multiple_of_medicare and collection_rate go together")
        return self


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


class Provider(Record):
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

    @model_validator(mode="after")
    def _one_benefit(self) -> Self:
        if (self.benefits_per_fte is None) == (self.benefits_rate is None):
            raise several("give benefits either as benefits_per_fte or as benefits_rate, a share of compensation")
        return self


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
    work_gpci_floor_benefit: Share


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


class Practice(Record):
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

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults = [*self._range_faults(), *self._facility_faults(), *self._roster_faults(), *self._mix_faults(),
                  *faults_of_sums(dict(quantities(self)), self.years[:LONGEST_HORIZON])]
        if faults:
            raise several(*faults)
        return self

    @property
    def years(self) -> tuple[int, ...]:
        """The calendar years of the projection."""
        return tuple(range(self.base_year, self.base_year + self.horizon_years))

    def _range_faults(self) -> Iterator[str]:
        if not 1 <= self.horizon_years <= LONGEST_HORIZON:
            yield f"horizon_years: {self.horizon_years} is outside 1 to {LONGEST_HORIZON}"
        if not self.base_year - 3 <= self.actuals.year <= self.base_year:
            yield f"actuals.year: {self.actuals.year} is not one of the three years before the base year, or the base year itself"
        if not 2015 <= self.base_year <= 2060:
            yield f"base_year: {self.base_year} is outside 2015 to 2060"
        if not 2015 <= self.work_rvu_schedule_year <= self.base_year:
            yield f"work_rvu_schedule_year: {self.work_rvu_schedule_year} must lie between 2015 and the base year"
        if not all(0.0 <= month <= 1.0 for month in self.ramp):
            yield "ramp: every month's productivity is a share between 0 and 1"
        for name in ("facilities", "volumes", "payers", "providers", "expenses", "service_schedule"):
            if not getattr(self, name):
                yield f"{name}: the table is empty; give at least one row"
        if self.volumes and not any(lines for settings in self.volumes.values() for lines in settings.values()):
            yield "volumes: no service line is given"

    def _facility_faults(self) -> Iterator[str]:
        named = [("volumes", name) for name in self.volumes]
        named += [("payer_mix_by_facility", name) for name in self.payer_mix_by_facility]
        for table in ("other_revenue", "hospital_payments", "service_schedule"):
            named += [(f"{table}.{key}.facility", row.facility) for key, row in getattr(self, table).items()]
        for where, name in named:
            if name not in self.facilities:
                yield f"{where}: '{name}' is not one of the facilities ({', '.join(self.facilities)})" + nearest(
                    name, self.facilities, lead="; ")

    def _roster_faults(self) -> Iterator[str]:
        for key, change in self.roster_changes.items():
            where = f"roster_changes.{key}"
            if change.category not in self.providers:
                yield (f"{where}.category: '{change.category}' is not one of the providers ({', '.join(self.providers)})"
                       + nearest(change.category, self.providers, lead="; "))
            if not self.base_year <= change.date.year <= 2100:
                yield f"{where}.date: {change.date} is before the base year, whose FTE already count it, or after 2100"
            if change.ramps and min(change.size.values) < 0:
                yield f"{where}.ramps: somebody who leaves has no ramp; write false"

    def _mix_faults(self) -> Iterator[str]:
        settings = {setting for by_setting in self.volumes.values() for setting in by_setting}
        for setting in sorted(settings - set(self.payer_mix)):
            yield f"payer_mix: the setting '{setting}' has volumes but no payer mix"
        mixes = [(f"payer_mix.{setting}", mix) for setting, mix in self.payer_mix.items()]
        mixes += [(f"payer_mix_by_facility.{facility}.{setting}", mix)
                  for facility, by_setting in self.payer_mix_by_facility.items() for setting, mix in by_setting.items()]
        mixes += [(f"payer_mix_shift.{setting}", mix) for setting, mix in self.payer_mix_shift.items()]
        for where, mix in mixes:
            for payer in mix:
                if payer not in self.payers:
                    yield (f"{where}.{payer}: '{payer}' is not one of the payers ({', '.join(self.payers)})"
                           + nearest(payer, self.payers, lead="; "))
        paid = {payer for _, mix in mixes for payer, share in mix.items() if max(share.values) > 0}
        for payer, record in self.payers.items():
            if record.base_year_collections is not None and payer not in paid:
                yield f"payers.{payer}: has collections, but no payer mix gives it a share of the work"


def faults_of_sums(by_path: Mapping[str, Quantity], years: Sequence[int]) -> Iterator[str]:
    """Shares that must sum to one, to nothing, or to at most one, and do not in some year; each sentence begins with its key."""
    mixes: dict[str, list[Quantity]] = {}
    for path, quantity in by_path.items():
        if path.startswith("payer_mix"):
            mixes.setdefault(path.rpartition(".")[0], []).append(quantity)
    for mix, shares in mixes.items():
        wanted = 0.0 if mix.startswith("payer_mix_shift") else 1.0
        totals = {year: sum(share.at(year) for share in shares) for year in years}
        wrong = [year for year, total in totals.items() if abs(total - wanted) > SLACK]
        if wrong:
            yield f"{mix}: the shares of {wrong[0]} sum to {totals[wrong[0]]:.6g}, not to {wanted:g}"
    for year in years:
        bought = by_path["shortfall.locums_share"].at(year) + by_path["shortfall.teleradiology_share"].at(year)
        if bought > 1.0 + SLACK:
            yield (f"shortfall: locums_share + teleradiology_share of {year} is {bought:g}; together they buy at most the whole "
                   "shortfall, 1")
            return
