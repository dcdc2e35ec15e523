"""What amounts and units mean: decimal mark, sign, and the measure of each kind of transaction."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from finmodel.billing.conventions import cents_of, decimal_marks, is_blank, thousandths_of
from finmodel.billing.explaining import Counts, Given, Meanings
from finmodel.billing.layout import KIND_MARK, MONEY

# Words of a kind of transaction, the first that is found; reversals and refunds keep the measure they undo.
KINDS = (("adjustment", r"ADJ|WRITE|W/?O\b|DISCOUNT|CONTRACT|BAD DEBT|CHARITY|^A$"), ("allowed", r"ALLOW"),
         ("paid", r"PAY|PMT|RECEIPT|REFUND|RECOUP|TAKE ?BACK|DEPOSIT|CHECK|CASH|^P$"),
         ("charge", r"CHARGE|CHG|VOID|REBILL|SERVICE|^C$"))
TURNED = ("paid", "adjustment")


def decimal_mark(columns: Mapping[str, str], counts: Counts, given: Given, found: Meanings) -> Any:
    """The decimal mark of all amounts and units; None, and a fault, where it cannot be told."""
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


def explain_amounts(counts: Counts, mark: Any, found: Meanings) -> None:
    """Cents of every amount, thousandths of every number of units."""
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
