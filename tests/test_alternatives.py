"""What the hospital could do instead: each figure worked by hand on a practice of round numbers."""

import json

import numpy as np
import pytest
from hypothesis import given as sampled
from hypothesis import settings
from hypothesis import strategies as st

from finmodel import BadInput, assume, changed, evaluate, explain, load_practice
from finmodel.analysis.alternatives import alternative_costs
from finmodel.assumptions import Change, load_alternatives, load_sources
from finmodel.assumptions.alternatives import Alternatives
from finmodel.assumptions.files import parse_file
from finmodel.assumptions.reading import validated
from finmodel.cases import place
from finmodel.contracts.files import load_proposal
from finmodel.format import money
from tests.contracts import agreed, given, proposal
from tests.test_command import finmodel

STIPEND = '[mechanisms.stipend]\nkind = "fixed_stipend"\namount = 4_000_000\n'
EMPLOY = {
    "staffed_share": 0.85,
    "teleradiology_share": 0.15,
    "pay_per_fte": 600_000,
    "benefits_share": 0.25,
    "other_cost_per_fte": 50_000,
    "cost_trend": 0.0,
    "work_rvus_per_fte": 10_000,
    "coverage_fte": 1.5,
    "management_share": 0.0,
    "collection_ratio": 1.0,
    "billing_share": 0.08,
    "turnover": 0.1,
    "recruiting_cost_per_fte": 80_000,
    "vacant_share_at_start": 0.5,
    "transition_months": 6,
    "months_not_collected": 2,
}
# Posts: 85,000 ÷ 10,000 + 1.5 = 10. Staff: 10 × (600,000 × 1.25 + 50,000) = 8,000,000. Bought: 15,000 × $50 = 750,000.
# Recruiting: 10 × 0.1 × 80,000 = 80,000. Collections after billing: 5,000,000 × 0.92 = 4,600,000. Other revenue: 300,000.
SETTLED = 8_000_000 + 750_000 + 80_000 - 4_600_000 - 300_000
# A month with all posts vacant: (85,000 × $100 − 8,000,000) ÷ 12. Vacant months: 0.5 × 6 ÷ 2 = 1.5. Recruits: 10 × 0.5 × 80,000.
VACANT_MONTH = 500_000 / 12
TRANSITION = 1.5 * VACANT_MONTH + 400_000 + 2 * 4_600_000 / 12


def setting(alternative, **numbers):
    """Changes that set numbers of an alternative."""
    return [Change(path=f"alternatives.{alternative}.{name}", operation="set", amount=one) for name, one in numbers.items()]


def round_numbers(**lines):
    """100,000 work RVUs a year that stay as they are and collect $5,000,000, and $300,000 of other revenue.

    Locums are at $100 and teleradiology at $50 for each.
    """
    prices = {"locums_price": 6_000, "extra_teleradiology_price": 50}
    lines = {"work_rvus": 100_000, "collections": 5e6, "other_professional_revenue": 3e5, **prices, **lines}
    steady = {"medicare_rules.efficiency_adjustment": 0.0, "shortfall.locums_work_rvus_per_day": 60}
    return [*given(**lines), *(Change(path=path, operation="set", amount=one) for path, one in steady.items())]


def beside(*changes, starts="2025-01-01", **lines):
    """The run of round numbers with a proposal, called ``p``, of three years."""
    assumptions = agreed(proposal(STIPEND, starts=starts))
    return evaluate(changed(assumptions, [*round_numbers(**lines), *setting("employ", **EMPLOY), *changes], "test"))


def by_year(result, name, alternative):
    """A figure of an alternative over the years."""
    return result[f"p__{name}"][result.rows(f"p__{name}").index(alternative), :, 0]


def test_employing_costs_staff_and_bought_reads_less_collections_and_a_transition():
    result = beside()
    assert by_year(result, "alternative_fte", "employ")[:3] == pytest.approx([10, 10, 10])
    assert by_year(result, "alternative_settled_cost", "employ")[:3] == pytest.approx([SETTLED] * 3)
    assert by_year(result, "alternative_transition_cost", "employ") == pytest.approx([TRANSITION, 0, 0, 0, 0])
    assert by_year(result, "alternative_cost", "employ") == pytest.approx([SETTLED + TRANSITION, SETTLED, SETTLED, 0, 0])


def test_the_whole_term_and_its_present_value():
    result = beside()
    term = 3 * SETTLED + TRANSITION
    assert by_year(result, "alternative_term_cost", "employ")[-1] == pytest.approx(term)
    # At 6 % with payments in the middle of each year.
    value = (SETTLED + TRANSITION) / 1.06**0.5 + SETTLED / 1.06**1.5 + SETTLED / 1.06**2.5
    assert by_year(result, "alternative_present_value", "employ")[-1] == pytest.approx(value, rel=1e-3)
    assert result.series("p__proposal_term_cost")[-1] == pytest.approx(12_000_000)


def test_the_first_quarter_holds_what_the_transition_costs_in_three_months():
    # Vacant months: 0.5 × 3 × (1 − 3 ÷ 12) = 1.125; both months without collections lie in the quarter.
    quarter = SETTLED / 4 + 1.125 * VACANT_MONTH + 400_000 + 2 * 4_600_000 / 12
    assert by_year(beside(), "alternative_transition_quarter", "employ") == pytest.approx([quarter, 0, 0, 0, 0])


def test_a_transition_goes_on_into_the_next_year():
    result = beside(*setting("employ", transition_months=12, months_not_collected=8), starts="2025-07-01")
    # All: 0.5 × 12 ÷ 2 = 3; in the first six months 0.5 × 6 × (1 − 6 ÷ 24) = 2.25.
    assert by_year(result, "alternative_vacant_months", "employ") == pytest.approx([2.25, 0.75, 0, 0, 0])
    assert by_year(result, "alternative_uncollected_months", "employ") == pytest.approx([6, 2, 0, 0, 0])
    first = SETTLED / 2 + 2.25 * VACANT_MONTH + 400_000 + 6 * 4_600_000 / 12
    assert by_year(result, "alternative_cost", "employ")[0] == pytest.approx(first)


def test_only_an_operator_keeps_what_it_collects_beyond_its_cost():
    result = beside(collections=50e6)
    assert by_year(result, "alternative_settled_cost", "national_group")[0] == 0
    # 8,830,000 − 50,000,000 × 0.92 − 300,000.
    assert by_year(result, "alternative_settled_cost", "employ")[0] == pytest.approx(8_830_000 - 46_000_000 - 300_000)


def test_nothing_costs_what_leavers_no_longer_read_and_what_is_paid_today():
    leaving = {"group_leaving_share": 0.19, "leaving_rise_with_pay_gap": 0}
    cost = {"teleradiology_share": 0.5, "management_share": 0.1, "collection_ratio": 0.9, "billing_share": 0.09}
    result = beside(*setting("nothing", **leaving, **cost), existing_hospital_payments=1e6)
    # 1 − 0.81 to the power of 0.5, 1.5 and 2.5 years.
    assert by_year(result, "alternative_share_read", "nothing")[:3] == pytest.approx([0.1, 0.271, 1 - 0.9**5])
    # 10,000 work RVUs × (0.5 × $50 + 0.5 × $100) × 1.1 − 5,000,000 × 0.1 × 0.9 × 0.91 − 300,000 × 0.1
    # = 825,000 − 409,500 − 30,000.
    assert by_year(result, "alternative_cost", "nothing")[0] == pytest.approx(385_500 + 1_000_000)
    assert by_year(result, "alternative_net_new_cost", "nothing")[0] == pytest.approx(385_500)
    assert by_year(result, "alternative_existing_payments", "employ") == pytest.approx([0, 0, 0, 1e6, 1e6])


def test_more_leave_the_further_their_pay_falls_below_the_market():
    leaving = setting("nothing", group_leaving_share=0.1, leaving_rise_with_pay_gap=3)
    assumptions = changed(agreed(proposal(STIPEND)), [*leaving, *given(reference_pay_per_fte=600_000), *given(
        2025, radiologist_take_home_without_support=450_000), *given(2026, radiologist_take_home_without_support=300_000)], "pay")
    result = evaluate(assumptions)
    assert result.series("p__pay_gap")[:2] == pytest.approx([0.25, 0.5])
    # 10 % × (1 + 3 × 25 %), and × (1 + 3 × 50 %).
    assert by_year(result, "alternative_leaving_share", "nothing")[:2] == pytest.approx([0.175, 0.25])
    # Half of the first year's leavers are gone in its middle; all of them, and half of the second year's, a year later.
    read = by_year(result, "alternative_share_read", "nothing")[:2]
    assert read == pytest.approx([1 - 0.825**0.5, 1 - 0.825 * 0.75**0.5])


@pytest.mark.parametrize(
    ("take_home", "leave"), [(700_000, 0.1), (600_000, 0.1), (599_000, 0.1005), (0, 0.4), (-6e6, 1.0)]
)
def test_nobody_leaves_for_pay_above_the_market_and_no_more_than_all_ever(take_home, leave):
    leaving = setting("nothing", group_leaving_share=0.1, leaving_rise_with_pay_gap=3)
    pay = given(reference_pay_per_fte=600_000, radiologist_take_home_without_support=take_home)
    result = evaluate(changed(agreed(proposal(STIPEND)), [*leaving, *pay], "pay"))
    assert by_year(result, "alternative_leaving_share", "nothing")[0] == pytest.approx(leave)


def test_a_practice_without_radiologists_has_no_pay_gap():
    none = [Change(path="providers.*.fte", operation="multiply", amount=0)]
    result = evaluate(changed(agreed(proposal(STIPEND)), none, "nobody"))
    assert result.series("p__pay_gap")[0] == 0.0
    assert np.isfinite(result["p__alternative_cost"]).all()


@sampled(st.floats(0, 1e6), st.floats(0, 1e6))
@settings(max_examples=20, deadline=None)
def test_less_pay_never_keeps_more_of_the_group(one, other):
    low, high = sorted((round(one, 2), round(other, 2)))
    pay = [given(radiologist_take_home_without_support=amount) for amount in (low, high)]
    base = agreed(proposal(STIPEND))
    result = evaluate(*(changed(base, one, "pay") for one in pay))
    read = result["p__alternative_share_read"][list(base.alternatives).index("nothing")]
    assert (read[:, 0] >= read[:, 1] - 1e-12).all()


def test_alternatives_read_what_the_proposal_covers():
    whole = evaluate(agreed(proposal(STIPEND), proposal(STIPEND, covers='"client hospital"')))
    shares = whole["q__alternative_workload"] / whole["p__alternative_workload"]
    assert shares == pytest.approx(np.broadcast_to(whole["client_work_rvus"] / whole["work_rvus"], shares.shape))


def test_a_smaller_unit_of_work_is_not_less_work():
    result = evaluate(agreed(proposal(STIPEND)))
    assert result.series("p__covered_workload") == pytest.approx(result.series("workload_rvus"))


def test_each_cost_moves_the_way_a_reader_expects():
    base = beside()
    for name, amount, sign in (
        ("pay_per_fte", 700_000, 1),
        ("work_rvus_per_fte", 12_000, -1),
        ("collection_ratio", 1.2, -1),
        ("turnover", 0.2, 1),
        ("transition_months", 12, 1),
        ("months_not_collected", 4, 1),
        ("coverage_fte", 3, 1),
    ):
        moved = beside(*setting("employ", **{name: amount}))
        step = by_year(moved, "alternative_term_cost", "employ")[2] - by_year(base, "alternative_term_cost", "employ")[2]
        assert np.sign(step) == sign, name
        others = by_year(moved, "alternative_term_cost", "nothing") - by_year(base, "alternative_term_cost", "nothing")
        assert not others.any(), name


def test_the_cost_is_explained_down_to_its_source():
    told = repr(explain(evaluate(agreed(proposal(STIPEND))), "p__alternative_cost", 2026, load_sources()))
    assert "alternatives.employ.pay_per_fte" in told
    assert "A win-win negotiation" in told


def test_a_run_without_proposals_carries_no_alternatives():
    alone = assume(load_practice("sample"))
    assert not [name for name in place(alone).inputs if name.startswith("alternative")]
    with pytest.raises(BadInput, match="there is no such assumption"):
        changed(alone, setting("employ", pay_per_fte=1.0), "test")


def test_more_work_than_there_is_is_refused():
    rows = {"employ": load_alternatives()["employ"].model_dump(exclude_none=True)}
    rows["employ"]["teleradiology_share"]["value"] = 0.2
    with pytest.raises(
        BadInput, match=r"alternatives\.employ\.staffed_share: together with teleradiology_share it is more than 1"
    ):
        validated({"alternatives": rows}, "mine.toml", Alternatives)
    with pytest.raises(BadInput, match="label: is missing"):
        parse_file(b"[alternatives.employ]\npay_per_fte = 1\n", "mine.toml")


def test_a_page_reads_the_proposal_and_the_alternatives_side_by_side():
    own, employ, *others = alternative_costs(beside(), "p")
    assert (own.key, own.label, own.in_first_year, own.whole_term) == ("", "Test", 4_000_000, 12_000_000)
    assert own.transition_quarter is None
    # Three payments of 4,000,000 in the middle of each year, at 6 %.
    assert own.present_value == pytest.approx(4e6 / 1.06**0.5 + 4e6 / 1.06**1.5 + 4e6 / 1.06**2.5, rel=1e-3)
    assert (employ.label, employ.first_year) == ("Employ radiologists", 2025)
    assert employ.in_first_year == pytest.approx(SETTLED + TRANSITION)
    assert employ.by_year[2026] == pytest.approx(SETTLED)
    assert employ.whole_term == pytest.approx(3 * SETTLED + TRANSITION)
    assert employ.transition_quarter > SETTLED / 4
    assert [one.label for one in others] == ["National group", "Teleradiology and locums", "Nothing"]


def test_a_term_outside_the_projection_has_no_alternatives():
    assert alternative_costs(evaluate(agreed(proposal(STIPEND, starts="2045-01-01"))), "p") == ()


def test_compare_in_the_shell_has_every_alternative_in_its_table_and_its_json():
    named = ("compare", "sample", "--proposal", "cost_basis", "--proposal", "piecemeal")
    told = json.loads(finmodel(*named, "--format", "json").stdout)["alternatives"]["piecemeal"]
    assert list(told) == ["", "employ", "national_group", "teleradiology_and_locums", "nothing"]
    shipped = evaluate(agreed(load_proposal("piecemeal")[1]))
    costs = by_year(shipped, "alternative_cost", "employ")
    assert told["employ"]["in_first_year"] == pytest.approx(costs[1])
    assert told["employ"]["whole_term"] == pytest.approx(costs[1:4].sum())
    assert told[""]["whole_term"] == pytest.approx(sum(shipped.series("p__total")))
    assert told[""]["transition_quarter"] is None
    shown = finmodel(*named).stdout
    assert shown.count("Employ radiologists") == 2
    assert money(costs[1]) in shown
