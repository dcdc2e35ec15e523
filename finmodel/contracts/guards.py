"""What must not be paid twice: cost that a base already contains, the same rows in two items, reads that are billed as well."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import combinations
from typing import Literal, NamedTuple

from finmodel.assumptions import Quantity
from finmodel.assumptions.words import in_words
from finmodel.contracts.clause import Escalator, Lines, Rows
from finmodel.contracts.mechanism import Mechanism
from finmodel.contracts.proposal import Proposal

# A line that is made of expense items, and what it is made of: groups, totals, hand-written sums and the practice's selections.
Parts = Mapping[str, tuple[str, ...]]
# The amounts of a line by year, as a run gives them.
Series = Callable[[str], Sequence[float]]

CENT = 0.01
DOLLAR = 1.0
SHOWN = 4


class Overlap(NamedTuple):
    """What an item pays for and the cost base of another contains, and what the item says happens then."""

    base: str
    item: str
    lines: tuple[str, ...]
    treatment: Literal["refuse", "credit", "exclude"]


def line_named(name: str, parts: Parts) -> str:
    """The line that a contract means by a name; a selection of the practice is called by its own name."""
    return f"selection_{name}" if f"selection_{name}" in parts else name


def leaves(names: Iterable[str], parts: Parts) -> Iterator[str]:
    """The expense items in the named lines, each as often as it is in them."""
    for name in (line_named(one, parts) for one in names):
        if name in parts:
            yield from leaves(parts[name], parts)
        else:
            yield name


def base_of(mechanism: Mechanism) -> tuple[str, ...]:
    """The lines of the cost base of a mechanism, none without one."""
    return tuple(getattr(mechanism, mechanism.cost_base) or ()) if mechanism.cost_base else ()


def overlaps(proposal: Proposal, parts: Parts) -> Iterator[Overlap]:
    """Every cost that would be paid twice, by the instances; of two bases, the one that says what happens is the item."""
    mechanisms = proposal.active_mechanisms
    for base, aggregate in mechanisms.items():
        contained = set(leaves(base_of(aggregate), parts))
        for item, other in mechanisms.items():
            settled_by_the_other = base_of(other) and other.if_also_in_base == "refuse" != aggregate.if_also_in_base
            if item == base or settled_by_the_other:
                continue
            paid = dict.fromkeys(leaves(other.lines_paid_for() or base_of(other), parts))
            lines = tuple(name for name in paid if name in contained)
            if lines:
                yield Overlap(base, item, lines, other.if_also_in_base)


def paid_by_others(found: Iterable[Overlap], base: str, treatment: str) -> tuple[str, ...]:
    """The items whose payment is credited against, or excluded from, the base of an instance."""
    return tuple(one.item for one in found if one.base == base and one.treatment == treatment)


def payment_order(proposal: Proposal, parts: Parts) -> tuple[str, ...]:
    """The instances, each after those whose payment it takes into account.

    Raises:
        CycleError: when two are taken into account in each other.
    """
    before: dict[str, list[str]] = {name: [] for name in proposal.active_mechanisms}
    for one in overlaps(proposal, parts):
        if one.treatment != "refuse":
            before[one.base].append(one.item)
    return tuple(TopologicalSorter(before).static_order())


def paid_twice(proposal: Proposal, parts: Parts) -> Iterator[str]:
    """A sentence for everything that the proposal would pay twice, beginning with the key of the term that decides it."""
    yield from _named_twice(proposal, parts)
    yield from _in_a_base(proposal, parts)
    yield from _same_rows(proposal)


def _named_twice(proposal: Proposal, parts: Parts) -> Iterator[str]:
    """Cost that one selection of lines contains more than once, and lines that are no cost."""
    items = set(leaves(("total_expense",), parts))
    for path, clause in proposal.clauses():
        for term in (name for name in type(clause).model_fields if clause.mark(name, Lines)):
            found = list(leaves(getattr(clause, term) or (), parts))
            again = [name for name in dict.fromkeys(found) if found.count(name) > 1]
            if again:
                yield f"{path}.{term}: counts {_quoted(again)} twice; name a total or its parts, not both"
            if isinstance(clause, Mechanism) and (term == clause.cost_base or clause.lines_paid_for() == getattr(clause, term)):
                yield from (f"{path}.{term}: '{name}' is no cost of the practice; name an expense item, a total or a selection"
                            for name in dict.fromkeys(found) if name not in items)


def _in_a_base(proposal: Proposal, parts: Parts) -> Iterator[str]:
    """Cost in a base for which something else pays as well, where nothing says once what happens then."""
    found = list(overlaps(proposal, parts))
    refused = [one for one in found if one.treatment == "refuse"]
    # Two bases of the same cost overlap both ways and are told once, as a fault of the later.
    told = {frozenset((one.base, one.item)): one for one in reversed(refused)}
    for one in reversed(told.values()):
        yield (f"mechanisms.{one.item}.if_also_in_base: {_quoted(one.lines)} is paid for by '{one.item}' and is in the cost base "
               f"of '{one.base}' as well; write \"credit\" to count the payment against '{one.base}', \"exclude\" to take it out "
               "of the base, or remove one of the two")
    for item in proposal.active_mechanisms:
        bases = [one.base for one in found if one.item == item and one.treatment != "refuse"]
        if len(bases) > 1:
            yield (f"mechanisms.{item}.if_also_in_base: the payment would be taken off {_quoted(bases)}, once from each; make an "
                   "item for each of them, or take what it pays for out of all bases but one")
    try:
        payment_order(proposal, parts)
    except CycleError as error:
        circle = error.args[1][1:]
        yield (f"mechanisms.{circle[0]}.if_also_in_base: {_quoted(circle)} would each be counted against the other; write "
               "\"refuse\" in the one that the others are counted against")


def _same_rows(proposal: Proposal) -> Iterator[str]:
    """Two items of a kind that are about the same rows of the practice, such as the same payers in the same settings."""
    for (first, one), (second, other) in combinations(proposal.active_mechanisms.items(), 2):
        chosen = [name for name in type(one).model_fields if one.mark(name, Rows)] if type(one) is type(other) else []
        shared = [_both(getattr(one, name), getattr(other, name)) for name in chosen]
        if shared and all(shared):
            rows = ", ".join(in_words(row) for both in shared for row in both)
            yield (f"mechanisms.{second}: pays for the same as '{first}' ({rows}); put the two into one, or choose rows that "
                   "only one of them has")


def _both(one: Collection[str] | None, other: Collection[str] | None) -> list[str]:
    return [row for row in one or () if row in (other or ())]


def billed_as_well(proposal: Proposal, quantities: Mapping[str, Quantity]) -> Iterator[str]:
    """A sentence for each facility whose reads an item pays in full although the group bills them; quantities are by path."""
    for instance, mechanism in proposal.active_mechanisms.items():
        for facility in mechanism.facilities_paid_gross():
            bills = quantities.get(f"facilities.{facility}.hospital_bills")
            if bills and min(bills.at(year) for year in proposal.contract_years) < 1.0:
                yield (f"mechanisms.{instance}: pays for the reads of '{facility}' without deducting what is collected on them, "
                       "and the group bills them as well; deduct the collections, or leave the facility out")


def out_of_time(proposal: Proposal, base_year: int) -> Iterator[str]:
    """A sentence for each rise before the projection begins, and each date of a part outside the contract's term."""
    for path, clause in proposal.clauses():
        if isinstance(clause, Escalator) and clause.follows_projection and proposal.starts.year < base_year:
            yield (f"{path}: what it follows is not known before {base_year}; let the contract start in {base_year} or later, "
                   "with the amounts as of then, or choose a fixed rise")
    for instance, mechanism in proposal.active_mechanisms.items():
        sentences = mechanism.outside_term(proposal.starts, proposal.ends)
        yield from (f"mechanisms.{instance}.{sentence}" for sentence in sentences)


def more_than_cost(key: str, proposal: Proposal, parts: Parts, series: Series) -> Iterator[str]:
    """A sentence where, in some year, items pay more than the cost that they are for, or all parts more than the deficit."""
    yield from _cost_exceeded(key, proposal, parts, series)
    yield from _people_exceeded(key, proposal, series)
    yield from _deficit_exceeded(key, proposal, series)


def _cost_exceeded(key: str, proposal: Proposal, parts: Parts, series: Series) -> Iterator[str]:
    """Piecemeal items that share a line of cost and pay more together than all the cost they are for."""
    items = {name: one for name, one in proposal.active_mechanisms.items() if one.family == "piecemeal"}
    paid = {name: tuple(dict.fromkeys(leaves(one.lines_paid_for(), parts))) for name, one in items.items()}
    for line in dict.fromkeys(name for lines in paid.values() for name in lines):
        sharing = [name for name, lines in paid.items() if line in lines]
        cost = _by_year(series(name) for name in dict.fromkeys(name for one in sharing for name in paid[one]))
        payments = _by_year(series(f"{key}__{name}") for name in sharing)
        if any(payment > whole + CENT for payment, whole in zip(payments, cost, strict=True)):
            yield (f"{_quoted(sharing)}: more is paid in some year than the cost that it is meant to pay for ('{line}'); see "
                   "whether something is paid for twice")


def _people_exceeded(key: str, proposal: Proposal, series: Series) -> Iterator[str]:
    """Items for the same categories of providers, or for some of them, that pay more together than these people cost."""
    people = {name: _people(one) for name, one in proposal.active_mechanisms.items() if one.people_cost}
    groups = {tuple(other for other in people if people[other] <= people[name]): name for name in people}
    for sharing, widest in groups.items():
        cost = series(f"{key}__{widest}__{proposal.mechanisms[widest].people_cost}")
        payments = _by_year(series(f"{key}__{name}") for name in sharing)
        if len(sharing) > 1 and any(payment > whole + CENT for payment, whole in zip(payments, cost, strict=True)):
            yield (f"{_quoted(sharing)}: more is paid in some year than the people named cost "
                   f"({', '.join(map(in_words, sorted(people[widest])))}); see whether their time is paid for twice")


def _people(mechanism: Mechanism) -> set[str]:
    """The categories of providers that a mechanism names."""
    marks = {name: mechanism.mark(name, Rows) for name in type(mechanism).model_fields}
    return {row for name, chosen in marks.items() if chosen and chosen.table == "providers" for row in getattr(mechanism, name)}


def _deficit_exceeded(key: str, proposal: Proposal, series: Series) -> Iterator[str]:
    """Payments that leave a surplus to the group in a year, unless the terms give an excess back in another."""
    if any(one.returns_excess for one in proposal.active_mechanisms.values()):
        return
    left, paid = series(f"{key}__residual_deficit"), series(f"{key}__total")
    if any(of_year < -DOLLAR and payment > 0.0 for of_year, payment in zip(left, paid, strict=True)):
        yield ("In some year more is paid than the deficit in scope, with the existing payments that stay; see whether something "
               "is paid for twice, or lower an amount")


def _by_year(lines: Iterable[Sequence[float]]) -> list[float]:
    return [sum(year) for year in zip(*lines, strict=True)]


def _quoted(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(f"'{name}'" for name in names[:SHOWN]) + more
