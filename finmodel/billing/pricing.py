"""What Medicare pays for a code: Σ(RVU × index) × conversion factor, rounded once, half up to the cent."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, NamedTuple

from finmodel.billing.fee_schedule import Entry, FeeSchedule, Setting
from finmodel.billing.localities import Locality
from finmodel.billing.modifiers import is_by_report, later_share, times_performed

Status = Literal["priced", "carrier_priced", "not_found", "not_payable"]
CENT = Decimal("0.01")
ZERO = Decimal(0)
# "Only RVUs associated with status codes of A, R, or T are used for Medicare payment" (record layout, status code).
PAID_BY_RVUS = {"A", "R", "T"}


class Priced(NamedTuple):
    """What a line of a file comes to; what Medicare's file does not say is None."""

    work_rvus: Decimal | None
    total_rvus: Decimal | None
    amount: Decimal | None
    status: Status


NOT_FOUND = Priced(None, None, None, "not_found")
NOT_PAYABLE = Priced(None, None, None, "not_payable")
CARRIER_PRICED = Priced(None, None, None, "carrier_priced")


def cents(amount: Decimal) -> Decimal:
    """An amount, half up to the cent."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def exact_amount(entry: Entry, locality: Locality | None, setting: Setting) -> Decimal:
    """The amount of an entry before it is rounded; without a locality every index is one."""
    return _adjusted(entry, locality, entry.practice_rvus(setting), entry.malpractice_rvus)


def fee(entry: Entry, locality: Locality | None, setting: Setting) -> Decimal:
    """The amount that CMS publishes for an entry."""
    return cents(exact_amount(entry, locality, setting))


def outpatient_cap(entry: Entry, locality: Locality | None, setting: Setting) -> Decimal | None:
    """The most that is paid for imaging equipment, which is what a hospital gets; None where there is no cap.

    Deficit Reduction Act of 2005, section 5102(b): it limits the technical component, also within the whole service.
    """
    practice = entry.outpatient_practice_rvus(setting)
    return cents(_adjusted(entry, locality, practice, entry.outpatient_malpractice_rvus)) if practice else None


def _adjusted(entry: Entry, locality: Locality | None, practice: Decimal, malpractice: Decimal) -> Decimal:
    if locality is None:
        return (entry.work_rvus + practice + malpractice) * entry.conversion_factor
    return (entry.work_rvus * locality.work + practice * locality.practice + malpractice * locality.malpractice
            ) * entry.conversion_factor


def price(entry: Entry | None, locality: Locality | None, setting: Setting, modifiers: Sequence[str] = (), *,
          capped: bool = False) -> Priced:
    """What an entry comes to with the further modifiers of its line; ``capped`` applies the outpatient cap."""
    if entry is None:
        return NOT_FOUND
    total = entry.total_rvus(setting)
    if entry.status not in PAID_BY_RVUS | {"C"}:
        return Priced(entry.work_rvus, total, None, "not_payable")
    if entry.status == "C" or not total or is_by_report(modifiers, entry.modifier):
        return CARRIER_PRICED
    times = times_performed(modifiers, entry.bilateral)
    amount = fee(entry, locality, setting)
    limit = outpatient_cap(entry, locality, setting) if capped else None
    amount = amount if limit is None else min(amount, limit)
    share = times * later_share(modifiers, entry.multiple_procedure)
    return Priced(entry.work_rvus * times, total * times, cents(amount * share), "priced")


def find_entry(schedule: FeeSchedule, hcpcs: str, modifiers: Sequence[str]) -> Entry | None:
    """The row of a code for the component that its modifiers name."""
    if "53" in modifiers and (discontinued := schedule.entry(hcpcs, "53")):
        return discontinued
    components = [one for one in dict.fromkeys(modifiers) if one in {"26", "TC"}]
    return schedule.entry(hcpcs, components[0] if components else "") if len(components) < 2 else None


def price_code(schedule: FeeSchedule, hcpcs: str, modifiers: Sequence[str], locality: Locality | None, setting: Setting, *,
               capped: bool = False) -> Priced:
    """What a code comes to; a component that the code does not have cannot be paid."""
    entry = find_entry(schedule, hcpcs, modifiers)
    if entry is None and any(schedule.entry(hcpcs, one) for one in ("", "26", "TC")):
        return NOT_PAYABLE
    return price(entry, locality, setting, modifiers, capped=capped)
