"""What a packet is written from: the run as the audience may see it, and what was found of the proposals."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

from finmodel.analysis.alternatives import AlternativeCost, alternative_costs
from finmodel.analysis.heat_map import HeatMap, heat_map
from finmodel.analysis.proposals import Comparison, compare_proposals
from finmodel.analysis.ranges import is_mix
from finmodel.analysis.risk_map import Response, risk_map
from finmodel.analysis.sensitivity import Lever, Mover, families, movers
from finmodel.analysis.signals import Component, signals
from finmodel.analysis.uncertainty.outlook import Outlook
from finmodel.assumptions import Source, load_sources
from finmodel.assumptions.quantity import quantities
from finmodel.cases import Assumptions
from finmodel.contracts.clause import Lines
from finmodel.contracts.proposal import Proposal
from finmodel.contracts.term_sheet import Labels, labels_of
from finmodel.contracts.wiring import covered
from finmodel.format import money
from finmodel.model import Result
from finmodel.packet.blocks import Audience, Cell
from finmodel.packet.cells import number
from finmodel.packet.findings import checks_of, is_shared, pair_of
from finmodel.packet.policy import Policy, projected
from finmodel.packet.statement import STATEMENT, in_whole_dollars

T = TypeVar("T")
TORNADO_ROWS, MAP_STEPS = 10, 5
LONGEST_NAME = 40


@dataclass(frozen=True)
class Material:
    """A run and what was found of it; for a counterparty everything in it is shared."""

    audience: Audience
    result: Result
    is_projected: bool
    comparisons: Mapping[str, Comparison]
    risks: Mapping[str, tuple[Response, ...]]
    levers: tuple[Lever, ...]
    two_way: HeatMap | None
    two_way_movers: tuple[Mover, ...]
    alternatives: tuple[AlternativeCost, ...]
    components: Mapping[str, tuple[Component, ...]]
    outlook: Outlook | None
    words: Labels
    checks: tuple[tuple[str, bool], ...]

    @property
    def assumptions(self) -> Assumptions:
        """What the run was made from, as far as it is shared."""
        return self.result.assumptions[0]

    @property
    def proposals(self) -> Mapping[str, Proposal]:
        """The proposals in the order named; the first leads."""
        return self.assumptions.proposals

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What the proposals are called, in short where a name is long, no two the same."""
        titles = [name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME - 1].rstrip()}…"
                  for name in (one.name for one in self.proposals.values())]
        return {key: title if titles.count(title) == 1 else f"{title} ({titles[:at + 1].count(title)})"
                for at, (key, title) in enumerate(zip(self.proposals, titles, strict=True))}

    @property
    def lead(self) -> str:
        """The proposal that is asked for."""
        return next(iter(self.proposals))

    @property
    def year(self) -> int:
        """The first year of the leading contract that is projected; without one the year after the base year."""
        years = self.result.years
        return self.years(self.lead)[0] if self.proposals else years[min(1, len(years) - 1)]

    def years(self, key: str) -> list[int]:
        """The projected years of a contract."""
        return [year for year in self.proposals[key].contract_years if year in self.result.years]

    def value(self, line: str, year: int | None = None) -> float:
        """A line of one row in a year."""
        return self.result.series(line)[self.result.years.index(self.year if year is None else year)]

    @cached_property
    def dollars(self) -> Mapping[tuple[str, int], Decimal]:
        """Whole dollars of revenue and expense by line and place of the year, the same in every table."""
        return in_whole_dollars({line: self.result.series(line) for _, _, line in STATEMENT if self.has(line)})

    def cell(self, line: str, year: int) -> Cell:
        """A line of one row in a year, in its unit; dollars of the statement as they stand there."""
        at, value, unit = self.result.years.index(year), self.value(line, year), self.result.graph.lines[line].unit
        return Cell(money(float(self.dollars[line, at])), value, unit) if (line, at) in self.dollars else number(value, unit)

    def has(self, *lines: str) -> bool:
        """Whether lines are shared."""
        return all(line in self.result.graph.lines for line in lines)

    def derived(self, line: str) -> str:
        """How a line is derived, in words."""
        one = self.result.graph.lines[line]
        return f"{one.label} = {one.formula.split(chr(10))[0]}"

    def where(self, lines: Iterable[str], make: Callable[["Material"], T]) -> list[T]:
        """What is made of lines, and nothing where one of them is withheld."""
        return [make(self)] if self.has(*lines) else []

    @property
    def failed(self) -> list[str]:
        """The checks that fail."""
        return [label for label, passes in self.checks if not passes]

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Every source by its key."""
        return {**load_sources(), **self.assumptions.practice.sources}

    @cached_property
    def named_sources(self) -> Mapping[str, Source]:
        """The sources that a number shown, or the benchmark chosen, was read in."""
        chosen = self.assumptions.practice.benchmark
        tables = [self.assumptions.benchmarks[key] for key in (chosen.productivity, chosen.compensation)]
        read = [*self.assumptions.values(), *(point for table in tables for point in table.percentiles.values())]
        return {one.source: self.sources[one.source] for one in read if one.source and one.source in self.sources}

    @property
    def deficit_line(self) -> str:
        """The line of the deficit that the leading proposal is about."""
        return covered(self.proposals[self.lead], "covered_deficit") if self.proposals else "support_deficit"

    @cached_property
    def has_placeholders(self) -> bool:
        """Whether some number is still to be replaced before anybody relies on it."""
        terms = (one for proposal in self.proposals.values() for _, clause in proposal.clauses() for _, one in quantities(clause))
        return any(one.status == "placeholder" for one in (*self.assumptions.values(), *terms))

    @cached_property
    def input_hash(self) -> str:
        """A digest of every number that goes into the packet as shown."""
        told = {path: [*quantity.over(self.result.years).tolist(), quantity.unit] for path, quantity in self.assumptions.items()}
        agreed = {key: proposal.model_dump(mode="json") for key, proposal in self.proposals.items()}
        lines = {name: self.result[name].tolist() for name, one in self.result.graph.lines.items() if one.unit != "check"}
        text = json.dumps([told, agreed, lines], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def gather(result: Result, audience: Audience, *, policy: Policy | None = None, outlook: Outlook | None = None) -> Material:
    """The material for an audience; with a policy only what that shares, whatever was needed to find it."""
    whole = result.assumptions[0]
    shown = projected(result, policy) if policy else result
    lead = next(iter(whole.proposals), None)
    line = covered(whole.proposals[lead], "covered_deficit") if lead else "support_deficit"
    year = _first_year(result, lead)
    # What moves a line tells the line.
    is_told = line in shown.graph.lines
    found = movers(whole, line, year) if is_told else ()
    moved = [one for one in found if not is_mix(one.path) and (policy is None or policy.shares_path(one.path, whole.practice))]
    levers = [one for one in (families(whole, line, year) if is_told else ())
              if policy is None or is_shared(one, whole, policy)]
    pair = pair_of(moved)
    map_of = heat_map(whole, line, pair[0].path, pair[1].path, year, steps=MAP_STEPS,
                      first_between=(pair[0].low, pair[0].high), second_between=(pair[1].low, pair[1].high)) if pair else None
    return Material(
        audience, shown, policy is not None,
        {one.key: one for one in compare_proposals(whole, result)} if lead else {},
        risk_map(whole, result) if lead else {}, tuple(levers[:TORNADO_ROWS]), map_of, pair,
        alternative_costs(result, lead) if lead else (),
        {key: signals(result, key) for key in whole.proposals} if audience == "group" else {},
        outlook, _words(result, shown), checks_of(result))


def _words(whole: Result, shown: Result) -> Labels:
    """What lines and rows are called: those shared, and those that a proposal names."""
    clauses = [clause for proposal in whole.assumptions[0].proposals.values() for _, clause in proposal.clauses()]
    named = {name for clause in clauses for name in clause.selected(Lines)}
    lines = [*shown.graph.lines.values(), *(whole.graph.lines[name] for name in named if name in whole.graph.lines)]
    return labels_of(shown.assumptions[0].practice, lines)


def _first_year(result: Result, lead: str | None) -> int:
    years = result.years
    if lead:
        begun = [year for year in result.assumptions[0].proposals[lead].contract_years if year in years]
        return begun[0] if begun else years[-1]
    return years[min(1, len(years) - 1)]
