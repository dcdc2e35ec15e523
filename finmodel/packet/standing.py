"""How far the numbers that go in can be relied on, counted in one way for every file."""

from collections import Counter
from collections.abc import Iterable

from finmodel.assumptions import Quantity
from finmodel.format import number

STATES = ("sourced", "client", "judgment", "illustrative", "placeholder")


def standing(quantities: Iterable[Quantity]) -> str:
    """How many numbers go in, and how many of each status."""
    counts = Counter[str](one.status for one in quantities)
    told = ", ".join(f"{number(counts[state])} {state}" for state in STATES if counts[state])
    return f"{number(sum(counts.values()))} numbers go in: {told}."
