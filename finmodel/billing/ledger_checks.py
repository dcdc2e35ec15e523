"""What would count twice or be lost without a word when files are put together, and is refused before anything is added up."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from finmodel.assumptions import Fault
from finmodel.billing.disclosure import how_many
from finmodel.billing.headings import Heading
from finmodel.billing.ledger import LEDGER

# A row taken back and written again is the same row in two files, but for the sign of what is between them.
SIGNED = ("charge", "allowed", "paid", "adjustment")
SAME = ", ".join(f"abs({name})" if name in SIGNED else name for name in LEDGER if name not in ("file", "service_key"))
# A payment without a date may be one of many alike. Only names of columns stand in these queries.
REPEATED = f"""
    SELECT one, other, count(*) FROM (
      SELECT min(file) AS one, max(file) AS other FROM read_parquet($ledger)
      WHERE charge <> 0 OR (coalesce(deposit_date, posting_date) IS NOT NULL AND (paid <> 0 OR adjustment <> 0))
      GROUP BY service_key, hash({SAME})
      HAVING min(file) <> max(file) AND coalesce(min(charge), 0) >= 0 AND min(paid) >= 0 AND min(adjustment) >= 0)
    GROUP BY one, other ORDER BY one, other"""  # noqa: S608
TECHNICAL = "list_contains(string_split(modifiers, ' '), 'TC')"
MIXED = f"""
    SELECT count(*) FROM (SELECT service_key FROM read_parquet($ledger) WHERE charge > 0 GROUP BY service_key
                          HAVING bool_or({TECHNICAL}) AND bool_or(NOT {TECHNICAL}))"""  # noqa: S608


def faults_together(connection: Any, folder: Path, headings: Sequence[Heading], key_parts: Sequence[str]) -> Iterator[Fault]:
    """A fault where files overlap, and where one has no modifiers to tell the professional from the technical component."""
    ledger = {"ledger": str(folder / "*.parquet")}
    if len(headings) < 2 or not key_parts:
        return
    for one, other, count in connection.execute(REPEATED, ledger).fetchall():
        yield Fault(headings[other].file, "",
                    f"{how_many(count)} rows stand in {headings[one].file} as well, the same in all that is read of them, and "
                    "would count twice; export periods that do not overlap, or remove the rows from one of the files")
    without = [heading for heading in headings if "modifier_1" not in heading.layout.columns]
    if not without or {"line", "modifiers"} & set(key_parts):
        return
    ((count,),) = connection.execute(MIXED, ledger).fetchall()
    if count:
        yield from (Fault(heading.file, "modifier_1",
                          f"no column holds modifiers, and {how_many(count)} services are charged both with and without TC, so "
                          "that the read cannot be told from the technical component; export the modifiers too and name their "
                          "column with --map COLUMN=modifier_1, or leave the charges with TC out") for heading in without)
