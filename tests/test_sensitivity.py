"""What moves the deficit most: every value of the ranking is the value of a run of its own."""

import numpy as np
import pytest

from finmodel import BadInput, assume, changed, evaluate, load_practice
from finmodel.analysis import families, movers
from finmodel.assumptions import Change, names
from tests.contracts import agreed, proposal

BASE = {name: assume(load_practice(name)) for name in names("practices")}
SAMPLE = BASE["sample"]


def at(assumptions, changes, year=2026, line="support_deficit"):
    result = evaluate(changed(assumptions, changes, "test"))
    return result.series(line)[result.years.index(year)]


def mover(path, **options):
    (found,) = movers(SAMPLE, among=lambda candidate, _: candidate == path, **options)
    return found


@pytest.mark.parametrize(
    ("path", "low", "high"),
    [
        # ten percent of itself
        ("payers.commercial.collected_per_work_rvu", [("set", 87.21 * 0.9)], [("set", 87.21 * 1.1)]),
        # its own range
        ("shortfall.locums_price_per_day", [("set", 3_200)], [("set", 5_200)]),
        ("expenses.billing.rate", [("set", 0.055)], [("set", 0.105)]),
        # a point
        ("payers.commercial.annual_trend", [("set", -0.005)], [("set", 0.015)]),
        # no lower than nothing, no higher than everything
        ("providers.partner_radiologist.vacancy_share", [("set", 0.0)], [("set", 0.01)]),
        ("payers.medicare.medicare_indexed_share", [("set", 0.9)], [("set", 1.0)]),
        # all of the shortfall is bought as locums already
        ("shortfall.teleradiology_share", [("set", 0.0)], [("set", 0.0)]),
    ],
)
def test_an_assumption_alone_moves_the_deficit_as_a_run_with_it_changed_does(path, low, high):
    found = mover(path)
    ends = [[Change(path=path, operation=operation, amount=amount) for operation, amount in end] for end in (low, high)]
    assert (found.low, found.high) == pytest.approx((low[0][1], high[0][1]), abs=1e-15)
    assert (found.line_at_low, found.line_at_high) == pytest.approx([at(SAMPLE, end) for end in ends], rel=1e-12)
    assert found.line == pytest.approx(at(SAMPLE, []), rel=1e-12)


def test_medicares_rules_vary_after_the_base_year_whose_rules_are_known():
    found = mover("medicare_rules.conversion_factor")
    change = Change(path=found.path, operation="multiply", amount=1.1, after_base_year=True)
    assert found.high == pytest.approx(33.4009 * 1.1)
    assert found.line_at_high == pytest.approx(at(SAMPLE, [change]), rel=1e-12)
    assert mover(found.path, year=2025).swing == 0.0


def test_a_payers_share_is_taken_from_the_other_payers_in_proportion():
    found = mover("payer_mix.emergency.commercial")
    others = {"medicare": 0.17, "medicare_advantage": 0.15, "medicaid": 0.24, "self_pay": 0.11, "other": 0.04}
    shifts = [
        Change(path=f"payer_mix.emergency.{payer}", to=found.path, operation="shift", amount=0.029 * share / 0.71)
        for payer, share in others.items()
    ]
    assert (found.low, found.value, found.high) == pytest.approx((0.261, 0.29, 0.319))
    assert found.line_at_high == pytest.approx(at(SAMPLE, shifts), rel=1e-12)
    assert found.line_at_high < found.line < found.line_at_low


def up(assumptions, one):
    """An assumption at its high end, worked year by year."""
    quantity, practice = assumptions[one.path], assumptions.practice
    for year in practice.years:
        before = quantity.at(year)
        by = max(0.01, abs(before) * 0.1) if one.unit.startswith("share") else abs(before) * 0.1
        after = before + by if quantity.high is None else quantity.high
        if year > practice.base_year or not one.path.startswith("medicare_rules."):
            shortfall = [assumptions[f"shortfall.{kind}_share"].at(year) for kind in ("locums", "teleradiology")]
            taken = sum(shortfall) - before if one.path in {"shortfall.locums_share", "shortfall.teleradiology_share"} else 0.0
            most = {"share": 1.0 - taken, "hour/week": 168.0}.get(one.unit, after)
            yield Change(path=one.path, operation="set", amount=min(after, most), year=year)


@pytest.mark.parametrize("name", sorted(BASE))
@pytest.mark.parametrize("line", ["support_deficit", "required_fte"])
def test_every_assumption_varied_at_once_equals_each_changed_alone(name, line):
    assumptions = BASE[name]
    year = assumptions.practice.years[-1]
    found = [one for one in movers(assumptions, line, year) if not one.path.startswith("payer_mix")]
    assert len(found) == len([path for path in assumptions if not path.startswith("payer_mix")])
    cases = [changed(assumptions, up(assumptions, one), "test") for one in found]
    batch = evaluate(*cases)
    np.testing.assert_allclose([one.line_at_high for one in found], batch[line][0, -1], rtol=1e-10)


def test_the_largest_swing_comes_first_and_what_does_not_matter_last():
    found = movers(SAMPLE)
    swings = [one.swing for one in found]
    assert swings == sorted(swings, reverse=True)
    assert len(found) == len(SAMPLE)
    assert found[0].label == "Commercial: collected per work RVU"
    assert {"service_schedule.other_reads.hours_per_week", "actuals.revenue"} <= {one.path for one in found if one.swing == 0.0}


def test_only_assumptions_asked_for_are_ranked():
    found = movers(SAMPLE, among=lambda path, quantity: quantity.status == "judgment" and path.startswith("shortfall."))
    assert {one.path for one in found} == {
        path for path, quantity in SAMPLE.items() if quantity.status == "judgment" and path.startswith("shortfall.")
    }


def test_a_line_with_rows_is_refused():
    with pytest.raises(BadInput, match="one row"):
        movers(SAMPLE, "payer_collections")
    with pytest.raises(BadInput, match="one row"):
        families(SAMPLE, "no_such_line")


def test_what_was_changed_and_given_before_stays():
    before = changed(SAMPLE, [Change(path="payers.commercial.collected_per_work_rvu", operation="set", amount=80.0),
                              Change(path="total_operating_expense", operation="override", amount=1e6)], "test")
    found = {one.path: one for one in movers(before)}
    assert found["payers.commercial.collected_per_work_rvu"].high == pytest.approx(88.0)
    assert found["expenses.office.rate"].swing == 0.0


@pytest.mark.parametrize("name", sorted(BASE))
def test_a_lever_moves_the_deficit_as_its_change_in_a_scenario_does(name):
    assumptions = BASE[name]
    year = assumptions.practice.years[1]
    for lever in families(assumptions):
        for amount, line in ((lever.low, lever.line_at_low), (lever.high, lever.line_at_high)):
            assert at(assumptions, [lever.change(amount)], year) == pytest.approx(line, rel=1e-10), lever
        assert lever.low <= 0.0 <= lever.high
        assert lever.swing > 0.0


def test_the_levers_a_person_thinks_in():
    levers = {lever.path: lever for lever in families(SAMPLE)}
    labels = {path: lever.label for path, lever in levers.items()}
    assert labels["volumes.*.*.*.base_exams"] == "Exams in the base year, all sites"
    assert labels["payers.commercial.collected_per_work_rvu"] == "Collected per work RVU, Commercial"
    assert labels["providers.*.compensation_per_fte"] == "Agreed pay per FTE, all categories"
    assert labels["shortfall.locums_price_per_day"] == "Locums price per day, bought coverage"
    assert labels["outside_reads.*.price_per_read"] == "Price per read, all teleradiology contracts"
    assert labels["medicare_rules.conversion_factor"] == "Conversion factor, Medicare"
    assert levers["providers.*.vacancy_share"].operation == "add"
    assert (levers["providers.*.vacancy_share"].low, levers["providers.*.vacancy_share"].high) == pytest.approx((0.0, 0.01))
    assert not [path for path in levers if path.startswith("payer_mix")]


def test_a_lever_goes_no_further_than_every_assumption_allows():
    levers = {lever.path: lever for lever in families(BASE["multi_hospital"], step=0.9)}
    rate = levers["payers.commercial.collection_rate"]  # 0.94
    assert (rate.low, rate.high) == pytest.approx((-0.09, 0.06))


def test_an_adjustment_also_moves_the_schedule_a_clause_was_agreed_in():
    # Work RVUs are counted in the schedule of 2026, which the adjustment of 2026 makes.
    clause = '[mechanisms.x]\nkind = "work_rvu_guarantee"\nrate = 91.10\nschedule_year = 2026'
    agreed_with = agreed(proposal(clause))
    path = "medicare_rules.efficiency_adjustment"
    one = next(one for one in movers(agreed_with, "p__total", 2026) if one.path == path)
    low, high = (at(agreed_with, [Change(path=path, operation="set", amount=amount, after_base_year=True)], line="p__total")
                 for amount in (one.low, one.high))
    assert (one.line_at_low, one.line_at_high) == pytest.approx((low, high), rel=1e-12)
    assert low != high
