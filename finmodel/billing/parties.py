"""Who payers and sites are: a number for each, the class of a payer by rules."""

import hashlib

from finmodel.billing.explaining import Counts, Given, Meanings, explain
from finmodel.billing.rules import CLASSES, Placement, placed


def explain_parties(counts: Counts, given: Given, secret: bytes, found: Meanings) -> None:
    """Numbers and classes of payers, numbers of sites."""
    if "financial_class" in counts:
        placements = {text: one for text in counts["financial_class"] if (one := placed(text, "financial_class", given.rules))}
        explain(found, "class_of_financial_class", "financial_class", list(placements),
                   lambda text: CLASSES.index(placements[text].payer_class))
    if "payer" in counts:
        names = {text: placed(text, "payer", given.rules) or Placement("other", "no rule fits") for text in counts["payer"]}
        explain(found, "class_of_payer", "payer", list(names), lambda text: CLASSES.index(names[text].payer_class))
        explain(found, "payer", "payer", list(names), lambda text: party_key(text, secret))
        found.payers |= {party_key(text, secret): (_plain(text), placement) for text, placement in names.items()}
    if "site" in counts:
        explain(found, "site", "site", list(counts["site"]), lambda text: party_key(text, secret))
        found.sites |= {party_key(text, secret): _plain(text) for text in counts["site"]}


def _plain(name: str) -> str:
    return " ".join(name.split())


def party_key(name: str, secret: bytes) -> int:
    """A number that stands for a payer or a site during one run, the same in every file."""
    return int.from_bytes(hashlib.blake2b(_plain(name).upper().encode(), key=secret[:64], digest_size=8).digest(), "big") >> 1
