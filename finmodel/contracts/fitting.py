"""A proposal written for one practice, opened on another: rows are found by their role, and what does not apply is left out.

A facility stands for the facilities with the same settings, a segment for those with the same line of work, a category of
providers for those of its kind or subspecialty, an outside contract for all of them. Payers and settings are themselves.
"""

import copy
import datetime
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from finmodel.assumptions import Practice
from finmodel.assumptions.words import in_words
from finmodel.contracts.clause import Clause, Lines, Rows
from finmodel.contracts.editing import Document
from finmodel.contracts.mechanisms import MECHANISMS
from finmodel.contracts.modifiers import MODIFIERS
from finmodel.contracts.term_sheet import listed

# Words in the key of a category that say nothing of what sets it apart.
COMMON = {"radiologist", "radiologists", "physician", "physicians", "provider", "providers", "partner", "employed"}
LONGEST_DESCRIPTION = 400
# Items without a list of people that only some of them can do, by the category that does.
DONE_BY = {"interventional_call": "interventional_radiologist"}


@dataclass(frozen=True)
class Place:
    """The practice a proposal is opened on: its rows by table, and the lines that may be named."""

    practice: Practice
    rows: Mapping[str, Sequence[str]]
    lines: Collection[str]


@dataclass(frozen=True)
class Fitted:
    """The tables of a proposal as they fit a practice, and a sentence for everything that was changed or left out."""

    document: Document
    told: tuple[str, ...]


class _DoesNotApplyError(Exception):
    """A part is about something that the practice does not have."""


def fitted(document: Document, place: Place) -> Fitted:
    """The proposal with the rows of the practice; nothing changes where all of them are there."""
    document, told = copy.deepcopy(document), []
    moved = _years_to_move(document, place.practice)
    if moved:
        document = _moved(document, moved)
        told.append(f"All dates are {abs(moved)} year{'s' * (abs(moved) != 1)} {'later' if moved > 0 else 'earlier'} "
                    "than in the example.")
    for name, table in list(document.get("mechanisms", {}).items()):
        title = table.get("label") or MECHANISMS[table["kind"]].title
        try:
            _see_who_does_it(table["kind"], place.practice)
            told += [f"{title}: {one}" for one in _fit_clause(table, MECHANISMS[table["kind"]], place)]
            told += [f"{title}: {one}" for one in _fit_modifiers(table, place)]
        except _DoesNotApplyError as reason:
            del document["mechanisms"][name]
            told.append(f"{title} is left out: {reason}")
    told += _fit_modifiers(document, place)
    # Whoever reads the terms reads what was left out of the example.
    for one in (one for one in told if " is left out: " in one):
        description = f"{document.get('description', '')} {one}".strip()
        if len(description) <= LONGEST_DESCRIPTION:
            document["description"] = description
    return Fitted(document, tuple(told))


def _see_who_does_it(kind: str, practice: Practice) -> None:
    """Stop where nobody of the practice does what an item is about."""
    needed = DONE_BY.get(kind)
    if needed and not any(_has_a_word_of(one, [needed], practice) for one in practice.providers):
        raise _DoesNotApplyError(f"this practice has no {in_words(needed)}.")


def _fit_modifiers(document: Document, place: Place) -> Iterator[str]:
    """Fit the modifiers of a mechanism or of the whole; one that does not apply is taken away."""
    for name, table in list(document.get("modifiers", {}).items()):
        title = str(MODIFIERS[table["kind"]].title)  # type: ignore[attr-defined]
        try:
            yield from _fit_clause(table, MODIFIERS[table["kind"]], place)
        except _DoesNotApplyError as reason:
            del document["modifiers"][name]
            yield f"{title} is left out: {reason}"


def _fit_clause(table: Document, record: type[Clause], place: Place) -> Iterator[str]:
    """Put the practice's rows and lines in the place of those it does not have."""
    for name in record.model_fields:
        rows, lines, given = record.mark(name, Rows), record.mark(name, Lines), table.get(name) or ()
        if lines and any(one not in place.lines for one in given):
            table[name] = [one for one in given if one in place.lines]
            if not table[name] and name != "lines_paid":
                raise _DoesNotApplyError(f"this practice has no {listed([in_words(one) for one in given])}.")
            yield f"it pays for {listed([in_words(one) for one in table[name]]) or 'no line of this practice by name'}."
        if rows and any(not _is_there(one, rows, place) for one in given):
            table[name] = _in_their_place(given, rows, table, record, place)
            if not table[name]:
                missing = [in_words(one.replace(".", "_")) for one in given]
                raise _DoesNotApplyError(f"this practice has no {listed(missing)}.")
            found = listed([in_words(one.replace(".", "_")) for one in table[name]])
            yield f"{in_words(rows.table)} are {found}."


def _is_there(row: str, rows: Rows, place: Place) -> bool:
    is_row = row in place.rows[rows.table]
    return is_row and (rows.kind is None or place.practice.providers[row].kind == rows.kind)


def _in_their_place(given: Sequence[str], rows: Rows, table: Document, record: type[Clause], place: Place) -> list[str]:
    """The rows of the practice that have the role of those given."""
    known = place.rows[rows.table]
    if rows.table == "facilities":
        settings = next((table.get(name) for name in record.model_fields if _is_of(record, name, "settings")), None)
        return _facilities_with(settings, place)
    if rows.table == "segments":
        wanted = {one.rpartition(".")[2] for one in given}
        return [one for one in known if one.rpartition(".")[2] in wanted]
    if rows.table == "providers":
        return [one for one in known if _plays(one, given, rows, place.practice)]
    return list(known) if rows.table == "outside_reads" else [one for one in given if one in known]


def _is_of(record: type[Clause], name: str, table: str) -> bool:
    mark = record.mark(name, Rows)
    return mark is not None and mark.table == table


def _facilities_with(settings: Collection[str] | None, place: Place) -> list[str]:
    """The facilities with work in one of the settings, or all of them."""
    places = [one.split(".")[:2] for one in place.rows["segments"]]
    return [one for one in place.rows["facilities"]
            if settings is None or any(facility == one and setting in settings for facility, setting in places)]


def _plays(category: str, given: Sequence[str], rows: Rows, practice: Practice) -> bool:
    """Whether a category of providers has the role of one that was named: its kind where that is all, else a word in common."""
    if rows.kind:
        return practice.providers[category].kind == rows.kind
    return _has_a_word_of(category, given, practice)


def _has_a_word_of(category: str, given: Sequence[str], practice: Practice) -> bool:
    words = {word for one in (category, practice.providers[category].label) for word in _words(one)}
    return any(_words(one) & words for one in given)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower())) - COMMON


def _years_to_move(document: Document, practice: Practice) -> int:
    """By how many years a contract begins outside the projection, so that it then begins after the base year."""
    starts = document.get("starts")
    if not isinstance(starts, datetime.date) or starts.year in practice.years:
        return 0
    return practice.years[min(1, len(practice.years) - 1)] - starts.year


def _moved(value: Any, years: int, key: str = "") -> Any:
    """The tables with all dates and years later; when a number was read stays."""
    if isinstance(value, datetime.date):
        return value if key == "as_of" else value.replace(year=value.year + years)
    if isinstance(value, Mapping):
        shifted = key == "by_year"
        return {str(int(name) + years) if shifted else name: _moved(member, years, name) for name, member in value.items()}
    return value
