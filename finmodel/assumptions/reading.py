"""Read a TOML file as a record: found, parsed, validated, its sources known."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from finmodel.assumptions.faults import SENTENCES, BadInput, Fault, faults_of, nearest
from finmodel.assumptions.practice import Provenance
from finmodel.assumptions.quantity import Record, SourceKey
from finmodel.assumptions.reference import Source

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


def context_of(document: dict[str, Any]) -> dict[str, Any]:
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
        return model.model_validate(document, context=context_of(document))
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


def unknown_sources(document: dict[str, Any], file: str, known: set[str], otherwise: str) -> list[Fault]:
    """A fault for each source that a document names and that is not among the known ones; ``otherwise`` says what to do."""
    return [Fault(file, path, f"'{source}' is not a known source; {nearest(source, known) or otherwise}")
            for path, source in _citations(document) if source and source not in known]


class Sources(Record):
    """Sources by key."""

    sources: dict[SourceKey, Source]


@cache
def load_sources() -> Mapping[str, Source]:
    """Every shipped source by key."""
    path = SHIPPED / "sources.toml"
    return sources_of(parse_document(read_file(path, path.name), path.name), path.name)


def sources_of(document: dict[str, Any], file: str) -> dict[str, Source]:
    """The sources of a document, by key."""
    return validated({"sources": document}, file, Sources).sources


def cited(document: dict[str, Any], file: str, model: type[Model]) -> Model:
    """A document as a record of a model, of which every source named must ship.

    Raises:
        BadInput: with every fault.
    """
    """A record whose sources are all known."""
    faults = unknown_sources(document, file, set(load_sources()), "name a source that ships, or give the number another status")
    try:
        record = validated(document, file, model)
    except BadInput as error:
        raise BadInput([*error.faults, *faults]) from None
    if faults:
        raise BadInput(faults)
    return record
