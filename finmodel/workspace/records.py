"""What the workspace hands out: frozen records, and the two ways in which storing can fail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["practice", "scenario", "proposal", "benchmark", "drivers", "quick_start", "packet"]


@dataclass(frozen=True)
class Document:
    """A stored practice, scenario, proposal, benchmark or file of drivers; what it says is in its draft and its versions."""

    id: str
    kind: Kind
    name: str
    belongs_to: str | None
    created_at: datetime
    created_by: str
    changed_at: datetime
    changed_by: str
    deleted_at: datetime | None
    latest_version: int
    """0 when no version was saved yet."""


@dataclass(frozen=True)
class Draft:
    """A document as it stands, autosaved."""

    document: Document
    content: str
    revision: int
    """Counts the changes; whoever saves says which revision the change was made on."""
    undo: str | None
    """What would be undone, in words; None when there is nothing to undo."""
    redo: str | None
    """What would be done again, in words; None when there is nothing to redo."""
    version: int
    """The version that the draft is based on, 0 for none."""
    is_saved: bool
    """Whether the content equals that version's."""


@dataclass(frozen=True)
class Version:
    """A document as somebody saved it on purpose, with all it takes to compute it again; never changed."""

    document_id: str
    number: int
    content: str
    assumptions: str
    engine_version: str
    author: str
    saved_at: datetime
    reason: str
    sha256: str
    """Of the content, as UTF-8."""


@dataclass(frozen=True)
class Event:
    """Who did what to a document, and when."""

    at: datetime
    author: str
    what: str


class Conflict(Exception):
    """Somebody else changed the document meanwhile; both contents are kept.

    ``theirs`` is the document as it stands. ``yours`` is the content that came too late, already stored as the document
    ``kept``. A call that brings no content (undo, redo, a version, a restore) has nothing to keep: ``yours`` is then the
    content as it stands and ``kept`` the document itself.
    """

    def __init__(self, theirs: Draft, yours: str, kept: Document) -> None:
        self.theirs = theirs
        self.yours = yours
        self.kept = kept
        copy = f"; your change is kept as “{kept.name}”" if kept.id != theirs.document.id else ""
        super().__init__(f"“{theirs.document.name}” was changed meanwhile by {theirs.document.changed_by}{copy}.")


class StorageError(Exception):
    """Work cannot be stored or read; one sentence says why and what to do. What was stored before is intact."""
