"""What each modifier does to Medicare's amount: a component, a share, a price by report, or nothing at all."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

LAYOUT = "CMS, record layout of the relative value file (RVU26A)"
MANUAL = "Medicare Claims Processing Manual, chapter 12"
Effect = Literal["component", "both_sides", "later_procedure", "technical_share", "by_report", "none"]
ONE = Decimal(1)


class Rule(NamedTuple):
    """What a modifier does, and where it says so."""

    effect: Effect
    source: str


RULES: dict[str, Rule] = {
    "26": Rule("component", f"{LAYOUT}, modifier: a row of its own"),
    "TC": Rule("component", f"{LAYOUT}, modifier: a row of its own"),
    "50": Rule("both_sides", f"{LAYOUT}, bilateral surgery: 150 % under indicator 1, each side in full under 3, else no more"),
    "51": Rule("later_procedure", f"{LAYOUT}, multiple procedure: 50 % under indicator 2; no effect on imaging"),
    "53": Rule("by_report", f"{LAYOUT}, modifier: a row of its own for four codes, else individual consideration"),
    "22": Rule("by_report", f"{MANUAL} § 20.4.6: more than the fee upon review of the records"),
    "52": Rule("by_report", f"{MANUAL} § 20.4.6: less than the fee upon review of the records, by no fixed share"),
    "FX": Rule("technical_share", "Social Security Act § 1848(b)(9)(A): 20 % less for the technical component of an X-ray film"),
    "FY": Rule("technical_share", "Social Security Act § 1848(b)(9)(B): computed radiography, 7 % less until 2022, then 10 %"),
    "CT": Rule("technical_share", "Social Security Act § 1834(p): 15 % less for CT on equipment below the NEMA standard"),
    **{name: Rule("by_report", f"{MANUAL} §§ 20.4 and 40: paid for a part of the service or a part in it")
       for name in ("54", "55", "56", "62", "66", "78", "80", "81", "82", "AS")},
    **{name: Rule("none", f"{MANUAL} § 30 and NCCI policy manual, chapter I: tells services apart, pays each")
       for name in ("59", "XE", "XP", "XS", "XU", "25", "57", "79")},
    **{name: Rule("none", f"{MANUAL} § 20.6: a repeated service is paid as the first") for name in ("76", "77")},
    **{name: Rule("none", f"{LAYOUT}, bilateral surgery: names the side of one service") for name in ("LT", "RT")},
    **{name: Rule("none", "HCPCS level II: who served and for what purpose; the fee is the same")
       for name in ("GC", "GG", "GH", "PI", "PS", "KX", "GA", "Q0", "Q1", "Q5", "Q6", "95", "GT", "33")},
}
BOTH_SIDES = {"1": Decimal("1.5"), "3": Decimal(2)}
LATER_PROCEDURE = {"2": Decimal("0.5")}
TECHNICAL_SHARES = {"FX": Decimal("0.80"), "CT": Decimal("0.85")}
COMPUTED_RADIOGRAPHY = {range(2018, 2023): Decimal("0.93"), range(2023, 2100): Decimal("0.90")}


def modifiers_of(text: str) -> tuple[str, ...]:
    """The modifiers of a cell, however they are joined: 26, "26,59", 26-RT, 26RT, 26.0."""
    parts = re.findall(r"[A-Z0-9]+", re.sub(r"\.0+$", "", text.strip().upper()))
    return tuple(pair for part in parts for pair in re.findall(r"..?", part))


def unknown_modifiers(modifiers: Sequence[str]) -> list[str]:
    """Those for which there is no rule here."""
    return [one for one in modifiers if one not in RULES]


def times_performed(modifiers: Sequence[str], bilateral: str) -> Decimal:
    """How often a service counts that was done on both sides, by its bilateral indicator."""
    return BOTH_SIDES.get(bilateral, ONE) if "50" in modifiers else ONE


def later_share(modifiers: Sequence[str], multiple_procedure: str) -> Decimal:
    """The share that is paid of a procedure marked as a later one; imaging is reduced by sessions instead."""
    return LATER_PROCEDURE.get(multiple_procedure, ONE) if "51" in modifiers else ONE


def technical_share(modifiers: Sequence[str], year: int) -> Decimal:
    """The share that is paid of the technical component of images from dated equipment."""
    share = ONE
    for one in modifiers:
        share *= TECHNICAL_SHARES.get(one, ONE)
    if "FY" in modifiers:
        share *= next((part for years, part in COMPUTED_RADIOGRAPHY.items() if year in years), ONE)
    return share


def is_by_report(modifiers: Sequence[str], row: str) -> bool:
    """Whether a contractor decides the amount; not where the row itself is that of the modifier."""
    return any(one in RULES and RULES[one].effect == "by_report" and one != row for one in modifiers)
