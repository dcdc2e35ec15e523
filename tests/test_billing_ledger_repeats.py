"""What exports say twice counts once: answers after a denial, second payers of one name, voids, replacements, zero charges."""

import datetime

import pytest

from finmodel.billing.engine import aggregates
from finmodel.billing.ledger import SET_ASIDE
from finmodel.billing.maturity import maturity_of
from finmodel.billing.netting_cautions import netting_cautions
from finmodel.billing.summary import summary_of
from tests.test_billing_ledger import counted, rows

DENIED = {"charge": 20_000, "paid": 0, "adjustment": 20_000, "is_denied": 1}
PAID = {"charge": 20_000, "allowed": 8_000, "paid": 6_000, "adjustment": 12_000, "posting_date": datetime.date(2025, 5, 1)}


def measured(cell, *names):
    return tuple(cell[name] for name in names)


@pytest.mark.parametrize(("answers", "charge", "repeated"), [
    ([DENIED, PAID], 20_000, 20_000), ([DENIED, DENIED, PAID], 20_000, 40_000),
    ([DENIED, {"charge": -20_000, "adjustment": -20_000}, PAID], 20_000, 0),
    ([DENIED, PAID, {"charge": -20_000}, PAID], 20_000, 20_000), ([PAID, {"charge": -20_000, "paid": -6_000}], 0, 0),
    # Two lines of one code that cost differently are two.
    ([PAID, {"charge": 15_000}], 35_000, 0),
])
def test_a_claim_denied_and_then_paid_counts_once_in_a_remittance(answers, charge, repeated):
    cell = counted(*answers, is_remittance=True)
    assert measured(cell, "charge", "repeated_charge", "alike_services") == (charge, repeated, 0)
    assert cell["units"] == (2_000 if charge == 35_000 else charge // 20)
    assert cell["paid"] == sum(one.get("paid", 0) for one in answers)


def test_equal_charges_of_one_payer_elsewhere_add_up_and_are_told():
    cell = counted(DENIED, PAID)
    assert measured(cell, "charge", "units", "repeated_charge", "alike_services") == (40_000, 2_000, 0, 1)
    assert counted(PAID, {"charge": -20_000}, PAID)["alike_services"] == 0
    assert counted(PAID, {"charge": 15_000})["alike_services"] == 0


def test_a_second_payer_of_the_same_name_doubles_nothing_where_the_order_of_payers_is_told():
    cell = counted({**PAID, "sequence": 1}, {"charge": 20_000, "allowed": 8_000, "paid": 2_000, "sequence": 2})
    assert measured(cell, "charge", "units", "allowed", "paid") == (20_000, 1_000, 8_000, 8_000)
    assert measured(cell, "repeated_charge", "repeated_allowed", "alike_services") == (20_000, 8_000, 0)


def test_a_void_that_repeats_positive_amounts_takes_all_of_them_back():
    cell = counted(PAID, {**PAID, "frequency": 8})
    assert measured(cell, "charge", "units", "allowed", "paid", "adjustment") == (0, 0, 0, 0, 0)
    # What the file adds up to differs from what counts by twice what the void wrote.
    assert measured(cell, "turned_charge", "turned_allowed") == (2 * 20_000, 2 * 8_000)
    assert measured(cell, "turned_paid", "turned_adjustment") == (2 * 6_000, 2 * 12_000)


def test_a_void_that_pays_back_is_not_turned():
    cell = counted(PAID, {"charge": -20_000, "allowed": -8_000, "paid": -6_000, "adjustment": -12_000, "frequency": 8})
    assert measured(cell, "charge", "allowed", "paid", "turned_paid", "turned_allowed") == (0, 0, 0, 0, 0)


def test_payments_by_month_and_payer_take_back_what_a_void_repeats():
    import duckdb

    found = aggregates(duckdb.connect().from_arrow(rows(PAID, {**PAID, "frequency": 8})))
    assert [row["paid"] for row in found.payments.to_pylist()] == [0]
    assert [row["paid"] for row in found.payers.to_pylist()] == [0]


AGAIN = {**PAID, "charge": 21_000, "allowed": 8_500, "paid": 7_000, "adjustment": 12_500, "frequency": 7}


@pytest.mark.parametrize(("given", "paid", "left_out", "rows_left_out"), [
    ([PAID, AGAIN], 7_000, 6_000, 1),
    # The first payment was taken back, so the second is what is left.
    ([PAID, {"paid": -6_000}, AGAIN], 7_000, 0, 0),
    # A replacement that states no payment keeps that of the original.
    ([PAID, {**AGAIN, "paid": 0}], 6_000, 0, 0),
])
def test_what_was_paid_for_a_replaced_claim_counts_once(given, paid, left_out, rows_left_out):
    cell = counted(*given)
    assert measured(cell, "charge", "allowed", "paid") == (21_000, 8_500, paid)
    assert measured(cell, "superseded_paid", "superseded_payments") == (left_out, rows_left_out)
    assert cell["adjustment"] == 12_500
    assert cell["superseded_adjustment"] == 12_000


def test_a_service_without_a_charge_is_set_aside_with_its_money_and_a_payment_alone_is_not():
    cell = counted({"charge": 0, "paid": 3_000, "allowed": 4_000})
    assert (SET_ASIDE[cell["set_aside"]], cell["services"], cell["paid"], cell["orphans"]) == ("no_charge", 1, 3_000, 0)
    alone = counted({"charge": None, "paid": 3_000})
    assert (SET_ASIDE[alone["set_aside"]], alone["orphans"], alone["paid"]) == ("", 1, 3_000)
    # A payer's row without a charge beside one with it, and a charge taken back, are services as ever.
    assert SET_ASIDE[counted(PAID, {"charge": 0, "paid": 500})["set_aside"]] == ""
    assert SET_ASIDE[counted(PAID, {"charge": -20_000}, {"charge": 0})["set_aside"]] == ""


@pytest.mark.parametrize("is_row_per_service", [False, True])
def test_a_charge_of_no_units_is_one_exam_and_told(is_row_per_service):
    cell = counted({"charge": 20_000, "units": 0}, is_row_per_service=is_row_per_service)
    assert measured(cell, "units", "counted_as_one") == (1_000, 1)
    assert counted({"charge": 0}, is_row_per_service=is_row_per_service)["set_aside"] == SET_ASIDE.index("no_charge")


def test_a_later_change_of_price_without_units_is_no_further_exam():
    assert measured(counted({"charge": 20_000}, {"charge": 500, "units": 0}), "units", "counted_as_one") == (1_000, 0)
    assert measured(counted({"charge": 20_000}, {"charge": -19_500}), "units", "counted_as_one") == (0, 0)


def test_what_was_put_together_by_a_rule_is_told_without_small_counts():
    import duckdb

    alike = [{**PAID, "service_key": one, "claim_key": one} for one in range(12) for _ in range(2)]
    without_units = [{"charge": 5_000, "units": 0, "service_key": 90 + one, "claim_key": 90 + one} for one in range(10)]
    replaced = [{**row, "service_key": 50 + one, "claim_key": 50 + one} for one in range(11) for row in (PAID, AGAIN)]
    summary = summary_of(aggregates(duckdb.connect().from_arrow(rows(*alike, *without_units, *replaced))), {})
    first, second, third = netting_cautions(summary, maturity_of([]))
    assert first.startswith("12 services have equal charges of one payer")
    assert second.startswith("1 to 10 services have a charge of no units")
    # Eleven originals were paid 60 dollars each.
    assert third.startswith("11 payments, $660.00 in all, for claims that were replaced")
