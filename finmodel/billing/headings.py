"""The headers of exports: read under limits, and mapped to concepts for files that belong together."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from finmodel.assumptions import BadInput, Fault
from finmodel.billing.layout import KEYS, Layout, guess, is_remittance, layout_of
from finmodel.billing.sandbox import Limits, ask


@dataclass(frozen=True)
class Header:
    """The columns of a file as they stand in it, and how it is written."""

    path: Path
    columns: tuple[str, ...]
    written: str


@dataclass(frozen=True)
class Heading:
    """The header of a file, how it is written, and what each column is taken for."""

    path: Path
    file: str
    written: str
    layout: Layout


@dataclass(frozen=True)
class Choices:
    """What a user may say about exports."""

    corrections: Mapping[str, str] = field(default_factory=dict)
    assumed: Mapping[str, str] = field(default_factory=dict)
    dates: str | None = None
    decimal_mark: str | None = None
    rules_file: Path | None = None
    memory: Path | None = None
    limits: Limits = field(default_factory=Limits)
    engine_memory: str = "2GB"


def headers(paths: Sequence[Path], choices: Choices) -> tuple[Heading, ...]:
    """The headers of files with the columns each concept is read from.

    Raises:
        BadInput: with everything that is wrong with any of them.
    """
    faults = [Fault(again.name, "", f"holds the same as {first.name}, so everything in it would count twice; give it once")
              for first, again in _twice(paths)]
    read: list[Header] = []
    found: tuple[Heading, ...] = ()
    for path in paths:
        try:
            read.append(read_header(path, choices.limits))
        except BadInput as error:
            faults += error.faults
    try:
        found = mapped(read, choices)
    except BadInput as error:
        faults += error.faults
    if faults:
        raise BadInput(faults)
    return found


def _twice(paths: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """Pairs of files of which the second holds what the first does."""
    seen: dict[tuple[int, str], Path] = {}
    sizes = Counter(path.stat().st_size for path in paths if path.is_file())
    for path in (one for one in paths if one.is_file() and sizes[one.stat().st_size] > 1):
        with path.open("rb") as stream:
            content = (path.stat().st_size, hashlib.file_digest(stream, "sha256").hexdigest())
        if content in seen:
            yield seen[content], path
        seen.setdefault(content, path)


def read_header(path: Path, limits: Limits) -> Header:
    """The columns of a file, whatever they are taken for.

    Raises:
        BadInput: when there is no such file, or it is refused.
    """
    if not path.is_file():
        raise BadInput([Fault(str(path), "", "there is no such file; check the path")])
    answer = ask("header", path, path.name, limits)
    return Header(path, tuple(answer["header"]), answer["written"])


def mapped(read: Sequence[Header], choices: Choices) -> tuple[Heading, ...]:
    """What each column of files that belong together is taken for.

    Raises:
        BadInput: with everything that is wrong with any of them.
    """
    faults: list[Fault] = []
    guessed = {one.path: set(guess(one.columns)) for one in read}
    found = []
    for one in read:
        joined = [concepts for other, concepts in guessed.items()
                  if other != one.path and concepts & guessed[one.path] & set(KEYS)]
        # A correction names a column of some of the files; it is a fault only where none has it.
        corrections = {concept: column for concept, column in choices.corrections.items()
                       if column in one.columns or not any(column in other.columns for other in read)}
        try:
            found.append(Heading(one.path, one.path.name, one.written, layout_of(
                one.columns, one.path.name, corrections, choices.memory, {*choices.assumed, *set().union(*joined)})))
        except BadInput as error:
            faults += error.faults
    if not faults and found and not any({"charge", "amount"} & set(one.layout.columns) for one in found):
        faults.append(Fault(found[0].file, "charge", "no column holds what was charged, which tells what was done; name it with "
                                                     "--map COLUMN=charge, or give the file of charges, too"))
    if faults:
        raise BadInput(faults)
    return _without_repeated_charges(found)


def _without_repeated_charges(headings: Sequence[Heading]) -> tuple[Heading, ...]:
    """Where one file has what was charged, the charges that remittances repeat are not read."""
    billed = any("charge" in one.layout.columns and not is_remittance(one.layout.columns) for one in headings)
    if not billed:
        return tuple(headings)
    return tuple(replace(one, written=f"{one.written}; charges repeat what was billed and are not read",
                         layout=one.layout.without("charge", "units"))
                 if is_remittance(one.layout.columns) and "charge" in one.layout.columns else one for one in headings)


def key_parts_of(headings: Sequence[Heading]) -> list[str]:
    """What tells a service apart in every one of the files.

    Raises:
        BadInput: when there are several files and nothing joins them.
    """
    shared = set.intersection(*(set(heading.layout.columns) for heading in headings))
    identities = [part for part in ("claim", "accession", "patient") if part in shared][:1]
    if not identities:
        ledgers = [heading for heading in headings if is_remittance(heading.layout.columns)
                   or "charge" not in heading.layout.columns]
        if ledgers and len(headings) > 1:
            raise BadInput([Fault(ledgers[0].file, "claim",
                                  "no column that all files have tells which rows belong together (claim, account, accession or "
                                  "patient); name it with --map COLUMN=claim")])
        return []
    has_modifiers = all("modifier_1" in heading.layout.columns for heading in headings)
    return [*identities, "service_date", "code", *(["line"] if "line" in shared else ["modifiers"] if has_modifiers else [])]
