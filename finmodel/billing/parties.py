"""Who payers and sites are: a number for each, the class of a payer by rules."""

from collections.abc import Iterable, Mapping

from finmodel.billing.explaining import Counts, Given, Meanings, explain
from finmodel.billing.rules import CLASSES, Placement, placed

Numbers = Mapping[str, int]


def numbered(names: Iterable[str]) -> dict[str, int]:
    """A number for each name, in their order: the same files give the same numbers; spaces and case tell no names apart."""
    return {name: number for number, name in enumerate(sorted({_key(name) for name in names}))}


def number_of(name: str, numbers: Numbers) -> int:
    """The number of a payer or a site."""
    return numbers[_key(name)]


def explain_parties(counts: Counts, given: Given, numbers: Numbers, found: Meanings) -> None:
    """Numbers and classes of payers, numbers of sites."""
    if "financial_class" in counts:
        placements = {text: one for text in counts["financial_class"] if (one := placed(text, "financial_class", given.rules))}
        explain(found, "class_of_financial_class", "financial_class", list(placements),
                lambda text: CLASSES.index(placements[text].payer_class))
    if "payer" in counts:
        names = {text: placed(text, "payer", given.rules) or Placement("other", "no rule fits")
                 for text in sorted(counts["payer"])}
        explain(found, "class_of_payer", "payer", list(names), lambda text: CLASSES.index(names[text].payer_class))
        explain(found, "payer", "payer", list(names), lambda text: number_of(text, numbers))
        found.payers |= {number_of(text, numbers): (_plain(text), placement) for text, placement in names.items()}
    if "site" in counts:
        explain(found, "site", "site", list(counts["site"]), lambda text: number_of(text, numbers))
        found.sites |= {number_of(text, numbers): _plain(text) for text in sorted(counts["site"])}


def _plain(name: str) -> str:
    return " ".join(name.split())


def _key(name: str) -> str:
    return _plain(name).upper()
