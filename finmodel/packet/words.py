"""Sentences that follow the numbers: a surplus is not called a deficit, and prose says no more than is known."""

import math

from finmodel.contracts.term_sheet import date_in_words
from finmodel.format import in_full, short_money
from finmodel.packet.material import Material

NOTHING = 0.5
MOSTLY = 2 / 3
# What the sentences stand on.
SHORTFALL = ("total_revenue", "total_expense", "support_deficit", "support_deficit_per_fte")
WHOSE = ("support_deficit", "client_support_deficit")


def gap(value: float) -> str:
    """What a difference of expense and revenue is called."""
    return "surplus" if value <= -NOTHING else "deficit"


def decision(of: Material) -> str:
    """What is to be decided, in one sentence."""
    key, proposal = of.lead, of.proposals[of.lead]
    years = of.years(key)
    new = [of.value(f"{key}__net_new_payment", year) for year in years]
    most = max(of.value(f"{key}__most_owed", year) for year in years)
    span = f"{in_full(proposal.years, 'year')} from {date_in_words(proposal.starts)}"
    if max(new) < NOTHING:
        asked = f"Approve a contract of {span} that asks for no new money"
    else:
        first = f"{short_money(new[0])} of net new money in {years[0]}"
        highest = max(range(len(new)), key=new.__getitem__)
        later = f", up to {short_money(new[highest])} in {years[highest]}," if highest else ""
        asked = f"Approve {first}{later} for {span}"
    capped = f"never more than {short_money(most)} a year in all" if math.isfinite(most) else "without a cap on what can be owed"
    month = f"{proposal.starts.replace(day=1, month=proposal.true_up_month):%B}"
    days = proposal.notice.days.at(proposal.starts.year)
    return (f"{asked}; {capped}, settled once a year in {month}, and open to either side to end on {in_full(days, 'day')}' "
            "notice.")


def covers(of: Material, key: str) -> str:
    """What a proposal leaves uncovered in its first year."""
    left = of.value(f"{key}__residual_deficit", of.years(key)[0])
    if left <= -NOTHING:
        return f"leaves the group a surplus of {short_money(-left)}"
    whose = "the deficit" if of.proposals[key].covers == "practice" else "the client hospital's part of the deficit"
    return f"leaves {short_money(left) if left >= NOTHING else 'nothing'} of {whose} uncovered"


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
    is_whole = of.proposals and of.proposals[of.lead].covers == "practice"
    asked = f" {'The whole' if is_whole else 'That part'} is asked for." if of.proposals else ""
    return (f"The client hospital's own part of the {gap(whole)} of {of.year} is {short_money(part)} of {short_money(whole)}, "
            f"expense allocated by {basis}.{asked}")


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
