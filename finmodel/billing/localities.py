"""Medicare's payment localities and their geographic practice cost indices (GPCI), from the file that CMS publishes."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from finmodel.assumptions import BadInput, Fault
from finmodel.assumptions.faults import nearest
from finmodel.billing.fee_schedule_files import Text, texts_of

# 112 since the localities of California follow its metropolitan areas (2017); three of them were retired for 2024 (rule for
# 2023; a note under Addendum E says so).
LOCALITIES = {range(2017, 2024): 112, range(2024, 2100): 109}
STATES = frozenset((
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DC", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY",
    "LA", "MA", "MD", "ME", "MI", "MN", "MO", "MS", "MT", "NC", "ND", "NE", "NH", "NJ", "NM", "NV", "NY", "OH",
    "OK", "OR", "PA", "PR", "RI", "SC", "SD", "TN", "TX", "UT", "VA", "VI", "VT", "WA", "WI", "WV", "WY"))
# The jurisdiction (1 to 15), the state within it, and 2 for Part B.
CONTRACTOR = re.compile(r"(0[1-9]|1[0-5])\d\d2")
LINE = re.compile(r"(\d{5})\s+(?:([A-Z]{2})\s+)?(\d{1,2})\s+(\S.*?)\s+(\d\.\d+)\s+(\d\.\d+)\s+(\d\.\d+)(?:\s+(\d\.\d+))?\s*")
YEAR = re.compile(r"\bC?Y?\s?(20\d\d)\b")
LOWEST, HIGHEST = Decimal("0.2"), Decimal("4")
MOST_EQUAL = 0.3


class Locality(NamedTuple):
    """One payment locality with its indices."""

    contractor: str
    number: str
    state: str
    name: str
    work: Decimal
    work_without_floor: Decimal
    practice: Decimal
    malpractice: Decimal

    @property
    def code(self) -> str:
        """Contractor and number, as 10112-00."""
        return f"{self.contractor}-{self.number}"


class Localities(NamedTuple):
    """The localities of a year by contractor and number, as 10112-00."""

    year: int
    file: str
    by_code: Mapping[str, Locality]
    has_both_work_indices: bool

    def locality(self, code: str) -> Locality:
        """The locality of a code such as 10112-00.

        Raises:
            BadInput: when there is none.
        """
        contractor, _, number = code.strip().replace(" ", "-").partition("-")
        found = self.by_code.get(f"{contractor}-{number.zfill(2)}")
        if found is None:
            hint = nearest(code, self.by_code) or "write contractor and locality as in the GPCI file, such as 10112-00 in Alabama"
            raise BadInput([Fault("--locality", code[:40], f"is no locality of {self.file}; {hint}")])
        return found


def load_localities(path: Path | str) -> Localities:
    """The localities of a GPCI file of CMS: its CSV, its fixed-width text, or the zip that it came in.

    Raises:
        BadInput: when the file is not what it claims to be, with every reason.
    """
    path = Path(path)
    texts = texts_of(path)
    found = [(text, rows) for text in texts if (rows := list(_rows(text))) and _is_gpci(text)]
    if not found:
        raise BadInput([_why_none(path.name, texts)])
    text, rows = min(found, key=lambda one: not one[0].name.lower().endswith(".csv"))
    heading = " ".join(text.text.splitlines()[:3])
    years = YEAR.findall(heading)
    if not years:
        raise BadInput([Fault(text.name, "header", "does not say of which year the indices are; give the file with its header")])
    faults = list(_faults(text.name, int(years[0]), rows))
    faults += [Fault(text.name, "header", f"says {years[0]}, the name says {named[1]}; one of them was changed")
               for named in [re.search(r"GPCI_?(20\d\d)", text.name, re.I)] if named and named[1] != years[0]]
    if faults:
        raise BadInput(faults)
    return Localities(int(years[0]), text.name, {row.code: row for row in rows},
                      any(row.work != row.work_without_floor for row in rows))


def _why_none(name: str, texts: Sequence[Text]) -> Fault:
    if any(_is_gpci(text) for text in texts):
        return Fault(name, "", "has no row with contractor, state, locality, name, and the indices of work (PW GPCI), practice "
                               "expense (PE GPCI) and malpractice (MP GPCI); give the file as CMS publishes it")
    codes = any("HCPCS" in text.text[:20_000].upper() for text in texts)
    return Fault(name, "", "this is no GPCI file (Addendum E: contractors, states, localities and their indices); " + (
        "it is a file of codes, which belongs to --fee-schedule" if codes else "give GPCI2026.csv or the zip it came in"))


def _is_gpci(text: Text) -> bool:
    heading = text.text[:2_000].upper()
    return "GPCI" in heading or "GEOGRAPHIC PRACTICE COST" in heading


def _rows(text: Text) -> Iterator[Locality]:
    if text.name.lower().endswith(".csv") or re.search(r"^\d{5},", text.text, re.M):
        yield from _columns(text.text)
        return
    two = "WITHOUT" in text.text[:2_000].upper()
    for line in text.text.splitlines():
        match = LINE.fullmatch(line.strip())
        if match:
            contractor, state, number, name, *indices = match.groups()
            values = [Decimal(one) for one in indices if one]
            yield _locality(contractor, state or "", number, name, values if two or len(values) > 3 else [values[0], *values])


def _columns(text: str) -> Iterator[Locality]:
    """The rows of a CSV; the work index may stand in it with its floor of 1.0, without it, or both ways."""
    head: list[str] = []
    for cells in csv.reader(io.StringIO(text, newline="")):
        if any("GPCI" in cell.upper() and "INDICES" not in cell.upper() for cell in cells):
            head = [" ".join(cell.upper().split()) for cell in cells]
        elif head and len(cells) >= len(head) and re.fullmatch(r"\d{4,5}", cells[0].strip()):
            without = _cell(cells, head, "PW GPCI", "WITHOUT")
            floored = _cell(cells, head, "PW GPCI", "WITH 1.0") or without or _cell(cells, head, "PW GPCI")
            indices = (without or floored, floored, _cell(cells, head, "PE GPCI"), _cell(cells, head, "MP GPCI"))
            if all(indices):
                number = _named(cells, head, "LOCALITY NUMBER", "LOCALITY")
                name = _named(cells, head, "LOCALITY NAME", "NAME")
                yield _locality(cells[0].strip(), _named(cells, head, "STATE"), number, name,
                                [Decimal(one) for one in indices if one])


def _named(cells: Sequence[str], head: Sequence[str], *names: str) -> str:
    """The cell below the first of some names; the file of 2020 names no state."""
    return next((cells[head.index(name)].strip() for name in names if name in head), "")


def _cell(cells: Sequence[str], head: Sequence[str], *signs: str) -> str | None:
    at = next((at for at, name in enumerate(head) if all(sign in name for sign in signs)), len(cells))
    text = cells[at].strip() if at < len(cells) else ""
    return text if re.fullmatch(r"\d?\.?\d+", text) else None


def _locality(contractor: str, state: str, number: str, name: str, indices: Sequence[Decimal]) -> Locality:
    without_floor, floored, practice, malpractice = indices
    return Locality(contractor.zfill(5), number.zfill(2), state, name.strip("* "), max(floored, without_floor), without_floor,
                    practice, malpractice)


def _faults(file: str, year: int, rows: Sequence[Locality]) -> Iterator[Fault]:
    wanted = next((count for years, count in LOCALITIES.items() if year in years), None)
    if wanted and len(rows) != wanted:
        yield Fault(file, "", f"has {len(rows)} localities, but Medicare has {wanted} in {year}; give the whole file")
    for code, count in Counter(row.code for row in rows).items():
        if count > 1:
            yield Fault(file, code, "stands twice")
    for row in rows:
        if not CONTRACTOR.fullmatch(row.contractor) or row.state not in STATES | {""}:
            yield Fault(file, row.code, "is no contractor and state of Medicare's Part B")
        if not all(LOWEST <= one <= HIGHEST for one in (row.work, row.work_without_floor, row.practice, row.malpractice)):
            yield Fault(file, row.code, f"has an index outside of {LOWEST} to {HIGHEST}")
    for name in ("practice", "malpractice"):
        value, count = Counter(getattr(row, name) for row in rows).most_common(1)[0]
        if count > MOST_EQUAL * len(rows) and len(rows) > 20:
            yield Fault(file, name, f"is {value} in {count} of {len(rows)} localities, which no genuine file has")
