"""Months of which little or nothing has arrived are estimated by their work, never taken as paid with nothing."""

import pytest

from finmodel.billing.maturity import maturity_of


def paid_after(lags, months, last):
    """Payments of so many cents after so many months, for each of some months of service, up to the last month of payments."""
    return [{"service_month": month, "paid_month": month + lag, "paid": cents}
            for month in range(months) for lag, cents in lags if month + lag <= last]


def row(month, paid, work=2.0, payer="medicare"):
    return {"payer": payer, "month": month, "paid": paid, "work_rvus": work}


def test_a_month_of_which_nothing_has_arrived_is_paid_what_others_are_for_their_work():
    # Half arrives after one month and half after two; month 8 has half, month 9 nothing, and month 10 is past all payments.
    found = maturity_of(paid_after([(1, 50), (2, 50)], 10, 9), range(11))
    assert {month: share for month, share in found.arrived_share.items() if share < 1} == {8: pytest.approx(0.5), 9: 0.0, 10: 0.0}
    assert (found.untold, found.immature) == ([9, 10], [8, 9, 10])
    rows = [*(row(month, 100) for month in range(8)), row(8, 50), row(9, 0, work=4.0), row(10, 0)]
    # Nine months of 100 for 2 work RVUs each: 50 for one.
    assert found.expected_of(rows) == pytest.approx([*[100] * 8, 50 / 0.5, 4 * 50, 2 * 50])


def test_each_payer_is_expected_to_pay_as_it_does_and_none_less_than_it_has():
    found = maturity_of(paid_after([(1, 100)], 8, 7), range(8))
    rows = [row(0, 100), row(7, 0), row(0, 10, payer="self_pay"), row(7, 30, payer="self_pay"), row(7, 5, payer="other")]
    # 100 ÷ 2 × 2 of Medicare; 10 ÷ 2 × 2 of patients, who have paid more already; of other payers no month tells.
    assert found.expected_of(rows) == pytest.approx([100, 100, 10, 30, 5])


def test_a_month_between_others_for_which_nobody_paid_is_complete():
    paid = [one for one in paid_after([(0, 60), (1, 40)], 10, 10) if one["service_month"] != 4]
    found = maturity_of(paid, range(10))
    assert found.arrived_share[4] == 1.0
    assert found.expected_of([row(4, 0), row(3, 100)]) == [0, 100]


def test_one_early_payment_is_not_multiplied_to_a_month():
    # Of the months before, one cent in a thousand arrived at once: the last month would be a thousand times what it has.
    found = maturity_of(paid_after([(0, 1), (1, 999)], 8, 7), range(8))
    assert found.untold == [7]
    assert found.expected_of([row(6, 1_000), row(7, 5)]) == pytest.approx([1_000, 1_000])
