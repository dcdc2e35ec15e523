"""What a database can hold of what people type."""

import hashlib
import unicodedata

from finmodel.assumptions import BadInput, Fault

LONGEST_LINE = 200
LARGEST_CONTENT = 1_000_000


def line(text: str) -> str:
    """One line as it was typed, without control characters, and no longer than 200 characters."""
    kept = (" " if sign.isspace() else "" if unicodedata.category(sign) in {"Cc", "Cs"} else sign for sign in text[:10_000])
    return "".join(kept).strip()[:LONGEST_LINE].strip()


def name_of(text: str) -> str:
    """A name to store.

    Raises:
        BadInput: when nothing is left of it.
    """
    name = line(text)
    if not name:
        raise BadInput([Fault("name", "", "is empty; type a name")])
    return name


def storable(content: str) -> str:
    """The content, when a database can hold it.

    Raises:
        BadInput: when it is too large or is no text.
    """
    try:
        size = len(content.encode())
    except UnicodeEncodeError:
        size = None
    if size is None or "\0" in content:
        raise BadInput([Fault("content", "", "holds signs that are no text; remove them")])
    if size > LARGEST_CONTENT:
        raise BadInput([Fault("content", "", f"is larger than {LARGEST_CONTENT // 10**6} MB, the most that can be stored")])
    return content


def fingerprint(content: str) -> str:
    """The SHA-256 of a content as UTF-8."""
    return hashlib.sha256(content.encode()).hexdigest()
