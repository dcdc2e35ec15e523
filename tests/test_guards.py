"""The guards: each sees the fault that is planted for it and names the clause, and no dollar of the deficit is paid twice."""

import datetime

import numpy as np
import pytest
from hypothesis import given as sampled
from hypothesis import settings
from hypothesis import strategies as st

from finmodel import assume, changed, evaluate, load_practice
from finmodel.assumptions import BadInput, Change
from finmodel.assumptions.fields import fields_of
from finmodel.contracts.clause import Schedule, rows_of
from finmodel.contracts.escalators import ESCALATORS
from finmodel.contracts.files import load_proposal
from finmodel.contracts.guards import more_than_cost
from finmodel.contracts.mechanisms import MECHANISMS
from finmodel.contracts.modifiers import MODIFIERS
from finmodel.contracts.stacking import stacks
from finmodel.model import sums
from tests.contracts import agreed, given, in_year, proposal

BASE = """
[mechanisms.{name}]
kind = "cost_basis"
allowable_cost = [{lines}]
margin = 0.0
refunds = "refunds the excess"
if_also_in_base = "{treatment}"
"""
DIRECTOR = """
[mechanisms.{name}]
kind = "directorship"
duty = "a directorship"
hours_logged = {hours}
hours_cap = 730
rate = 275
if_also_in_base = "{treatment}"
"""
FIXED = """
[mechanisms.{name}]
kind = "fixed_item"
label = "{name}"
amount = {amount}
lines_paid = [{lines}]
if_also_in_base = "{treatment}"
"""
EMERGENCY = """
[mechanisms.{name}]
kind = "emergency_coverage"
eligible_payers = [{payers}]
eligible_settings = ["emergency"]
eligible_facilities = ["client_hospital", "other_hospitals"]
price_share = 1.0
if_also_in_base = "{treatment}"
"""
AFTER_HOURS = """
[mechanisms.night]
kind = "after_hours"
contracts = ["night"]
supported_share = 1.0
collections_are = "{deducted}"
read_settings = ["emergency"]
read_facilities = ["client_hospital", "other_hospitals"]
"""
RECRUITMENT = """
[mechanisms.hire]
kind = "recruitment"
interest = 0
unearned_bonus = "is returned"
lines_paid = ["expense_recruitment"]
if_also_in_base = "{treatment}"
[mechanisms.hire.recruits.one]
starts = {joins}
signing_bonus = {bonus}
retention_months = 36
"""


def base(*lines, name="support", treatment="refuse"):
    return BASE.format(name=name, lines=", ".join(f'"{one}"' for one in lines or ("total_expense",)), treatment=treatment)


def director(treatment="refuse", *, name="director", hours=20):
    return DIRECTOR.format(name=name, hours=hours, treatment=treatment)


def fixed(*lines, name="item", amount=100_000, treatment="refuse"):
    return FIXED.format(name=name, amount=amount, lines=", ".join(f'"{one}"' for one in lines), treatment=treatment)


def emergency(*payers, name="emergency", treatment="refuse"):
    return EMERGENCY.format(name=name, payers=", ".join(f'"{one}"' for one in payers or ("self_pay",)), treatment=treatment)


def refused(*clauses):
    """The faults of a proposal with these clauses, by key."""
    with pytest.raises(BadInput) as error:
        evaluate(agreed(proposal("".join(clauses))))
    return {fault.key: fault.reason for fault in error.value.faults}


# --- The double-count guard


@pytest.mark.parametrize(
    "lines",
    [
        ["radiologist_compensation"],  # the expense item itself
        ["total_provider_expense"],  # a total of a group
        ["total_expense"],  # a total of totals
        ["allowable_cost"],  # a selection of the practice, by its own name
        ["compensation_allowed"],  # a sum that is written by hand
        ["client_expense"],  # what is allocated of a total
    ],
)
def test_what_a_base_contains_in_any_way_is_not_paid_for_beside_it(lines):
    faults = refused(base(*lines), director())
    assert list(faults) == ["mechanisms.director.if_also_in_base"]
    assert "'radiologist_compensation'" in faults["mechanisms.director.if_also_in_base"]
    assert "'support'" in faults["mechanisms.director.if_also_in_base"]


@pytest.mark.parametrize("lines", [["total_operating_expense"], ["app_compensation"], ["other_provider_expense"]])
def test_what_a_base_does_not_contain_may_be_paid_for_beside_it(lines):
    result = evaluate(agreed(proposal(base(*lines) + director())))
    assert in_year(result, "p__director") == 66_000


def test_a_selection_that_an_item_pays_for_is_seen_in_the_base():
    assert "'expense_billing'" in refused(base("expense_billing"), fixed("allowable_cost"))["mechanisms.item.if_also_in_base"]


def test_an_item_that_is_switched_off_is_in_nobodys_way():
    off = director().replace('kind = "directorship"', 'kind = "directorship"\nactive = false')
    assert evaluate(agreed(proposal(base() + off))).failed_checks() == []


def test_all_items_in_the_way_are_told_at_once():
    faults = refused(base(), director(), fixed("expense_quality"), emergency())
    assert set(faults) == {f"mechanisms.{name}.if_also_in_base" for name in ("director", "item", "emergency")}


def test_two_bases_of_the_same_cost_are_refused_once():
    faults = refused(base("total_expense"), base("allowable_cost", name="other"))
    assert list(faults) == ["mechanisms.other.if_also_in_base"]
    assert "'support'" in faults["mechanisms.other.if_also_in_base"]


def test_two_bases_of_different_cost_stand_side_by_side():
    result = evaluate(agreed(proposal(base("total_provider_expense") + base("total_operating_expense", name="other"))))
    assert in_year(result, "p__other") == pytest.approx(
        in_year(result, "total_operating_expense") - in_year(result, "total_revenue")
    )


@pytest.mark.parametrize("order", [1, -1])
def test_a_base_is_credited_against_another_in_whatever_order_they_are_written(order):
    parts = (base("total_expense"), base("allowable_cost", name="part", treatment="credit"))
    result = evaluate(agreed(proposal("".join(parts[::order]))))
    assert in_year(result, "p__support__credited") == in_year(result, "p__part")
    assert in_year(result, "p__total") == pytest.approx(in_year(result, "support_deficit"))


def test_two_bases_credited_against_each_other_are_refused():
    faults = refused(base("total_expense", treatment="credit"), base("allowable_cost", name="other", treatment="credit"))
    assert any("against the other" in reason for reason in faults.values())


def test_an_item_is_not_credited_twice():
    clauses = base("total_provider_expense") + base("total_operating_expense", name="other")
    faults = refused(clauses, fixed("total_expense", treatment="credit"))
    assert "once from each" in faults["mechanisms.item.if_also_in_base"]


def test_a_base_does_not_count_a_total_and_its_part():
    faults = refused(base("total_expense", "expense_billing"))
    assert "'expense_billing' twice" in faults["mechanisms.support.allowable_cost"]


@pytest.mark.parametrize("line", ["collections", "owner_compensation"])
def test_what_is_no_cost_item_is_no_base_and_is_not_paid_for(line):
    assert f"'{line}'" in refused(base(line))["mechanisms.support.allowable_cost"]
    assert f"'{line}'" in refused(fixed(line))["mechanisms.item.lines_paid"]


def test_expense_that_drives_itself_is_refused_by_its_own_message():
    practice = load_practice("sample")
    expense = practice.expenses["billing"].model_copy(update={"driver": "total_expense"})
    circular = practice.model_copy(update={"expenses": {**practice.expenses, "billing": expense}})
    with pytest.raises(BadInput, match="wait for each other"):
        evaluate(assume(circular, proposals={"p": proposal(base() + director("credit"))}))


# --- Two piecemeal items of the same


def test_two_items_for_the_same_reads_are_refused():
    faults = refused(emergency("self_pay", "medicaid"), emergency("self_pay", name="again"))
    assert "'emergency'" in faults["mechanisms.again"]
    assert "self pay" in faults["mechanisms.again"]


def test_two_items_for_different_payers_stand_side_by_side():
    both = evaluate(agreed(proposal(emergency("self_pay") + emergency("medicaid", name="other"))))
    one = evaluate(agreed(proposal(emergency("self_pay", "medicaid"))))
    assert in_year(both, "p__total") == pytest.approx(in_year(one, "p__total"))


def cautions(clauses):
    assumptions = agreed(proposal(clauses))
    result = evaluate(assumptions)
    parts = sums(assumptions.practice, result.graph.lines)
    return list(more_than_cost("p", assumptions.proposals["p"], parts, result.series))


def test_items_that_pay_together_more_than_the_cost_are_told():
    # Quality costs 60,000 in 2025.
    assert cautions(fixed("expense_quality", amount=30_000) + fixed("expense_quality", name="again", amount=29_000)) == []
    (told,) = cautions(fixed("expense_quality", amount=30_000) + fixed("expense_quality", name="again", amount=40_000))
    assert "'item', 'again'" in told
    assert "'expense_quality'" in told


SUPPORT = """
[mechanisms.apps]
kind = "app_support"
categories = ["advanced_practice_provider"]
supported_share = 0.75
billed_share = 0
"""
SERVICE = """
[mechanisms.service]
kind = "service_line"
categories = ["advanced_practice_provider"]
time_share = {time}
service_segments = []
"""


def test_people_whose_cost_is_paid_for_by_two_items_are_told():
    # 75 % and 25 % of what they cost is all of it; with 30 % it is more.
    assert cautions(SUPPORT + SERVICE.format(time=0.25)) == []
    (told,) = cautions(SUPPORT + SERVICE.format(time=0.3))
    assert "'apps', 'service'" in told
    assert "advanced practice provider" in told
    # A service line with other people as well is held, with what is paid for some of them, against the cost of all.
    wider = SERVICE.format(time=0.3).replace('["adv', '["interventional_radiologist", "adv')
    assert cautions(SUPPORT + wider) == []


def test_payments_beyond_the_deficit_are_told_unless_the_excess_comes_back():
    stated = '[mechanisms.x]\nkind = "fixed_stipend"\namount = {amount}'
    # The deficit of 2025 is 6,318,609 (31,493,305 − 25,174,696), and it grows.
    assert cautions(stated.format(amount=6_318_609)) == []
    (told,) = cautions(stated.format(amount=6_318_700))
    assert "more is paid than the deficit" in told
    guarantee = '[mechanisms.x]\nkind = "collections_guarantee"\nguarantee = 40_000_000\nexcess = "{excess}"'
    assert len(cautions(guarantee.format(excess="stays with the group"))) == 1
    assert cautions(guarantee.format(excess="reduces later payments")) == []


def test_several_directorships_may_share_one_line_of_pay():
    assert cautions(director() + director(name="second") + emergency()) == []


# --- Reads that are billed as well


def test_reads_that_the_group_bills_are_not_paid_in_full():
    faults = refused(AFTER_HOURS.format(deducted="not deducted"))
    assert "'client_hospital'" in faults["mechanisms.night"] or "'other_hospitals'" in faults["mechanisms.night"]


def test_reads_that_the_hospital_bills_for_a_part_of_the_contract_are_not_paid_in_full():
    assumptions = agreed(proposal(AFTER_HOURS.format(deducted="not deducted")))
    billed = [Change(path="facilities.*.hospital_bills", operation="set", amount=1.0, from_year=2026)]
    with pytest.raises(BadInput, match="the group bills them as well"):
        evaluate(changed(assumptions, billed, "from 2026"))


def test_the_same_reads_with_collections_deducted_are_accepted():
    result = evaluate(agreed(proposal(AFTER_HOURS.format(deducted="deducted"))))
    assert 0 < in_year(result, "p__night") < in_year(result, "outside_read_expense")


def test_receipts_of_emergency_reads_are_netted():
    base_case = agreed(proposal(emergency()))
    better = Change(path="payers.self_pay.collected_per_work_rvu", operation="multiply", amount=2.0)
    before, after = evaluate(base_case), evaluate(changed(base_case, [better], "more is collected"))
    more = in_year(after, "collections") - in_year(before, "collections")
    less = in_year(before, "p__emergency") - in_year(after, "p__emergency")
    # What is collected on emergency reads is paid by nobody else any more; other settings have self-pay work too.
    assert 0 < less < more
    assert less == pytest.approx(in_year(before, "p__emergency__collected"))


# --- Dollars per work RVU


def clauses_of(record):
    return [record, *(rows_of(record, name) for name in record.model_fields if rows_of(record, name))]


def test_every_contract_in_dollars_per_work_rvu_names_its_schedule_year():
    found = {kind: record for kind, record in {**MECHANISMS, **MODIFIERS, **ESCALATORS}.items()
             if any(field.limits and "work RVU" in str(field.limits.unit) and str(field.limits.unit).startswith("USD")
                    for one in clauses_of(record) for field in fields_of(one))}  # fmt: skip
    assert "work_rvu_guarantee" in found
    for kind, record in found.items():
        assert any(record.mark(name, Schedule) and record.model_fields[name].is_required() for name in record.model_fields), kind


def test_dollars_per_work_rvu_without_a_schedule_year_are_refused():
    with pytest.raises(BadInput) as error:
        proposal('[mechanisms.guarantee]\nkind = "work_rvu_guarantee"\nrate = 91.10')
    assert "mechanisms.guarantee.schedule_year" in {fault.key for fault in error.value.faults}


# --- No dollar of the deficit is paid twice

TREATMENTS = st.sampled_from(["credit", "exclude"])


@settings(max_examples=20, deadline=None)
@sampled(TREATMENTS, TREATMENTS, st.integers(0, 60), st.integers(0, 300_000), st.floats(0.9, 1.1))
def test_whatever_items_pay_the_deficit_is_paid_once(first, second, hours, bonus, volume):
    clauses = base() + director(first, hours=hours) + emergency(treatment=second)
    clauses += RECRUITMENT.format(treatment=first, joins="2025-11-15", bonus=bonus)
    alone, with_items = proposal(base()), proposal(clauses)
    exams = Change(path="volumes.*.*.*.base_exams", operation="multiply", amount=volume)
    result = evaluate(changed(agreed(alone, with_items), [exams], "volume"))
    assert result.series("q__total") == pytest.approx(result.series("p__total"), abs=0.01)
    np.testing.assert_allclose(result.series("q__total")[:3], result.series("support_deficit")[:3], atol=0.01)


@settings(max_examples=15, deadline=None)
@sampled(TREATMENTS, st.dates(min_value=np.datetime64("2025-01-02").item(), max_value=np.datetime64("2026-12-30").item()))
def test_a_dated_payment_is_credited_in_full_in_a_part_of_a_year(treatment, starts):
    if (starts.month, starts.day) == (2, 29):
        return
    joins = (starts + datetime.timedelta(days=1)).isoformat()
    clauses = base() + RECRUITMENT.format(treatment=treatment, joins=joins, bonus=100_000)
    result = evaluate(agreed(*(proposal(one, starts=starts.isoformat(), years="2") for one in (base(), clauses))))
    assert sum(result.series("q__hire")) == 100_000
    assert result.series("q__total") == pytest.approx(result.series("p__total"), abs=0.01)


def test_an_item_above_the_need_is_not_taken_back():
    keeps = base().replace("refunds the excess", "keeps the excess")
    need = given(total_expense=25_600_000, collections=25_550_000, other_professional_revenue=0)
    result = evaluate(changed(agreed(proposal(keeps + director("credit"))), need, "little need"))
    # 50,000 are needed and the director is paid 66,000: the base pays nothing more.
    assert in_year(result, "p__support") == 0
    assert in_year(result, "p__total") == 66_000


def test_without_an_item_the_shipped_proposal_is_as_before():
    key, shipped = load_proposal("cost_basis")
    result = evaluate(assume(load_practice("sample"), proposals={key: shipped}))
    assert f"{key}__support__credited" not in result.graph.lines


# --- Stacking


def named(clauses, physician):
    return clauses.replace('kind = "', f'physician = "{physician}"\nkind = "')


def test_agreements_with_a_physician_are_rolled_up():
    clauses = (
        named(director(hours=20), "dr_a")
        + named(director(name="second", hours=12), "dr_a")
        + named(director(name="third", hours=5), "dr_b")
    )
    assumptions = agreed(proposal(clauses + fixed("expense_quality")))
    result = evaluate(assumptions)
    first, second = stacks(assumptions.proposals, result.years, result.series)
    assert (first.physician, [one.instance for one in first.agreements]) == ("dr_a", ["director", "second"])
    # 32 hours × 12 × 275, in the three years of the contract.
    assert first.hours == (384, 384, 384, 0, 0)
    assert first.dollars == (105_600, 105_600, 105_600, 0, 0)
    assert first.years_exceeded == ()
    assert (second.physician, second.hours[0], second.dollars[0]) == ("dr_b", 60, 16_500)


def test_hours_above_what_a_year_holds_are_told_across_proposals():
    one = proposal(named(director(hours=400), "dr_a"))
    other = proposal(named(director(hours=331), "dr_a"), years="2")
    assumptions = agreed(one, other)
    result = evaluate(assumptions)
    (stack,) = stacks(assumptions.proposals, result.years, result.series)
    # 731 hours a month are 8,772 a year, of 8,760; from the third year on 4,800.
    assert stack.hours[:3] == (8_772, 8_772, 4_800)
    assert stack.years_exceeded == (2025, 2026)
    assert [agreement.proposal for agreement in stack.agreements] == ["p", "q"]


@pytest.mark.parametrize(("more", "exceeded"), [(0, ()), (1, (2025, 2026))])
def test_half_a_year_holds_half_of_its_hours(more, exceeded):
    # 730 hours a month are all there are of the six months of a year that is not a leap year; 731 are more.
    both = named(director(hours=400), "dr_a") + named(director(name="second", hours=330 + more), "dr_a")
    assumptions = agreed(proposal(both, starts="2025-07-01", years="1"))
    result = evaluate(assumptions)
    (stack,) = stacks(assumptions.proposals, result.years, result.series)
    assert stack.hours[:2] == ((730 + more) * 6, (730 + more) * 6)
    assert stack.years_exceeded == exceeded


def test_an_item_without_hours_counts_its_dollars():
    assumptions = agreed(proposal(named(fixed("expense_quality", amount=40_000), "dr_a") + named(director(), "dr_a")))
    result = evaluate(assumptions)
    (stack,) = stacks(assumptions.proposals, result.years, result.series)
    assert stack.agreements[0].hours is None
    assert (stack.hours[0], stack.dollars[0]) == (240, 106_000)
