"""What a reviewer would look at in a proposal: where amounts fall in benchmark tables, which documents are missing, what to ask.

Signals, never a verdict: a percentile is no limit and no safe harbor, and what is fair or lawful is for counsel and a valuator.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from finmodel.assumptions import Benchmark
from finmodel.assumptions.files import load_signal_bands
from finmodel.assumptions.reference import STATISTIC_UNITS, SignalBands, Statistic
from finmodel.assumptions.words import in_words
from finmodel.contracts.mechanism import EvidenceStatus, Mechanism
from finmodel.contracts.mechanisms import MECHANISMS
from finmodel.contracts.wiring import payment_name
from finmodel.engine import Array, ratio
from finmodel.model import Result

Signal = Literal["standard range", "enhanced scrutiny", "high scrutiny", "not placed"]
NOTE = ("For planning, and for the group's own eyes unless it decides otherwise. A signal says where an amount falls in a table "
        "that is loaded; tables are neither a limit nor a safe harbor, and nothing here is legal advice or an opinion of value. "
        "Questions go to counsel and to a valuator.")
NO_BENCHMARK = "no benchmark loaded"
# What radiologists' amounts may be held against without a word.
KNOWN_SPECIALTIES = {specialty for mechanism in MECHANISMS.values() for specialty in mechanism.specialties}
OTHER_SPECIALTY = "no table for this specialty; what is loaded is of"
WHOLE = "All parts together"
PURPOSE = "purpose_statement"


@dataclass(frozen=True)
class Placement:
    """An amount of a component beside a benchmark table; ``reason`` says why it is not placed, or what the table cannot tell."""

    amount_label: str
    amount: float
    unit: str
    year: int
    benchmark: str | None
    benchmark_label: str | None
    percentile: float | None
    signal: Signal
    reason: str = ""


@dataclass(frozen=True)
class Component:
    """A part of a proposal as a reviewer sees it."""

    instance: str
    label: str
    purpose: str | None
    placements: tuple[Placement, ...]
    evidence: Mapping[str, EvidenceStatus]
    questions: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The documents that are still missing, by name."""
        return tuple(name for name, status in self.evidence.items() if status == "missing")


@dataclass(frozen=True)
class _Amount:
    """An amount of a component in the first year in which it is paid."""

    label: str
    value: float
    unit: str
    year: int


def signals(result: Result, proposal: str, benchmarks: Mapping[str, Benchmark] | None = None,
            case: int = 0) -> tuple[Component, ...]:
    """Every active component of a proposal of a run, and last the proposal as a whole, whose instance is empty.

    ``benchmarks`` are the tables loaded; those of the run unless given.
    """
    assumptions = result.assumptions[case]
    tables = assumptions.benchmarks if benchmarks is None else benchmarks
    agreed, bands, amounts = assumptions.proposals[proposal], load_signal_bands(), _Amounts(result, proposal, case)
    components = [_component(instance, mechanism, tables, bands, amounts)
                  for instance, mechanism in agreed.active_mechanisms.items()]
    whole = amounts.per_fte(amounts.series(f"{proposal}__full_year_adjusted"), WHOLE)
    placements = tuple(_placements(whole, _tables_of("support_per_fte", tables), bands, Mechanism.specialties))
    return (*components, Component("", WHOLE, None, placements, {}, ()))


def _component(instance: str, mechanism: Mechanism, tables: Mapping[str, Benchmark], bands: SignalBands,
               amounts: "_Amounts") -> Component:
    statistic, chosen = _held_against(mechanism, tables)
    evidence = {name: mechanism.evidence_status.get(name, "attached" if name == PURPOSE and mechanism.purpose else "missing")
                for name in mechanism.evidence}
    found = amounts.like(statistic, instance, mechanism)
    placements = tuple(_placements(found, chosen, bands, None if mechanism.benchmark else mechanism.specialties))
    return Component(instance, _label(mechanism), mechanism.purpose, placements, evidence, mechanism.questions)


def _label(mechanism: Mechanism) -> str:
    return mechanism.label or mechanism.title


def _held_against(mechanism: Mechanism, tables: Mapping[str, Benchmark]) -> tuple[Statistic | None, Mapping[str, Benchmark]]:
    """The statistic a component is held against, and the tables of it: the one chosen, or all that are loaded."""
    if mechanism.benchmark:
        chosen = {key: table for key, table in tables.items() if key == mechanism.benchmark}
        return next((table.statistic for table in chosen.values()), mechanism.statistic), chosen
    statistic = mechanism.statistic or ("support_per_fte" if mechanism.family == "aggregate" else None)
    return statistic, _tables_of(statistic, tables)


def _tables_of(statistic: Statistic | None, tables: Mapping[str, Benchmark]) -> Mapping[str, Benchmark]:
    return {key: table for key, table in tables.items() if table.statistic == statistic}


@dataclass(frozen=True)
class _Amounts:
    """Reads amounts of a proposal from a run."""

    result: Result
    proposal: str
    case: int

    def like(self, statistic: Statistic | None, instance: str, mechanism: Mechanism) -> list[_Amount]:
        """What of a component is like a statistic: the payment per FTE, the line or term it names for that, or the payment."""
        payment, full_year = payment_name(self.proposal, instance), self.full_year(instance, mechanism)
        if statistic == "support_per_fte":
            return self.per_fte(full_year, _label(mechanism))
        if mechanism.compared and statistic and statistic == mechanism.statistic:
            return self.first(f"{payment}__{mechanism.compared}", _label(mechanism), STATISTIC_UNITS[statistic])
        return self.first_of(full_year, _label(mechanism), "USD/year")

    def first(self, name: str, label: str, unit: str) -> list[_Amount]:
        """The amount of each row of a line or term in the first year in which there is one."""
        table = (self.result.graph.lines.get(name) or self.result.placed.inputs[name]).table
        rows = self.result.placed.tables[table].rows if table else ("",)
        return [one for row, key in enumerate(rows)
                for one in self.first_of(self.series(name, row), f"{label}: {in_words(key)}" if table else label, unit)]

    def full_year(self, instance: str, mechanism: Mechanism) -> Array:
        """What a component pays in a year, as of a full one; what is paid on dates of its own counts as it is."""
        paid = self.series(payment_name(self.proposal, instance))
        return ratio(paid, self.series(f"{self.proposal}__contract_share_of_year")) if mechanism.is_prorated else paid

    def per_fte(self, full_year: Array, label: str) -> list[_Amount]:
        """The payment of a full year per radiologist FTE in scope."""
        per_fte = ratio(full_year, self.series(f"{self.proposal}__covered_radiologist_fte"))
        return self.first_of(per_fte, f"{label}, per radiologist FTE", "USD/FTE/year")

    def series(self, name: str, row: int = 0) -> Array:
        """A row of a line or an input over the years."""
        values = np.asarray(self.result.values[name], dtype=float)
        years = np.broadcast_to(values, (len(values), len(self.result.years), values.shape[2]))
        return years[row, :, min(self.case, values.shape[2] - 1)]

    def first_of(self, values: Array, label: str, unit: str) -> list[_Amount]:
        """The value of the first year in force in which there is one."""
        in_force = self.series(f"{self.proposal}__contract_in_force") > 0.0
        paid = [(year, float(value)) for year, value, counts in zip(self.result.years, values, in_force, strict=True)
                if counts and np.isfinite(value) and value != 0.0]
        return [_Amount(label, value, unit, year) for year, value in paid[:1]]


def _placements(amounts: Iterable[_Amount], tables: Mapping[str, Benchmark], bands: SignalBands,
                specialties: Sequence[str] | None) -> Iterator[Placement]:
    """Each amount beside each table of its specialty in its unit, or beside none; a table that was chosen may be of any."""
    for one in amounts:
        alike = {key: table for key, table in tables.items() if table.unit == one.unit}
        fitting = {key: table for key, table in alike.items() if specialties is None or _specialty(table) in specialties}
        for key, table in fitting.items():
            signal, reason = signal_of(one.value, table, bands)
            percentile = table.percentile_of(one.value)
            other = f"a table of {table.specialty}" if _specialty(table) not in KNOWN_SPECIALTIES else ""
            told = "; ".join(filter(None, (other, reason)))
            yield Placement(one.label, one.value, one.unit, one.year, key, table.label, percentile, signal, told)
        if not fitting:
            others = ", ".join(dict.fromkeys(_specialty(table) for table in alike.values()))
            chosen = "the table chosen states nothing like this amount" if tables else NO_BENCHMARK
            reason = f"{OTHER_SPECIALTY} {others}" if others else chosen
            yield Placement(one.label, one.value, one.unit, one.year, None, None, None, "not placed", reason)


def _specialty(table: Benchmark) -> str:
    return " ".join(table.specialty.casefold().split())


def signal_of(value: float, table: Benchmark, bands: SignalBands) -> tuple[Signal, str]:
    """The signal of an amount beside a table, and what the table cannot tell, if anything."""
    if not table.points:
        low, high = table.span
        where = "below" if value < low else "above" if value > high else "inside"
        return "not placed", f"{where} the range that the table states, which is no percentile"
    highest, highest_value = table.points[-1]
    standard, enhanced = (table.at(one.values[0]) for one in (bands.standard_up_to, bands.enhanced_up_to))
    if standard is None and (highest > bands.standard_up_to.values[0] or value > highest_value):
        return "not placed", "the table states no percentile that would tell"
    if standard is None or value <= standard:
        return "standard range", ""
    if enhanced is None:
        return "enhanced scrutiny", "or high: the table states no percentile that would tell the two apart"
    return ("enhanced scrutiny", "") if value <= enhanced else ("high scrutiny", "")
