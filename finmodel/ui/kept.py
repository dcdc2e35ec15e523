"""What a tab kept of tables that are not on its page: stored as soon as another page is drawn."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from finmodel.assumptions import BadInput, Entry
from finmodel.assumptions.words import in_words
from finmodel.ui import saving
from finmodel.ui.desk import notify, remember, workspace
from finmodel.ui.edits import refused_cells, store, take_up
from finmodel.workspace import StorageError

DRAWN, HEARD, KEY = "drawn_tables", "heard_of_the_tab", "kept_by_the_tab"


@cache
def _component() -> Any:
    return st.components.v2.component("finmodel_kept", js=Path(__file__).with_name("kept.js").read_text(encoding="utf-8"))


def drawn_tables() -> set[str]:
    """The tables that can be typed into on the page that is being drawn; these send what was typed themselves."""
    drawn: set[str] = st.session_state.setdefault(DRAWN, set())
    return drawn


@contextmanager
def sent_from_every_page() -> Iterator[None]:
    """Around the drawing of a page: has the tab send what it kept of tables that this page does not show."""
    st.session_state[DRAWN] = set()
    yield
    with st.sidebar:
        _component()(key=KEY, data={"drawn": sorted(drawn_tables()), "heard": st.session_state.get(HEARD)},
                     on_kept_change=_store_kept)


@saving.carried_through
def _store_kept() -> None:
    kept = st.session_state[KEY].kept
    if not kept:
        return
    try:
        tables = [(place.partition(" ")[0], edits) for place, edits in kept["tables"].items()]
        # What belongs to a practice in conflict waits in the tab until somebody says what the practice should say.
        for practice, edits in tables:
            if not saving.in_conflict(practice):
                _store_table(practice, edits)
        if not any(saving.in_conflict(practice) for practice, _ in tables):
            st.session_state[HEARD] = kept["id"]
    except StorageError as error:
        notify("error", f"{error} What you typed stays with this tab and is stored when you go to another page.")


def _store_table(practice: str, edits: list[dict[str, Any]]) -> None:
    try:
        document = tomllib.loads(remember(workspace().draft(practice)).content)
    except BadInput:
        notify("warning", f"'{edits[0]['text'][:40]}' was not stored: the practice it was typed into is no longer there.")
        return
    refused = refused_cells(practice)
    changes: dict[str, Entry] = {}
    for edit in edits:
        take_up(edit, document, changes, refused)
    store(practice, changes)
    for edit in edits:
        if edit["path"] in refused:
            notify("warning", f"{in_words(edit['path'])}: '{edit['text'][:40]}' is in its cell on the page Practice. "
                              f"{refused[edit['path']][1]}")
