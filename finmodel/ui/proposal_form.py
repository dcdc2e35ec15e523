"""One form for the terms of every clause, drawn from their annotations; what is typed is stored at once or refused there."""

import datetime
import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from finmodel.assumptions import Fault, Record
from finmodel.assumptions.document_text import Document
from finmodel.assumptions.fields import Field, fields_of
from finmodel.assumptions.quantity import LARGEST
from finmodel.assumptions.words import capitalized, in_words
from finmodel.contracts.clause import Rows, Term, rows_of
from finmodel.contracts.editing import Path, added, held, is_schedule_year, new_record, with_entry, with_number
from finmodel.contracts.term_sheet import labels_of
from finmodel.format import path_typed, typed, whole_typed
from finmodel.ui import own_proposals
from finmodel.ui.own_proposals import REFUSED, start_of
from finmodel.ui.run import Session
from finmodel.ui.sheets import column_of, number_text
from finmodel.ui.widgets import distinct, escape
from finmodel.workspace import Draft, StorageError

NOT_STATED = "Not stated"
# Rows that were added here have no name of their own.
UNNAMED = re.compile(r"row(_\d+)?")
FIELD_WIDTH = 210
MOST_SIDE_BY_SIDE = 12
Edit = Callable[[Document], Document]


class TermForm:
    """Draws the terms of the clauses of one own proposal."""

    def __init__(self, draft: Draft, session: Session) -> None:
        unfinished = own_proposals.unfinished_of(draft.document.id)
        self.key = draft.document.id
        self.document: Document = tomllib.loads(unfinished.text if unfinished else draft.content)
        self.faults = unfinished.faults if unfinished else ()
        self.session = session
        self.lines = cost_lines(session)
        self.words = words_of(session)

    def terms(self, record: type[Record], path: Path, leave_out: tuple[str, ...] = ()) -> None:
        """The terms of a clause, or of a row of a table, side by side; its lists and tables below them."""
        fields = [(field, *self._words(record, field)) for field in fields_of(record) if field.name not in leave_out]
        grid = st.grid(min_column_width=FIELD_WIDTH, gap="small")
        for field, label, sentence in fields:
            if field.kind not in ("record", "list"):
                with grid.container(gap="xsmall"):
                    self.field(record, (*path, field.name), field, label, sentence)
        for field, label, sentence in fields:
            rows = rows_of(record, field.name)
            if field.kind == "list":
                self.field(record, (*path, field.name), field, label, sentence)
            elif rows:
                self._table(rows, (*path, field.name), label, sentence)

    def _words(self, record: type[Record], field: Field) -> tuple[str, str]:
        term = next((mark for mark in record.model_fields[field.name].metadata if isinstance(mark, Term)), None)
        return (term.label, term.sentence) if term else (capitalized(in_words(field.name)), "")

    def field(self, record: type[Record], path: Path, field: Field, label: str, sentence: str = "") -> None:
        """One term in the way its kind is entered, with the reason under it where the last entry was refused."""
        draw = {"yes_no": self._yes_no, "choice": self._choice, "list": self._list}
        if field.kind == "number":
            self._number(path, field, label, sentence)
        elif field.kind == "whole":
            hint = f"{sentence} A year of the Medicare fee schedule." if is_schedule_year(record, field.name) else sentence
            self._typed(path, label, hint, str(self._at(path, record, field)), lambda text: self._entry(path, whole_typed(text)))
        elif field.kind == "date":
            shown = self._at(path, record, field)
            self._typed(path, f"{label} (YYYY-MM-DD)", sentence, str(shown or ""),
                        lambda text: self._entry(path, _date_typed(text)), "" if field.is_required else NOT_STATED)
        elif field.kind == "text":
            self._typed(path, label, sentence, self._at(path, record, field) or "",
                        lambda text: self._entry(path, " ".join(text.split()) or None))
        else:
            draw[field.kind](record, path, field, label, sentence)
        refused = self._refused(path)
        reasons = [refused[1]] if refused else [sentence_of(fault) for fault in self.faults if fault.key == ".".join(path)]
        for reason in reasons:
            st.markdown(f":red[:material/error: {escape(reason)}]")

    def _at(self, path: Path, record: type[Record], field: Field) -> Any:
        """What the text holds, or what holds where it says nothing."""
        value = held(self.document, path)
        return record.model_fields[field.name].default if value is None and not field.is_required else value

    def _number(self, path: Path, field: Field, label: str, sentence: str) -> None:
        value = held(self.document, path)
        number = value if isinstance(value, Mapping) else {} if value is None else {
            "value": value, **(self.document.get("bare_numbers") or {"status": "client"})}
        unit = str(number.get("unit") or (field.limits.unit if field.limits else None) or "factor")
        heading = unit_of(field)
        status = f" Status: {number['status']}." if "status" in number else " Empty means not stated."
        title = f"{label} ({heading})" if heading and heading not in label.lower() else label
        self._typed(path, title, f"{sentence}{status}", number_text(number, unit),
                    lambda text: self._read_number(path, text, field, unit), "" if field.is_required else NOT_STATED)

    def _read_number(self, path: Path, text: str, field: Field, unit: str) -> Edit:
        if not text.strip() and not field.is_required:
            return lambda document: with_number(document, path, None, unit)
        value = path_typed(text, unit, self.session.practice.base_year)
        for one in value.values() if isinstance(value, dict) else (value,):
            _see_within(one, field, unit)
        return lambda document: with_number(document, path, value, unit)

    def _typed(self, path: Path, label: str, sentence: str, shown: str, read: Callable[[str], Edit],
               placeholder: str = "") -> None:
        name, refused = self._widget(path), self._refused(path)
        st.session_state[name] = refused[0] if refused else shown
        st.text_input(label, key=name, help=escape(sentence) or None, placeholder=placeholder or None,
                      on_change=self._changed, args=(path, label, read))

    def _yes_no(self, record: type[Record], path: Path, field: Field, label: str, sentence: str) -> None:
        st.session_state[self._widget(path)] = bool(self._at(path, record, field))
        st.checkbox(label, key=self._widget(path), help=escape(sentence) or None, on_change=self._changed,
                    args=(path, label, lambda value: self._entry(path, value)))

    def _choice(self, record: type[Record], path: Path, field: Field, label: str, sentence: str) -> None:
        options = [*([] if field.is_required or self._at(path, record, field) else [""]), *field.choices]
        st.session_state[self._widget(path)] = self._at(path, record, field) or ""
        st.selectbox(label, options, key=self._widget(path), help=escape(sentence) or None, on_change=self._changed,
                     format_func=lambda choice: capitalized(choice) or NOT_STATED,
                     args=(path, label, lambda value: self._entry(path, value or None)))

    def _list(self, record: type[Record], path: Path, field: Field, label: str, sentence: str) -> None:
        """Names to be taken or left, all of a few rows of the practice, else those taken with a choice of others."""
        rows = next((mark for mark in record.model_fields[field.name].metadata if isinstance(mark, Rows)), None)
        taken = list(self._at(path, record, field) or ())
        known = self._rows_of(rows.table) if rows else self.lines
        is_short = len(known) <= MOST_SIDE_BY_SIDE
        shown = distinct({**(known if is_short else {}), **{one: known.get(one, in_words(one)) for one in taken}})
        name = self._widget(path)
        st.session_state[name] = taken
        st.pills(label, list(shown), selection_mode="multi", key=name, help=escape(sentence) or None, on_change=self._changed,
                 format_func=lambda one: escape(shown[one]), args=(path, label, lambda value: self._entry(path, list(value))))
        others = {one: words for one, words in known.items() if one not in shown}
        if others:
            st.session_state[f"{name}-more"] = None
            st.selectbox(f"Add to {label.lower()}", list(others), key=f"{name}-more", format_func=others.__getitem__,
                         placeholder="Choose what to add", label_visibility="collapsed", on_change=self._add_line,
                         args=(path, label, taken))

    def _rows_of(self, table: str) -> dict[str, str]:
        """What the practice calls the rows of one of its tables."""
        return {key: self.words.get(f"{table}.{key}", capitalized(in_words(key)))
                for key in self.session.result.placed.tables[table].rows}

    def _add_line(self, path: Path, label: str, taken: list[str]) -> None:
        own_proposals.set_entry(self.key, path, [*taken, st.session_state[f"{self._widget(path)}-more"]], f"Changed {label}")

    def _table(self, rows: type[Record], path: Path, label: str, sentence: str) -> None:
        """The rows of a table of the clause, each with its terms and the way to remove it."""
        st.markdown(f"**{escape(label)}**  \n:small[{escape(sentence)}]")
        for at, (name, row) in enumerate((held(self.document, path) or {}).items(), start=1):
            with st.container(border=True):
                title = str(row.get("label") or (f"{label} {at}" if UNNAMED.fullmatch(name) else capitalized(in_words(name))))
                st.markdown(escape(title))
                self.terms(rows, (*path, name))
                st.button(f"Remove {escape(title)}", key=f"{self._widget((*path, name))}-remove", type="tertiary",
                          icon=":material/remove:", on_click=own_proposals.set_entry,
                          args=(self.key, (*path, name), None, f"Removed {title} from {label.lower()}"))
        st.button(f"Add to {escape(label.lower())}", key=f"{self._widget(path)}-add", icon=":material/add:",
                  on_click=self._add_row, args=(rows, path, label))

    def _add_row(self, rows: type[Record], path: Path, label: str) -> None:
        """A row more, like the last one where there is one."""
        there = held(self.document, path) or {}
        row = dict(list(there.values())[-1]) if there else new_record(rows, start_of(self.session))
        own_proposals.act(self.key, lambda document: added(document, path, "row", row), f"Added to {label.lower()}")

    def _entry(self, path: Path, value: Any) -> Edit:
        return lambda document: with_entry(document, path, value)

    def _widget(self, path: Path) -> str:
        return f"term-{self.key}-{'.'.join(path)}"

    def _refused(self, path: Path) -> tuple[Any, str] | None:
        found: tuple[Any, str] | None = st.session_state.get(REFUSED, {}).get(self._widget(path))
        return found

    def _changed(self, path: Path, label: str, read: Callable[[Any], Edit]) -> None:
        """Store what was entered; what cannot be stored stays in its field with the reason."""
        name = self._widget(path)
        entered, refused = st.session_state[name], st.session_state.setdefault(REFUSED, {})
        refused.pop(name, None)
        try:
            own_proposals.change(self.key, read(entered), f"Changed {label}")
        except (ValueError, StorageError) as error:
            refused[name] = entered, capitalized(f"{str(error).rstrip('.')}.")


def _date_typed(text: str) -> datetime.date | None:
    """A date as it is typed; None of an empty text.

    Raises:
        ValueError: in words.
    """
    try:
        return datetime.date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise ValueError(f"'{text[:40]}' is not a date; type it as 2026-07-01") from None


def unit_of(field: Field) -> str:
    """The unit of a number as it stands behind its label: USD per year, %, hours per month."""
    head, *rest = column_of(field).unit.split(" ")
    plain = head in {"USD", "%", "FTE", "work", "total", ""}
    return "" if head == "count" else " ".join([head if plain else f"{head}s", *rest])


def cost_lines(session: Session) -> dict[str, str]:
    """The lines that a contract may select: those in dollars a year and the practice's own selections, totals first."""
    found = {name.removeprefix("selection_"): one.label for name, one in session.result.graph.lines.items()
             if one.unit == "USD/year" and not one.table and "__" not in name}
    first = [name for name in found if name.startswith("total_")]
    return distinct({name: found[name] for name in dict.fromkeys((*first, *found))})


def words_of(session: Session) -> Mapping[str, str]:
    """What lines and rows of the practice are called, for the words of a contract."""
    return labels_of(session.practice, session.result.graph.lines.values())


def sentence_of(fault: Fault) -> str:
    """The reason of a fault as a sentence."""
    return capitalized(f"{fault.reason}.")


def _see_within(value: float, field: Field, unit: str) -> None:
    """See that a number lies within the limits of its term, in the words in which it is typed.

    Raises:
        ValueError: when it does not.
    """
    if field.limits is None:
        return
    greatest = field.limits.maximum if field.limits.maximum is not None else 1.0 if unit == "share" else LARGEST
    if value < field.limits.minimum:
        raise ValueError(f"{typed(value, unit)} is below the least that it can be, {typed(field.limits.minimum, unit)}")
    if value > greatest:
        raise ValueError(f"{typed(value, unit)} is above the most that it can be, {typed(greatest, unit)}")
    if field.limits.integer and value != int(value):
        raise ValueError(f"{typed(value, unit)} is not a whole number")
