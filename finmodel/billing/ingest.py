"""Billing exports into aggregates: headers are read and mapped, files read under limits, netted, priced and reconciled.

A page calls ``read_header`` and ``mapped`` to show the guess, and ``ingest`` with a callback for progress and one to cancel.
"""

import contextlib
import secrets
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finmodel.assumptions import BadInput, Fault
from finmodel.billing.engine import Aggregates, aggregates
from finmodel.billing.headings import Choices, Header, Heading, headers, key_parts_of, mapped, read_header
from finmodel.billing.layout import KEYS, is_remittance, remember
from finmodel.billing.ledger_checks import faults_together
from finmodel.billing.meanings import Given, Meanings, faults_located, meanings_of, unread_located
from finmodel.billing.parties import Numbers, number_of, numbered
from finmodel.billing.rules import CLASSES, payer_rules, placed, service_lines
from finmodel.billing.sandbox import Cancelled, Reader

__all__ = ["Cancelled", "Choices", "Exported", "Header", "Heading", "headers", "ingest", "mapped", "read_header"]


@dataclass(frozen=True)
class Exported:
    """What came of the files: aggregates, names of sites, how each file was read, what tells patients apart, control totals.

    ``rows`` and ``decisions`` are in the order of ``headings``: two files may have the same name.
    """

    headings: tuple[Heading, ...]
    found: Aggregates
    meanings: Mapping[str, Meanings]
    rows: tuple[int, ...]
    control: Mapping[str, int]
    sites: Mapping[int | None, str]
    told_apart: str | None
    decisions: tuple[tuple[str, ...], ...]


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
    key_parts = key_parts_of(headings)
    with Reader(choices.limits, cancelled) as reader, _private_folder() as folder:
        for number, heading in enumerate(headings):
            progress(f"reading the values of {heading.file}", 0.4 * number / len(headings))
            profiles[number] = reader.ask("profile", heading.path, heading.file, columns=dict(heading.layout.columns))
            if not profiles[number]["rows"]:
                raise BadInput([Fault(heading.file, "", "the file has a header and no rows; export it again")])
        numbers = numbered([text for one in profiles.values() for concept in ("payer", "site")
                            for text in one["counts"].get(concept, ())]
                           + [choices.assumed.get("payer", "")])
        meanings = _meanings(headings, profiles, given, numbers, reader)
        for number, heading in enumerate(headings):
            progress(f"reading the rows of {heading.file}", 0.4 + 0.3 * number / len(headings))
            reader.ask("convert", heading.path, heading.file, columns=dict(heading.layout.columns), key_parts=key_parts,
                       meanings=meanings[heading.layout.fingerprint].tables, assumed=_assumed(choices, given, numbers),
                       secret=secret.hex(), number=number, out=str(folder / f"{number}.parquet"),
                       memory=choices.limits.engine_memory)
        found = _aggregated(folder, headings, key_parts, choices, progress, cancelled)
    if choices.memory:
        for heading in headings:
            remember(heading.layout, choices.memory)
    return _exported(headings, profiles, meanings, found)


def _meanings(headings: Sequence[Heading], profiles: Mapping[int, Mapping[str, Any]], given: Given, numbers: Numbers,
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
        decided = found[heading.layout.fingerprint] = meanings_of(columns, counts, given, numbers)
        for number in alike:
            def rows_of(concept: str, values: list[str], path: Path = headings[number].path, file: str = headings[number].file,
                        columns: Mapping[str, str] = columns) -> list[int]:
                answer = reader.ask("locate", path, file, columns=dict(columns), concept=concept, values=values)
                located: list[int] = answer["rows"]
                return located

            faults += faults_located(decided, columns, headings[number].file, rows_of)
            decided.unread_rows += unread_located(decided, columns, number + 1, rows_of)
    if faults:
        raise BadInput(faults)
    return found


def _assumed(choices: Choices, given: Given, numbers: Numbers) -> dict[str, Any]:
    """What holds for every row, in the terms of the ledger.

    Raises:
        BadInput: when a value means nothing.
    """
    assumed: Mapping[str, str] = choices.assumed
    found: dict[str, Any] = {}
    if "payer" in assumed:
        placement = placed(assumed["payer"], "payer", given.rules)
        found["class_of_payer"] = CLASSES.index(placement.payer_class if placement else "other")
        found["payer"] = number_of(assumed["payer"], numbers)
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
    told_apart = _told_apart(headings)
    with duckdb.connect(config={"memory_limit": choices.engine_memory, "threads": 2, "temp_directory": str(folder / "spill"),
                                "preserve_insertion_order": False, "autoinstall_known_extensions": False,
                                "autoload_known_extensions": False}) as connection:
        connection.execute("SET enable_progress_bar = false")
        if faults := list(faults_together(connection, folder, headings, key_parts)):
            raise BadInput(faults)
        ledger = connection.read_parquet(str(folder / "*.parquet"))
        return aggregates(ledger, is_row_per_service=not any(part in KEYS for part in key_parts),
                          patient_key=f"{told_apart}_key" if told_apart else None, progress=step,
                          is_remittance=all(is_remittance(each) for each in columns if "charge" in each or "amount" in each))


def _told_apart(headings: Sequence[Heading]) -> str | None:
    """What is counted to find small groups: patients, or for want of their numbers claims, of which one patient has several."""
    return next((one for one in ("patient", "claim") if all(one in heading.layout.columns for heading in headings)), None)


def _exported(headings: Sequence[Heading], profiles: Mapping[int, Mapping[str, Any]], meanings: Mapping[str, Meanings],
              found: Aggregates) -> Exported:
    control: Counter[str] = Counter()
    for decided in meanings.values():
        slots = sum(amount for measure, amount in decided.control.items() if measure.startswith("adjustment_"))
        for measure in ("charge", "allowed", "paid", "adjustment"):
            amount = decided.control.get(measure, 0) + (slots if measure == "adjustment" else 0)
            control[measure] += -amount if measure in decided.turned else amount
    told_apart = _told_apart(headings)
    names = {key: name for decided in meanings.values() for key, name in decided.sites.items() if name}
    # Where patients cannot be counted, what stands for a site may be a single patient: numbers follow the order of names.
    sites: dict[int | None, str] = {None: "All sites"} | {
        key: "Site not named" for decided in meanings.values() for key in decided.sites} | {
        key: name if told_apart == "patient" else f"Site {position}"
        for position, (key, name) in enumerate(sorted(names.items()), 1)}
    return Exported(tuple(headings), found, meanings,
                    tuple(profiles[number]["rows"] for number in range(len(headings))), control, sites, told_apart,
                    tuple((heading.written, *meanings[heading.layout.fingerprint].decisions) for heading in headings))
