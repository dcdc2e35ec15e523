"""Workbooks: what makes one hostile is seen in its directory, before anything unpacks it."""

import datetime
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from finmodel.billing.layout import recognised
from finmodel.billing.sniffing import LEAST_RECOGNISED, ROWS_BEFORE_HEADER, Refused

LARGEST_UNPACKED = 600_000_000
LARGEST_RATIO = 150
MOST_PARTS = 2_000
MOST_CELLS = 40_000_000
DECLARED = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
# Attributes stand in any order, names may have a prefix, and a row may say its number for cells that do not.
PLACED = re.compile(rb"""<(?:\w+:)?(?:c|row)(?:\s+[\w:]+\s*=\s*(?:"[^"]*"|'[^']*'))*?\s+r\s*=\s*["']([A-Z]{0,3})(\d{1,7})["']""")
LONGEST_CELL = 1 << 18
WINDOW = 1 << 16


def see_that_harmless(path: Path) -> None:
    """Refuse what would unpack to more than is sensible, declares entities, or places cells far away.

    Raises:
        Refused: saying which.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            if len(parts) > MOST_PARTS or unpacked > LARGEST_UNPACKED:
                raise Refused("the workbook unpacks to more than 600 MB; export it as CSV")
            if unpacked > 10_000_000 and unpacked > LARGEST_RATIO * path.stat().st_size:
                raise Refused("the workbook unpacks to more than 150 times its size, as a zip bomb does; export it as CSV")
            if any(part.flag_bits & 1 for part in parts):
                raise Refused("the workbook is protected by a password; save it without")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _see_that_part_is_harmless(archive, part)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, zlib.error):
        raise Refused("the workbook is damaged; save it again") from None


def _see_that_part_is_harmless(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    read, rows, columns, before = 0, 0, 0, b""
    with archive.open(part) as stream:
        while window := stream.read(WINDOW):
            read += len(window)
            if read > part.file_size or read > LARGEST_UNPACKED:
                raise Refused("a part of the workbook is larger than its directory says; save it again")
            text = before + window
            if DECLARED.search(text):
                raise Refused("the workbook declares XML entities, which no spreadsheet program writes; save it again")
            if "worksheets/" in part.filename:
                for column, row in PLACED.findall(text):
                    rows, columns = max(rows, int(row)), max(columns, _position(column))
                if rows * columns > MOST_CELLS:
                    raise Refused("the sheet has cells so far to the right or below that it would be "
                                  f"{rows:,} rows × {columns:,} columns; clear what is far outside, or export it as CSV")
            # What the window cuts is read with the next one; other parts have no cells, and may hold long texts.
            before = text[max(text.rfind(b"<"), 0):] if "worksheets/" in part.filename else text[-64:]
            if len(before) > LONGEST_CELL:
                raise Refused("a cell is longer than any spreadsheet program writes; export it as CSV")


def _position(column: bytes) -> int:
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number


def sheet_rows(path: Path) -> tuple[tuple[str, ...], int, Iterator[list[str]]]:
    """The header of the sheet that names most columns, the rows before its data, and the rows after it as text.

    Raises:
        Refused: when no sheet is a billing export.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    see_that_harmless(path)
    try:
        workbook = CalamineWorkbook.from_path(path)
        best: tuple[int, list[list[Any]], int] = (0, [], 0)
        for name in workbook.sheet_names:
            values = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            start = [[_text(cell) for cell in row] for row in values[:ROWS_BEFORE_HEADER]]
            position = max(range(len(start)), key=lambda one: recognised(start[one]), default=0)
            found = recognised(start[position]) if start else 0
            if found > best[0]:
                best = (found, values, position)
    except (CalamineError, ValueError, OSError):
        raise Refused("the workbook is damaged; save it again") from None
    found, values, position = best
    if found < LEAST_RECOGNISED:
        raise Refused("no sheet names the columns of a billing export (a procedure code, a date of service, amounts)")
    header = tuple(_text(cell).strip() for cell in values[position])
    return header, position + 1, ([_text(cell) for cell in row] for row in values[position + 1:])


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{cell:.15g}"
    if isinstance(cell, datetime.datetime | datetime.date):
        return cell.isoformat()[:10]
    return "" if cell is None else str(cell)
