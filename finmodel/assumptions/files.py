"""Find, read and edit the TOML files."""

import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import tomlkit
from pydantic import BaseModel, ValidationError

from finmodel.assumptions.faults import BadInput, Fault, faults_of
from finmodel.assumptions.practice import Practice
from finmodel.assumptions.quantity import Quantity, Record
from finmodel.assumptions.reference import Benchmark, Medicare, Scenario, Source

PACKAGE = Path(__file__).parent.parent
SHIPPED = next(folder for folder in (PACKAGE / "shipped_assumptions", PACKAGE.parent / "assumptions") if folder.is_dir())
LARGEST_FILE = 1_000_000

Model = TypeVar("Model", bound=Record)


def names(kind: str) -> list[str]:
    """The names of the shipped files of a kind: practices, scenarios or benchmarks."""
    return sorted(path.stem for path in (SHIPPED / kind).glob("*.toml"))


def find(kind: str, given: str) -> Path:
    """The file of a built-in name, or the file itself.

    Raises:
        BadInput: when there is neither.
    """
    if given in names(kind):
        return SHIPPED / kind / f"{given}.toml"
    path = Path(given)
    if not path.exists() and path.suffix != ".toml":
        near = get_close_matches(given, names(kind), 1)
        hint = f"did you mean '{near[0]}'?" if near else f"built in are {', '.join(names(kind))}."
        raise BadInput([Fault(given, "", f"there is no such file, and no built-in {kind[:-1]} of this name; {hint}")])
    return path


def _too_large(file: str, size: int) -> BadInput:
    return BadInput([Fault(file, "", f"the file is {size / 1e6:.1f} MB; an assumptions file is at most "
                                     f"{LARGEST_FILE / 1e6:.0f} MB. Is it the right file?")])


def _read(path: Path) -> bytes:
    try:
        if path.is_file() and path.stat().st_size > LARGEST_FILE:
            raise _too_large(path.name, path.stat().st_size)
        return path.read_bytes()
    except FileNotFoundError:
        raise BadInput([Fault(str(path), "", "there is no such file; check the path")]) from None
    except IsADirectoryError:
        raise BadInput([Fault(str(path), "", "this is a folder; name one of the files in it")]) from None
    except OSError as error:
        raise BadInput([Fault(str(path), "", f"the file cannot be read: {error.strerror}")]) from None


def _parse(content: bytes, file: str) -> dict[str, Any]:
    if len(content) > LARGEST_FILE:
        raise _too_large(file, len(content))
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadInput([Fault(file, "", "this is not a text file in UTF-8; an assumptions file is TOML text")]) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadInput([Fault(file, "", f"this is not valid TOML: {str(error) or 'nested too deeply'}")]) from None


def _validate(document: dict[str, Any], file: str, model: type[Model]) -> Model:
    bare = document.get("bare_numbers") if isinstance(document.get("bare_numbers"), dict) else None
    try:
        return model.model_validate(document, context={"bare_numbers": bare})
    except ValidationError as error:
        raise BadInput(faults_of(error, file, model)) from None


def _unknown_sources(record: BaseModel, file: str, known: set[str]) -> list[Fault]:
    found = []
    for path, quantity in quantities(record):
        if quantity.source and quantity.source not in known:
            near = get_close_matches(quantity.source, known, 1)
            hint = f"Did you mean '{near[0]}'?" if near else "Add it to [sources] of this file."
            found.append(Fault(file, f"{path}.source", f"'{quantity.source}' is not a known source. {hint}"))
    return found


def quantities(value: Any, path: str = "") -> list[tuple[str, Quantity]]:
    """Every quantity in a record, with its path."""
    if isinstance(value, Quantity):
        return [(path, value)]
    if isinstance(value, BaseModel):
        members = [(name, getattr(value, name)) for name in type(value).model_fields]
    elif isinstance(value, dict):
        members = list(value.items())
    else:
        return []
    return [found for name, member in members for found in quantities(member, f"{path}.{name}" if path else str(name))]


class Sources(Record):
    """Sources by key."""

    sources: dict[str, Source]


def load_sources() -> dict[str, Source]:
    """Every shipped source by key."""
    path = SHIPPED / "sources.toml"
    return _validate({"sources": _parse(_read(path), path.name)}, path.name, Sources).sources


def _checked(record: Model, file: str, own: dict[str, Source] | None = None) -> Model:
    faults = _unknown_sources(record, file, {*load_sources(), *(own or {})})
    if faults:
        raise BadInput(faults)
    return record


def parse_practice(content: bytes, file: str) -> Practice:
    """A practice from the bytes of its file.

    Raises:
        BadInput: with every fault of the file.
    """
    practice = _validate(_parse(content, file), file, Practice)
    faults = []
    for kind in ("productivity", "compensation"):
        chosen = getattr(practice.benchmark, kind)
        if chosen not in names("benchmarks"):
            faults.append(Fault(file, f"benchmark.{kind}", f"'{chosen}' is not one of {', '.join(names('benchmarks'))}"))
    if faults:
        raise BadInput(faults)
    return _checked(practice, file, practice.sources)


def load_practice(given: str) -> Practice:
    """A practice by built-in name or path."""
    path = find("practices", given)
    return parse_practice(_read(path), path.name)


def load_medicare() -> Medicare:
    """Medicare's rules by date."""
    path = SHIPPED / "medicare.toml"
    return _checked(_validate(_parse(_read(path), path.name), path.name, Medicare), path.name)


def load_benchmark(given: str) -> Benchmark:
    """A benchmark table by built-in name or path."""
    path = find("benchmarks", given)
    return _checked(_validate(_parse(_read(path), path.name), path.name, Benchmark), path.name)


def load_benchmarks() -> dict[str, Benchmark]:
    """Every shipped benchmark table by name."""
    return {name: load_benchmark(name) for name in names("benchmarks")}


def load_scenario(given: str) -> Scenario:
    """A scenario by built-in name or path."""
    path = find("scenarios", given)
    return _validate(_parse(_read(path), path.name), path.name, Scenario)


def validate_file(path: Path) -> str:
    """Validate a file of any kind and say which kind it is.

    Raises:
        BadInput: with every fault of the file.
    """
    document = _parse(_read(path), path.name)
    if "changes" in document:
        load_scenario(str(path))
        return "scenario"
    if "percentiles" in document:
        load_benchmark(str(path))
        return "benchmark"
    if isinstance(document.get("conversion_factor"), dict):
        _checked(_validate(document, path.name, Medicare), path.name)
        return "Medicare rules"
    if path.name == "sources.toml":
        _validate({"sources": document}, path.name, Sources)
        return "sources"
    load_practice(str(path))
    return "practice"


def edited(text: str, changes: dict[str, float]) -> str:
    """The text of a file with other values at some paths; comments and layout stay.

    An edited number becomes the client's own: its source, date, range and note are cleared.
    """
    document = tomlkit.parse(text)
    units = {path: quantity.unit for path, quantity in quantities(parse_practice(text.encode(), "this file"))}
    for path, value in changes.items():
        *parents, last = path.split(".")
        table: Any = document
        for parent in parents:
            table = table[parent]
        shown = int(value) if value == int(value) and abs(value) < 1e15 else value
        unit = table[last].get("unit") if isinstance(table[last], dict) else units.get(path)
        if unit and (isinstance(table[last], dict) or "bare_numbers" in document):
            table[last] = tomlkit.value(f'{{ value = {shown}, unit = "{unit}", status = "client" }}')
        else:
            table[last] = shown
    return tomlkit.dumps(document)
