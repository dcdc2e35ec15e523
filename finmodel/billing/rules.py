"""The editable rules of billing: payers by class, codes by service line, places by setting, adjustment reasons by kind."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finmodel.assumptions import BadInput, Fault
from finmodel.assumptions.reading import SHIPPED, parse_document, read_file

# The position is the number in the ledger; 0 where neither a rule nor a column says anything.
CLASSES = ("unknown", "medicare", "medicare_advantage", "medicaid", "commercial", "self_pay", "workers_compensation", "other")
CLASS_LABELS = {"medicare": "Medicare", "medicare_advantage": "Medicare Advantage", "medicaid": "Medicaid",
                "commercial": "Commercial",
                "self_pay": "Self-pay", "workers_compensation": "Workers' compensation", "other": "Other"}
CODE = re.compile(r"\d{5}|[A-Z]\d{4}|\d{4}[A-Z]", re.ASCII)


@dataclass(frozen=True)
class PayerRule:
    """One rule: where its pattern is found, payers are of its class."""

    column: str
    pattern: re.Pattern[str]
    payer_class: str
    reason: str


@dataclass(frozen=True)
class Placement:
    """The class of a payer and why."""

    payer_class: str
    reason: str


@dataclass(frozen=True)
class Line:
    """A service line and the ranges of codes it holds."""

    key: str
    label: str
    ranges: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ServiceLines:
    """Service lines, settings of places, pairs of codes to compare, and kinds of adjustment reasons."""

    lines: tuple[Line, ...]
    setting_of_place: Mapping[str, str]
    place_of_words: Mapping[str, str]
    coding_pairs: tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...]
    kind_of_reason: Mapping[str, str]

    def line_of(self, code: str) -> str:
        """The key of the first line that holds a code."""
        return next(line.key for line in self.lines if any(first <= code <= last for first, last in line.ranges))


def payer_rules(path: Path | None = None) -> tuple[PayerRule, ...]:
    """The rules that class payers, those that ship unless a file is given.

    Raises:
        BadInput: with every fault of the file.
    """
    document, file = _document(path or SHIPPED / "payer_classes.toml")
    found, faults = [], []
    for position, rule in enumerate(document.get("rules", [])):
        where = f"rules.{position}"
        try:
            found.append(PayerRule(rule["column"], re.compile(rule["pattern"]), rule["class"], rule["reason"]))
        except (KeyError, TypeError):
            faults.append(Fault(file, where, "a rule has column, pattern, class and reason"))
            continue
        except re.error as error:
            faults.append(Fault(file, f"{where}.pattern", f"is no regular expression: {error}"))
            continue
        if found[-1].payer_class not in CLASSES[1:]:
            faults.append(Fault(file, f"{where}.class", f"is not one of {', '.join(CLASSES[1:])}"))
        if found[-1].column not in {"financial_class", "payer"}:
            faults.append(Fault(file, f"{where}.column", "is not one of financial_class, payer"))
    if not found and not faults:
        faults.append(Fault(file, "rules", "the file has no rules"))
    if faults:
        raise BadInput(faults)
    return tuple(found)


def placed(text: str, column: str, rules: tuple[PayerRule, ...]) -> Placement | None:
    """The class of a payer by the first rule of a column whose pattern is found; None where none fits."""
    plain = " ".join(text.upper().split())
    return next((Placement(rule.payer_class, rule.reason) for rule in rules if rule.column == column
                 and rule.pattern.search(plain)), None)


@functools.cache
def service_lines() -> ServiceLines:
    """The service lines, settings, pairs and reasons that ship."""
    document, _ = _document(SHIPPED / "service_lines.toml")
    lines = tuple(Line(one["key"], one["label"], tuple((part[:5], part[6:]) for part in one["ranges"]))
                  for one in document["lines"])
    return ServiceLines(lines, {place: setting for setting, places in document["places"].items() for place in places},
                        document["place_words"],
                        tuple((tuple(one["lesser"]), tuple(one["fuller"]), one["reason"]) for one in document["coding_pairs"]),
                        {number: kind for kind, numbers in document["reasons"].items() for number in numbers})


def _document(path: Path) -> tuple[dict[str, Any], str]:
    return parse_document(read_file(path, str(path)), str(path)), path.name
