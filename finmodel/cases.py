"""Practice and scenarios become input arrays: values are placed, nothing of the model is computed here."""

import dataclasses
import datetime
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np

from finmodel.assumptions import (
    BadInput,
    Benchmark,
    Change,
    Fault,
    Medicare,
    Practice,
    Quantity,
    Record,
    Scenario,
    load_benchmarks,
    load_medicare,
)
from finmodel.assumptions.faults import holds_quantity, nearest
from finmodel.assumptions.fields import fields_of
from finmodel.assumptions.practice import (
    Actuals,
    Facility,
    HospitalPayment,
    OtherRevenue,
    OutsideReads,
    Payer,
    Provider,
    RosterChange,
    Service,
    Setting,
    faults_of_sums,
)
from finmodel.assumptions.quantity import quantities
from finmodel.assumptions.words import capitalized, in_words
from finmodel.engine import Array, Index, Table

SETTINGS: tuple[str, ...] = get_args(Setting)


@dataclass(frozen=True)
class Changed:
    """An assumption that is no longer what the practice file says: by whom, and what it was."""

    origins: tuple[str, ...]
    was: Quantity


@dataclass(frozen=True)
class Assumptions(Mapping[str, Quantity]):
    """A practice with Medicare's rules and benchmark tables; a mapping from path to quantity."""

    practice: Practice
    medicare: Medicare
    benchmarks: Mapping[str, Benchmark]
    by_path: Mapping[str, Quantity]
    changed: Mapping[str, Changed] = dataclasses.field(default_factory=dict)
    overrides: tuple[tuple[str, Change], ...] = ()

    def __getitem__(self, path: str) -> Quantity:
        return self.by_path[path]

    def __iter__(self) -> Any:
        return iter(self.by_path)

    def __len__(self) -> int:
        return len(self.by_path)


def assume(practice: Practice, medicare: Medicare | None = None,
           benchmarks: Mapping[str, Benchmark] | None = None) -> Assumptions:
    """The assumptions of a practice; Medicare's rules and benchmarks are the shipped ones unless given."""
    medicare = medicare or load_medicare()
    benchmarks = benchmarks or load_benchmarks()
    rules = {f"medicare_rules.{name}": quantity for name, quantity in quantities(medicare)}
    return Assumptions(practice, medicare, benchmarks, {**dict(quantities(practice)), **rules})


def changed(assumptions: Assumptions, changes: Iterable[Change], origin: str) -> Assumptions:
    """The assumptions after changes, in order; ``origin`` names the scenario or whoever made them.

    Raises:
        BadInput: with every change that names no assumption, applies in no year, or leads to an impossible value.
    """
    by_path, touched = dict(assumptions.by_path), dict(assumptions.changed)
    overrides = list(assumptions.overrides)
    faults, now = [], set()
    for change in changes:
        wrong = list(_unfit(change, assumptions, origin))
        faults += wrong
        if wrong:
            continue
        if change.operation == "override":
            overrides.append((origin, change))
            continue
        for path, amount in _steps(change, by_path):
            before = touched.get(path, Changed((), assumptions.by_path[path]))
            touched[path] = Changed(tuple(dict.fromkeys((*before.origins, origin))), before.was)
            by_path[path] = _moved(by_path[path], change, amount, assumptions.practice)
            now.add(path)
    faults += _impossible(by_path, now, assumptions.practice, origin)
    if faults:
        raise BadInput(faults)
    return dataclasses.replace(assumptions, by_path=by_path, changed=touched, overrides=tuple(overrides))


def _unfit(change: Change, assumptions: Assumptions, origin: str) -> Iterator[Fault]:
    """Why a change cannot be made: unknown paths, years that are not projected, shares of unlike things."""
    practice = assumptions.practice
    if not any(change.applies(year, practice.base_year) for year in practice.years):
        yield Fault(origin, change.path, "the change applies in no year of the projection, which runs from "
                                         f"{practice.years[0]} to {practice.years[-1]}")
    if change.operation == "override":
        return
    for path in filter(None, (change.path, change.to)):
        if not _matching(path, assumptions) and not ("*" in path and _is_possible(path)):
            yield Fault(origin, path, _unknown_path(path, assumptions))
    if change.to and "*" not in change.path and change.path in assumptions and change.to in assumptions:
        units = assumptions[change.path].unit, assumptions[change.to].unit
        if units[0] != units[1]:
            yield Fault(origin, change.path, f"is in {units[0]} and cannot be shifted to '{change.to}', which is in {units[1]}")


def _matching(pattern: str, paths: Iterable[str]) -> list[str]:
    if "*" not in pattern:
        return [pattern] if pattern in paths else []
    shape = _shape(pattern)
    return [path for path in paths if shape.fullmatch(path)]


def _shape(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", "([^.]*)"))


def _is_possible(pattern: str) -> bool:
    """Whether another practice could have an assumption that a pattern with stars fits."""
    section, *parts = pattern.split(".")
    return holds_quantity({"medicare_rules": Medicare}.get(section, Practice), parts if section == "medicare_rules" else
                          [section, *parts])


def _steps(change: Change, paths: Iterable[str]) -> list[tuple[str, float]]:
    """The paths that a change moves, each with the amount."""
    matching = _matching(change.path, list(paths))
    if change.to is None:
        return [(path, change.amount) for path in matching]
    shape, steps = _shape(change.path), []
    for path in matching:
        found = shape.fullmatch(path)
        into = change.to
        for text in found.groups() if found else ():
            into = into.replace("*", text, 1)
        steps += [(path, -change.amount), (into, change.amount)]
    return steps


def _moved(quantity: Quantity, change: Change, amount: float, practice: Practice) -> Quantity:
    def value(year: int) -> float:
        before = quantity.at(year)
        if not change.applies(year, practice.base_year):
            return before
        operations = {"set": amount, "add": before + amount, "shift": before + amount, "multiply": before * amount}
        return operations[change.operation]

    # A change moves the years projected; what went before them, such as past fee schedules, stays as it was.
    earlier = {year: before for year, before in (quantity.by_year or {}).items() if year < practice.base_year}
    return quantity.with_path({**earlier, **{year: value(year) for year in practice.years}})


def _unknown_path(path: str, known: Assumptions) -> str:
    if path.split(".", maxsplit=1)[0] in Practice.model_fields and path.count(".") == 0:
        return "is part of the practice's structure, not a number; change it in the practice file"
    return f"there is no such assumption; {nearest(path, known, 0.4) or 'see the practice file for the names'}"


def _impossible(by_path: Mapping[str, Quantity], touched: Iterable[str], practice: Practice, origin: str) -> list[Fault]:
    """Values beyond the limits of their place, and shares that no longer sum to what they must."""
    limits = [(path, by_path[path].beyond_limits()) for path in sorted(touched)]
    faults = [Fault(origin, path, f"after the change, {reason}") for path, reason in limits if reason]
    if faults:
        return faults
    for sentence in faults_of_sums(by_path, practice.years):
        key, _, reason = sentence.partition(": ")
        hint = "; use the operation 'shift' to move a share from one payer to another" if key.startswith("payer_mix") else ""
        faults.append(Fault(origin, key, f"after the changes, {reason}{hint}"))
    return faults


def apply_scenarios(assumptions: Assumptions, scenarios: Iterable[Scenario]) -> Assumptions:
    """The assumptions after several scenarios, composed in order."""
    faults: list[Fault] = []
    for scenario in scenarios:
        try:
            assumptions = changed(assumptions, scenario.changes, scenario.name)
        except BadInput as error:
            faults += error.faults
    if faults:
        raise BadInput(faults)
    return assumptions


@dataclass(frozen=True)
class Input:
    """An input array: its table, and for every row the path and quantity it was placed from."""

    name: str
    label: str
    unit: str
    table: str | None
    rows: tuple[tuple[str, Quantity | None], ...]
    array: Array


@dataclass(frozen=True)
class Placed:
    """Everything the lines stand on: tables, indices and input arrays of shape (rows, year, case)."""

    years: tuple[int, ...]
    tables: Mapping[str, Table]
    indices: Mapping[str, Index]
    inputs: Mapping[str, Input]


PREFIXES = {"segments": "segment_", "payers": "payer_", "providers": "provider_", "outside_reads": "outside_read_",
            "other_revenue": "other_revenue_", "hospital_payments": "hospital_payment_", "facilities": "facility_",
            "roster_changes": "roster_change_", "service_schedule": "service_"}
SINGLE_ROWS = {"shortfall": {"locums_share": "shortfall_locums_share", "teleradiology_share": "shortfall_teleradiology_share"},
               "inflation": {}, "collection": {}, "medicare": {}, "full_time": {}}


class _Placer:
    """Lays quantities and structure on tables."""

    def __init__(self, assumptions: Assumptions) -> None:
        self.assumptions = assumptions
        self.practice = assumptions.practice
        self.years = self.practice.years
        self.tables: dict[str, Table] = {}
        self.indices: dict[str, Index] = {}
        self.inputs: dict[str, Input] = {}

    def table(self, name: str, rows: Iterable[str]) -> Table:
        """A table; a table without rows gets one row of zeros, so that sums over it are zero."""
        self.tables[name] = Table(name, tuple(rows) or ("none",))
        return self.tables[name]

    def index(self, name: str, inner: str, outer: str, targets: Sequence[str]) -> None:
        rows = {row: position for position, row in enumerate(self.tables[outer].rows)}
        positions = np.array([rows[target] for target in targets] or [0], dtype=np.intp)
        self.indices[name] = Index(self.tables[inner], self.tables[outer], positions)

    def quantities(self, name: str, table: str | None, paths: Sequence[str], label: str = "") -> None:
        """An input from the quantities at paths; a path without quantity is zero."""
        found = [(path, self.assumptions.get(path)) for path in paths]
        units = {quantity.unit for _, quantity in found if quantity}
        values = [quantity.over(self.years) if quantity else np.zeros(len(self.years)) for _, quantity in found]
        self._put(Input(name, label or capitalized(in_words(name)), next(iter(units), "factor"), table, tuple(found),
                        np.stack(values or [np.zeros(len(self.years))])[:, :, None]))

    def given(self, name: str, label: str, path: str, quantity: Quantity) -> None:
        """An input of one row from a quantity that is no path of the practice."""
        self._put(Input(name, label, quantity.unit, None, ((path, quantity),), quantity.over(self.years)[None, :, None].copy()))

    def structure(self, name: str, table: str | None, values: Any) -> None:
        """An input that follows from dates, choices or the calendar; shape (rows, year) or (rows,)."""
        array = np.asarray(values, dtype=float)
        if array.ndim == 1:
            array = np.repeat(array[:, None], len(self.years), axis=1)
        rows = self.tables[table].rows if table else ("",)
        self._put(Input(name, capitalized(in_words(name)), "factor", table, tuple((row, None) for row in rows),
                        np.ascontiguousarray(array)[:, :, None]))

    def _put(self, placed: Input) -> None:
        placed.array.flags.writeable = False
        self.inputs[placed.name] = placed

    def keyed(self, table: str, section: str, record: type[Record], rows: Mapping[str, Any]) -> None:
        """One input for each number of the records of a section, rows by key."""
        for field in number_fields(record):
            self.quantities(PREFIXES[table] + field, table, [f"{section}.{key}.{field}" for key in rows])


def number_fields(record: type[Record]) -> list[str]:
    """The fields of a record that hold quantities."""
    return [field.name for field in fields_of(record) if field.kind == "number"]


def place(assumptions: Assumptions) -> Placed:
    """Lay one case's assumptions on the arrays that the lines read."""
    placer = _Placer(assumptions)
    _place_calendar(placer)
    _place_volumes(placer)
    _place_payers(placer)
    _place_people(placer)
    _place_rest(placer)
    return Placed(placer.years, placer.tables, placer.indices, placer.inputs)


def _place_calendar(placer: _Placer) -> None:
    practice, years = placer.practice, placer.years
    offsets = np.arange(len(years), dtype=float)
    placer.structure("growth_applies", None, [offsets > 0])
    placer.structure("is_base_year", None, [offsets == 0])
    placer.structure("years_since_base", None, [offsets])
    placer.structure("no_amount", None, [np.zeros(len(years))])
    placer.structure("not_available", None, [np.full(len(years), np.nan)])
    months_before_fiscal_year = practice.hospital_fiscal_year_starts_in_month - 1
    placer.structure("fiscal_share_of_year", None, [np.full(len(years), (months_before_fiscal_year or 12) / 12)])
    factor = "conversion_factor_qualifying_apm" if practice.medicare.qualifying_apm_participant else "conversion_factor"
    placer.quantities("conversion_factor", None, [f"medicare_rules.{factor}"], "Medicare conversion factor")
    for name in ("efficiency_adjustment", "total_rvus_per_work_rvu", "sequestration", "medicare_paid_share",
                 "work_gpci_floor_in_force"):
        placer.quantities(name, None, [f"medicare_rules.{name}"])
    vintage = placer.assumptions.benchmarks[practice.benchmark.productivity].rvu_vintage or practice.work_rvu_schedule_year
    for name, year in (("base_year_work_rvu_level", practice.base_year), ("file_work_rvu_level", practice.work_rvu_schedule_year),
                       ("benchmark_work_rvu_level", vintage), ("actual_work_rvu_level", practice.actuals.year)):
        placer.structure(name, None, [np.full(len(years), work_rvu_level(placer.assumptions, year))])


def work_rvu_level(assumptions: Assumptions, year: int) -> float:
    """Work RVUs in a year's schedule of what had 1.00 before 2016: the product of 1 + each efficiency adjustment since."""
    adjustment = assumptions["medicare_rules.efficiency_adjustment"]
    return math.prod(1.0 + adjustment.at(each) for each in range(2016, year + 1))


def _place_volumes(placer: _Placer) -> None:
    practice = placer.practice
    keys = [(facility, setting, line) for facility, settings in practice.volumes.items()
            for setting, lines in settings.items() for line in lines]
    sites = list(dict.fromkeys(f"{facility}.{setting}" for facility, setting, _ in keys))
    placer.table("segments", (".".join(key) for key in keys))
    placer.table("sites", sites)
    placer.table("facilities", practice.facilities)
    placer.table("settings", SETTINGS)
    for field in ("base_exams", "base_work_rvus_per_exam", "annual_growth"):
        placer.quantities(f"segment_{field}", "segments", [f"volumes.{'.'.join(key)}.{field}" for key in keys])
    placer.index("segment_site", "segments", "sites", [f"{facility}.{setting}" for facility, setting, _ in keys])
    placer.index("segment_facility", "segments", "facilities", [facility for facility, _, _ in keys])
    placer.index("segment_setting", "segments", "settings", [setting for _, setting, _ in keys])
    placer.index("site_facility", "sites", "facilities", [site.split(".")[0] for site in sites])
    placer.index("site_setting", "sites", "settings", [site.split(".")[1] for site in sites])
    placer.keyed("facilities", "facilities", Facility, practice.facilities)
    placer.structure("facility_in_scope", "facilities", [facility.in_scope for facility in practice.facilities.values()])
    served = {facility for facility, _, _ in keys}
    placer.structure("facility_is_served", "facilities", [name in served for name in practice.facilities])


def _place_payers(placer: _Placer) -> None:
    practice = placer.practice
    placer.table("payers", practice.payers)
    pairs = [(site, payer) for site in placer.tables["sites"].rows for payer in practice.payers]
    placer.table("site_payers", (f"{site}.{payer}" for site, payer in pairs))
    placer.index("site_payer_site", "site_payers", "sites", [site for site, _ in pairs])
    placer.index("site_payer_payer", "site_payers", "payers", [payer for _, payer in pairs])

    def mix_path(site: str, payer: str) -> str:
        facility, setting = site.split(".")
        refined = setting in practice.payer_mix_by_facility.get(facility, {})
        return f"payer_mix_by_facility.{site}.{payer}" if refined else f"payer_mix.{setting}.{payer}"

    placer.quantities("site_payer_base_share", "site_payers", [mix_path(site, payer) for site, payer in pairs])
    placer.quantities("site_payer_annual_shift", "site_payers",
                      [f"payer_mix_shift.{site.split('.')[1]}.{payer}" for site, payer in pairs])
    names = {"collected_per_work_rvu": "payer_collected_per_work_rvu"}
    for field in number_fields(Payer):
        placer.quantities(names.get(field, f"payer_{field}"), "payers", [f"payers.{key}.{field}" for key in practice.payers])
    payers = list(practice.payers.values())
    placer.structure("payer_is_sequestered", "payers", [payer.is_sequestered for payer in payers])
    placer.structure("payer_rate_is_given", "payers", [payer.collected_per_work_rvu is not None for payer in payers])
    placer.structure("payer_rate_is_from_collections", "payers", [payer.base_year_collections is not None for payer in payers])


def _place_people(placer: _Placer) -> None:
    practice, years = placer.practice, placer.years
    placer.table("providers", practice.providers)
    placer.keyed("providers", "providers", Provider, practice.providers)
    people = list(practice.providers.values())
    placer.structure("provider_is_radiologist", "providers", [person.kind == "radiologist" for person in people])
    placer.structure("provider_is_owner", "providers", [person.owner for person in people])
    changes = list(practice.roster_changes.values())
    placer.table("roster_changes", practice.roster_changes)
    placer.keyed("roster_changes", "roster_changes", RosterChange, practice.roster_changes)
    placer.index("roster_change_category", "roster_changes", "providers", [change.category for change in changes])
    ramps = [practice.ramp if change.ramps else () for change in changes]
    months = [months_in_force(change.date, (), years) for change in changes] or [[0.0] * len(years)]
    productive = [months_in_force(change.date, ramp, years) for change, ramp in zip(changes, ramps, strict=True)]
    starts = [[float(change.date.year == year) for year in years] for change in changes] or [[0.0] * len(years)]
    placer.structure("roster_change_months", "roster_changes", months)
    placer.structure("roster_change_productive_months", "roster_changes", productive or months)
    placer.structure("roster_change_starts", "roster_changes", starts)
    placer.table("outside_reads", practice.outside_reads)
    placer.keyed("outside_reads", "outside_reads", OutsideReads, practice.outside_reads)


def months_in_force(date: datetime.date, ramp: Sequence[float], years: Sequence[int]) -> list[float]:
    """Months from a date that fall in each year, weighted by a monthly profile that begins at the date."""
    first = date.year * 12 + date.month - 1
    weights = {first + month: weight for month, weight in enumerate(ramp)}
    begun = date.day - 1
    days = (datetime.date(date.year + date.month // 12, date.month % 12 + 1, 1) - date.replace(day=1)).days

    def weight(month: int) -> float:
        part_of_month = 0.0 if month < first else 1.0 - begun / days if month == first else 1.0
        return part_of_month * weights.get(month, 1.0)

    return [sum(weight(year * 12 + month) for month in range(12)) for year in years]


def _place_rest(placer: _Placer) -> None:
    practice = placer.practice
    for table, record in (("other_revenue", OtherRevenue), ("hospital_payments", HospitalPayment), ("service_schedule", Service)):
        rows = getattr(practice, table)
        placer.table(table, rows)
        placer.keyed(table, table, record, rows)
        placer.index(f"{PREFIXES[table]}facility", table, "facilities", [row.facility for row in rows.values()])
    for section, renamed in SINGLE_ROWS.items():
        for field in number_fields(type(getattr(practice, section))):
            placer.quantities(renamed.get(field, field), None, [f"{section}.{field}"])
    for field in number_fields(Actuals):
        placer.quantities(f"actual_{field}", None, [f"actuals.{field}"])
    placer.structure("allocates_by_work_rvus", None, [[practice.cost_allocation == "work_rvus"] * len(placer.years)])
    placer.structure("allocates_by_exams", None, [[practice.cost_allocation == "exams"] * len(placer.years)])
    for key, expense in practice.expenses.items():
        placer.quantities(f"expense_{key}_rate", None, [f"expenses.{key}.rate"], f"{expense.label}: rate")
        placer.quantities(f"expense_{key}_annual_growth", None, [f"expenses.{key}.annual_growth"], f"{expense.label}: growth")
        if expense.quantity:
            placer.quantities(f"expense_{key}_quantity", None, [f"expenses.{key}.quantity"], f"{expense.label}: quantity")
    _place_benchmarks(placer)


def _place_benchmarks(placer: _Placer) -> None:
    chosen = placer.practice.benchmark
    productivity, pay = (placer.assumptions.benchmarks[name] for name in (chosen.productivity, chosen.compensation))
    percentiles = {year: placer.assumptions["benchmark.percentile"].at(year) for year in placer.years}
    for name, table in (("benchmark_work_rvus_per_fte", productivity), ("reference_compensation", pay)):
        points = {year: table.quantity_at(percentile) for year, percentile in percentiles.items()}
        label = " and ".join(dict.fromkeys(f"{percentile:g}" for percentile in percentiles.values()))
        placer.given(name, f"{table.label}, percentile {label}", f"benchmarks.{table.label}",
                     points[placer.years[0]].with_path({year: point.values[0] for year, point in points.items()}))
    placer.quantities("benchmark_compensation_trend", None, ["benchmark.compensation_trend"], "Trend of the reference pay")
    placer.structure("reference_is_per_work_rvu", None,
                     [[pay.statistic == "compensation_per_work_rvu"] * len(placer.years)])


def cautions(assumptions: Assumptions) -> list[str]:
    """What a reader of the numbers should be told before relying on them."""
    chosen = assumptions.practice.benchmark
    productivity, pay = assumptions.benchmarks[chosen.productivity], assumptions.benchmarks[chosen.compensation]
    told = []
    if pay.statistic == "compensation_per_work_rvu":
        told.append(f"The reference pay multiplies two percentiles, '{productivity.label}' × '{pay.label}'. The people at the "
                    "median of one are not the people at the median of the other: the product of two medians is not a median, "
                    "and usually overstates pay. Choose a benchmark of compensation per FTE.")
    placeholders = [path for path, quantity in assumptions.items() if quantity.status == "placeholder"]
    if placeholders:
        told.append(f"Placeholders to be replaced before anybody relies on this: {', '.join(placeholders[:5])}"
                    f"{' and more' if len(placeholders) > 5 else ''}.")
    return told
