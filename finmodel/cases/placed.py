"""The arrays that lines stand on: tables, indices and inputs, each input with the assumptions it was placed from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from finmodel.assumptions import Quantity, Record
from finmodel.assumptions.fields import fields_of
from finmodel.assumptions.words import capitalized, in_words
from finmodel.cases.assumptions import Assumptions
from finmodel.engine import Array, Index, Table


@dataclass(frozen=True)
class Input:
    """An input array: its table, and for every row the path and quantity it was placed from."""

    name: str
    label: str
    unit: str
    table: str | None
    rows: tuple[tuple[str, Quantity | None], ...]
    array: Array


@dataclass(frozen=True)
class Placed:
    """Everything the lines stand on: tables, indices and input arrays of shape (rows, year, case)."""

    years: tuple[int, ...]
    tables: Mapping[str, Table]
    indices: Mapping[str, Index]
    inputs: Mapping[str, Input]


PREFIXES = {"segments": "segment_", "payers": "payer_", "providers": "provider_", "outside_reads": "outside_read_",
            "other_revenue": "other_revenue_", "hospital_payments": "hospital_payment_", "facilities": "facility_",
            "roster_changes": "roster_change_", "service_schedule": "service_", "alternatives": "alternative_"}
SINGLE_ROWS = {"shortfall": {"locums_share": "shortfall_locums_share", "teleradiology_share": "shortfall_teleradiology_share"},
               "inflation": {}, "collection": {}, "medicare": {}, "full_time": {}}


class Placer:
    """Lays quantities and structure on tables."""

    def __init__(self, assumptions: Assumptions) -> None:
        self.assumptions = assumptions
        self.practice = assumptions.practice
        self.years = self.practice.years
        self.tables: dict[str, Table] = {}
        self.indices: dict[str, Index] = {}
        self.inputs: dict[str, Input] = {}

    def table(self, name: str, rows: Iterable[str]) -> Table:
        """A table; a table without rows gets one row of zeros, so that sums over it are zero."""
        self.tables[name] = Table(name, tuple(rows) or ("none",))
        return self.tables[name]

    def index(self, name: str, inner: str, outer: str, targets: Sequence[str]) -> None:
        """For every row of the inner table, its row in the outer one."""
        rows = {row: position for position, row in enumerate(self.tables[outer].rows)}
        positions = np.array([rows[target] for target in targets] or [0], dtype=np.intp)
        self.indices[name] = Index(self.tables[inner], self.tables[outer], positions)

    def quantities(self, name: str, table: str | None, paths: Sequence[str], label: str = "") -> None:
        """An input from the quantities at paths; a path without quantity is zero."""
        found = [(path, self.assumptions.get(path)) for path in paths]
        units = {quantity.unit for _, quantity in found if quantity}
        values = [quantity.over(self.years) if quantity else np.zeros(len(self.years)) for _, quantity in found]
        self._put(Input(name, label or capitalized(in_words(name)), next(iter(units), "factor"), table, tuple(found),
                        np.stack(values or [np.zeros(len(self.years))])[:, :, None]))

    def given(self, name: str, label: str, path: str, quantity: Quantity) -> None:
        """An input of one row from a quantity that is no path of the practice."""
        self._put(Input(name, label, quantity.unit, None, ((path, quantity),), quantity.over(self.years)[None, :, None].copy()))

    def structure(self, name: str, table: str | None, values: Any) -> None:
        """An input that follows from dates, choices or the calendar; shape (rows, year) or (rows,)."""
        array = np.asarray(values, dtype=float)
        if array.ndim == 1:
            array = np.repeat(array[:, None], len(self.years), axis=1)
        rows = self.tables[table].rows if table else ("",)
        self._put(Input(name, capitalized(in_words(name)), "factor", table, tuple((row, None) for row in rows),
                        np.ascontiguousarray(array)[:, :, None]))

    def _put(self, placed: Input) -> None:
        placed.array.flags.writeable = False
        self.inputs[placed.name] = placed

    def keyed(self, table: str, section: str, record: type[Record], rows: Mapping[str, Any]) -> None:
        """One input for each number of the records of a section, rows by key."""
        for field in number_fields(record):
            self.quantities(PREFIXES[table] + field, table, [f"{section}.{key}.{field}" for key in rows])


def number_fields(record: type[Record]) -> list[str]:
    """The fields of a record that hold quantities."""
    return [field.name for field in fields_of(record) if field.kind == "number"]
