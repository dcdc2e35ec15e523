"""What moves a number most, and why two cases or two practices differ."""

from finmodel.analysis.compare import Cause, ChangedAssumption, Difference, causes, changed_assumptions, differences
from finmodel.analysis.practices import Entry, Headline, PracticeComparison, compare_practices
from finmodel.analysis.sensitivity import Lever, Mover, families, movers

__all__ = ["Cause", "ChangedAssumption", "Difference", "Entry", "Headline", "Lever", "Mover", "PracticeComparison", "causes",
           "changed_assumptions", "compare_practices", "differences", "families", "movers"]
