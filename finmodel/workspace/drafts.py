"""What is done to documents within one transaction; who commits is the workspace."""

import re
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import Connection, and_, delete, insert, select, update

from finmodel.assumptions import BadInput, Fault
from finmodel.workspace.records import Document, Draft, Kind
from finmodel.workspace.tables import documents, events, steps, versions
from finmodel.workspace.text import fingerprint

KEPT_STEPS = 500
DOCUMENT = [documents.c[name] for name in Document.__dataclass_fields__]
ID = re.compile("[0-9a-f]{32}")

_previous = steps.alias("previous")
_following = steps.alias("following")
_DRAFT = (
    select(
        *DOCUMENT, documents.c.revision, documents.c.step, steps.c.content, steps.c.what, versions.c.sha256,
        _previous.c.number.label("previous"), _following.c.what.label("redo"),
    )
    .join(steps, and_(steps.c.document_id == documents.c.id, steps.c.number == documents.c.step))
    .outerjoin(_previous, and_(_previous.c.document_id == documents.c.id, _previous.c.number == documents.c.step - 1))
    .outerjoin(_following, and_(_following.c.document_id == documents.c.id, _following.c.number == documents.c.step + 1))
    .outerjoin(versions, and_(versions.c.document_id == documents.c.id, versions.c.number == documents.c.latest_version))
)  # fmt: skip


def read(connection: Connection, document_id: str) -> Draft:
    """The draft of a document.

    Raises:
        BadInput: when there is no such document.
    """
    row = connection.execute(_DRAFT.where(documents.c.id == checked(document_id))).mappings().one_or_none()
    if row is None:
        raise _unknown(document_id)
    document = Document(**{name: row[name] for name in Document.__dataclass_fields__})
    return Draft(
        document=document,
        content=row["content"],
        revision=row["revision"],
        undo=row["what"] if row["previous"] is not None else None,
        redo=row["redo"],
        version=document.latest_version,
        is_saved=row["sha256"] == fingerprint(row["content"]),
    )


def locked(connection: Connection, document_id: str) -> Draft:
    """The draft of a document that nobody else can change until this transaction ends."""
    # SQLite locked the whole file when the transaction began; on PostgreSQL what is read after the row's lock is the newest.
    connection.execute(select(documents.c.id).where(documents.c.id == checked(document_id)).with_for_update())
    return read(connection, document_id)


def checked(document_id: str) -> str:
    """The id, when it can be one; ids also come from links that people type."""
    if not ID.fullmatch(document_id):
        raise _unknown(document_id)
    return document_id


def _unknown(document_id: str) -> BadInput:
    return BadInput([Fault(ascii(document_id[:40]), "", "there is no such document; choose one from the list")])


def add(
    connection: Connection, kind: Kind, name: str, content: str, *, author: str, belongs_to: str | None, what: str
) -> Draft:
    """A new document whose draft is its first step."""
    identity = uuid4().hex
    now = datetime.now(UTC)
    connection.execute(insert(documents).values(
        id=identity, kind=kind, name=name, belongs_to=belongs_to, created_at=now, created_by=author, changed_at=now,
        changed_by=author, deleted_at=None, latest_version=0, revision=1, step=1,
    ))  # fmt: skip
    connection.execute(insert(steps).values(document_id=identity, number=1, name=name, content=content, what=what))
    record(connection, identity, author, what)
    return read(connection, identity)


def add_step(connection: Connection, document_id: str, name: str, content: str, *, author: str, what: str) -> None:
    """Put a new step after the draft's; what could be redone, and what is older than the steps kept, goes."""
    number = _step(connection, document_id) + 1
    own = steps.c.document_id == document_id
    connection.execute(delete(steps).where(own, (steps.c.number >= number) | (steps.c.number <= number - KEPT_STEPS)))
    connection.execute(insert(steps).values(document_id=document_id, number=number, name=name, content=content, what=what))
    _stand_at(connection, document_id, number, author)
    record(connection, document_id, author, what)


def move(connection: Connection, document_id: str, by: int, *, author: str, what: str) -> None:
    """Make the step before (-1) or after (1) the draft."""
    _stand_at(connection, document_id, _step(connection, document_id) + by, author)
    record(connection, document_id, author, what)


def _step(connection: Connection, document_id: str) -> int:
    number: int = connection.execute(select(documents.c.step).where(documents.c.id == document_id)).scalar_one()
    return number


def _stand_at(connection: Connection, document_id: str, number: int, author: str) -> None:
    name = select(steps.c.name).where(steps.c.document_id == document_id, steps.c.number == number).scalar_subquery()
    connection.execute(update(documents).where(documents.c.id == document_id).values(
        step=number, name=name, revision=documents.c.revision + 1, changed_at=datetime.now(UTC), changed_by=author,
    ))  # fmt: skip


def record(connection: Connection, document_id: str, author: str, what: str) -> None:
    """Write down who did what."""
    connection.execute(insert(events).values(document_id=document_id, at=datetime.now(UTC), author=author, what=what))
