"""Cash by month when something else happens than was agreed: the true-up of the page is that of the year before."""

import pytest

from finmodel import assume, evaluate, load_practice, load_scenario
from finmodel.cases import apply_scenarios
from finmodel.format import money, short_money
from tests.pages import opened, words

pytestmark = pytest.mark.usefixtures("stored")

SAMPLE = assume(load_practice("sample"))


def at_cash(**address):
    page = opened("proposals", practice="sample", proposal="cost_basis", **address)
    page.segmented_control(key="proposals-part").set_value("Cash")
    page.run()
    return page


def happens(page, what, place="proposal"):
    page.selectbox(key=f"happens-{place}").set_value(what)
    page.run()
    assert not page.exception
    return page


def true_up(page):
    """What the page tells of the true-up of each month, where there is any."""
    (shown,) = (one.value for one in page.dataframe if "True-up" in one.value)
    return {row["Month"]: row["True-up"].lstrip("\u2060") for _, row in shown.iterrows() if row["True-up"] != "$0"}


def deficit_2026(assumptions):
    return evaluate(assumptions).series("support_deficit")[1]


def test_as_agreed_nothing_is_trued_up_and_it_says_why():
    page = at_cash()
    assert true_up(page) == {}
    assert "The true-up is nil because everything happens here as it was budgeted." in words(page)


def test_a_scenario_that_nobody_budgeted_is_trued_up_in_the_april_after():
    # Cost beyond the budget by less than one percent is all paid for, and the cap on the whole is not reached.
    more = deficit_2026(apply_scenarios(SAMPLE, [load_scenario("volume_flat")])) - deficit_2026(SAMPLE)
    page = happens(at_cash(), "scenario-volume_flat")
    assert true_up(page) == {"April 2027": money(more)}
    assert "is nil" not in words(page)


def test_a_scenario_of_the_sidebar_is_budgeted_or_comes_unforeseen():
    page = at_cash(scenario="volume_flat")
    assert true_up(page) == {}
    more = deficit_2026(apply_scenarios(SAMPLE, [load_scenario("volume_flat")])) - deficit_2026(SAMPLE)
    assert true_up(happens(page, "sidebar")) == {"April 2027": money(more)}


def test_actuals_given_under_settlement_are_trued_up():
    page = opened("proposals", practice="sample", proposal="cost_basis")
    page.segmented_control(key="proposals-part").set_value("Settlement")
    page.run()
    for line, amount in (("total_expense", "32m"), ("collections", "25.6m")):
        page.text_input(key=f"settlement-cost_basis-2026-actual-{line}").set_value(amount)
    page.run()
    page.segmented_control(key="proposals-part").set_value("Cash")
    page.run()
    # 32,000,000 − 25,600,000 − 360,000 of other professional revenue, where the deficit of 2026 was advanced.
    due = 32_000_000 - 25_600_000 - 360_000 - deficit_2026(SAMPLE)
    page = happens(page, "actuals")
    assert true_up(page) == {"April 2027": money(due)}
    assert f"in April 2027 the group refunds **{short_money(-due)}**" in words(page)


def test_compare_trues_up_beside_each_other():
    page = opened("compare", practice="sample")
    assert "The true-up is nil" in words(page)
    shown = words(happens(page, "scenario-volume_flat", "compared"))
    assert "in April 2027 the" in shown
