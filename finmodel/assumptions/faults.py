"""What is wrong with an input, in sentences that say what, where, why and what to do next."""

import types
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

SHOWN_AT_MOST = 200


@dataclass(frozen=True)
class Fault:
    """One fault of a file: where, which key, what and why."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.file}: {self.key}" if self.key else self.file
        return f"{where}: {self.reason}".replace("\n", " ")


class BadInput(ValueError):
    """Input that cannot be used; ``faults`` holds all that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)[:SHOWN_AT_MOST]
        super().__init__("\n".join(str(fault) for fault in self.faults))


def several(*sentences: str) -> PydanticCustomError:
    """One error for several sentences, each of which may begin with its key and a colon."""
    return PydanticCustomError("several", "{text}", {"text": "\n".join(sentences)})


SENTENCES = {
    "missing": "is missing; add it",
    "extra_forbidden": "is not a known key; remove it",
    "finite_number": "must be a finite number, not NaN or infinity",
    "float_type": "must be a number, not text",
    "int_type": "must be a whole number, without quotes",
    "bool_type": "must be true or false",
    "string_type": "must be text in quotes",
    "date_type": "must be a date such as 2026-01-31, without quotes",
    "dict_type": "must be a table",
    "model_type": "must be a table",
}


def faults_of(error: ValidationError, file: str, model: type[BaseModel]) -> list[Fault]:
    """Every fault that pydantic found, by the keys of the file."""
    found = []
    for detail in error.errors(include_url=False, include_input=False):
        path = _path_in_file(detail["loc"])
        kind = detail["type"]
        reason = SENTENCES.get(kind, detail["msg"])
        if kind == "several":
            found += [_sentence_fault(file, path, sentence) for sentence in detail["msg"].split("\n")]
            continue
        if kind == "extra_forbidden":
            reason += _nearest(model, path)
        if kind == "string_pattern_mismatch":
            reason = "use lower-case letters, digits and underscores, beginning with a letter"
        found.append(Fault(file, ".".join(path), reason))
    return found


def _sentence_fault(file: str, path: list[str], sentence: str) -> Fault:
    key, colon, rest = sentence.partition(": ")
    if colon and " " not in key:
        return Fault(file, ".".join([*path, key]), rest)
    return Fault(file, ".".join(path), sentence)


def _path_in_file(location: tuple[int | str, ...]) -> list[str]:
    """The location without the parts that name validators or types rather than keys."""
    return [str(part) for part in location if str(part) != "[key]" and not any(mark in str(part) for mark in "([-")]


def _nearest(model: type[BaseModel], path: list[str]) -> str:
    record: Any = model
    for part in path[:-1]:
        record = _inner(record, part)
    known = list(record.model_fields) if isinstance(record, type) and issubclass(record, BaseModel) else []
    near = get_close_matches(path[-1], known, 1, 0.5)
    return f", or did you mean '{near[0]}'?" if near else (f". Known here: {', '.join(known)}" if known else "")


def _inner(annotation: Any, part: str) -> Any:
    """What a key holds in a record or a table of records."""
    annotation = _bare(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        field = annotation.model_fields.get(part)
        return _bare(field.annotation) if field else None
    if get_origin(annotation) is dict:
        return _bare(get_args(annotation)[1])
    if get_origin(annotation) is tuple:
        return _bare(get_args(annotation)[0])
    return None


def _bare(annotation: Any) -> Any:
    """The annotation without Annotated and without None."""
    while get_origin(annotation) in (Annotated, Union, types.UnionType):
        annotation = get_args(annotation)[0]
    return annotation
