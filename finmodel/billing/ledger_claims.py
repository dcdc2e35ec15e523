"""What counts of each row of a ledger: voids turned against what they void, claims that were replaced left out."""

from typing import Any

import narwhals as nw

from finmodel.billing.ledger import total

REPLACEMENT, VOID = 7, 8
MEASURES = ("charge", "allowed", "paid", "adjustment")


def counted(ledger: nw.LazyFrame[Any], has_replacements: bool) -> nw.LazyFrame[Any]:
    """The ledger with what counts of each row: voids turned against what they void, claims that were replaced left out."""
    voided, charge = nw.col("frequency") == VOID, nw.col("charge").fill_null(0)
    signed = {name: nw.when(voided & (nw.col(name) > 0)).then(-nw.col(name)).otherwise(nw.col(name)) for name in MEASURES}
    rows = ledger.with_columns(
        **{f"written_{name}": nw.col(name) for name in MEASURES}, **signed | {"charge": signed["charge"].fill_null(0)},
        units=nw.when(charge != 0).then(
            nw.when((charge < 0) | voided).then(-nw.col("units").abs()).otherwise(nw.col("units").abs())).otherwise(0),
        is_replaced=nw.lit(0), is_paid_again=nw.lit(0), is_adjusted_again=nw.lit(0))
    if has_replacements:
        rows = _without_replaced(rows)
    return rows


def _without_replaced(rows: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Original claims of which a replacement is there are left out, unless reversals have taken them back already.

    What was paid for the original stays, unless the replacement states a payment of its own and nothing was paid back.
    """
    replaces, voids = nw.col("frequency") == REPLACEMENT, nw.col("frequency") == VOID
    first, later = ~replaces & ~voids, replaces
    claims = rows.filter(~nw.col("claim_key").is_null()).group_by("claim_key").agg(
        replacements=_count(replaces),
        original=total(nw.when(first).then(nw.col("charge")).otherwise(0)),
        void=total(nw.when(voids).then(nw.col("charge")).otherwise(0)),
        reversed_replacements=_count(later & (nw.col("charge") < 0)),
        last_posted=nw.when(later & (nw.col("charge") > 0)).then(nw.col("posting_date")).max(),
        paid_again=_count(later & (nw.col("paid") > 0)), paid_back=_count(nw.col("paid") < 0),
        adjusted_again=_count(later & (nw.col("adjustment") > 0)), adjusted_back=_count(nw.col("adjustment") < 0),
    ).filter(nw.col("replacements") > 0).rename({"claim_key": "replaced_claim"})
    joined = rows.join(claims, how="left", left_on="claim_key", right_on="replaced_claim")
    taken_back = (nw.col("original") == 0) | (nw.col("original") + nw.col("void") == 0)
    is_outdated = (nw.col("posting_date") < nw.col("last_posted")).fill_null(False)
    earlier = replaces & (nw.col("reversed_replacements") == 0) & is_outdated
    is_replaced, original = ~nw.col("replacements").is_null(), first & ~taken_back
    gone = (is_replaced & (original | earlier)).fill_null(False)
    paid_gone, adjusted_gone = (
        (is_replaced & original & (nw.col(f"{again}_again") > 0) & (nw.col(f"{again}_back") == 0)).fill_null(False)
        for again in ("paid", "adjusted"))
    return joined.with_columns(
        is_replaced=nw.when(gone).then(1).otherwise(0), charge=nw.when(gone).then(0).otherwise(nw.col("charge")),
        units=nw.when(gone).then(0).otherwise(nw.col("units")), allowed=nw.when(gone).then(None).otherwise(nw.col("allowed")),
        is_paid_again=nw.when(paid_gone).then(1).otherwise(0), paid=nw.when(paid_gone).then(0).otherwise(nw.col("paid")),
        is_adjusted_again=nw.when(adjusted_gone).then(1).otherwise(0),
        adjustment=nw.when(adjusted_gone).then(0).otherwise(nw.col("adjustment")))


def _count(holds: nw.Expr) -> nw.Expr:
    return total(nw.when(holds).then(1).otherwise(0))


def left_out(rows: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Sums of what does not count: replaced claims, what was paid for them and is paid anew, and what voids turn."""
    left_by = {"charge": "is_replaced", "allowed": "is_replaced", "paid": "is_paid_again", "adjustment": "is_adjusted_again"}
    sums = {}
    for name, mark in left_by.items():
        is_left, written = nw.col(mark) == 1, nw.col(f"written_{name}").fill_null(0)
        sums[f"superseded_{name}"] = total(nw.when(is_left).then(written).otherwise(0))
        sums[f"turned_{name}"] = total(nw.when(~is_left).then(written - nw.col(name).fill_null(0)).otherwise(0))
    return rows.select(**sums, superseded_payments=_count((nw.col("is_paid_again") == 1) & (nw.col("written_paid") != 0)))
