"""Modifiers and escalators: the worked numbers of mechanics.md §3.4 through the real model, and what holds for any numbers."""

import numpy as np
import pytest
from hypothesis import given as sampled
from hypothesis import settings
from hypothesis import strategies as st

from finmodel import BadInput, assemble_model, changed, evaluate
from finmodel.assumptions import Change
from tests.contracts import agreed, assert_a_budget_that_comes_true_is_paid, given, happening, proposal
from tests.tracing import assert_traced

EXPENSE, COLLECTIONS = 31_493_305, 25_174_696
DEFICIT = 6_318_609
WORKED = given(total_expense=EXPENSE, collections=COLLECTIONS, other_professional_revenue=0)
FAR_AND_WIDE = settings(max_examples=10, deadline=None)
DOLLARS = st.integers(0, 60_000_000).map(float)
SHARES = st.integers(0, 100).map(lambda percent: percent / 100)

STIPEND = '[mechanisms.x]\nkind = "fixed_stipend"\namount = 6_318_609\n'
COST_BASIS = (
    '[mechanisms.x]\nkind = "cost_basis"\nallowable_cost = ["total_expense"]\nmargin = 0\nrefunds = "refunds the excess"\n'
)
TOP_UP = """
[mechanisms.x]
kind = "work_rvu_guarantee"
rate = 91.10
schedule_year = 2025
settlement_basis = "a top-up per work RVU that is fixed on the budget"
"""
# The group bears the first 3 %, both share from there to 8 % alike, and the hospital takes what lies beyond, both ways.
BANDS = """
{0}.inner = {{ from_share = 0.03, to_share = 0.08, hospital_share = 0.5 }}
{0}.outer = {{ from_share = 0.08, hospital_share = 1 }}
"""
CORRIDOR = 'kind = "risk_corridor"' + BANDS.format("shortfall_bands") + BANDS.format("excess_bands")
MEASURES = "\n".join(f"measures.{name} = {{ attained = {met} }}" for name, met in zip("abcde", (1, 1, 1, 0, 0), strict=True))
LINEAR = f'kind = "quality_withhold"\nwithheld = 0.05\ngraded = "measure by measure"\n{MEASURES}'
THRESHOLD = f'kind = "quality_withhold"\nwithheld = 0.05\ngraded = "by threshold"\nneeded = 3\n{MEASURES}'
VOLUME = 'kind = "reopener"\nwatched = "volume"\nthreshold = 0.1'
SELF_PAY = 'kind = "reopener"\nwatched = "payer mix"\nthreshold = 0.02\npayers = ["self_pay"]'
ALL_PAYERS = '["medicare", "medicare_advantage", "medicaid", "commercial", "self_pay", "other"]'
PASS_THROUGH = f'kind = "conversion_factor_pass_through"\nshare = 1\npayers = {ALL_PAYERS}\nreturns_gains = true'


def budget_cap(share):
    return f'kind = "budget_cap"\nover_budget = {share}'


def cap(amount):
    return f'kind = "cap"\namount = {amount}'


def floor(amount):
    return f'kind = "floor"\namount = {amount}'


def deductible(amount):
    return f'kind = "deductible"\namount = {amount}'


def modified(clauses, *modifiers, where="mechanisms.x.modifiers"):
    """Clauses with modifiers m, n, … in order, of the item or of the whole proposal."""
    return "\n".join([clauses, *(f"[{where}.{name}]\n{one}" for name, one in zip("mno", modifiers, strict=False))])


def worked(clauses, **terms):
    """What was agreed: a proposal on the published totals."""
    return changed(agreed(proposal(clauses, **terms)), WORKED, "agreed")


def settled(clauses, line="p__x", **amounts):
    """A line of 2025 when other amounts than the published ones turn out, the budget being the published totals."""
    return happening(worked(clauses), *given(2025, **amounts)).series(line)[0]


# ---- Worked numbers, mechanics.md §3.4 -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deviation", "expected"),
    [(-0.05, 251_746.96), (-0.10, 1_132_861.32), (0.05, -251_746.96), (-0.019, 0), (0.10, -1_132_861.32)],
)
@pytest.mark.parametrize("where", ["mechanisms.x.modifiers", "modifiers"])
def test_a_risk_corridor_shares_gains_and_losses_by_band(where, deviation, expected):
    paid = settled(modified(STIPEND, CORRIDOR, where=where), "p__total", collections=COLLECTIONS * (1 + deviation))
    assert paid - DEFICIT == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize(
    ("withhold", "earned"), [(LINEAR, 189_558.27), (THRESHOLD, 315_930.45), (THRESHOLD.replace("needed = 3", "needed = 4"), 0)]
)
def test_a_withhold_is_earned_by_measure_or_by_threshold(withhold, earned):
    result = evaluate(worked(modified(STIPEND, withhold)))
    assert result.series("p__x__m__withheld_amount")[0] == pytest.approx(315_930.45)
    assert result.series("p__x__m__earned")[0] == pytest.approx(earned)
    assert result.series("p__x")[0] == pytest.approx(DEFICIT - 315_930.45 + earned)


def test_measures_weigh_what_was_agreed_and_may_be_met_in_part():
    # (3 × 0.5 + 1 × 1) ÷ 4 of 315,930.45
    measures = "measures.a = { attained = 0.5, weight = 3 }\nmeasures.b = { attained = 1 }"
    earned = settled(modified(STIPEND, LINEAR.replace(MEASURES, measures)), "p__x__m__earned")
    assert earned == pytest.approx(315_930.45 * 2.5 / 4)


def test_a_withhold_takes_nothing_of_a_refund():
    assert settled(modified(COST_BASIS, LINEAR), collections=33e6) == pytest.approx(EXPENSE - 33e6)


def escalated(escalator, years):
    return evaluate(worked(f"{STIPEND}[escalator]\n{escalator}", years=str(years))).series("p__x")[:years]


def index(*rises):
    """A price index with a collar from 2 % to 4 %; rises at the anniversaries from 2026 on."""
    path = ", ".join(f"{year} = {rise}" for year, rise in enumerate(rises, 2026))
    given_path = f'{{ by_year = {{ {path} }}, unit = "share/year", status = "illustrative", as_of = 2025-12-31 }}'
    return f'kind = "index"\nindex = "CPI"\nrise = {given_path}\nleast = 0.02\nmost = 0.04'


def test_an_amount_rises_by_three_percent_a_year():
    paid = escalated('kind = "fixed"\nrate = 0.03', 5)
    assert paid[0] == DEFICIT
    assert paid[4] == pytest.approx(7_111_650.10, abs=0.005)
    assert sum(paid) == pytest.approx(33_546_353.31, abs=0.005)


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        # Anniversaries in 2024 and 2025; from the second of July on, half a year each.
        ("2023-01-01", [1.03**2, 1.03**3, 1.03**4]),
        ("2023-07-02", [1.03 * 182 / 365 + 1.03**2 * 183 / 365, 1.03**2 * 182 / 365 + 1.03**3 * 183 / 365]),
        ("2024-01-01", [1.03, 1.03**2, 1.03**3]),
        ("2026-01-01", [None, 1, 1.03]),
    ],
)
def test_an_amount_of_a_contract_that_began_earlier_has_risen_already(starts, expected):
    clauses = STIPEND.replace("6_318_609", "1_000_000") + '[escalator]\nkind = "fixed"\nrate = 0.03'
    paid = evaluate(agreed(proposal(clauses, starts=starts, years="8"))).series("p__x__amount")
    for at, level in enumerate(expected):
        assert level is None or paid[at] == pytest.approx(1_000_000 * level)


@pytest.mark.parametrize("kind", ["benchmark", "conversion_factor"])
def test_an_escalator_that_follows_the_projection_begins_with_it(kind):
    clauses = f'{STIPEND}[escalator]\nkind = "{kind}"'
    with pytest.raises(BadInput, match="escalator: what it follows is not known before 2025"):
        evaluate(agreed(proposal(clauses, starts="2024-07-01")))
    assert evaluate(agreed(proposal(clauses, starts="2025-07-01"))).failed_checks() == []


def test_a_price_index_stays_within_its_collar():
    for rise, expected in ((0.011, 6_444_981.18), (0.032, 6_520_804.49), (0.055, 6_571_353.36)):
        assert escalated(index(rise), 2)[1] == pytest.approx(expected, abs=0.005)
    cumulative = escalated(index(0.011, 0.032, 0.055), 4)
    assert cumulative == pytest.approx([DEFICIT, 6_444_981.18, 6_651_220.58, 6_917_269.40], abs=0.005)


@pytest.mark.parametrize("where", ["escalator", "mechanisms.x.escalator"])
def test_a_collar_whose_ends_are_exchanged_is_refused(where):
    with pytest.raises(BadInput, match=rf"{where}\S*\.least: is above the greatest rise"):
        proposal(f"{STIPEND}[{where}]\n{index(0.03).replace('least = 0.02', 'least = 0.05')}")
    assert proposal(f"{STIPEND}[{where}]\n{index(0.03).replace('least = 0.02', 'least = 0.04')}")


def test_an_escalator_raises_a_cap_as_well():
    rising = '[escalator]\nkind = "fixed"\nrate = 0.03\n'
    paid = evaluate(worked(modified(rising + COST_BASIS, cap(5_000_000)))).series("p__x")
    assert paid[:2] == pytest.approx([5_000_000, 5_150_000])


# ---- Cap, floor, deductible ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("modifiers", "expected"),
    [
        ([cap(5_000_000)], 5_000_000),
        ([cap(7_000_000)], DEFICIT),
        ([floor(7_000_000)], 7_000_000),
        ([floor(5_000_000)], DEFICIT),
        ([deductible(1_000_000)], DEFICIT - 1_000_000),
        ([deductible(7_000_000)], 0),
        # In the order written: 5,000,000 − 1,000,000, or 5,318,609 capped.
        ([cap(5_000_000), deductible(1_000_000)], 4_000_000),
        ([deductible(1_000_000), cap(5_000_000)], 5_000_000),
    ],
)
@pytest.mark.parametrize("where", ["mechanisms.x.modifiers", "modifiers"])
def test_a_payment_is_cut_or_raised_in_the_order_of_its_modifiers(where, modifiers, expected):
    assert settled(modified(COST_BASIS, *modifiers, where=where), "p__total") == pytest.approx(expected)


def test_a_deductible_leaves_a_refund_and_a_cap_leaves_what_is_below():
    for modifier in (deductible(1_000_000), cap(1_000_000)):
        assert settled(modified(COST_BASIS, modifier), collections=33e6) == pytest.approx(EXPENSE - 33e6)
    assert settled(modified(COST_BASIS, floor(0)), collections=33e6) == 0


def test_each_effect_is_a_line_of_its_own():
    result = evaluate(worked(modified(COST_BASIS, cap(5_000_000), deductible(1_000_000))))
    assert result.series("p__x__m__effect")[0] == pytest.approx(5_000_000 - DEFICIT)
    assert result.series("p__x__n__effect")[0] == pytest.approx(-1_000_000)


@pytest.mark.parametrize("where", ["mechanisms.x.modifiers", "modifiers"])
@pytest.mark.parametrize(("modifier", "full_year"), [(cap(5_000_000), 5_000_000), (floor(8_000_000), 8_000_000)])
def test_half_a_year_of_the_contract_has_half_the_amount(where, modifier, full_year):
    result = evaluate(worked(modified(COST_BASIS, modifier, where=where), starts="2026-07-01", years="1"))
    assert result.series("p__total") == pytest.approx([0, full_year / 2, full_year / 2, 0, 0])


@pytest.mark.parametrize(
    ("clauses", "expected"),
    [
        (modified(COST_BASIS, cap(9_000_000)), 9_000_000),
        (modified(STIPEND, cap(9_000_000)), DEFICIT),
        (modified(STIPEND, cap(5_000_000)), 5_000_000),
        (modified(STIPEND, floor(9_000_000)), 9_000_000),
        (modified(STIPEND, deductible(318_609)), 6_000_000),
        (modified(STIPEND, LINEAR), DEFICIT),
        # Were nothing collected: half of 5 % and all of 92 % of the budgeted collections.
        (modified(STIPEND, CORRIDOR), DEFICIT + COLLECTIONS * (0.025 + 0.92)),
        (modified(STIPEND, CORRIDOR, cap(7_000_000)), 7_000_000),
    ],
)
def test_the_most_the_hospital_can_owe_follows_the_modifiers(clauses, expected):
    assert settled(clauses, "p__most_owed") == pytest.approx(expected)


@pytest.mark.parametrize("modifier", [floor(9_000_000), deductible(318_609), LINEAR])
def test_no_limit_stays_no_limit(modifier):
    assert np.isnan(settled(modified(COST_BASIS, modifier), "p__most_owed"))


# ---- Reopener and pass-through ---------------------------------------------------------------------------------------


def crossed(reopener, *changes):
    actual = happening(agreed(proposal(modified(STIPEND, reopener))), *changes)
    assert actual.series("p__x") == [DEFICIT] * 3 + [0, 0]
    return actual.series("p__x__m__crossed")


def volume(factor, **when):
    return Change(path="volumes.*.*.*.base_exams", operation="multiply", amount=factor, **when)


def test_volume_beyond_the_threshold_reopens_from_the_first_year_on():
    assert crossed(VOLUME, volume(0.91)) == [0, 0, 0, 0, 0]
    assert crossed(VOLUME, volume(0.89, year=2026)) == [0, 1, 1, 1, 1]
    assert crossed(VOLUME, volume(1.11, from_year=2027)) == [0, 0, 1, 1, 1]
    assert crossed(VOLUME, volume(0.5, from_year=2028)) == [0, 0, 0, 0, 0]


def test_a_new_fee_schedule_is_no_change_of_volume():
    schedule = Change(path="medicare_rules.efficiency_adjustment", operation="set", amount=-0.2, year=2026)
    assert crossed(VOLUME, schedule) == [0, 0, 0, 0, 0]


def test_payer_mix_beyond_the_threshold_reopens():
    def shift(points):
        return Change(path="payer_mix.*.commercial", to="payer_mix.*.self_pay", operation="shift", amount=points, from_year=2026)

    # The same shift everywhere moves as many points of all work.
    assert crossed(SELF_PAY, shift(0.019)) == [0, 0, 0, 0, 0]
    assert crossed(SELF_PAY, shift(0.021)) == [0, 1, 1, 1, 1]


def factor(amount):
    return Change(path="medicare_rules.conversion_factor", operation="multiply", amount=amount, from_year=2026)


@sampled(st.integers(50, 150).map(lambda percent: percent / 100))
@FAR_AND_WIDE
def test_a_full_pass_through_makes_up_for_the_factor_to_the_dollar(amount):
    budget = agreed(proposal(modified(STIPEND, PASS_THROUGH)))
    lost = np.array(evaluate(budget).series("collections")) - evaluate(changed(budget, [factor(amount)], "")).series(
        "collections"
    )
    assert happening(budget, factor(amount)).series("p__x__m__effect")[:3] == pytest.approx(lost[:3], abs=0.01)


def test_a_part_is_passed_on_and_gains_only_where_agreed():
    half = PASS_THROUGH.replace("share = 1", "share = 0.5").replace(ALL_PAYERS, '["medicare"]')
    one_way = half.replace("returns_gains = true", "returns_gains = false")
    budget = agreed(proposal(modified(STIPEND, half)))
    row = evaluate(budget).rows("payer_collections").index("medicare")
    medicare = evaluate(budget)["payer_collections"][row, 1, 0]
    assert happening(budget, factor(0.9)).series("p__x__m__effect")[1] == pytest.approx(0.5 * 0.1 * medicare)
    assert happening(budget, factor(1.1)).series("p__x__m__effect")[1] == pytest.approx(-0.5 * 0.1 * medicare)
    assert happening(agreed(proposal(modified(STIPEND, one_way))), factor(1.1)).series("p__x__m__effect")[1] == 0


# ---- Bad terms -------------------------------------------------------------------------------------------------------

IN_ITEM = "mechanisms.x.modifiers.m"


@pytest.mark.parametrize(
    ("modifier", "where"),
    [
        (cap(-1), f"{IN_ITEM}.amount: -1 is below"),
        (floor(-1), f"{IN_ITEM}.amount: -1 is below"),
        (deductible(-1), f"{IN_ITEM}.amount: -1 is below"),
        (CORRIDOR.replace("0.5", "1.5"), f"{IN_ITEM}.shortfall_bands.inner.hospital_share: 1.5 is above"),
        (CORRIDOR.replace("from_share = 0.08", "from_share = 0.07"), f"{IN_ITEM}.excess_bands.outer.from_share: begins before"),
        (CORRIDOR.replace("to_share = 0.08", "to_share = 0.03"), f"{IN_ITEM}.shortfall_bands.inner.to_share: the band ends"),
        (CORRIDOR.replace(", to_share = 0.08", ""), f"{IN_ITEM}.excess_bands.inner.to_share: is missing although"),
        ('kind = "risk_corridor"', f"{IN_ITEM}.shortfall_bands: there is no band"),
        (LINEAR.replace("withheld = 0.05", "withheld = 5"), f"{IN_ITEM}.withheld: 5 is above"),
        (LINEAR.replace(MEASURES, "measures = {}"), f"{IN_ITEM}.measures: the table is empty"),
        (LINEAR.replace(MEASURES, "measures.a = { attained = 1, weight = 0 }"), f"{IN_ITEM}.measures: no measure weighs"),
        (f"{LINEAR}\nneeded = 3", f"{IN_ITEM}.needed: goes with graded"),
        (THRESHOLD.replace("needed = 3", "needed = 6"), f"{IN_ITEM}.needed: is more than the 5"),
        (THRESHOLD.replace("needed = 3", "needed = 2.5"), f"{IN_ITEM}.needed: 2.5 is not a whole number"),
        (SELF_PAY.replace("self_pay", "selfpay"), f"{IN_ITEM}.payers: 'selfpay' is none of the practice's payers; did you mean"),
        (SELF_PAY.replace('["self_pay"]', "[]"), f"{IN_ITEM}.payers: goes with watched"),
        (PASS_THROUGH.replace(ALL_PAYERS, "[]"), f"{IN_ITEM}.payers: the list is empty"),
    ],
)
def test_bad_terms_are_refused_with_the_clause_named(modifier, where):
    with pytest.raises(BadInput) as caught:
        evaluate(agreed(proposal(modified(STIPEND, modifier))))
    assert where in str(caught.value)


@pytest.mark.parametrize("modifier", [CORRIDOR, PASS_THROUGH])
@pytest.mark.parametrize("where", ["mechanisms.x.modifiers", "modifiers"])
def test_a_shortfall_of_collections_is_not_paid_twice(where, modifier):
    with pytest.raises(BadInput, match=rf"{where}.m: .* already makes up for collections that fall short"):
        proposal(modified(COST_BASIS, modifier, where=where))
    assert proposal(modified(TOP_UP, modifier, where=where))


DEDUCTING = {
    "emergency_coverage": 'eligible_payers = ["self_pay"]\neligible_settings = ["emergency"]\n'
    'eligible_facilities = ["client_hospital"]\nprice_share = 1',
    "service_line": 'categories = ["interventional_radiologist"]\ntime_share = 0.5\n'
    'service_segments = ["client_hospital.inpatient.ir"]',
    "app_support": 'categories = ["advanced_practice_provider"]\nsupported_share = 0.75\nbilled_share = 0.85',
    "after_hours": 'contracts = ["night"]\nsupported_share = 1\ncollections_are = "deducted"\n'
    'read_settings = ["emergency"]\nread_facilities = ["client_hospital"]',
    "per_member": 'rate = 2.5\nmembers = 40_000\ncost_covered = []\nbilled_payers = ["medicare_advantage"]\nbilled_share = 0.1',
}
# The same items where nothing that is collected is deducted.
GROSS = {
    "service_line": ('["client_hospital.inpatient.ir"]', "[]"),
    "app_support": ("billed_share = 0.85", "billed_share = 0"),
    "after_hours": ('"deducted"', '"not deducted"'),
    "per_member": ('billed_payers = ["medicare_advantage"]\nbilled_share = 0.1', ""),
}


@pytest.mark.parametrize("modifier", [CORRIDOR, PASS_THROUGH])
@pytest.mark.parametrize("where", ["mechanisms.x.modifiers", "modifiers"])
@pytest.mark.parametrize("kind", DEDUCTING)
def test_an_item_that_deducts_collections_makes_up_for_them_already(kind, where, modifier):
    clauses = f'[mechanisms.x]\nkind = "{kind}"\n{DEDUCTING[kind]}\n'
    with pytest.raises(BadInput, match=rf"{where}.m: .* already makes up for collections that fall short"):
        proposal(modified(clauses, modifier, where=where))
    if kind in GROSS:
        assert proposal(modified(clauses.replace(*GROSS[kind]), modifier, where=where))


@pytest.mark.parametrize("where", ["mechanisms.x.modifiers", "modifiers"])
@pytest.mark.parametrize(
    ("spent", "expected"),
    [(EXPENSE + 300_000, DEFICIT + 300_000), (EXPENSE + 400_000, DEFICIT * 1.05), (EXPENSE - 1e6, DEFICIT - 1e6)],
)
def test_a_cap_over_the_budget_follows_it(where, spent, expected):
    # 5 % of 6,318,609 are 315,930.45.
    clauses = modified(COST_BASIS, budget_cap(0.05), where=where)
    assert settled(clauses, "p__total", total_expense=spent) == pytest.approx(expected)
    assert settled(clauses, "p__most_owed", total_expense=spent) == pytest.approx(DEFICIT * 1.05)


def test_of_a_budgeted_refund_nothing_is_the_most():
    surplus = [Change(path="collections", operation="override", amount=33e6)]
    budget = changed(worked(modified(COST_BASIS, budget_cap(0.05))), surplus, "surplus")
    assert evaluate(budget).series("p__x")[0] == pytest.approx(EXPENSE - 33e6)
    assert happening(budget, *given(2025, collections=20e6)).series("p__x")[0] == 0.0


# ---- For any numbers -------------------------------------------------------------------------------------------------

NEUTRAL = {
    "cap above": cap(99e9),
    "cap far over the budget": budget_cap(2),
    "floor of nothing": floor(0),
    "deductible of nothing": deductible(0),
    "corridor that shares nothing": CORRIDOR.replace("hospital_share = 0.5", "hospital_share = 0").replace(
        "hospital_share = 1", "hospital_share = 0"
    ),
    "nothing withheld": LINEAR.replace("withheld = 0.05", "withheld = 0"),
    "all earned": LINEAR.replace("attained = 0", "attained = 1"),
    "reopener": VOLUME,
    "nothing passed on": PASS_THROUGH.replace("share = 1", "share = 0"),
}


@pytest.mark.parametrize("neutral", NEUTRAL)
@pytest.mark.parametrize("clauses", [STIPEND, TOP_UP])
def test_neutral_terms_change_nothing(clauses, neutral):
    year = given(2026, collections=21e6, total_expense=36e6)
    changes = [*year, factor(0.8), volume(1.2)]
    with_it = happening(worked(modified(clauses, NEUTRAL[neutral])), *changes)
    without = happening(worked(clauses), *changes)
    assert with_it.series("p__x") == pytest.approx(without.series("p__x"))
    assert with_it.series("p__x__m__effect") == pytest.approx([0] * 5, abs=1e-6)


EVERY = {
    "cap": (COST_BASIS, cap(5_000_000)),
    "cap over the budget": (COST_BASIS, budget_cap(0.05)),
    "floor": (COST_BASIS, floor(7_000_000)),
    "deductible": (COST_BASIS, deductible(1_000_000)),
    "corridor": (STIPEND, CORRIDOR),
    "withhold": (COST_BASIS, LINEAR),
    "threshold": (COST_BASIS, THRESHOLD),
    "reopener": (COST_BASIS, VOLUME),
    "pass-through": (STIPEND, PASS_THROUGH),
}
BUDGETS = {name: worked(modified(*clauses)) for name, clauses in EVERY.items()}
MODELS = {
    name: assemble_model(changed(budget, given(collections=0), ""), budget=evaluate(budget)) for name, budget in BUDGETS.items()
}


def run(name, collected, **terms):
    """The run with collections by case, the same in every year, and with other terms of the modifier."""
    cases = np.ones((1, 5, 1)) * np.asarray(collected)
    inputs = {f"p__x__m__{term}": np.full((1, 5, 1), value) for term, value in terms.items()}
    return MODELS[name].run({"collections__given": cases, **inputs})


def paid(name, collected, **terms):
    return run(name, collected, **terms)["p__x"][0, 0]


@pytest.mark.parametrize("name", EVERY)
def test_every_line_traces_to_its_own_numbers(name):
    assert_traced(MODELS[name].run(), of="p__x")


@pytest.mark.parametrize("name", EVERY)
def test_what_was_agreed_is_paid_when_the_budget_comes_true(name):
    assert_a_budget_that_comes_true_is_paid(BUDGETS[name])


@pytest.mark.parametrize("name", EVERY)
@sampled(st.lists(DOLLARS, min_size=2, max_size=8, unique=True))
@FAR_AND_WIDE
def test_more_collections_never_raise_a_payment_and_no_edge_makes_it_jump(name, collected):
    collected = np.sort(np.array(collected))
    moved = np.diff(np.broadcast_to(paid(name, collected), collected.shape))
    assert (moved <= 1e-6).all()
    assert (-moved <= np.diff(collected) + 1e-6).all()


@pytest.mark.parametrize("edge", [-0.08, -0.03, 0.03, 0.08])
def test_a_corridor_is_continuous_at_its_edges(edge):
    around = COLLECTIONS * (1 + edge) + np.array([-0.01, 0.0, 0.01])
    assert np.abs(np.diff(paid("corridor", around))).max() <= 0.01 + 1e-6


@pytest.mark.parametrize(("name", "need"), [("cap", 5_000_000), ("floor", 7_000_000), ("deductible", 1_000_000)])
def test_a_cap_a_floor_and_a_deductible_are_continuous_at_their_edge(name, need):
    around = EXPENSE - need + np.array([-0.01, 0.0, 0.01])
    assert np.abs(np.diff(paid(name, around))).max() <= 0.01 + 1e-6


@sampled(DOLLARS, DOLLARS)
@FAR_AND_WIDE
def test_cap_floor_and_deductible_keep_their_word(collected, amount):
    need = EXPENSE - collected
    assert paid("cap", collected, amount__agreed=amount) == pytest.approx(min(need, amount))
    assert paid("floor", collected, amount__agreed=amount) == pytest.approx(max(need, amount))
    expected = need - amount if need > amount else min(need, 0)
    assert paid("deductible", collected, amount__agreed=amount) == pytest.approx(expected)


@sampled(DOLLARS, SHARES, SHARES, SHARES)
@FAR_AND_WIDE
def test_a_withhold_lies_between_nothing_and_all_of_it_and_rises_with_quality(collected, withheld, attained, more):
    need, (low, high) = EXPENSE - collected, sorted((attained, more))
    at_risk = max(need, 0) * withheld
    paid_low, paid_high = (paid("withhold", collected, withheld=withheld, measures_attained=one)[0] for one in (low, high))
    assert paid_low == pytest.approx(need - at_risk * (1 - low))
    assert need - at_risk - 1e-6 <= paid_low <= paid_high + 1e-6 <= need + 2e-6


@pytest.mark.parametrize("name", EVERY)
@sampled(st.lists(DOLLARS, min_size=2, max_size=4, unique=True))
@FAR_AND_WIDE
def test_each_case_of_a_batch_equals_its_single_run(name, collected):
    batch = np.broadcast_to(paid(name, np.array(collected)), len(collected))
    singles = [paid(name, amount)[0] for amount in collected]
    np.testing.assert_allclose(batch, singles, rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("name", ["cap", "corridor", "pass-through"])
@sampled(DOLLARS)
@FAR_AND_WIDE
def test_never_more_than_the_most_the_terms_allow(name, collected):
    result = run(name, collected)
    assert (result["p__x"] <= result["p__x__most_owed"] + 1e-6).all()
