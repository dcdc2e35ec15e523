"""The part of the report that tells who pays what: rates by payer, names, adjustments, unpaid emergency work, coding signals."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from finmodel.billing.disclosure import LEAST_PATIENTS, is_small, suppressed, tells_few, to_fold
from finmodel.billing.ingest import Exported
from finmodel.billing.maturity import Maturity
from finmodel.billing.origin import Origin
from finmodel.billing.rules import CLASS_LABELS, CLASSES, service_lines
from finmodel.billing.summary import Summary

Patients = Mapping[str, Mapping[tuple[Any, ...], float]]


def is_mature(maturity: Maturity) -> str:
    """The condition that a month is mature."""
    return f"month NOT IN ({', '.join(str(month) for month in maturity.immature) or '-1'})"


def over(part: float, whole: float) -> float | None:
    """A part of a whole; None where there is none."""
    return part / whole if whole else None


def payers(summary: Summary, maturity: Maturity, patients: Patients, origin: Origin) -> list[dict[str, Any]]:
    """Payer mix by work RVU, and what a work RVU is allowed and collected, with collection rates of months that are mature."""
    in_year = f"set_aside = '' AND year = {origin.year}"
    mature = {row["payer"]: row for row in summary.by("payer", where=f"{in_year} AND {is_mature(maturity)}")}
    expected: dict[str, float] = {}
    by_month = summary.by("payer", "month", where=in_year)
    for row, amount in zip(by_month, maturity.expected_of(by_month), strict=True):
        expected[row["payer"]] = expected.get(row["payer"], 0.0) + amount
    behind: dict[str, float] = {}
    for (_, number, year), count in patients["payer"].items():
        if year == origin.year:
            behind[CLASSES[number]] = behind.get(CLASSES[number], 0) + count
    rows = summary.by("payer", where=in_year)
    total = sum(row["work_rvus"] for row in rows)
    hidden = {cell[0] for cell in suppressed({(row["payer"], "all"): behind.get(row["payer"], row["services"]) for row in rows})}
    found = []
    for row in rows:
        ripe = mature.get(row["payer"], {})
        figures = {
            "work_rvus": row["work_rvus"], "share_of_work_rvus": over(row["work_rvus"], total),
            "collected": row["paid"] / 100, "collected_when_all_has_arrived": expected[row["payer"]] / 100,
            "collected_per_work_rvu": over(expected[row["payer"]] / 100, row["work_rvus"]),
            "allowed_per_work_rvu": over(row["allowed"] / 100, row["allowed_work_rvus"]),
            "allowed_over_medicare": over(row["allowed"], row["medicare_of_allowed"]),
            "collected_over_medicare": over(expected[row["payer"]], row["medicare"]),
            "net_collection_rate": over(ripe.get("paid_of_allowed", 0), ripe.get("allowed", 0)),
            **{f"{part}_share_of_services": None if tells_few(row[part], row["services"]) else over(row[part], row["services"])
               for part in ("denied", "without_allowed")}}
        found.append({"payer": row["payer"], "label": CLASS_LABELS.get(row["payer"], "Not classed"),
                      **{name: None if row["payer"] in hidden else value for name, value in figures.items()}})
    return found


def payer_names(exported: Exported, patients: Patients) -> list[dict[str, Any]]:
    """How many names each rule knows, and as which class: rules, not names, which may be anybody's; small ones as one."""
    placements = {key: placement for decided in exported.meanings.values() for key, (_, placement) in decided.payers.items()}
    found: dict[tuple[str, str], Counter[str]] = {}
    behind: dict[tuple[str, str], float] = {}
    for row in exported.found.payers.to_pylist():
        payer_class, placement = CLASSES[row["payer_class"]], placements.get(row["payer_key"])
        by_name = placement is not None and placement.payer_class == payer_class
        key = payer_class, (placement.reason if placement and by_name else "the financial class in the files, or no payer named")
        found.setdefault(key, Counter()).update(names=1, rows=row["rows"])
        behind[key] = max(behind.get(key, 0), patients["payer_name"].get((row["payer_key"], row["payer_class"]), 0))
    together = to_fold(behind)
    rows = [{"class": payer_class, "label": CLASS_LABELS.get(payer_class, "Not classed"), "rule": rule, **counts}
            for (payer_class, rule), counts in found.items() if (payer_class, rule) not in together]
    if together:
        rows.append({"class": "several", "label": "Several", "rule": "rules of one to ten patients, with one of more",
                     **sum((found[key] for key in together), Counter())})
    return sorted(rows, key=lambda one: -one["rows"])


def adjustments(exported: Exported, patients: Patients) -> list[dict[str, Any]]:
    """Write-offs and denials in cents by kind and reason; reasons of one to ten patients together with one of more."""
    kinds = service_lines().kind_of_reason
    together = to_fold({row["reason"]: patients["reason"].get((row["reason"],), 0) for row in exported.found.reasons.to_pylist()})
    found: dict[tuple[str, str], int] = {}
    for row in exported.found.reasons.to_pylist():
        group, _, number = (row["reason"] or "").rpartition("-")
        kind = ("patient_responsibility" if group == "PR" else kinds.get(number, "denial") if number else "without_reason")
        key = ("several", "(reasons of one to ten patients, with one of more)") if row["reason"] in together else (
            kind, row["reason"] or "")
        found[key] = found.get(key, 0) + row["adjustment"]
    return [{"kind": kind, "reason": reason, "adjustment": amount}
            for (kind, reason), amount in sorted(found.items(), key=lambda one: -abs(one[1]))]


def emergency(summary: Summary, maturity: Maturity, patients: Patients, origin: Origin) -> dict[str, Any]:
    """Emergency work of mature months for which nobody paid anything; null where one to ten patients could be told."""
    row = summary.by(where=f"set_aside = '' AND setting = 'emergency' AND year = {origin.year} AND {is_mature(maturity)}")[0]
    behind = max((count for (_, setting, _, year), count in patients["year"].items()
                  if (setting, year) == ("emergency", origin.year)), default=0)
    is_hidden = is_small(min(row["services"], behind))
    hides_unpaid = is_hidden or tells_few(row["unpaid_exams"], row["exams"])
    return {"work_rvus": None if is_hidden else row["work_rvus"],
            "unpaid_work_rvus": None if hides_unpaid else row["unpaid_work_rvus"],
            "unpaid_share": None if hides_unpaid else over(row["unpaid_work_rvus"], row["work_rvus"]),
            "unpaid_at_medicare": None if hides_unpaid else row["unpaid_medicare"] / 100}


def signals(summary: Summary, sites: Mapping[int | None, str], origin: Origin) -> list[dict[str, Any]]:
    """Where less may be coded than was done: shares to look at, no verdicts."""
    in_year = f"set_aside = '' AND year = {origin.year}"
    by_code = {(row["site_key"], row["code"]): row["exams"] for row in summary.by("site_key", "code", where=in_year)}
    found = []
    for lesser, fuller, reason in service_lines().coding_pairs:
        for site in dict.fromkeys(key for key, _ in by_code):
            less, full = (sum(by_code.get((site, code), 0.0) for code in codes) for codes in (lesser, fuller))
            if less >= LEAST_PATIENTS and full >= LEAST_PATIENTS:
                found.append({"signal": f"{'/'.join(lesser)} against {'/'.join(fuller)}", "site": sites[site],
                              "share_of_lesser": less / (less + full), "exams": less + full, "why": reason})
    whole = summary.by(where=f"{in_year} AND is_whole = 1 AND setting <> 'imaging_center'")[0]
    if whole["services"] >= LEAST_PATIENTS:
        found.append({"signal": "whole service billed in a hospital", "site": "All sites", "exams": whole["exams"],
                      "share_of_lesser": None,
                      "why": "codes with a professional component billed without modifier 26 where a hospital owns the machine"})
    return found
