"""Billing exports into aggregates: headers are read and mapped, files read under limits, netted, priced and reconciled.

A page calls ``read_header`` and ``mapped`` to show the guess, and ``ingest`` with a callback for progress and one to cancel.
"""

import contextlib
import hashlib
import secrets
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from finmodel.assumptions import BadInput, Fault
from finmodel.billing.engine import Aggregates, aggregates
from finmodel.billing.layout import KEYS, Layout, guess, is_remittance, layout_of, remember
from finmodel.billing.meanings import Given, Meanings, faults_located, meanings_of, party_key
from finmodel.billing.rules import CLASSES, payer_rules, placed, service_lines
from finmodel.billing.sandbox import Cancelled, Limits, Reader, ask

__all__ = ["Cancelled", "Choices", "Exported", "Header", "Heading", "headers", "ingest", "mapped", "read_header"]


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


@dataclass(frozen=True)
class Exported:
    """What came of the files: aggregates, names of payers and sites by their keys, how each file was read, control totals."""

    headings: tuple[Heading, ...]
    found: Aggregates
    meanings: Mapping[str, Meanings]
    rows: Mapping[str, int]
    control: Mapping[str, int]
    sites: Mapping[int | None, str]
    decisions: Mapping[str, tuple[str, ...]]


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
        try:
            found.append(Heading(one.path, one.path.name, one.written, layout_of(
                one.columns, one.path.name, choices.corrections, choices.memory, {*choices.assumed, *set().union(*joined)})))
        except BadInput as error:
            faults += error.faults
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


def ingest(headings: Sequence[Heading], choices: Choices, progress: Callable[[str, float], None] = lambda _, __: None,
           cancelled: Callable[[], bool] = lambda: False) -> Exported:
    """Read the files and net them; nothing but aggregates is left when this returns.

    Raises:
        BadInput: with everything that is wrong with the files.
        Cancelled: when the user asked to stop.
    """
    secret = secrets.token_bytes(32)
    given = Given(choices.dates, choices.decimal_mark, payer_rules(choices.rules_file))
    profiles = {}
    key_parts = _key_parts(headings)
    with Reader(choices.limits, cancelled) as reader, _private_folder() as folder:
        for number, heading in enumerate(headings):
            progress(f"reading the values of {heading.file}", 0.4 * number / len(headings))
            profiles[number] = reader.ask("profile", heading.path, heading.file, columns=dict(heading.layout.columns))
            if not profiles[number]["rows"]:
                raise BadInput([Fault(heading.file, "", "the file has a header and no rows; export it again")])
        meanings = _meanings(headings, profiles, given, secret, reader)
        for number, heading in enumerate(headings):
            progress(f"reading the rows of {heading.file}", 0.4 + 0.3 * number / len(headings))
            reader.ask("convert", heading.path, heading.file, columns=dict(heading.layout.columns), key_parts=key_parts,
                       meanings=meanings[heading.layout.fingerprint].tables, assumed=_assumed(choices, given, secret),
                       secret=secret.hex(), number=number, out=str(folder / f"{number}.parquet"),
                       memory=choices.limits.engine_memory)
        found = _aggregated(folder, headings, key_parts, choices, progress, cancelled)
    if choices.memory:
        for heading in headings:
            remember(heading.layout, choices.memory)
    return _exported(headings, profiles, meanings, found)


def _meanings(headings: Sequence[Heading], profiles: Mapping[int, Mapping[str, Any]], given: Given, secret: bytes,
              reader: Reader) -> dict[str, Meanings]:
    """Decided once for all files with the same header, so that a file split in two is read as one."""
    found: dict[str, Meanings] = {}
    faults: list[Fault] = []
    for heading in headings:
        columns = heading.layout.columns
        if heading.layout.fingerprint in found:
            continue
        alike = [number for number, other in enumerate(headings) if other.layout.fingerprint == heading.layout.fingerprint]
        counts: dict[str, Counter[str]] = {}
        for number in alike:
            for concept, values in profiles[number]["counts"].items():
                counts.setdefault(concept, Counter()).update(values)
        decided = found[heading.layout.fingerprint] = meanings_of(columns, counts, given, secret)
        for number in alike:
            def rows_of(concept: str, values: list[str], path: Path = headings[number].path, file: str = headings[number].file,
                        columns: Mapping[str, str] = columns) -> list[int]:
                answer = reader.ask("locate", path, file, columns=dict(columns), concept=concept, values=values)
                located: list[int] = answer["rows"]
                return located

            faults += faults_located(decided, columns, headings[number].file, rows_of)
    if faults:
        raise BadInput(faults)
    return found


def _key_parts(headings: Sequence[Heading]) -> list[str]:
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
                                  "no column that all files have tells which rows belong together (claim, account, "
                                                            "accession or patient); name it with --map COLUMN=claim")])
        return []
    has_modifiers = all("modifier_1" in heading.layout.columns for heading in headings)
    return [*identities, "service_date", "code", *(["line"] if "line" in shared else ["modifiers"] if has_modifiers else [])]


def _assumed(choices: Choices, given: Given, secret: bytes) -> dict[str, Any]:
    """What holds for every row, in the terms of the ledger.

    Raises:
        BadInput: when a value means nothing.
    """
    assumed: Mapping[str, str] = choices.assumed
    found: dict[str, Any] = {}
    if "payer" in assumed:
        placement = placed(assumed["payer"], "payer", given.rules)
        found["class_of_payer"] = CLASSES.index(placement.payer_class if placement else "other")
        found["payer"] = party_key(assumed["payer"], secret)
    if "place_of_service" in assumed:
        if assumed["place_of_service"] not in service_lines().setting_of_place:
            raise BadInput([Fault("--assume", "place_of_service",
                                  "is no place of service that is an inpatient, emergency, outpatient or "
                                                                  "imaging center setting; write its two digits, such as 22")])
        found["place_of_service"] = assumed["place_of_service"]
    return found


@contextlib.contextmanager
def _private_folder() -> Iterator[Path]:
    """A folder that only this user can enter, removed with all that is in it."""
    with tempfile.TemporaryDirectory(prefix="finmodel-billing-") as name:
        yield Path(name)


def _aggregated(folder: Path, headings: Sequence[Heading], key_parts: Sequence[str], choices: Choices,
                progress: Callable[[str, float], None], cancelled: Callable[[], bool]) -> Aggregates:
    import duckdb

    done = iter((0.7, 0.75, 0.85, 0.9, 0.95, 1.0))

    def step(words: str) -> None:
        if cancelled():
            raise Cancelled
        progress(words, next(done, 1.0))

    columns = [heading.layout.columns for heading in headings]
    key = next((f"{one}_key" for one in ("patient", "claim") if all(one in each for each in columns)), None)
    with duckdb.connect(config={"memory_limit": choices.engine_memory, "threads": 2, "temp_directory": str(folder / "spill"),
                                "preserve_insertion_order": False, "autoinstall_known_extensions": False,
                                "autoload_known_extensions": False}) as connection:
        connection.execute("SET enable_progress_bar = false")
        ledger = connection.read_parquet(str(folder / "*.parquet"))
        return aggregates(ledger, is_row_per_service=not any(part in KEYS for part in key_parts), patient_key=key, progress=step)


def _exported(headings: Sequence[Heading], profiles: Mapping[int, Mapping[str, Any]], meanings: Mapping[str, Meanings],
              found: Aggregates) -> Exported:
    control: Counter[str] = Counter()
    for decided in meanings.values():
        slots = sum(amount for measure, amount in decided.control.items() if measure.startswith("adjustment_"))
        for measure in ("charge", "allowed", "paid", "adjustment"):
            amount = decided.control.get(measure, 0) + (slots if measure == "adjustment" else 0)
            control[measure] += -amount if measure in decided.turned else amount
    sites: dict[int | None, str] = {None: "All sites"}
    for decided in meanings.values():
        sites.update({key: name or "Site not named" for key, name in decided.sites.items()})
    return Exported(tuple(headings), found, meanings,
                    {heading.file: profiles[number]["rows"] for number, heading in enumerate(headings)},
                    control, sites, {heading.file: (heading.written, *meanings[heading.layout.fingerprint].decisions)
                                     for heading in headings})
