"""Which two characters are modifiers: those that price a service, and those of HCPCS level II, by name alone."""

import re

from finmodel.billing.modifiers import RULES

# The alphanumeric modifiers that CMS keeps in HCPCS level II, by their first character; CPT's are two digits.
LEVEL_TWO = {
    "A": "123456789ABDEFGHIJKMOPQRSTUVWXYZ", "B": "ALOPRU", "C": "ABCDEFGHIJKLMNOQRST", "D": "A", "E": "1234ABCDEJMPRTXY",
    "F": "123456789ABCPQRSTXY", "G": "0123456789ABCEFGHJKLMNOPQRSTUVWXYZ", "H": "9ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "J": "12345ABCDEGKLWZ",
    "K": "01234ABCDEFGHIJKLMNOPQRSTUVWXYZ", "L": "CDLMRSTU", "M": "2ABCDEFGHS", "N": "123BRU", "P": "123456ABCDILMNOST",
    "Q": "0123456789ACDEFGHJKLMNPQRSTWXYZ", "R": "ABCDEIRT", "S": "ABCDEFGHJKLMNQSTUVWYZ", "T": "123456789ABCDEFGHJKLMNPQRSTUVW",
    "U": "123456789ABCDEFGHJKNPQRS", "V": "123456789MP", "X": "12345EPSU", "Z": "ABC"}
DIGITS = {"22", "23", "24", "25", "26", "27", "32", "33", "47", "50", "51", "52", "53", "54", "55", "56", "57", "58", "59", "62",
          "63", "66", "73", "74", "76", "77", "78", "79", "80", "81", "82", "90", "91", "92", "93", "95", "96", "97", "99"}


def is_modifier(pair: str) -> bool:
    """Whether two characters are a modifier."""
    return pair in RULES or pair in DIGITS or (len(pair) == 2 and pair[1] in LEVEL_TWO.get(pair[0], ""))


def modifiers_in(text: str) -> tuple[tuple[str, ...], bool]:
    """The modifiers of a cell, and whether that is all it holds; of a cell with words in it there are none."""
    runs = re.findall(r"[^\W_]+", text.strip().upper().removesuffix(".0"))
    if not all(len(run) == 2 or _are_joined(run) for run in runs):
        return (), False
    pairs = [pair for run in runs for pair in _pairs(run)]
    return tuple(filter(is_modifier, pairs)), all(map(is_modifier, pairs))


def _pairs(run: str) -> list[str]:
    return [run[start:start + 2] for start in range(0, len(run), 2)]


def _are_joined(run: str) -> bool:
    """Whether a run is modifiers in a row, not a word: it has a digit, or every pair of it has a rule."""
    pairs = _pairs(run)
    return all(map(is_modifier, pairs)) and (any(map(str.isdigit, run)) or all(pair in RULES for pair in pairs))
