"""Simulations under way and done, of everybody who uses this server: each runs in a process beside it and can be cancelled."""

import os
import subprocess
import sys
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, BinaryIO, cast

from finmodel.analysis.uncertainty.worker import Job, Report, received, send
from finmodel.assumptions import Fault

AT_ONCE = 2
KEPT = 64
ENDED = Fault("simulation", "", "the process that drew the futures has ended; draw them again")


class Run:
    """One simulation: how much of it is done, and at last what was found or why nothing was."""

    def __init__(self) -> None:
        self.share = 0.0
        self.found: Any = None
        self.faults: tuple[Fault, ...] = ()
        self.wanted_by: set[str] = set()
        self.is_cancelled = False
        self.over = threading.Event()
        self.process: subprocess.Popen[bytes] | None = None


class Runs:
    """The simulations of this server by their jobs: the full text of everything that goes into them."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._runs: OrderedDict[Job, Run] = OrderedDict()
        self._idle: list[subprocess.Popen[bytes]] = []
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="simulation")

    def warm_up(self) -> None:
        """Start a process before anybody asks: it takes seconds to load what draws."""
        with self._lock:
            self._idle.append(_started())

    def asked(self, job: Job, session: str) -> Run:
        """The simulation of a job: the one there is, or a new one; a session wants one at a time."""
        with self._lock:
            run = self._runs.get(job)
            is_new = run is None or run.is_cancelled
            if run is None or is_new:
                run = self._runs[job] = Run()
            self._runs.move_to_end(job)
            for other in self._runs.values():
                if other is not run:
                    self._leave(other, session)
            run.wanted_by.add(session)
            while len(self._runs) > KEPT:
                self._cancel(self._runs.popitem(last=False)[1])
        if is_new:
            self._threads.submit(self._do, run, job)
        return run

    def cancel(self, run: Run, session: str) -> None:
        """No longer want a simulation; it ends when nobody else wants it."""
        with self._lock:
            self._leave(run, session)

    def _leave(self, run: Run, session: str) -> None:
        if session in run.wanted_by:
            run.wanted_by.discard(session)
            if not run.wanted_by:
                self._cancel(run)

    def _cancel(self, run: Run) -> None:
        if not run.over.is_set():
            run.is_cancelled = True
            if run.process:
                run.process.kill()

    def _do(self, run: Run, job: Job) -> None:
        """Have a process do a job; runs in a thread that only waits."""
        with self._lock:
            process = None if run.is_cancelled else (self._idle.pop() if self._idle else _started())
            run.process = process
        try:
            if process:
                self._follow(run, job, process)
        except (EOFError, OSError, ValueError):
            pass
        finally:
            self._put_back(run, process)

    @staticmethod
    def _follow(run: Run, job: Job, process: subprocess.Popen[bytes]) -> None:
        into, out = cast("BinaryIO", process.stdin), cast("BinaryIO", process.stdout)
        send(job, into)
        while run.found is None and not run.faults:
            report = received(Report, out)
            run.share, run.found, run.faults = report.share, report.found, report.faults

    def _put_back(self, run: Run, process: subprocess.Popen[bytes] | None) -> None:
        with self._lock:
            run.process = None
            if not (run.found or run.faults or run.is_cancelled):
                run.faults = (ENDED,)
            if process:
                if run.is_cancelled or ENDED in run.faults:
                    process.kill()
                    process.wait()
                else:
                    self._idle.append(process)
            run.over.set()


def _started() -> subprocess.Popen[bytes]:
    """A process that ends with this one: it reads until nothing can come any more."""
    # One thread of linear algebra each: several would wait for processors that the other users of this server need.
    settings = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen([sys.executable, "-m", "finmodel.analysis.uncertainty"], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=settings)


@cache
def runs() -> Runs:
    """The simulations of this server."""
    return Runs()
