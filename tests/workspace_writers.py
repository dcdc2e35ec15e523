"""What other processes do to a workspace while a test watches, kills or starves them."""

import multiprocessing
import resource
from itertools import count

from finmodel.workspace import Conflict, StorageError, Workspace

# Processes are forked from a server that has the workspace imported: a hundred of them start in the time of ten.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.workspace_writers", "alembic.command", "psycopg"])

VERSION = {"author": "Ann", "reason": "Kept", "assumptions": "{}", "engine_version": "1"}


def content_of(number):
    """A content that shows when part of it is missing."""
    return "\n".join(f"line_{row} = {number}" for row in range(200))


def write_until_killed(url, document_id, acknowledge):
    """Save one content after the other, every third also as a version, and say so each time one is stored."""
    workspace = Workspace.open(url)
    draft = workspace.draft(document_id)
    for number in count(draft.revision + 1):
        draft = workspace.save(
            document_id, content_of(number), revision=draft.revision, author="Ann", what=f"Edit {number}"
        )
        acknowledge.send(("edit", number))
        if number % 3 == 0:
            version = workspace.save_version(document_id, revision=draft.revision, **VERSION)
            acknowledge.send(("version", version.number))


def add_lines(workspace, document_id, author, lines):
    """Add lines to a document that others change as well; give back what was refused, by the id it is kept under."""
    refused = {}
    for number in range(lines):
        draft = workspace.draft(document_id)
        while True:
            content = f"{draft.content}\n{author} = {number}"
            try:
                workspace.save(document_id, content, revision=draft.revision, author=author, what=f"Line {number}")
                break
            except Conflict as conflict:
                refused[conflict.kept.id] = conflict.yours
                draft = conflict.theirs
    return refused


def add_lines_elsewhere(url, document_id, author, lines, refused):
    refused.send(add_lines(Workspace.open(url), document_id, author, lines))


def open_at_once(url, barrier, opened):
    barrier.wait()
    try:
        opened.send(Workspace.open(url).create("practice", "At once", "a", author="Ann").content)
    except StorageError as error:
        opened.send(str(error))


def fill_the_disk(url, document_id, room, told):
    """Save until the file may not grow any more, say what happened, and save again when there is room."""
    workspace = Workspace.open(url)
    draft = workspace.draft(document_id)
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, most))
    for number in count():
        try:
            draft = workspace.save(
                document_id, f"{number}" * 20_000, revision=draft.revision, author="Ann", what=f"Edit {number}"
            )
        except StorageError as error:
            told.send((str(error), draft, workspace.draft(document_id)))
            break
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    told.send(workspace.save(document_id, "room again", revision=draft.revision, author="Ann", what="Again"))
