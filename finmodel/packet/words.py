"""Sentences that follow the numbers: a surplus is not called a deficit, and prose says no more than is known."""

import math

from finmodel.contracts.term_sheet import date_in_words
from finmodel.format import in_full, short_money
from finmodel.packet.cells import NOTHING
from finmodel.packet.material import Material
from finmodel.packet.periods import deficit_in_force, left_uncovered, projected_to, time_of

MOSTLY = 2 / 3
# What the sentences stand on.
SHORTFALL = ("total_revenue", "total_expense", "support_deficit", "support_deficit_per_fte")
WHOSE = ("support_deficit", "client_support_deficit")


def gap(value: float) -> str:
    """What a difference of expense and revenue is called."""
    return "surplus" if value <= -NOTHING else "deficit"


def is_from_group(of: Material, key: str) -> bool:
    """Whether under a proposal it is the group that pays, in every projected year."""
    return all(of.value(f"{key}__total", year) <= -NOTHING for year in of.years(key))


def asks_for_nothing(of: Material) -> bool:
    """Whether the hospital pays nothing in any projected year of the leading proposal."""
    return all(of.value(f"{of.lead}__total", year) < NOTHING for year in of.years(of.lead))


def decision(of: Material) -> str:
    """What is to be decided, in one sentence."""
    key, proposal = of.lead, of.proposals[of.lead]
    month = f"{proposal.starts.replace(day=1, month=proposal.true_up_month):%B}"
    days = proposal.notice.days.at(proposal.starts.year)
    return (f"{_asked(of, key)}; {_capped(of, key)}, settled once a year in {month}, and open to either side to end on "
            f"{in_full(days, 'day')}' notice.")


def _asked(of: Material, key: str) -> str:
    proposal, years = of.proposals[key], of.years(key)
    span = f"{in_full(proposal.years, 'year')} from {date_in_words(proposal.starts)}"
    if is_from_group(of, key):
        paid = [-of.value(f"{key}__total", year) for year in years]
        return (f"Approve a contract of {span} under which the group pays the hospital {short_money(paid[0])} in {years[0]}"
                f"{_later(paid, years)}")
    new = [of.value(f"{key}__net_new_payment", year) for year in years]
    less = f"{short_money(-new[0])} less than is paid today in {years[0]}" if new[0] <= -NOTHING else ""
    if max(new) < NOTHING:
        return f"Approve a contract of {span} that asks for no new money{f': {less}' if less else ''}"
    if less:
        return f"Approve a contract of {span}: {less}{_later(new, years)} of net new money"
    later = _later(new, years)
    return f"Approve {short_money(new[0])} of net new money in {years[0]}{f'{later},' if later else ''} for {span}"


def _later(amounts: list[float], years: list[int]) -> str:
    """The highest amount of a later year, where one is above the first."""
    highest = max(range(len(amounts)), key=amounts.__getitem__)
    return f", up to {short_money(amounts[highest])} in {years[highest]}" if highest else ""


def _capped(of: Material, key: str) -> str:
    most = max(of.value(f"{key}__most_owed", year) for year in of.years(key))
    only = projected_to(of, key)
    as_far = f" ({only})" if only else ""
    if most < NOTHING:
        return f"with nothing owed by the hospital in any year{as_far}"
    return f"never more than {short_money(most)} a year in all{as_far}" if math.isfinite(most) else \
        "without a cap on what can be owed"


def covers(of: Material, key: str) -> str:
    """What a proposal leaves uncovered in its first year, or who keeps the surplus."""
    first = of.years(key)[0]
    left, need, when = left_uncovered(of, key, first), deficit_in_force(of, key, first), time_of(of, key, first)
    if left <= -NOTHING:
        return f"leaves the group a surplus of {short_money(-left)} in {when}"
    is_whole = of.proposals[key].covers == "practice"
    if need <= -NOTHING:
        short = f" and {short_money(left)} more" if left >= NOTHING else ""
        return f"passes the whole surplus{'' if is_whole else ' of the client hospital'} of {when}{short} to the hospital"
    whose = "the deficit" if is_whole else "the client hospital's part of the deficit"
    return f"leaves {short_money(left) if left >= NOTHING else 'nothing'} of {whose} of {when} uncovered"


def better_collections(of: Material) -> str:
    """What better collections change of the first year's payment."""
    back, is_group = of.comparisons[of.lead].comes_back.by_year[of.year], of.value(f"{of.lead}__total") <= -NOTHING
    if abs(back) < NOTHING:
        return "the payment stays as it is"
    if is_group:
        return f"the group pays {short_money(abs(back))} {'more' if back > 0 else 'less'}"
    return f"{short_money(back)} of the payment come back" if back > 0 else f"the hospital pays {short_money(-back)} more"


def paid_between(low: float, high: float) -> str:
    """Who pays how much, between two amounts."""
    if high - low < NOTHING:
        return f"{'the group' if high < NOTHING else 'the hospital'} pays {short_money(abs(high))}"
    if high < NOTHING:
        return f"the group pays between {short_money(max(-high, 0.0))} and {short_money(-low)}"
    if low <= -NOTHING:
        return f"between {short_money(-low)} are paid by the group and {short_money(high)} by the hospital"
    return f"the hospital pays between {short_money(low)} and {short_money(high)}"


def shortfall(of: Material) -> str:
    """Revenue, expense and what lies between them in the first year."""
    revenue, expense, deficit = (of.value(name) for name in ("total_revenue", "total_expense", "support_deficit"))
    first = f"In {of.year} the professional work brings in {short_money(revenue)} and costs {short_money(expense)}"
    if deficit <= -NOTHING:
        return f"{first}: a surplus of {short_money(-deficit)} before any hospital payment."
    if deficit < NOTHING:
        return f"{first}: it just pays for itself, before any hospital payment."
    per_fte = of.value("support_deficit_per_fte")
    each = f", {short_money(per_fte)} for each radiologist FTE" if math.isfinite(per_fte) else ""
    return f"{first}: {short_money(deficit)} are missing before any hospital payment{each}."


def whose(of: Material) -> str:
    """How much of it is the client hospital's own."""
    whole, part = of.value("support_deficit"), of.value("client_support_deficit")
    if abs(whole - part) < NOTHING:
        return "All of it arises at the hospital that is asked."
    basis = of.assumptions.practice.cost_allocation.replace("_", " ").replace("rvus", "RVUs")
    asked = _asked_of_it(of, whole) if of.proposals else ""
    if whole * part < 0 and min(abs(whole), abs(part)) >= NOTHING:
        return (f"In {of.year} the whole practice has a {gap(whole)} of {short_money(abs(whole))}, the client hospital's own "
                f"work a {gap(part)} of {short_money(abs(part))}, expense allocated by {basis}.{asked}")
    return (f"The client hospital's own part of the {gap(whole)} of {of.year} is {short_money(abs(part))} of "
            f"{short_money(abs(whole))}, expense allocated by {basis}.{asked}")


def _asked_of_it(of: Material, whole: float) -> str:
    which = "The whole" if of.proposals[of.lead].covers == "practice" else "That part"
    return f" {which} is {'asked for' if gap(whole) == 'deficit' else 'what the contract is about'}."


def borne_by(share: float) -> str:
    """Who bears a change of the deficit, from the hospital's share of it."""
    if not math.isfinite(share):
        return "the deficit does not change"
    if round(share, 3) < 0:
        return "works against the group"
    if share <= 1 - MOSTLY:
        return "mostly the group" if round(share, 3) else "the group alone"
    if share < MOSTLY:
        return "shared"
    if round(share, 3) == 1:
        return "the hospital alone"
    return "mostly the hospital" if share < 1 else "more than the change"
