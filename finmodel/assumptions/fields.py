"""What may stand at a path of a practice: the kind of value, its unit and bounds, and what it may be chosen from."""

import datetime
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from finmodel.assumptions.faults import bare, inner
from finmodel.assumptions.practice import Practice
from finmodel.assumptions.quantity import Of, Quantity, Record

Kind = Literal["number", "text", "yes_no", "choice", "whole", "date", "list", "record"]


@dataclass(frozen=True)
class Field:
    """A field of a record: how it is entered, and within which limits."""

    name: str
    kind: Kind
    is_required: bool
    limits: Of | None = None
    choices: tuple[str, ...] = ()


def fields_of(record: type[Record]) -> tuple[Field, ...]:
    """The fields of a record, in order."""
    return _fields_of(record)


@functools.cache
def _fields_of(record: type[Record]) -> tuple[Field, ...]:
    return tuple(_field(name, info) for name, info in record.model_fields.items())


def field_at(parts: Sequence[str]) -> Field | None:
    """The field of a practice at a path; None where there is none."""
    holder: Any = Practice
    for part in parts[:-1]:
        holder = inner(holder, part)
    if isinstance(holder, type) and issubclass(holder, Record):
        info = holder.model_fields.get(parts[-1])
        return _field(parts[-1], info) if info else None
    if get_origin(holder) is dict:
        value = get_args(holder)[1]
        return Field(parts[-1], _kind(bare(value)), True, _limits(value))
    return None


def _field(name: str, info: FieldInfo) -> Field:
    annotation = bare(info.annotation)
    choices = tuple(str(choice) for choice in get_args(annotation)) if get_origin(annotation) is Literal else ()
    found = [part for part in info.metadata if isinstance(part, Of)]
    return Field(name, _kind(annotation), info.is_required(), found[0] if found else _limits(info.annotation), choices)


def _limits(annotation: Any) -> Of | None:
    """The limits that an annotation carries, also inside an optional one."""
    for part in (annotation, *get_args(annotation)):
        if get_origin(part) is Annotated:
            return next((one for one in get_args(part)[1:] if isinstance(one, Of)), None)
        if isinstance(part, Of):
            return part
    return None


def _kind(annotation: Any) -> Kind:
    if get_origin(annotation) is Literal:
        return "choice"
    if get_origin(annotation) is tuple:
        return "list"
    kinds: dict[Any, Kind] = {Quantity: "number", bool: "yes_no", int: "whole", datetime.date: "date", str: "text"}
    return kinds.get(annotation, "record")
