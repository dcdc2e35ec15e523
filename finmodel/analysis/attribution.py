"""Why one practice needs more support than another: each group of differences by its Shapley value, whatever their order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from finmodel.analysis.placement import cells_of, computed_when_placed, part_behind
from finmodel.assumptions import BadInput, Change, Fault
from finmodel.cases import Assumptions, changed, paths_moved, place
from finmodel.engine import Array, run
from finmodel.model import assemble_model

MOST_GROUPS = 12
# Changes of one of these kinds may be made in any order.
COMMUTING = {"multiply": "multiply", "add": "add", "shift": "add"}


@dataclass(frozen=True)
class Attribution:
    """A line before and after, and what each group of changes contributes; the contributions sum to the difference exactly."""

    before: float
    after: float
    contributions: Mapping[str, float]


def attribute(assumptions: Assumptions, groups: Mapping[str, Sequence[Change]], line: str, year: int) -> Attribution:
    """How groups of changes move a line in a year, from none of them made to all of them made.

    A group's contribution is its effect averaged over all orders in which the groups could be made. All subsets are cases of
    one run.

    Raises:
        BadInput: when there are too many groups, or two of them change the same assumption so that their order matters.
    """
    names = list(groups)
    if len(names) > MOST_GROUPS:
        raise BadInput([Fault("attribution", "", f"{len(names)} groups are more than the {MOST_GROUPS} that can be told apart")])
    values = _all_subsets(assumptions, groups, line, year)
    count = len(names)
    contributions = {}
    for at, name in enumerate(names):
        others = [other for other in range(count) if other != at]
        total = 0.0
        for size in range(count):
            weight = 1.0 / (count * comb(count - 1, size))
            for subset in combinations(others, size):
                mask = sum(1 << other for other in subset)
                total += weight * (values[mask | 1 << at] - values[mask])
        contributions[name] = float(total)
    return Attribution(float(values[0]), float(values[-1]), contributions)


def _all_subsets(assumptions: Assumptions, groups: Mapping[str, Sequence[Change]], line: str, year: int) -> Array:
    """The line with every subset of the groups made, by the subset's bits."""
    model = assemble_model(assumptions)
    cells = cells_of(model.placed)
    years = assumptions.practice.years
    masks = np.arange(2 ** len(groups))
    made = _Made(assumptions, groups)
    computed = computed_when_placed(model.placed)
    replaced: dict[str, Array] = {}
    for path, touching in made.touched().items():
        for name, row in cells.get(path, ()):
            if name not in replaced:
                before = model.inputs[name]
                replaced[name] = np.broadcast_to(before, (*before.shape[:2], len(masks))).copy()
            for chosen in _subsets(touching):
                here = masks & _bits(touching) == _bits(chosen)
                others = made.with_groups(chosen)
                filled = (place(others).inputs[name].array[row] if name in computed.get(path, ())
                          else others[path].over(years)[:, None])
                replaced[name][row][:, here] = filled
    part = part_behind(model.graph, [line])
    inputs = {name: replaced.get(name, model.inputs[name]) for name in part.inputs}
    found = run(part, {**model.placed.indices, **inputs})[line]
    return np.asarray(np.broadcast_to(found[0, years.index(year)], len(masks)))


class _Made:
    """The assumptions with some groups of changes made, each combination once."""

    def __init__(self, assumptions: Assumptions, groups: Mapping[str, Sequence[Change]]) -> None:
        self.assumptions, self.groups, self.names = assumptions, groups, list(groups)
        self._kept: dict[tuple[int, ...], Assumptions] = {}

    def with_groups(self, chosen: tuple[int, ...]) -> Assumptions:
        """The assumptions with the groups at some places made."""
        if chosen not in self._kept:
            changes = [change for at in chosen for change in self.groups[self.names[at]]]
            self._kept[chosen] = changed(self.assumptions, changes, " and ".join(self.names[at] for at in chosen))
        return self._kept[chosen]

    def touched(self) -> dict[str, tuple[int, ...]]:
        """Which groups change each assumption.

        Raises:
            BadInput: when the order of two groups would matter to an assumption.
        """
        found: dict[str, tuple[int, ...]] = {}
        kinds: dict[str, set[str]] = {}
        for at, name in enumerate(self.names):
            for change in self.groups[name]:
                for path, _ in paths_moved(change, self.assumptions):
                    kinds.setdefault(path, set()).add(COMMUTING.get(change.operation, f"{change.operation} of {name}"))
                    if at not in found.setdefault(path, ()):
                        found[path] = (*found[path], at)
        faults = [Fault("attribution", path, f"is changed by '{self.names[found[path][0]]}' and by "
                                             f"'{self.names[found[path][1]]}' in ways whose order matters; keep one")
                  for path, kind in kinds.items() if len(found[path]) > 1 and len(kind) > 1]
        if faults:
            raise BadInput(faults)
        return found


def _subsets(places: tuple[int, ...]) -> list[tuple[int, ...]]:
    """All but the empty one, which is what the model has already."""
    return [chosen for size in range(1, len(places) + 1) for chosen in combinations(places, size)]


def _bits(places: tuple[int, ...]) -> int:
    return sum(1 << at for at in places)
