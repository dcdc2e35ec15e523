"""The process that reads billing exports for one visitor: rows stay in it and in its folder, and both end with whoever asked.

Each message is a line of JSON on the standard streams. When no more can come, the server has ended or nobody wants the files any
longer: the folder is removed.
"""

import json
import os
import queue
import shutil
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from finmodel.assumptions import BadInput, Fault, parse_practice
from finmodel.billing.fee_schedule_store import read_stored_fee_schedule
from finmodel.billing.headings import Choices, Header, mapped
from finmodel.billing.ingest import Cancelled, Exported, ingest
from finmodel.billing.practice_file import practice_text
from finmodel.billing.report import report

Message = Mapping[str, Any]
Tell = Callable[[Message], None]
POLITE = 5
# A window that was closed without a word is noticed late; what lies here must not wait for that.
FORGOTTEN_AFTER_SECONDS = 3_600.0
FAILED = Fault("the files", "", "reading them failed in a way that was not foreseen; nothing of them was kept")


@dataclass
class Reader:
    """What was read, and whether nobody wants it any more."""

    tell: Tell
    cancelled: threading.Event = field(default_factory=threading.Event)
    exported: Exported | None = None

    def answer(self, asked: Message) -> Message:
        """What was asked for, or why there is none."""
        try:
            return self._read(asked) if asked["do"] == "read" else self._report(asked)
        except BadInput as error:
            return {"faults": [[fault.file, fault.key, fault.reason] for fault in error.faults]}
        except Cancelled:
            return {}
        except Exception:  # noqa: BLE001 - its text may quote a value of a file
            return {"faults": [[FAILED.file, FAILED.key, FAILED.reason]]}

    def _read(self, asked: Message) -> Message:
        headers = [Header(Path(path), tuple(columns), written) for path, columns, written in asked["headers"]]
        choices = Choices(assumed=asked["assumed"], dates=asked["dates"], decimal_mark=asked["decimal_mark"])
        headings = mapped(headers, replace(choices, memory=Path(asked["memory"])))
        # Columns are remembered when they are chosen; what was only guessed is guessed again.
        found = ingest(headings, choices, lambda words, share: self.tell({"told": words, "share": share}), self.cancelled.is_set)
        self.exported = found
        counted = zip(found.found.cells["month"].to_pylist(), found.found.cells["set_aside"].to_pylist(), strict=True)
        months = {month for month, aside in counted if not aside}
        return {"months": {str(year): sum(month // 12 == year for month in months)
                           for year in sorted({month // 12 for month in months})}}

    def _report(self, asked: Message) -> Message:
        if self.exported is None:
            raise BadInput([FAILED])
        schedules = [read_stored_fee_schedule(Path(path)) for path in asked["schedules"]]
        found = report(self.exported, schedules, asked["name"], asked["year"])
        text = practice_text(found.practice)
        # What nobody could make a practice of is better refused here, with its reasons.
        parse_practice(text.encode(), "the practice")
        return {"document": found.document, "practice": text}


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer one question after the other until no more can come."""
    def tell(message: Message) -> None:
        answers.write(json.dumps(message).encode() + b"\n")
        answers.flush()

    reader = Reader(tell)
    asked: queue.Queue[Message | None] = queue.Queue()
    threading.Thread(target=_listen, args=(questions, asked, reader.cancelled), daemon=True).start()
    with suppress(queue.Empty):
        while message := asked.get(timeout=FORGOTTEN_AFTER_SECONDS):
            tell(reader.answer(message))


def _listen(questions: BinaryIO, asked: "queue.Queue[Message | None]", cancelled: threading.Event) -> None:
    """Take in questions; that no more can come is heard while one is being answered."""
    for line in questions:
        asked.put(json.loads(line))
    cancelled.set()
    asked.put(None)


def main(folder: Path) -> None:
    """Serve the standard streams, and take the folder away at the end."""
    with suppress(OSError, AttributeError):
        os.nice(POLITE)
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    try:
        with suppress(OSError):
            serve(sys.stdin.buffer, answers)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
