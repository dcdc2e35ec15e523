"""A process of its own for simulations, so that whoever asks for one keeps nobody else waiting: jobs come in, reports go out.

Jobs and reports are pickled on the standard streams between two processes of one program; nothing else is ever read there.
"""

import pickle
from dataclasses import dataclass
from typing import BinaryIO

from finmodel.analysis.uncertainty.outlook import Outlook, outlook
from finmodel.analysis.uncertainty.parties import lines_needed
from finmodel.analysis.uncertainty.simulate import simulate
from finmodel.assumptions import BadInput, Fault
from finmodel.assumptions.uncertainty import Uncertainty
from finmodel.cases import Assumptions


@dataclass(frozen=True)
class Job:
    """What is to be simulated; the result is the same whatever process does it."""

    assumptions: Assumptions
    uncertainty: Uncertainty
    count: int
    seed: int


@dataclass(frozen=True)
class Refused:
    """Why a job cannot be done."""

    faults: tuple[Fault, ...]


# The share done, or at last what was found.
Report = float | Outlook | Refused


def done(job: Job, reports: BinaryIO) -> Outlook | Refused:
    """The answer to a job; the share done is reported meanwhile."""
    try:
        simulated = simulate(job.assumptions, job.uncertainty, lines_needed(job.assumptions.proposals), count=job.count,
                             seed=job.seed, progress=lambda share: report(share, reports))
    except BadInput as error:
        return Refused(tuple(error.faults))
    return outlook(simulated, job.uncertainty)


def report(what: Report, reports: BinaryIO) -> None:
    """Send a report at once."""
    pickle.dump(what, reports)
    reports.flush()


def serve(jobs: BinaryIO, reports: BinaryIO) -> None:
    """Do one job after the other until no more can come."""
    while True:
        try:
            job: Job = pickle.load(jobs)  # noqa: S301 - from the process that started this one
        except EOFError:
            return
        report(done(job, reports), reports)
