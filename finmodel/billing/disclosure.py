"""Cells of one to ten patients are not shown, and no other cell or total leads back to them."""

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from finmodel.format import number

LEAST_PATIENTS = 11
Key = TypeVar("Key", bound=Hashable)


def is_small(patients: float) -> bool:
    """Whether a cell is of one to ten patients."""
    return 0 < patients < LEAST_PATIENTS


def tells_few(part: float, whole: float) -> bool:
    """Whether a part of a whole, or what is left of it, is of one to ten."""
    return is_small(part) or is_small(whole - part)


def how_many(count: int) -> str:
    """A count as words that tell none of one to ten."""
    return "1 to 10" if is_small(count) else number(count)


def to_fold(patients: Mapping[Key, float]) -> set[Key]:
    """The groups to put together so that none of one to ten patients stands alone: the small ones and the smallest that is not.

    The group that is not small makes the sum safe; where there is none, everything is put together.
    """
    small = {key for key, count in patients.items() if is_small(count)}
    if not small:
        return set()
    others = sorted((key for key in patients if key not in small and patients[key] > 0),
                    key=lambda key: (patients[key], str(key)))
    return small | set(others[:1])


def suppressed(patients: Mapping[tuple[Key, Key], float]) -> set[tuple[Key, Key]]:
    """The cells of a table of rows and columns, with totals of both, that must not be shown.

    Besides the small cells, in every row and column that has one, another cell of more than ten patients: a reader does not know
    its size, so the totals tell no small cell.
    """
    hidden = {cell for cell, count in patients.items() if is_small(count)}
    while True:
        added = {cell for line in _lines(patients) if (cell := _missing_cover(line, patients, hidden))}
        if not added:
            return hidden
        hidden |= added


def _lines(patients: Mapping[tuple[Key, Key], float]) -> Iterable[list[tuple[Key, Key]]]:
    for axis in (0, 1):
        lines: dict[Key, list[tuple[Key, Key]]] = {}
        for cell in patients:
            lines.setdefault(cell[axis], []).append(cell)
        yield from lines.values()


def _missing_cover(line: list[tuple[Key, Key]], patients: Mapping[tuple[Key, Key], float],
                   hidden: set[tuple[Key, Key]]) -> tuple[Key, Key] | None:
    """The smallest shown cell of a line in which one hidden cell could be told from the total; None where none could."""
    covered = [cell for cell in line if cell in hidden]
    if not covered or (len(covered) > 1 and any(not is_small(patients[cell]) for cell in covered)):
        return None
    shown = sorted((cell for cell in line if cell not in hidden and patients[cell] > 0),
                   key=lambda cell: (patients[cell], str(cell)))
    return shown[0] if shown else None
