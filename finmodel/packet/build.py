"""Builds the files of a packet, one after the other, each with a name of its own."""

import re
import secrets
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from finmodel.assumptions import BadInput, Fault
from finmodel.model import Result
from finmodel.packet.blocks import Packet
from finmodel.packet.documents import write_json, write_lines_csv, write_tables_csv
from finmodel.packet.lettering import all_seen
from finmodel.packet.pdf import write_pdf
from finmodel.packet.pictures import Pictures
from finmodel.packet.policy import Policy, projected, without_own_words
from finmodel.packet.slides import write_slides
from finmodel.packet.workbook import write_workbook

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Made:
    """A file of a packet: what it is, and where it lies."""

    label: str
    path: Path


def build(packet: Packet, result: Result, policy: Policy | None, into: Path, progress: Progress | None = None) -> list[Made]:
    """The PDF, workbook, slides, JSON and CSV of a packet in a folder; with a policy the workbook holds what that shares.

    All files are there or none is: each is written beside the folder's others first, and all move in together.

    Raises:
        BadInput: when nothing can be written there.
    """
    stem = f"{slug(packet.practice)}-{packet.audience}-{packet.made_on:%Y%m%d}-{secrets.token_hex(4)}"
    steps = list(_steps(all_seen(packet), result, policy))
    with room_in(into) as unfinished:
        written = []
        for at, (label, ending, write) in enumerate(steps):
            if progress:
                progress(at / len(steps), label)
            written.append(Made(label, Path(unfinished) / f"{stem}{ending}"))
            write(written[-1].path)
        made = [Made(one.label, one.path.rename(into / one.path.name)) for one in written]
    if progress:
        progress(1.0, "Done")
    return made


def room_in(folder: Path) -> tempfile.TemporaryDirectory[str]:
    """A passing folder within a folder, which is made where there is none.

    Raises:
        BadInput: when nothing can be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(prefix=".unfinished-", dir=folder)
    except OSError as error:
        raise BadInput([Fault("--out", str(folder), f"cannot be written ({error.strerror}); choose another folder")]) from None


def see_that_it_can_be_written(folder: Path) -> None:
    """Try a folder before anything is computed, and leave no trace of it.

    Raises:
        BadInput: when nothing can be written there.
    """
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    room_in(folder).cleanup()
    for one in missing:
        one.rmdir()


def _steps(packet: Packet, result: Result, policy: Policy | None) -> Iterator[tuple[str, str, Callable[[Path], object]]]:
    yield "PDF", ".pdf", lambda path: path.write_bytes(write_pdf(packet, Pictures()))
    yield "Workbook", ".xlsx", lambda path: _write_workbook(packet, result, policy, path)
    yield "Slides", ".pptx", lambda path: path.write_bytes(write_slides(packet))
    yield "Data (JSON)", ".json", lambda path: path.write_bytes(write_json(packet))
    yield "Tables (CSV)", "-tables.csv", lambda path: path.write_bytes(write_tables_csv(packet))
    yield "Lines (CSV)", "-lines.csv", lambda path: path.write_bytes(write_lines_csv(packet))


def _write_workbook(packet: Packet, result: Result, policy: Policy | None, path: Path) -> None:
    shared = projected(result, policy) if policy else None
    whole = without_own_words(result) if policy or packet.audience == "valuator" else result
    lines, paths = (shared.graph.lines, shared.assumptions[0].by_path) if shared else (None, None)
    write_workbook(path, whole, packet.sources, lines, paths, kept_back=_kept_back(result, policy) if policy else (),
                   title=f"{packet.title}, {packet.practice}", made=packet.made_on)


def _kept_back(result: Result, policy: Policy) -> set[str]:
    """The lines that stay out of the workbook though they follow from what is shared: withheld on purpose, or of people."""
    return {*policy.kept_back_lines(result), *(name for name, one in result.graph.lines.items() if one.table in policy.tables)}


def slug(text: str) -> str:
    """A name that is safe as a part of a file's."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40] or "practice"
