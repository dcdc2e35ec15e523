"""What codes mean: procedures, modifiers, places, states of a claim, adjustment reasons; other text becomes nothing."""

import re

from finmodel.billing.conventions import is_blank
from finmodel.billing.explaining import Counts, Meanings, explain, note_unread
from finmodel.billing.layout import MODIFIERS
from finmodel.billing.modifier_names import modifiers_in
from finmodel.billing.rules import CODE, service_lines

SEQUENCES = {"1": 1, "19": 1, "P": 1, "PRIMARY": 1, "PRIM": 1, "2": 2, "20": 2, "S": 2, "SECONDARY": 2, "SEC": 2, "3": 3, "21": 3,
             "T": 3, "TERTIARY": 3, "TERT": 3}
DENIED = {"4", "DENIED", "DENIAL"}
GROUPS = {"CO": "CO", "CONTRACTUAL": "CO", "PR": "PR", "PATIENT_RESPONSIBILITY": "PR", "OA": "OA", "OTHER": "OA",
          "OTHER_ADJUSTMENT": "OA",
          "PI": "PI", "PAYER_INITIATED": "PI", "PAYOR_INITIATED": "PI", "CR": "CR", "CORRECTION": "CR"}
REASON = re.compile(r"(?:(CO|PR|OA|PI|CR)[ -]?)?([A-Z]?\d{1,3})", re.ASCII)


def explain_codes(counts: Counts, found: Meanings) -> None:
    """Procedure codes and modifiers."""
    def code(text: str) -> str | None:
        bare = text.strip().upper().removesuffix(".0")
        return bare if CODE.fullmatch(bare) else None

    explain(found, "code", "code", list(counts["code"]), code)
    note_unread(found, "code", list(counts["code"]))
    for concept in (one for one in MODIFIERS if one in counts):
        explain(found, concept, concept, list(counts[concept]), lambda text: " ".join(modifiers_in(text)[0]) or None)
        found.unread[concept] = frozenset(text for text in counts[concept] if not is_blank(text) and not modifiers_in(text)[1])


def explain_states(counts: Counts, found: Meanings) -> None:
    """Places of service, order of payers, denials, frequency of claims, adjustment reasons."""
    lines = service_lines()
    if "place_of_service" in counts:
        def place(text: str) -> str | None:
            bare = text.strip().upper().removesuffix(".0")
            bare = lines.place_of_words.get(bare, bare.zfill(2))
            return bare if bare in lines.setting_of_place else None

        explain(found, "place_of_service", "place_of_service", list(counts["place_of_service"]), place)
        note_unread(found, "place_of_service", list(counts["place_of_service"]))
    if "claim_status" in counts:
        explain(found, "sequence_of_status", "claim_status", list(counts["claim_status"]),
                   lambda text: SEQUENCES.get(text.upper(), 0))
        explain(found, "is_denied", "claim_status", list(counts["claim_status"]), lambda text: int(text.upper() in DENIED))
    if "payer_sequence" in counts:
        explain(found, "payer_sequence", "payer_sequence", list(counts["payer_sequence"]),
                lambda text: SEQUENCES.get(text.upper(), 0))
    if "frequency" in counts:
        explain(found, "frequency", "frequency", list(counts["frequency"]),
                   lambda text: int(text.removesuffix(".0")[-1]) if text.removesuffix(".0")[-1:].isdigit() else 1)
    for concept in counts:
        if concept.startswith("adjustment_group"):
            explain(found, concept, concept, list(counts[concept]), lambda text: GROUPS.get(text.upper().replace(" ", "_")))
        elif concept.startswith("adjustment_reason"):
            explain(found, concept, concept, list(counts[concept]), _reason)


def _reason(text: str) -> str | None:
    match = REASON.fullmatch(text.strip().upper().removesuffix(".0"))
    return "-".join(part for part in match.groups() if part) if match else None
