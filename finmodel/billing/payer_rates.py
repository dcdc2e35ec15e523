"""Each plan's rate as a multiple of Medicare, recovered from what it pays for single codes.

A code is exactly on a multiple when the multiple of Medicare's amount, rounded to the cent, is what the plan pays. The multiple
of a plan is the one that most of its codes are exactly on. Contracts that name dollars per RVU round once instead of twice, so
the amount before rounding is tried as well, and the nation's beside the locality's, which such contracts leave out. Amounts that
follow charges or cost have no such multiple: their ratios spread. Where every amount is whole dollars, the multiple is rounded to
the dollar instead; so wide a step is met by chance, so nearly all codes must be on it.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Literal, NamedTuple

Basis = Literal["medicare", "not_medicare_based", "too_few_codes"]
Code = tuple[str, str]
CENT, DOLLAR = Decimal("0.01"), Decimal(1)
FEWEST_CODES = 3
FEWEST_TO_EXCLUDE = 5
# By chance, codes meet on a ratio by twos and threes. A plan is Medicare's where a third of its codes lie on one multiple, or
# half of them on a few that each hold a tenth (one for CT, another for MR).
LEAST_SHARE_OF_ONE = Decimal(1) / 3
LEAST_SHARE_OF_ALL = Decimal("0.5")
LEAST_SHARE_OF_EACH = Decimal("0.1")
LEAST_SHARE_IN_DOLLARS = Decimal("0.9")
MOST_MULTIPLES = 10


class Rate(NamedTuple):
    """One row of a file of rates, with what Medicare pays for it, rounded and before rounding; None where it is not priced."""

    payer: str
    plan: str
    code: Code
    amount: Decimal
    medicare: Decimal | None
    medicare_exact: Decimal | None


class Multiple(NamedTuple):
    """A multiple of Medicare and the codes that are exactly on it."""

    value: Decimal
    codes: tuple[Code, ...]


class PlanRate(NamedTuple):
    """What a plan pays, as a multiple of Medicare where it is one."""

    payer: str
    plan: str
    basis: Basis
    multiples: tuple[Multiple, ...]
    breaking: tuple[tuple[Code, Decimal], ...]
    codes: int
    place: str
    rounded_to: Decimal = CENT

    @property
    def share_exact(self) -> Decimal | None:
        """The share of the plan's codes that are exactly on the commonest multiple."""
        return Decimal(len(self.multiples[0].codes)) / self.codes if self.codes and self.multiples else None


def plan_rates(rates: Sequence[Rate], place: str = "nation") -> list[PlanRate]:
    """The rate of each plan, in the order of the file; ``place`` is where Medicare pays what it is compared with."""
    plans: dict[tuple[str, str], list[Rate]] = defaultdict(list)
    for rate in rates:
        plans[rate.payer, rate.plan].append(rate)
    return [_plan_rate(payer, plan, _usual(rows))._replace(place=place) for (payer, plan), rows in plans.items()]


def nearest_rates(here: Sequence[PlanRate], nation: Sequence[PlanRate]) -> list[PlanRate]:
    """Of the rates of each plan compared with two places, the one that more codes are exactly on; in doubt the first."""
    return [max(pair, key=lambda one: (one.basis == "medicare", one.share_exact or 0)) for pair in zip(here, nation, strict=True)]


def _usual(rows: Sequence[Rate]) -> dict[Code, Rate]:
    """The amount of each code that Medicare prices: where it has several, the commonest, of these the largest."""
    amounts: dict[Code, Counter[Decimal]] = defaultdict(Counter)
    first: dict[Code, Rate] = {}
    for row in rows:
        if row.medicare and row.amount > 0:
            amounts[row.code][row.amount] += 1
            first.setdefault(row.code, row)
    return {code: first[code]._replace(amount=max(counted, key=lambda amount: (counted[amount], amount)))
            for code, counted in amounts.items()}


def _plan_rate(payer: str, plan: str, usual: Mapping[Code, Rate]) -> PlanRate:
    rounded = _multiples({code: (row.amount, row.medicare) for code, row in usual.items() if row.medicare})
    once = _multiples({code: (row.amount, row.medicare_exact) for code, row in usual.items() if row.medicare_exact})
    multiples = max(rounded, once, key=lambda found: len(found[0].codes) if found else 0)
    solid = tuple(one for one in multiples if len({usual[code].medicare for code in one.codes}) >= FEWEST_CODES
                  and len(one.codes) >= LEAST_SHARE_OF_EACH * len(usual))
    most = max((len(one.codes) for one in solid), default=0)
    if most >= LEAST_SHARE_OF_ONE * len(usual) > 0 or sum(len(one.codes) for one in solid) >= LEAST_SHARE_OF_ALL * len(usual) > 0:
        return PlanRate(payer, plan, "medicare", solid, _breaking(usual, solid[0]), len(usual), "")
    if len(usual) >= FEWEST_TO_EXCLUDE and all(row.amount == row.amount.to_integral_value() for row in usual.values()):
        in_dollars = _multiples({code: (row.amount, row.medicare) for code, row in usual.items() if row.medicare}, DOLLAR)[:1]
        if in_dollars and len(in_dollars[0].codes) >= LEAST_SHARE_IN_DOLLARS * len(usual):
            return PlanRate(payer, plan, "medicare", tuple(in_dollars), _breaking(usual, in_dollars[0]), len(usual), "", DOLLAR)
    basis: Basis = "not_medicare_based" if len(usual) >= FEWEST_TO_EXCLUDE else "too_few_codes"
    return PlanRate(payer, plan, basis, tuple(multiples[:1]), (), len(usual), "")


def _breaking(usual: Mapping[Code, Rate], multiple: Multiple) -> tuple[tuple[Code, Decimal], ...]:
    """The codes that are not on a multiple, with what of Medicare's amount each is."""
    exact = set(multiple.codes)
    return tuple((code, row.amount / row.medicare) for code, row in usual.items() if code not in exact and row.medicare)


def _multiples(pairs: Mapping[Code, tuple[Decimal, Decimal]], step: Decimal = CENT) -> list[Multiple]:
    """The multiples that codes lie on, the commonest first; each code is counted on one."""
    left = dict(pairs)
    found: list[Multiple] = []
    while left and len(found) < MOST_MULTIPLES:
        value = _commonest(list(left.values()), step)
        codes = {code for code, (amount, medicare) in left.items() if (value * medicare).quantize(step, ROUND_HALF_UP) == amount}
        if not codes:
            break
        found.append(Multiple(value, tuple(code for code in left if code in codes)))
        left = {code: pair for code, pair in left.items() if code not in codes}
    return found


def _commonest(pairs: Sequence[tuple[Decimal, Decimal]], step_of_amounts: Decimal) -> Decimal:
    """The multiple that lies within the rounding of most amounts: of all such, the one with the fewest digits.

    Halves of cents are whole numbers, so equal quotients are equal floats and the bounds of the roundings meet exactly.
    """
    steps: list[tuple[float, int]] = []
    width = float(step_of_amounts * 100)
    for amount, medicare in pairs:
        halves, whole = float(amount * 200), float(medicare * 200)
        steps += [((halves - width) / whole, 1), ((halves + width) / whole, -1)]
    steps.sort()
    most = depth = 0
    regions: list[tuple[float, float]] = []
    for at, (place, step) in enumerate(steps):
        depth += step
        if step > 0 and depth >= most:
            regions = [*(regions if depth == most else ()), (place, steps[at + 1][0])]
            most = depth
    return min((_simplest(Decimal(repr(low)), Decimal(repr(high))) for low, high in regions),
               key=lambda value: (-int(value.as_tuple().exponent), value))


def _simplest(low: Decimal, high: Decimal) -> Decimal:
    """The number with the fewest decimals that is at least ``low`` and below ``high``."""
    for places in range(15):
        value = low.quantize(Decimal(1).scaleb(-places), ROUND_CEILING)
        if value < high:
            return value
    return low
