"""Bring a database to the schema of this finmodel, once, whoever opens it first."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, inspect, select, text

from finmodel.workspace.database import Database
from finmodel.workspace.records import StorageError
from finmodel.workspace.tables import metadata

if TYPE_CHECKING:
    from alembic.config import Config

CURRENT = "0001"
"""The newest of the migrations; stated, because asking Alembic would cost every start its import."""
MIGRATION_LOCK = 0x66696E6D
MIGRATIONS = Path(__file__).parent / "migrations"


def bring_up_to_date(database: Database) -> None:
    """Create the tables or migrate them, all in one transaction that others wait for.

    Raises:
        StorageError: when the database was written by a newer finmodel, or cannot be reached or written.
    """
    with database.reading() as connection:
        if schema_of(connection) == CURRENT:
            return
    with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        found = schema_of(connection)
        if found != CURRENT:
            _migrate(database, connection, found)


def schema_of(connection: Connection) -> str | None:
    """The migration that a database stands at; None for a new one."""
    if not inspect(connection).has_table("finmodel_schema"):
        return None
    return connection.execute(text("SELECT version_num FROM finmodel_schema")).scalar()


def configuration(connection: Connection | None = None) -> "Config":
    """What Alembic needs to know to find the migrations, and to run them within a connection's transaction."""
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _migrate(database: Database, connection: Connection, found: str | None) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory

    config = configuration(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise StorageError(f"{database.place} was written by a newer finmodel; install the newest one. Nothing was changed.")
    if found is None and not metadata.tables.keys().isdisjoint(inspect(connection).get_table_names()):
        raise StorageError(f"{database.place} holds the tables of another program; give finmodel a database of its own. "
                           "Nothing was changed.")
    if found is not None and database.file:
        _back_up(database.file, found)
    command.upgrade(config, "head")


def _back_up(file: Path, schema: str) -> None:
    """Copy the database beside itself, as it was before the migration."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    copy = file.with_name(f"{file.name}.schema-{schema}.{stamp}.backup")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
