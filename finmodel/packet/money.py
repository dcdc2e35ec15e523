"""The numbers a reader sees first, each a positive amount under the name that fits who pays it."""

import math

from finmodel.contracts.wiring import covered
from finmodel.format import short_money
from finmodel.packet.blocks import Figure
from finmodel.packet.cells import NOTHING
from finmodel.packet.material import Material
from finmodel.packet.periods import at_earliest_start, present_value, projected_to

COMES_BACK = "The payment as agreed − the payment of the same contract when every payer's rate is 5 % higher."


def paid_today(of: Material) -> list[Figure]:
    """What is paid without a new contract; nothing where that is withheld."""
    today = covered(of.proposals[of.lead], "covered_existing_payments")
    return of.where((today,), lambda of: Figure(f"Paid in {of.year} without a new contract", short_money(of.value(today)),
                                                "as payments run today", of.derived(today)))


def asked(of: Material) -> Figure:
    """The payment of the first year."""
    line = f"{of.lead}__total"
    return _either(of.value(line), f"Asked for {of.year}", f"The group pays in {of.year}", of.names[of.lead], of.derived(line))


def new_money(of: Material, note: str = "") -> Figure:
    """What of it is new, or by how much the hospital is better off."""
    line = f"{of.lead}__net_new_payment"
    return _either(of.value(line), f"Net new money in {of.year}", f"The hospital is better off in {of.year} by",
                   note or "compared with today's payments", of.derived(line))


def most_owed(of: Material) -> Figure:
    """The most that the hospital can owe in the first year."""
    line = f"{of.lead}__most_owed"
    most = of.value(line)
    is_capped = math.isfinite(most)
    return Figure(f"The most the hospital can owe in {of.year}", short_money(most) if is_capped else "no limit",
                  f"whatever happens{_only(of)}" if is_capped else "no cap is agreed", of.derived(line))


def comes_back(of: Material) -> Figure:
    """What better collections give back, or by how much more the group then pays."""
    back, total = of.comparisons[of.lead].comes_back.by_year[of.year], of.value(f"{of.lead}__total")
    is_group = total <= -NOTHING
    return _either(back, "The group then pays more by" if is_group else "Comes back",
                   "The group then pays less by" if is_group else "The hospital then pays more by",
                   "if collections are 5 % better than agreed", COMES_BACK)


def worth(of: Material) -> Figure:
    """What all payments of the term are worth at its start."""
    return _either(present_value(of, of.lead), "Worth of all payments",
                   "Worth of all payments to the hospital", f"present value at {at_earliest_start(of)}{_only(of)}")


def _only(of: Material) -> str:
    only = projected_to(of, of.lead)
    return f"; {only}" if only else ""


def _either(value: float, above: str, below: str, note: str = "", derivation: str = "") -> Figure:
    """A figure under one name, or under the other with its sign turned where it is below zero."""
    is_below = value <= -NOTHING
    return Figure(below if is_below else above, short_money(-value if is_below else value), note, derivation)
