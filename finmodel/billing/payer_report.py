"""The part of the report that tells who pays what: rates by payer, names, adjustments, unpaid emergency work, coding signals."""

from collections.abc import Mapping
from typing import Any

from finmodel.billing.disclosure import LEAST_PATIENTS, is_small, suppressed
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
            "denied_share_of_services": over(row["denied"], row["services"]),
            "without_allowed_share_of_services": over(row["without_allowed"], row["services"])}
        found.append({"payer": row["payer"], "label": CLASS_LABELS.get(row["payer"], "Not classed"),
                      **{name: None if row["payer"] in hidden else value for name, value in figures.items()}})
    return found


def payer_names(exported: Exported, patients: Patients) -> list[dict[str, Any]]:
    """Every payer of more than ten patients with its class and the rule that placed it; the others as one."""
    names = {key: one for decided in exported.meanings.values() for key, one in decided.payers.items()}
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in exported.found.payers.to_pylist():
        name, placement = names.get(row["payer_key"], ("", None))
        count = patients["payer_name"].get((row["payer_key"],), 0)
        shown = name if count >= LEAST_PATIENTS and name else "(payers of one to ten patients)" if name else "(no payer named)"
        why = placement.reason if placement else "no payer column, or blank"
        key = (CLASSES[row["payer_class"]], shown, why if shown == name else "")
        into = found.setdefault(key, {"payer": shown, "class": key[0], "rule": key[2], "rows": 0, "charge": 0, "paid": 0})
        for measure in ("rows", "charge", "paid"):
            into[measure] += row[measure]
    return sorted(found.values(), key=lambda one: -one["charge"])


def adjustments(exported: Exported, patients: Patients) -> list[dict[str, Any]]:
    """Write-offs and denials in cents by kind and reason; reasons of one to ten patients together."""
    kinds = service_lines().kind_of_reason
    found: dict[tuple[str, str], int] = {}
    for row in exported.found.reasons.to_pylist():
        group, _, number = (row["reason"] or "").rpartition("-")
        kind = ("patient_responsibility" if group == "PR" else kinds.get(number, "denial") if number else "without_reason")
        hidden = is_small(patients["reason"].get((row["reason"],), 0))
        reason = "(reasons of one to ten patients)" if hidden else row["reason"] or ""
        found[kind, reason] = found.get((kind, reason), 0) + row["adjustment"]
    return [{"kind": kind, "reason": reason, "adjustment": amount}
            for (kind, reason), amount in sorted(found.items(), key=lambda one: -abs(one[1]))]


def emergency(summary: Summary, maturity: Maturity, origin: Origin) -> dict[str, Any]:
    """Emergency work of mature months for which nobody paid anything."""
    row = summary.by(where=f"set_aside = '' AND setting = 'emergency' AND year = {origin.year} AND {is_mature(maturity)}")[0]
    hidden = is_small(row["services"])
    return {"work_rvus": None if hidden else row["work_rvus"], "unpaid_work_rvus": None if hidden else row["unpaid_work_rvus"],
            "unpaid_share": None if hidden else over(row["unpaid_work_rvus"], row["work_rvus"]),
            "unpaid_at_medicare": None if hidden else row["unpaid_medicare"] / 100}


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
