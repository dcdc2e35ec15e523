"""The tables that an import fills, as rows of words; what would tell of few patients is a dash in them."""

from collections.abc import Mapping, Sequence
from typing import Any

from finmodel.assumptions import Practice
from finmodel.assumptions.splitting import site_key
from finmodel.assumptions.words import capitalized, in_words
from finmodel.billing.rules import service_lines
from finmodel.format import NOT_AVAILABLE, money, number, percent
from finmodel.ui.billing_words import CONCEPTS, EVIDENCE, KINDS, MEASURES, cents, dollars_and_cents, shown, times
from finmodel.ui.widgets import escape

Rows = list[dict[str, str]]
Found = Mapping[str, Any]
# Columns of words; the others hold figures.
WORDS = {"Site", "Setting", "Payer", "Counted as", "Because", "Month of service", "State", "Kind",
         "Reason code", "Codes", "What to look at", "Total of", "Why", "Where", "File", "What", "Column in the file", "Taken"}


def volumes(practice: Practice, document: Found, measure: str) -> Rows:
    """Exams or work RVUs of the year by site and setting, service lines across, as the practice has them."""
    names = {site_key(row["site"]): row["site"] for row in document["volumes"]}
    labels = {one.key: one.label for one in service_lines().lines}
    sums: dict[tuple[str, str], dict[str, float]] = {}
    for site, settings in practice.volumes.items():
        for setting, lines in settings.items():
            for line, segment in lines.items():
                exams = segment.base_exams.values[0]
                each = segment.base_work_rvus_per_exam.values[0] if measure == "work_rvus" else 1.0
                sums.setdefault((site, setting), {})[line] = exams * each
    labels |= {line: "Small lines together" for row in sums.values() for line in row if line not in labels}
    used = [line for line in labels if any(line in row for row in sums.values())]
    total = {line: sum(row.get(line, 0.0) for row in sums.values()) for line in used}
    rows = [_volume(names.get(site, capitalized(in_words(site))), in_words(setting), row, used, labels)
            for (site, setting), row in sums.items()]
    return [*rows, _volume("All sites", "all", total, used, labels)]


def _volume(site: str, setting: str, row: Mapping[str, float], used: Sequence[str], labels: Mapping[str, str]) -> dict[str, str]:
    cells = {labels[line]: number(row[line]) if line in row else NOT_AVAILABLE for line in used}
    return {"Site": site, "Setting": capitalized(setting), **cells, "All": number(sum(row.values()))}


def payers(document: Found) -> Rows:
    """Payer mix by work RVU, and what each pays."""
    return [{"Payer": row["label"], "Share": shown(row["share_of_work_rvus"], percent),
             "Work RVUs": shown(row["work_rvus"], number),
             "Collected / work RVU": shown(row["collected_per_work_rvu"], dollars_and_cents),
             "Allowed / work RVU": shown(row["allowed_per_work_rvu"], dollars_and_cents),
             "× Medicare": shown(row["collected_over_medicare"], times),
             "Net collected": shown(row["net_collection_rate"], percent),
             "Denied": shown(row["denied_share_of_services"], percent)} for row in document["payers"]]


def payer_names(document: Found) -> Rows:
    """How many names each rule knows, and as what."""
    return [{"Counted as": row["label"], "Because": row["rule"], "Names in the files": number(row["names"]),
             "Rows": number(row["rows"])} for row in document["payer_names"]]


def maturity(document: Found) -> Rows:
    """Months of service with what has arrived and what is expected in the end."""
    return [{"Month of service": row["month"], "Collected so far": money(row["collected"]),
             "Share arrived": shown(row["arrived_share"], percent),
             "Expected in the end": f"{'≈ ' if row['is_estimate'] else ''}{money(row['expected'])}",
             "State": "estimate" if row["is_estimate"] else "complete"} for row in document["maturity"]]


def adjustments(document: Found) -> Rows:
    """Write-offs and denials by kind and reason."""
    return [{"Kind": KINDS[row["kind"]], "Reason code": row["reason"] or NOT_AVAILABLE, "Adjusted": cents(row["adjustment"])}
            for row in document["adjustments"]]


def signals(document: Found) -> Rows:
    """Where less may be coded than was done."""
    return [{"Codes": row["signal"], "Site": row["site"], "Exams": number(row["exams"]),
             "Share of the lesser": shown(row["share_of_lesser"], percent), "What to look at": row["why"]}
            for row in document["signals"]]


def control_totals(document: Found) -> Rows:
    """The files' own totals and where each cent of them went."""
    return [{"Total of": MEASURES[row["measure"]], "In the files": cents(row["files"]), "Counted": cents(row["counted"]),
             "Set aside": cents(row["set_aside"]), "Repeated by other payers": cents(row["repeated_by_other_payers"]),
             "Replaced": cents(row["replaced"]), "Voided": cents(row["voids_turned"]), "Not explained": cents(row["difference"])}
            for row in document["control_totals"]]


def set_aside(document: Found) -> Rows:
    """What was not counted, and why."""
    return [{"Why": capitalized(row["why"]), "Where": "; ".join(row["where"]) or NOT_AVAILABLE,
             "Services": number(row["services"]) if row["services"] else "1 to 10",
             "Charges": shown(row["charge"], cents), "Payments": shown(row["paid"], cents)} for row in document["set_aside"]]


def files(document: Found) -> list[str]:
    """Each file and how it was read, a sentence each."""
    return [f"**{escape(row['file'])}**: {number(row['rows'])} rows; {escape('; '.join(row['how']))}; {len(row['columns'])} "
            f"columns read, {row['columns_not_read']} never read" for row in document["files"]]


def columns(document: Found) -> Rows:
    """Which column of which file was what."""
    return [{"What": CONCEPTS[concept], "Column in the file": one["column"], "Taken": EVIDENCE[one["by"]], "File": row["file"]}
            for row in document["files"] for concept, one in row["columns"].items()]
