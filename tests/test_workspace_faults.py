"""What goes wrong around the workspace: killed writers, many writers, full disks, locks, servers that go away, old schemas."""

import random
import re
import shutil
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from finmodel.workspace import StorageError, Workspace, database, schema
from finmodel.workspace.tables import metadata
from tests.workspace_writers import (
    PROCESSES,
    VERSION,
    add_lines,
    add_lines_elsewhere,
    content_of,
    fill_the_disk,
    open_at_once,
    write_until_killed,
)

INSERTS = Path(__file__).parent / "schemas"
REVISIONS = sorted(one.revision for one in ScriptDirectory.from_config(schema.configuration()).walk_revisions())

SECOND_MIGRATION = '''
import os, signal
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0002", "0001"
def upgrade():
    op.add_column("documents", sa.Column("colour", sa.Text))
    if os.path.exists({kill!r}):
        os.kill(os.getpid(), signal.SIGKILL)
'''


def started(target, *arguments):
    """A process, and the end of a pipe on which it speaks."""
    heard, spoken = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=target, args=(*arguments, spoken))
    process.start()
    spoken.close()
    return process, heard


def everything_heard(pipe):
    while True:
        try:
            yield pipe.recv()
        except EOFError:
            return


def assert_sound(url):
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def created(url, name="St. Mary", content="fte = 32"):
    workspace = Workspace.open(url)
    draft = workspace.create("practice", name, content, author="Ann")
    workspace.close()
    return draft


def test_a_save_that_was_acknowledged_outlives_a_kill(database_url):
    chance = random.Random(7)  # noqa: S311
    # A killed client is nothing new to a server; a file has nobody else to mend it.
    kills = 100 if database_url.startswith("sqlite") else 25
    identity = created(database_url).document.id
    edits = versions = 0
    for _ in range(kills):
        process, heard = started(write_until_killed, database_url, identity)
        assert heard.poll(20)
        time.sleep(chance.uniform(0, 0.03))
        process.kill()
        process.join()
        acknowledged = list(everything_heard(heard))
        edits = max([edits, *(number for kind, number in acknowledged if kind == "edit")])
        versions = max([versions, *(number for kind, number in acknowledged if kind == "version")])
        assert_sound(database_url)
        workspace = Workspace.open(database_url)
        draft = workspace.draft(identity)
        # What was stored but not yet acknowledged may be there or not; what was acknowledged is.
        assert draft.revision in {edits, edits + 1}
        assert draft.content == content_of(draft.revision)
        assert draft.version in {versions, versions + 1}
        workspace.close()
        edits, versions = draft.revision, draft.version
    workspace = Workspace.open(database_url)
    told = [event.what for event in workspace.history(identity)][::-1]
    assert [what for what in told if what.startswith("Edit")] == [f"Edit {number}" for number in range(2, edits + 1)]
    found = workspace.versions(identity)
    assert [one.number for one in found] == list(range(versions, 0, -1))
    assert all(one.content == content_of(int(one.content.rpartition(" ")[2])) for one in found)
    workspace.close()


def test_eight_who_write_at_once_lose_nothing(database_url):
    lines, everyone = 12, [f"writer_{number}" for number in range(8)]
    identity = created(database_url, content="").document.id
    workspace = Workspace.open(database_url)
    refused = {}
    threads = [
        threading.Thread(target=lambda name=name: refused.update(add_lines(workspace, identity, name, lines)))
        for name in everyone[:4]
    ]
    elsewhere = [started(add_lines_elsewhere, database_url, identity, name, lines) for name in everyone[4:]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for process, heard in elsewhere:
        refused.update(heard.recv())
        process.join()
    written = workspace.draft(identity).content.splitlines()[1:]
    assert sorted(written) == sorted(f"{name} = {number}" for name in everyone for number in range(lines))
    kept = [one for one in workspace.documents("practice") if one.id != identity]
    assert len(refused) > 0
    assert {one.id: workspace.draft(one.id).content for one in kept} == refused
    assert workspace.draft(identity).revision == 1 + 8 * lines
    workspace.close()
    assert_sound(database_url)


def test_a_full_disk_is_said_in_words_and_changes_nothing(sqlite_url):
    identity = created(sqlite_url).document.id
    process, heard = started(fill_the_disk, sqlite_url, identity, 400_000)
    said, before, after = heard.recv()
    assert re.search("(disk is full|disk refuses to write).*nothing was saved.*[Mm]ake room and save again", said)
    assert before == after
    again = heard.recv()
    process.join()
    workspace = Workspace.open(sqlite_url)
    assert workspace.draft(identity) == again
    assert again.content == "room again"
    assert [event.what for event in workspace.history(identity)][:2] == ["Again", before.undo]
    workspace.close()
    assert_sound(sqlite_url)


def test_a_locked_file_is_said_in_words_after_five_seconds_and_read_meanwhile(sqlite_url, monkeypatch):
    assert "busy_timeout = 5000" in database.SQLITE_SETTINGS
    monkeypatch.setattr(database, "SQLITE_SETTINGS", (*database.SQLITE_SETTINGS, "busy_timeout = 100"))
    workspace = Workspace.open(sqlite_url)
    draft = workspace.create("practice", "St. Mary", "a", author="Ann")
    change = {"revision": 1, "author": "Ann", "what": "Edit"}
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="in use by another program or person, and nothing was changed; try again"):
            workspace.save(draft.document.id, "b", **change)
        assert workspace.draft(draft.document.id) == draft
    assert workspace.save(draft.document.id, "b", **change).content == "b"
    workspace.close()


def test_a_locked_row_is_said_in_words(postgresql_url, monkeypatch):
    assert "lock_timeout=5000" in database.POSTGRESQL_SETTINGS["options"]
    monkeypatch.setitem(database.POSTGRESQL_SETTINGS, "options", "-c lock_timeout=100")
    workspace = Workspace.open(postgresql_url)
    draft = workspace.create("practice", "St. Mary", "a", author="Ann")
    with workspace._database.writing() as other:
        other.execute(text("SELECT id FROM documents FOR UPDATE"))
        with pytest.raises(StorageError, match="in use by another program or person"):
            workspace.delete(draft.document.id, author="Ann")
        assert workspace.draft(draft.document.id) == draft
    workspace.close()


def test_sqlite_is_set_to_lose_nothing(sqlite_url):
    workspace = Workspace.open(sqlite_url)
    with workspace._database.reading() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 5000}
    workspace.close()


def test_a_server_that_goes_away_is_said_in_words_and_found_again(postgresql, postgresql_url):
    workspace = Workspace.open(postgresql_url)
    draft = workspace.create("practice", "St. Mary", "0", author="Ann")
    identity, stored = draft.document.id, [0]
    said = []

    def save_on_and_on():
        # Whoever is told that nothing was saved tries again with what they have, as a page does.
        revision, number = draft.revision, 1
        while number < 2_000 and not done.is_set():
            try:
                revision = workspace.save(identity, f"{number}", revision=revision, author="Ann", what="Edit").revision
            except StorageError as error:
                said.append(str(error))
                time.sleep(0.02)
            else:
                stored.append(number)
                number += 1

    done = threading.Event()
    writer = threading.Thread(target=save_on_and_on)
    writer.start()
    for _ in range(5):
        before = len(stored)
        while len(stored) < before + 5:
            time.sleep(0.01)
        postgresql.stop()
        with pytest.raises(StorageError, match="cannot be reached"):
            workspace.draft(identity)
        with pytest.raises(StorageError, match="cannot be reached"):
            Workspace.open(postgresql_url)
        postgresql.start()
    before = len(stored)
    while len(stored) < before + 5:
        time.sleep(0.01)
    done.set()
    writer.join()
    words = re.compile(r"The (database )?server of postgresql://\S+ (cannot be reached|refuses the connection).*")
    assert all(words.fullmatch(one) for one in said)
    assert len(said) >= 5
    assert "secret" not in "".join(said)
    # Every number is there once: none lost, none stored twice, no half save.
    assert workspace.draft(identity).content == f"{stored[-1]}"
    assert workspace.draft(identity).revision == 1 + stored[-1]
    assert stored == list(range(len(stored)))
    assert len(workspace.documents("practice")) == 1
    workspace.close()


def test_a_server_that_was_restarted_meanwhile_is_not_noticed(postgresql, postgresql_url):
    workspace = Workspace.open(postgresql_url)
    draft = workspace.create("practice", "St. Mary", "a", author="Ann")
    postgresql.stop()
    postgresql.start()
    assert workspace.save(draft.document.id, "b", revision=1, author="Ann", what="Edit").content == "b"
    workspace.close()


def test_a_server_that_was_never_there_is_said_in_words_without_the_password():
    with pytest.raises(StorageError, match="cannot be reached") as found:
        Workspace.open("postgresql://ann:topsecret@127.0.0.1:1/work")
    assert "topsecret" not in str(found.value)


def test_a_database_that_the_server_does_not_have_is_named(postgresql_url):
    with pytest.raises(StorageError) as found:
        Workspace.open(postgresql_url.removesuffix("postgres") + "elsewhere")
    assert 'refuses the connection (database "elsewhere" does not exist); check FINMODEL_DATABASE_URL' in str(found.value)
    assert "secret" not in str(found.value)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match=r"The folder .*file/below cannot be made .*; choose another one with FINMODEL_DATA"):
        Workspace.open(f"sqlite:///{tmp_path}/file/below/work.sqlite")


def test_a_file_of_another_kind_is_refused_and_left_alone(tmp_path):
    other = tmp_path / "finmodel.sqlite"
    other.write_bytes(b"not a database, but a letter to grandmother " * 100)
    with pytest.raises(StorageError, match="is not a database of finmodel"):
        Workspace.open(f"sqlite:///{other}")
    assert other.read_bytes() == b"not a database, but a letter to grandmother " * 100


def test_a_database_of_another_program_is_refused_and_left_alone(database_url):
    other = database.Database(database.address(database_url))
    with other.writing() as connection:
        connection.execute(text("CREATE TABLE documents (letter TEXT)"))
    with pytest.raises(StorageError, match="holds the tables of another program; give finmodel a database of its own"):
        Workspace.open(database_url)
    with other.reading() as connection:
        assert inspect(connection).get_table_names() == ["documents"]
    other.engine.dispose()


def test_many_who_open_a_new_database_at_once_all_can_use_it(database_url):
    barrier = PROCESSES.Barrier(6)
    opened = [started(open_at_once, database_url, barrier) for _ in range(6)]
    assert [heard.recv() for _, heard in opened] == ["a"] * 6
    for process, _ in opened:
        process.join()
    assert_sound(database_url)


@pytest.mark.parametrize("revision", REVISIONS)
def test_work_of_every_earlier_schema_is_there_after_the_migrations(database_url, revision):
    written = database.Database(database.address(database_url))
    with written.writing() as connection:
        command.upgrade(schema.configuration(connection), revision)
        for statement in (INSERTS / f"{revision}.sql").read_text(encoding="utf-8").split(";\n"):
            connection.execute(text(statement))
    written.engine.dispose()
    workspace = Workspace.open(database_url)
    (document,) = workspace.documents("practice")
    draft = workspace.draft(document.id)
    assert (document.name, draft.content, draft.undo, draft.redo) == ("St. Mary", "fte = 33", "Changed FTE", "Added rent")
    assert (draft.version, draft.is_saved) == (1, False)
    version = workspace.version(document.id, 1)
    assert (version.content, version.reason, version.saved_at.isoformat()) == ("fte = 32", "Board", "2026-03-01T12:00:00+00:00")
    assert [event.what for event in workspace.history(document.id)] == ["Changed FTE", "Created"]
    workspace.close()


def test_the_migrations_lead_to_the_tables_of_the_program(database_url):
    assert REVISIONS[-1] == schema.CURRENT
    workspace = Workspace.open(database_url)
    with workspace._database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "finmodel_schema"})
        assert compare_metadata(context, metadata) == []
    workspace.close()


@pytest.fixture
def next_release(tmp_path, monkeypatch):
    """The program as it will be when its schema has changed once more."""
    migrations = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    kill = tmp_path / "kill"
    (migrations / "versions" / "schema_0002.py").write_text(SECOND_MIGRATION.format(kill=str(kill)))

    def begin():
        monkeypatch.setattr(schema, "MIGRATIONS", migrations)
        monkeypatch.setattr(schema, "CURRENT", "0002")
        return migrations, kill

    return begin


def test_a_file_is_copied_beside_itself_before_it_is_migrated(sqlite_url, next_release, tmp_path):
    draft = created(sqlite_url)
    assert list(tmp_path.glob("*.backup")) == []
    next_release()
    workspace = Workspace.open(sqlite_url)
    assert workspace.draft(draft.document.id) == draft
    workspace.close()
    Workspace.open(sqlite_url).close()
    (copy,) = tmp_path.glob("work.sqlite.schema-0001.*.backup")
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT content FROM steps").fetchall() == [("fte = 32",)]
        assert connection.execute("SELECT version_num FROM finmodel_schema").fetchall() == [("0001",)]


def open_as_the_next_release(url, migrations, spoken):
    schema.MIGRATIONS, schema.CURRENT = migrations, "0002"
    open_at_once(url, PROCESSES.Barrier(1), spoken)


def test_a_migration_that_is_killed_is_done_again(database_url, next_release):
    draft = created(database_url)
    migrations, kill = next_release()
    kill.touch()
    process, heard = started(open_as_the_next_release, database_url, migrations)
    assert list(everything_heard(heard)) == []
    process.join()
    assert process.exitcode == -9
    kill.unlink()
    assert_sound(database_url)
    opened = [started(open_as_the_next_release, database_url, migrations) for _ in range(4)]
    assert [heard.recv() for _, heard in opened] == ["a"] * 4
    for process, _ in opened:
        process.join()
    workspace = Workspace.open(database_url)
    assert workspace.draft(draft.document.id) == draft
    workspace.close()


def test_a_database_of_a_newer_release_is_refused_and_left_alone(database_url):
    created(database_url)
    written = database.Database(database.address(database_url))
    with written.writing() as connection:
        connection.execute(text("UPDATE finmodel_schema SET version_num = '9999'"))
    with pytest.raises(StorageError, match="was written by a newer finmodel; install the newest one"):
        Workspace.open(database_url)
    with written.reading() as connection:
        assert schema.schema_of(connection) == "9999"
    written.engine.dispose()


def test_a_version_can_be_computed_again_after_its_document_is_deleted(database_url):
    workspace = Workspace.open(database_url)
    draft = workspace.create("practice", "St. Mary", "a", author="Ann")
    version = workspace.save_version(draft.document.id, revision=1, **VERSION)
    workspace.delete(draft.document.id, author="Ann")
    assert workspace.version(draft.document.id, 1) == version
    workspace.close()
