"""Every number that a practice stands on, as rows of words: value, status, source, age, and who changed it."""

import dataclasses
import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from finmodel.analysis.sensitivity import movers
from finmodel.assumptions import Benchmark, Quantity, Source
from finmodel.assumptions.quantity import quantities
from finmodel.assumptions.words import capitalized, describe, in_words
from finmodel.cases import Assumptions, Written
from finmodel.explain import cite
from finmodel.format import amount, number
from finmodel.ui.run import Session
from finmodel.ui.tables import harmless
from finmodel.ui.widgets import value_in_words

MEANINGS = {
    "sourced": "read in the source named",
    "client": "the practice's own",
    "judgment": "somebody's estimate",
    "illustrative": "made up to show how the model works",
    "placeholder": "to be replaced before anybody relies on it",
}
STAND_OUT = ("illustrative", "placeholder")


@dataclass(frozen=True)
class Row:
    """One number in words, and the assumption behind it."""

    path: str
    words: str
    section: str
    status: str
    changed: str
    quantity: Quantity
    value: float
    cited: str

    def fits(self, text: str) -> bool:
        """Whether all words of a search are somewhere in the row."""
        told = " ".join((self.path, self.words, self.section, self.status, self.changed, self.cited, self.quantity.note or "",
                         self.quantity.unit)).casefold()
        return all(word in told for word in text.casefold().split())


def rows(session: Session, year: int) -> list[Row]:
    """Every number on screen: the practice's, Medicare's rules, and the benchmark tables chosen."""
    assumptions = session.result.assumptions[session.shown]
    found = [_row(path, describe(path, session.practice), quantity, year, session.sources, _change(assumptions, path, year))
             for path, quantity in assumptions.items()]
    chosen = session.practice.benchmark
    for name in dict.fromkeys((chosen.productivity, chosen.compensation)):
        found += _benchmark_rows(name, assumptions.benchmarks[name], year, session.sources)
    return found


def _change(assumptions: Assumptions, path: str, year: int) -> str:
    """Which scenario or slider changed a number, and what it was; empty when it is as the practice has it."""
    changed = assumptions.changed.get(path)
    if changed is None or changed.was.at(year) == assumptions[path].at(year):
        return ""
    return f"{', '.join(changed.origins)}; was {value_in_words(changed.was.at(year), changed.was.unit)}"


def _row(path: str, words: str, quantity: Quantity, year: int, sources: dict[str, Source], changed: str) -> Row:
    return Row(path, words, capitalized(in_words(path.partition(".")[0])), quantity.status_in(year), changed, quantity,
               quantity.at(year), cite(path, quantity, year, sources).source)


def _benchmark_rows(name: str, table: Benchmark, year: int, sources: dict[str, Source]) -> Iterator[Row]:
    """The points of a benchmark table; where they name no source, who states them, and under which licence."""
    for key, point in quantities(table):
        percentile = key.removeprefix("percentiles.")
        row = _row(f"benchmarks.{name}.{key}", f"{table.label}: percentile {percentile}", point, year, sources, "")
        stated = f"{table.stated_by}; {table.licence}"
        yield dataclasses.replace(row, section="Benchmark tables", cited=row.cited or stated)


def age(since: datetime.date, today: datetime.date) -> str:
    """How old a number is, as people say it."""
    if today < since:
        return "of a day to come"
    years, months = divmod(whole_months(since, today), 12)
    if years:
        return f"{years} year{'s' if years > 1 else ''} old"
    return f"{months} month{'s' if months > 1 else ''} old" if months else "less than a month old"


def whole_months(since: datetime.date, today: datetime.date) -> int:
    """Full months from a date to another."""
    return (today.year - since.year) * 12 + today.month - since.month - (today.day < since.day)


def is_older(row: Row, years: int, today: datetime.date) -> bool:
    """Whether a number has a date that is at least so many years ago."""
    return row.quantity.as_of is not None and whole_months(row.quantity.as_of, today) >= 12 * years


def as_cells(shown: list[Row], today: datetime.date, swings: Mapping[str, float] | None = None) -> list[dict[str, str]]:
    """The rows in words, by column; with ``swings``, how far each moves the deficit."""
    return [_cells(row, today, swings) for row in shown]


def _cells(row: Row, today: datetime.date, swings: Mapping[str, float] | None) -> dict[str, str]:
    one = row.quantity
    moved = {"Moves the deficit by": amount(swings[row.path], "USD/year") if row.path in swings else "—"} if swings else {}
    ends = {name.capitalize(): amount(end, one.unit) if end is not None else "" for name, end in
            (("low", one.low), ("high", one.high))}
    return {"Assumption": row.words, "Value": value_in_words(row.value, one.unit), **moved,
            "Status": f"{row.status}, then changed" if row.changed else row.status,
            "Changed by": row.changed, "Age": age(one.as_of, today) if one.as_of else "no date",
            "Date": str(one.as_of or ""), "Source": row.cited, "Note": one.note or "", **ends, "Section": row.section}


def as_csv(shown: list[Row], today: datetime.date, swings: Mapping[str, float] | None = None) -> bytes:
    """The table as a file for spreadsheets, with the name each number has in the practice file."""
    table = pd.DataFrame(as_cells(shown, today, swings))
    if not table.empty:
        table.insert(1, "Path", [row.path for row in shown])
    return table.map(harmless).to_csv(index=False).encode("utf-8-sig")


def by_status(shown: list[Row]) -> dict[str, int]:
    """How many numbers have each status, those that stand out first."""
    order = (*STAND_OUT, "judgment", "sourced", "client")
    return {status: sum(row.status == status for row in shown) for status in order}


def warning(shown: list[Row]) -> str:
    """In a sentence, what nobody should rely on; empty when there is nothing."""
    counts = by_status(shown)
    parts = [f"{number(counts[status])} {'is' if counts[status] == 1 else 'are'} "
             f"{'a ' if counts[status] == 1 and status == 'placeholder' else ''}"
             f"{'placeholders' if counts[status] > 1 and status == 'placeholder' else status} ({MEANINGS[status]})"
             for status in STAND_OUT if counts[status]]
    return f"Of {number(len(shown))} numbers, {' and '.join(parts)}. Replace them by your own before you rely on the result." \
        if parts else ""


@lru_cache(maxsize=16)
def swings(written: Written, year: int) -> dict[str, float]:
    """How far each assumption moves the deficit of a year, kept by the full text of everything that goes into it."""
    return {one.path: one.swing for one in movers(written.cases()[-1], year=year)}
