"""A table to type into: stored cell by cell as it is typed, with undo, paste, and the source of each cell at hand."""

import tomllib
from functools import cache, partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import streamlit as st

from finmodel.assumptions import Entry
from finmodel.model import drivers, expected_rate_units
from finmodel.ui import saving
from finmodel.ui.desk import Desk, notify, remember, workspace
from finmodel.ui.sheets import Sheet, Sheets, entry, held
from finmodel.workspace import StorageError

HERE = Path(__file__).parent
APPLIED, REFUSED, SERVED_BY = "applied_edits", "refused_cells", "served_by"
HTML = """<div class="scroll"><div class="grid"></div></div>
<p class="note" role="status"></p>"""


@cache
def _component() -> Any:
    return st.components.v2.component("finmodel_grid", html=HTML, css=(HERE / "grid.css").read_text(encoding="utf-8"),
                                      js=(HERE / "grid.js").read_text(encoding="utf-8"))


def grid(sheet: Sheet, desk: Desk, key: str) -> None:
    """Draw a table; what is typed into it is stored in the draft on the desk."""
    can_edit = desk.can_edit and not saving.in_conflict(desk.key)
    refused = st.session_state.get(REFUSED, {}).get(desk.key, {}) if can_edit else {}
    texts = {cell.path: cell.text for row in sheet.rows for cell in row.cells if cell}
    place = f"{desk.key} {key}"
    state = {"disabled": not can_edit, "applied": st.session_state.get(APPLIED, {}).get(place), "place": place,
             "server": st.session_state.setdefault(SERVED_BY, uuid4().hex),
             "stored": {path: texts[path] for path in refused if path in texts}}
    _component()(key=key, data={**sheet.as_data(refused), **state},
                 on_edits_change=partial(_apply, key, place, desk, frozenset(texts)))


@saving.carried_through
def _apply(key: str, place: str, desk: Desk, paths: frozenset[str]) -> None:
    """Store the edits that have not been stored yet; what cannot be stored now stays with the browser and comes again."""
    try:
        _apply_new(key, place, desk, paths)
    except StorageError as error:
        notify("error", f"{error} What you typed stays on this page and is stored with your next edit.")


def _apply_new(key: str, place: str, desk: Desk, paths: frozenset[str]) -> None:
    edits: list[dict[str, Any]] = (st.session_state[key].edits or {}).get("pending", [])
    applied = st.session_state.setdefault(APPLIED, {})
    ids = [edit["id"] for edit in edits]
    new = edits[ids.index(applied[place]) + 1:] if applied.get(place) in ids else edits
    # What a tab kept is judged by what is stored now: the session before this one may have stored it a moment ago.
    is_kept = any(edit["kind"] == "kept" for edit in new)
    document = tomllib.loads(remember(workspace().draft(desk.key)).content if is_kept else desk.content)
    refused = st.session_state.setdefault(REFUSED, {}).setdefault(desk.key, {})
    changes: dict[str, Entry] = {}
    for edit in new:
        if edit["kind"] in ("undo", "redo"):
            _store(desk.key, changes)
            changes = {}
            {"undo": saving.undo, "redo": saving.redo}[edit["kind"]]()
            applied[place] = edit["id"]
        elif edit["kind"] == "remove":
            changes[edit["path"]] = None
        elif edit["kind"] == "kept":
            _take_up(edit, document, paths, changes, refused)
        else:
            _read(edit["path"], edit["text"], document, changes, refused)
    _store(desk.key, changes)
    if ids:
        applied[place] = ids[-1]


def _read(path: str, text: str, document: dict[str, Any], changes: dict[str, Entry], refused: dict[str, tuple[str, str]]) -> None:
    refused.pop(path, None)
    try:
        changes[path] = entry(path, text, document)
        changes.update(_fitting_rate(path, text, document))
    except ValueError as error:
        refused[path] = text, f"Not stored: {error}."


def _take_up(edit: dict[str, Any], document: dict[str, Any], paths: frozenset[str], changes: dict[str, Entry],
             refused: dict[str, tuple[str, str]]) -> None:
    """What a tab kept because it did not know whether it was stored; it never replaces what came later."""
    path, text = edit["path"], edit["text"]
    if path not in paths:
        notify("warning", f"'{text[:40]}' was not stored: the row it was typed into ({path}) is no longer there.")
        return
    stored = Sheets(document, {}).cell(path).text
    if _means(path, stored, document) == _means(path, text, document):
        return
    if _means(path, stored, document) in [_means(path, was, document) for was in edit["was"]]:
        _read(path, text, document, changes, refused)
    else:
        before = edit["was"][0]
        refused[path] = text, f"Not stored: this said {before or 'nothing'} when you typed, and says {stored or 'nothing'} now."


def _means(path: str, text: str, document: dict[str, Any]) -> Entry:
    """What a text means in a cell; where it means nothing, the text itself."""
    try:
        return entry(path, text, document)
    except ValueError:
        return text


def _fitting_rate(path: str, driver: str, document: dict[str, Any]) -> dict[str, Entry]:
    """The rate of an expense in the unit that a new driver asks for."""
    if not (path.startswith("expenses.") and path.endswith(".driver")):
        return {}
    item = path.removesuffix(".driver")
    rate, lines = held(document, f"{item}.rate") or {}, drivers()
    wanted = expected_rate_units(lines[driver].unit if driver else None, bool(held(document, f"{item}.quantity")))
    fits = not wanted or rate.get("unit") in wanted
    return {} if fits else {f"{item}.rate": {"value": rate.get("value", 0), "unit": wanted[0], "status": "client"}}


def _store(practice: str, changes: dict[str, Entry]) -> None:
    if changes:
        first = next(iter(changes))
        more = f" and {len(changes) - 1} more" if len(changes) > 1 else ""
        saving.save(changes, f"{'Removed' if changes[first] is None else 'Changed'} {first}{more}", practice)
