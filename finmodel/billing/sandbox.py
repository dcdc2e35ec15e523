"""Foreign files are read in a process of their own, under limits: a hostile one ends that process, not the app."""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

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


def ask(question: str, path: Path, file: str, limits: Limits, cancelled: Callable[[], bool] = lambda: False,
        **arguments: Any) -> dict[str, Any]:
    """What the reading process answers about a file.

    Raises:
        BadInput: when the file is refused, or breaks the limits.
        Cancelled: when the user asked to stop.
    """
    child = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "finmodel.billing.limited", str(limits.memory_bytes)], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, env=_environment())
    seconds = limits.seconds_for_header if question == "header" else limits.seconds
    try:
        answer = _exchange(child, json.dumps({"ask": question, "path": str(path), **arguments}), seconds, cancelled)
    except TimeoutError:
        raise BadInput([Fault(file, "",
                              f"reading takes longer than {seconds:g} seconds; split the file, or export it as CSV")]) from None
    finally:
        child.kill()
        child.wait()
    try:
        answered: dict[str, Any] = json.loads(answer)
    except ValueError:
        answered = {"refused": "MEMORY"}
    if "refused" in answered:
        reason = answered["refused"]
        if reason == "MEMORY":
            reason = (f"reading needs more memory than the {limits.memory_bytes / 1e9:g} GB allowed; export it as CSV, "
                      "or split it into smaller files")
        raise BadInput([Fault(file, "", reason)])
    found: dict[str, Any] = answered["found"]
    return found


def _environment() -> dict[str, str]:
    """The environment without anything the child does not need."""
    kept = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "HOME", "LANG", "TMPDIR", "SYSTEMROOT")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"OMP_NUM_THREADS": "2", "PYTHONSAFEPATH": "1"}


def _exchange(child: "subprocess.Popen[bytes]", question: str, seconds: float, cancelled: Callable[[], bool]) -> bytes:
    until = time.monotonic() + seconds
    stdin, child.stdin = child.stdin, None
    # A question may be longer than a pipe holds, and ``communicate`` forgets to put the rest of it after a timeout.
    threading.Thread(target=_put, args=(stdin, question.encode()), daemon=True).start()
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return child.communicate(timeout=POLLED_SECONDS)[0]
        if cancelled():
            raise Cancelled
        if time.monotonic() > until:
            raise TimeoutError


def _put(stream: IO[bytes] | None, question: bytes) -> None:
    """Put the question; a child that ended early does not want to hear it."""
    with contextlib.suppress(OSError):
        if stream:
            stream.write(question)
            stream.close()
