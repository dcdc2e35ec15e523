"""Why two cases of a run differ: line by line from the largest, what was changed, and which change moved which line."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from finmodel.analysis.placement import cells_of, part_behind
from finmodel.assumptions.words import describe
from finmodel.cases import Assumptions
from finmodel.engine import Array, Graph, run
from finmodel.model import GROUPS, Result, assemble_model

# A hundredth of a cent: far below what is shown, far above what floating point loses.
NEGLIGIBLE = 1e-4


@dataclass(frozen=True)
class Difference:
    """A line of revenue or expense in two cases, and what its change does to the support deficit."""

    name: str
    row: str | None
    label: str
    unit: str
    before: float
    after: float
    effect: float


@dataclass(frozen=True)
class ChangedAssumption:
    """An assumption, or a line that was given, whose value in a year differs between two cases; None where there is none."""

    path: str
    label: str
    unit: str
    year: int
    before: float | None
    after: float | None
    origins: tuple[str, ...]


@dataclass(frozen=True)
class Cause:
    """A changed assumption that moves a line, and its effect on the deficit through that line when it is changed alone."""

    changed: ChangedAssumption
    alone: float


@dataclass(frozen=True)
class _Component:
    name: str
    row: int
    sign: float


def differences(result: Result, before: int, after: int, year: int) -> tuple[Difference, ...]:
    """Why the support deficit of one case is not that of another: the lines it consists of, the largest effect first.

    Collections stand by payer and expense by item. A total that was given in place of the computed one in either case stands
    for itself, since its items no longer make it up. The effects sum to the change of the deficit.
    """
    return tuple(difference for _, difference in _differing(result, before, after, year))


def _differing(result: Result, before: int, after: int, year: int) -> list[tuple[_Component, Difference]]:
    at = result.years.index(year)
    cases = result.assumptions[before], result.assumptions[after]
    given = {name for one in cases for name in _given(one, year)}
    found = []
    for one in _components(result, "support_deficit", 1.0, given):
        line, row = result.graph.lines[one.name], (result.rows(one.name) or [None])[one.row]
        values = result[one.name][one.row, at]
        label = line.label if row is None else f"{cases[1].practice.payers[row].label} collections"
        effect = one.sign * float(values[after] - values[before])
        if abs(effect) > NEGLIGIBLE:
            found.append((one, Difference(one.name, row, label, line.unit, float(values[before]), float(values[after]), effect)))
    return sorted(found, key=lambda pair: -abs(pair[1].effect))


def _components(result: Result, name: str, sign: float, given: set[str]) -> Iterator[_Component]:
    """The lines that make up a line, each with its sign; what was given is not taken apart."""
    parts = {
        "support_deficit": [("total_expense", sign), ("total_revenue", -sign)],
        "total_revenue": [("collections", sign), ("other_professional_revenue", sign)],
        "total_expense": [(f"total_{group}", sign) for group in GROUPS],
        **{f"total_{group}": [(one.name, sign) for one in result.graph.lines.values() if one.group == group] for group in GROUPS},
    }
    if name == "collections" and name not in given:
        yield from (_Component("payer_collections", row, sign) for row in range(len(result.placed.tables["payers"].rows)))
    elif name in parts and name not in given:
        for part, its_sign in parts[name]:
            yield from _components(result, part, its_sign, given)
    else:
        yield _Component(name, 0, sign)


def _given(assumptions: Assumptions, year: int) -> dict[str, tuple[float, str]]:
    """The lines given in a year, each with the amount and who gave it."""
    return {change.path: (change.amount, origin) for origin, change in assumptions.overrides
            if change.applies(year, assumptions.practice.base_year)}


def changed_assumptions(before: Assumptions, after: Assumptions, year: int) -> tuple[ChangedAssumption, ...]:
    """The assumptions that differ in a year, and the lines that are given in it, in the order of the practice file."""
    return (*_changed_values(before, after, [year]), *_changed_overrides(before, after, [year], None))


def _changed_values(before: Assumptions, after: Assumptions, years: Iterable[int]) -> Iterator[ChangedAssumption]:
    """Each assumption that differs in some of the years, as it is in the first of them in which it does."""
    years = list(years)
    for path in dict.fromkeys((*before, *after)):
        was, now = before.get(path), after.get(path)
        if was is now:
            continue
        for year in years:
            values = was.at(year) if was else None, now.at(year) if now else None
            if values[0] != values[1]:
                unit, practice = (now.unit, after.practice) if now else (before[path].unit, before.practice)
                origins = [name for one in (before, after) if path in one.changed for name in one.changed[path].origins]
                yield ChangedAssumption(path, describe(path, practice), unit, year, *values, tuple(dict.fromkeys(origins)))
                break


def _changed_overrides(before: Assumptions, after: Assumptions, years: Iterable[int],
                       graph: Graph | None) -> Iterator[ChangedAssumption]:
    """Each line that is given differently in some of the years, as it is in the first of them in which it is."""
    if not before.overrides and not after.overrides:
        return
    lines = (graph or assemble_model(before, after).graph).lines
    seen = set()
    for year in years:
        was, now = _given(before, year), _given(after, year)
        for name in dict.fromkeys((*was, *now)):
            amounts = was[name][0] if name in was else None, now[name][0] if name in now else None
            if amounts[0] != amounts[1] and name not in seen:
                seen.add(name)
                origins = tuple(dict.fromkeys(given[name][1] for given in (was, now) if name in given))
                yield ChangedAssumption(name, lines[name].label, lines[name].unit, year, *amounts, origins)


def causes(result: Result, before: int, after: int, year: int) -> Mapping[Difference, tuple[Cause, ...]]:
    """For each difference, the changed assumptions that moved its line, the one with the largest effect of its own first.

    A change moved a line if the line would be another without it. Where no single change can be left out, because each of
    several suffices, those that move the line alone count. All of this is one run with two cases for each changed assumption;
    each share of a payer mix counts for itself. One that differs in several years is told as it is in the year asked for,
    else in the latest year before it.
    """
    differing = _differing(result, before, after, year)
    at = result.years.index(year)
    years = result.years[at::-1]
    cases = result.assumptions[before], result.assumptions[after]
    changed = [*_changed_values(*cases, years), *_changed_overrides(*cases, years, result.graph)]
    values = _one_at_a_time(result, (before, after), at, changed, {one.name for one, _ in differing})
    found = {}
    for one, difference in differing:
        line = np.broadcast_to(values[one.name][one.row, at], 2 * len(changed))
        alone, left_out = line[:len(changed)] - difference.before, difference.after - line[len(changed):]
        needed = np.abs(left_out) > NEGLIGIBLE
        moved = np.flatnonzero(needed if needed.any() else np.abs(alone) > NEGLIGIBLE)
        found[difference] = tuple(sorted((Cause(changed[case], one.sign * float(alone[case])) for case in moved),
                                         key=lambda cause: -abs(cause.alone)))
    return found


def _one_at_a_time(result: Result, pair: tuple[int, int], at: int, changed: list[ChangedAssumption],
                   names: set[str]) -> Mapping[str, Array]:
    """Lines up to a year with each change made alone, then with each change left out."""
    part = part_behind(result.graph, names)
    touching: dict[str, list[tuple[int, int]]] = {}
    cells = cells_of(result.placed)
    for case, one in enumerate(changed):
        given = [(f"{one.path}__given", 0), (f"{one.path}__is_given", 0)]
        for name, row in cells.get(one.path, given):
            touching.setdefault(name, []).append((case, row))
    inputs = {}
    for name in part.inputs:
        both = np.asarray(result.values[name])[:, :at + 1]
        was, now = (both[:, :, case if both.shape[2] > 1 else 0] for case in pair)
        inputs[name] = was[:, :, None]
        if name in touching:
            inputs[name] = np.repeat(np.stack([was, now], axis=2), len(changed), axis=2)
            for case, row in touching[name]:
                inputs[name][row, :, case] = now[row]
                inputs[name][row, :, len(changed) + case] = was[row]
    return run(part, {**result.placed.indices, **inputs})
