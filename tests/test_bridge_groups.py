"""From another practice to this one: steps that sum exactly, each the doing of the market or of the practice."""

import pytest

from finmodel import assume, evaluate, load_practice
from finmodel.analysis.bridge_groups import GROUPS, at_benchmark, bridge, changes_of
from finmodel.assumptions import Change, names
from finmodel.cases import changed

SAMPLE = assume(load_practice("sample"))
RESULT = evaluate(SAMPLE)
AMOUNTS = {"payer_mix": 0.03, "rates": 0.05, "coverage": -0.03, "wages": -0.02, "collections": 0.04, "billing": -0.2,
           "staffing": -0.05, "pay": -0.1}


def value(name, year=2026):
    return RESULT.series(name)[RESULT.years.index(year)]


@pytest.mark.parametrize("practice", names("practices"))
def test_the_steps_sum_to_the_difference_of_the_two_deficits(practice):
    assumed = assume(load_practice(practice))
    year = assumed.practice.years[1]
    found = bridge(assumed, AMOUNTS, year)
    other = changed(assumed, [one for key, amount in AMOUNTS.items() for one in changes_of(assumed, key, amount)], "other")
    assert found.own == pytest.approx(evaluate(assumed).series("support_deficit")[1])
    assert found.other == pytest.approx(evaluate(other).series("support_deficit")[1])
    assert found.other + found.of("market") + found.of("practice") == pytest.approx(found.own, abs=1e-6)


def test_one_difference_alone_is_the_whole_bridge():
    found = bridge(SAMPLE, {"billing": -0.2}, 2026)
    # A fifth of the billing cost is what this practice lacks for its own.
    assert found.steps["billing"] == pytest.approx(0.2 * value("expense_billing"))
    assert (found.of("market"), found.of("practice")) == (0.0, found.steps["billing"])


def test_prices_and_collections_of_the_same_size_share_what_they_do_alike():
    found = bridge(SAMPLE, {"rates": 0.05, "collections": 0.05}, 2026)
    assert found.steps["rates"] == pytest.approx(found.steps["collections"])
    alone = changed(SAMPLE, [Change(path="payers.*.collected_per_work_rvu", operation="multiply", amount=1.05**2)], "both")
    assert found.other == pytest.approx(evaluate(alone).series("support_deficit")[1])


def test_a_richer_payer_mix_is_taken_from_the_largest_of_the_others():
    shifts = {one.path: one.to for one in changes_of(SAMPLE, "payer_mix", 0.03)}
    assert shifts["payer_mix.emergency.medicaid"] == "payer_mix.emergency.commercial"
    assert shifts["payer_mix.inpatient.medicare"] == "payer_mix.inpatient.commercial"
    # There are never more points to move than the payer has.
    most = {one.path: one.amount for one in changes_of(SAMPLE, "payer_mix", 0.5)}
    assert most["payer_mix.emergency.medicaid"] == 0.24


def test_at_first_the_other_practice_staffs_and_pays_as_the_benchmarks_say():
    found = at_benchmark(RESULT, 2026)
    assert found["pay"] == pytest.approx(value("reference_pay_per_fte") / value("agreed_pay_per_radiologist_fte") - 1.0)
    # Whoever has fewer posts than the benchmark needs is not overstaffed.
    assert value("required_fte") > value("radiologist_fte")
    assert found["staffing"] == 0.0


def test_nothing_different_is_no_bridge():
    found = bridge(SAMPLE, dict.fromkeys(GROUPS, 0.0), 2026)
    assert found.other == found.own
    assert set(found.steps.values()) == {0.0}
