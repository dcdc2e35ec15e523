"""The signed ledger in Narwhals: rows of any engine become services, and services become cells; only the cells come back.

A ledger has the columns of ``LEDGER``. Amounts are integer cents, units integer thousandths, so that sums are exact whatever the
order of the rows. Charges, payments, adjustments and reversals are signed and add up; a void (claim frequency 8) counts against
what it voids, a replacement (7) stands in the place of the claim it replaces. A row that states no charge has none, not zero.
"""

from typing import Any, cast

import narwhals as nw

LEDGER = {
    "file": "int", "service_key": "int", "claim_key": "int", "patient_key": "int", "code": "text", "modifiers": "text",
    "units": "int",
    "service_date": "date", "posting_date": "date", "deposit_date": "date", "payer_key": "int", "payer_class": "int",
    "site_key": "int",
    "place": "text", "sequence": "int", "is_denied": "int", "frequency": "int", "charge": "int", "allowed": "int", "paid": "int",
    "adjustment": "int", "reason": "text", "is_totals_row": "int",
}
CELL = ("site_key", "place", "code", "modifiers", "month", "payer_class", "set_aside")
COUNTED = ("units", "charge", "allowed", "paid", "adjustment", "services", "units_allowed", "paid_of_allowed", "without_allowed",
           "denied", "unpaid_units", "counted_as_one")
# What only netting finds: amounts that payers repeat, charges that may be repeated, and payments without a charge.
NETTED = ("repeated_charge", "repeated_allowed", "repeated_services", "alike_services", "orphans")
SET_ASIDE = ("", "totals_row", "junk_code", "no_date", "no_setting", "no_charge")
LAST_SEQUENCE = 7
LAST_DAY = 65_535
# An order and an amount share one integer, so that one minimum finds the amount of whoever comes first, in every engine.
ROOM = 1 << 33


def as_ledger(frame: Any) -> nw.LazyFrame[Any]:
    """A frame of any engine as a lazy ledger.

    Raises:
        ValueError: when columns are missing.
    """
    lazy = nw.from_native(frame).lazy()
    missing = sorted(set(LEDGER) - set(lazy.collect_schema().names()))
    if missing:
        raise ValueError(f"a ledger needs these columns, too: {', '.join(missing)}")
    return cast("nw.LazyFrame[Any]", lazy)


def _day(date: nw.Expr) -> nw.Expr:
    """Days as one growing integer, without leaning on how an engine counts days."""
    return (date.dt.year().cast(nw.Int64) - 1990) * 372 + date.dt.month().cast(nw.Int64) * 31 + date.dt.day().cast(nw.Int64)


def total(value: nw.Expr) -> nw.Expr:
    """A sum as an integer of 64 bits, which every engine gives back alike."""
    return value.sum().cast(nw.Int64)


def services(rows: nw.LazyFrame[Any], is_row_per_service: bool, is_remittance: bool = False) -> nw.LazyFrame[Any]:
    """One row for each service: what was charged and allowed once, whatever number of payers were billed.

    In a remittance each answer of a payer repeats the charge, so that equal charges are one; elsewhere they are only told.
    """
    if is_row_per_service:
        return _rows_as_services(rows)
    charge = nw.col("charge")
    described = {name: nw.col(name).max() for name in ("code", "modifiers", "service_date", "site_key", "place", "patient_key")}
    by_payer = rows.with_columns(
        order=nw.when(nw.col("sequence") > 0).then(nw.col("sequence")).otherwise(LAST_SEQUENCE),
        day=_day(nw.coalesce("deposit_date", "posting_date")).fill_null(LAST_DAY),
    ).group_by("service_key", "payer_key", "payer_class", "sequence").agg(
        **described, order=nw.col("order").min(), day=nw.col("day").min(), charge=total(charge), units=total(nw.col("units")),
        charge_of_most=charge.max(), units_of_most=nw.col("units").max(),
        charges=total(nw.when(charge > 0).then(1).otherwise(nw.when(charge < 0).then(-1).otherwise(0))),
        has_charge=nw.when(charge != 0).then(1).otherwise(0).max(), allowed=total(nw.col("allowed").fill_null(0)),
        has_allowed=nw.when(nw.col("allowed").is_null()).then(0).otherwise(1).max(), paid=total(nw.col("paid")),
        adjustment=total(nw.col("adjustment")), is_denied=nw.col("is_denied").max(),
        is_totals_row=nw.col("is_totals_row").max(), states_zero=_states_zero().max())
    # All charges are equal where as many times the largest is their sum.
    is_alike = (nw.col("charges") > 1) & (nw.col("charge") == nw.col("charges") * nw.col("charge_of_most"))
    is_once = is_alike & nw.lit(is_remittance)
    return _first_payers(by_payer.with_columns(
        is_alike=nw.when(is_alike & ~is_once).then(1).otherwise(0), written=nw.col("charge"),
        charge=nw.when(is_once).then(nw.col("charge_of_most")).otherwise(nw.col("charge")),
        units=nw.when(is_once).then(nw.col("units_of_most")).otherwise(nw.col("units"))), list(described))


def _states_zero() -> nw.Expr:
    """Whether a row says that nothing was charged, other than one that says nothing of a charge."""
    return nw.when(nw.col("written_charge") == 0).then(1).otherwise(0)


def _first_payers(by_payer: nw.LazyFrame[Any], described: list[str]) -> nw.LazyFrame[Any]:
    """Services from what each payer has of them: a repeated charge counts once, allowed is the first payer's."""
    charging = nw.col("charge") > 0
    place_in_line = nw.col("order") * (LAST_DAY + 1) + nw.col("day")
    first = (nw.col("order") * 2 + 1 - nw.col("has_charge")) * (LAST_DAY + 1) + nw.col("day")
    packed = by_payer.with_columns(
        payer_first=first * 16 + nw.col("payer_class"),
        allowed_first=nw.when(nw.col("has_allowed") == 1).then(place_in_line * (2 * ROOM) + nw.col("allowed") + ROOM))
    found = packed.group_by("service_key").agg(
        **{name: nw.col(name).max() for name in described}, payer_first=nw.col("payer_first").min(),
        allowed_first=nw.col("allowed_first").min(), allowed_all=total(nw.col("allowed")),
        written=total(nw.col("written")), charge_all=total(nw.col("charge")), units_all=total(nw.col("units")),
        charge_most=nw.when(charging).then(nw.col("charge")).max(),
        charge_least=nw.when(charging).then(nw.col("charge")).min(), units_most=nw.when(charging).then(nw.col("units")).max(),
        units_of_most=nw.col("units_of_most").max(),
        payers=total(nw.when(charging).then(1).otherwise(0)), reversing=total(nw.when(nw.col("charge") < 0).then(1).otherwise(0)),
        **{name: total(nw.col(name)) for name in ("paid", "adjustment")},
        **{name: nw.col(name).max() for name in ("is_denied", "is_totals_row", "has_charge", "states_zero", "is_alike")})
    is_same = (nw.col("charge_most") == nw.col("charge_least")).fill_null(False)
    repeats = (nw.col("payers") > 1) & (nw.col("reversing") == 0) & is_same
    return found.with_columns(
        payer_class=nw.col("payer_first") % 16, has_allowed=nw.when(nw.col("allowed_first").is_null()).then(0).otherwise(1),
        allowed=(nw.col("allowed_first") % (2 * ROOM) - ROOM).fill_null(0),
        charge=nw.when(repeats).then(nw.col("charge_most")).otherwise(nw.col("charge_all")),
        units=nw.when(repeats).then(nw.col("units_most")).otherwise(nw.col("units_all")),
    ).with_columns(repeated_charge=nw.col("written") - nw.col("charge"),
                   repeated_allowed=nw.col("allowed_all") - nw.col("allowed"),
                   **_one_where_units_are_zero(nw.col("units_of_most") == 0))


def _one_where_units_are_zero(is_without: nw.Expr) -> dict[str, nw.Expr]:
    """What was charged was done at least once, though no row of it says how often."""
    is_one = (nw.col("charge") > 0) & (nw.col("units") == 0) & is_without
    return {"units": nw.when(is_one).then(1000).otherwise(nw.col("units")),
            "counted_as_one": nw.when(is_one).then(1).otherwise(0)}


def _rows_as_services(rows: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    return rows.with_columns(
        has_charge=nw.when(nw.col("charge") != 0).then(1).otherwise(0),
        has_allowed=nw.when(nw.col("allowed").is_null()).then(0).otherwise(1), allowed=nw.col("allowed").fill_null(0),
        states_zero=_states_zero(), **_one_where_units_are_zero(nw.lit(True)))


def cells(found: nw.LazyFrame[Any], is_row_per_service: bool) -> nw.LazyFrame[Any]:
    """Sums of services by site, place, code, modifiers, month and payer class; what cannot be placed says why."""
    has_allowed, date = nw.col("has_allowed") == 1, nw.col("service_date")
    is_unpaid = nw.col("paid") <= 0
    marked = found.with_columns(
        set_aside=_reason_to_set_aside(), month=date.dt.year().cast(nw.Int64) * 12 + date.dt.month().cast(nw.Int64) - 1)
    measures = {
        **{name: total(nw.col(name)) for name in ("units", "charge", "allowed", "paid", "adjustment", "counted_as_one")},
        "services": nw.len().cast(nw.Int64), "units_allowed": total(nw.when(has_allowed).then(nw.col("units")).otherwise(0)),
        "paid_of_allowed": total(nw.when(has_allowed).then(nw.col("paid")).otherwise(0)),
        "without_allowed": total(nw.when(~has_allowed & (nw.col("units") != 0)).then(1).otherwise(0)),
        "denied": total(nw.when(is_unpaid).then(nw.col("is_denied")).otherwise(0)),
        "unpaid_units": total(nw.when(is_unpaid).then(nw.col("units")).otherwise(0))}
    if not is_row_per_service:
        repeated = (nw.col("repeated_allowed") != 0) | (nw.col("repeated_charge") != 0)
        orphan = (nw.col("has_charge") == 0) & (nw.col("states_zero") == 0) & (nw.col("paid") != 0)
        measures |= {"repeated_charge": total(nw.col("repeated_charge")), "repeated_allowed": total(nw.col("repeated_allowed")),
                     "repeated_services": total(nw.when(repeated).then(1).otherwise(0)),
                     "alike_services": total(nw.col("is_alike")), "orphans": total(nw.when(orphan).then(1).otherwise(0))}
    return marked.group_by(*CELL).agg(**measures)


def _reason_to_set_aside() -> nw.Expr:
    """The position of the reason in ``SET_ASIDE``."""
    reasons_in_turn = (nw.col("is_totals_row") == 1, nw.col("code").is_null(), nw.col("service_date").is_null(),
                       nw.col("place").is_null(), (nw.col("has_charge") == 0) & (nw.col("states_zero") == 1))
    number = nw.lit(0)
    for position, holds in reversed(list(enumerate(reasons_in_turn, 1))):
        number = nw.when(holds).then(position).otherwise(number)
    return number
