"""The rows of a file of rates, each beside what Medicare pays for the same."""

import re
from decimal import Decimal, InvalidOperation

from finmodel.assumptions import BadInput, Fault
from finmodel.billing.fee_schedule_records import FeeSchedule, Setting
from finmodel.billing.localities import Locality
from finmodel.billing.modifiers import modifiers_of
from finmodel.billing.payer_rates import Rate
from finmodel.billing.pricing import cents, exact_amount, find_entry, price_code
from finmodel.billing.pricing_files import Table, code_of

AMOUNT = re.compile(r"\$?-?(\d{1,3}(,\d{3})+|\d*)(\.\d*)?")
NOT_GIVEN = {"", "-", "n/a", "na", "null", "none"}


def rates_of(table: Table, schedule: FeeSchedule, locality: Locality | None, setting: Setting) -> list[Rate]:
    """The rates of a file; rows without an amount are left out.

    Raises:
        BadInput: with every row whose amount cannot be read.
    """
    columns = (table.column(name) for name in ("payer", "plan", "hcpcs", "modifier", "amount"))
    faults: list[Fault] = []
    rates: list[Rate] = []
    known: dict[tuple[str, str], tuple[Decimal | None, Decimal | None]] = {}
    for line, payer, plan, hcpcs, modifier, text in zip(table.lines, *columns, strict=True):
        if text.lower() in NOT_GIVEN:
            continue
        amount = _amount(text)
        if amount is None:
            faults.append(Fault(table.file, f"row {line}", "the amount is no sum of US dollars, such as 45.17; leave out what "
                                                           "is a percentage or a text"))
            continue
        code = code_of(hcpcs), " ".join(modifiers_of(modifier))
        if code not in known:
            known[code] = _medicare(code, schedule, locality, setting)
        rates.append(Rate(payer, plan, code, amount, *known[code]))
    if faults:
        raise BadInput(faults)
    return rates


def _amount(text: str) -> Decimal | None:
    bare = text.replace(" ", "")
    if not AMOUNT.fullmatch(bare):
        return None
    try:
        return cents(Decimal(bare.replace("$", "").replace(",", "")))
    except InvalidOperation:
        return None


def _medicare(code: tuple[str, str], schedule: FeeSchedule, locality: Locality | None, setting: Setting
              ) -> tuple[Decimal | None, Decimal | None]:
    """Medicare's amount, and the same before it is rounded where no modifier changes it."""
    modifiers = code[1].split()
    priced = price_code(schedule, code[0], modifiers, locality, setting).amount
    entry = find_entry(schedule, code[0], modifiers)
    exact = exact_amount(entry, locality, setting) if entry and priced else None
    return priced, exact if exact is not None and cents(exact) == priced else priced
