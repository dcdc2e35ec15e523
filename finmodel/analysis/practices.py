"""What differs between two practices, or two versions of one: what was added, removed and changed, and what it comes to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from finmodel.assumptions import Quantity, Record
from finmodel.assumptions.words import describe
from finmodel.cases import Assumptions
from finmodel.model import evaluate

HEADLINES = ("exams", "work_rvus", "total_revenue", "revenue_per_work_rvu", "total_expense", "expense_per_work_rvu",
             "support_deficit", "radiologist_fte", "support_deficit_per_fte")


@dataclass(frozen=True)
class Entry:
    """Something at a path that differs: a number with its source, or a name, date or choice as text; None where there is none."""

    path: str
    label: str
    before: Quantity | str | None
    after: Quantity | str | None


@dataclass(frozen=True)
class Headline:
    """A line of both practices, by year."""

    name: str
    label: str
    unit: str
    before: Mapping[int, float]
    after: Mapping[int, float]


@dataclass(frozen=True)
class PracticeComparison:
    """Two practices side by side."""

    added: tuple[Entry, ...]
    removed: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    headlines: tuple[Headline, ...]


def compare_practices(before: Assumptions, after: Assumptions) -> PracticeComparison:
    """What another practice has more, less and otherwise, in the order of the file, and the headline lines of both.

    A number is another one when its values, its unit or where it comes from differ.
    """
    was, now = _everything(before), _everything(after)
    entries = [Entry(path, describe(path, (after if path in now else before).practice), was.get(path), now.get(path))
               for path in dict.fromkeys((*was, *now))]
    years = sorted({*before.practice.years, *after.practice.years})
    return PracticeComparison(
        tuple(one for one in entries if one.before is None),
        tuple(one for one in entries if one.after is None),
        tuple(one for one in entries if one.before is not None and one.after is not None
              and _told(one.before, years) != _told(one.after, years)),
        _headlines(before, after))


def _everything(assumptions: Assumptions) -> dict[str, Quantity | str]:
    """Every number, name, date and choice by path, as they are after changes."""
    return {**dict(_texts(assumptions.practice, "")), **assumptions}


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """What a record holds besides numbers with a source."""
    if isinstance(value, Quantity) or value is None:
        return
    if isinstance(value, Record):
        value = {name: getattr(value, name) for name in type(value).model_fields}
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _texts(member, f"{path}.{name}" if path else str(name))
    elif isinstance(value, bool):
        yield path, "yes" if value else "no"
    elif isinstance(value, tuple):
        yield path, ", ".join(str(one) for one in value)
    else:
        yield path, str(value)


def _told(entry: Quantity | str, years: list[int]) -> object:
    if isinstance(entry, str):
        return entry
    return entry.over(years).tolist(), entry.unit, entry.status, entry.source


def _headlines(before: Assumptions, after: Assumptions) -> tuple[Headline, ...]:
    """The headline lines; each practice has a graph of its own."""
    results = evaluate(before), evaluate(after)
    by_year = [{name: dict(zip(one.years, one.series(name), strict=True)) for name in HEADLINES} for one in results]
    lines = results[1].graph.lines
    return tuple(Headline(name, lines[name].label, lines[name].unit, by_year[0][name], by_year[1][name]) for name in HEADLINES)
