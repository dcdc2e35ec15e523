"""What kind of file an export is, and for text its encoding, delimiter and header row."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO

from finmodel.billing.layout import recognised

SAMPLE = 1 << 18
CHUNK = 1 << 22
DELIMITERS = (",", "\t", ";", "|")
MARKS = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF8, "utf8"),
         (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))
ROWS_BEFORE_HEADER = 30
LEAST_RECOGNISED = 2
LARGEST_FIELD = 1 << 16
MAGIC = ((b"PK\x03\x04", "xlsx"), (b"PAR1", "parquet"), (b"\xd0\xcf\x11\xe0", "xls"), (b"%PDF", "pdf"), (b"\x1f\x8b", "gzip"))


class Refused(ValueError):
    """A file that cannot be read; the text says why and what to do, without a value of the file."""


@dataclass(frozen=True)
class Sniffed:
    """How a text file is written: encoding, delimiter, physical lines up to the end of the header, and the header's cells."""

    encoding: str
    delimiter: str
    lines_before_data: int
    header: tuple[str, ...]


def kind_of(path: Path) -> str:
    """xlsx, parquet or text, by the first bytes.

    Raises:
        Refused: when it is another kind of file, or empty.
    """
    with path.open("rb") as stream:
        start = stream.read(8)
    kind = next((kind for magic, kind in MAGIC if start.startswith(magic)), "text")
    if not start:
        raise Refused("the file is empty")
    if kind in {"xls", "pdf", "gzip"}:
        raise Refused({"xls": "this is an old Excel workbook; save it as XLSX or CSV",
                       "pdf": "this is a PDF; ask for CSV or XLSX",
                       "gzip": "this is compressed; unpack it first"}[kind])
    return kind


def sniffed(path: Path) -> Sniffed:
    """How a text file is written.

    Raises:
        Refused: when no encoding or no header fits.
    """
    encoding = encoding_of(path)
    with path.open("rb") as stream:
        text = codecs.getincrementaldecoder(encoding)("strict").decode(stream.read(SAMPLE))
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        raise Refused("the text holds NUL characters, so it is damaged or no text; export it again")
    found = [one for delimiter in DELIMITERS if (one := _header(text, delimiter))]
    if not found:
        raise Refused("no row of the first thirty names the columns of a billing export (a procedure code, a date of service, "
                      "amounts); is it the right file?")
    best = max(found, key=lambda one: recognised(one[2]))
    return Sniffed(encoding, *best)


def encoding_of(path: Path) -> str:
    """The encoding of a text file: by its byte order mark or zero bytes, else UTF-8 if all of it is, else Windows or Latin-1.

    Raises:
        Refused: when none fits.
    """
    written = path.stat()
    return _encoding(path, written.st_size, written.st_mtime_ns)


@lru_cache(maxsize=64)
def _encoding(path: Path, size: int, changed_at: int) -> str:  # noqa: ARG001 - another size or moment is another file
    """Kept, because all of a file is looked through for it, and several questions are asked of the same file."""
    with path.open("rb") as stream:
        start = stream.read(4096)
    marked = next((encoding for mark, encoding in MARKS if start.startswith(mark)), None)
    zeros = [sum(byte == 0 for byte in start[offset::2]) for offset in (0, 1)]
    if marked is None and max(zeros) > 0.3 * len(start) / 2 and min(zeros) == 0:
        marked = "utf-16-be" if zeros[0] else "utf-16-le"
    for encoding in (marked,) if marked else ("utf8", "cp1252", "latin-1"):
        if _decodes(path, encoding):
            return encoding
    raise Refused("the text is damaged: its bytes are not in the encoding its beginning announces; export it again")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with path.open("rb") as stream:
            for chunk in _chunks(stream):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def _header(text: str, delimiter: str) -> tuple[str, int, tuple[str, ...]] | None:
    csv.field_size_limit(LARGEST_FIELD)
    # The csv module wants line ends of one kind; a header with a quoted line break keeps it.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            rows.append((reader.line_num, row))
            if len(rows) == ROWS_BEFORE_HEADER:
                break
    except csv.Error:
        pass
    line, cells = max(rows, key=lambda one: recognised(one[1]), default=(0, []))
    if recognised(cells) < LEAST_RECOGNISED:
        return None
    return delimiter, line, tuple(cell.strip() for cell in cells)
