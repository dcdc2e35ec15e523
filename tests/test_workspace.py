"""Stored work: drafts, undo and redo, versions, conflicts, names, and where it is kept."""

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from finmodel.assumptions import BadInput
from finmodel.workspace import Conflict, StorageError, Workspace, drafts


@pytest.fixture
def workspace(database_url):
    opened = Workspace.open(database_url)
    yield opened
    opened.close()


@pytest.fixture
def draft(workspace):
    return workspace.create("practice", "St. Mary", "fte = 32", author="Ann")


def edit(workspace, draft, content, what="Changed FTE", author="Ann", **more):
    return workspace.save(draft.document.id, content, revision=draft.revision, author=author, what=what, **more)


def keep(workspace, draft, reason="Board meeting"):
    return workspace.save_version(
        draft.document.id, revision=draft.revision, author="Ann", reason=reason, assumptions="{}", engine_version="0.3.0"
    )


def test_a_document_is_found_again_by_another_process(workspace, draft, database_url):
    edited = edit(workspace, draft, "fte = 33")
    other = Workspace.open(database_url)
    assert other.draft(draft.document.id) == edited
    assert other.documents("practice") == [edited.document]
    other.close()


def test_undo_and_redo_say_what_they_do_and_survive_a_restart(workspace, draft, database_url):
    second = edit(workspace, draft, "fte = 33", "Changed FTE")
    third = edit(workspace, second, "fte = 33\nrent = 1", "Added rent")
    assert (draft.undo, draft.redo) == (None, None)
    assert (third.undo, third.redo) == ("Added rent", None)
    workspace.close()
    workspace = Workspace.open(database_url)
    back = workspace.undo(draft.document.id, revision=third.revision, author="Ann")
    assert (back.content, back.undo, back.redo) == ("fte = 33", "Changed FTE", "Added rent")
    back = workspace.undo(draft.document.id, revision=back.revision, author="Ann")
    assert (back.content, back.undo, back.redo) == ("fte = 32", None, "Changed FTE")
    assert workspace.undo(draft.document.id, revision=back.revision, author="Ann") == back
    forth = workspace.redo(draft.document.id, revision=back.revision, author="Ann")
    assert (forth.content, forth.undo, forth.redo) == ("fte = 33", "Changed FTE", "Added rent")


def test_an_edit_after_an_undo_drops_what_could_be_redone(workspace, draft):
    second = edit(workspace, draft, "fte = 33")
    back = workspace.undo(draft.document.id, revision=second.revision, author="Ann")
    other = edit(workspace, back, "fte = 31", "Fewer")
    assert (other.undo, other.redo) == ("Fewer", None)
    assert workspace.redo(draft.document.id, revision=other.revision, author="Ann") == other


def test_renaming_is_a_step_like_any_other(workspace, draft):
    renamed = edit(workspace, draft, "fte = 32", "Renamed", name="St. Luke")
    assert renamed.document.name == "St. Luke"
    back = workspace.undo(draft.document.id, revision=renamed.revision, author="Ann")
    assert (back.document.name, back.redo) == ("St. Mary", "Renamed")


def test_saving_what_is_there_already_changes_nothing(workspace, draft):
    assert edit(workspace, draft, "fte = 32") == draft
    assert len(workspace.history(draft.document.id)) == 1


def test_a_version_holds_what_was_computed_with_and_is_the_base_of_the_draft(workspace, draft):
    version = keep(workspace, draft)
    assert workspace.version(draft.document.id, 1) == version
    assert (version.content, version.assumptions, version.engine_version) == ("fte = 32", "{}", "0.3.0")
    assert (version.author, version.reason) == ("Ann", "Board meeting")
    assert version.sha256 == hashlib.sha256(b"fte = 32").hexdigest()
    saved = workspace.draft(draft.document.id)
    assert (saved.version, saved.is_saved, saved.revision) == (1, True, draft.revision)
    assert not edit(workspace, saved, "fte = 33").is_saved


def test_restoring_adds_a_version_and_can_be_undone(workspace, draft):
    keep(workspace, draft, "First")
    second = edit(workspace, draft, "fte = 40")
    restored = workspace.restore(draft.document.id, 1, revision=second.revision, author="Bob")
    assert (restored.number, restored.content, restored.reason) == (2, "fte = 32", "Restored version 1")
    now = workspace.draft(draft.document.id)
    assert (now.content, now.is_saved, now.version, now.undo) == ("fte = 32", True, 2, "Restored version 1")
    assert [version.number for version in workspace.versions(draft.document.id)] == [2, 1]
    assert workspace.undo(draft.document.id, revision=now.revision, author="Bob").content == "fte = 40"


def test_a_stale_save_keeps_both(workspace, draft):
    theirs = edit(workspace, draft, "fte = 33", author="Bob")
    with pytest.raises(Conflict, match="was changed meanwhile by Bob; your change is kept") as found:
        edit(workspace, draft, "fte = 34")
    conflict = found.value
    assert conflict.theirs == theirs == workspace.draft(draft.document.id)
    assert conflict.yours == "fte = 34"
    assert conflict.kept.name == "St. Mary (conflicting copy)"
    assert workspace.draft(conflict.kept.id).content == "fte = 34"
    assert {document.id for document in workspace.documents("practice")} == {draft.document.id, conflict.kept.id}


def test_the_copy_of_a_long_name_still_says_that_it_is_a_copy(workspace):
    draft = workspace.create("scenario", "x" * 200, "a", author="Ann", belongs_to="sample")
    edit(workspace, draft, "b")
    with pytest.raises(Conflict) as found:
        edit(workspace, draft, "c")
    assert found.value.kept.name == "x" * 181 + " (conflicting copy)"
    assert found.value.kept.belongs_to == "sample"


def test_what_brings_no_content_is_refused_when_stale_and_changes_nothing(workspace, draft):
    keep(workspace, draft)
    edit(workspace, draft, "fte = 33")
    before = workspace.history(draft.document.id)
    stale = {"revision": draft.revision, "author": "Bob"}
    for call in (
        lambda: workspace.undo(draft.document.id, **stale),
        lambda: workspace.redo(draft.document.id, **stale),
        lambda: workspace.restore(draft.document.id, 1, **stale),
        lambda: keep(workspace, draft),
    ):
        with pytest.raises(Conflict) as found:
            call()
        assert found.value.kept.id == draft.document.id
    assert workspace.history(draft.document.id) == before
    assert len(workspace.documents("practice")) == 1


def test_the_same_content_saved_twice_is_no_conflict(workspace, draft):
    theirs = edit(workspace, draft, "fte = 33", author="Bob")
    assert edit(workspace, draft, "fte = 33") == theirs


def test_a_copy_goes_its_own_way(workspace, draft):
    copy = workspace.duplicate(draft.document.id, "Plan B", author="Bob")
    edit(workspace, copy, "fte = 20")
    assert workspace.draft(draft.document.id).content == "fte = 32"
    assert (copy.content, copy.document.name, copy.document.created_by, copy.version) == ("fte = 32", "Plan B", "Bob", 0)


def test_a_deleted_document_is_put_back_as_it_was(workspace, draft):
    workspace.delete(draft.document.id, author="Ann")
    assert workspace.documents("practice") == []
    assert [one.id for one in workspace.documents("practice", deleted=True)] == [draft.document.id]
    assert workspace.draft(draft.document.id).document.deleted_at is not None
    workspace.undelete(draft.document.id, author="Ann")
    assert workspace.draft(draft.document.id) == draft


def test_history_says_who_did_what_the_newest_first(workspace, draft):
    second = edit(workspace, draft, "fte = 33", author="Bob")
    keep(workspace, second)
    workspace.undo(draft.document.id, revision=second.revision, author="Cleo")
    workspace.delete(draft.document.id, author="Ann")
    workspace.delete(draft.document.id, author="Ann")
    workspace.undelete(draft.document.id, author="Ann")
    assert [(event.author, event.what) for event in workspace.history(draft.document.id)] == [
        ("Ann", "Put back"),
        ("Ann", "Deleted"),
        ("Cleo", "Undid: Changed FTE"),
        ("Ann", "Saved version 1: Board meeting"),
        ("Bob", "Changed FTE"),
        ("Ann", "Created"),
    ]
    assert all(event.at.utcoffset().total_seconds() == 0 for event in workspace.history(draft.document.id))


def test_documents_are_listed_by_kind_and_practice_the_last_changed_first(workspace, draft):
    other = workspace.create("practice", "Other", "a", author="Ann")
    scenario = workspace.create("scenario", "Recruit", "b", author="Ann", belongs_to=draft.document.id)
    workspace.create("scenario", "Recruit", "b", author="Ann", belongs_to=other.document.id)
    assert [one.id for one in workspace.documents("practice")] == [other.document.id, draft.document.id]
    edit(workspace, draft, "fte = 33")
    assert [one.id for one in workspace.documents("practice")] == [draft.document.id, other.document.id]
    assert workspace.documents("scenario", belongs_to=draft.document.id) == [scenario.document]
    assert len(workspace.documents("scenario")) == 2
    assert workspace.documents("benchmark") == []


def test_only_the_latest_steps_are_kept(workspace, draft, monkeypatch):
    assert drafts.KEPT_STEPS == 500
    monkeypatch.setattr(drafts, "KEPT_STEPS", 5)
    for number in range(1, 9):
        draft = edit(workspace, draft, f"fte = {number}")
    steps = 0
    while draft.undo:
        draft = workspace.undo(draft.document.id, revision=draft.revision, author="Ann")
        steps += 1
    # Of the contents 32, 1, 2 … 8 the last five are kept: 4 … 8.
    assert (steps, draft.content) == (4, "fte = 4")
    with pytest.raises(Conflict):
        workspace.undo(draft.document.id, revision=1, author="Ann")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("../../x", "../../x"),
        ("![x](https://example.org/a.png)", "![x](https://example.org/a.png)"),
        ("x" * 10_000, "x" * 200),
        ("\u202egnp.exe\u200f", "\u202egnp.exe\u200f"),
        ("a\0b\x1bc", "abc"),
        ("North\nTower", "North Tower"),
        ("  Klinikum Köln 放射線科 🩻 ", "Klinikum Köln 放射線科 🩻"),
        ("'; DROP TABLE documents; --", "'; DROP TABLE documents; --"),
        ("\ud800x", "x"),
    ],
)
def test_names_are_stored_as_they_are_typed(workspace, typed, stored):
    draft = workspace.create("practice", typed, "a", author=typed, belongs_to=typed, what=typed)
    found = workspace.draft(draft.document.id).document
    assert (found.name, found.created_by, found.belongs_to) == (stored, stored, stored)
    assert workspace.history(found.id)[0].what == stored
    assert workspace.documents("practice", belongs_to=typed) == [found]
    assert found.id.isalnum()


@pytest.mark.parametrize("name", ["", "  ", "\0\x07"])
def test_a_name_is_not_empty(workspace, draft, name):
    with pytest.raises(BadInput, match="name: is empty; type a name"):
        workspace.create("practice", name, "a", author="Ann")
    with pytest.raises(BadInput, match="name: is empty"):
        edit(workspace, draft, "a", name=name)
    assert workspace.draft(draft.document.id) == draft


@pytest.mark.parametrize("content", ["x" * 1_000_001, "é" * 500_001, "a\0b", "\ud800"])
def test_content_that_cannot_be_stored_is_refused_and_nothing_is_changed(workspace, draft, content):
    with pytest.raises(BadInput, match="content: "):
        edit(workspace, draft, content)
    with pytest.raises(BadInput, match="content: "):
        workspace.create("practice", "x", content, author="Ann")
    assert workspace.documents("practice") == [draft.document]
    assert edit(workspace, draft, "x" * 1_000_000).content == "x" * 1_000_000


@pytest.mark.parametrize("identity", ["", "0" * 32, "../../etc/passwd", "a\0b", "\ud800", "' OR 1=1", "x" * 10_000])
def test_an_unknown_document_is_said_to_be_unknown(workspace, identity):
    for call in (workspace.draft, workspace.versions, workspace.history, lambda one: workspace.delete(one, author="Ann")):
        with pytest.raises(BadInput, match="there is no such document; choose one from the list"):
            call(identity)


@pytest.mark.parametrize("number", [-1, 0, 2, 10**30])
def test_an_unknown_version_is_said_to_be_unknown(workspace, draft, number):
    keep(workspace, draft)
    with pytest.raises(BadInput, match=f"there is no version {number}; versions go up to 1"):
        workspace.version(draft.document.id, number)
    with pytest.raises(BadInput, match="there is no version"):
        workspace.restore(draft.document.id, number, revision=draft.revision, author="Ann")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE versions SET content = 'x'",
        "DELETE FROM versions",
        "UPDATE events SET author = 'x'",
        "DELETE FROM events",
        "INSERT OR REPLACE INTO versions SELECT document_id, number, 'x', assumptions, engine_version, author, saved_at, reason, "
        "sha256 FROM versions",
        "INSERT OR REPLACE INTO events SELECT number, document_id, at, 'x', what FROM events",
        "TRUNCATE versions",
        "TRUNCATE events",
    ],
)
def test_versions_and_history_cannot_be_changed_by_sql(workspace, draft, statement):
    sqlite = workspace._database.file is not None
    if sqlite == ("TRUNCATE" in statement) or (not sqlite and "OR REPLACE" in statement):
        return
    keep(workspace, draft)
    before = workspace.versions(draft.document.id), workspace.history(draft.document.id)
    with pytest.raises(DBAPIError, match="are never changed"), workspace._database.engine.begin() as connection:
        connection.execute(text(statement))
    assert (workspace.versions(draft.document.id), workspace.history(draft.document.id)) == before


def test_work_is_kept_where_the_environment_says(tmp_path, monkeypatch, database_url):
    monkeypatch.delenv("FINMODEL_DATABASE_URL", raising=False)
    monkeypatch.setenv("FINMODEL_DATA", str(tmp_path / "my data 100%"))
    Workspace.open().create("practice", "In a file", "a", author="Ann")
    assert (tmp_path / "my data 100%" / "finmodel.sqlite").is_file()
    monkeypatch.delenv("FINMODEL_DATA")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    assert Workspace.open().documents("practice") == []
    assert list(Path(tmp_path / "share").rglob("finmodel.sqlite"))
    monkeypatch.setenv("FINMODEL_DATABASE_URL", database_url)
    draft = Workspace.open().create("practice", "At the address", "a", author="Ann")
    assert Workspace.open(database_url).draft(draft.document.id) == draft


@pytest.mark.parametrize("url", ["mysql://root@localhost/x", "sqlite://", "sqlite:///:memory:", "nonsense", "postgresql//x"])
def test_an_address_that_is_none_is_refused_with_two_examples(url):
    with pytest.raises(StorageError, match=r"must be sqlite:///path/to/file\.sqlite or postgresql://"):
        Workspace.open(url)
