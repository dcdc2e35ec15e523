"""A process of its own for simulations, so that whoever asks for one keeps nobody else waiting: jobs come in, reports go out.

Each job and each report is a line of JSON on the standard streams, so that neither side can be made to run what the other sent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Literal, TypeVar

from finmodel.analysis.sobol import Indices, sobol
from finmodel.analysis.uncertainty.outlook import Outlook, outlook
from finmodel.analysis.uncertainty.parties import lines_needed
from finmodel.analysis.uncertainty.simulate import simulate
from finmodel.assumptions import BadInput, Fault
from finmodel.assumptions.files import parse_uncertainty
from finmodel.assumptions.json_text import as_json, from_json
from finmodel.cases import Written

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Job:
    """What is to be drawn, in full: the futures of the last case of a run, or which part of their variance each driver makes.

    The answer is the same whatever process finds it.
    """

    finds: Literal["outlook", "indices"]
    written: Written
    drivers: str
    count: int
    seed: int

    def answer(self, progress: Progress | None = None) -> Outlook | dict[str, Indices]:
        """Draw the futures.

        Raises:
            BadInput: when a text, a driver or the count is impossible.
        """
        assumptions = self.written.cases()[-1]
        uncertainty = parse_uncertainty(self.drivers.encode(), "the drivers")
        if self.finds == "indices":
            return sobol(assumptions, uncertainty, count=self.count, seed=self.seed, progress=progress)
        simulated = simulate(assumptions, uncertainty, lines_needed(assumptions.proposals), count=self.count, seed=self.seed,
                             progress=progress)
        return outlook(simulated, uncertainty)


@dataclass(frozen=True)
class Report:
    """How a job stands: the share done, and at last what was found, or why it cannot be done."""

    share: float = 0.0
    outlook: Outlook | None = None
    indices: dict[str, Indices] | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def found(self) -> Outlook | dict[str, Indices] | None:
        """The answer, once there is one."""
        return self.outlook or self.indices


Message = TypeVar("Message", Job, Report)


def send(what: Job | Report, to: BinaryIO) -> None:
    """Send a job or a report at once."""
    to.write(as_json(type(what), what).encode() + b"\n")
    to.flush()


def received(kind: type[Message], sent: BinaryIO) -> Message:
    """The next job or report.

    Raises:
        EOFError: when no more can come.
        ValueError: when something else came.
    """
    line = sent.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    found: Message = from_json(kind, line)
    return found


def done(job: Job, reports: BinaryIO) -> Report:
    """The answer to a job; the share done is reported meanwhile."""
    try:
        answer = job.answer(lambda share: send(Report(share), reports))
    except BadInput as error:
        return Report(faults=tuple(error.faults))
    return Report(1.0, outlook=answer) if isinstance(answer, Outlook) else Report(1.0, indices=answer)


def serve(jobs: BinaryIO, reports: BinaryIO) -> None:
    """Do one job after the other until no more can come."""
    while True:
        try:
            job = received(Job, jobs)
        except EOFError:
            return
        send(done(job, reports), reports)
