"""Where each fact stands in a relative value file: in columns below stacked headers, or at fixed places of a line.

The columns are found by name, since their number changes (31 until 2025, 32 since 2026). The fixed places are those of the
record layout that CMS publishes with each release (RVU26A, "National Physician Fee Schedule Relative Value File").
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

TEXTS = ("hcpcs", "modifier", "status", "professional_technical", "global_days", "multiple_procedure", "bilateral",
         "imaging_family")
NUMBERS = ("work_rvus", "nonfacility_practice_rvus", "facility_practice_rvus", "malpractice_rvus", "conversion_factor",
           "outpatient_nonfacility_practice_rvus", "outpatient_facility_practice_rvus", "outpatient_malpractice_rvus",
           "nonfacility_total", "facility_total")
FIELDS = TEXTS + NUMBERS
IN_WORDS = {"hcpcs": "HCPCS", "modifier": "MOD", "status": "STATUS CODE", "work_rvus": "WORK RVU",
            "nonfacility_practice_rvus": "NON-FAC PE RVU", "facility_practice_rvus": "FACILITY PE RVU",
            "malpractice_rvus": "MP RVU", "nonfacility_total": "NON-FACILITY TOTAL", "facility_total": "FACILITY TOTAL",
            "professional_technical": "PCTC IND", "global_days": "GLOB DAYS", "multiple_procedure": "MULT PROC",
            "bilateral": "BILAT SURG", "imaging_family": "DIAGNOSTIC IMAGING FAMILY INDICATOR",
            "conversion_factor": "CONV FACTOR",
            "outpatient_nonfacility_practice_rvus": "NON-FACILITY PE USED FOR OPPS PAYMENT AMOUNT",
            "outpatient_facility_practice_rvus": "FACILITY PE USED FOR OPPS PAYMENT AMOUNT",
            "outpatient_malpractice_rvus": "MP USED FOR OPPS PAYMENT AMOUNT"}
# In some years the words of these begin with TRANSITIONED.
TRANSITIONED = ("nonfacility_practice_rvus", "facility_practice_rvus", "nonfacility_total", "facility_total")


def _letters(words: str) -> str:
    return re.sub(r"[^A-Z]", "", words.upper())


HEADERS = {**{_letters(words): field for field, words in IN_WORDS.items()},
           **{_letters(f"TRANSITIONED {IN_WORDS[field]}"): field for field in TRANSITIONED}}
# First and last place, counted from one, in the order of FIELDS.
PLACES = ((1, 5), (6, 7), (58, 58), (103, 103), (104, 106), (116, 116), (117, 117), (146, 147),
          (60, 65), (67, 72), (76, 81), (85, 89), (133, 140), (152, 157), (159, 164), (166, 171), (91, 96), (97, 102))
FIXED_WIDTH = re.compile(r"[A-Z0-9]{5}(  |26|TC|53).{50}[A-Z].[ \d]{2}\d\.\d\d ")
TITLE_ROWS = 30


class Raw(NamedTuple):
    """The rows of a file as text, in the order of FIELDS, each with its line; what stood above them; which fields it lacks."""

    heading: str
    rows: Sequence[tuple[int, Sequence[str]]]
    missing: tuple[str, ...]


def columns_of(text: str) -> Raw | None:
    """The rows of a comma separated relative value file; None where no line is headed HCPCS."""
    try:
        return _columns_of(text)
    except csv.Error:
        return None


def _columns_of(text: str) -> Raw | None:
    reader = csv.reader(io.StringIO(text, newline=""))
    above: list[list[str]] = []
    for cells in reader:
        above.append(cells)
        if cells and cells[0].strip().upper() == "HCPCS":
            break
        if len(above) > TITLE_ROWS:
            return None
    else:
        return None
    where = _columns(above)
    rows = []
    if len(where) == len(FIELDS):
        order = [where[field] for field in FIELDS]
        width = max(order) + 1
        for cells in reader:
            if cells and any(cells):
                if len(cells) < width:
                    cells += [""] * (width - len(cells))
                rows.append((reader.line_num, [cells[at].strip() for at in order]))
    return Raw(" ".join(cell for row in above for cell in row if cell.strip()), rows,
               tuple(IN_WORDS[field] for field in FIELDS if field not in where))


def _columns(above: list[list[str]]) -> dict[str, int]:
    """The column of each field, by what is stacked above it; titles stand above the first three columns only."""
    names = above[-1]
    found: dict[str, int] = {}
    for at, name in enumerate(names):
        stacked = [name] if at < 3 else [row[at] for row in above if at < len(row)]
        field = HEADERS.get(_letters("".join(stacked)))
        if field:
            found.setdefault(field, at)
    return found


def places_of(text: str) -> Raw | None:
    """The rows of a fixed-width relative value file; None where the lines are not of its form."""
    lines = text.splitlines()
    heading = [line for line in lines[:TITLE_ROWS] if line.startswith("HDR")]
    records = [(at, line) for at, line in enumerate(lines, 1) if line.strip() and not line.startswith(("HDR", "TRL"))]
    if not records or not any(FIXED_WIDTH.match(line) for _, line in records[:TITLE_ROWS]):
        return None
    rows = [(at, [line[first - 1:last].strip() for first, last in PLACES]) for at, line in records]
    return Raw(" ".join(heading), rows, ())


def first_words(text: str) -> Iterator[str]:
    """The first lines of a text, in capitals, by which its kind is told."""
    yield from (line.upper() for line in text.splitlines()[:TITLE_ROWS])
