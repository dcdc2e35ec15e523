"""How tightly what is shared determines what is not: the intervals that a reader can compute for each confidential figure.

Every line that is shared becomes an equation over the entries that are not, by running the line on unknown quantities, for all
years together; the product of two unknown quantities is an unknown quantity of its own. The least and the greatest value that
fit all equations are found by linear programming, twice: for a reader who knows nothing else, and for one who knows who works
in which category, takes all pay to rise at one rate, and has seen other practices.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from finmodel.assumptions.words import capitalized, describe, in_words
from finmodel.contracts.term_sheet import labels_of
from finmodel.model import Result
from finmodel.packet.affine import Affine
from finmodel.packet.policy import Policy, told_of_proposals
from finmodel.packet.reader import Reader, read

# What a counterparty must not be able to compute, beside what is withheld on purpose.
CONFIDENTIAL = ("compensation_by_category", "compensation_per_fte", "owner_compensation", "app_compensation", "compensation_paid")
CONFIDENTIAL_ENTRIES = ("actuals.other_provider_expense",)


@dataclass(frozen=True)
class Determined:
    """A confidential figure, and the interval in which a reader knows it to lie; nothing above where it is infinite.

    ``guessed_low`` and ``guessed_high`` are what a reader finds who knows the heads, takes trends to be one, and has a notion
    of what people earn. A figure that is the same in all years has no year.
    """

    label: str
    value: float
    low: float
    high: float
    guessed_low: float
    guessed_high: float
    unit: str
    year: int | None

    @property
    def tightness(self) -> float:
        """The width of the interval as a share of the figure: 0 where the figure is known, infinite where anything fits."""
        return _share(self.high - self.low, self.value)

    @property
    def guessed_tightness(self) -> float:
        """The same of what is guessed."""
        return _share(self.guessed_high - self.guessed_low, self.value)

    @property
    def least_tightness(self) -> float:
        """The narrower of both."""
        return min(self.tightness, self.guessed_tightness)


def _share(width: float, of: float) -> float:
    return abs(width / of) if of else float("inf")


def determined(result: Result, policy: Policy, years: Collection[int], earlier: Collection[str] = ()) -> tuple[Determined, ...]:
    """The intervals of every confidential figure, in the years in which they are narrowest, the narrowest first.

    ``earlier`` are the names of lines that the counterparty has seen before; they count as told with today's numbers.
    """
    names = labels_of(result.assumptions[0].practice, result.graph.lines.values())
    plain, guess = (read(result, policy, earlier, guesses=guesses) for guesses in (False, True))
    found: list[Determined] = []
    for place in _places(result, policy, names):
        each = [one for year in years if (one := _determined(place, year, result.years.index(year), plain, guess))]
        if len({one.value for one in each}) == 1:
            each = [replace(one, year=None) for one in each]
        if each:
            found += dict.fromkeys((min(each, key=lambda one: one.tightness), min(each, key=lambda one: one.guessed_tightness)))
    return tuple(sorted(found, key=lambda one: one.least_tightness))


@dataclass(frozen=True)
class _Place:
    """Where a figure stands: a row of a line, or of the input that an entry is placed in."""

    label: str
    unit: str
    name: str
    row: int

    def cell(self, reader: Reader, at: int) -> Any:
        """The figure as a reader knows it."""
        array = reader.lines[self.name] if self.name in reader.lines else reader.inputs[self.name]
        return array[self.row, min(at, array.shape[1] - 1), 0]


def _determined(place: _Place, year: int, at: int, plain: Reader, guess: Reader) -> Determined | None:
    """The intervals of a figure in a year; none where it is zero."""
    cell, guessed = place.cell(plain, at), place.cell(guess, at)
    real = _value(cell)
    if not real or real != real:
        return None
    ends = plain.known.interval(cell, real)
    # What is taken to be known is not found.
    more = guess.known.interval(guessed, _value(guessed)) if isinstance(guessed, Affine) else ends
    return Determined(place.label, real, *ends, *more, place.unit, year)


def _value(cell: Any) -> float:
    return float(getattr(cell, "value", cell))


def _places(result: Result, policy: Policy, names: Mapping[str, str]) -> Iterator[_Place]:
    """Every figure that is tested: what is confidential, and whatever is withheld on purpose."""
    practice, told = result.assumptions[0].practice, told_of_proposals(result.assumptions[0].proposals)
    kept_back = [name for name in policy.kept_back_lines(result) if name not in told or name in policy.kept_back]
    for name in dict.fromkeys((*CONFIDENTIAL, *kept_back)):
        line = result.graph.lines[name]
        for at, row in enumerate(result.rows(name) or ("",)):
            told_row = names.get(f"{line.table}.{row}", capitalized(in_words(row)))
            yield _Place(f"{line.label}: {told_row}" if row else line.label, line.unit, name, at)
    entries = {*policy.kept_back_entries(result), *CONFIDENTIAL_ENTRIES}
    for name, one in result.placed.inputs.items():
        for at, (path, quantity) in enumerate(one.rows):
            if quantity is not None and path in entries:
                entries.remove(path)
                yield _Place(describe(path, practice), one.unit, name, at)
