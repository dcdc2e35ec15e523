"""Assembles the graph for a practice and runs it: the one entry that everything above uses."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, get_args

import numpy as np

from finmodel.assumptions import BadInput, Fault, Practice
from finmodel.assumptions.faults import nearest
from finmodel.assumptions.practice import Expense
from finmodel.assumptions.quantity import Unit
from finmodel.assumptions.words import capitalized, in_words
from finmodel.cases import Assumptions, Input, Placed, place
from finmodel.contracts.clause import Clause, Lines, Rows
from finmodel.contracts.guards import Parts, billed_as_well, out_of_time, paid_twice
from finmodel.contracts.proposal import Proposal
from finmodel.contracts.wiring import BUDGET, budget_line, budgeted, proposal_lines
from finmodel.engine import YEAR, Array, AssemblyError, Graph, Line, Table, assemble, override_line, run, sum_check, sum_line
from finmodel.lines import all_lines

GROUPS = {"provider_expense": "Total provider expense", "operating_expense": "Total operating expense"}


@dataclass(frozen=True)
class Result:
    """Every number of a run, frozen; arrays are (rows, year, case)."""

    assumptions: tuple[Assumptions, ...]
    placed: Placed
    graph: Graph
    values: Mapping[str, Any]

    @property
    def years(self) -> tuple[int, ...]:
        """The calendar years of the projection."""
        return self.placed.years

    @cached_property
    def cases(self) -> int:
        """How many cases the run holds."""
        return max(len(self.assumptions), *(int(np.shape(self.values[name])[2]) for name in self.graph.lines))

    def __getitem__(self, name: str) -> Array:
        """A line as (rows, year, case), every axis at full length."""
        if name not in self.graph.lines:
            raise BadInput([Fault("lines", name, _unknown_line(name, self.graph.lines))])
        value = np.asarray(self.values[name], dtype=np.float64)
        return np.broadcast_to(value, (value.shape[0], len(self.years), self.cases))

    def series(self, name: str, case: int = 0) -> list[float]:
        """A one-row line over the years."""
        return [float(value) for value in self[name][0, :, case]]

    def rows(self, name: str) -> tuple[str, ...] | None:
        """The row names of a line, None for a line of one row."""
        table = self.graph.lines[name].table
        return self.placed.tables[table].rows if table else None

    @cached_property
    def overridden(self) -> frozenset[str]:
        """Lines that were given instead of computed, and everything downstream of them."""
        given = _given_names(self.assumptions)
        return self.graph.downstream(given) if given else frozenset()

    def failed_checks(self, case: int | None = None) -> list[str]:
        """The names of the checks that fail in some year, of one case or of any."""
        chosen = slice(None) if case is None else slice(case, case + 1)
        return [name for name, one in self.graph.lines.items() if one.unit == "check" and not self[name][:, :, chosen].all()]

    @property
    def check_count(self) -> int:
        """How many checks the run made."""
        return sum(one.unit == "check" for one in self.graph.lines.values())


def _unknown_line(name: str, known: Iterable[str]) -> str:
    return f"there is no line of this name; {nearest(name, known) or 'evaluate with --format csv lists them all'}"


def _not_one_row(name: str, lines: Mapping[str, Line], unit: str | None = None) -> str:
    """Why a line cannot stand for one number a year, of a unit where one is given; empty when it can."""
    one = lines.get(name)
    if one is None:
        return _unknown_line(name, lines)
    if one.table:
        return f"has a row for each of {one.table.replace('_', ' ')}; name a line of one row"
    if one.unit == "check":
        return "is an integrity check, not a number"
    if unit and one.unit != unit:
        return f"is in {one.unit}, not in {unit}"
    return ""


def expense_line(key: str, expense: Expense) -> Line:
    """The generated line of an expense item: rate × driver × quantity × index of its own growth."""
    factors = (f"expense_{key}_rate", *([expense.driver] if expense.driver else []),
               *([f"expense_{key}_quantity"] if expense.quantity else []))
    words = " × ".join(["rate", *([expense.driver.replace("_", " ")] if expense.driver else []),
                        *(["quantity"] if expense.quantity else [])])

    def amount(growth: Array, growth_applies: Array, *parts: Array) -> Array:
        product = np.cumprod(1.0 + growth * growth_applies, axis=YEAR)
        for part in parts:
            product = product * part
        return product

    arguments = (f"expense_{key}_annual_growth", "growth_applies", *factors)
    return Line(f"expense_{key}", expense.label, "USD/year", None, expense.group, amount, arguments,
                f"{words[0].upper()}{words[1:]} × product of 1 + yearly growth.")


def _expense_faults(practice: Practice, lines: Mapping[str, Line]) -> Iterable[Fault]:
    for key, expense in practice.expenses.items():
        where = f"expenses.{key}"
        reason = _not_one_row(expense.driver, lines) if expense.driver else ""
        if reason:
            yield Fault(practice.name, f"{where}.driver", f"'{expense.driver}': {reason}")
            continue
        wanted = expected_rate_units(lines[expense.driver].unit if expense.driver else None, bool(expense.quantity))
        if not wanted:
            unit = lines[str(expense.driver)].unit
            yield Fault(practice.name, f"{where}.driver", f"'{expense.driver}' is in {unit} and cannot drive an expense; name a "
                                                          "number of exams, reads, FTE, sites or dollars")
        elif expense.rate.unit not in wanted:
            yield Fault(practice.name, f"{where}.rate",
                        f"the unit {expense.rate.unit} does not fit the driver; expected {' or '.join(wanted)}")


def expected_rate_units(driver_unit: str | None, has_quantity: bool) -> list[str]:
    """Units of a rate which, times its driver and quantity, give dollars a year; none where there is no such unit."""
    if driver_unit is None:
        return ["USD/FTE/year", "USD/site/year", "USD/year", "USD/FTE"] if has_quantity else ["USD/year"]
    if driver_unit in {"USD", "USD/year"}:
        return ["share" if driver_unit == "USD/year" else "share/year"]
    head, _, per = driver_unit.partition("/")
    return [unit for unit in ([f"USD/{head}"] if per == "year" else [f"USD/{driver_unit}/year"]) if unit in get_args(Unit)]


def drivers() -> dict[str, Line]:
    """The lines that an expense item may name as its driver, by name."""
    named = {one.name: one for one in all_lines()}
    return {name: one for name, one in named.items() if not _not_one_row(name, named) and expected_rate_units(one.unit, False)}


def _selection_faults(practice: Practice, lines: Mapping[str, Line]) -> Iterable[Fault]:
    for key, chosen in practice.selections.items():
        where = f"selections.{key}"
        if not chosen:
            yield Fault(practice.name, where, "names no line; name at least one, or remove it")
        for name in chosen:
            reason = _not_one_row(name, lines, "USD/year")
            if reason or chosen.count(name) > 1:
                yield Fault(practice.name, where, f"'{name}': {reason or 'is named twice'}")


def _given_names(assumptions: Iterable[Assumptions]) -> frozenset[str]:
    """The lines that are given instead of computed, in some case."""
    return frozenset(change.path for one in assumptions for _, change in one.overrides)


def _override_faults(assumptions: Assumptions, lines: Mapping[str, Line]) -> Iterable[Fault]:
    for origin, change in assumptions.overrides:
        reason = _not_one_row(change.path, lines)
        if reason:
            yield Fault(origin, change.path, reason)


def sums(practice: Practice, lines: Mapping[str, Line]) -> Parts:
    """The lines that are made of expense items: sums of them, and the practice's selections."""
    found: dict[str, tuple[str, ...]] = {}

    def items(name: str) -> tuple[str, ...]:
        one = lines.get(name)
        if one is None or one.group:
            return (name,) if one else ()
        if name not in found:
            reached = Counter(item for argument in one.arguments for item in items(argument))
            # What is reached twice is a total less its part, as in the provider expense that is left after pay.
            found[name] = tuple(item for item, times in reached.items() if times == 1)
        return found[name]

    made = {name: items(name) for name, one in lines.items() if not one.group and not _not_one_row(name, lines, "USD/year")}
    chosen = {f"selection_{key}": tuple(names) for key, names in practice.selections.items()}
    return {**{name: parts for name, parts in made.items() if parts}, **chosen}


def _row_faults(key: str, path: str, clause: Clause, tables: Mapping[str, Table], practice: Practice) -> Iterable[Fault]:
    """The rows that a clause is about and that the practice does not have, or that are of another kind."""
    for field in type(clause).model_fields:
        chosen = clause.mark(field, Rows)
        rows = tables[chosen.table].rows if chosen else ()
        for name in (getattr(clause, field) or ()) if chosen else ():
            if name not in rows:
                hint = nearest(name, rows) or f"known here: {', '.join(rows)}"
                yield Fault(key, f"{path}.{field}", f"'{name}' is none of the practice's {in_words(chosen.table)}; {hint}")
            elif chosen.kind and chosen.kind != (kind := practice.providers[name].kind):
                yield Fault(key, f"{path}.{field}", f"'{name}' is of the kind {kind}; choose one of the kind {chosen.kind}")


def _proposal_faults(key: str, proposal: Proposal, lines: Mapping[str, Line], parts: Parts,
                     tables: Mapping[str, Table], assumptions: Assumptions) -> Iterable[Fault]:
    for path, clause in proposal.clauses():
        yield from _row_faults(key, path, clause, tables, assumptions.practice)
        for name in clause.selected(Lines):
            reason = "" if f"selection_{name}" in parts else _not_one_row(name, lines, "USD/year")
            if reason:
                yield Fault(key, path, f"'{name}': {reason}")
    for sentence in (*paid_twice(proposal, parts), *billed_as_well(proposal, assumptions),
                     *out_of_time(proposal, assumptions.practice.base_year)):
        where, _, reason = sentence.partition(": ")
        yield Fault(key, where, reason)


def _contract_lines(assumptions: Assumptions, placed: Placed, named: Mapping[str, Line], *,
                    is_own_budget: bool) -> list[Line]:
    """The lines of the proposals; in a run that is its own budget, what was agreed is what happens."""
    parts = sums(assumptions.practice, named)
    faults = [fault for key, proposal in assumptions.proposals.items()
              for fault in _proposal_faults(key, proposal, named, parts, placed.tables, assumptions)]
    if faults:
        raise BadInput(faults)
    lines = [one for key, proposal in assumptions.proposals.items()
             for one in proposal_lines(key, proposal, parts, placed.inputs)]
    known = {**named, **{one.name: one for one in lines}}
    return [*lines, *(budget_line(name, known) for name in budgeted(lines) if is_own_budget)]


def build_graph(assumptions: Assumptions, placed: Placed, given: frozenset[str], agreed: Mapping[str, Input]) -> Graph:
    """The graph of a practice: hand-written lines, one line per expense item, group totals, selections, proposals and overrides.

    Raises:
        BadInput: when an entry of the practice file does not fit.
    """
    practice = assumptions.practice
    lines = [*all_lines(), *(expense_line(key, expense) for key, expense in practice.expenses.items())]
    items = tuple(one.name for one in lines if one.group)
    for group, label in GROUPS.items():
        of_group = tuple(one.name for one in lines if one.group == group)
        lines.append(sum_line(f"total_{group}", label, "USD/year", of_group or ("no_amount",)))
    lines.append(sum_check("check_expense_items", "Expense items sum to total expense", "total_expense", items))
    named = {one.name: one for one in lines}
    faults = [*_expense_faults(practice, named), *_selection_faults(practice, named), *_override_faults(assumptions, named)]
    if faults:
        raise BadInput(faults)
    lines += [sum_line(f"selection_{key}", capitalized(in_words(key)), "USD/year", chosen)
              for key, chosen in practice.selections.items()]
    lines += _contract_lines(assumptions, placed, named, is_own_budget=not agreed)
    inputs: dict[str, str | None] = {name: one.table for name, one in {**placed.inputs, **agreed}.items()}
    for name in given:
        inputs |= {f"{name}__given": None, f"{name}__is_given": None}
    wired = [part for one in lines for part in (override_line(one) if one.name in given else (one,))]
    try:
        return assemble(wired, inputs, placed.indices)
    except AssemblyError as error:
        raise BadInput(Fault(practice.name, "", fault) for fault in error.faults) from None


@lru_cache(maxsize=32)
def _own_graph(assumptions: Assumptions, given: frozenset[str]) -> Graph:
    """The graph of a run that is its own budget: it is the same for every case that shares the structure."""
    return build_graph(assumptions, place(assumptions), given, {})


def _batch(inputs: Sequence[Input]) -> Array:
    """The input of every case behind each other on the case axis; one case where they are all the same."""
    first = inputs[0].array
    if all(one.array is first or np.array_equal(one.array, first, equal_nan=True) for one in inputs[1:]):
        return first
    return np.concatenate([one.array for one in inputs], axis=2)


def _given(assumptions: Sequence[Assumptions], name: str, years: Sequence[int]) -> dict[str, Array]:
    """What was given for a line, and in which years and cases."""
    given = np.zeros((1, len(years), len(assumptions)))
    is_given = np.zeros_like(given)
    for case, one in enumerate(assumptions):
        for _, change in one.overrides:
            for position, year in enumerate(years):
                if change.path == name and change.applies(year, one.practice.base_year):
                    given[0, position, case], is_given[0, position, case] = change.amount, 1.0
    return {f"{name}__given": given, f"{name}__is_given": is_given}


@dataclass(frozen=True)
class Model:
    """A practice assembled once, to be run on any number of cases."""

    assumptions: tuple[Assumptions, ...]
    placed: Placed
    graph: Graph
    inputs: Mapping[str, Any]

    def run(self, replaced: Mapping[str, Array] | None = None) -> Result:
        """Run all cases in one pass; ``replaced`` gives other arrays for some inputs, such as draws."""
        values = run(self.graph, {**self.inputs, **(replaced or {})})
        for name in self.graph.lines:
            values[name].flags.writeable = False
        return Result(self.assumptions, self.placed, self.graph, values)


def assemble_model(*assumptions: Assumptions, budget: Result | None = None) -> Model:
    """The model of one or more cases that share the structure of the first.

    ``budget`` is the run, of the same proposals, whose first case was agreed at signing; without one each case is its own.

    Raises:
        BadInput: when something in the practice does not fit.
    """
    all_placed = [place(one) for one in assumptions]
    given = _given_names(assumptions)
    inputs: dict[str, Any] = {name: _batch([one.inputs[name] for one in all_placed]) for name in all_placed[0].inputs}
    agreed = _agreed(budget) if budget else {}
    graph = build_graph(assumptions[0], all_placed[0], given, agreed) if agreed else _own_graph(assumptions[0], given)
    inputs |= {name: one.array for name, one in agreed.items()}
    for name in given:
        inputs |= _given(assumptions, name, all_placed[0].years)
    placed = replace(all_placed[0], inputs={**all_placed[0].inputs, **agreed})
    return Model(assumptions, placed, graph, {**inputs, **placed.indices})


def _agreed(budget: Result) -> dict[str, Input]:
    """What the proposals of the budget ask of it, as inputs of the actual run."""
    names = [name.removeprefix(BUDGET) for name in (*budget.graph.lines, *budget.placed.inputs) if name.startswith(BUDGET)]
    found = {}
    for name in names:
        one, rows = budget.graph.lines[name], budget.rows(name) or ("",)
        found[f"{BUDGET}{name}"] = Input(f"{BUDGET}{name}", f"{one.label}, as agreed", one.unit, one.table,
                                         tuple((row, None) for row in rows), budget[name][:, :, :1])
    return found


def evaluate(*assumptions: Assumptions, budget: Result | None = None) -> Result:
    """Assemble and run: one case for each set of assumptions, in one pass; ``budget`` is what was agreed at signing."""
    return assemble_model(*assumptions, budget=budget).run()
