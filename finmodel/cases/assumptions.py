"""Assumptions by path, and what scenarios change in them."""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from finmodel.assumptions import (
    Alternative,
    BadInput,
    Benchmark,
    Change,
    Fault,
    Medicare,
    Practice,
    Quantity,
    Scenario,
    load_alternatives,
    load_benchmarks,
    load_medicare,
)
from finmodel.assumptions.faults import holds_quantity, nearest
from finmodel.assumptions.quantity import quantities
from finmodel.assumptions.rules import faults_of_sums
from finmodel.contracts.proposal import Proposal


@dataclass(frozen=True)
class Changed:
    """An assumption that is no longer what the practice file says: by whom, and what it was."""

    origins: tuple[str, ...]
    was: Quantity


@dataclass(frozen=True, eq=False)
class Assumptions(Mapping[str, Quantity]):
    """A practice with Medicare's rules and benchmark tables; a mapping from path to quantity.

    It never changes, so it is equal to itself alone, and what follows from it is kept by it.
    """

    __hash__ = object.__hash__
    __eq__ = object.__eq__

    practice: Practice
    medicare: Medicare
    benchmarks: Mapping[str, Benchmark]
    by_path: Mapping[str, Quantity]
    proposals: Mapping[str, Proposal] = dataclasses.field(default_factory=dict)
    changed: Mapping[str, Changed] = dataclasses.field(default_factory=dict)
    overrides: tuple[tuple[str, Change], ...] = ()
    alternatives: Mapping[str, Alternative] = dataclasses.field(default_factory=dict)

    def __getitem__(self, path: str) -> Quantity:
        return self.by_path[path]

    def __iter__(self) -> Any:
        return iter(self.by_path)

    def __len__(self) -> int:
        return len(self.by_path)


def assume(practice: Practice, medicare: Medicare | None = None, benchmarks: Mapping[str, Benchmark] | None = None,
           proposals: Mapping[str, Proposal] | None = None) -> Assumptions:
    """The assumptions of a practice and of proposals by key; Medicare's rules and benchmarks as shipped unless given.

    What the hospital could do instead goes with proposals only.
    """
    medicare = medicare or load_medicare()
    benchmarks = benchmarks or load_benchmarks()
    rules = {f"medicare_rules.{name}": quantity for name, quantity in quantities(medicare)}
    proposals = proposals or {}
    terms = {f"proposals.{key}.{name}": quantity for key, one in proposals.items() for name, quantity in quantities(one)}
    alternatives = load_alternatives() if proposals else {}
    others = {f"alternatives.{name}": quantity for name, quantity in quantities(dict(alternatives))}
    by_path = {**dict(quantities(practice)), **rules, **terms, **others}
    return Assumptions(practice, medicare, benchmarks, by_path, proposals, alternatives=alternatives)


def changed(assumptions: Assumptions, changes: Iterable[Change], origin: str) -> Assumptions:
    """The assumptions after changes, in order; ``origin`` names the scenario or whoever made them.

    Raises:
        BadInput: with every change that names no assumption, applies in no year, or leads to an impossible value.
    """
    by_path, touched = dict(assumptions.by_path), dict(assumptions.changed)
    overrides = list(assumptions.overrides)
    faults, now = [], set()
    for change in changes:
        wrong = list(_unfit(change, assumptions, origin))
        faults += wrong
        if wrong:
            continue
        if change.operation == "override":
            overrides.append((origin, change))
            continue
        for path, amount in paths_moved(change, by_path):
            before = touched.get(path, Changed((), assumptions.by_path[path]))
            touched[path] = Changed(tuple(dict.fromkeys((*before.origins, origin))), before.was)
            by_path[path] = _moved(by_path[path], change, amount, assumptions.practice)
            now.add(path)
    faults += _impossible(by_path, now, assumptions.practice, origin)
    if faults:
        raise BadInput(faults)
    return dataclasses.replace(assumptions, by_path=by_path, changed=touched, overrides=tuple(overrides))


def _unfit(change: Change, assumptions: Assumptions, origin: str) -> Iterator[Fault]:
    """Why a change cannot be made: unknown paths, years that are not projected, shares of unlike things."""
    practice = assumptions.practice
    if not any(change.applies(year, practice.base_year) for year in practice.years):
        yield Fault(origin, change.path, "the change applies in no year of the projection, which runs from "
                                         f"{practice.years[0]} to {practice.years[-1]}")
    if change.operation == "override":
        return
    for path in filter(None, (change.path, change.to)):
        if not _matching(path, assumptions) and not ("*" in path and _is_possible(path)):
            yield Fault(origin, path, _unknown_path(path, assumptions))
    if change.to and "*" not in change.path and change.path in assumptions and change.to in assumptions:
        units = assumptions[change.path].unit, assumptions[change.to].unit
        if units[0] != units[1]:
            yield Fault(origin, change.path, f"is in {units[0]} and cannot be shifted to '{change.to}', which is in {units[1]}")


def _matching(pattern: str, paths: Iterable[str]) -> list[str]:
    if "*" not in pattern:
        return [pattern] if pattern in paths else []
    shape = _shape(pattern)
    return [path for path in paths if shape.fullmatch(path)]


def _shape(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", "([^.]*)"))


def _is_possible(pattern: str) -> bool:
    """Whether another practice could have an assumption that a pattern with stars fits."""
    section, *parts = pattern.split(".")
    return holds_quantity({"medicare_rules": Medicare}.get(section, Practice), parts if section == "medicare_rules" else
                          [section, *parts])


def paths_moved(change: Change, paths: Iterable[str]) -> list[tuple[str, float]]:
    """The paths that a change moves, each with the amount."""
    matching = _matching(change.path, list(paths))
    if change.to is None:
        return [(path, change.amount) for path in matching]
    shape, steps = _shape(change.path), []
    for path in matching:
        found = shape.fullmatch(path)
        into = change.to
        for text in found.groups() if found else ():
            into = into.replace("*", text, 1)
        steps += [(path, -change.amount), (into, change.amount)]
    return steps


def _moved(quantity: Quantity, change: Change, amount: float, practice: Practice) -> Quantity:
    def value(year: int) -> float:
        before = quantity.at(year)
        if not change.applies(year, practice.base_year):
            return before
        operations = {"set": amount, "add": before + amount, "shift": before + amount, "multiply": before * amount}
        return operations[change.operation]

    # A change moves the years projected; what went before them, such as past fee schedules, stays as it was.
    earlier = {year: before for year, before in (quantity.by_year or {}).items() if year < practice.base_year}
    return quantity.with_path({**earlier, **{year: value(year) for year in practice.years}})


def _unknown_path(path: str, known: Assumptions) -> str:
    if path.split(".", maxsplit=1)[0] in Practice.model_fields and path.count(".") == 0:
        return "is part of the practice's structure, not a number; change it in the practice file"
    return f"there is no such assumption; {nearest(path, known, 0.4) or 'see the practice file for the names'}"


def _impossible(by_path: Mapping[str, Quantity], touched: Iterable[str], practice: Practice, origin: str) -> list[Fault]:
    """Values beyond the limits of their place, and shares that no longer sum to what they must."""
    limits = [(path, by_path[path].beyond_limits()) for path in sorted(touched)]
    faults = [Fault(origin, path, f"after the change, {reason}") for path, reason in limits if reason]
    if faults:
        return faults
    for sentence in faults_of_sums(by_path, practice.years):
        key, _, reason = sentence.partition(": ")
        hint = "; use the operation 'shift' to move a share from one payer to another" if key.startswith("payer_mix") else ""
        faults.append(Fault(origin, key, f"after the changes, {reason}{hint}"))
    return faults


def apply_scenarios(assumptions: Assumptions, scenarios: Iterable[Scenario]) -> Assumptions:
    """The assumptions after several scenarios, composed in order."""
    faults: list[Fault] = []
    for scenario in scenarios:
        try:
            assumptions = changed(assumptions, scenario.changes, scenario.name)
        except BadInput as error:
            faults += error.faults
    if faults:
        raise BadInput(faults)
    return assumptions


def cautions(assumptions: Assumptions) -> list[str]:
    """What a reader of the numbers should be told before relying on them."""
    chosen = assumptions.practice.benchmark
    productivity, pay = assumptions.benchmarks[chosen.productivity], assumptions.benchmarks[chosen.compensation]
    told = []
    if pay.statistic == "compensation_per_work_rvu":
        told.append(f"The reference pay multiplies two percentiles, '{productivity.label}' × '{pay.label}'. The people at the "
                    "median of one are not the people at the median of the other: the product of two medians is not a median, "
                    "and usually overstates pay. Choose a benchmark of compensation per FTE.")
    placeholders = [path for path, quantity in assumptions.items() if quantity.status == "placeholder"]
    if placeholders:
        told.append(f"Placeholders to be replaced before anybody relies on this: {', '.join(placeholders[:5])}"
                    f"{' and more' if len(placeholders) > 5 else ''}.")
    return told
