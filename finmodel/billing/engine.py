"""Run the ledger's expressions on whatever engine holds it; only the aggregates come back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc

from finmodel.billing import ledger as expressions
from finmodel.billing import ledger_claims as claims
from finmodel.billing import ledger_tables as tables
from finmodel.billing.rules import service_lines

PATIENT_GROUPS = {"month": ("site_key", "setting", "line", "month"), "year": ("site_key", "setting", "line", "year"),
                  "payer": ("setting", "payer_class", "year"), "whole_month": ("month",)}


@dataclass(frozen=True)
class Aggregates:
    """Everything that is kept of a ledger: sums, and how many patients are behind each group (None where no key tells)."""

    cells: pa.Table
    left_out: Mapping[str, int]
    reasons: pa.Table
    payments: pa.Table
    payers: pa.Table
    patients: Mapping[str, pa.Table] | None


def aggregates(frame: Any, *, is_row_per_service: bool = False, is_remittance: bool = False,
               patient_key: str | None = "patient_key",
               progress: Callable[[str], None] = lambda _: None) -> Aggregates:
    """The aggregates of a ledger in any frame that Narwhals knows: DuckDB, Spark, or a table behind Ibis.

    ``is_row_per_service`` says that no two rows are of one service, so that nothing needs to be put together; ``is_remittance``
    that all charges are those that answers of payers repeat, so that equal ones of a service are one.
    """
    ledger = expressions.as_ledger(frame)
    progress("looking for replaced claims")
    replacements = collected(ledger.filter(nw.col("frequency") == claims.REPLACEMENT).select(nw.len().cast(nw.Int64)))
    rows = claims.counted(ledger, has_replacements=bool(replacements.column(0)[0].as_py()))
    progress("netting services")
    cells = collected(expressions.cells(expressions.services(rows, is_row_per_service, is_remittance), is_row_per_service))
    left_out = collected(claims.left_out(rows)).to_pylist()[0]
    progress("payments and adjustments")
    reasons, payments, payers = (collected(part(rows))
                                 for part in (tables.reasons, tables.payments, tables.payers))
    return Aggregates(cells, left_out, reasons, payments, payers,
                      _patients(rows, cells, patient_key, progress) if patient_key else None)


def _patients(rows: nw.LazyFrame[Any], cells: pa.Table, key: str, progress: Callable[[str], None]) -> dict[str, pa.Table]:
    progress("counting patients behind small cells")
    lines = service_lines()
    codes: dict[str, list[str]] = {}
    for code in pc.unique(cells.column("code")).to_pylist():
        if code:
            codes.setdefault(lines.line_of(code), []).append(code)
    places: dict[str, list[str]] = {}
    for place, setting in lines.setting_of_place.items():
        places.setdefault(setting, []).append(place)
    grouped = {name: tables.patients(rows, codes, places, key, by) for name, by in PATIENT_GROUPS.items()}
    grouped["payer_name"] = tables.behind(rows, key, ["payer_key", "payer_class"])
    grouped["reason"] = tables.behind(rows.filter(nw.col("adjustment") != 0), key, ["reason"])
    return {name: collected(one) for name, one in grouped.items()}


def collected(frame: nw.LazyFrame[Any]) -> pa.Table:
    """The rows of a lazy frame as an Arrow table, in an order of its own."""
    table: pa.Table = frame.collect("pyarrow").to_native()
    return table
