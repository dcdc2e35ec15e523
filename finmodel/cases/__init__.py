"""Practice, proposals and scenarios become input arrays."""

from functools import lru_cache

from finmodel.cases.alternatives import place_alternatives
from finmodel.cases.assumptions import Assumptions, Changed, apply_scenarios, assume, cautions, changed, paths_moved
from finmodel.cases.contracts import place_proposals
from finmodel.cases.place import SETTINGS, months_in_force, place_practice, work_rvu_level
from finmodel.cases.placed import Input, Placed, Placer
from finmodel.cases.written import ADJUSTED, Written, assumed

__all__ = ["ADJUSTED", "SETTINGS", "Assumptions", "Changed", "Input", "Placed", "Placer", "Written", "apply_scenarios", "assume",
           "assumed", "cautions", "changed", "months_in_force", "paths_moved", "place", "place_with", "work_rvu_level"]


@lru_cache(maxsize=64)
def place(assumptions: Assumptions) -> Placed:
    """Lay one case's assumptions on the arrays that the lines read."""
    placer = Placer(assumptions)
    place_with(placer)
    return Placed(placer.years, placer.tables, placer.indices, placer.inputs)


def place_with(placer: Placer) -> None:
    """Have a placer lay everything that its assumptions hold."""
    place_practice(placer)
    place_proposals(placer, placer.assumptions.proposals)
    if placer.assumptions.proposals:
        place_alternatives(placer, placer.assumptions.alternatives)
