"""The child process that reads one foreign file: its header, the values of its columns, and its rows as a typed ledger.

What it answers holds no row of the file; what it writes holds amounts, dates, codes and keyed hashes, never a name or number of a
patient. It runs under limits of memory and time, and its own messages never leave it.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from finmodel.billing.layout import KEYS, KIND_MARK
from finmodel.billing.ledger_text import LedgerQuery
from finmodel.billing.sniffing import Refused
from finmodel.billing.tables import Table, open_table

MOST_VALUES = 3_000_000
MOST_LOCATED = 20
NO_MEMORY = {"ArrowMemoryError", "OutOfMemoryException"}


def header(path: Path) -> dict[str, Any]:
    """The header of a file, and how it is written."""
    table = open_table(path)
    return {"header": list(table.header), "written": table.written}


def profile(path: Path, columns: Mapping[str, str]) -> dict[str, Any]:
    """How often each value stands in each column that is no key."""
    concepts = [concept for concept in _names(columns) if concept not in KEYS]
    counts: dict[str, Counter[str]] = {concept: Counter() for concept in concepts}
    rows = 0
    for batch in _batches(open_table(path), columns):
        rows += batch.num_rows
        for concept in concepts:
            for entry in pc.value_counts(batch.column(concept)).to_pylist():
                counts[concept][entry["values"].strip()] += entry["counts"]
            if len(counts[concept]) > MOST_VALUES:
                raise Refused(f"the {concept} column holds more than {MOST_VALUES:,} different values; is it the right one?")
    return {"rows": rows, "counts": counts}


def locate(path: Path, columns: Mapping[str, str], concept: str, values: list[str]) -> dict[str, Any]:
    """The rows of the file, counted from one with the header, in which a column holds one of some values."""
    table, wanted, found, row = open_table(path), pa.array(values), [], 0
    for batch in table.batches([columns[concept]]):
        hits = pc.is_in(pc.utf8_trim_whitespace(batch.column(0)), value_set=wanted)
        found += [row + place.as_py() + 1 + table.rows_before_data for place in pc.indices_nonzero(hits)]
        row += batch.num_rows
        if len(found) >= MOST_LOCATED:
            break
    return {"rows": found[:MOST_LOCATED]}


def convert(path: Path, columns: Mapping[str, str], meanings: Mapping[str, Any], key_parts: list[str], assumed: Mapping[str, Any],
            secret: str, number: int, out: str, memory: str) -> dict[str, Any]:
    """Write the rows as a ledger: what each value means is looked up, keys are hashed."""
    import duckdb

    connection = duckdb.connect(config={"memory_limit": memory, "threads": 2, "temp_directory": str(Path(out).parent),
                                        "autoinstall_known_extensions": False, "autoload_known_extensions": False})
    schema = pa.schema([*((concept, pa.string()) for concept in _names(columns)), ("row", pa.int64())])
    rows = pa.RecordBatchReader.from_batches(schema, _numbered(_batches(open_table(path), columns)))
    connection.register("rows", rows)
    for name, meaning in meanings.items():
        connection.register(f"meaning_{name}", pa.table({"written": pa.array(list(meaning["values"]), pa.string()),
                                                         "meant": pa.array(list(meaning["values"].values()))}))
    explained = {name: meaning["column"] for name, meaning in meanings.items()}
    query = LedgerQuery(_names(columns), explained, key_parts, assumed, number).text()
    # A relation is copied to the file as it is made: the rows are never held all at once.
    connection.execute(f"COPY ({query}) TO '{out}' (FORMAT parquet)", {"secret": secret})
    return {}


def _names(columns: Mapping[str, str]) -> list[str]:
    """The concepts of the columns; an amount whose kind stands beside it is read together with its kind."""
    return [*columns, *(["transaction_amount"] if "amount" in columns else [])]


def _batches(table: Table, columns: Mapping[str, str]) -> Iterator[pa.RecordBatch]:
    for batch in table.batches(list(columns.values())):
        named = pa.RecordBatch.from_arrays(batch.columns, names=list(columns))
        if "amount" in columns:
            parts = [pc.utf8_trim_whitespace(named.column(concept)) for concept in ("transaction", "amount")]
            named = named.append_column("transaction_amount", pc.binary_join_element_wise(*parts, KIND_MARK))
        yield named


def _numbered(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    row = 0
    for batch in batches:
        yield batch.append_column("row", pa.array(range(row, row + batch.num_rows), pa.int64()))
        row += batch.num_rows


ASKED: dict[str, Callable[..., dict[str, Any]]] = {"header": header, "profile": profile, "locate": locate, "convert": convert}


def main() -> None:
    """Answer each question, a line of JSON on standard input, by a line of JSON on standard output."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for line in sys.stdin:
        answers.write(json.dumps(answer(json.loads(line))) + "\n")
        answers.flush()


def answer(asked: dict[str, Any]) -> dict[str, Any] | None:
    """What was found, or why the file is refused; None where the memory does not reach."""
    try:
        return {"found": ASKED[asked.pop("ask")](Path(asked.pop("path")), **asked)}
    except Refused as refusal:
        return {"refused": str(refusal)}
    except MemoryError:
        return None
    except BaseException as error:  # noqa: BLE001
        # The text of a foreign error may quote a value of the file; its kind does not.
        kind = type(error).__name__
        return None if kind in NO_MEMORY else {"refused": f"the file cannot be read ({kind}); export it again, as CSV"}


if __name__ == "__main__":
    main()
