"""What is wrong with an input, in sentences that say what, where, why and what to do next."""

import re
import types
from collections.abc import Iterable, Sequence
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
        found = tuple(dict.fromkeys(faults))
        self.faults = found[:SHOWN_AT_MOST]
        if len(found) > SHOWN_AT_MOST:
            self.faults += (Fault(found[0].file, "", f"and {len(found) - SHOWN_AT_MOST} more faults; mend these first"),)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def several(*sentences: str) -> PydanticCustomError:
    """One error for several sentences, each of which may begin with its key and a colon."""
    return PydanticCustomError("several", "{text}", {"text": "\n".join(sentences)})


SENTENCES = {
    "missing": "is missing; add it",
    "extra_forbidden": "is not a known key; remove it",
    "union_tag_not_found": "is missing; it says which clause or distribution this is",
    "finite_number": "must be a finite number, not NaN or infinity",
    "float_type": "must be a number",
    "int_type": "must be a whole number, without quotes",
    "bool_type": "must be true or false",
    "string_type": "must be text in quotes",
    "date_type": "must be a date such as 2026-01-31, without quotes",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "tuple_type": "must be a list in square brackets",
    "string_too_short": "must not be empty",
}
PATTERNS = {
    "^[a-z][": "use lower-case letters, digits and underscores, beginning with a letter",
    "^[a-z0-9_]": "use the names of a practice file joined by dots, such as providers.partner_radiologist.fte",
    "^(0|": "name a percentile from 0 to 99, such as 50",
    "^[^": "must be a single line of text without control characters",
}
# Parts of a location that pydantic adds for validators and types; the rest are keys of the file.
TOLD_APART_BY = {"kind", "shape"}
NOT_A_KEY = re.compile(r"\[key\]|[a-z-]+\[.*\]|[a-z-]+\(.*\)")


def nearest(given: str, known: Iterable[str], least_likeness: float = 0.6, lead: str = "") -> str:
    """A hint that names the known name nearest to what was given, after ``lead``; empty when none is near."""
    near = get_close_matches(given, list(known), 1, least_likeness)
    return f"{lead}did you mean '{near[0]}'?" if near else ""


def faults_of(error: ValidationError, file: str, model: type[BaseModel]) -> list[Fault]:
    """Every fault that pydantic found, by the keys of the file."""
    found = []
    for detail in error.errors(include_url=False):
        path, holder = _followed([str(part) for part in detail["loc"]], model)
        kind = detail["type"]
        reason = SENTENCES.get(kind, detail["msg"])
        if kind == "several":
            found += [_sentence_fault(file, path, sentence) for sentence in detail["msg"].split("\n")]
            continue
        if kind == "extra_forbidden":
            reason += _nearest_key(holder, path)
        elif kind == "string_pattern_mismatch":
            pattern = detail["ctx"]["pattern"]
            reason = next((words for start, words in PATTERNS.items() if pattern.startswith(start)), reason)
        elif kind == "literal_error":
            reason = _none_of(str(detail["input"]), detail["ctx"]["expected"])
        elif kind == "union_tag_invalid":
            path.append(detail["ctx"]["discriminator"].strip("'"))
            reason = _none_of(str(detail["ctx"]["tag"]), detail["ctx"]["expected_tags"])
        elif kind == "union_tag_not_found":
            path.append(detail["ctx"]["discriminator"].strip("'"))
        found.append(Fault(file, ".".join(path), reason))
    return found


def _none_of(given: str, expected: str) -> str:
    allowed = re.findall(r"'([^']*)'", expected)
    return f"{given[:60]!r} is not one of {', '.join(allowed)}{nearest(given, allowed, lead='; ')}"


def _followed(location: list[str], model: type[BaseModel]) -> tuple[list[str], type[BaseModel] | None]:
    """The keys of the file in a location, and the record that holds the last of them.

    What pydantic adds for validators, types and the kinds of clauses is no key.
    """
    keys: list[str] = []
    held: Any = model
    holder: type[BaseModel] | None = model
    for part in location:
        if NOT_A_KEY.fullmatch(part):
            continue
        kinds = {kind: one for one in _records(held) for name in TOLD_APART_BY & set(one.model_fields)
                 for kind in get_args(one.model_fields[name].annotation)}
        if part in kinds and len(kinds) > 1:
            held = kinds[part]
            continue
        keys.append(part)
        record = holder = next(iter(_records(held)), None)
        mapping = next((one for one in _alternatives(held) if get_origin(one) in (dict, tuple)), None)
        field = record.model_fields.get(part) if record else None
        held = field.annotation if field else get_args(mapping)[-1 if get_origin(mapping) is dict else 0] if mapping else None
    return keys, holder


def _records(annotation: Any) -> list[type[BaseModel]]:
    return [one for one in _alternatives(annotation) if isinstance(one, type) and issubclass(one, BaseModel)]


def _alternatives(annotation: Any) -> list[Any]:
    """What an annotation allows, without Annotated: one type, or each of a union."""
    if get_origin(annotation) is Annotated:
        return _alternatives(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return [found for one in get_args(annotation) for found in _alternatives(one)]
    return [annotation]


def _sentence_fault(file: str, path: list[str], sentence: str) -> Fault:
    key, colon, rest = sentence.partition(": ")
    if colon and " " not in key:
        return Fault(file, ".".join([*path, key]), rest)
    return Fault(file, ".".join(path), sentence)


def _nearest_key(holder: type[BaseModel] | None, path: list[str]) -> str:
    known = list(holder.model_fields) if holder else []
    hint = nearest(path[-1], known, 0.5, lead=", or ") if path else ""
    return hint or (f". Known here: {', '.join(known)}" if known else "")


def inner(annotation: Any, part: str) -> Any:
    """What a key holds in a record or a table of records."""
    annotation = bare(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        field = annotation.model_fields.get(part)
        return bare(field.annotation) if field else None
    if get_origin(annotation) is dict:
        return bare(get_args(annotation)[1])
    if get_origin(annotation) is tuple:
        return bare(get_args(annotation)[0])
    return None


def holds_quantity(record: Any, parts: Sequence[str]) -> bool:
    """Whether keys, in which a star stands for any key of a table, lead from a record to a number."""
    for part in parts:
        member = inner(record, part)
        tables = isinstance(record, type) and issubclass(record, BaseModel)
        if tables and "*" in part:
            return True
        record = member
    return isinstance(record, type) and issubclass(record, BaseModel) and "unit" in record.model_fields


def bare(annotation: Any) -> Any:
    """The annotation without Annotated and without None."""
    while get_origin(annotation) in (Annotated, Union, types.UnionType):
        annotation = get_args(annotation)[0]
    return annotation
