"""A user's file of codes in, and the same file with what Medicare pays out, safe to open in a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from finmodel.assumptions import BadInput, Fault
from finmodel.assumptions.faults import nearest
from finmodel.billing.fee_schedule_files import LARGEST_TEXT, decoded

DELIMITERS = ",;\t|"
FORMULA = ("=", "+", "-", "@")
NUMBER = re.compile(r"[-+]?\d*[.,]?\d+([eE][-+]?\d+)?%?")


class Table(NamedTuple):
    """The rows of a file as text, in its order, and where each column stands."""

    file: str
    header: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]

    def column(self, name: str) -> list[str]:
        """The cells of a column without the blanks around them; empty ones where the file has no such column."""
        at = self.place(name)
        return [row[at].strip() for row in self.rows] if at is not None else [""] * len(self.rows)

    def place(self, name: str) -> int | None:
        """Where a column stands, whatever its case."""
        return next((at for at, one in enumerate(self.header) if one.strip().lower() == name), None)


def read_table(path: Path | str, needed: Sequence[str]) -> Table:
    """The rows of a delimited text file that has at least the columns needed.

    Raises:
        BadInput: when it cannot be read or lacks a column, or a row has more cells than the header.
    """
    path = Path(path)
    text = decoded(_content(path), path.name)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    csv.field_size_limit(LARGEST_TEXT)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        found = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise BadInput([Fault(path.name, "", f"cannot be read as delimited text ({error}); save it as CSV again")]) from None
    header = tuple(cell.strip() for cell in found[0][1]) if found else ()
    names = [name.lower() for name in header]
    faults = [Fault(path.name, name, f"the file has no column of this name{nearest(name, names, lead='; ')}")
              for name in needed if name not in names]
    faults += [Fault(path.name, name, "two columns have this name; rename one") for name in needed if names.count(name) > 1]
    faults += [Fault(path.name, f"row {line}", f"has {len(cells)} cells, but the header has {len(header)}; put values that hold "
                                               "a comma in quotation marks")
               for line, cells in found[1:] if any(cell.strip() for cell in cells[len(header):])]
    if faults:
        raise BadInput(faults)
    rows = [(cells + [""] * len(header))[:len(header)] for _, cells in found[1:]]
    return Table(path.name, header, rows, [line for line, _ in found[1:]])


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_TEXT:
            raise BadInput([Fault(path.name, "", f"is larger than {LARGEST_TEXT // 1_000_000} MB; split it")])
        return path.read_bytes()
    except FileNotFoundError:
        raise BadInput([Fault(path.name, "", "there is no such file; check the path")]) from None
    except OSError as error:
        raise BadInput([Fault(path.name, "", f"the file cannot be read: {error.strerror or error}")]) from None


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: text that would begin one has an apostrophe before it."""
    return f"'{cell}" if cell.lstrip().startswith(FORMULA) and not NUMBER.fullmatch(cell.strip()) else cell


def csv_of(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Rows as CSV whose cells are safe to open in a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([safe(cell) for cell in header])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue()


def code_of(cell: str) -> str:
    """A code as the fee schedule writes it, whatever a spreadsheet made of it: 70450.0, '70450, a0021."""
    return re.sub(r"\.0+$", "", cell.strip().lstrip("'").strip().upper())
