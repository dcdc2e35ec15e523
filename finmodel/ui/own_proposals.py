"""Proposals made for the practice on the desk: stored as they are changed, and only while they can be read."""

import datetime
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from finmodel.assumptions import BadInput, Fault
from finmodel.assumptions.document_text import Document, document_as_text
from finmodel.contracts.editing import Start, new_proposal, with_entry
from finmodel.contracts.files import parse_proposal
from finmodel.contracts.mechanisms import MECHANISMS
from finmodel.ui import deleting
from finmodel.ui.desk import SEEN, Desk, author, notify, remember, workspace
from finmodel.ui.run import Session
from finmodel.ui.saving import known_drafts, said_if_not_stored
from finmodel.workspace import Conflict, Draft

CHOSEN, WRITTEN, PARAMETER = "chosen_proposal", "written_proposal", "proposal"
REFUSED, UNFINISHED = "refused_terms", "unfinished_proposals"
LONGEST_NAME = 180


@dataclass(frozen=True)
class Unfinished:
    """The text of a proposal whose terms do not fit together yet, and why."""

    text: str
    faults: tuple[Fault, ...]


def choose(desk: Desk, key: str) -> None:
    """Lay a proposal on the page, for this practice, until another one is chosen."""
    st.session_state[CHOSEN] = {**st.session_state.get(CHOSEN, {}), desk.key: key}


def chosen(desk: Desk, known: dict[str, str]) -> str:
    """The proposal that a link names, else the one chosen, else the one last worked on, else the first example."""
    named = st.query_params.get(PARAMETER)
    if named and named != st.session_state.get(WRITTEN):
        if named in known:
            choose(desk, named)
        else:
            st.warning("The link names a proposal that this practice does not have. Another one is shown.",
                       icon=":material/link_off:")
    key = st.session_state.get(CHOSEN, {}).get(desk.key)
    key = key if key in known else next(iter(known))
    st.session_state[WRITTEN] = st.query_params[PARAMETER] = key
    return key


def start_of(session: Session, starts: datetime.date | None = None) -> Start:
    """What new clauses are filled with: the rows of the practice, and the first day after its base year."""
    tables = {name: table.rows for name, table in session.result.placed.tables.items()}
    return Start(session.practice, tables, starts or datetime.date(session.practice.base_year + 1, 1, 1), datetime.date.today())


def make(desk: Desk, text: str, what: str, name: str | None = None) -> None:
    """Store a new proposal for the practice on the desk, and lay it on the page.

    Raises:
        BadInput: when it is none; nothing is stored then.
    """
    if name:
        text = document_as_text(with_entry(tomllib.loads(text), ("name",), name))
    proposal = parse_proposal(text.encode(), "this proposal")
    choose(desk, workspace().create("proposal", proposal.name, text, author=author(), belongs_to=desk.key, what=what).document.id)


def from_nothing(session: Session, name: str, kind: str) -> str:
    """The text of a proposal of one mechanism."""
    return document_as_text(new_proposal(name, kind, MECHANISMS[kind], start_of(session)))


@said_if_not_stored
def duplicate(desk: Desk, text: str, name: str) -> None:
    """An own copy of a proposal."""
    make(desk, text, f"Copied from {name}", f"{name[:LONGEST_NAME]} (copy)")


def change(key: str, edit: Callable[[Document], Document], what: str) -> None:
    """Store an edit of an own proposal at once, on top of what this session has seen.

    What does not fit together stays with this session until it does; what is stored remains as it was.
    """
    seen: Draft = st.session_state.get(SEEN, {}).get(key) or workspace().draft(key)
    unfinished: dict[str, Unfinished] = st.session_state.setdefault(UNFINISHED, {})
    known = known_drafts()
    text = document_as_text(edit(tomllib.loads(unfinished[key].text if key in unfinished else seen.content)))
    try:
        name = parse_proposal(text.encode(), "this proposal").name
        known[key] = workspace().save(key, text, revision=seen.revision, author=author(), what=what, name=name)
        unfinished.pop(key, None)
    except BadInput as error:
        unfinished[key] = Unfinished(text, error.faults)
    except Conflict as conflict:
        unfinished.pop(key, None)
        remember(conflict.theirs)
        notify("warning", str(conflict))


def unfinished_of(key: str) -> Unfinished | None:
    """What this session has changed of a proposal and could not store yet."""
    found: Unfinished | None = st.session_state.get(UNFINISHED, {}).get(key)
    return found


def put_back(key: str) -> None:
    """Forget what could not be stored."""
    st.session_state.get(UNFINISHED, {}).pop(key, None)
    st.session_state.pop(REFUSED, None)


@said_if_not_stored
def act(key: str, edit: Callable[[Document], Document], what: str) -> None:
    """Store what a button does."""
    change(key, edit, what)


def set_entry(key: str, path: tuple[str, ...], value: Any, what: str) -> None:
    """Store one entry; None removes it."""
    act(key, lambda document: with_entry(document, path, value), what)


@said_if_not_stored
def step(seen: Draft, *, back: bool) -> None:
    """Take back the last change of a proposal, or make it again."""
    put_back(seen.document.id)
    try:
        remember((workspace().undo if back else workspace().redo)(seen.document.id, revision=seen.revision, author=author()))
    except Conflict as conflict:
        remember(conflict.theirs)
        notify("warning", str(conflict))


def delete(seen: Draft) -> None:
    """Put a proposal away; the next page drawn offers the way back."""
    deleting.delete(seen.document)
