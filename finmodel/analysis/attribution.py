"""Why one practice needs more support than another: each group of differences by its Shapley value, whatever their order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from finmodel.analysis.placement import cells_of, part_behind
from finmodel.assumptions import BadInput, Change, Fault
from finmodel.cases import Assumptions, changed
from finmodel.engine import Array, run
from finmodel.model import assemble_model

MOST_GROUPS = 12


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
        BadInput: when there are too many groups, or two of them change the same assumption.
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
    replaced: dict[str, Array] = {}
    touched: dict[str, str] = {}
    for at, (name, changes) in enumerate(groups.items()):
        moved = changed(assumptions, changes, name)
        for path in moved.changed:
            if path in touched:
                raise BadInput([Fault("attribution", path, f"is changed by '{touched[path]}' and by '{name}'; keep one")])
            touched[path] = name
            for place, row in cells.get(path, ()):
                if place not in replaced:
                    before = model.inputs[place]
                    replaced[place] = np.broadcast_to(before, (*before.shape[:2], len(masks))).copy()
                made = (masks >> at & 1).astype(bool)
                replaced[place][row][:, made] = moved[path].over(years)[:, None]
    part = part_behind(model.graph, [line])
    inputs = {name: replaced.get(name, model.inputs[name]) for name in part.inputs}
    found = run(part, {**model.placed.indices, **inputs})[line]
    return np.asarray(np.broadcast_to(found[0, years.index(year)], len(masks)))
