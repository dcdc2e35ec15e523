"""What a counterparty's packet gives away: the intervals of confidential figures beside the narrowest that is allowed."""

import json
from collections.abc import Collection
from pathlib import Path

from finmodel.assumptions import BadInput, Fault
from finmodel.assumptions.reading import read_file
from finmodel.format import amount, money, percent, unit_in_words
from finmodel.model import Result
from finmodel.packet.determination import Determined, determined
from finmodel.packet.policy import Policy

NARROWEST = 0.10
EXACT = 1e-6
GUESSES = "Guessed by one who knows who works where"
NOT_COVERED = ("All years are taken together. Who guesses knows who works in which category, takes pay to rise at one rate, and "
               "knows every amount to within half and twice of it: in the year of a hire, the rise of total pay then tells what "
               "the hire is paid. Not covered: what follows only from products of two withheld numbers, from texts and the "
               "letter, from survey tables or public records, and from what was said.")


def given_away(result: Result, policy: Policy, earlier: Collection[str] = ()) -> tuple[Determined, ...]:
    """For every confidential figure the tightest intervals in the first or last projected year of a contract, tightest first."""
    contract = {year for one in result.assumptions[0].proposals.values() for year in one.contract_years}
    years = [year for year in result.years if year in contract] or list(result.years)
    return determined(result, policy, sorted({years[0], years[-1]}), earlier)


def too_tight(found: Collection[Determined], narrowest: float) -> list[Determined]:
    """The figures that what is shared determines more tightly than is allowed."""
    return [one for one in found if one.tightness < narrowest]


def guessed_closely(found: Collection[Determined], narrowest: float) -> list[Determined]:
    """The figures that what is shared leaves open, and that a reader who knows who works finds more tightly than is allowed."""
    return [one for one in found if one.guessed_tightness < narrowest <= one.tightness]


def sentence(one: Determined) -> str:
    """What a reader can compute of a figure, for the eyes of the sender."""
    if one.tightness < EXACT:
        return f"{_named(one)} follows exactly from what is shared: {figure(one.value, one.unit)}."
    found = (figure(one.guessed_low, one.unit) if one.guessed_tightness < EXACT else
             f"{figure(one.guessed_low, one.unit)} to {figure(one.guessed_high, one.unit)}{_wide(one.guessed_tightness)}")
    known = f"{figure(one.low, one.unit)} and {figure(one.high, one.unit)}{_wide(one.tightness)}"
    return f"{_named(one)} lies between {known}. {GUESSES}: {found}."


def _named(one: Determined) -> str:
    return f"{one.label} ({one.year})" if one.year else one.label


def figure(value: float, unit: str) -> str:
    """An end of an interval with its unit."""
    if value == float("inf"):
        return "any amount"
    return money(value) if unit in {"USD/year", "USD/FTE/year"} else f"{amount(value, unit)} {unit_in_words(unit)}".strip()


def _wide(share: float) -> str:
    return f" (a width of {percent(share, 0)} of the figure)" if share < float("inf") else ""


def refuse(tight: Collection[Determined], narrowest: float) -> None:
    """Stop where confidential figures follow too tightly.

    Raises:
        BadInput: naming each figure, and not its value.
    """
    if tight:
        raise BadInput(Fault("--withhold", one.label,
                             f"what is shared determines it within {percent(one.tightness)} of itself, and no less than "
                             f"{percent(narrowest, 0)} is allowed; withhold more, or allow it with --narrowest") for one in tight)


def lines_told(file: Path) -> frozenset[str]:
    """The lines that an earlier packet told, from its JSON file.

    Raises:
        BadInput: when the file is none.
    """
    try:
        document = json.loads(read_file(file, str(file)))
        return frozenset(str(one["name"]) for one in document["lines"])
    except (ValueError, KeyError, TypeError):
        raise BadInput([Fault(str(file), "", "is not the JSON file of a packet; give the one that was sent")]) from None
