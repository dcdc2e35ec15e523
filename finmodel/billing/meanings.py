"""What each value of a column means, decided from all values of all files with the same header; nothing ambiguous is guessed."""

import functools
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from finmodel.assumptions import BadInput, Fault
from finmodel.billing.conventions import (
    DateReading,
    cents_of,
    date_forms,
    date_of,
    decimal_marks,
    is_blank,
    order_of,
    thousandths_of,
    without_time,
)
from finmodel.billing.layout import DATES, KIND_MARK, MODIFIERS, MONEY
from finmodel.billing.rules import CLASSES, CODE, PayerRule, Placement, placed, service_lines

Counts = Mapping[str, Counter[str]]
Meaning = dict[str, Any]
SEQUENCES = {"1": 1, "19": 1, "P": 1, "PRIMARY": 1, "PRIM": 1, "2": 2, "20": 2, "S": 2, "SECONDARY": 2, "SEC": 2, "3": 3, "21": 3,
             "T": 3, "TERTIARY": 3, "TERT": 3}
DENIED = {"4", "DENIED", "DENIAL"}
GROUPS = {"CO": "CO", "CONTRACTUAL": "CO", "PR": "PR", "PATIENT_RESPONSIBILITY": "PR", "OA": "OA", "OTHER": "OA",
          "OTHER_ADJUSTMENT": "OA",
          "PI": "PI", "PAYER_INITIATED": "PI", "PAYOR_INITIATED": "PI", "CR": "CR", "CORRECTION": "CR"}
REASON = re.compile(r"(?:(CO|PR|OA|PI|CR)[ -]?)?([A-Z]?\d{1,3})", re.ASCII)
# Words of a kind of transaction, the first that is found; reversals and refunds keep the measure they undo.
KINDS = (("adjustment", r"ADJ|WRITE|W/?O\b|DISCOUNT|CONTRACT|BAD DEBT|CHARITY|^A$"), ("allowed", r"ALLOW"),
         ("paid", r"PAY|PMT|RECEIPT|REFUND|RECOUP|TAKE ?BACK|DEPOSIT|CHECK|CASH|^P$"),
         ("charge", r"CHARGE|CHG|VOID|REBILL|SERVICE|^C$"))
AMBIGUOUS = "may write month or day first, and the values do not tell which; say --dates month-first or --dates day-first"
MIXED = "writes dates in more than one way, so months and days cannot be told apart; export it with one form of dates"
TURNED = ("paid", "adjustment")


@dataclass
class Meanings:
    """Tables of meanings by name, how the files were read, who each payer and site is, and what was decided."""

    tables: dict[str, Meaning] = field(default_factory=dict)
    decisions: list[str] = field(default_factory=list)
    payers: dict[int, tuple[str, Placement]] = field(default_factory=dict)
    sites: dict[int, str] = field(default_factory=dict)
    control: dict[str, int] = field(default_factory=dict)
    turned: set[str] = field(default_factory=set)
    faults: list[tuple[str, frozenset[str], str]] = field(default_factory=list)


@dataclass(frozen=True)
class Given:
    """What a user has said of how files are written."""

    dates: str | None = None
    decimal_mark: str | None = None
    rules: tuple[PayerRule, ...] = ()


def meanings_of(columns: Mapping[str, str], counts: Counts, given: Given, secret: bytes) -> Meanings:
    """What each value of the columns means; faults hold the values that have no meaning, by concept."""
    found = Meanings()
    mark = _decimal_mark(columns, counts, given, found)
    if mark:
        _explain_amounts(counts, mark, found)
    _explain_dates(columns, counts, given, found)
    _explain_codes(counts, found)
    _explain_parties(counts, given, secret, found)
    _explain_states(counts, found)
    return found


def _explained(found: Meanings, name: str, column: str, texts: Sequence[str], meaning: Callable[[str], Any]) -> None:
    values = {text: meant for text in texts if (meant := meaning(text)) is not None}
    # A table needs a type even where no value means anything.
    found.tables[name] = {"column": column, "values": values or {"\0": ""}}


def _decimal_mark(columns: Mapping[str, str], counts: Counts, given: Given, found: Meanings) -> Any:
    if given.decimal_mark:
        return given.decimal_mark
    amounts = [concept for concept in (*MONEY, "units") if concept in counts]
    marks = decimal_marks(text for concept in amounts for text in counts[concept])
    if len(marks) > 1:
        found.faults.append((amounts[0], frozenset(),
                             f"whether {', '.join(columns[one] for one in amounts)} write decimals with a point "
                                                      "or a comma cannot be told; say --decimal point or --decimal comma"))
        return None
    if marks[0] == "comma":
        found.decisions.append("decimals are written with a comma")
    return marks[0]


def _explain_amounts(counts: Counts, mark: Any, found: Meanings) -> None:
    kinds = _kinds(counts, found)
    for concept in (one for one in (*MONEY, "units") if one in counts):
        read = thousandths_of if concept == "units" else cents_of
        values = {text: read(text, mark) for text in counts[concept] if not is_blank(text)}
        wrong = frozenset(text for text, value in values.items() if value is None)
        if wrong:
            found.faults.append((concept, wrong,
                                 "is no amount of whole cents; mend it, or remove the row" if concept != "units" else
                                 "is no number of units; mend it, or remove the row"))
        known = {text: value for text, value in values.items() if value is not None}
        if concept == "units":
            found.tables[concept] = {"column": concept, "values": known or {"\0": 0}}
        elif concept == "amount":
            for measure in dict.fromkeys(kinds.values()):
                joined = {text: known[text.partition(KIND_MARK)[2]] for text in counts["transaction_amount"]
                          if kinds.get(text.partition(KIND_MARK)[0]) == measure and text.partition(KIND_MARK)[2] in known}
                _explain_measure(measure, "transaction_amount", joined, counts["transaction_amount"], found)
        else:
            _explain_measure(concept, concept, known, counts[concept], found)


def _explain_measure(measure: str, column: str, values: Mapping[str, int], counts: Counter[str], found: Meanings) -> None:
    """The cents of each value, and the control total; what is paid or adjusted off counts as positive however it is written."""
    total = sum(value * counts[text] for text, value in values.items())
    found.control[measure] = found.control.get(measure, 0) + total
    sign = -1 if measure in TURNED and total < 0 else 1
    if sign < 0:
        found.turned.add(measure)
        found.decisions.append(f"{'payments' if measure == 'paid' else measure + 's'} have a minus sign, which is turned")
    found.tables[measure] = {"column": column, "values": {text: sign * value for text, value in values.items()} or {"\0": 0}}


def _kinds(counts: Counts, found: Meanings) -> dict[str, str]:
    """What each kind of transaction is by its words."""
    kinds = {text: next((kind for kind, words in KINDS if re.search(words, text.upper())), "")
             for text in counts.get("transaction", ())}
    unknown = frozenset(text for text, kind in kinds.items() if not kind)
    if unknown:
        found.faults.append(("transaction", unknown,
                             "is a kind of transaction that is neither charge, payment, adjustment nor allowed "
                                                     "amount by its words; use such words, or leave the row out"))
    return {text: kind for text, kind in kinds.items() if kind}


def _explain_dates(columns: Mapping[str, str], counts: Counts, given: Given, found: Meanings) -> None:
    readings = {concept: date_forms(counts[concept]) for concept in DATES if concept in counts}
    known = {order_of(one.forms[0]) for one in readings.values() if len(one.forms) == 1} - {""}
    order = given.dates or (known.pop() if len(known) == 1 else None)
    for concept, reading in readings.items():
        form = _form(reading, order, bool(given.dates))
        if reading.unreadable and not reading.forms and not reading.is_mixed:
            found.faults.append((concept, frozenset(), f"{columns[concept]} holds no date that can be read; is it the column?"))
            continue
        if (form is None and reading.forms) or reading.is_mixed:
            found.faults.append((concept, frozenset(), f"{columns[concept]} {MIXED if reading.is_mixed else AMBIGUOUS}"))
            continue
        if form and order_of(form):
            found.decisions.append(f"{columns[concept]}: {order_of(form).replace('-', ' ')}"
                                   + ("" if len(reading.forms) == 1 else ", as given" if given.dates
                                      else ", as in another date column"))
        _explained(found, concept, concept, list(counts[concept]), functools.partial(_iso, form))


def _iso(form: str | None, text: str) -> str | None:
    date = date_of(without_time(text), form) if form else None
    return date.isoformat() if date else None


def _form(reading: DateReading, order: str | None, is_given: bool) -> str | None:
    fitting = [form for form in reading.forms if order is None or order_of(form) in {"", order}]
    if is_given and reading.forms and not fitting:
        return None
    candidates = fitting or list(reading.forms)
    return candidates[0] if len(candidates) == 1 else None


def _explain_codes(counts: Counts, found: Meanings) -> None:
    def code(text: str) -> str | None:
        bare = text.strip().upper().removesuffix(".0")
        return bare if CODE.fullmatch(bare) else None

    _explained(found, "code", "code", list(counts["code"]), code)
    for concept in (one for one in MODIFIERS if one in counts):
        _explained(found, concept, concept, list(counts[concept]), lambda text: " ".join(_modifiers(text)) or None)


def _modifiers(text: str) -> list[str]:
    parts = re.split(r"[^A-Z0-9]+", text.strip().upper().removesuffix(".0"))
    pairs = [part[start:start + 2] for part in parts for start in range(0, len(part), 2)]
    return [pair for pair in pairs if re.fullmatch(r"[A-Z0-9]{2}", pair)]


def _explain_parties(counts: Counts, given: Given, secret: bytes, found: Meanings) -> None:
    if "financial_class" in counts:
        placements = {text: one for text in counts["financial_class"] if (one := placed(text, "financial_class", given.rules))}
        _explained(found, "class_of_financial_class", "financial_class", list(placements),
                   lambda text: CLASSES.index(placements[text].payer_class))
    if "payer" in counts:
        names = {text: placed(text, "payer", given.rules) or Placement("other", "no rule fits") for text in counts["payer"]}
        _explained(found, "class_of_payer", "payer", list(names), lambda text: CLASSES.index(names[text].payer_class))
        _explained(found, "payer", "payer", list(names), lambda text: party_key(text, secret))
        found.payers |= {party_key(text, secret): (_plain(text), placement) for text, placement in names.items()}
    if "site" in counts:
        _explained(found, "site", "site", list(counts["site"]), lambda text: party_key(text, secret))
        found.sites |= {party_key(text, secret): _plain(text) for text in counts["site"]}


def _plain(name: str) -> str:
    return " ".join(name.split())


def party_key(name: str, secret: bytes) -> int:
    """A number that stands for a payer or a site during one run, the same in every file."""
    return int.from_bytes(hashlib.blake2b(_plain(name).upper().encode(), key=secret[:64], digest_size=8).digest(), "big") >> 1


def _explain_states(counts: Counts, found: Meanings) -> None:
    lines = service_lines()
    if "place_of_service" in counts:
        def place(text: str) -> str | None:
            bare = text.strip().upper().removesuffix(".0")
            bare = lines.place_of_words.get(bare, bare.zfill(2))
            return bare if bare in lines.setting_of_place else None

        _explained(found, "place_of_service", "place_of_service", list(counts["place_of_service"]), place)
    if "claim_status" in counts:
        _explained(found, "sequence_of_status", "claim_status", list(counts["claim_status"]),
                   lambda text: SEQUENCES.get(text.upper(), 0))
        _explained(found, "is_denied", "claim_status", list(counts["claim_status"]), lambda text: int(text.upper() in DENIED))
    if "payer_sequence" in counts:
        _explained(found, "payer_sequence", "payer_sequence", list(counts["payer_sequence"]),
                   lambda text: SEQUENCES.get(text.upper()))
        found.tables["payer_sequence"]["values"].setdefault("\0", 0)
        found.tables["payer_sequence"]["values"] = {key: value or 0 for key, value in
                                                    found.tables["payer_sequence"]["values"].items()}
    if "frequency" in counts:
        _explained(found, "frequency", "frequency", list(counts["frequency"]),
                   lambda text: int(text.removesuffix(".0")[-1]) if text.removesuffix(".0")[-1:].isdigit() else 1)
    for concept in counts:
        if concept.startswith("adjustment_group"):
            _explained(found, concept, concept, list(counts[concept]), lambda text: GROUPS.get(text.upper().replace(" ", "_")))
        elif concept.startswith("adjustment_reason"):
            _explained(found, concept, concept, list(counts[concept]), _reason)


def _reason(text: str) -> str | None:
    match = REASON.fullmatch(text.strip().upper().removesuffix(".0"))
    return "-".join(part for part in match.groups() if part) if match else None


def faults_located(found: Meanings, columns: Mapping[str, str], file: str,
                   rows_of: Callable[[str, list[str]], list[int]]) -> Iterator[Fault]:
    """A fault for each row of a file whose value has no meaning: the row and the column, never the value."""
    for concept, values, reason in found.faults:
        if not values:
            yield Fault(file, columns[concept], reason)
        for row in rows_of(concept, sorted(values)) if values else ():
            yield Fault(file, f"row {row}, column {columns[concept]}", reason)


def see_that_understood(faults: Sequence[Fault]) -> None:
    """Go on only where everything has a meaning.

    Raises:
        BadInput: otherwise.
    """
    if faults:
        raise BadInput(faults)
