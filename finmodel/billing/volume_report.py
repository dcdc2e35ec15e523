"""The part of the report that tells volumes: by site, setting, service line and month, in all, and how mature months are."""

import math
from collections.abc import Mapping
from typing import Any

from finmodel.billing.disclosure import LEAST_PATIENTS, suppressed, to_fold
from finmodel.billing.maturity import Maturity
from finmodel.billing.origin import Origin
from finmodel.billing.payer_report import Patients, is_mature, over
from finmodel.billing.summary import Summary

SMALL_SITE = "(a site of one to ten patients)"


def month_text(month: int) -> str:
    """A month as 2025-03."""
    return f"{month // 12}-{month % 12 + 1:02d}"


def volumes(summary: Summary, patients: Patients, sites: Mapping[int | None, str]) -> list[dict[str, Any]]:
    """Exams and RVUs by site, setting, service line and month; null where one to ten patients could be told.

    A line or a site that the practice file puts together with another is hidden in every month: the practice tells their sum.
    """
    rows = sorted(summary.by("site_key", "setting", "line", "month"), key=lambda row: (
        sites[row["site_key"]], row["setting"], row["line"], row["month"]))
    by_place: dict[tuple[Any, ...], dict[tuple[Any, Any], float]] = {}
    for row in rows:
        count = patients["month"].get((row["site_key"], row["setting"], row["line"], row["month"]), row["services"])
        by_place.setdefault((row["site_key"], row["setting"]), {})[row["line"], row["month"]] = count
    hidden = {place: suppressed(cells) for place, cells in by_place.items()}
    lines, whole_sites = _folded(patients)
    found = []
    for row in rows:
        site, setting, line, month = (row[name] for name in ("site_key", "setting", "line", "month"))
        is_hidden = ((line, month) in hidden[site, setting] or (site, setting, line, month // 12) in lines
                     or (site, month // 12) in whole_sites)
        is_small_site = whole_sites.get((site, month // 12), LEAST_PATIENTS) < LEAST_PATIENTS
        found.append({"site": SMALL_SITE if is_small_site else sites[site], "setting": setting, "service_line": line,
                      "month": month_text(month),
                      **{name: None if is_hidden else row[name] for name in ("exams", "work_rvus", "total_rvus")}})
    return found


def _folded(patients: Patients) -> tuple[set[tuple[Any, ...]], dict[tuple[Any, int], float]]:
    """The lines of a year that are put together with others in their setting, and the sites with others, with their patients."""
    counts: dict[tuple[Any, ...], dict[str, float]] = {}
    for (site, setting, line, year), count in patients["year"].items():
        counts.setdefault((site, setting, year), {})[line] = count
    lines = {(site, setting, line, year) for (site, setting, year), by_line in counts.items() for line in to_fold(by_line)}
    weakest: dict[int, dict[Any, float]] = {}
    for (site, _, year), by_line in counts.items():
        of_year = weakest.setdefault(year, {})
        of_year[site] = min(of_year.get(site, math.inf), max(by_line.values()))
    return lines, {(site, year): of_year[site] for year, of_year in weakest.items() for site in to_fold(of_year)}


def totals(summary: Summary, maturity: Maturity, origin: Origin) -> dict[str, float | None]:
    """What all sites and payers come to in the year; what is hidden elsewhere hides at least two cells of each sum."""
    in_year = f"set_aside = '' AND year = {origin.year}"
    everything = summary.by(where=in_year)[0]
    mature = summary.by(where=f"{in_year} AND {is_mature(maturity)}")[0]
    expected = sum(maturity.expected_of(summary.by("payer", "month", where=in_year))) / 100
    return {"exams": everything["exams"], "work_rvus": everything["work_rvus"], "total_rvus": everything["total_rvus"],
            "collected": everything["paid"] / 100, "collected_when_all_has_arrived": expected,
            "collected_per_work_rvu": over(expected, everything["work_rvus"]),
            "allowed_per_work_rvu": over(everything["allowed"] / 100, everything["allowed_work_rvus"]),
            "collected_over_medicare": over(expected * 100, everything["medicare"]),
            "net_collection_rate": over(mature["paid_of_allowed"], mature["allowed"])}


def maturity_by_month(summary: Summary, maturity: Maturity, patients: Patients) -> list[dict[str, Any]]:
    """Each month of service: what has arrived, and what is expected in the end, an estimate where the month is not mature.

    A month of one to ten patients is left out, and another of its year with it: totals of the year would tell it.
    """
    rows, by_payer = summary.by("month"), summary.by("payer", "month")
    expected: dict[int, float] = dict.fromkeys((row["month"] for row in rows), 0.0)
    for row, amount in zip(by_payer, maturity.expected_of(by_payer), strict=True):
        expected[row["month"]] += amount
    hidden = {month for month, _ in suppressed(
        {(row["month"], row["month"] // 12): patients["whole_month"].get((row["month"],), row["services"]) for row in rows})}
    return [{"month": month_text(row["month"]), "collected": row["paid"] / 100,
             "arrived_share": maturity.arrived_share.get(row["month"]),
             "expected": expected[row["month"]] / 100, "is_estimate": row["month"] in maturity.immature}
            for row in rows if row["month"] not in hidden]
