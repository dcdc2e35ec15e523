"""What must not be paid twice: items whose lines another item's cost base already contains."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from finmodel.contracts.proposal import Proposal

# A line that is a sum, and the lines it is a sum of: groups, totals and the practice's selections.
Parts = Mapping[str, tuple[str, ...]]


class Overlap(NamedTuple):
    """A line that an item pays for and that the cost base of another contains, and what the item says happens then."""

    base: str
    item: str
    line: str
    treatment: Literal["refuse", "credit", "exclude"]


def overlaps(proposal: Proposal, parts: Parts) -> Iterator[Overlap]:
    """Every line that would be paid twice, by the names of the instances."""
    mechanisms = proposal.active_mechanisms
    for base, aggregate in mechanisms.items():
        if aggregate.cost_base is None:
            continue
        contained = set(leaves(getattr(aggregate, aggregate.cost_base) or (), parts))
        for item, other in mechanisms.items():
            if item != base:
                paid = dict.fromkeys(leaves(other.lines_paid_for(), parts))
                yield from (Overlap(base, item, line, other.if_also_in_base) for line in paid if line in contained)


def leaves(names: Iterable[str], parts: Parts) -> Iterator[str]:
    """The lines that are no sums of others, among the named ones and what they are sums of."""
    for name in names:
        if name in parts:
            yield from leaves(parts[name], parts)
        else:
            yield name


def paid_twice(proposal: Proposal, parts: Parts) -> Iterator[str]:
    """A sentence for each line that an item pays for although a cost base contains it, where nothing says what happens then."""
    for one in overlaps(proposal, parts):
        if one.treatment == "refuse":
            yield (f"mechanisms.{one.item}.if_also_in_base: '{one.line}' is paid for by '{one.item}' and is in the cost base of "
                   f"'{one.base}' as well; write \"credit\" to count the payment against '{one.base}', \"exclude\" to take it "
                   "out of the base, or remove one of the two")


def paid_by_others(proposal: Proposal, parts: Parts, base: str, treatment: str) -> tuple[str, ...]:
    """The items whose payment is credited against, or excluded from, the base of an instance."""
    found = (one.item for one in overlaps(proposal, parts) if one.base == base and one.treatment == treatment)
    return tuple(dict.fromkeys(found))
