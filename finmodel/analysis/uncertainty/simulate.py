"""Many futures of one practice under its proposals: the budget held, what is uncertain drawn, the same lines run on all cases."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np

from finmodel.analysis.uncertainty.simulator import Simulator
from finmodel.analysis.uncertainty.streams import Method
from finmodel.assumptions import BadInput, Fault
from finmodel.assumptions.uncertainty import Uncertainty
from finmodel.cases import Assumptions
from finmodel.engine import Array
from finmodel.model import Result

# Draws come in as many independent replicates; how far these differ gives the standard error of every figure.
REPLICATES = 16
MOST_DRAWS = 2**20
# Small enough for the rows of a piece to stay near the processor, large enough to make the calls worth it.
PIECE = 2_048

@dataclass(frozen=True)
class Simulated:
    """The draws of a run: for each line asked for an array (year, case), and what each driver moves by, (year, case)."""

    years: tuple[int, ...]
    lines: Mapping[str, Array]
    drivers: Mapping[str, Array]
    base: Result

    @property
    def count(self) -> int:
        """How many futures were drawn."""
        return int(next(iter(self.lines.values())).shape[1])


def simulate(assumptions: Assumptions, uncertainty: Uncertainty, lines: Sequence[str], *, count: int, seed: int = 1,
             method: Method = "sobol", piece: int = PIECE, processes: int = 1,
             progress: Callable[[float], None] | None = None) -> Simulated:
    """Draw futures and run the lines asked for on them, with the base run as the budget of every proposal.

    ``progress`` is told the share done after each piece; what it raises ends the run. The result is the same whatever the size
    of a piece and the number of processes.

    Raises:
        BadInput: when the count or a driver is impossible.
    """
    _see_that_count_is_possible(count)
    simulator = Simulator(assumptions, uncertainty, lines)
    each = -(-count // REPLICATES)
    # Pieces of the same size: a small last one would take as many calls as a whole one.
    size = -(-each // -(-each // piece))
    pieces = [(seed, replicate, start, min(size, each - start), method)
              for replicate in range(REPLICATES) for start in range(0, each, size)]
    years = len(simulator.base.years)
    found = {name: np.empty((years, REPLICATES * each)) for name in lines}
    drivers = {name: np.empty((years - 1, REPLICATES * each)) for name in uncertainty.drivers}
    for done, (one, (values, drawn)) in enumerate(zip(pieces, _run(simulator, assumptions, pieces, processes), strict=True), 1):
        at = slice(one[1] * each + one[2], one[1] * each + one[2] + one[3])
        for name, array in values.items():
            found[name][:, at] = array
        for name, array in drawn.items():
            drivers[name][:, at] = array
        if progress:
            progress(done / len(pieces))
    return Simulated(simulator.base.years, found, drivers, simulator.base)


def _see_that_count_is_possible(count: int) -> None:
    if not REPLICATES <= count <= MOST_DRAWS:
        raise BadInput([Fault("draws", str(count), f"draw at least {REPLICATES} and at most {MOST_DRAWS:,} futures")])


Piece = tuple[int, int, int, int, Method]
_of_this_process: list[Simulator] = []


def _run(simulator: Simulator, assumptions: Assumptions, pieces: Sequence[Piece],
         processes: int) -> Iterator[tuple[dict[str, Array], dict[str, Array]]]:
    if processes == 1:
        yield from (simulator.piece(*one) for one in pieces)
        return
    given = (assumptions, simulator.uncertainty, simulator.lines)
    with ProcessPoolExecutor(processes, initializer=_start, initargs=given) as pool:
        try:
            yield from pool.map(_piece, pieces, chunksize=4)
        finally:
            pool.shutdown(cancel_futures=True)


def _start(assumptions: Assumptions, uncertainty: Uncertainty, lines: Sequence[str]) -> None:
    _of_this_process.append(Simulator(assumptions, uncertainty, lines))


def _piece(one: Piece) -> tuple[dict[str, Array], dict[str, Array]]:
    return _of_this_process[0].piece(*one)
