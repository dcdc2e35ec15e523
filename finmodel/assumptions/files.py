"""Find, read and edit the TOML files."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import ValidationError

from finmodel.assumptions.alternatives import Alternative, Alternatives
from finmodel.assumptions.answers import Answers
from finmodel.assumptions.defaults import Defaults
from finmodel.assumptions.faults import SENTENCES, BadInput, Fault, faults_of, nearest
from finmodel.assumptions.practice import Expense, Practice, Provenance
from finmodel.assumptions.quantity import Record, SourceKey
from finmodel.assumptions.reference import Benchmark, Medicare, References, Scenario, SignalBands, Source, Statistic
from finmodel.assumptions.salvage import FAULTY, salvage
from finmodel.assumptions.uncertainty import Uncertainty

PACKAGE = Path(__file__).parent.parent
SHIPPED = next(folder for folder in (PACKAGE / "shipped_assumptions", PACKAGE.parent / "assumptions") if folder.is_dir())
LARGEST_FILE = 1_000_000

Model = TypeVar("Model", bound=Record)


def names(kind: str) -> list[str]:
    """The names of the shipped files of a kind: practices, scenarios or benchmarks."""
    return sorted(path.stem for path in (SHIPPED / kind).glob("*.toml"))


def find(kind: str, given: str) -> tuple[Path, str]:
    """The file of a built-in name, or the file itself, and how to call it.

    Raises:
        BadInput: when there is neither.
    """
    if given in names(kind):
        return SHIPPED / kind / f"{given}.toml", f"{given}.toml"
    if "/" not in given and not given.endswith(".toml") and not any(path.name == given for path in Path().iterdir()):
        hint = nearest(given, names(kind)) or f"built in are {', '.join(names(kind))}"
        raise BadInput([Fault(given, "", f"there is no such file, and no built-in {kind[:-1]} of this name; {hint}")])
    return Path(given), given


def read_file(path: Path, file: str) -> bytes:
    """The bytes of a file, at most one more than the largest that is read.

    Raises:
        BadInput: when it cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise BadInput([Fault(file, "", "there is no such file; check the path")]) from None
    except IsADirectoryError:
        raise BadInput([Fault(file, "", "this is a folder; name one of the files in it")]) from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise BadInput([Fault(file, "", f"the file cannot be read: {why}")]) from None


def parse_document(content: bytes, file: str) -> dict[str, Any]:
    """The tables of a TOML file.

    Raises:
        BadInput: when it is too large or no TOML.
    """
    if len(content) > LARGEST_FILE:
        raise BadInput([Fault(file, "", f"the file is larger than {LARGEST_FILE / 1e6:.0f} MB, the most an assumptions file may "
                                        "be. Is it the right file?")])
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadInput([Fault(file, "", "this is not a text file in UTF-8; an assumptions file is TOML text")]) from None
    except RecursionError:
        raise BadInput([Fault(file, "", "this is not valid TOML: nested too deeply")]) from None
    except ValueError as error:
        raise BadInput([Fault(file, "", f"this is not valid TOML: {error}")]) from None


def _context(document: dict[str, Any]) -> dict[str, Any]:
    """What bare numbers of the document are."""
    try:
        return {"bare_numbers": Provenance.model_validate(document.get("bare_numbers")).model_dump(exclude_none=True)}
    except ValidationError:
        return {"bare_numbers": None}


def validated(document: dict[str, Any], file: str, model: type[Model]) -> Model:
    """A document as a record of a model; a number that stands alone in it is what its ``bare_numbers`` say.

    Raises:
        BadInput: with every fault.
    """
    try:
        return model.model_validate(document, context=_context(document))
    except ValidationError as error:
        raise BadInput(_without_echoes(faults_of(error, file, model))) from None


def _without_echoes(faults: list[Fault]) -> list[Fault]:
    """The faults but for the keys that are missing only because they are misspelt, which is another fault's hint already."""
    hints = [(fault.key.rpartition(".")[0], re.search(r"did you mean '(.*)'", fault.reason)) for fault in faults]
    meant = {f"{table}.{hint[1]}".lstrip(".") for table, hint in hints if hint}
    return [fault for fault in faults if fault.key not in meant or fault.reason != SENTENCES["missing"]]


def _citations(raw: object, path: str = "") -> Iterator[tuple[str, str]]:
    """The source of every cited number of a document, with its path; read from it raw, since faulty numbers cite too."""
    if not isinstance(raw, dict):
        return
    if isinstance(raw.get("source"), str) and "unit" in raw:
        yield f"{path}.source", raw["source"]
    for key, part in raw.items():
        yield from _citations(part, f"{path}.{key}" if path else key)


def _unknown_sources(document: dict[str, Any], file: str, known: set[str], otherwise: str) -> list[Fault]:
    return [Fault(file, path, f"'{source}' is not a known source; {nearest(source, known) or otherwise}")
            for path, source in _citations(document) if source and source not in known]


class Sources(Record):
    """Sources by key."""

    sources: dict[SourceKey, Source]


@cache
def load_sources() -> Mapping[str, Source]:
    """Every shipped source by key."""
    path = SHIPPED / "sources.toml"
    return _sources(parse_document(read_file(path, path.name), path.name), path.name)


def _sources(document: dict[str, Any], file: str) -> dict[str, Source]:
    return validated({"sources": document}, file, Sources).sources


def cited(document: dict[str, Any], file: str, model: type[Model]) -> Model:
    """A document as a record of a model, of which every source named must ship.

    Raises:
        BadInput: with every fault.
    """
    """A record whose sources are all known."""
    faults = _unknown_sources(document, file, set(load_sources()), "name a source that ships, or give the number another status")
    try:
        record = validated(document, file, model)
    except BadInput as error:
        raise BadInput([*error.faults, *faults]) from None
    if faults:
        raise BadInput(faults)
    return record


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
        practice = salvage(Practice, document, _context(document))
        reported = {fault.key for fault in error.faults}
        found = (Fault(file, key, reason) for key, _, reason in (one.partition(": ") for one in practice.inconsistencies()))
        faults += [*error.faults, *(fault for fault in found if fault.key not in reported)]
    reported = {fault.key for fault in faults}
    if practice.sources is not FAULTY:
        known = {*load_sources(), *document.get("sources", {})}
        unknown = _unknown_sources(document, file, known, "add it to [sources] of this file")
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
        return "sources", _sources(document, file)
    raise BadInput([Fault(file, "", "this is no practice, proposal, scenario, benchmark, Medicare rules or sources file: it has "
                                    "none of their tables. A practice has facilities, volumes, payers and providers; a proposal "
                                    "has mechanisms")])


def load_entries(path: Path) -> Practice | None:
    """The sample practice with the expenses and selections of a faulty practice file, as far as they hold.

    What the assembled model says of these entries it would say of the file, too. None where their names do not hold either.
    """
    content = read_file(path, str(path))
    document = parse_document(content, str(path))
    practice = salvage(Practice, document, _context(document))
    if not isinstance(practice, Practice) or FAULTY in practice.expenses or FAULTY in practice.selections:
        return None
    sample = load_practice("sample")
    stand_in = sample.expenses["office"]
    expenses = {key: one if isinstance(one, Expense) and FAULTY not in vars(one).values() else stand_in
                for key, one in practice.expenses.items()}
    selections = {key: chosen for key, chosen in practice.selections.items() if chosen is not FAULTY}
    return sample.model_copy(update={"expenses": expenses, "selections": selections})
