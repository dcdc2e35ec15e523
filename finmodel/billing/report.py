"""What an export tells, as plain data: volumes, payers, rates, maturity, signals, control totals; small cells are not in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from finmodel.assumptions import BadInput, Fault
from finmodel.assumptions.practice import Practice
from finmodel.billing.disclosure import LEAST_PATIENTS, is_small, suppressed
from finmodel.billing.fee_schedule import FeeSchedule
from finmodel.billing.ingest import Exported
from finmodel.billing.maturity import Maturity, maturity_of
from finmodel.billing.practice_file import Origin, practice_of
from finmodel.billing.quality import control_totals, set_aside
from finmodel.billing.rules import CLASS_LABELS, CLASSES, service_lines
from finmodel.billing.summary import Summary, summary_of

Patients = Mapping[str, Mapping[tuple[Any, ...], float]]
FEWEST_MONTHS_SHOWN = 1


@dataclass(frozen=True)
class Report:
    """What an export tells, and the practice made of it."""

    document: dict[str, Any]
    practice: Practice


def report(exported: Exported, schedules: Sequence[FeeSchedule], name: str, year: int | None = None) -> Report:
    """The report of exports, and the practice of a year: the last whole calendar year unless one is named.

    Raises:
        BadInput: when no year can be told, or its fee schedule is missing.
    """
    by_year = {one.year: one for one in schedules}
    summary = summary_of(exported.found, by_year)
    try:
        maturity = maturity_of(exported.found.payments.to_pylist())
        patients = _patients(exported, summary)
        origin = _origin(exported, summary, by_year, name, year)
        practice = practice_of(summary, maturity, patients, origin)
        document = {
            "practice": name, "year": origin.year, "months": origin.months, "files": _files(exported),
            "fee_schedules": [f"{one.year} {one.release}: {one.file}" for one in schedules],
            "totals": _totals(summary, maturity, origin),
            "volumes": _volumes(summary, patients, exported.sites), "payers": _payers(summary, maturity, patients, origin),
            "payer_names": _payer_names(exported, patients), "adjustments": _adjustments(exported, patients),
            "emergency": _emergency(summary, maturity, origin), "signals": _signals(summary, exported.sites, origin),
            "maturity": _maturity(summary, maturity), "control_totals": control_totals(summary, exported.control),
            "set_aside": set_aside(summary), "cautions": _cautions(summary, maturity, exported, origin)}
        return Report(document, practice)
    finally:
        summary.close()


def _origin(exported: Exported, summary: Summary, schedules: Mapping[int, FeeSchedule], name: str, year: int | None) -> Origin:
    months = summary.months()
    counts = {one: sum(month // 12 == one for month in months) for one in sorted({month // 12 for month in months})}
    if not counts:
        reasons = ", ".join(f"{row['services']} services: {row['why']}" for row in set_aside(summary)) or "no rows"
        raise BadInput([Fault(exported.headings[0].file, "", f"nothing in the files can be counted ({reasons})")])
    whole = [one for one, count in counts.items() if count == 12]
    chosen = year or (whole[-1] if whole else None)
    if chosen is None:
        found = ", ".join(f"{count} months of {one}" for one, count in counts.items())
        raise BadInput([Fault("--year", "",
                              f"the exports hold no whole calendar year ({found}); name the year with --year, and its months "
                                            "are scaled up to twelve and marked")])
    if not counts.get(chosen):
        why = "" if chosen in schedules else f"; the fee schedule of {chosen} is not given either"
        raise BadInput([Fault("--year", str(chosen),
                              f"no service of this year can be counted; there are {', '.join(map(str, counts))}{why}")])
    return Origin(name, ", ".join(heading.file for heading in exported.headings)[:200], chosen, counts[chosen], exported.sites)


def _patients(exported: Exported, summary: Summary) -> Patients:
    """Patients behind each group; services where no key tells patients apart, which are at least as many."""
    if exported.found.patients is not None:
        return {name: {tuple(row.values())[:-1]: row["patients"] for row in table.to_pylist()}
                for name, table in exported.found.patients.items()}
    numbers = {payer: number for number, payer in enumerate(CLASSES)}
    return {"month": {(row["site_key"], row["setting"], row["line"], row["month"]): row["services"]
                      for row in summary.by("site_key", "setting", "line", "month")},
            "year": {(row["site_key"], row["setting"], row["line"], row["year"]): row["services"]
                     for row in summary.by("site_key", "setting", "line", "year")},
            "payer": {(row["setting"], numbers[row["payer"]], row["year"]): row["services"]
                      for row in summary.by("setting", "payer", "year")},
            "payer_name": {(row["payer_key"],): row["rows"] for row in exported.found.payers.to_pylist()},
            "reason": {(row["reason"],): row["rows"] for row in exported.found.reasons.to_pylist()}}


def _files(exported: Exported) -> list[dict[str, Any]]:
    return [{"file": one.file, "rows": exported.rows[one.file], "how": list(exported.decisions[one.file]),
             "columns": {concept: {"column": column, "by": one.layout.evidence[concept]} for concept,
                         column in one.layout.columns.items()},
             "columns_not_read": len(one.layout.unread)} for one in exported.headings]


def month_text(month: int) -> str:
    """A month as 2025-03."""
    return f"{month // 12}-{month % 12 + 1:02d}"


def _volumes(summary: Summary, patients: Patients, sites: Mapping[int | None, str]) -> list[dict[str, Any]]:
    """Exams and RVUs by site, setting, service line and month; null where one to ten patients could be told."""
    rows = summary.by("site_key", "setting", "line", "month")
    by_place: dict[tuple[Any, ...], dict[tuple[Any, Any], float]] = {}
    for row in rows:
        count = patients["month"].get((row["site_key"], row["setting"], row["line"], row["month"]), row["services"])
        by_place.setdefault((row["site_key"], row["setting"]), {})[row["line"], row["month"]] = count
    hidden = {place: suppressed(cells) for place, cells in by_place.items()}
    yearly: dict[Any, float] = {}
    for (site, _, _, _), count in patients["year"].items():
        yearly[site] = max(yearly.get(site, 0), count)
    return [{"site": "(a site of one to ten patients)" if yearly.get(row["site_key"], 0) < LEAST_PATIENTS
             else sites[row["site_key"]],
             "setting": row["setting"], "service_line": row["line"], "month": month_text(row["month"]),
             **{name: None if (row["line"], row["month"]) in hidden[row["site_key"], row["setting"]] else row[name]
                for name in ("exams", "work_rvus", "total_rvus")}} for row in rows]


def _totals(summary: Summary, maturity: Maturity, origin: Origin) -> dict[str, float | None]:
    """What all sites and payers come to in the year; what is hidden elsewhere hides at least two cells of each sum."""
    in_year = f"set_aside = '' AND year = {origin.year}"
    everything = summary.by(where=in_year)[0]
    mature = summary.by(where=f"{in_year} AND {_is_mature(maturity)}")[0]
    expected = sum(maturity.expected(row["paid"], row["month"]) for row in summary.by("month", where=in_year)) / 100
    return {"exams": everything["exams"], "work_rvus": everything["work_rvus"], "total_rvus": everything["total_rvus"],
            "collected": everything["paid"] / 100, "collected_when_all_has_arrived": expected,
            "collected_per_work_rvu": _over(expected, everything["work_rvus"]),
            "allowed_per_work_rvu": _over(everything["allowed"] / 100, everything["allowed_work_rvus"]),
            "collected_over_medicare": _over(expected * 100, everything["medicare"]),
            "net_collection_rate": _over(mature["paid_of_allowed"], mature["allowed"])}


def _is_mature(maturity: Maturity) -> str:
    return f"month NOT IN ({', '.join(str(month) for month in maturity.immature) or '-1'})"


def _over(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _payers(summary: Summary, maturity: Maturity, patients: Patients, origin: Origin) -> list[dict[str, Any]]:
    """Payer mix by work RVU, and what a work RVU is allowed and collected, with collection rates of months that are mature."""
    in_year = f"set_aside = '' AND year = {origin.year}"
    mature = {row["payer"]: row for row in summary.by("payer", where=f"{in_year} AND {_is_mature(maturity)}")}
    expected: dict[str, float] = {}
    for row in summary.by("payer", "month", where=in_year):
        expected[row["payer"]] = expected.get(row["payer"], 0.0) + maturity.expected(row["paid"], row["month"])
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
            "work_rvus": row["work_rvus"], "share_of_work_rvus": _over(row["work_rvus"], total),
            "collected": row["paid"] / 100, "collected_when_all_has_arrived": expected[row["payer"]] / 100,
            "collected_per_work_rvu": _over(expected[row["payer"]] / 100, row["work_rvus"]),
            "allowed_per_work_rvu": _over(row["allowed"] / 100, row["allowed_work_rvus"]),
            "allowed_over_medicare": _over(row["allowed"], row["medicare_of_allowed"]),
            "collected_over_medicare": _over(expected[row["payer"]], row["medicare"]),
            "net_collection_rate": _over(ripe.get("paid_of_allowed", 0), ripe.get("allowed", 0)),
            "denied_share_of_services": _over(row["denied"], row["services"]),
            "without_allowed_share_of_services": _over(row["without_allowed"], row["services"])}
        found.append({"payer": row["payer"], "label": CLASS_LABELS.get(row["payer"], "Not classed"),
                      **{name: None if row["payer"] in hidden else value for name, value in figures.items()}})
    return found


def _payer_names(exported: Exported, patients: Patients) -> list[dict[str, Any]]:
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


def _adjustments(exported: Exported, patients: Patients) -> list[dict[str, Any]]:
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


def _emergency(summary: Summary, maturity: Maturity, origin: Origin) -> dict[str, Any]:
    """Emergency work of mature months for which nobody paid anything."""
    row = summary.by(where=f"set_aside = '' AND setting = 'emergency' AND year = {origin.year} AND {_is_mature(maturity)}")[0]
    hidden = is_small(row["services"])
    return {"work_rvus": None if hidden else row["work_rvus"], "unpaid_work_rvus": None if hidden else row["unpaid_work_rvus"],
            "unpaid_share": None if hidden else _over(row["unpaid_work_rvus"], row["work_rvus"]),
            "unpaid_at_medicare": None if hidden else row["unpaid_medicare"] / 100}


def _signals(summary: Summary, sites: Mapping[int | None, str], origin: Origin) -> list[dict[str, Any]]:
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


def _maturity(summary: Summary, maturity: Maturity) -> list[dict[str, Any]]:
    """Each month of service: what has arrived, and what is expected in the end, an estimate where the month is not mature."""
    return [{"month": month_text(row["month"]), "collected": row["paid"] / 100,
             "arrived_share": maturity.arrived_share.get(row["month"]),
             "expected": maturity.expected(row["paid"], row["month"]) / 100, "is_estimate": row["month"] in maturity.immature}
            for row in summary.by("month") if not is_small(row["services"])]


def _cautions(summary: Summary, maturity: Maturity, exported: Exported, origin: Origin) -> list[str]:
    everything = summary.by(where="true")[0]
    counted = summary.by(where=f"set_aside = '' AND year = {origin.year}")[0]
    found = []
    if origin.months < 12:
        found.append(f"only {origin.months} months of {origin.year} are in the exports; the practice scales them to twelve")
    if not maturity.arrived_share:
        found.append("how fast payments arrive cannot be told (no dates of payment, or under six months): nothing is estimated")
    if counted["without_allowed"]:
        found.append(f"{counted['without_allowed']:,} of {counted['services']:,} services state no allowed amount; allowed "
                     "figures are of the others")
    if everything["repeated_services"]:
        found.append(f"{everything['repeated_services']:,} services have a charge or an allowed amount of several payers; "
                     "the first payer's counts")
    if everything["orphans"]:
        found.append(f"{everything['orphans']:,} services have payments and no charge in these files")
    if maturity.undated:
        found.append("some payments have no date, or one before the service; the lag of payments leaves them out")
    if exported.found.patients is None:
        found.append("no key tells patients apart; small cells are told by services")
    unknown = summary.by(where="set_aside = '' AND payer = 'unknown'")[0]["services"]
    if unknown:
        found.append(f"{unknown:,} services name no payer; the practice counts them as other")
    return found
