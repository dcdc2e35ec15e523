"""A practice as the text of its file: sections with comments, one key a line, the client's own numbers bare."""

import datetime
from collections.abc import Mapping
from typing import Any

import tomlkit
from pydantic import BaseModel

from finmodel.assumptions.fields import field_at
from finmodel.assumptions.practice import Practice
from finmodel.assumptions.quantity import Quantity


def practice_as_text(practice: Practice, comments: Mapping[str, str]) -> str:
    """The file of a practice; ``comments`` stand above their section, that of the empty name above everything."""
    record = {name: value for name, value in _members(practice).items() if value not in (None, {}, ())}
    lines = [*_comment(comments.get("", "")), ""]
    lines += [_entry(name, value) for name, value in record.items() if not _is_table(value)]
    for name, value in record.items():
        if _is_table(value):
            lines += ["", *_comment(comments.get(name, "")), *_table(name, value)]
    return "\n".join(lines) + "\n"


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in text.splitlines()]


def _members(value: Any) -> dict[str, Any]:
    """What a table of the file holds, by key."""
    if isinstance(value, BaseModel):
        return {name: getattr(value, name) for name in type(value).model_fields}
    return dict(value)


def _is_table(value: Any) -> bool:
    return isinstance(value, BaseModel | dict) and not isinstance(value, Quantity)


def _table(name: str, value: Any) -> list[str]:
    """The section of a table and the sections under it."""
    members = {key: member for key, member in _members(value).items() if member is not None}
    own = [_entry(f"{name}.{key}", member) for key, member in members.items() if not _is_table(member)]
    lines = [f"[{name}]", *own] if own else []
    for key, member in members.items():
        if _is_table(member):
            lines += ["", *_table(f"{name}.{key}", member)] if lines else _table(f"{name}.{key}", member)
    return lines


def _entry(path: str, value: Any) -> str:
    """A key and its value; the client's own number stands alone where its place tells the unit."""
    key = path.rpartition(".")[2]
    if isinstance(value, Quantity):
        given, field = value.model_dump(exclude_none=True), field_at(path.split("."))
        is_bare = given.keys() == {"value", "unit", "status"} and value.status == "client"
        value = value.value if is_bare and field and field.limits and field.limits.unit else given
    return f"{key} = {_written(value)}"


def _written(value: Any) -> str:
    """A value in TOML."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_written(member)}" for key, member in value.items()) + " }"
    if isinstance(value, tuple):
        return "[" + ", ".join(_written(member) for member in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return f"{int(value):_}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return repr(value) if isinstance(value, int | float) else tomlkit.item(value).as_string()
