"""Plain words for the paths of assumptions: ``providers.partner_radiologist.fte`` is *Partners, diagnostic: FTE*."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from finmodel.assumptions.practice import Practice

CAPITALS = {"APM", "APP", "CT", "DXA", "FTE", "GPCI", "IR", "MR", "NM", "PET", "RVU", "US", "XR"}
SAID_AS = {"annual": "yearly", "rvus": "RVUs", "medicare": "Medicare", **{word.lower(): word for word in CAPITALS}}

# What a field measures, where the words of its name do not say it.
MEASURES = {
    "annual_trend": "yearly price trend",
    "base_amount": "amount in the base year",
    "base_exams": "exams in the base year",
    "base_reads": "reads in the base year",
    "base_work_rvus_per_exam": "work RVUs per exam",
    "base_year_collections": "collections in the base year",
    "benefits_rate": "benefits as a share of pay",
    "benefits_trend": "yearly trend of benefits",
    "compensation_per_fte": "agreed pay per FTE",
    "compensation_trend": "yearly pay trend",
    "conversion_factor_qualifying_apm": "conversion factor of qualifying APM participants",
    "education_per_fte": "CME, dues and licences per FTE",
    "education_trend": "yearly trend of CME, dues and licences",
    "extra_teleradiology_price_per_work_rvu": "teleradiology price per work RVU",
    "hospital_bills": "share of the year in which the hospital bills",
    "hospital_rate_ratio": "hospital's rates as a multiple of the group's",
    "locums_share": "share of the shortfall bought as locums",
    "locums_trend": "yearly price trend",
    "malpractice_per_fte": "malpractice insurance per FTE",
    "malpractice_trend": "yearly trend of malpractice insurance",
    "medicare_indexed_share": "share of the price indexed to Medicare",
    "medicare_paid_share": "share of the allowed amount that Medicare pays",
    "price_trend": "yearly price trend",
    "size": "FTE that join, or leave if negative",
    "teleradiology_share": "share of the shortfall bought as teleradiology",
    "vacancy_share": "share of FTE vacant",
    "work_gpci_floor_benefit": "share of payment that the work GPCI floor adds",
    "work_gpci_floor_in_force": "share of the year with the work GPCI floor",
}
MIXES = {"payer_mix": "share of work RVUs", "payer_mix_by_facility": "share of work RVUs",
         "payer_mix_shift": "yearly shift of the share of work RVUs"}
SUBJECTS = {"actuals": "last year's accounts", "full_time": "full-time radiologist", "inflation": "provider cost other than pay",
            "medicare_rules": "Medicare", "shortfall": "bought coverage"}
EVERY_ROW = {"expenses": "all expense items", "facilities": "all facilities", "hospital_payments": "all payments",
             "other_revenue": "all other revenue", "outside_reads": "all teleradiology contracts", "payers": "all payers",
             "providers": "all categories", "roster_changes": "all who join or leave", "service_schedule": "all services"}


def describe(path: str, practice: Practice) -> str:
    """The words of a path, or of a pattern in which a star stands for all rows: whose number it is, then what it measures."""
    subject, measure = subject_and_measure(path, practice)
    return f"{capitalized(subject)}: {measure}" if measure else capitalized(subject)


def subject_and_measure(path: str, practice: Practice) -> tuple[str, str]:
    """Whose number a path is, and what it measures; the measure is empty where the path names no field."""
    section, *keys = path.split(".")
    if section in MIXES:
        *places, payer = keys or ["*"]
        where = _places(places, practice, has_facility=section == "payer_mix_by_facility")
        return ", ".join([*where, _row("payers", payer, practice)]), MIXES[section]
    if section == "volumes" and keys:
        if keys[:3] == ["*", "*", "*"]:
            return "all sites", _measure(keys[3:])
        kind = ["all kinds of exam" if key == "*" else in_words(key) for key in keys[2:3]]
        return ", ".join([*_places(keys[:2], practice, has_facility=True), *kind]), _measure(keys[3:])
    if section in EVERY_ROW and keys:
        return _row(section, keys[0], practice), _measure(keys[1:])
    return SUBJECTS.get(section, in_words(section)), _measure(keys)


def in_words(name: str) -> str:
    """A name of the files in words: ``nm_pet`` is *NM PET*."""
    return " ".join(SAID_AS.get(word, word) for word in name.replace("-", "_").split("_") if word)


def capitalized(text: str) -> str:
    """The text with its first letter in capitals, the others as they are."""
    return text[:1].upper() + text[1:]


def _measure(keys: Sequence[str]) -> str:
    if "".join(keys) == "*":
        return "all"
    return ", ".join([MEASURES.get(key, in_words(key.replace("*", ""))) for key in keys])


def _places(keys: Sequence[str], practice: Practice, *, has_facility: bool) -> list[str]:
    """The facility, where the keys begin with one, and the setting."""
    facilities, settings = (keys[:1], keys[1:]) if has_facility else ([], keys)
    return [*(_row("facilities", key, practice) for key in facilities),
            *("all settings" if key == "*" else in_words(key) for key in settings)]


def _row(table: str, key: str, practice: Practice) -> str:
    """What the practice calls a row of a table; of a key with stars in it, the rows that fit."""
    if key == "*":
        return EVERY_ROW[table]
    rows = getattr(practice, table)
    fitting = [name for name in rows if fnmatchcase(name, key)]
    return " and ".join(_label(table, name, practice) for name in fitting) or in_words(key.replace("*", ""))


def _label(table: str, key: str, practice: Practice) -> str:
    if table == "service_schedule":
        service = practice.service_schedule[key]
        return f"{practice.facilities[service.facility].label}, {service.service}"
    if table == "roster_changes":
        change = practice.roster_changes[key]
        return f"{change.label}, {change.date:%B} {change.date.day}, {change.date.year}"
    label: str = getattr(practice, table)[key].label
    return label
