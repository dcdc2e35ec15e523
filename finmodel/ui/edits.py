"""Edits of cells: what was typed is read, refused in words or stored; what a tab kept is judged by what is stored now."""

from typing import Any

import streamlit as st

from finmodel.assumptions import Entry
from finmodel.assumptions.fields import field_at
from finmodel.model import drivers, expected_rate_units
from finmodel.ui import saving
from finmodel.ui.desk import notify
from finmodel.ui.sheets import Sheets, entry, held

REFUSED = "refused_cells"
Refused = dict[str, tuple[str, str]]


def refused_cells(practice: str) -> Refused:
    """What was typed into a practice and cannot stand there, and why, by the path of the cell."""
    refused: Refused = st.session_state.setdefault(REFUSED, {}).setdefault(practice, {})
    return refused


def read(path: str, text: str, document: dict[str, Any], changes: dict[str, Entry], refused: Refused) -> None:
    """What a text changes, or why it is refused."""
    refused.pop(path, None)
    try:
        changes[path] = entry(path, text, document)
        changes.update(_fitting_rate(path, text, document))
    except ValueError as error:
        refused[path] = text, f"Not stored: {error}."


def take_up(edit: dict[str, Any], document: dict[str, Any], changes: dict[str, Entry], refused: Refused) -> None:
    """What a tab kept because it did not know whether it was stored; it never replaces what came later."""
    path, text = edit["path"], edit["text"]
    is_gone = edit["row"] and held(document, edit["row"]) is None
    if is_gone or field_at(path.split(".")) is None:
        notify("warning", f"'{text[:40]}' was not stored: the row it was typed into ({path}) is no longer there.")
        return
    stored = Sheets(document, {}).cell(path).text
    if _means(path, stored, document) == _means(path, text, document):
        return
    if _means(path, stored, document) in [_means(path, was, document) for was in edit["was"]]:
        read(path, text, document, changes, refused)
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


def store(practice: str, changes: dict[str, Entry]) -> None:
    """Store what was read, as one step."""
    if changes:
        first = next(iter(changes))
        more = f" and {len(changes) - 1} more" if len(changes) > 1 else ""
        saving.save(changes, f"{'Removed' if changes[first] is None else 'Changed'} {first}{more}", practice)
