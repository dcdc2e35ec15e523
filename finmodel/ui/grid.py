"""A table to type into: stored cell by cell as it is typed, with undo, paste, and the source of each cell at hand."""

import tomllib
from functools import cache, partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import streamlit as st

from finmodel.assumptions import Entry
from finmodel.ui import saving
from finmodel.ui.desk import Desk, notify, remember, workspace
from finmodel.ui.edits import read, refused_cells, store, take_up
from finmodel.ui.kept import drawn_tables
from finmodel.ui.sheets import Sheet
from finmodel.workspace import StorageError

HERE = Path(__file__).parent
APPLIED, SERVED_BY = "applied_edits", "served_by"
HTML = """<div class="scroll"><div class="grid"></div></div>
<p class="note" role="status"></p>"""


@cache
def _component() -> Any:
    return st.components.v2.component("finmodel_grid", html=HTML, css=(HERE / "grid.css").read_text(encoding="utf-8"),
                                      js=(HERE / "grid.js").read_text(encoding="utf-8"))


def grid(sheet: Sheet, desk: Desk, key: str) -> None:
    """Draw a table; what is typed into it is stored in the draft on the desk."""
    can_edit = desk.can_edit and not saving.in_conflict(desk.key)
    refused = refused_cells(desk.key) if can_edit else {}
    texts = {cell.path: cell.text for row in sheet.rows for cell in row.cells if cell}
    place = f"{desk.key} {key}"
    if can_edit:
        drawn_tables().add(place)
    state = {"disabled": not can_edit, "applied": st.session_state.get(APPLIED, {}).get(place), "place": place,
             "server": st.session_state.setdefault(SERVED_BY, uuid4().hex),
             "stored": {path: texts[path] for path in refused if path in texts}}
    _component()(key=key, data={**sheet.as_data(refused), **state}, on_edits_change=partial(_apply, key, place, desk))


@saving.carried_through
def _apply(key: str, place: str, desk: Desk) -> None:
    """Store the edits that have not been stored yet; what cannot be stored now stays with the browser and comes again."""
    try:
        _apply_new(key, place, desk)
    except StorageError as error:
        notify("error", f"{error} What you typed stays on this page and is stored with your next edit.")


def _apply_new(key: str, place: str, desk: Desk) -> None:
    edits: list[dict[str, Any]] = (st.session_state[key].edits or {}).get("pending", [])
    applied = st.session_state.setdefault(APPLIED, {})
    ids = [edit["id"] for edit in edits]
    new = edits[ids.index(applied[place]) + 1:] if applied.get(place) in ids else edits
    # What a tab kept is judged by what is stored now: the session before this one may have stored it a moment ago.
    is_kept = any(edit["kind"] == "kept" for edit in new)
    document = tomllib.loads(remember(workspace().draft(desk.key)).content if is_kept else desk.content)
    refused = refused_cells(desk.key)
    changes: dict[str, Entry] = {}
    for edit in new:
        if edit["kind"] in ("undo", "redo"):
            store(desk.key, changes)
            changes = {}
            {"undo": saving.undo, "redo": saving.redo}[edit["kind"]]()
            applied[place] = edit["id"]
        elif edit["kind"] == "remove":
            changes[edit["path"]] = None
        elif edit["kind"] == "kept":
            take_up(edit, document, changes, refused)
        else:
            read(edit["path"], edit["text"], document, changes, refused)
    store(desk.key, changes)
    if ids:
        applied[place] = ids[-1]
