"""What a counterparty's packet gives away: the intervals of confidential figures beside the narrowest that is allowed."""

import json
from collections.abc import Collection
from pathlib import Path

from finmodel.assumptions import BadInput, Fault
from finmodel.assumptions.reading import read_file
from finmodel.format import money, percent
from finmodel.model import Result
from finmodel.packet.determination import Determined, determined
from finmodel.packet.policy import Policy

NARROWEST = 0.10


def given_away(result: Result, policy: Policy, earlier: Collection[str] = ()) -> tuple[Determined, ...]:
    """For every confidential figure the tightest interval in any projected year of a contract, the tightest first."""
    contract = {year for one in result.assumptions[0].proposals.values() for year in one.contract_years}
    years = [year for year in result.years if year in contract] or list(result.years)
    found: dict[str, Determined] = {}
    for year in {years[0], years[-1]}:
        for one in determined(result, policy, year, earlier):
            if one.label not in found or one.tightness < found[one.label].tightness:
                found[one.label] = one
    return tuple(sorted(found.values(), key=lambda one: one.tightness))


def too_tight(found: Collection[Determined], narrowest: float) -> list[Determined]:
    """The figures that what is shared determines more tightly than is allowed."""
    return [one for one in found if one.tightness < narrowest]


def sentence(one: Determined) -> str:
    """What a reader can compute of a figure, for the eyes of the sender."""
    if one.tightness < 1e-9:
        return f"{one.label} follows exactly from what is shared: {money(one.value)}."
    above = f"{money(one.high)}" if one.high < float("inf") else "any amount"
    wide = f", an interval {percent(one.tightness, 0)} as wide as the figure itself" if one.tightness < float("inf") else ""
    return f"{one.label} lies between {money(one.low)} and {above}{wide}."


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
