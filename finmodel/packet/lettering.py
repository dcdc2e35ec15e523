"""Text that can be shown: what nobody sees is left out everywhere; on paper pictures are too, and unknown letters are squares."""

import dataclasses
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from finmodel.assumptions import Source

FONTS = Path(__file__).parent / "fonts"
UNKNOWN = "\u25a1"
# Symbols, and what modifies them.
PICTURES = {"So", "Sk"}
# Controls and marks without width; some of them would turn the words around them.
UNSEEN = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
                    "\ufff9-\uffff\U000e0000-\U000e01ef]")
# What a spreadsheet takes for an address.
ADDRESS = re.compile(r"(https?|ftps?|mailto|internal|external|file):", re.IGNORECASE)
JOINER = "\u2060"


def seen(text: str) -> str:
    """The text without what nobody sees."""
    return UNSEEN.sub("", unicodedata.normalize("NFC", text))


def all_seen(value: Any) -> Any:
    """Everything that a packet holds, every text of it without what nobody sees."""
    if isinstance(value, str):
        return seen(value)
    if isinstance(value, tuple | list):
        return type(value)(all_seen(one) for one in value)
    if isinstance(value, dict):
        return {key: all_seen(one) for key, one in value.items()}
    if isinstance(value, Source):
        return value.model_copy(update={name: all_seen(one) for name, one in value})
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.replace(value, **{one.name: all_seen(getattr(value, one.name)) for one in dataclasses.fields(value)})
    return value


def printable(text: str) -> str:
    """The text in letters that the font has; pictures such as emoji, which it has not, are left out."""
    return _unknown().sub(lambda found: "" if unicodedata.category(found[0]) in PICTURES else UNKNOWN, seen(text))


def plain_label(text: str) -> str:
    """A label that no spreadsheet behind a chart takes for a formula or a link: a joiner without width stands before it."""
    shown = seen(text)
    return f"{JOINER}{shown}" if shown and (not shown[0].isalnum() or ADDRESS.match(shown)) else shown


@cache
def _unknown() -> re.Pattern[str]:
    """What is none of the characters that the font has, or a tab or the end of a line."""
    spans = [span.partition("-") for span in (FONTS / "characters.txt").read_text(encoding="ascii").split()]
    known = "".join(f"{re.escape(chr(int(first, 16)))}-{re.escape(chr(int(last or first, 16)))}" for first, _, last in spans)
    return re.compile(f"[^\t\n{known}]")
