"""One database, a SQLite file or a PostgreSQL server: where it is, how it is opened, and its failures in plain words."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from finmodel.workspace.records import StorageError

SQLITE_SETTINGS = ("busy_timeout = 5000", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON")
POSTGRESQL_SETTINGS = {"connect_timeout": 5, "tcp_user_timeout": 10_000, "options": "-c lock_timeout=5000"}

BUSY = "The database is in use by another program or person, and nothing was changed; try again in a moment."
FULL = "The disk is full, so nothing was saved; make room and save again."
# By SQLite's kind of failure, and by PostgreSQL's code.
REASONS: dict[object, str] = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_IOERR: "The disk refuses to write, so nothing was saved; it may be full. Make room and save again.",
    sqlite3.SQLITE_READONLY: "{place} may not be written, so nothing was saved; allow writing to the file and its folder.",
    sqlite3.SQLITE_CANTOPEN: "{place} cannot be opened; check that its folder exists and may be written.",
    sqlite3.SQLITE_CORRUPT: "{place} is damaged; put a backup in its place, or choose another folder with FINMODEL_DATA.",
    sqlite3.SQLITE_NOTADB: "{place} is not a database of finmodel; choose another folder with FINMODEL_DATA.",
    "53100": FULL,
    "55P03": BUSY,
    "42501": "The user of {place} lacks the right to do this; ask whoever runs the server.",
}
REFUSED = "The server of {place} refuses the connection ({why}); check FINMODEL_DATABASE_URL, or try again in a moment."
UNREACHABLE = "The database server of {place} cannot be reached, so nothing was saved; try again when it is back."
FAILED = "The database {place} reported a failure ({why}), and nothing was changed; if it comes again, report it."


def address(url: str | None) -> URL:
    """Where work is kept: the address given, that of the environment, or a file in the user's data folder.

    Raises:
        StorageError: when it is no address of a file or a PostgreSQL server, or the folder cannot be made.
    """
    given = url or os.environ.get("FINMODEL_DATABASE_URL")
    if given:
        return _checked(given)
    return URL.create("sqlite", database=str(data_folder() / "finmodel.sqlite"))


def data_folder() -> Path:
    """The folder of what this user keeps: the one that FINMODEL_DATA names, else the user's data folder."""
    named = os.environ.get("FINMODEL_DATA")
    return (Path(named).expanduser() if named else user_data_path("finmodel", appauthor=False)).absolute()


def _checked(given: str) -> URL:
    try:
        found = make_url(given)
    except (ArgumentError, ValueError):
        found = URL.create("unknown")
    backend = found.get_backend_name()
    if backend == "postgresql":
        return found.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and found.database not in {None, "", ":memory:"}:
        return found
    raise StorageError("The address of the database must be sqlite:///path/to/file.sqlite or "
                       "postgresql://user:password@server/database; check FINMODEL_DATABASE_URL.")


class Database:
    """A pool of connections that any thread may use, one short transaction at a time."""

    def __init__(self, url: URL) -> None:
        self.file = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
        self.place = str(self.file or url.render_as_string(hide_password=True).replace("+psycopg", ""))
        self.engine = self._sqlite(url, self.file) if self.file else self._postgresql(url)
        self._writer = self.engine.execution_options(writes=True)

    @staticmethod
    def _sqlite(url: URL, file: Path) -> Engine:
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"The folder {file.parent} cannot be made ({error.strerror}); "
                               "choose another one with FINMODEL_DATA.") from error
        engine = create_engine(url, hide_parameters=True, connect_args={"timeout": 5})
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    @staticmethod
    def _postgresql(url: URL) -> Engine:
        settings = {key: value for key, value in POSTGRESQL_SETTINGS.items() if key not in url.query}
        try:
            # A server that was restarted is found again when a connection is next used.
            return create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=settings)
        except ModuleNotFoundError as error:
            raise StorageError('Work on a PostgreSQL server needs one more package; install "finmodel[postgres]".') from error

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self._in_words(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes: all of it is stored when the block is left, or nothing."""
        with self._in_words(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise StorageError(_sentence(error, self.place)) from error


def _set_up_sqlite(connection: Any, _: object) -> None:
    # Transactions are begun by us: the driver would begin them too late, at the first write.
    connection.isolation_level = None
    for setting in SQLITE_SETTINGS:
        connection.execute(f"PRAGMA {setting}").close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock before it reads, so that what it compares with cannot change under it.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _sentence(error: SQLAlchemyError, place: str) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else None
    # Only the kind: the text of a database's error may quote the work itself.
    reason, why = FAILED, type(cause or error).__name__
    if isinstance(error, PoolTimeout):
        reason = BUSY
    elif isinstance(cause, sqlite3.Error):
        # The lowest byte is the kind of the failure, the others its detail.
        reason = REASONS.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF, FAILED)
    elif isinstance(error, DBAPIError):
        code = getattr(cause, "sqlstate", None) or ""
        _, refused, answer = str(cause).partition("FATAL:")
        if refused and not code:
            reason, why = REFUSED, answer.partition("\n")[0].strip()
        elif error.connection_invalidated or (isinstance(error, OperationalError) and code[:2] in {"", "08", "57"}):
            reason = UNREACHABLE
        else:
            reason = REASONS.get(code, FAILED)
    return reason.format(place=place, why=why)
