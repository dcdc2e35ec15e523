"""The workspace: every call is one transaction, and what it returned is stored."""

from datetime import UTC, datetime
from typing import Self

from sqlalchemy import Connection, insert, select, update

from finmodel.assumptions import BadInput, Fault
from finmodel.workspace import drafts
from finmodel.workspace.database import Database, address
from finmodel.workspace.records import Conflict, Document, Draft, Event, Kind, Version
from finmodel.workspace.schema import bring_up_to_date
from finmodel.workspace.tables import documents, events, versions
from finmodel.workspace.text import LONGEST_LINE, fingerprint, line, name_of, storable

COPY = " (conflicting copy)"


class Workspace:
    """Stored practices, scenarios and benchmarks; safe to share between threads, and between processes by the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, url: str | None = None) -> Self:
        """The workspace at an address, at FINMODEL_DATABASE_URL, or in a file under FINMODEL_DATA or the user's data folder.

        Raises:
            StorageError: when it cannot be opened, or was written by a newer finmodel.
        """
        database = Database(address(url))
        bring_up_to_date(database)
        return cls(database)

    def close(self) -> None:
        """Let go of the database's connections."""
        self._database.engine.dispose()

    def create(
        self, kind: Kind, name: str, content: str, *, author: str, belongs_to: str | None = None, what: str = "Created"
    ) -> Draft:
        """A new document."""
        parent = None if belongs_to is None else line(belongs_to)
        name, content = name_of(name), storable(content)
        with self._database.writing() as connection:
            return drafts.add(connection, kind, name, content, author=line(author), belongs_to=parent, what=line(what))

    def documents(self, kind: Kind, *, belongs_to: str | None = None, deleted: bool = False) -> list[Document]:
        """The documents of a kind, the most recently changed first; those of one practice, or those deleted, when asked."""
        wanted = select(*drafts.DOCUMENT).where(documents.c.kind == kind)
        wanted = wanted.where(documents.c.deleted_at.is_not(None) if deleted else documents.c.deleted_at.is_(None))
        if belongs_to is not None:
            wanted = wanted.where(documents.c.belongs_to == line(belongs_to))
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(documents.c.changed_at.desc(), documents.c.id)).mappings()
            return [Document(**row) for row in rows]

    def draft(self, document_id: str) -> Draft:
        """The document as it stands.

        Raises:
            BadInput: when there is no such document.
        """
        with self._database.reading() as connection:
            return drafts.read(connection, document_id)

    def save(
        self, document_id: str, content: str, *, revision: int, author: str, what: str, name: str | None = None
    ) -> Draft:
        """Store the draft as a step that can be undone; content that is there already changes nothing.

        Raises:
            Conflict: when the document has changed since ``revision``; the content is then kept as a document of its own.
        """
        content, author = storable(content), line(author)
        with self._database.writing() as connection:
            theirs = drafts.locked(connection, document_id)
            title = theirs.document.name if name is None else name_of(name)
            if (content, title) == (theirs.content, theirs.document.name):
                return theirs
            if revision == theirs.revision:
                drafts.add_step(connection, document_id, title, content, author=author, what=line(what))
                return drafts.read(connection, document_id)
            kept = _keep(connection, theirs.document, title, content, author)
        raise Conflict(theirs, content, kept)

    def undo(self, document_id: str, *, revision: int, author: str) -> Draft:
        """Take the last step back.

        Raises:
            Conflict: when the document has changed since ``revision``.
        """
        return self._move(document_id, -1, revision, line(author))

    def redo(self, document_id: str, *, revision: int, author: str) -> Draft:
        """Take the step again that was undone last.

        Raises:
            Conflict: when the document has changed since ``revision``.
        """
        return self._move(document_id, 1, revision, line(author))

    def _move(self, document_id: str, by: int, revision: int, author: str) -> Draft:
        with self._database.writing() as connection:
            current = _unchanged(connection, document_id, revision)
            step, verb = (current.undo, "Undid") if by < 0 else (current.redo, "Redid")
            if step is None:
                return current
            drafts.move(connection, document_id, by, author=author, what=f"{verb}: {step}")
            return drafts.read(connection, document_id)

    def save_version(
        self, document_id: str, *, revision: int, author: str, reason: str, assumptions: str, engine_version: str
    ) -> Version:
        """Keep the draft as a version, for good.

        Raises:
            Conflict: when the document has changed since ``revision``.
        """
        with self._database.writing() as connection:
            current = _unchanged(connection, document_id, revision)
            return _add_version(
                connection, current.document, current.content, assumptions, line(engine_version), line(author), line(reason)
            )

    def versions(self, document_id: str) -> list[Version]:
        """All versions, the newest first."""
        with self._database.reading() as connection:
            drafts.read(connection, document_id)
            wanted = select(versions).where(versions.c.document_id == document_id).order_by(versions.c.number.desc())
            return [Version(**row) for row in connection.execute(wanted).mappings()]

    def version(self, document_id: str, number: int) -> Version:
        """One version.

        Raises:
            BadInput: when there is no such version.
        """
        with self._database.reading() as connection:
            return _version(connection, drafts.read(connection, document_id).document, number)

    def restore(self, document_id: str, number: int, *, revision: int, author: str) -> Version:
        """Make a version the draft again, as a step that can be undone, and add it as the newest version.

        Raises:
            Conflict: when the document has changed since ``revision``.
        """
        author, reason = line(author), f"Restored version {number}"
        with self._database.writing() as connection:
            current = _unchanged(connection, document_id, revision)
            old = _version(connection, current.document, number)
            if old.content != current.content:
                drafts.add_step(connection, document_id, current.document.name, old.content, author=author, what=reason)
            return _add_version(
                connection, current.document, old.content, old.assumptions, old.engine_version, author, reason
            )

    def duplicate(self, document_id: str, name: str, *, author: str) -> Draft:
        """A new document with the draft of another."""
        name = name_of(name)
        with self._database.writing() as connection:
            old = drafts.locked(connection, document_id)
            what = line(f"Copied from {old.document.name}")
            return drafts.add(connection, old.document.kind, name, old.content, author=line(author),
                              belongs_to=old.document.belongs_to, what=what)  # fmt: skip

    def delete(self, document_id: str, *, author: str) -> None:
        """Put a document aside; it keeps everything and can be put back."""
        self._set_aside(document_id, datetime.now(UTC), line(author), "Deleted")

    def undelete(self, document_id: str, *, author: str) -> None:
        """Put a deleted document back."""
        self._set_aside(document_id, None, line(author), "Put back")

    def _set_aside(self, document_id: str, moment: datetime | None, author: str, what: str) -> None:
        with self._database.writing() as connection:
            current = drafts.locked(connection, document_id).document
            if (current.deleted_at is None) != (moment is None):
                connection.execute(update(documents).where(documents.c.id == document_id).values(deleted_at=moment))
                drafts.record(connection, document_id, author, what)

    def history(self, document_id: str) -> list[Event]:
        """Who did what and when, the newest first."""
        with self._database.reading() as connection:
            drafts.read(connection, document_id)
            wanted = select(events.c.at, events.c.author, events.c.what).where(events.c.document_id == document_id)
            return [Event(**row) for row in connection.execute(wanted.order_by(events.c.number.desc())).mappings()]


def _unchanged(connection: Connection, document_id: str, revision: int) -> Draft:
    """The draft, locked, when it is still the one that the caller saw."""
    current = drafts.locked(connection, document_id)
    if revision != current.revision:
        raise Conflict(current, current.content, current.document)
    return current


def _keep(connection: Connection, document: Document, name: str, content: str, author: str) -> Document:
    """Keep content that came too late as a document of its own."""
    title = name[: LONGEST_LINE - len(COPY)] + COPY
    kept = drafts.add(connection, document.kind, title, content, author=author, belongs_to=document.belongs_to,
                      what=line(f"Kept from a conflict with {document.name}"))  # fmt: skip
    drafts.record(connection, document.id, author, line(f"Came too late, kept as {title}"))
    return kept.document


def _version(connection: Connection, document: Document, number: int) -> Version:
    if not 1 <= number <= document.latest_version:
        raise BadInput([Fault(document.name, "", f"there is no version {number}; versions go up to {document.latest_version}")])
    wanted = select(versions).where(versions.c.document_id == document.id, versions.c.number == number)
    return Version(**connection.execute(wanted).mappings().one())


def _add_version(
    connection: Connection, document: Document, content: str, assumptions: str, engine_version: str, author: str, reason: str
) -> Version:
    added = Version(
        document_id=document.id,
        number=document.latest_version + 1,
        content=content,
        assumptions=assumptions,
        engine_version=engine_version,
        author=author,
        saved_at=datetime.now(UTC),
        reason=reason,
        sha256=fingerprint(content),
    )
    connection.execute(insert(versions).values(**vars(added)))
    connection.execute(update(documents).where(documents.c.id == document.id).values(latest_version=added.number))
    drafts.record(connection, document.id, author, line(f"Saved version {added.number}: {reason}"))
    return added
