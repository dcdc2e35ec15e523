"""Find, read and edit the TOML files."""

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from finmodel.assumptions.answers import Answers
from finmodel.assumptions.defaults import Defaults
from finmodel.assumptions.faults import BadInput, Fault, faults_of, nearest
from finmodel.assumptions.practice import Practice, Provenance
from finmodel.assumptions.quantity import Record, SourceKey, quantities
from finmodel.assumptions.reference import Benchmark, Medicare, References, Scenario, Source, Statistic

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


def _read(path: Path, file: str) -> bytes:
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


def _parse(content: bytes, file: str) -> dict[str, Any]:
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


def _validate(document: dict[str, Any], file: str, model: type[Model]) -> Model:
    try:
        bare = Provenance.model_validate(document.get("bare_numbers")).model_dump(exclude_none=True)
    except ValidationError:
        bare = None
    try:
        return model.model_validate(document, context={"bare_numbers": bare})
    except ValidationError as error:
        raise BadInput(faults_of(error, file, model)) from None


def _unknown_sources(record: BaseModel, file: str, known: set[str]) -> list[Fault]:
    return [Fault(file, f"{path}.source", f"'{one.source}' is not a known source; "
                                          f"{nearest(one.source, known) or 'add it to [sources] of this file'}")
            for path, one in quantities(record) if one.source and one.source not in known]


class Sources(Record):
    """Sources by key."""

    sources: dict[SourceKey, Source]


def load_sources() -> dict[str, Source]:
    """Every shipped source by key."""
    path = SHIPPED / "sources.toml"
    return _sources(_parse(_read(path, path.name), path.name), path.name)


def _sources(document: dict[str, Any], file: str) -> dict[str, Source]:
    return _validate({"sources": document}, file, Sources).sources


def _cited(document: dict[str, Any], file: str, model: type[Model]) -> Model:
    """A record whose sources are all known."""
    record = _validate(document, file, model)
    faults = _unknown_sources(record, file, set(load_sources()))
    if faults:
        raise BadInput(faults)
    return record


BENCHMARKED: dict[str, tuple[Statistic, ...]] = {
    "productivity": ("work_rvus_per_fte",), "compensation": ("compensation_per_fte", "compensation_per_work_rvu")}


def _practice(document: dict[str, Any], file: str, own: Mapping[str, Benchmark] = MappingProxyType({})) -> Practice:
    practice = _validate(document, file, Practice)
    faults = _unknown_sources(practice, file, {*load_sources(), *practice.sources})
    tables = {**load_benchmarks(), **own}
    for role, statistics in BENCHMARKED.items():
        chosen = getattr(practice.benchmark, role)
        fitting = [name for name, table in tables.items() if table.statistic in statistics and table.points]
        if chosen not in fitting:
            faults.append(Fault(file, f"benchmark.{role}", f"'{chosen}' is not one of {', '.join(fitting)}"
                                                           + nearest(chosen, fitting, lead="; ")))
    if faults:
        raise BadInput(faults)
    return practice


def parse_practice(content: bytes, file: str, own: Mapping[str, Benchmark] = MappingProxyType({})) -> Practice:
    """A practice from the bytes of its file; ``own`` are benchmark tables it may choose besides the shipped ones.

    Raises:
        BadInput: with every fault of the file.
    """
    return _practice(_parse(content, file), file, own)


def parse_scenario(content: bytes, file: str) -> Scenario:
    """A scenario from the bytes of its file.

    Raises:
        BadInput: with every fault of the file.
    """
    return _validate(_parse(content, file), file, Scenario)


def parse_benchmark(content: bytes, file: str) -> Benchmark:
    """A benchmark table from the bytes of its file.

    Raises:
        BadInput: with every fault of the file.
    """
    return _cited(_parse(content, file), file, Benchmark)


def load_practice(given: str) -> Practice:
    """A practice by built-in name or path."""
    path, file = find("practices", given)
    return parse_practice(_read(path, file), file)


def load_scenario(given: str) -> Scenario:
    """A scenario by built-in name or path."""
    path, file = find("scenarios", given)
    return parse_scenario(_read(path, file), file)


def load_benchmark(given: str) -> Benchmark:
    """A benchmark table by built-in name or path."""
    path, file = find("benchmarks", given)
    return parse_benchmark(_read(path, file), file)


@cache
def load_benchmarks() -> Mapping[str, Benchmark]:
    """Every shipped benchmark table by name."""
    return {name: load_benchmark(name) for name in names("benchmarks")}


def load_medicare() -> Medicare:
    """Medicare's rules by date."""
    path = SHIPPED / "medicare.toml"
    return _cited(_parse(_read(path, path.name), path.name), path.name, Medicare)


@cache
def load_defaults() -> Defaults:
    """What quick start fills in."""
    path = SHIPPED / "quick_start.toml"
    return _cited(_parse(_read(path, path.name), path.name), path.name, Defaults)


def parse_answers(content: bytes, file: str) -> Answers:
    """The answers of quick start, as far as they were given, from the bytes of their file.

    Raises:
        BadInput: with every fault of the file.
    """
    return _validate(_parse(content, file), file, Answers)


def references_text(references: References) -> str:
    """The references as text, to be kept beside a practice that was computed with them."""
    return references.model_dump_json(exclude_none=True)


def parse_references(text: str) -> References:
    """The references from what ``references_text`` wrote."""
    return References.model_validate_json(text, strict=False)


# What tells the kinds of file apart: keys of which at least one is there, what such a file is called, and how it is read.
KINDS: tuple[tuple[set[str], str, Callable[[dict[str, Any], str], object]], ...] = (
    ({"service_lines", "provider_defaults"}, "quick start defaults", lambda document, file: _cited(document, file, Defaults)),
    ({"sites", "people", "accounts"}, "quick start answers", lambda document, file: _validate(document, file, Answers)),
    ({"volumes", "payers", "payer_mix", "providers", "facilities"}, "practice", _practice),
    ({"changes"}, "scenario", lambda document, file: _validate(document, file, Scenario)),
    ({"percentiles", "statistic", "range_low"}, "benchmark", lambda document, file: _cited(document, file, Benchmark)),
    ({"conversion_factor", "efficiency_adjustment"}, "Medicare rules", lambda document, file: _cited(document, file, Medicare)),
)


def parse_file(content: bytes, file: str) -> tuple[str, object]:
    """The kind of a file and what it holds.

    Raises:
        BadInput: with every fault of the file.
    """
    document = _parse(content, file)
    for keys, kind, read in KINDS:
        if keys & set(document):
            return kind, read(document, file)
    if document and all(isinstance(one, dict) and "publisher" in one for one in document.values()):
        return "sources", _sources(document, file)
    raise BadInput([Fault(file, "", "this is no practice, scenario, benchmark, Medicare rules or sources file: it has none of "
                                    "their tables. A practice has facilities, volumes, payers and providers")])


def load_file(path: Path) -> tuple[str, object]:
    """The kind of a file and what it holds, from a path."""
    return parse_file(_read(path, str(path)), str(path))
