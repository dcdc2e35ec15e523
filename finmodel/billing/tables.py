"""Any file of an export as a header and batches of text, of the wanted columns only."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from finmodel.billing.sniffing import Refused, kind_of, sniffed
from finmodel.billing.workbooks import sheet_rows

BLOCK = 1 << 24
ROWS_PER_BATCH = 100_000
FLOATS = (pa.types.is_float32, pa.types.is_float64)


@dataclass(frozen=True)
class Table:
    """A file: its header, the number of rows before the data, how it is written, and its rows as text, by column."""

    header: tuple[str, ...]
    rows_before_data: int
    written: str
    batches: Callable[[Sequence[str]], Iterator[pa.RecordBatch]]


def open_table(path: Path) -> Table:
    """The table in a file.

    Raises:
        Refused: when it cannot be read.
    """
    return {"text": _text_table, "xlsx": _workbook, "parquet": _parquet}[kind_of(path)](path)


def _text_table(path: Path) -> Table:
    how = sniffed(path)
    names = _different(how.header)

    def batches(columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        wrong: list[int] = []

        def remember(row: pcsv.InvalidRow) -> str:
            wrong.append(row.actual_columns)
            return "skip"

        wanted = [names[how.header.index(column)] for column in columns]
        try:
            reader = pcsv.open_csv(
                path, pcsv.ReadOptions(encoding=how.encoding, column_names=names, skip_rows=how.lines_before_data,
                                       block_size=BLOCK),
                pcsv.ParseOptions(delimiter=how.delimiter, newlines_in_values=True, invalid_row_handler=remember),
                pcsv.ConvertOptions(include_columns=wanted, column_types=dict.fromkeys(wanted, pa.string()),
                                    strings_can_be_null=False))
            for batch in reader:
                if wrong:
                    break
                yield pa.RecordBatch.from_arrays(batch.columns, names=list(columns))
        except pa.ArrowInvalid as error:
            # A header alone, with a line break behind it or without.
            if any(words in str(error) for words in ("Empty CSV", "Could not skip initial")):
                return
            raise Refused("a row is longer than 16 MB or a quotation mark is never closed; export it again") from None
        if wrong:
            raise Refused(f"a row has {wrong[0]} columns where the header has {len(names)}: a delimiter or quotation mark in a "
                          "value is not quoted, or a row of totals is short; mend the row, or remove the totals")

    return Table(how.header, how.lines_before_data, f"{how.encoding}, columns parted by {how.delimiter!r}", batches)


def _different(header: Sequence[str]) -> list[str]:
    return [f"{position}:{name}" for position, name in enumerate(header)]


def _workbook(path: Path) -> Table:
    header, before, rows = sheet_rows(path)

    def batches(columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        places = [header.index(column) for column in columns]
        kept: list[list[str]] = []
        for row in rows:
            kept.append([row[place] if place < len(row) else "" for place in places])
            if len(kept) == ROWS_PER_BATCH:
                yield _batch(kept, columns)
                kept = []
        if kept:
            yield _batch(kept, columns)

    return Table(header, before, "workbook", batches)


def _batch(rows: list[list[str]], columns: Sequence[str]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array(column, pa.string()) for column in zip(*rows, strict=True)], names=list(columns))


def _parquet(path: Path) -> Table:
    try:
        source = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError):
        raise Refused("the Parquet file is damaged; export it again") from None

    def batches(columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        try:
            for batch in source.iter_batches(ROWS_PER_BATCH, columns=list(columns)):
                yield pa.RecordBatch.from_arrays([_as_text(batch.column(column)) for column in columns], names=list(columns))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError):
            raise Refused("the Parquet file is damaged, or a column holds lists or tables; export it again") from None

    return Table(tuple(source.schema_arrow.names), 0, "Parquet", batches)


def _as_text(column: pa.Array) -> pa.Array:
    if any(is_float(column.type) for is_float in FLOATS):
        texts = pa.array([None if value is None else f"{value:.15g}" for value in column.to_pylist()], pa.string())
    else:
        texts = pc.cast(column, pa.string())
    return pc.fill_null(texts, "")
