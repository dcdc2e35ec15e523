"""A process of its own for simulations, so that whoever asks for one keeps nobody else waiting: jobs come in, reports go out.

Jobs and reports are pickled on the standard streams between two processes of one program; nothing else is ever read there.
"""

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from finmodel.analysis.sobol import Indices, sobol
from finmodel.analysis.uncertainty.outlook import Outlook, outlook
from finmodel.analysis.uncertainty.parties import lines_needed
from finmodel.analysis.uncertainty.simulate import simulate
from finmodel.assumptions import BadInput, Fault
from finmodel.assumptions.uncertainty import Uncertainty
from finmodel.cases import Assumptions

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Job:
    """What is to be drawn; the answer is the same whatever process finds it."""

    assumptions: Assumptions
    uncertainty: Uncertainty
    count: int
    seed: int


@dataclass(frozen=True)
class Simulation(Job):
    """What each party gets in many futures."""

    def answer(self, progress: Progress) -> Outlook:
        """Draw the futures."""
        simulated = simulate(self.assumptions, self.uncertainty, lines_needed(self.assumptions.proposals), count=self.count,
                             seed=self.seed, progress=progress)
        return outlook(simulated, self.uncertainty)


@dataclass(frozen=True)
class Decomposition(Job):
    """Which part of the deficit's variance each driver makes, alone and with the others."""

    def answer(self, progress: Progress) -> Mapping[str, Indices]:
        """Draw the futures."""
        return sobol(self.assumptions, self.uncertainty, count=self.count, seed=self.seed, progress=progress)


@dataclass(frozen=True)
class Found:
    """The answer to a job."""

    answer: Outlook | Mapping[str, Indices]


@dataclass(frozen=True)
class Refused:
    """Why a job cannot be done."""

    faults: tuple[Fault, ...]


# The share done, or at last what was found.
Report = float | Found | Refused


def done(job: Simulation | Decomposition, reports: BinaryIO) -> Found | Refused:
    """The answer to a job; the share done is reported meanwhile."""
    try:
        return Found(job.answer(lambda share: report(share, reports)))
    except BadInput as error:
        return Refused(tuple(error.faults))


def report(what: Report, reports: BinaryIO) -> None:
    """Send a report at once."""
    pickle.dump(what, reports)
    reports.flush()


def serve(jobs: BinaryIO, reports: BinaryIO) -> None:
    """Do one job after the other until no more can come."""
    while True:
        try:
            job = pickle.load(jobs)  # noqa: S301 - from the process that started this one
        except EOFError:
            return
        report(done(job, reports), reports)
