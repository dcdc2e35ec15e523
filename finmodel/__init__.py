"""Hospital contract financial modeling for radiology groups."""

__version__ = "0.1.0"

from finmodel.assumptions import BadInput, Practice, Quantity, Scenario, load_practice, load_scenario
from finmodel.cases import apply_scenarios, assume, changed
from finmodel.explain import explain
from finmodel.model import Result, assemble_model, evaluate

__all__ = ["BadInput", "Practice", "Quantity", "Result", "Scenario", "apply_scenarios", "assemble_model", "assume", "changed",
           "evaluate", "explain", "load_practice", "load_scenario"]
