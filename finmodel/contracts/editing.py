"""Change the tables of a proposal's file: set and remove entries, add clauses, and change their order.

Each function gives other tables and leaves those it was given as they are.
"""

import copy
import datetime
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from finmodel.assumptions import Practice, Record
from finmodel.assumptions.fields import Field, fields_of
from finmodel.contracts.clause import Clause, Rows, Schedule, rows_of
from finmodel.contracts.mechanism import Mechanism

Document = dict[str, Any]
Path = tuple[str, ...]


@dataclass(frozen=True)
class Start:
    """What a new clause is filled with before anybody has agreed on anything: the practice's rows, and the dates."""

    practice: Practice
    rows: Mapping[str, Collection[str]]
    starts: datetime.date
    today: datetime.date


def held(document: Mapping[str, Any], path: Path) -> Any:
    """What the tables hold at a path; None where there is nothing."""
    found: Any = document
    for part in path:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def with_entry(document: Document, path: Path, value: Any) -> Document:
    """The tables with another entry at a path; None removes what is there."""
    changed = copy.deepcopy(document)
    table = changed
    for part in path[:-1]:
        table = table.setdefault(part, {})
    if value is None:
        table.pop(path[-1], None)
    else:
        table[path[-1]] = value
    return changed


def with_number(document: Document, path: Path, value: float | Mapping[int, float] | None, unit: str) -> Document:
    """The tables with another number, or path of numbers by year, which is the client's own from then on."""
    if value is None:
        return with_entry(document, path, None)
    if isinstance(value, Mapping):
        by_year = {str(year): amount for year, amount in sorted(value.items())}
        return with_entry(document, path, {"by_year": by_year, "unit": unit, "status": "client"})
    shown = int(value) if value == int(value) and abs(value) < 1e15 else value
    is_bare = "bare_numbers" not in document and not isinstance(held(document, path), Mapping)
    return with_entry(document, path, shown if is_bare else {"value": shown, "unit": unit, "status": "client"})


def moved(document: Document, path: Path, by: int) -> Document:
    """The tables with the one at a path moved up (-1) or down (1) among its neighbours."""
    changed = copy.deepcopy(document)
    table = held(changed, path[:-1])
    names = list(table)
    at = names.index(path[-1])
    names.insert(max(at + by, 0), names.pop(at))
    for name in names:
        table[name] = table.pop(name)
    return changed


def added(document: Document, path: Path, title: str, clause: Document) -> Document:
    """The tables with a clause more in the table at a path, under a name made of its title."""
    name = free_name(title, held(document, path) or {})
    return with_entry(document, (*path, name), clause)


def free_name(title: str, taken: Collection[str]) -> str:
    """A name for a table: the words of a title in lower case, numbered where it is taken."""
    words = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[:40].strip("_") or "part"
    name = words if words[0].isalpha() else f"part_{words}"
    return next(one for count in range(1, len(taken) + 3) if (one := name if count == 1 else f"{name}_{count}") not in taken)


def new_proposal(name: str, kind: str, mechanism: type[Mechanism], start: Start) -> Document:
    """A proposal of one mechanism whose numbers are still to be agreed."""
    return {
        "name": name, "covers": "practice", "starts": start.starts, "years": 3, "payment_frequency": "monthly",
        "true_up_month": 4, "replaces_existing_payments": True,
        "notice": {"days": _placeholder(180, "day", start), "tail": _placeholder(0, "USD", start)},
        "valuation": {"discount_rate": _placeholder(0.06, "share/year", start), "timing": "middle of year"},
        "mechanisms": {kind: new_clause(mechanism, start)},
    }  # fmt: skip


def new_clause(record: type[Clause], start: Start) -> Document:
    """A clause with what it must have; where that is not consistent, with what it may have, and its rows as well."""
    attempts = [new_record(record, start, optional) for optional in range(3)]
    return next((one for one in attempts if not list(record.model_validate(one).inconsistencies())), attempts[0])


def new_record(record: type[Record], start: Start, optional: int = 0) -> Document:
    """A record with the least numbers as placeholders, the first choices and all rows.

    ``optional`` says down to which depth what may be left out is there, too: 0 nowhere, 1 in the record, 2 in its rows.
    """
    if not optional:
        return {field.name: _first(record, field, start, 0) for field in fields_of(record) if field.is_required}
    fields = [field for field in fields_of(record) if field.name not in Mechanism.model_fields or field.name == "label"]
    return {field.name: _first(record, field, start, optional) for field in fields if field.kind != "date" or field.is_required}


def _first(record: type[Record], field: Field, start: Start, optional: int) -> Any:
    """What stands at a term before anybody has agreed on one."""
    if field.kind == "record":
        row = rows_of(record, field.name)
        return {"row": new_record(row, start, max(optional - 1, 0))} if row else {}
    if field.kind == "number" and field.limits:
        return _placeholder(field.limits.minimum, field.limits.unit or "USD/year", start)
    simple: dict[str, Any] = {"yes_no": False, "date": start.starts, "text": getattr(record, "title", "To be named"),
                              "choice": next(iter(field.choices), ""), "whole": start.starts.year}
    return _names(record, field.name, start, optional) if field.kind == "list" else simple[field.kind]


def _names(record: type[Record], name: str, start: Start, optional: int) -> list[str]:
    """The rows, or the lines, that a list of names begins with."""
    marks = record.model_fields[name].metadata
    rows = next((mark for mark in marks if isinstance(mark, Rows)), None)
    if rows:
        return list(start.rows[rows.table])
    is_base = getattr(record, "cost_base", None) == name
    return ["total_expense"] if is_base else ["total_operating_expense"] if optional else []


def _placeholder(value: float, unit: str, start: Start) -> Document:
    return {"value": int(value) if value == int(value) else value, "unit": unit, "status": "placeholder", "as_of": start.today}


def is_schedule_year(record: type[Record], name: str) -> bool:
    """Whether a term is the year of a fee schedule."""
    return any(isinstance(mark, Schedule) for mark in record.model_fields[name].metadata)
