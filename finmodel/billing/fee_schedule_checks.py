"""What a genuine relative value file keeps to; plausible fakes circulate, and each check says which rows break it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from functools import cache

from finmodel.assumptions import Fault, load_medicare
from finmodel.billing.fee_schedule_layout import TEXTS
from finmodel.billing.fee_schedule_records import Entry

# CPT (anaesthesia below 02000, then from 10000), its lettered categories, and the letters that level II of HCPCS uses.
HCPCS = re.compile(r"0[01]\d{3}|[1-9]\d{4}|\d{4}[AFMTU]|[A-EGHJ-MP-V]\d{4}", re.ASCII)
MODIFIERS = {"", "26", "TC", "53"}
STATUSES = set("ABCDEFGHIJMNPQRTX")
PROFESSIONAL_TECHNICAL, MULTIPLE_PROCEDURE, BILATERAL = set("0123456789"), set("012345679"), set("01239")
ROUNDING = Decimal("0.01")
LARGEST_RVUS = Decimal(5000)
# What no number of a file can be.
UNREADABLE = Decimal(-1)
# In the genuine files the commonest value of these columns, here by their place among the numbers, stands in two rows of a
# hundred; malpractice RVUs are too small to vary much.
MOST_EQUAL = 0.2
VARIED = {"WORK RVU": 0, "NON-FAC PE RVU": 1, "FACILITY PE RVU": 2, "NON-FACILITY TOTAL": 8, "FACILITY TOTAL": 9}
FEWEST_FOR_SHARES = 50
# In the genuine files no code breaks this.
MOST_UNSPLIT = 0.1
# Published in January and withdrawn when Congress raised the factor (Public Laws 116-260, 117-71 and 117-328).
WITHDRAWN_FACTORS = {2021: "32.4085", 2022: "33.5983", 2023: "33.0607"}
Rows = Sequence[tuple[int, Sequence[str]]]


class Numbers(dict[str, Decimal]):
    """The numbers that texts of the file stand for, each read once."""

    def __missing__(self, text: str) -> Decimal:
        self[text] = value = _number(text)
        return value


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
    numbers = Numbers()
    valued: list[list[Decimal]] = []
    for line, cells in rows:
        texts, values = cells[:len(TEXTS)], [numbers[cell] for cell in cells[len(TEXTS):]]
        if not any(cells[1:]):
            continue
        reasons = list(_wrong(texts, values, entries))
        for reason in reasons:
            wrong[reason].append(line)
        if not reasons:
            entries[texts[0], texts[1]] = Entry._make([*texts, *values[:-2]])
            if values[-2]:
                valued.append(values)
    faults = [Fault(file, _rows_in_words(lines), reason) for reason, lines in wrong.items()]
    return entries, faults or list(_faults_of_all(entries, valued, file))


def _wrong(texts: Sequence[str], values: Sequence[Decimal], entries: dict[tuple[str, str], Entry]) -> Iterator[str]:
    hcpcs, modifier, status, professional_technical, _, multiple_procedure, bilateral, _ = texts
    work, nonfacility, facility, malpractice, *_, nonfacility_total, facility_total = values
    if not HCPCS.fullmatch(hcpcs):
        yield "these are no HCPCS codes; a spreadsheet may have stripped leading zeros: give the file as it was downloaded"
    if modifier not in MODIFIERS:
        yield "the modifier is not 26, TC, 53 or empty"
    if status not in STATUSES:
        yield "the status code is none that CMS uses"
    if (professional_technical not in PROFESSIONAL_TECHNICAL or multiple_procedure not in MULTIPLE_PROCEDURE
            or bilateral not in BILATERAL):
        yield "an indicator (PCTC IND, MULT PROC or BILAT SURG) is none that CMS uses"
    if (hcpcs, modifier) in entries:
        yield "a code stands twice with the same modifier"
    if min(values) < 0 or max(values) >= LARGEST_RVUS:
        yield "an RVU, a total or the conversion factor is no number that can be one"
    elif max(abs(work + nonfacility + malpractice - nonfacility_total),
             abs(work + facility + malpractice - facility_total)) > ROUNDING:
        yield "the work, practice expense and malpractice RVUs do not add up to the total"


def _faults_of_all(entries: dict[tuple[str, str], Entry], valued: Sequence[Sequence[Decimal]], file: str) -> Iterator[Fault]:
    if not entries:
        yield Fault(file, "", "holds a header and no codes; give the whole file")
    if len({entry.conversion_factor for entry in entries.values()}) > 1:
        yield Fault(file, "CONV FACTOR", "is not the same in every row; a release has one conversion factor")
    for column, at in VARIED.items():
        counted = Counter(values[at] for values in valued if values[at])
        rows = counted.total()
        if rows >= FEWEST_FOR_SHARES and counted.most_common(1)[0][1] > MOST_EQUAL * rows:
            share = counted.most_common(1)[0][1] / rows
            yield Fault(file, column, f"has the same value in {share:.0%} of the rows, far more than a genuine file; get it from "
                                      "cms.gov")
    whole = [key for key, entry in entries.items() if not key[1] and entry.status == "A"
             and all((part := entries.get((key[0], one))) and part.status == "A" for one in ("26", "TC"))]
    broken = sum(not _splits(entries[key], entries[key[0], "26"], entries[key[0], "TC"]) for key in whole)
    if len(whole) >= FEWEST_FOR_SHARES and broken > MOST_UNSPLIT * len(whole):
        yield Fault(file, "", f"the professional (26) and technical (TC) RVUs do not add up to the whole in {broken} of "
                              f"{len(whole)} codes; get the file from cms.gov")


def _splits(whole: Entry, professional: Entry, technical: Entry) -> bool:
    """Whether the RVUs of both components are those of the whole service."""
    return all(abs(getattr(professional, field) + getattr(technical, field) - getattr(whole, field)) <= ROUNDING
               for field in ("work_rvus", "nonfacility_practice_rvus", "malpractice_rvus"))


def _number(text: str) -> Decimal:
    """A number of the file; NA and nothing are zero."""
    try:
        value = Decimal(text) if text not in {"", "NA"} else Decimal(0)
    except InvalidOperation:
        return UNREADABLE
    return value if value.is_finite() else UNREADABLE


def _rows_in_words(lines: list[int]) -> str:
    shown = ", ".join(str(line) for line in lines[:3])
    return f"row{'s' if len(lines) > 1 else ''} {shown}" + (f" and {len(lines) - 3} more" if len(lines) > 3 else "")
