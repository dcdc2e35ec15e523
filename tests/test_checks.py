"""Each integrity check sees the fault that is planted for it."""

import numpy as np
import pytest

from finmodel import assemble_model, assume, changed, evaluate, load_practice
from finmodel.assumptions import Change
from finmodel.lines.checks import check_fte_roll_forward


def overridden(line, amount, year=2026):
    return [Change(path=line, operation="override", amount=amount, year=year)]


def set_to(path, amount):
    return [Change(path=path, operation="set", amount=amount)]


PLANTED_BY_CHANGE = {
    "check_revenue_sides": overridden("collections", 25_000_000),
    "check_work_rvu_sides": overridden("work_rvus", 400_000),
    "check_expense_items": overridden("total_provider_expense", 1),
    "check_facility_sides": overridden("exams", 1) + overridden("work_rvus", 500_000),
    "check_covered": set_to("shortfall.locums_share", 0.5),
    "check_outside_reads": set_to("outside_reads.night.base_reads", 900_000),
    "check_bridge": overridden("bridge_volume", 1),
}
PLANTED_BY_INPUT = {
    "check_payer_shares": ("site_payer_base_share", lambda shares: shares * 1.01),
    "check_volumes": ("segment_base_exams", lambda exams: exams - 2_000.0),
    "check_fte_roll_forward": ("provider_fte", lambda fte: fte - 4.0),
}


def test_every_check_has_a_planted_fault(sample):
    assert {name for name in sample.graph.lines if name.startswith("check_")} == {*PLANTED_BY_CHANGE, *PLANTED_BY_INPUT}


@pytest.mark.parametrize("name", PLANTED_BY_CHANGE)
def test_check_fires_on_changed_assumptions(name):
    result = evaluate(changed(assume(load_practice("sample")), PLANTED_BY_CHANGE[name], "planted"))
    assert name in result.failed_checks()


@pytest.mark.parametrize("name", PLANTED_BY_INPUT)
def test_check_fires_on_impossible_inputs(name):
    model = assemble_model(assume(load_practice("sample")))
    given, spoil = PLANTED_BY_INPUT[name]
    result = model.run({given: spoil(model.inputs[given])})
    assert name in result.failed_checks()


def test_roll_forward_sees_posts_that_appear_from_nowhere(sample):
    appeared = sample["fte_change"].copy()
    assert check_fte_roll_forward(sample["closing_fte"], sample.placed.inputs["provider_fte"].array, appeared).all()
    appeared[0, 2] += 1.5
    assert check_fte_roll_forward(sample["closing_fte"], sample.placed.inputs["provider_fte"].array, appeared).tolist() == [
        [[True], [True], [False], [True], [True]]
    ]


def test_a_negative_share_is_not_hidden_by_the_others():
    model = assemble_model(assume(load_practice("sample")))
    shares = model.inputs["site_payer_base_share"].copy()
    shares[0] += shares[3] + 0.05
    shares[3] = -0.05
    assert np.allclose(shares[:6].sum(axis=0), 1.0)
    assert "check_payer_shares" in model.run({"site_payer_base_share": shares}).failed_checks()


def test_only_the_case_at_fault_fails():
    good = assume(load_practice("sample"))
    result = evaluate(good, changed(good, PLANTED_BY_CHANGE["check_covered"], "planted"))
    assert result.failed_checks(case=0) == []
    assert result.failed_checks(case=1) == ["check_covered"]


def test_what_was_given_is_marked_with_everything_downstream():
    result = evaluate(changed(assume(load_practice("sample")), overridden("locums_expense", 0), "given"))
    assert {"locums_expense", "total_expense", "support_deficit", "support_deficit_per_fte"} <= result.overridden
    assert not {"collections", "locums_days", "radiologist_fte"} & result.overridden
    assert result.series("locums_expense")[1] == 0
    assert result.series("locums_expense")[0] > 0


def test_results_are_frozen(sample):
    with pytest.raises(ValueError, match="read-only"):
        sample.values["support_deficit"][0, 0, 0] = 0
