"""Practice, proposals and scenarios become input arrays."""

from finmodel.cases.assumptions import Assumptions, Changed, apply_scenarios, assume, cautions, changed
from finmodel.cases.place import SETTINGS, months_in_force, place, work_rvu_level
from finmodel.cases.placed import Input, Placed

__all__ = ["SETTINGS", "Assumptions", "Changed", "Input", "Placed", "apply_scenarios", "assume", "cautions", "changed",
           "months_in_force", "place", "work_rvu_level"]
