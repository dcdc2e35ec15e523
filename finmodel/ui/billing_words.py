"""What the page Import calls things: concepts of an export, faults without the shell's options, figures that may be missing."""

from collections.abc import Callable, Iterable

from finmodel.assumptions import Fault
from finmodel.assumptions.words import capitalized
from finmodel.format import NOT_AVAILABLE, money, number

CONCEPTS = {
    "code": "Procedure code", "service_date": "Date of service", "site": "Site", "place_of_service": "Place of service",
    "payer": "Payer", "charge": "Charge", "allowed": "Allowed amount", "paid": "Payment", "adjustment": "Adjustment",
    "claim": "Claim or account", "patient": "Patient number", "units": "Units", "modifier_1": "Modifier",
    **{f"modifier_{slot}": f"Modifier {slot}" for slot in (2, 3, 4)},
    "transaction": "Kind of transaction", "amount": "Amount of transaction",
    "adjustment_reason": "Adjustment reason", "financial_class": "Financial class", "payer_sequence": "Order of payers",
    "claim_status": "Claim status", "frequency": "Claim frequency", "posting_date": "Date posted", "deposit_date": "Date paid",
    "line": "Line of the claim", "accession": "Accession number",
    **{f"adjustment_{part}{slot}": f"Adjustment {slot}{words}" for slot in range(1, 6)
       for part, words in (("", ""), ("group_", ", group"), ("reason_", ", reason"))},
}
# Shown also where the file has no column for them; the others only where it has.
USUAL = ("code", "service_date", "site", "place_of_service", "payer", "charge", "allowed", "paid", "adjustment", "claim",
         "patient")
KEPT_AS_KEYS = {"claim", "line", "accession", "patient"}
EVIDENCE = {"name": "by its name", "remembered": "as chosen before", "given": "as chosen"}
MEASURES = {"charge": "Charges", "allowed": "Allowed amounts", "paid": "Payments", "adjustment": "Adjustments"}
KINDS = {"contractual": "Contractual write-off", "patient_responsibility": "Left to the patient",
         "coordination": "Between payers", "not_a_denial": "Other, no denial", "denial": "Denial",
         "without_reason": "No reason stated", "several": "Several kinds"}
MISSING = {
    "code": "No column holds procedure codes: choose it, or ask for an export that lists services, not claims or sums.",
    "service_date": "No column holds the date of service: choose it.",
    "charge": "No column holds amounts of money: choose at least one.",
    "transaction": "The amounts do not say whether they are charges or payments: choose the column that tells, or what they are.",
    "claim": "No column that all files have tells which rows belong together: choose claim, accession or patient number in each.",
}
# The options of the shell that answer what only a user knows.
OPTIONS = {"dates": "--dates", "decimal_mark": "--decimal"}


def asked_by(faults: Iterable[Fault]) -> set[str]:
    """The questions that a reader of the files has to answer: dates, decimal_mark, payer, place_of_service."""
    kept = list(faults)
    found = {name for fault in kept for name, option in OPTIONS.items() if option in fault.reason}
    return found | {fault.key for fault in kept if fault.key in {"payer", "place_of_service"} and "--assume" in fault.reason}


def is_question(fault: Fault) -> bool:
    """Whether an answer mends a fault."""
    return bool(asked_by([fault]))


def in_plain_words(fault: Fault) -> tuple[str, str]:
    """Where a fault is and what it is, without what is written in a shell."""
    reason = MISSING.get(fault.key) if "--map" in fault.reason else None
    return CONCEPTS.get(fault.key, fault.key) or "the file", reason or capitalized(without_options(fault.reason))


def without_options(reason: str) -> str:
    """A reason without the parts that name options of the shell."""
    return "; ".join(part for part in reason.split("; ") if "--" not in part) or reason


def shown(value: float | None, form: Callable[[float], str]) -> str:
    """A figure, or a dash where there is none or it would tell of few patients."""
    return NOT_AVAILABLE if value is None else form(value)


def cents(value: float) -> str:
    """Cents as money, to the cent."""
    return money(value / 100, 2)


def dollars_and_cents(value: float) -> str:
    """Dollars to the cent."""
    return money(value, 2)


def times(value: float) -> str:
    """A multiple of Medicare."""
    return f"{number(value, 2)} ×"
