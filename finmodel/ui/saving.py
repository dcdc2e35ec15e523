"""Store work as it is made: edits at once, versions on purpose; a conflict keeps both."""

import threading
import tomllib
from collections.abc import Callable, Mapping
from functools import cache, wraps
from typing import ParamSpec

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException, get_script_run_ctx

import finmodel
from finmodel.assumptions import BadInput, Entry, edited
from finmodel.ui.desk import (
    PRACTICE,
    SEEN,
    author,
    example,
    example_text,
    notify,
    on_desk,
    open_practice,
    workspace,
)
from finmodel.ui.run import evaluated, references_on, references_today
from finmodel.workspace import Conflict, Draft, StorageError

CONFLICT = "conflict"
P = ParamSpec("P")


def said_if_not_stored(action: Callable[P, None]) -> Callable[P, None]:
    """An action of a button that says in words when its work cannot be stored, and changes nothing then."""

    @wraps(action)
    def attempt(*arguments: P.args, **named: P.kwargs) -> None:
        try:
            with turn():
                action(*arguments, **named)
        except StorageError as error:
            notify("error", str(error))

    return attempt


def carried_through(action: Callable[P, None]) -> Callable[P, None]:
    """An action, harmless to repeat, that is done to its end though the page asks for something new meanwhile.

    Streamlit breaks an action off for that at any touch of the session's state, and does not take it up again.
    """

    @wraps(action)
    def done(*arguments: P.args, **named: P.kwargs) -> None:
        newer = None
        while True:
            try:
                with turn():
                    action(*arguments, **named)
                break
            except RerunException as request:
                newer = request
        if newer:
            raise newer

    return done


def turn() -> threading.RLock:
    """What a browser session holds while it stores something.

    Streamlit starts the next run before the last one has ended: both would store on top of what the session saw before either
    of them, and it would meet its own edit as somebody else's.
    """
    context = get_script_run_ctx()
    return _turn_of(context.session_id if context else "")


@cache
def _turn_of(session: str) -> threading.RLock:  # noqa: ARG001 - one for each session
    return threading.RLock()


def save(changes: Mapping[str, Entry], what: str, practice: str | None = None) -> None:
    """Store edits of a practice, else of the one on the desk, at once; a conflict keeps both and is shown."""
    key = practice or st.session_state[PRACTICE]
    if in_conflict(key):
        _add_to_mine(changes, what)
        return
    seen: Draft = st.session_state.get(SEEN, {}).get(key) or workspace().draft(key)
    save_text(seen, edited(seen.content, changes), what)


def in_conflict(key: str) -> bool:
    """Whether a practice was changed in two places and nobody has said yet what it should say."""
    conflict: Conflict | None = st.session_state.get(CONFLICT)
    return conflict is not None and conflict.theirs.document.id == key


def _add_to_mine(changes: Mapping[str, Entry], what: str) -> None:
    """Edits that were on their way when the conflict was met belong to this side of it."""
    conflict: Conflict = st.session_state[CONFLICT]
    kept = workspace().draft(conflict.kept.id)
    mine = workspace().save(kept.document.id, edited(kept.content, changes), revision=kept.revision, author=author(), what=what)
    _meet(Conflict(conflict.theirs, mine.content, mine.document))


def save_text(seen: Draft, content: str, what: str) -> Draft:
    """Store another text of a document in place of the one that was seen; the document as it then stands."""
    name = tomllib.loads(content).get("name")
    known = known_drafts()
    try:
        stored = workspace().save(seen.document.id, content, revision=seen.revision, author=author(), what=what,
                                  name=str(name) if name else None)
    except Conflict as conflict:
        known[seen.document.id] = conflict.theirs
        _meet(conflict)
        return conflict.theirs
    known[seen.document.id] = stored
    return stored


def known_drafts() -> dict[str, Draft]:
    """What this session has seen, taken in hand before something is stored.

    Broken off between storing and remembering, the session would meet its own edit as somebody else's.
    """
    known: dict[str, Draft] = st.session_state.setdefault(SEEN, {})
    return known


def _meet(conflict: Conflict) -> None:
    """Hold a conflict until it is settled, also when the page asks for something new right now."""
    try:
        st.session_state[CONFLICT] = conflict
    except RerunException:
        st.session_state[CONFLICT] = conflict
        raise


@said_if_not_stored
def undo() -> None:
    """Take back the last edit of the practice on the desk."""
    _step(workspace().undo)


@said_if_not_stored
def redo() -> None:
    """Make again what was taken back."""
    _step(workspace().redo)


def _step(step: Callable[..., Draft]) -> None:
    known = known_drafts()
    seen = known[st.session_state[PRACTICE]]
    try:
        known[seen.document.id] = step(seen.document.id, revision=seen.revision, author=author())
    except Conflict as conflict:
        known[seen.document.id] = conflict.theirs
        notify("warning", "The practice was changed elsewhere in the meantime; nothing was taken back.")


@said_if_not_stored
def save_version(reason: str) -> None:
    """Keep the draft on the desk as a version that never changes."""
    desk = on_desk()
    if desk.draft is None:
        return
    references = references_on(desk)
    try:
        evaluated(desk.content, references)
        version = workspace().save_version(desk.key, revision=desk.draft.revision, author=author(), reason=reason.strip(),
                                           assumptions=references, engine_version=finmodel.__version__)
        notify("success", f"Version {version.number} is saved.")
    except BadInput as error:
        notify("error", f"A version must be complete. {error.faults[0]}")
    except Conflict:
        notify("warning", "The practice was changed elsewhere in the meantime. Look at it, then save the version again.")


def adopt(content: str, what: str, *, name: str | None = None) -> None:
    """Make an own practice of a text, with a first version, and lay it on the desk.

    Raises:
        BadInput: when the text is no practice that can be computed; nothing is stored then.
    """
    references = references_today()
    content = edited(content, {"name": name}) if name else content
    practice = evaluated(content, references).assumptions[0].practice
    draft = workspace().create("practice", practice.name, content, author=author(), what=what)
    workspace().save_version(draft.document.id, revision=draft.revision, author=author(), reason=what, assumptions=references,
                             engine_version=finmodel.__version__)
    open_practice(draft.document.id)


@said_if_not_stored
def copy_example(key: str) -> None:
    """Make an own practice of an example."""
    adopt(example_text(key), f"Copied from the example '{example(key).name}'", name=f"{example(key).name} (copy)")


@said_if_not_stored
def settle(choice: str) -> None:
    """End a conflict: take mine, take theirs, or leave both as they are."""
    conflict: Conflict = st.session_state.pop(CONFLICT)
    if choice == "mine":
        save_text(workspace().draft(conflict.theirs.document.id), conflict.yours, "Took one side of a conflict")
    if choice != "both" and CONFLICT not in st.session_state:
        workspace().delete(conflict.kept.id, author=author())


@said_if_not_stored
def restore(number: int) -> None:
    """Make a version the draft again, and the newest version."""
    desk = on_desk()
    if desk.draft is None:
        return
    try:
        version = workspace().restore(desk.key, number, revision=desk.draft.revision, author=author())
        notify("success", f"Version {number} is restored, as version {version.number}.")
        open_practice(desk.key)
    except Conflict:
        notify("warning", "The practice was changed elsewhere in the meantime. Look at it, then restore again.")
