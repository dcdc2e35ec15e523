"""The files by kind: practices, scenarios, benchmarks, Medicare's rules, and what else ships."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from finmodel.assumptions.alternatives import Alternative, Alternatives
from finmodel.assumptions.answers import Answers
from finmodel.assumptions.defaults import Defaults
from finmodel.assumptions.faults import BadInput, Fault, nearest
from finmodel.assumptions.practice import Expense, Practice
from finmodel.assumptions.reading import (
    SHIPPED,
    cited,
    context_of,
    find,
    load_sources,
    names,
    parse_document,
    read_file,
    sources_of,
    unknown_sources,
    validated,
)
from finmodel.assumptions.reference import Benchmark, Medicare, References, Scenario, SignalBands, Statistic
from finmodel.assumptions.salvage import FAULTY, salvage
from finmodel.assumptions.uncertainty import Uncertainty

BENCHMARKED: dict[str, tuple[Statistic, ...]] = {
    "productivity": ("work_rvus_per_fte",), "compensation": ("compensation_per_fte", "compensation_per_work_rvu")}


def _benchmark_faults(practice: Practice, file: str, tables: Mapping[str, Benchmark]) -> Iterator[Fault]:
    for role, statistics in BENCHMARKED.items():
        chosen = getattr(practice.benchmark, role)
        fitting = [name for name, table in tables.items() if table.statistic in statistics and table.points]
        if chosen is not FAULTY and chosen not in fitting:
            yield Fault(file, f"benchmark.{role}", f"'{chosen}' is not one of {', '.join(fitting)}"
                                                   + nearest(chosen, fitting, lead="; "))


def _practice(document: dict[str, Any], file: str, own: Mapping[str, Benchmark] = MappingProxyType({})) -> Practice:
    faults: list[Fault] = []
    try:
        practice = validated(document, file, Practice)
    except BadInput as error:
        practice = salvage(Practice, document, context_of(document))
        reported = {fault.key for fault in error.faults}
        found = (Fault(file, key, reason) for key, _, reason in (one.partition(": ") for one in practice.inconsistencies()))
        faults += [*error.faults, *(fault for fault in found if fault.key not in reported)]
    reported = {fault.key for fault in faults}
    if practice.sources is not FAULTY:
        known = {*load_sources(), *document.get("sources", {})}
        unknown = unknown_sources(document, file, known, "add it to [sources] of this file")
        faults += [fault for fault in unknown if fault.key not in reported]
    faults += _benchmark_faults(practice, file, {**load_benchmarks(), **own})
    if faults:
        raise BadInput(faults)
    return practice


def parse_practice(content: bytes, file: str, own: Mapping[str, Benchmark] = MappingProxyType({})) -> Practice:
    """A practice from the bytes of its file; ``own`` are benchmark tables it may choose besides the shipped ones.

    Raises:
        BadInput: with every fault of the file.
    """
    return _practice(parse_document(content, file), file, own)


def parse_scenario(content: bytes, file: str) -> Scenario:
    """A scenario from the bytes of its file.

    Raises:
        BadInput: with every fault of the file.
    """
    return validated(parse_document(content, file), file, Scenario)


def parse_benchmark(content: bytes, file: str) -> Benchmark:
    """A benchmark table from the bytes of its file.

    Raises:
        BadInput: with every fault of the file.
    """
    return cited(parse_document(content, file), file, Benchmark)


def load_practice(given: str) -> Practice:
    """A practice by built-in name or path."""
    path, file = find("practices", given)
    return parse_practice(read_file(path, file), file)


def load_scenario(given: str) -> Scenario:
    """A scenario by built-in name or path."""
    path, file = find("scenarios", given)
    return parse_scenario(read_file(path, file), file)


def load_benchmark(given: str) -> Benchmark:
    """A benchmark table by built-in name or path."""
    path, file = find("benchmarks", given)
    return parse_benchmark(read_file(path, file), file)


@cache
def load_benchmarks() -> Mapping[str, Benchmark]:
    """Every shipped benchmark table by name."""
    return {name: load_benchmark(name) for name in names("benchmarks")}


@cache
def load_medicare() -> Medicare:
    """Medicare's rules by date."""
    path = SHIPPED / "medicare.toml"
    return cited(parse_document(read_file(path, path.name), path.name), path.name, Medicare)


@cache
def load_alternatives() -> Mapping[str, Alternative]:
    """What a hospital could do instead of agreeing, by name."""
    path = SHIPPED / "alternatives.toml"
    return cited(parse_document(read_file(path, path.name), path.name), path.name, Alternatives).alternatives


@cache
def load_signal_bands() -> SignalBands:
    """Up to which percentiles an amount is in the standard range, and gets enhanced scrutiny."""
    path = SHIPPED / "signals.toml"
    return cited(parse_document(read_file(path, path.name), path.name), path.name, SignalBands)


@cache
def load_uncertainty() -> Uncertainty:
    """The drivers that ship: what is uncertain in any practice, and how much."""
    path = SHIPPED / "drivers.toml"
    return cited(parse_document(read_file(path, path.name), path.name), path.name, Uncertainty)


def parse_uncertainty(content: bytes, file: str) -> Uncertainty:
    """Drivers from the bytes of their file.

    Raises:
        BadInput: with every fault of the file.
    """
    return cited(parse_document(content, file), file, Uncertainty)


@cache
def load_defaults() -> Defaults:
    """What quick start fills in."""
    path = SHIPPED / "quick_start.toml"
    return cited(parse_document(read_file(path, path.name), path.name), path.name, Defaults)


def parse_answers(content: bytes, file: str) -> Answers:
    """The answers of quick start, as far as they were given, from the bytes of their file.

    Raises:
        BadInput: with every fault of the file.
    """
    return validated(parse_document(content, file), file, Answers)


def references_text(references: References) -> str:
    """The references as text, to be kept beside a practice that was computed with them."""
    return references.model_dump_json(exclude_none=True)


def parse_references(text: str) -> References:
    """The references from what ``references_text`` wrote."""
    return References.model_validate_json(text, strict=False)


# What tells the kinds of file apart: keys of which at least one is there, what such a file is called, and how it is read.
KINDS: tuple[tuple[set[str], str, Callable[[dict[str, Any], str], object]], ...] = (
    ({"service_lines", "provider_defaults"}, "quick start defaults", lambda document, file: cited(document, file, Defaults)),
    ({"sites", "people", "accounts"}, "quick start answers", lambda document, file: validated(document, file, Answers)),
    ({"volumes", "payers", "payer_mix", "providers", "facilities"}, "practice", _practice),
    ({"alternatives"}, "alternatives", lambda document, file: cited(document, file, Alternatives)),
    ({"standard_up_to"}, "signal bands", lambda document, file: cited(document, file, SignalBands)),
    ({"drivers"}, "drivers", lambda document, file: cited(document, file, Uncertainty)),
    ({"changes"}, "scenario", lambda document, file: validated(document, file, Scenario)),
    ({"percentiles", "statistic", "range_low"}, "benchmark", lambda document, file: cited(document, file, Benchmark)),
    ({"conversion_factor", "efficiency_adjustment"}, "Medicare rules", lambda document, file: cited(document, file, Medicare)),
)


def parse_file(content: bytes, file: str) -> tuple[str, object]:
    """The kind of a file and what it holds.

    Raises:
        BadInput: with every fault of the file.
    """
    document = parse_document(content, file)
    for keys, kind, read in KINDS:
        if keys & set(document):
            return kind, read(document, file)
    if document and all(isinstance(one, dict) and "publisher" in one for one in document.values()):
        return "sources", sources_of(document, file)
    raise BadInput([Fault(file, "", "this is no practice, proposal, scenario, benchmark, Medicare rules or sources file: it has "
                                    "none of their tables. A practice has facilities, volumes, payers and providers; a proposal "
                                    "has mechanisms")])


def load_entries(path: Path) -> Practice | None:
    """The sample practice with the expenses and selections of a faulty practice file, as far as they hold.

    What the assembled model says of these entries it would say of the file, too. None where their names do not hold either.
    """
    content = read_file(path, str(path))
    document = parse_document(content, str(path))
    practice = salvage(Practice, document, context_of(document))
    if not isinstance(practice, Practice) or FAULTY in practice.expenses or FAULTY in practice.selections:
        return None
    sample = load_practice("sample")
    stand_in = sample.expenses["office"]
    expenses = {key: one if isinstance(one, Expense) and FAULTY not in vars(one).values() else stand_in
                for key, one in practice.expenses.items()}
    selections = {key: chosen for key, chosen in practice.selections.items() if chosen is not FAULTY}
    return sample.model_copy(update={"expenses": expenses, "selections": selections})
