"""What comes out of a proposal: both sides' ledgers, cash by month, present value, leaving early, and the checks between them."""

import dataclasses
import datetime

import numpy as np
import pytest
from hypothesis import given as sampled
from hypothesis import settings
from hypothesis import strategies as st

from finmodel import BadInput, assemble_model, changed, evaluate
from finmodel.analysis.proposals import cash_by_month, compare_proposals, payment_differences
from finmodel.assumptions import Change, names
from finmodel.contracts.files import load_proposal
from finmodel.engine import Graph
from tests.contracts import COST_BASIS, agreed, given, happening, proposal

STIPEND = """
[mechanisms.stipend]
kind = "fixed_stipend"
amount = {amount}
"""
CREDIT = 'if_also_in_base = "credit"\n'
# mechanics.md §3.4: expense of 31,493,305 less revenue of 25,174,696.
BUDGET = 6_318_609


def stipend(amount=BUDGET):
    return STIPEND.format(amount=amount)


def series(result, name):
    return dict(zip(result.years, result.series(name), strict=True))


def with_true_up():
    """§3.4: cost of 32,000,000 and 25,600,000 collected: 6,400,000 are due, 81,391 more than advanced."""
    year = given(2025, total_expense=32_000_000, collections=25_600_000, other_professional_revenue=0)
    return happening(agreed(proposal(COST_BASIS)), *year)


def test_the_budget_is_advanced_and_the_difference_settled_in_the_next_year():
    result = with_true_up()
    assert series(result, "p__support__advance")[2025] == pytest.approx(BUDGET)
    assert series(result, "p__support__settlement")[2025] == pytest.approx(6_400_000 - BUDGET)
    assert series(result, "p__support__settlement")[2026] == 0
    assert series(result, "p__hospital_cash")[2025] == pytest.approx(BUDGET)
    assert series(result, "p__hospital_cash")[2026] == pytest.approx(series(result, "p__total")[2026] + 81_391)
    assert series(result, "p__receivable")[2025] == pytest.approx(81_391)
    assert series(result, "p__receivable")[2026] == pytest.approx(0, abs=0.01)


def test_the_last_true_up_is_paid_in_the_year_after_the_contract():
    result = happening(agreed(proposal(COST_BASIS, years="2")), *given(2026, collections=20_000_000))
    owed = series(result, "p__settlements")[2026]
    assert owed > 4_000_000
    assert series(result, "p__total")[2027] == 0
    assert series(result, "p__hospital_cash")[2027] == pytest.approx(owed)
    assert series(result, "p__support_received")[2027] == pytest.approx(owed)
    assert series(result, "p__hospital_cash")[2028] == 0


def test_what_the_group_receives_stands_beside_its_revenue():
    result = with_true_up()
    # 25,600,000 collected, nothing else earned, and 6,318,609 of interim payments.
    assert series(result, "p__group_revenue")[2025] == pytest.approx(25_600_000 + BUDGET)


@pytest.mark.parametrize(
    ("timing", "factors"),
    [
        ("start of year", (1, 1 / 1.06, 1 / 1.06**2)),
        ("middle of year", (1.06**-0.5, 1.06**-1.5, 1.06**-2.5)),
        ("end of year", (1 / 1.06, 1 / 1.06**2, 1 / 1.06**3)),
    ],
)
def test_present_value_of_three_years_at_six_per_cent(timing, factors):
    valuation = f'[valuation]\ndiscount_rate = 0.06\ntiming = "{timing}"'
    result = evaluate(agreed(proposal(stipend(), valuation=valuation)))
    assert result.series("p__present_value") == pytest.approx(
        [BUDGET * sum(factors[:count]) for count in (1, 2, 3, 3, 3)], rel=1e-12
    )


def test_a_contract_from_the_first_of_july_pays_half_in_both_its_years():
    result = evaluate(agreed(proposal(stipend(1_200_000), starts="2026-07-01", years="1")))
    assert result.series("p__total") == [0, 600_000, 600_000, 0, 0]
    assert result.series("p__most_owed") == [0, 600_000, 600_000, 0, 0]
    # Half a year each, counted in their middles: a quarter and three quarters of a year after the start.
    assert result.series("p__present_value")[-1] == pytest.approx(600_000 * (1.06**-0.25 + 1.06**-0.75))


def test_a_cap_on_the_whole_is_that_of_a_full_year():
    clauses = stipend(1_200_000) + '\n[modifiers.cap]\nkind = "cap"\namount = 1_000_000'
    result = evaluate(agreed(proposal(clauses, starts="2026-07-01", years="1")))
    assert result.series("p__total") == [0, 500_000, 500_000, 0, 0]
    assert result.series("p__cap__effect") == [0, -100_000, -100_000, 0, 0]
    assert result.series("p__most_owed") == [0, 500_000, 500_000, 0, 0]
    assert result.failed_checks() == []


RECRUIT = """
[mechanisms.recruitment]
kind = "recruitment"
interest = 0
lines_paid = []

[mechanisms.recruitment.recruits.first]
starts = 2026-07-01
loan = 150_000
retention_months = 36
"""


def test_what_is_paid_on_a_date_of_its_own_is_paid_whole_in_a_part_of_a_year():
    clauses = stipend(1_000_000) + RECRUIT
    capped = clauses + '\n[modifiers.cap]\nkind = "cap"\namount = 1_200_000'
    result = evaluate(agreed(*(proposal(one, starts="2026-07-01", years="2") for one in (clauses, capped))))
    assert result.series("p__recruitment") == pytest.approx([0, 150_000, 0, 0, 0])
    assert result.series("p__total") == pytest.approx([0, 500_000 + 150_000, 1_000_000, 500_000, 0])
    # Half of the cap is left for half a year, whatever falls due in it.
    assert result.series("q__total") == pytest.approx([0, 600_000, 1_000_000, 500_000, 0])
    assert result.series("q__most_owed") == pytest.approx([0, 600_000, 1_000_000, 500_000, 0])
    assert result.failed_checks() == []


def test_leaving_costs_what_of_the_recruitment_is_not_yet_earned():
    result = evaluate(agreed(proposal(RECRUIT, starts="2026-07-01", notice="[notice]\ndays = 0\ntail = 0")))
    # A loan of 150,000, of which 6 and then 18 of 36 months are earned.
    assert series(result, "p__cost_of_leaving")[2026] == pytest.approx(150_000 * 30 / 36)
    assert series(result, "p__cost_of_leaving")[2027] == pytest.approx(150_000 * 18 / 36)
    assert series(result, "p__cost_of_leaving")[2029] == 0


@pytest.mark.parametrize("joins", ["2026-06-30", "2029-07-01"])
def test_a_recruit_outside_the_term_is_refused(joins):
    with pytest.raises(BadInput, match=rf"recruitment\.recruits\.first\.starts: {joins} is outside the contract's term"):
        evaluate(agreed(proposal(RECRUIT.replace("2026-07-01", joins), starts="2026-07-01")))
    within = RECRUIT.replace("2026-07-01", "2029-06-30")
    assert evaluate(agreed(proposal(within, starts="2026-07-01"))).series("p__total") == [0, 0, 0, 0, 150_000]


def test_a_loan_is_counted_once_in_the_cost_of_leaving():
    loan = RECRUIT.replace("2026-07-01", "2026-01-01")
    both = loan + stipend(1_000_000)
    result = evaluate(agreed(*(proposal(one, starts="2026-01-01") for one in (loan, both))))
    # 24 of 36 months of 150,000 are not yet earned; the notice of 180 days is paid for the stipend alone.
    assert series(result, "p__cost_of_leaving")[2026] == pytest.approx(100_000)
    assert series(result, "q__cost_of_leaving")[2026] == pytest.approx(100_000 + 1_000_000 * 180 / 365)


def test_what_a_recruit_owes_who_leaves_after_the_term_still_comes_back():
    leaver = RECRUIT.replace("2026-07-01", "2027-01-01").replace("interest = 0", "interest = 0.06") + "leaves = 2028-07-01\n"
    floored = leaver.replace("[mechanisms.recruitment.recruits", '[mechanisms.recruitment.modifiers.floor]\nkind = "floor"\n'
                             "amount = 10_000\n\n[mechanisms.recruitment.recruits")
    result = evaluate(agreed(*(proposal(one + stipend(1_000_000)) for one in (leaver, floored))))
    # 18 of 36 months of 150,000 are not earned, with simple interest of 6 % for a year and a half: 75,000 × 1.09 = 81,750.
    assert result.series("p__total") == pytest.approx([1_000_000, 1_000_000, 1_150_000, -81_750, 0])
    assert result.series("p__recruitment") == pytest.approx([0, 0, 150_000, -81_750, 0])
    assert series(result, "p__paid_so_far")[2029] == pytest.approx(3_150_000 - 81_750)
    # A floor holds while the contract does, and takes nothing off what is due afterwards.
    assert result.series("q__recruitment") == pytest.approx([10_000, 10_000, 150_000, -81_750, 0])
    assert result.failed_checks() == []


@pytest.mark.parametrize(("bonus", "returned"), [("is returned", 50_000), ("is kept", 0)])
def test_each_side_owes_something_else_when_it_leaves(bonus, returned):
    recruit = RECRUIT.replace("2026-07-01", "2025-01-01").replace("interest = 0", f'interest = 0.06\nunearned_bonus = "{bonus}"')
    clauses = recruit + "signing_bonus = 75_000\n" + stipend(1_200_000)
    result = evaluate(agreed(proposal(clauses, notice="[notice]\ndays = 73\ntail = 20_000")))
    # After 12 of 36 months: 100,000 of the loan with 6 % interest for a year, and two thirds of the bonus where it is returned.
    assert series(result, "p__owed_if_group_leaves")[2025] == pytest.approx(100_000 * 1.06 + returned)
    # A fifth of a year of notice and the tail are still paid; the loan and the bonus, two thirds unearned, are forgiven.
    assert series(result, "p__owed_if_hospital_leaves")[2025] == pytest.approx(1_200_000 / 5 + 20_000)
    assert series(result, "p__cost_of_leaving")[2025] == pytest.approx(1_200_000 / 5 + 20_000 + 100_000 + 50_000)
    # Nobody leaves early once the term has ended.
    assert [series(result, f"p__{name}")[2027] for name in ("owed_if_group_leaves", "owed_if_hospital_leaves")] == [0, 0]


@pytest.mark.parametrize("replaces", ["true", "false"])
def test_full_cover_from_the_first_of_july_is_full_cover(replaces):
    assumptions = agreed(proposal(COST_BASIS, starts="2026-07-01", years="1", replaces_existing_payments=replaces))
    result = evaluate(changed(assumptions, given(existing_hospital_payments=1_000_000), "today"))
    covered = result.series("p__deficit_share_covered")
    assert covered[1:3] == pytest.approx([1, 1])
    # Nothing is in force in 2025 and from 2028 on.
    assert np.isnan([covered[0], *covered[3:]]).all()


def test_per_fte_coverage_and_new_money():
    result = evaluate(agreed(proposal(stipend())))
    fte = result.series("radiologist_fte")[0]
    assert result.series("p__payment_per_fte")[0] == pytest.approx(BUDGET / fte)
    assert result.series("p__deficit_share_covered")[0] == pytest.approx(1)
    assert result.series("p__residual_deficit")[0] == pytest.approx(0, abs=0.01)
    assert result.series("p__net_new_payment")[0] == pytest.approx(BUDGET)


def test_a_client_hospital_pays_per_fte_that_works_for_it():
    result = evaluate(agreed(proposal(stipend(3_161_219), covers='"client hospital"', starts="2026-01-01")))
    # 32.83 FTE in 2026, of which the client hospital's cost is 37.51 %: 3,161,219 ÷ (32.83 × 0.3751) = 256,704.
    assert series(result, "radiologist_fte")[2026] == pytest.approx(32.83)
    assert series(result, "client_expense_share")[2026] == pytest.approx(0.3751, abs=5e-5)
    assert series(result, "p__payment_per_fte")[2026] == pytest.approx(256_704, rel=2e-4)


def test_new_money_is_what_exceeds_the_payments_of_today():
    paid_today = given(existing_hospital_payments=1_000_000)
    kept, replaced = (proposal(stipend(), replaces_existing_payments=answer) for answer in ("false", "true"))
    result = evaluate(changed(agreed(kept, replaced), paid_today, "today"))
    assert series(result, "p__net_new_payment")[2025] == pytest.approx(BUDGET)
    assert series(result, "q__net_new_payment")[2025] == pytest.approx(BUDGET - 1_000_000)
    # 6,318,609 − 1,000,000 − 6,318,609, and 6,318,609 − 6,318,609.
    assert series(result, "p__residual_deficit")[2025] == pytest.approx(-1_000_000)
    assert series(result, "q__residual_deficit")[2025] == pytest.approx(0, abs=0.01)
    assert series(result, "q__existing_payments_kept") == {2025: 0, 2026: 0, 2027: 0, 2028: 1_000_000, 2029: 1_000_000}


def test_refunds_to_payers_are_paid_for_and_are_no_surplus_of_the_group():
    refunding = agreed(proposal(COST_BASIS + "payer_refunds = 0.02\n", starts="2026-01-01"), practice="sample")
    result = evaluate(changed(refunding, given(collections=25_000_000, other_professional_revenue=300_000, total_expense=31e6),
                              "round"))
    # 2 % of 25,000,000 go back to payers: the need is 31,000,000 − 24,500,000 − 300,000, and all of it is paid.
    assert result.series("p__refunds_to_payers") == pytest.approx([0, 500_000, 500_000, 500_000, 0])
    assert series(result, "p__total")[2026] == pytest.approx(6_200_000)
    assert series(result, "p__residual_deficit")[2026] == pytest.approx(0, abs=0.01)
    assert series(result, "p__deficit_share_covered")[2026] == pytest.approx(1)
    assert series(result, "p__group_revenue")[2026] == pytest.approx(24_500_000 + 300_000 + 6_200_000)
    assert not [one for one in result.failed_checks() if one.startswith("p__")]
    # Expense is met to the dollar, so that the group keeps of a whole year what it paid for: nothing, but for the first month,
    # in which 2025's receivables, to be refunded as well, come in.
    year = [one for one in cash_by_month(result, "p") if one.month.startswith("2026")]
    assert sum(one.collections for one in year) == pytest.approx(24_500_000)
    assert sum(one.group_keeps for one in year) == pytest.approx(0, abs=0.01)


def test_of_two_parts_that_state_the_same_refunds_these_are_paid_once():
    guarantee = '[mechanisms.g]\nkind = "collections_guarantee"\nguarantee = 1\ncost_covered = []\npayer_refunds = 0.02\n'
    result = evaluate(agreed(proposal(COST_BASIS + "payer_refunds = 0.03\n" + guarantee)))
    assert result.series("p__refunds_to_payers")[0] == pytest.approx(0.03 * result.series("collections")[0])


def test_without_a_deficit_no_share_of_it_is_covered():
    surplus = changed(agreed(proposal(stipend())), given(2025, total_expense=20_000_000), "surplus")
    covered = evaluate(surplus).series("p__deficit_share_covered")
    assert np.isnan(covered[0])
    assert covered[1] > 0


def test_leaving_costs_the_notice_and_the_tail_until_the_term_ends():
    result = evaluate(agreed(proposal(stipend(), notice="[notice]\ndays = 180\ntail = 250_000")))
    early = BUDGET * 180 / 365 + 250_000
    assert result.series("p__cost_of_leaving") == pytest.approx([early, early, 0, 0, 0])


def test_notice_is_no_longer_than_what_is_left_of_the_term():
    result = evaluate(
        agreed(proposal(stipend(1_200_000), starts="2026-07-01", years="1", notice="[notice]\ndays = 365\ntail = 0"))
    )
    # 181 days from January to June at 1,200,000 a year.
    assert result.series("p__cost_of_leaving") == pytest.approx([0, 1_200_000 * 181 / 365, 0, 0, 0])


def test_cash_of_a_monthly_contract():
    months = cash_by_month(with_true_up(), "p")
    assert [month.month for month in months[:2]] == ["2025-01", "2025-02"]
    assert len(months) == 24
    # §3.4: 6,318,609 ÷ 12 = 526,550.75; the true-up of 81,391 comes in the April after.
    assert [month.interim for month in months[:12]] == pytest.approx([526_550.75] * 12)
    assert {month.month: month.true_up for month in months if abs(month.true_up) > 0.01} == {"2026-04": pytest.approx(81_391)}
    assert [month.support for month in months] == pytest.approx([month.hospital_pays for month in months])


@pytest.mark.parametrize(
    ("frequency", "due"),
    [
        ("quarterly", {"2026-02": 200_000, "2026-04": 300_000, "2026-07": 300_000, "2026-10": 300_000, "2027-01": 100_000}),
        ("yearly", {"2026-02": 1_100_000, "2027-01": 100_000}),
    ],
)
def test_interim_payments_are_due_when_their_period_begins(frequency, due):
    terms = {"starts": "2026-02-01", "years": "1", "payment_frequency": f'"{frequency}"'}
    months = cash_by_month(evaluate(agreed(proposal(stipend(1_200_000), **terms))), "p")
    assert {month.month: month.interim for month in months if month.interim} == pytest.approx(due)


def test_months_beyond_the_projection_are_not_shown():
    months = cash_by_month(evaluate(agreed(proposal(stipend(), starts="2029-03-01"))), "p")
    assert [month.month for month in months] == [f"2029-{month:02}" for month in range(3, 13)]


def test_collections_arrive_after_the_days_in_receivables():
    base = changed(agreed(proposal(stipend())), given(collections=25_174_696, total_expense=31_493_305), "as published")
    months = cash_by_month(evaluate(base), "p")
    assert [month.collections for month in months] == pytest.approx([25_174_696 / 12] * 24)
    # mechanics.md §3.3: 31 ÷ 365 × 25,174,696 = 2,138,125 are tied up, and so late a group would be that starts with nothing.
    assert sum(month.start_up_dip for month in months) == pytest.approx(2_138_125, abs=1)
    assert months[0].start_up_dip == pytest.approx(months[0].collections)
    assert months[2].start_up_dip == 0
    assert months[-1].group_balance - months[-1].group_balance_from_nothing == pytest.approx(2_138_125, abs=1)


def test_collections_of_january_are_those_of_december_where_a_month_is_in_receivables():
    base = changed(agreed(proposal(stipend())), given(2026, collections=30_000_000), "a better year")
    lagging = changed(base, [Change(path="collection.days_in_receivables", operation="set", amount=365 / 24)], "half a month")
    months = {month.month: month.collections for month in cash_by_month(evaluate(lagging), "p")}
    earlier = evaluate(base).series("collections")[0]
    assert months["2025-12"] == pytest.approx(earlier / 12)
    assert months["2026-01"] == pytest.approx((earlier + 30_000_000) / 2 / 12)
    assert months["2026-02"] == pytest.approx(30_000_000 / 12)


def test_the_group_keeps_what_it_receives_less_what_it_spends():
    month = cash_by_month(evaluate(agreed(proposal(stipend()))), "p")[0]
    # (24,814,696 collected + 360,000 of flat fees + 6,318,609 − 31,493,305) ÷ 12 is nothing.
    assert month.other_money == pytest.approx(30_000)
    assert month.expense == pytest.approx(31_493_305 / 12)
    assert month.group_keeps == pytest.approx(0, abs=0.01)
    assert month.group_balance == pytest.approx(0, abs=0.01)


# --- Two proposals side by side


def test_what_comes_back_when_collections_are_better():
    both = agreed(proposal(COST_BASIS, years="2"), proposal(stipend()))
    basis, fixed = compare_proposals(both)
    assert fixed.comes_back.by_year == dict.fromkeys(range(2025, 2030), 0)
    result = evaluate(both)
    # Five per cent of collections come back, less five per cent of what follows them: billing, and interest on receivables.
    for at, year in enumerate((2025, 2026)):
        follows = result.series("expense_billing")[at] + result.series("expense_interest")[at]
        assert basis.comes_back.by_year[year] == pytest.approx(0.05 * (result.series("collections")[at] - follows))
    assert basis.comes_back.by_year[2027] == 0


def test_the_figures_of_each_proposal():
    basis, fixed = compare_proposals(agreed(proposal(COST_BASIS, name='"By cost"'), proposal(stipend())))
    assert basis.name == "By cost"
    assert [one.label for one in fixed.payments] == ["Fixed stipend"]
    assert fixed.figures["total"].by_year == {2025: BUDGET, 2026: BUDGET, 2027: BUDGET, 2028: 0, 2029: 0}
    assert fixed.figures["total"].sum == 3 * BUDGET
    assert fixed.figures["total"].label == "Total payment"
    assert fixed.present_value == pytest.approx(BUDGET * (1.06**-0.5 + 1.06**-1.5 + 1.06**-2.5))
    assert np.isnan(basis.figures["most_owed"].by_year[2025])
    assert basis.figures["most_owed"].by_year[2028] == 0


def test_why_two_proposals_differ():
    capped = stipend(2_000_000) + CREDIT + COST_BASIS + '\n[modifiers.cap]\nkind = "cap"\namount = 3_000_000'
    result = evaluate(agreed(proposal(stipend(1_000_000)), proposal(capped)))
    found = payment_differences(result, "p", "q")
    assert {one.label for one in found} == {"Fixed stipend", "Cost-basis support with yearly true-up", "Cap on the whole"}
    assert [abs(one.effect) for one in found] == sorted((abs(one.effect) for one in found), reverse=True)
    # Three years of 3,000,000 against three of 1,000,000.
    assert sum(one.effect for one in found) == pytest.approx(6_000_000)
    assert next(one for one in found if one.label == "Fixed stipend").effect == pytest.approx(3_000_000)
    assert payment_differences(result, "p", "p") == ()


# --- The checks see the faults that are planted for them

CAPPED = COST_BASIS + """
[mechanisms.support.modifiers.cap]
kind = "cap"
amount = 7_000_000

[modifiers.cap]
kind = "cap"
amount = 6_500_000
"""
PLANTED = {
    "p__check_cash": "p__support__advance",
    "p__check_receivable": "p__adjustment__settlement",
    "p__check_parts": "p__cap__effect",
    "p__check_deficit": "p__residual_deficit",
    "p__check_months": "p__support_by_month",
}


def spoiled(model, name):
    """The run of a model in which a line is a thousand too high."""
    right = model.graph.lines[name]
    wrong = dataclasses.replace(right, function=lambda *arguments: right.function(*arguments) + 1_000.0)
    order = tuple(wrong if one.name == name else one for one in model.graph.order)
    return dataclasses.replace(model, graph=Graph(order, {**model.graph.lines, name: wrong}, model.graph.inputs)).run()


def test_every_check_of_a_contract_has_a_planted_fault():
    result = evaluate(agreed(proposal(CAPPED)))
    assert result.failed_checks() == []
    assert {name for name, one in result.graph.lines.items() if one.unit == "check" and name.startswith("p__")} == {*PLANTED}


@pytest.mark.parametrize("check", PLANTED)
def test_check_fires(check):
    assert check in spoiled(assemble_model(agreed(proposal(CAPPED))), PLANTED[check]).failed_checks()


def test_the_check_of_the_deficit_sees_a_dollar_paid_twice():
    assert "p__check_deficit" in spoiled(assemble_model(agreed(proposal(CAPPED))), "p__support").failed_checks()


# --- Properties

AMOUNTS = st.integers(0, 12_000_000)
STARTS = st.dates(datetime.date(2024, 1, 1), datetime.date(2029, 12, 31)).filter(lambda day: (day.month, day.day) != (2, 29))
FREQUENCIES = st.sampled_from(["monthly", "quarterly", "yearly"])


@st.composite
def proposals(draw):
    """Cost-basis support and a stipend, with or without caps, a corridor, a cap on the whole, and a recruit."""
    starts = draw(STARTS).isoformat()
    clauses = COST_BASIS + stipend(draw(AMOUNTS)) + draw(st.sampled_from([CREDIT, 'if_also_in_base = "exclude"\n']))
    for where in ("mechanisms.support.modifiers.cap", "mechanisms.stipend.modifiers.cap", "modifiers.cap"):
        if draw(st.booleans()):
            clauses += f'\n[{where}]\nkind = "cap"\namount = {draw(AMOUNTS)}\n'
    if draw(st.booleans()):
        band = "{ from_share = 0.02, to_share = 0.1, hospital_share = 0.5 }"
        clauses += '\n[mechanisms.stipend.modifiers.corridor]\nkind = "risk_corridor"\n'
        clauses += f"shortfall_bands.a = {band}\nexcess_bands.a = {band}\n"
    if draw(st.booleans()):
        clauses += RECRUIT.replace("2026-07-01", starts)
    return proposal(
        clauses,
        starts=starts,
        years=str(draw(st.integers(1, 6))),
        payment_frequency=f'"{draw(FREQUENCIES)}"',
        true_up_month=str(draw(st.integers(1, 12))),
        covers=draw(st.sampled_from(['"practice"', '"client hospital"'])),
        replaces_existing_payments=draw(st.sampled_from(["true", "false"])),
    )


@settings(max_examples=25, deadline=None)
@sampled(proposals(), st.floats(0.8, 1.2), st.floats(0.8, 1.2))
def test_the_two_ledgers_agree_whatever_the_terms(one, volume, pay):
    result = happening(
        agreed(one),
        Change(path="volumes.*.*.*.base_exams", operation="multiply", amount=volume),
        Change(path="providers.*.compensation_per_fte", operation="multiply", amount=pay),
    )
    assert result.failed_checks() == []
    paid, received = (np.array(result.series(f"p__{name}")) for name in ("hospital_cash", "support_received"))
    assert paid == pytest.approx(received, abs=0.01)
    # All that is due has been paid, but for the true-up of the last year shown.
    assert paid.sum() + result.series("p__settlements")[-1] == pytest.approx(sum(result.series("p__total")), abs=0.01)


@pytest.mark.parametrize("name", names("proposals"))
@pytest.mark.parametrize("factor", [0.7, 1.3])
def test_the_ledgers_of_every_shipped_proposal_agree(name, factor):
    result = happening(
        agreed(load_proposal(name)[1]),
        Change(path="volumes.*.*.*.base_exams", operation="multiply", amount=factor),
        Change(path="providers.*.compensation_per_fte", operation="multiply", amount=factor),
    )
    assert result.failed_checks() == []
    assert result.series("p__hospital_cash") == pytest.approx(result.series("p__support_received"), abs=0.01)


@settings(max_examples=15, deadline=None)
@sampled(proposals())
def test_nothing_is_settled_where_the_budget_is_what_happens(one):
    assumptions = agreed(one)
    for result in (evaluate(assumptions), happening(assumptions)):
        assert result.series("p__settlements") == [0] * 5
        assert result.series("p__receivable") == pytest.approx([0] * 5, abs=0.01)


@settings(max_examples=10, deadline=None)
@sampled(AMOUNTS, AMOUNTS, st.floats(0, 0.5), st.integers(0, 730))
def test_a_contract_and_its_amendments_are_the_contract_in_force(amount, cap, rate, days):
    cap_of = '[mechanisms.stipend.modifiers.cap]\nkind = "cap"\namount = {}'
    last = agreed(proposal(stipend(1) + cap_of.format(1)))
    amendments = {
        "mechanisms.stipend.amount": amount,
        "mechanisms.stipend.modifiers.cap.amount": cap,
        "valuation.discount_rate": rate,
        "notice.days": days,
    }
    changes = [Change(path=f"proposals.p.{path}", operation="set", amount=value) for path, value in amendments.items()]
    in_force = agreed(
        proposal(
            stipend(amount) + cap_of.format(cap),
            valuation=f'[valuation]\ndiscount_rate = {rate:.17f}\ntiming = "middle of year"',
            notice=f"[notice]\ndays = {days}\ntail = 0",
        )
    )
    amended, written = evaluate(changed(last, changes, "amendment")), evaluate(in_force)
    for name in written.graph.lines:
        np.testing.assert_allclose(amended[name], written[name], rtol=1e-12, err_msg=name)
