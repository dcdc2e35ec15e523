"""Lines priced together: later studies of one session are paid less, and images from dated equipment too.

Multiple procedure indicator 4 (imaging): the dearest technical and the dearest professional component are paid in full, later
ones at 50 and 95 %. Indicators 6 and 7 (cardiovascular and ophthalmic tests): later technical components at 75 and 80 %. Source:
record layout of the relative value file, multiple procedure (modifier 51). RVUs stay: the work is the same.
"""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from finmodel.billing.fee_schedule import Entry, FeeSchedule, Setting
from finmodel.billing.localities import Locality
from finmodel.billing.modifiers import ONE, technical_share, times_performed
from finmodel.billing.pricing import ZERO, Priced, cents, fee, find_entry, outpatient_cap, price_code

# Paid shares of later professional and technical components; those of imaging hold since 2017 and 2010.
LATER_SHARES = {"4": (Decimal("0.95"), Decimal("0.50")), "6": (ONE, Decimal("0.75")), "7": (ONE, Decimal("0.80"))}


class Line(NamedTuple):
    """One service: its code, its modifiers, and the session it was part of where that is known."""

    hcpcs: str
    modifiers: tuple[str, ...] = ()
    session: str = ""


class Parts(NamedTuple):
    """The professional and the technical part of a fee, the cap on the latter, the whole, and how often it was performed."""

    professional: Decimal
    technical: Decimal
    cap: Decimal | None
    whole: Decimal
    times: Decimal


def price_lines(lines: Sequence[Line], schedule: FeeSchedule, locality: Locality | None, setting: Setting, *,
                capped: bool = False) -> list[Priced]:
    """What each line comes to, in their order, sessions reduced where they are named."""
    priced = [price_code(schedule, line.hcpcs, line.modifiers, locality, setting, capped=capped) for line in lines]
    professional, technical = _shares(lines, priced, schedule, locality, setting)
    for at, line in enumerate(lines):
        shares = (professional[at], technical[at] * technical_share(line.modifiers, schedule.year))
        if shares != (ONE, ONE) and priced[at].status == "priced":
            amount = _reduced(line, shares, schedule, locality, setting, capped)
            priced[at] = priced[at]._replace(amount=amount)
    return priced


def _shares(lines: Sequence[Line], priced: Sequence[Priced], schedule: FeeSchedule, locality: Locality | None, setting: Setting
            ) -> tuple[list[Decimal], list[Decimal]]:
    """The shares of the professional and of the technical part that are paid of each line."""
    sessions: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        entry = find_entry(schedule, line.hcpcs, line.modifiers)
        if line.session and entry and entry.multiple_procedure in LATER_SHARES and priced[at].status == "priced":
            sessions[line.session, entry.multiple_procedure].append(at)
    shares = ([ONE] * len(lines), [ONE] * len(lines))
    for (_, indicator), members in sessions.items():
        parts = {at: _parts(lines[at], schedule, locality, setting) for at in members} if len(members) > 1 else {}
        for side in (0, 1):
            amounts = {at: (part.professional, part.technical)[side] for at, part in parts.items()}
            for at in sorted((at for at in parts if amounts[at]), key=amounts.__getitem__, reverse=True)[1:]:
                shares[side][at] = LATER_SHARES[indicator][side]
    return shares


def _parts(line: Line, schedule: FeeSchedule, locality: Locality | None, setting: Setting) -> Parts:
    """The parts of a line's fee, as its own rows or its PC/TC indicator tell them apart."""
    entry = find_entry(schedule, line.hcpcs, line.modifiers)
    if entry is None:
        return Parts(ZERO, ZERO, None, ZERO, ONE)
    split = schedule.entry(line.hcpcs, "26"), schedule.entry(line.hcpcs, "TC")
    rows: tuple[Entry | None, Entry | None] = (
        split if not entry.modifier and all(split)
        else (None, entry) if entry.modifier == "TC" or entry.professional_technical == "3" else (entry, None))
    professional, technical = (fee(row, locality, setting) if row else ZERO for row in rows)
    return Parts(professional, technical, outpatient_cap(rows[1], locality, setting) if rows[1] else None,
                 fee(entry, locality, setting), times_performed(line.modifiers, entry.bilateral))


def _reduced(line: Line, shares: tuple[Decimal, Decimal], schedule: FeeSchedule, locality: Locality | None, setting: Setting,
             capped: bool) -> Decimal:
    """The fee less what is not paid of its parts; the cap is held against the technical part that is left."""
    parts = _parts(line, schedule, locality, setting)
    technical = cents(parts.technical * shares[1])
    if capped and parts.cap is not None:
        technical = min(technical, parts.cap)
    unpaid = parts.professional - cents(parts.professional * shares[0]) + parts.technical - technical
    return cents((parts.whole - unpaid) * parts.times)
