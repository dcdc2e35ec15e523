"""Tables of a practice's text, cell by cell: what each shows, where it comes from, and what a typed cell means."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pydantic_core import PydanticCustomError

from finmodel.assumptions import Entry, Record, Source
from finmodel.assumptions.fields import Field, field_at, fields_of
from finmodel.assumptions.words import MEASURES, capitalized, in_words
from finmodel.format import path_typed, typed, unit_in_words, whole_typed

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """What stands under one heading: its kind, its unit in words where all cells share one, and what to choose from."""

    name: str
    label: str
    kind: str
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Cell:
    """One entry of the practice file as text, with its status, where it comes from, and what is wrong with it."""

    path: str
    text: str
    status: str
    about: str
    unit: str = ""
    kind: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    fault: str = ""


@dataclass(frozen=True)
class Row:
    """A row with its name; ``removes`` is the path that goes when the row is removed, empty where it must stay."""

    key: str
    label: str
    cells: tuple[Cell | None, ...]
    removes: str = ""


@dataclass(frozen=True)
class Sheet:
    """A table to show and to edit; ``corner`` heads the names of the rows."""

    caption: str
    corner: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def as_data(self, faults: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
        """Plain data for the grid; ``faults`` gives, by path, what was typed and refused, and why."""
        data = asdict(self)
        for row in data["rows"]:
            for cell in filter(None, row["cells"]):
                if cell["path"] in faults:
                    cell["text"], cell["fault"] = faults[cell["path"]]
        return data


def held(document: Document, path: str) -> Any:
    """What the text holds at a path; None where there is nothing."""
    found: Any = document
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def heading(name: str) -> str:
    """What a field is called above a column."""
    return capitalized(MEASURES.get(name, in_words(name)))


def column_of(field: Field, choices: Sequence[tuple[str, str]] = ()) -> Column:
    """The column of a field; ``choices`` in place of the field's own."""
    own = tuple((choice, capitalized(in_words(choice))) for choice in field.choices)
    unit = field.limits.unit if field.limits else None
    return Column(field.name, heading(field.name), "choice" if choices else field.kind,
                  _unit(unit) if unit else "", tuple(choices) or own)


def _unit(unit: str) -> str:
    """The unit as it stands in a heading: shares are typed in percent, money says so."""
    plain = {"share": "%", "share/year": "% per year", "factor": ""}
    return plain[unit] if unit in plain else f"{'USD ' if unit.startswith('USD') else ''}{unit_in_words(unit)}".strip()


def _beside(unit: str) -> str:
    """The unit as it stands beside a value, which says itself that it is a percentage."""
    return unit.removeprefix("%").strip()


class Sheets:
    """Lays out the tables of one practice's text."""

    def __init__(self, document: Document, sources: Mapping[str, Source]) -> None:
        self.document = document
        self.sources = sources
        self.bare: Mapping[str, Any] = document.get("bare_numbers") or {"status": "client"}

    def records(self, caption: str, section: str, record: type[Record], corner: str = "", *, leave_out: Iterable[str] = (),
                choices: Mapping[str, Sequence[tuple[str, str]]] | None = None,
                label: Callable[[str, Mapping[str, Any]], str] | None = None) -> Sheet:
        """A row for each record of a section, a column for each field."""
        fields = [field for field in fields_of(record) if field.name not in leave_out]
        columns = tuple(column_of(field, (choices or {}).get(field.name, ())) for field in fields)
        rows = held(self.document, section) or {}
        label = label or (lambda key, row: str(row.get("label", in_words(key))))
        return Sheet(caption, corner, columns, tuple(
            Row(f"{section}.{key}", label(key, row), tuple(self.cell(f"{section}.{key}.{field.name}") for field in fields),
                f"{section}.{key}") for key, row in rows.items()))

    def nested(self, caption: str, section: str, record: type[Record], label: Callable[[tuple[str, str, str]], str]) -> Sheet:
        """A row for each record three tables deep, such as facility, setting and service line."""
        fields = fields_of(record)
        keys = [(first, second, third) for first, inner in (held(self.document, section) or {}).items()
                for second, innermost in inner.items() for third in innermost]
        rows = tuple(Row(path := f"{section}.{'.'.join(key)}", label(key),
                         tuple(self.cell(f"{path}.{field.name}") for field in fields), path) for key in keys)
        return Sheet(caption, "Where and what", tuple(column_of(field) for field in fields), rows)

    def matrix(self, caption: str, corner: str, rows: Mapping[str, str], columns: Mapping[str, str],
               path: Callable[[str, str], str], unit: str) -> Sheet:
        """Numbers by row and column; ``path`` gives the path from both keys."""
        heads = tuple(Column(key, label, "number", unit) for key, label in columns.items())
        return Sheet(caption, corner, heads, tuple(
            Row(key, label, tuple(self.cell(path(key, column)) for column in columns)) for key, label in rows.items()))

    def single(self, caption: str, section: str, fields: Iterable[Field],
               choices: Mapping[str, Sequence[tuple[str, str]]] | None = None) -> Sheet:
        """One record: a row for each field, with its unit."""
        prefix = f"{section}." if section else ""
        return Sheet(caption, "", (Column("value", "Value", "text"),), tuple(
            Row(field.name, heading(field.name),
                (self.cell(f"{prefix}{field.name}", (choices or {}).get(field.name, ()), alone=True),)) for field in fields))

    def cell(self, path: str, choices: Sequence[tuple[str, str]] = (), *, alone: bool = False) -> Cell:
        """The cell of a path; one that stands alone under its heading says its own kind, unit and choices."""
        field = field_at(path.split("."))
        if field is None:
            raise KeyError(path)
        column = column_of(field, choices)
        unit = _beside(column.unit)
        own: dict[str, Any] = {"kind": column.kind, "choices": column.choices, "unit": unit} if alone else {}
        value = held(self.document, path)
        if value is None:
            return Cell(path, "", "", "Empty; needed." if field.is_required else "Empty.", **own)
        if field.kind != "number":
            return Cell(path, _other_text(value), "", "", **own)
        number = value if isinstance(value, Mapping) else {"value": value, **self.bare}
        unit = number.get("unit") or (field.limits.unit if field.limits else None) or "factor"
        if not column.unit:
            own["unit"] = _beside(_unit(unit))
        return Cell(path, number_text(number, unit), str(number.get("status", "")), self.about(number), **own)

    def about(self, number: Mapping[str, Any]) -> str:
        """Status, source, date and note of a number, in words."""
        source = self.sources.get(str(number.get("source", "")))
        words = [capitalized(str(number.get("status", "no status"))), f"{source.publisher}, {source.title}" if source else "",
                 f"as of {number['as_of']}" if "as_of" in number else "", str(number.get("note", ""))]
        return "; ".join(word for word in words if word) + "."


def number_text(number: Mapping[str, Any], unit: str) -> str:
    """A number, or its path over the years, as it would be typed."""
    if "by_year" in number:
        return "; ".join(f"{year}: {typed(value, unit)}" for year, value in number["by_year"].items())
    value = number.get("value")
    return typed(value, unit) if isinstance(value, int | float) else str(value or "")


def _other_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value)
    return str(value)


def entry(path: str, text: str, document: Document) -> Entry:
    """What a typed cell means for the practice file; an empty optional cell removes the entry.

    Raises:
        ValueError: in words, when it cannot stand there.
    """
    field = field_at(path.split("."))
    if field is None:
        raise ValueError("this place is not in a practice file")
    text = text.strip()
    if not text and not field.is_required:
        return None
    readers: dict[str, Callable[[], Entry]] = {
        "number": lambda: _number(field, path, text, document), "yes_no": lambda: text == "true",
        "whole": lambda: whole_typed(text), "date": lambda: _date(text), "list": lambda: _numbers(text)}
    if field.kind in readers:
        return readers[field.kind]()
    if not text:
        raise ValueError("must not be empty")
    if field.choices and text not in field.choices:
        raise ValueError(f"'{text[:40]}' is not one of {', '.join(field.choices)}")
    return text


def _number(field: Field, path: str, text: str, document: Document) -> Entry:
    value = held(document, path)
    own = value.get("unit") if isinstance(value, Mapping) else None
    unit = own or (field.limits.unit if field.limits else None) or "factor"
    base_year = document.get("base_year")
    found = path_typed(text, unit, base_year if isinstance(base_year, int) else 0)
    for one in found.values() if isinstance(found, dict) else (found,):
        try:
            if field.limits:
                field.limits.check(one, unit)
        except PydanticCustomError as error:
            raise ValueError(error.message()) from None
    return found


def _date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text[:40]}' is not a date; write 2026-07-01") from None


def _numbers(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",") if part.strip()]
    except ValueError:
        raise ValueError(f"'{text[:40]}' is not a list of numbers; write 0.25, 0.5, 1") from None
