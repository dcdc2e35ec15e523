"""Add rows to a table of the practice: one by name, or many pasted from a spreadsheet."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from finmodel.assumptions import Entry, Record
from finmodel.assumptions.fields import field_at, fields_of
from finmodel.ui import saving
from finmodel.ui.desk import Desk, notify
from finmodel.ui.sheets import entry, heading, held

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Added:
    """What can be added where: the section, its record, and what has to be chosen for a new row."""

    what: str
    section: str
    record: type[Record]
    label_field: str = "label"
    above: Mapping[str, Choices] = field(default_factory=dict)
    chosen: Mapping[str, Choices] = field(default_factory=dict)


def add_rows(desk: Desk, added: Added) -> None:
    """A small form under a table; a new row takes what is not given from the row above it."""
    if not desk.can_edit:
        return
    name = f"add-{added.section}"
    with st.popover(f"Add {added.what}", icon=":material/add:"), st.form(name, border=False, clear_on_submit=True):
        columns = [heading(one.name) for one in fields_of(added.record) if one.name != added.label_field]
        above = [st.selectbox(title, [key for key, _ in choices], format_func=dict(choices).__getitem__)
                 for title, choices in added.above.items()]
        chosen = {name: st.selectbox(heading(name), [key for key, _ in choices], format_func=dict(choices).__getitem__)
                  for name, choices in added.chosen.items()}
        text = st.text_area("Name of the new row", height=100, placeholder="One row a line; cells pasted from a spreadsheet "
                            "follow the name, in the order of the table")
        st.caption("Order of cells: name, " + ", ".join(column.lower() for column in columns) +
                   ". What you leave out is taken from the row above.")
        if st.form_submit_button("Add", type="primary"):
            _store(desk, added, [str(part) for part in above], chosen, text)
            st.rerun()


def _store(desk: Desk, added: Added, above: list[str], chosen: Mapping[str, str | None], text: str) -> None:
    document = tomllib.loads(desk.content)
    section = ".".join([added.section, *above])
    changes: dict[str, Entry] = {}
    faults: list[str] = []
    lines = [line.split("\t") for line in text.splitlines() if line.strip()]
    for words in lines:
        key = new_key(words[0], {*(held(document, section) or {}), *(path.rpartition(".")[2] for path in changes)})
        changes[f"{section}.{key}"] = _record(document, added, section, key, words, chosen, faults)
    if faults:
        notify("error", f"Nothing was added. {' '.join(dict.fromkeys(faults))}")
    elif changes:
        saving.save(changes, f"Added {len(changes)} to {added.section}")


def _record(document: Mapping[str, Any], added: Added, section: str, key: str, words: Sequence[str],
            chosen: Mapping[str, str | None], faults: list[str]) -> dict[str, Entry]:
    """The new record: what was typed, what was chosen, and the rest from the last row of the table."""
    rows = held(document, section) or _any_rows(document, added)
    above = list(rows.values())[-1] if rows else {}
    record: dict[str, Entry] = {name: _as_above(f"{section}.{key}.{name}", value, document) for name, value in above.items()
                                if name != added.label_field}
    if added.label_field in added.record.model_fields:
        record = {added.label_field: words[0].strip(), **record}
    record.update({name: value for name, value in chosen.items() if value is not None})
    names = [one.name for one in fields_of(added.record) if one.name != added.label_field]
    for name, word in zip(names, words[1:], strict=False):
        try:
            if word.strip():
                record[name] = entry(f"{section}.{key}.{name}", word, document)
        except ValueError as error:
            faults.append(f"{words[0].strip()}, {heading(name).lower()}: {error}.")
    return record


def _as_above(path: str, value: Any, document: Mapping[str, Any]) -> Entry:
    """An entry taken from another row, which keeps saying where it comes from."""
    field_there = field_at(path.split("."))
    if field_there and field_there.kind == "number" and field_there.limits and not isinstance(value, Mapping):
        provenance = document.get("bare_numbers") or {"status": "client"}
        return {"value": value, "unit": field_there.limits.unit, **provenance}
    taken: Entry = value
    return taken


def _any_rows(document: Mapping[str, Any], added: Added) -> Mapping[str, Any]:
    """Rows of another part of a nested section, to take from when its own part is new."""
    rows = held(document, added.section) or {}
    for _ in added.above:
        rows = next((inner for inner in rows.values() if inner), {})
    return rows


def new_key(name: str, taken: set[str]) -> str:
    """A key of the file from a name: lower-case words joined, beginning with a letter, and not taken."""
    words = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40] or "row"
    key = words if words[0].isalpha() else f"row_{words}"
    return next(one for count in range(1, len(taken) + 3) if (one := key if count == 1 else f"{key}_{count}") not in taken)
