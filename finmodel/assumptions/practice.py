"""What a practice file holds: volumes, payers, providers, expense, last year's accounts, and what the hospital gets."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, Self, get_args

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
)
from finmodel.assumptions.reference import Source
from finmodel.assumptions.salvage import FAULTY

LONGEST_HORIZON = 15
EARLIEST_YEAR = 2015
LATEST_BASE_YEAR = 2060

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
    def _consistent(self) -> Self:
        for sentence in self.inconsistencies():
            raise several(sentence)
        return self

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
    def _consistent(self) -> Self:
        for sentence in self.inconsistencies():
            raise several(sentence)
        return self

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
        faults = list(self.inconsistencies())
        if faults:
            raise several(*faults)
        return self

    def inconsistencies(self) -> Iterator[str]:
        """What does not fit together, each sentence beginning with its key; parts that are FAULTY themselves fit everywhere."""
        yield from self._range_faults()
        for table in ("payers", "providers"):
            for key, row in getattr(self, table).items():
                yield from (f"{table}.{key}: {sentence}" for sentence in row.inconsistencies())
        yield from self._facility_faults()
        yield from self._roster_faults()
        yield from self._payer_faults()
        yield from self._sum_faults()

    @property
    def years(self) -> tuple[int, ...]:
        """The calendar years of the projection."""
        return tuple(range(self.base_year, self.base_year + self.horizon_years))

    @property
    def _possible_base_year(self) -> int:
        possible: int = self.base_year if EARLIEST_YEAR <= self.base_year <= LATEST_BASE_YEAR else FAULTY
        return possible

    def _range_faults(self) -> Iterator[str]:
        base_year = self._possible_base_year
        if not 1 <= self.horizon_years <= LONGEST_HORIZON:
            yield f"horizon_years: {self.horizon_years} is outside 1 to {LONGEST_HORIZON}"
        if not base_year - 3 <= self.actuals.year <= base_year:
            yield f"actuals.year: {self.actuals.year} is not one of the three years before the base year, or the base year itself"
        if base_year is FAULTY and self.base_year is not FAULTY:
            yield f"base_year: {self.base_year} is outside {EARLIEST_YEAR} to {LATEST_BASE_YEAR}"
        if not EARLIEST_YEAR <= self.work_rvu_schedule_year <= base_year:
            yield f"work_rvu_schedule_year: {self.work_rvu_schedule_year} must lie between {EARLIEST_YEAR} and the base year"
        if not all(0.0 <= month <= 1.0 for month in self.ramp):
            yield "ramp: every month's productivity is a share between 0 and 1"
        for name in ("facilities", "volumes", "payers", "providers", "expenses", "service_schedule"):
            if not getattr(self, name):
                yield f"{name}: the table is empty; give at least one row"
        settings = list(self.volumes.values())
        if settings and not any(one is FAULTY or any(one.values()) for one in settings):
            yield "volumes: no service line is given"

    def _facility_faults(self) -> Iterator[str]:
        named = [(f"{table}.{name}", name) for table in ("volumes", "payer_mix_by_facility") for name in getattr(self, table)]
        for table in ("other_revenue", "hospital_payments", "service_schedule"):
            named += [(f"{table}.{key}.facility", row.facility) for key, row in getattr(self, table).items()]
        yield from _unknown_names(named, self.facilities, "facilities")

    def _roster_faults(self) -> Iterator[str]:
        categories = [(f"roster_changes.{key}.category", change.category) for key, change in self.roster_changes.items()]
        yield from _unknown_names(categories, self.providers, "providers")
        for key, change in self.roster_changes.items():
            if not self._possible_base_year <= change.date.year <= 2100:
                yield (f"roster_changes.{key}.date: {change.date} is before the base year, whose FTE already count it, or after "
                       "2100")
            if change.ramps is True and not all(size >= 0 for size in change.size.values):
                yield f"roster_changes.{key}.ramps: somebody who leaves has no ramp; write false"

    def _mixes(self) -> Iterator[tuple[str, Mapping[str, Quantity]]]:
        for table in ("payer_mix", "payer_mix_shift"):
            yield from ((f"{table}.{setting}", mix) for setting, mix in getattr(self, table).items())
        for facility, by_setting in self.payer_mix_by_facility.items():
            yield from ((f"payer_mix_by_facility.{facility}.{setting}", mix) for setting, mix in by_setting.items())

    def _payer_faults(self) -> Iterator[str]:
        if FAULTY not in self.payer_mix:
            used = {setting for by_setting in self.volumes.values() for setting in by_setting}
            unpaid = [setting for setting in get_args(Setting) if setting in used and setting not in self.payer_mix]
            if unpaid:
                yield f"payer_mix: no mix is given for {', '.join(unpaid)}, which volumes have"
        mixes = list(self._mixes())
        unknown = list(_unknown_names([(f"{where}.{payer}", payer) for where, mix in mixes for payer in mix],
                                      self.payers, "payers"))
        yield from unknown
        tables: list[Mapping[Any, object]] = [self.payer_mix, self.payer_mix_by_facility, *(mix for _, mix in mixes)]
        if unknown or any(FAULTY in table for table in tables):
            return
        paid = {payer for _, mix in mixes for payer, share in mix.items() if max(share.values, default=1.0) > 0}
        for payer, record in self.payers.items():
            if record.base_year_collections not in (None, FAULTY) and payer not in paid:
                yield f"payers.{payer}: has collections, but no payer mix gives it a share of the work"

    def _sum_faults(self) -> Iterator[str]:
        shares: dict[str, Quantity] = {f"{where}.{payer}": share for where, mix in self._mixes() for payer, share in mix.items()}
        for name in ("locums_share", "teleradiology_share"):
            shares[f"shortfall.{name}"] = getattr(self.shortfall, name)
        years: Sequence[int] = (EARLIEST_YEAR,)
        base_year_is_possible = self._possible_base_year is not FAULTY
        if not base_year_is_possible:
            shares |= {path: FAULTY for path, share in shares.items() if share.value is None}
        elif self.horizon_years is FAULTY:
            years = (self.base_year,)
        else:
            years = range(self.base_year, self.base_year + max(1, min(self.horizon_years, LONGEST_HORIZON)))
        yield from faults_of_sums(shares, years)


def _unknown_names(named: Sequence[tuple[str, str]], table: Mapping[str, Record], what: str) -> Iterator[str]:
    """Names that a table does not have, once each however often it is named; not where a key of the table is FAULTY."""
    places: dict[str, list[str]] = {}
    for where, name in named:
        if table and name is not FAULTY and FAULTY not in table and name not in table:
            places.setdefault(name, []).append(where)
    for name, (first, *others) in places.items():
        yield (f"{first}: '{name}' is not one of the {what} ({', '.join(table)})" + nearest(name, table, lead="; ")
               + (f"; the same at {', '.join(others)}" if others else ""))


def faults_of_sums(by_path: Mapping[str, Quantity], years: Sequence[int]) -> Iterator[str]:
    """Shares that must sum to one, to nothing, or to at most one, and do not in some year; each sentence begins with its key."""
    mixes: dict[str, list[Quantity]] = {}
    for path, quantity in by_path.items():
        if path.startswith("payer_mix"):
            mixes.setdefault(path.rpartition(".")[0], []).append(quantity)
    for mix, shares in mixes.items():
        wanted = 0.0 if mix.startswith("payer_mix_shift") else 1.0
        totals = {year: sum(share.at(year) for share in shares) for year in years}
        wrong = [year for year, total in totals.items() if not abs(total - wanted) <= SLACK]
        if wrong:
            yield f"{mix}: the shares{_of_year(shares, wrong[0])} sum to {totals[wrong[0]]:.6g}, not to {wanted:g}"
    ways = [by_path["shortfall.locums_share"], by_path["shortfall.teleradiology_share"]]
    for year in years:
        bought = sum(share.at(year) for share in ways)
        if not bought <= 1.0 + SLACK:
            yield (f"shortfall: locums_share + teleradiology_share{_of_year(ways, year)} is {bought:g}; together they buy at "
                   "most the whole shortfall, 1")
            return


def _of_year(shares: Sequence[Quantity], year: int) -> str:
    return "" if all(share.value is not None for share in shares) else f" of {year}"
