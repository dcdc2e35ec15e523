"""What of the analyses goes into a packet: two movers of different sections, the levers that are shared, the checks."""

from collections.abc import Sequence

from finmodel.analysis.sensitivity import Lever, Mover
from finmodel.cases import Assumptions, paths_moved
from finmodel.model import Result
from finmodel.packet.policy import Policy


def checks_of(result: Result) -> tuple[tuple[str, bool], ...]:
    """Every integrity check by its label, and whether it passes."""
    failed = set(result.failed_checks())
    return tuple((one.label, name not in failed) for name, one in result.graph.lines.items() if one.unit == "check")


def pair_of(found: Sequence[Mover]) -> tuple[Mover, ...]:
    """The two assumptions of different sections that move the line most."""
    moving = [one for one in found if one.low < one.high and one.swing > 0.0]
    for other in moving[1:]:
        if other.path.partition(".")[0] != moving[0].path.partition(".")[0]:
            return moving[0], other
    return ()


def is_shared(lever: Lever, whole: Assumptions, policy: Policy) -> bool:
    """A lever tells how much stands behind it: it is shared when everything that it moves is."""
    moved = [path for path, _ in paths_moved(lever.change(lever.high), whole)]
    return all(policy.shares_path(path, whole.practice) for path in moved)
