"""A practice becomes input arrays: values are placed, nothing of the model is computed here."""

import datetime
import math
from collections.abc import Sequence
from typing import get_args

import numpy as np

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
)
from finmodel.assumptions.quantity import Setting
from finmodel.cases.assumptions import Assumptions
from finmodel.cases.placed import PREFIXES, SINGLE_ROWS, Placer, number_fields

SETTINGS: tuple[str, ...] = get_args(Setting)


def place_practice(placer: Placer) -> None:
    """Lay a practice, Medicare's rules and benchmark points on arrays."""
    _place_calendar(placer)
    _place_volumes(placer)
    _place_payers(placer)
    _place_people(placer)
    _place_rest(placer)


def _place_calendar(placer: Placer) -> None:
    practice, years = placer.practice, placer.years
    offsets = np.arange(len(years), dtype=float)
    placer.structure("growth_applies", None, [offsets > 0])
    placer.structure("is_base_year", None, [offsets == 0])
    placer.structure("years_since_base", None, [offsets])
    placer.structure("no_amount", None, [np.zeros(len(years))])
    placer.structure("whole", None, [np.ones(len(years))])
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
        placer.structure(name, None, [[work_rvu_level(placer.assumptions, year)] * len(years)])


def work_rvu_level(assumptions: Assumptions, year: int) -> float:
    """Work RVUs in a year's schedule of what had 1.00 before 2016: the product of 1 + each efficiency adjustment since."""
    adjustment = assumptions["medicare_rules.efficiency_adjustment"]
    return math.prod(1.0 + adjustment.at(each) for each in range(2016, year + 1))


def _place_volumes(placer: Placer) -> None:
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


def _place_payers(placer: Placer) -> None:
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


def _place_people(placer: Placer) -> None:
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


def _place_rest(placer: Placer) -> None:
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


def _place_benchmarks(placer: Placer) -> None:
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
