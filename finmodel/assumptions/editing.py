"""Change the text of a practice file; what is not changed, comments and layout among it, stays as it was."""

import datetime
from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit.items import InlineTable, Table

from finmodel.assumptions.faults import BadInput, Fault
from finmodel.assumptions.fields import field_at
from finmodel.assumptions.quantity import Unit

# A number, a path of numbers by year, another value, a whole record, or None to remove what is there.
Entry = float | str | bool | datetime.date | list[float] | Mapping[Any, Any] | None


def edited(text: str, changes: Mapping[str, Entry]) -> str:
    """The text of a practice file with other entries at some paths.

    An edited number becomes the client's own: its source, date, range and note are cleared. A mapping by year is a path of
    numbers, one with a unit is written as it is; any other mapping is a record, whose parts are entries as well.

    Raises:
        BadInput: when the text is no TOML, or a path leads nowhere.
    """
    try:
        document = tomlkit.parse(text)
    except ValueError as error:
        raise BadInput([Fault("this practice", "", f"this is not valid TOML: {error}")]) from None
    for path, entry in changes.items():
        _put(document, path.split("."), entry)
    return tomlkit.dumps(document)


def _put(document: tomlkit.TOMLDocument, parts: list[str], entry: Entry) -> None:
    field = field_at(parts)
    if field is None:
        raise BadInput([Fault("this practice", ".".join(parts), "there is no such place in a practice file")])
    if isinstance(entry, Mapping) and field.kind != "number":
        for name, part in entry.items():
            _put(document, [*parts, name], part)
        return
    parent = _parent(document, parts)
    if entry is None:
        parent.pop(parts[-1], None)
    elif field.kind == "number":
        held = parent.get(parts[-1])
        unit = held["unit"] if isinstance(held, dict) and "unit" in held else field.limits.unit if field.limits else None
        parent[parts[-1]] = _number(entry, unit, is_bare=not isinstance(held, dict) and "bare_numbers" not in document)
    else:
        parent[parts[-1]] = entry


def _parent(document: tomlkit.TOMLDocument, parts: list[str]) -> Any:
    """The table that holds the last part; made where it is missing."""
    table: Any = document
    for depth, part in enumerate(parts[:-1]):
        if part not in table:
            table[part] = tomlkit.inline_table() if isinstance(table, InlineTable) else _new_table(depth, len(parts))
        table = table[part]
    return table


def _new_table(depth: int, length: int) -> Table:
    return tomlkit.table(is_super_table=depth < length - 2)


def _number(entry: Any, unit: Unit | None, *, is_bare: bool) -> Any:
    """A number as it is written: bare where the file's bare numbers are the client's own, else with unit and status."""
    if isinstance(entry, Mapping) and "unit" in entry:
        return _inline(dict(entry))
    if not isinstance(entry, Mapping):
        shown = int(entry) if entry == int(entry) and abs(entry) < 1e15 else entry
        if is_bare or unit is None:
            return shown
        return _inline({"value": shown, "unit": unit, "status": "client"})
    by_year = tomlkit.inline_table()
    by_year.update({str(year): value for year, value in sorted(entry.items())})
    return _inline({"by_year": by_year, "unit": unit, "status": "client"})


def _inline(members: dict[str, Any]) -> InlineTable:
    table = tomlkit.inline_table()
    table.update(members)
    return table
