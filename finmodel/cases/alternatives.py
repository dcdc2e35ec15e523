"""The hospital's alternatives become input arrays."""

from collections.abc import Mapping

from finmodel.assumptions.alternatives import Alternative
from finmodel.cases.placed import PREFIXES, Placer


def place_alternatives(placer: Placer, alternatives: Mapping[str, Alternative]) -> None:
    """Lay the alternatives on arrays, one row each."""
    placer.table("alternatives", alternatives)
    placer.keyed("alternatives", "alternatives", Alternative, alternatives)
    for name, values in (("collected_by_is_operator", [one.collected_by == "operator" for one in alternatives.values()]),
                         ("keeps_existing_payments", [one.keeps_existing_payments for one in alternatives.values()])):
        placer.structure(PREFIXES["alternatives"] + name, "alternatives", values)
