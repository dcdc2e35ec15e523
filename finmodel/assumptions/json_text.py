"""Records and dataclasses as JSON, for what passes between processes: text can name no code to run, as a pickle can."""

import json
from functools import cache
from typing import Any

from pydantic import TypeAdapter


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def as_json(kind: Any, value: Any) -> str:
    """A value of a kind as one line of JSON; floats keep every bit, and what is not available stays so."""
    return json.dumps(_adapter(kind).dump_python(value, mode="json"))


def from_json(kind: Any, text: str | bytes) -> Any:
    """The value of a kind from what ``as_json`` wrote.

    Raises:
        ValueError: when the text is no such value.
    """
    return _adapter(kind).validate_python(json.loads(text))
