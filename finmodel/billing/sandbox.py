"""Foreign files are read in a process of their own, under limits: a hostile one ends that process, not the app."""

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from finmodel.assumptions import BadInput, Fault

POLLED_SECONDS = 0.05


class Cancelled(Exception):
    """The user asked to stop."""


@dataclass(frozen=True)
class Limits:
    """What reading one file may take."""

    memory_bytes: int = 3_000_000_000
    engine_memory: str = "1GB"
    seconds: float = 3_600.0
    seconds_for_header: float = 60.0


class Reader:
    """A reading process: asked about one file after another, ended when one breaks the limits, and begun again for the next."""

    def __init__(self, limits: Limits, cancelled: Callable[[], bool] = lambda: False) -> None:
        self._limits, self._cancelled = limits, cancelled
        self._child: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[bytes] = queue.Queue()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def ask(self, question: str, path: Path, file: str, **arguments: Any) -> dict[str, Any]:
        """What the reading process answers about a file.

        Raises:
            BadInput: when the file is refused, or breaks the limits.
            Cancelled: when the user asked to stop.
        """
        seconds = self._limits.seconds_for_header if question == "header" else self._limits.seconds
        try:
            answered = self._exchange({"ask": question, "path": str(path), **arguments}, seconds)
        except (TimeoutError, Cancelled) as stop:
            self._end()
            if isinstance(stop, Cancelled):
                raise
            raise BadInput([Fault(file, "", f"reading takes longer than {seconds:g} seconds; split the file, or export it as CSV")
                            ]) from None
        if answered is None:
            self._end()
            raise BadInput([Fault(file, "", f"reading needs more memory than the {self._limits.memory_bytes / 1e9:g} GB allowed; "
                                            "export it as CSV, or split it into smaller files")])
        if "refused" in answered:
            raise BadInput([Fault(file, "", answered["refused"])])
        found: dict[str, Any] = answered["found"]
        return found

    def _exchange(self, question: dict[str, Any], seconds: float) -> dict[str, Any] | None:
        """The answer; None where the process ended without one, as it does without memory."""
        child = self._child = self._child or self._begun()
        until = time.monotonic() + seconds
        # A question may be longer than a pipe holds.
        threading.Thread(target=_put, args=(child, json.dumps(question).encode() + b"\n"), daemon=True).start()
        while True:
            with contextlib.suppress(queue.Empty):
                answer = self._answers.get(timeout=POLLED_SECONDS)
                answered: dict[str, Any] | None = json.loads(answer) if answer else None
                return answered
            if self._cancelled():
                raise Cancelled
            if time.monotonic() > until:
                raise TimeoutError

    def _begun(self) -> "subprocess.Popen[bytes]":
        child = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "finmodel.billing.limited", str(self._limits.memory_bytes)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment())
        self._answers = queue.Queue()
        threading.Thread(target=_hear, args=(child, self._answers), daemon=True).start()
        return child

    def _end(self) -> None:
        if self._child:
            self._child.kill()
            self._child.wait()
            self._child = None


def ask(question: str, path: Path, file: str, limits: Limits, cancelled: Callable[[], bool] = lambda: False,
        **arguments: Any) -> dict[str, Any]:
    """What a reading process of its own answers to one question about a file."""
    with Reader(limits, cancelled) as reader:
        return reader.ask(question, path, file, **arguments)


def _environment() -> dict[str, str]:
    """The environment without anything the child does not need."""
    kept = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "HOME", "LANG", "TMPDIR", "SYSTEMROOT")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"OMP_NUM_THREADS": "2", "PYTHONSAFEPATH": "1"}


def _put(child: "subprocess.Popen[bytes]", question: bytes) -> None:
    """Put the question; a child that ended early does not want to hear it."""
    with contextlib.suppress(OSError, ValueError):
        if child.stdin:
            child.stdin.write(question)
            child.stdin.flush()


def _hear(child: "subprocess.Popen[bytes]", answers: "queue.Queue[bytes]") -> None:
    """Pass on each answer, and nothing once the child has ended."""
    if child.stdout:
        with child.stdout as stream:
            for answer in stream:
                answers.put(answer)
    answers.put(b"")
