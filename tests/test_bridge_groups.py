"""From another practice to this one: steps that sum exactly, each the doing of the market or of the practice."""

import pytest

from finmodel import apply_scenarios, assume, evaluate, load_practice, load_scenario
from finmodel.analysis.bridge_groups import GROUPS, at_benchmark, bridge, bridge_of_changes, changes_of, group_of
from finmodel.assumptions import BadInput, Change, names
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


def test_changes_are_the_doing_of_whoever_decides_what_they_change():
    changes = [Change(path="payers.*.annual_trend", operation="add", amount=-0.01),
               Change(path="volumes.*.emergency.*.annual_growth", operation="add", amount=0.02),
               Change(path="expenses.billing.rate", operation="multiply", amount=0.9),
               Change(path="expenses.office.rate", operation="multiply", amount=1.1),
               Change(path="providers.*_radiologist.compensation_per_fte", operation="multiply", amount=1.05)]
    found = bridge_of_changes(SAMPLE, changes, 2026)
    after = evaluate(changed(SAMPLE, changes, "all")).series("support_deficit")[1]
    assert (found.other, found.own) == (pytest.approx(value("support_deficit")), pytest.approx(after))
    assert found.other + sum(found.steps.values()) == pytest.approx(found.own, abs=1e-6)
    assert {key for key, step in found.steps.items() if step} == {"rates", "volume", "billing", "other", "pay"}
    # A tenth of the office cost has nothing to do with anything else.
    assert found.steps["other"] == pytest.approx(0.1 * value("expense_office"))
    assert found.of("neither") == found.steps["other"]


@pytest.mark.parametrize(("path", "group"), [
    ("payers.medicaid.collection_rate", "collections"), ("payers.*.multiple_of_medicare", "rates"),
    ("medicare_rules.conversion_factor*", "rates"), ("payer_mix_by_facility.*.emergency.commercial", "payer_mix"),
    ("roster_changes.retirement.size", "staffing"), ("providers.*.compensation_trend", "wages"),
    ("providers.partner_radiologist.malpractice_per_fte", "other"), ("expenses.billing.annual_growth", "billing"),
])
def test_every_assumption_belongs_to_one_group(path, group):
    assert group_of(path, SAMPLE) == group


def test_a_line_that_is_given_is_nobodys_doing():
    with pytest.raises(BadInput, match="nothing can be said to cause"):
        bridge_of_changes(SAMPLE, [Change(path="locums_expense", operation="override", amount=1.0)], 2026)


@pytest.mark.parametrize("scenario", names("scenarios"))
def test_every_shipped_scenario_is_taken_apart_without_a_rest(scenario):
    read = load_scenario(scenario)
    after = evaluate(apply_scenarios(SAMPLE, [read])).series("support_deficit")[-1]
    found = bridge_of_changes(SAMPLE, read.changes, 2029)
    assert found.own == pytest.approx(after)
    assert found.other + sum(found.steps.values()) == pytest.approx(after, abs=1e-6)
