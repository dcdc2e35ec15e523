"""Plain tables as the text of a TOML file: a line for each entry, a section for each table."""

from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit.items import InlineTable, Table

Document = dict[str, Any]


def document_as_text(document: Mapping[str, Any]) -> str:
    """The text of a file that holds these tables, in their order; what stands alone comes before the sections."""
    written = tomlkit.document()
    for name, value in _entries(document):
        written[name] = value
    return tomlkit.dumps(written)


def _entries(table: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What a table holds, its own entries before its sections; an empty section says nothing."""
    alone = [(name, _inline(value) if _is_number(value) else value) for name, value in table.items() if not _is_section(value)]
    sections = [(name, _section(value)) for name, value in table.items() if _is_section(value) and value]
    return [*alone, *sections]


def _is_number(value: object) -> bool:
    return isinstance(value, Mapping) and "unit" in value


def _is_section(value: object) -> bool:
    return isinstance(value, Mapping) and not _is_number(value)


def _section(table: Mapping[str, Any]) -> Table:
    section = tomlkit.table(is_super_table=all(_is_section(value) for value in table.values()))
    for name, value in _entries(table):
        section[name] = value
    return section


def _inline(number: Mapping[str, Any]) -> InlineTable:
    written = tomlkit.inline_table()
    for name, value in number.items():
        written[str(name)] = _inline(value) if isinstance(value, Mapping) else value
    return written
