"""What an export tells, as plain data: volumes, payers, rates, maturity, signals, control totals; small cells are not in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from finmodel.assumptions import BadInput, Fault
from finmodel.assumptions.practice import Practice
from finmodel.billing.disclosure import how_many, tells_few
from finmodel.billing.explaining import Unread
from finmodel.billing.fee_schedule import FeeSchedule
from finmodel.billing.ingest import Exported
from finmodel.billing.layout import MODIFIERS
from finmodel.billing.maturity import Maturity, maturity_of
from finmodel.billing.netting_cautions import netting_cautions
from finmodel.billing.origin import Origin
from finmodel.billing.payer_report import Patients, adjustments, emergency, payer_names, payers, signals
from finmodel.billing.practice_file import practice_of
from finmodel.billing.quality import control_totals, set_aside
from finmodel.billing.rules import CLASSES
from finmodel.billing.summary import Summary, summary_of
from finmodel.billing.volume_report import maturity_by_month, totals, volumes
from finmodel.format import number

LEAST_DIFFERENCE = 1e-3


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
        maturity = maturity_of(exported.found.payments.to_pylist(), summary.months())
        patients = _patients(exported, summary)
        origin = _origin(exported, summary, by_year, name, year)
        practice = practice_of(summary, maturity, patients, origin)
        document = {
            "practice": name, "year": origin.year, "months": origin.months, "files": _files(exported),
            "fee_schedules": [f"{one.year} {one.release}: {one.file}" for one in schedules],
            "totals": totals(summary, maturity, origin),
            "volumes": volumes(summary, patients, exported.sites), "payers": payers(summary, maturity, patients, origin),
            "payer_names": payer_names(exported, patients), "adjustments": adjustments(exported, patients),
            "emergency": emergency(summary, maturity, patients, origin), "signals": signals(summary, exported.sites, origin),
            "maturity": maturity_by_month(summary, maturity, patients),
            "control_totals": control_totals(summary, exported.control), "set_aside": set_aside(summary, _unread(exported)),
            "cautions": _cautions(summary, maturity, exported, practice, origin)}
        return Report(document, practice)
    finally:
        summary.close()


def _origin(exported: Exported, summary: Summary, schedules: Mapping[int, FeeSchedule], name: str, year: int | None) -> Origin:
    months = summary.months()
    counts = {one: sum(month // 12 == one for month in months) for one in sorted({month // 12 for month in months})}
    if not counts:
        reasons = ", ".join(f"{how_many(row['services'] or 1)} services: {'; '.join((row['why'], *row['where']))}"
                            for row in set_aside(summary, _unread(exported))) or "no row charges anything"
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
    count = len(exported.headings)
    return Origin(name, "export 1" if count == 1 else f"exports 1 to {count}", chosen, counts[chosen], exported.sites)


def _patients(exported: Exported, summary: Summary) -> Patients:
    """Patients behind each group; services where no key tells patients apart, which are at least as many."""
    numbers = {payer: number for number, payer in enumerate(CLASSES)}

    def counted(measure: str) -> dict[str, dict[tuple[Any, ...], float]]:
        return {"month": {(row["site_key"], row["setting"], row["line"], row["month"]): row[measure]
                          for row in summary.by("site_key", "setting", "line", "month")},
                "year": {(row["site_key"], row["setting"], row["line"], row["year"]): row[measure]
                         for row in summary.by("site_key", "setting", "line", "year")},
                "payer": {(row["setting"], numbers[row["payer"]], row["year"]): row[measure]
                          for row in summary.by("setting", "payer", "year")},
                "whole_month": {(row["month"],): row[measure] for row in summary.by("month")}}

    if exported.found.patients is not None:
        told = {name: {tuple(row.values())[:-1]: row["patients"] for row in table.to_pylist()}
                for name, table in exported.found.patients.items()}
        # Patients all of whose exams were reversed are behind no exam: there are no more of them than exams.
        exams = counted("exams")
        return told | {name: {key: min(count, max(exams[name].get(key, count), 1)) for key, count in told[name].items()}
                       for name in exams}
    return {**counted("services"),
            "payer_name": {(row["payer_key"], row["payer_class"]): row["rows"] for row in exported.found.payers.to_pylist()},
            "reason": {(row["reason"],): row["rows"] for row in exported.found.reasons.to_pylist()}}


def _unread(exported: Exported) -> list[Unread]:
    return [one for decided in exported.meanings.values() for one in decided.unread_rows]


def _files(exported: Exported) -> list[dict[str, Any]]:
    """How each file was read; files are numbered as they were given, for the name of one may be that of a patient."""
    return [{"file": f"export {number}", "rows": rows, "how": list(how),
             "columns": {concept: {"column": column, "by": one.layout.evidence[concept]} for concept,
                         column in one.layout.columns.items()},
             "columns_not_read": len(one.layout.unread)}
            for number, (one, rows, how) in enumerate(zip(exported.headings, exported.rows, exported.decisions, strict=True), 1)]


def _cautions(summary: Summary, maturity: Maturity, exported: Exported, practice: Practice, origin: Origin) -> list[str]:
    everything = summary.by(where="true")[0]
    counted = summary.by(where=f"set_aside = '' AND year = {origin.year}")[0]
    found = [*_cautions_of_practice(summary, practice, origin), *netting_cautions(summary, maturity)]
    if origin.months < 12:
        found.append(f"only {origin.months} months of {origin.year} are in the exports; the practice scales them to twelve")
    if not maturity.arrived_share:
        found.append("how fast payments arrive cannot be told (no dates of payment, or under six months): nothing is estimated")
    if counted["without_allowed"]:
        part, whole = counted["without_allowed"], counted["services"]
        found.append(f"{'some' if tells_few(part, whole) else number(part)} of {how_many(whole)} services state no allowed "
                     "amount; allowed figures are of the others")
    if everything["repeated_services"]:
        found.append(f"{how_many(everything['repeated_services'])} services have a charge or an allowed amount that several "
                     "payers or answers repeat; it counts once, as the first payer's")
    if everything["orphans"]:
        found.append(f"{how_many(everything['orphans'])} services have payments and no charge in these files")
    if maturity.undated:
        found.append("some payments have no date, or one before the service; the lag of payments leaves them out")
    if exported.told_apart != "patient":
        counted_instead = "claims" if exported.told_apart else "services"
        found.append(f"no column of all files holds a number of patients: what is of one to ten patients is told by "
                     f"{counted_instead} instead, of which one patient may have several, and sites are numbered in the order of "
                     "their names; name the column with --map COLUMN=patient")
    found += [f"{one.words}: what is no modifier there is not read" for one in _unread(exported) if one.concept in MODIFIERS]
    unknown = summary.by(where="set_aside = '' AND payer = 'unknown'")[0]["services"]
    if unknown:
        found.append(f"{how_many(unknown)} services name no payer; the practice counts them as other")
    return found


def _cautions_of_practice(summary: Summary, practice: Practice, origin: Origin) -> Iterator[str]:
    in_year = f"set_aside = '' AND year = {origin.year}"
    exams = sum(one.base_exams.values[0] for settings in practice.volumes.values() for lines in settings.values()
                for one in lines.values())
    if abs(exams - summary.by(where=in_year)[0]["exams"] * origin.to_a_year) > LEAST_DIFFERENCE:
        yield "some exams are not in the practice: of settings with one to ten patients, or reversed from another year"
    whole = summary.by(where=f"{in_year} AND is_whole = 1 AND setting = 'imaging_center'")[0]
    if whole["services"]:
        yield (f"{how_many(whole['services'])} services of imaging centers are billed whole: what they collect pays for the "
               "machine, too")
