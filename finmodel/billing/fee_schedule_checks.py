"""What a genuine relative value file keeps to; plausible fakes circulate, and each check says which rows break it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from functools import cache

from finmodel.assumptions import Fault, load_medicare
from finmodel.billing.fee_schedule_layout import FIELDS
from finmodel.billing.fee_schedule_records import Entry

# CPT (anaesthesia below 02000, then from 10000), its lettered categories, and the letters that level II of HCPCS uses.
HCPCS = re.compile(r"0[01]\d{3}|[1-9]\d{4}|\d{4}[AFMTU]|[A-EGHJ-MP-V]\d{4}")
MODIFIERS = {"", "26", "TC", "53"}
STATUSES = set("ABCDEFGHIJMNPQRTX")
INDICATORS = {"professional_technical": set("0123456789"), "multiple_procedure": set("012345679"), "bilateral": set("01239")}
NUMBERS = {"work_rvus", "nonfacility_practice_rvus", "facility_practice_rvus", "malpractice_rvus", "nonfacility_total",
           "facility_total", "conversion_factor", "outpatient_nonfacility_practice_rvus", "outpatient_facility_practice_rvus",
           "outpatient_malpractice_rvus"}
ROUNDING = Decimal("0.01")
LARGEST_RVUS = Decimal(5000)
# In the genuine files the commonest of these values stands in two rows of a hundred.
MOST_EQUAL = 0.2
VARIED = {"work_rvus": "WORK RVU", "nonfacility_practice_rvus": "NON-FAC PE RVU", "facility_practice_rvus": "FACILITY PE RVU",
          "nonfacility_total": "NON-FACILITY TOTAL", "facility_total": "FACILITY TOTAL"}
FEWEST_FOR_SHARES = 50
# Published in January and withdrawn when Congress raised the factor (Public Laws 116-260, 117-71 and 117-328).
WITHDRAWN_FACTORS = {2021: "32.4085", 2022: "33.5983", 2023: "33.0607"}
Rows = Sequence[tuple[int, Sequence[str]]]


@cache
def published_factors(qualifying: bool) -> dict[int, set[Decimal]]:
    """The conversion factors that were published for each year: for qualifying participants, or for everyone else."""
    medicare = load_medicare()
    quantity = medicare.conversion_factor_qualifying_apm if qualifying else medicare.conversion_factor
    found: dict[int, set[Decimal]] = defaultdict(set)
    for date, value in (quantity.by_date or {}).items():
        if date.year < (quantity.projected_from or 9999):
            found[date.year].add(Decimal(str(value)))
    for year, factor in WITHDRAWN_FACTORS.items():
        found[year].add(Decimal(factor))
    return dict(found)


def is_qualifying(year: int | None, factor: str) -> bool:
    """Whether a factor is that of qualifying participants of advanced payment models, which differs since 2026."""
    value = _number(factor)
    return value in published_factors(True).get(year or 0, ()) and value not in published_factors(False).get(year or 0, ())


def year_of_factor(factor: str) -> int | None:
    """The only year since 2020 in which a conversion factor held."""
    value = _number(factor)
    years = {year for qualifying in (False, True) for year, known in published_factors(qualifying).items() if value in known}
    return next(iter(years)) if len(years) == 1 else None


def faults_of_factor(year: int, factor: str, file: str) -> Iterator[Fault]:
    """A fault where the conversion factor of a file is none that was published for its year."""
    known = published_factors(False).get(year, set()) | published_factors(True).get(year, set())
    if known and _number(factor) not in known:
        yield Fault(file, "CONV FACTOR", f"is {factor or 'empty'}, but that of {year} is {' or '.join(map(str, sorted(known)))}; "
                                         "the file is not of the year its header names")


def checked_entries(rows: Rows, file: str) -> tuple[dict[tuple[str, str], Entry], list[Fault]]:
    """The entries of a file by code and modifier, and every fault, with the rows that have it."""
    entries: dict[tuple[str, str], Entry] = {}
    wrong: dict[str, list[int]] = defaultdict(list)
    numbers: dict[str, Decimal | None] = {}
    values: dict[str, Counter[str]] = {field: Counter() for field in VARIED}
    for line, cells in rows:
        row = dict(zip(FIELDS, cells, strict=True))
        if row["hcpcs"] and not any(cells[1:]):
            continue
        for field in NUMBERS:
            if row[field] not in numbers:
                numbers[row[field]] = _number(row[field])
        found = {field: numbers[row[field]] for field in NUMBERS}
        reasons = list(_wrong(row, found, entries))
        for reason in reasons:
            wrong[reason].append(line)
        if not reasons:
            entry = Entry._make(found.get(field, row[field]) for field in Entry._fields)
            entries[entry.hcpcs, entry.modifier] = entry
            if entry.work_rvus + entry.malpractice_rvus + entry.nonfacility_practice_rvus:
                for field, counter in values.items():
                    counter[row[field]] += 1
    faults = [Fault(file, _rows_in_words(lines), reason) for reason, lines in wrong.items()]
    if not wrong:
        faults += _faults_of_all(entries, values, file)
    return entries, faults


def _wrong(row: dict[str, str], found: dict[str, Decimal | None], entries: dict[tuple[str, str], Entry]) -> Iterator[str]:
    if not HCPCS.fullmatch(row["hcpcs"]):
        yield "these are no HCPCS codes; a spreadsheet may have stripped leading zeros: give the file as it was downloaded"
    if row["modifier"] not in MODIFIERS:
        yield "the modifier is not 26, TC, 53 or empty"
    if row["status"] not in STATUSES:
        yield "the status code is none that CMS uses"
    if any(row[field] not in known for field, known in INDICATORS.items()):
        yield "an indicator (PCTC IND, MULT PROC or BILAT SURG) is none that CMS uses"
    if (row["hcpcs"], row["modifier"]) in entries:
        yield "a code stands twice with the same modifier"
    if any(value is None or not 0 <= value < LARGEST_RVUS for value in found.values()):
        yield "an RVU, a total or the conversion factor is no number that can be one"
    elif not _adds_up(found, "nonfacility") or not _adds_up(found, "facility"):
        yield "the work, practice expense and malpractice RVUs do not add up to the total"


def _adds_up(found: dict[str, Decimal | None], setting: str) -> bool:
    total = found[f"{setting}_total"]
    parts = (found["work_rvus"], found[f"{setting}_practice_rvus"], found["malpractice_rvus"])
    return total is not None and abs(sum((part or Decimal(0) for part in parts), Decimal(0)) - total) <= ROUNDING


def _faults_of_all(entries: dict[tuple[str, str], Entry], values: dict[str, Counter[str]], file: str) -> Iterator[Fault]:
    if not entries:
        yield Fault(file, "", "holds a header and no codes; give the whole file")
    factors = {entry.conversion_factor for entry in entries.values()}
    if len(factors) > 1:
        yield Fault(file, "CONV FACTOR", "is not the same in every row; a release has one conversion factor")
    for field, column in VARIED.items():
        counted = Counter({value: rows for value, rows in values[field].items() if _number(value)})
        rows = sum(counted.values())
        if rows >= FEWEST_FOR_SHARES and counted.most_common(1)[0][1] > MOST_EQUAL * rows:
            share = counted.most_common(1)[0][1] / rows
            yield Fault(file, column, f"has the same value in {share:.0%} of the rows; in a genuine file the commonest stands in "
                                      "about 2 %: get the file from cms.gov")


def _number(text: str) -> Decimal | None:
    """A number of the file; NA and nothing are zero."""
    try:
        value = Decimal(text) if text not in {"", "NA"} else Decimal(0)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _rows_in_words(lines: list[int]) -> str:
    shown = ", ".join(str(line) for line in lines[:3])
    return f"row{'s' if len(lines) > 1 else ''} {shown}" + (f" and {len(lines) - 3} more" if len(lines) > 3 else "")
