"""Billing exports that a visitor brought: copies in a folder of their own, headers, and the process that reads them."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, BinaryIO, cast

from finmodel.assumptions import BadInput, Fault
from finmodel.billing.headings import Header, read_header
from finmodel.billing.sandbox import Limits

ENDED = Fault("the files", "", "the process that reads them has ended; bring them again")
SECONDS_TO_END = 10.0
SECONDS_BETWEEN_LOOKS = 30.0
# Whoever lost the connection for a moment comes back sooner.
LOOKS_IN_VAIN = 6


@dataclass
class Progress:
    """How far the process is with what it was asked last, and what came of it."""

    told: str = ""
    share: float = 0.0
    answer: Mapping[str, Any] | None = None
    over: threading.Event = field(default_factory=threading.Event)


class Intake:
    """The exports of one visitor; everything of them is gone when this is closed, forgotten, or its server ends."""

    def __init__(self, named: Sequence[Header] = ()) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="finmodel-import-"))
        # What reads the files keeps its own copies below the folder too, so that they go with it.
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "finmodel.ui.billing_worker", str(self.folder)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, "TMPDIR": str(self.folder)})
        self._finalizer = weakref.finalize(self, _end, self._process, self.folder)
        self.headers = list(named)

    def add_copy(self, name: str, content: bytes) -> None:
        """Keep a file that was dropped in, as long as this is open.

        Raises:
            BadInput: when it is no billing export, or one of this name is here.
        """
        place = Path(tempfile.mkdtemp(dir=self.folder))
        path = place / (PurePath(name.replace("\\", "/")).name[-120:] or "export")
        path.write_bytes(content)
        try:
            self.add(path)
        except BadInput:
            shutil.rmtree(place)
            raise

    def add(self, path: Path) -> None:
        """Take in a file of this machine, where it stands.

        Raises:
            BadInput: when it is no billing export, or one of this name is here.
        """
        if any(one.path.name == path.name for one in self.headers):
            raise BadInput([Fault(path.name, "", "a file of this name is here already; give it another name if both are wanted")])
        self.headers.append(read_header(path, Limits()))

    def remove(self, header: Header) -> None:
        """Take a file out again; its copy is removed."""
        self.headers.remove(header)
        if header.path.is_relative_to(self.folder):
            shutil.rmtree(header.path.parent, ignore_errors=True)

    def named(self) -> list[Header]:
        """The files that stand elsewhere, where their paths say."""
        return [one for one in self.headers if not one.path.is_relative_to(self.folder)]

    def remove_all(self) -> None:
        """Take out every file."""
        for header in list(self.headers):
            self.remove(header)

    def ask(self, **question: Any) -> Progress:
        """Put a question to the process; how far it is can be seen from what this returns."""
        progress = Progress()
        try:
            stdin = cast("BinaryIO", self._process.stdin)
            stdin.write(json.dumps(question).encode() + b"\n")
            stdin.flush()
        except OSError:
            progress.answer = ended()
            progress.over.set()
            return progress
        threading.Thread(target=_follow, args=(cast("BinaryIO", self._process.stdout), progress), daemon=True).start()
        return progress

    def close(self) -> None:
        """End the process and remove the folder."""
        self._finalizer()

    def close_when_left(self, is_here: Callable[[], bool]) -> None:
        """Close this some minutes after the visitor has gone: the server keeps what a closed window held for long."""
        threading.Thread(target=_watch, args=(self._finalizer, is_here), daemon=True).start()


def ended() -> Mapping[str, Any]:
    """The answer of a process that is no more."""
    return {"faults": [[ENDED.file, ENDED.key, ENDED.reason]]}


def _follow(answers: BinaryIO, progress: Progress) -> None:
    """Take in how far the process is until it answers."""
    try:
        for line in answers:
            message = json.loads(line)
            if "told" not in message:
                progress.answer = message
                return
            progress.told, progress.share = message["told"], message["share"]
    except (OSError, ValueError):
        pass
    finally:
        progress.answer = progress.answer or ended()
        progress.over.set()


def _watch(finalizer: "weakref.finalize[[], Intake]", is_here: Callable[[], bool]) -> None:
    """Look again and again whether the visitor is there; end when that was in vain several times."""
    in_vain = 0
    while finalizer.alive and in_vain < LOOKS_IN_VAIN:
        time.sleep(SECONDS_BETWEEN_LOOKS)
        in_vain = 0 if is_here() else in_vain + 1
    finalizer()


def _end(process: "subprocess.Popen[bytes]", folder: Path) -> None:
    """Let the process end by itself, so that what it started ends too; then nothing of its folder is left."""
    with suppress(OSError):
        cast("BinaryIO", process.stdin).close()
    threading.Thread(target=_wait_and_remove, args=(process, folder)).start()


def _wait_and_remove(process: "subprocess.Popen[bytes]", folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    try:
        process.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    shutil.rmtree(folder, ignore_errors=True)
