"""Piecemeal items: the worked numbers of the field run through the whole model, and what must hold for any terms."""

import numpy as np
import pytest
from hypothesis import given as sampled
from hypothesis import settings
from hypothesis import strategies as st

from finmodel import assemble_model, assume, changed, evaluate, load_practice
from finmodel.assumptions import BadInput, Change
from finmodel.assumptions.quantity import quantities
from finmodel.contracts.files import load_proposal
from finmodel.contracts.mechanisms import MECHANISMS
from tests.contracts import agreed, happening, in_year, proposal
from tests.tracing import number, traced

PIECEMEAL = sorted(kind for kind, one in MECHANISMS.items() if one.family == "piecemeal")

RECRUITMENT = """
[mechanisms.item]
kind = "recruitment"
interest = {interest}
unearned_bonus = "{unearned}"
lines_paid = ["expense_recruitment"]
[mechanisms.item.recruits.one]
starts = {starts}
retention_months = 36
"""


def recruitment(terms, *, joins="2026-01-01", interest=0, unearned="is kept", **head):
    return proposal(
        RECRUITMENT.format(starts=joins, interest=interest, unearned=unearned) + terms, **{"starts": "2026-01-01", **head}
    )


CALL = """
[mechanisms.item]
kind = "interventional_call"
call = "from home"
method = "a rate for each kind of day"
physicians_at_once = {at_once}
physicians_in_rota = {rota}
[mechanisms.item.day_types]
weekdays = {{ day = "weekday", days = {days[0]}, rate = {rates[0]} }}
weekends = {{ day = "weekend", days = {days[1]}, rate = {rates[1]} }}
holidays = {{ day = "holiday", days = {days[2]}, rate = {rates[2]} }}
"""
BURDEN = """
[mechanisms.item]
kind = "interventional_call"
call = "on the premises"
method = "the yearly burden divided by 365"
yearly_burden = 547_500
physicians_at_once = 1
physicians_in_rota = 4
[mechanisms.item.day_types]
every_day = { day = "weekday", days = 365 }
"""


def call(days=(251, 104, 10), rates=(1_000, 1_500, 2_000), at_once=1, rota=4):
    return CALL.format(days=days, rates=rates, at_once=at_once, rota=rota)


DIRECTORSHIP = """
[mechanisms.{instance}]
kind = "directorship"
duty = "a directorship"
hours_logged = {logged}
hours_cap = {cap}
rate = {rate}
"""


def directorship(logged=20, cap=20, rate=275, instance="item"):
    return DIRECTORSHIP.format(logged=logged, cap=cap, rate=rate, instance=instance)


EMERGENCY = """
[mechanisms.item]
kind = "emergency_coverage"
eligible_payers = ["self_pay"]
eligible_settings = ["emergency"]
eligible_facilities = ["client_hospital", "other_hospitals"]
price_share = {share}
"""


def emergency(share=1.0, cap=None):
    return EMERGENCY.format(share=share) + ("" if cap is None else f"most_paid = {cap}\n")


APP = """
[mechanisms.item]
kind = "app_support"
categories = ["advanced_practice_provider"]
supported_share = {share}
billed_share = {billed}
"""
SERVICE_LINE = """
[mechanisms.item]
kind = "service_line"
categories = ["interventional_radiologist"]
time_share = {share}
service_segments = ["client_hospital.inpatient.ir", "client_hospital.outpatient.ir"]
other_cost = {other}
"""
AFTER_HOURS = """
[mechanisms.item]
kind = "after_hours"
contracts = ["night"]
supported_share = {share}
collections_are = "deducted"
read_settings = ["emergency"]
read_facilities = ["client_hospital", "other_hospitals"]
"""
FIXED = """
[mechanisms.item]
kind = "fixed_item"
label = "Vacancy bridge"
amount = {amount}
lines_paid = ["locums_expense"]
"""


def paid(clauses, year=2025):
    return in_year(evaluate(agreed(proposal(clauses))), "p__item", year)


# --- Recruitment (mechanics.md §3.4)


def test_a_loan_of_150_000_over_36_months_left_after_20():
    result = evaluate(agreed(recruitment("leaves = 2027-09-01\nloan = 150_000")))
    assert result.series("p__item") == pytest.approx([0, 150_000, -66_666.67, 0, 0], abs=0.005)
    assert result.series("p__item__loan_forgiven") == pytest.approx([0, 50_000, 33_333.33, 0, 0], abs=0.005)
    assert sum(result.series("p__item__loan_forgiven")) == pytest.approx(83_333.33, abs=0.005)
    # At the end of 2026, 24 of 36 months are still to be served: 100,000.
    assert result.series("p__item__unamortised") == pytest.approx([0, 100_000, 0, 0, 0])


def test_interest_runs_on_what_is_due_from_start_to_leaving():
    result = evaluate(agreed(recruitment("leaves = 2027-09-01\nloan = 150_000", interest=0.06)))
    # 66,666.67 × 6 % × 20 ÷ 12 = 6,666.67.
    assert in_year(result, "p__item__interest_due", 2027) == pytest.approx(6_666.67, abs=0.005)
    assert in_year(result, "p__item", 2027) == pytest.approx(-73_333.33, abs=0.005)


def test_a_signing_bonus_of_100_000_is_earned_over_36_months():
    result = evaluate(agreed(recruitment("signing_bonus = 100_000")))
    assert result.series("p__item") == [0, 100_000, 0, 0, 0]
    assert result.series("p__item__bonus_earned") == pytest.approx([0, 33_333.33, 33_333.33, 33_333.33, 0], abs=0.005)


@pytest.mark.parametrize(("unearned", "back"), [("is returned", 44_444.44), ("is kept", 0)])
def test_of_the_bonus_of_somebody_who_leaves_the_unearned_part_is_returned_where_agreed(unearned, back):
    result = evaluate(agreed(recruitment("leaves = 2027-09-01\nsigning_bonus = 100_000", unearned=unearned)))
    # 100,000 × 16 ÷ 36 months.
    assert in_year(result, "p__item", 2027) == pytest.approx(-back, abs=0.005)


def test_somebody_who_stays_until_all_is_earned_owes_nothing():
    terms = "leaves = 2029-06-01\nloan = 150_000\nsigning_bonus = 50_000"
    result = evaluate(agreed(recruitment(terms, unearned="is returned", years="5")))
    assert result.series("p__item") == [0, 200_000, 0, 0, 0]
    assert sum(result.series("p__item__loan_forgiven")) == pytest.approx(150_000)


def test_a_recruit_of_before_the_projection_is_not_paid_again_and_goes_on_earning():
    result = evaluate(agreed(recruitment("loan = 90_000", joins="2024-01-01", starts="2024-01-01", years="5")))
    assert result.series("p__item") == [0] * 5
    # 36 months from 1 January 2024: 30,000 in 2025 and in 2026, none afterwards.
    assert result.series("p__item__loan_forgiven") == pytest.approx([30_000, 30_000, 0, 0, 0])


def test_dated_amounts_are_not_cut_to_the_months_of_the_contract():
    result = evaluate(agreed(recruitment("relocation = 15_000\nsearch_fee = 40_000", joins="2026-09-15")))
    assert in_year(result, "p__item", 2026) == 55_000
    late = evaluate(agreed(recruitment("relocation = 15_000", joins="2026-09-15", starts="2026-07-01", years="1")))
    assert late.series("p__item") == [0, 15_000, 0, 0, 0]


GUARANTEE = """guarantee_months = 18
guaranteed_income = 500_000
expected_collections = 400_000
costs_charged = 90_000
incremental_cost = {actual}
"""


@pytest.mark.parametrize(("actual", "shortfall"), [(60_000, 160_000), (90_000, 190_000), (120_000, 190_000)])
def test_a_guarantee_counts_no_more_than_the_costs_that_the_recruit_adds(actual, shortfall):
    result = evaluate(agreed(recruitment(GUARANTEE.format(actual=actual), joins="2026-07-01")))
    # 500,000 − (400,000 − the lesser of the two costs), six months of it in 2026 and twelve in 2027.
    assert result.series("p__item") == pytest.approx([0, shortfall / 2, shortfall, 0, 0])


def test_a_recruit_who_collects_more_than_is_guaranteed_pays_nothing_back():
    result = evaluate(agreed(recruitment(GUARANTEE.format(actual=0).replace("400_000", "900_000"))))
    assert result.series("p__item") == [0] * 5
    # Nothing collected: 500,000 in twelve months and 250,000 in the six after.
    assert result.series("p__item__most_owed") == pytest.approx([0, 500_000, 250_000, 0, 0])


# --- Call (mechanics.md §3.4)


def test_call_by_kind_of_day():
    # 251 × 1,000 + 104 × 1,500 + 10 × 2,000.
    assert paid(call()) == 251_000 + 156_000 + 20_000 == 427_000


def test_the_yearly_burden_by_day():
    result = evaluate(agreed(proposal(BURDEN)))
    assert in_year(result, "p__item__burden_per_day") == 1_500
    assert in_year(result, "p__item") == 547_500


def test_what_a_service_costs_is_not_what_a_physician_gets_times_all_physicians():
    # A month of 15 × 500 + 4 × 600 + 8 ÷ 12 × 800 = 10,433.33; a year of it 125,200, and 31,300 for each of four.
    days, rates = (15 * 12, 4 * 12, 8), (500, 600, 800)
    one_in_four = evaluate(agreed(proposal(call(days, rates))))
    assert in_year(one_in_four, "p__item") == 125_200
    assert in_year(one_in_four, "p__item__payment_per_physician") == 31_300
    # Eight physicians cost 250,400 only where they are two pools, so that two are on call at once.
    two_pools = evaluate(agreed(proposal(call(days, rates, at_once=2, rota=8))))
    assert in_year(two_pools, "p__item") == 250_400
    assert in_year(two_pools, "p__item__payment_per_physician") == 31_300
    assert in_year(evaluate(agreed(proposal(call(days, rates, rota=8)))), "p__item") == 125_200


def test_only_call_on_the_premises_counts_as_hours():
    assert in_year(evaluate(agreed(proposal(call()))), "p__item__hours") == 0
    # 365 days of 24 hours among four.
    assert in_year(evaluate(agreed(proposal(BURDEN))), "p__item__hours") == 2_190


def test_rates_of_days_rise_with_the_escalator():
    escalator = '[mechanisms.item.escalator]\nkind = "fixed"\nrate = 0.03\n'
    assert paid(call() + escalator, 2026) == pytest.approx(427_000 * 1.03)


# --- Administrative pay (mechanics.md §3.4)


@pytest.mark.parametrize(("logged", "month"), [(20, 5_500), (22, 5_500), (12, 3_300), (0, 0)])
def test_hours_logged_are_paid_up_to_the_cap(logged, month):
    result = evaluate(agreed(proposal(directorship(logged))))
    assert in_year(result, "p__item__monthly_payment") == month
    assert in_year(result, "p__item") == 12 * month
    # 20 hours × 12 months × 275.
    assert in_year(result, "p__item__most_owed") == 66_000
    assert in_year(result, "p__item__hours") == 12 * logged


def test_hours_logged_later_are_settled_against_those_agreed():
    logged = Change(path="proposals.p.mechanisms.item.hours_logged", operation="set", amount=15)
    result = happening(agreed(proposal(directorship())), logged)
    # Five hours a month fewer than the twenty on which was advanced.
    assert in_year(result, "p__item__settlement") == -5 * 12 * 275


# --- Emergency coverage (mechanics.md §3.4): 50,000 total RVUs at 33.4009, less 120,000 collected


def test_uncompensated_emergency_reads():
    base = agreed(*(proposal(emergency(share)) for share in (0.8, 1.0, 1.2)))
    now = evaluate(base)
    year = now.years.index(2026)
    more_reads = 50_000 / now["q__item__eligible_total_rvus"][0, year, 0]
    reads = Change(path="volumes.*.emergency.*.base_exams", operation="multiply", amount=more_reads)
    collected = now["q__item__collected"][0, year, 0] * more_reads
    price = Change(path="payers.self_pay.collected_per_work_rvu", operation="multiply", amount=120_000 / collected)
    result = evaluate(changed(base, [reads, price], "as in the example"))
    for key, gross in (("p", 1_336_036), ("q", 1_670_045), ("r", 2_004_054)):
        assert in_year(result, f"{key}__item__eligible_total_rvus", 2026) == pytest.approx(50_000)
        assert in_year(result, f"{key}__item__gross", 2026) == pytest.approx(gross, abs=0.5)
        assert in_year(result, f"{key}__item", 2026) == pytest.approx(gross - 120_000, abs=0.5)


def test_emergency_coverage_is_on_total_rvus_of_the_sites_and_payers_chosen():
    result = evaluate(agreed(proposal(emergency())))
    payer, sites = result.rows("site_payer_work_rvus"), ("client_hospital.emergency", "other_hospitals.emergency")
    work = sum(result["site_payer_work_rvus"][payer.index(f"{site}.self_pay"), 0, 0] for site in sites)
    ratio = in_year(result, "total_rvus") / in_year(result, "work_rvus")
    assert ratio > 1.4
    assert in_year(result, "p__item__eligible_total_rvus") == pytest.approx(work * ratio)


def test_what_is_collected_beyond_the_price_is_not_owed_to_the_hospital():
    assert paid(emergency(0.0)) == 0


# --- The rest, by hand from the lines of the practice


def test_app_support_is_a_share_of_loaded_cost_net_of_billing():
    # 5 FTE × 132,000 × 1.24 + 5 × 3,500 = 835,900; 4,940 work RVUs at the average price, of which 85 %.
    result = evaluate(agreed(proposal(APP.format(share=0.5, billed=0.85))))
    collected = 5 * 988 * in_year(result, "collections") / in_year(result, "work_rvus") * 0.85
    assert in_year(result, "p__item__loaded_cost") == pytest.approx(835_900)
    assert in_year(result, "p__item") == pytest.approx(0.5 * (835_900 - collected))


def test_a_service_line_costs_its_people_less_what_it_collects():
    # 4 FTE × (690,000 + 90,857 + 32,000 + 6,500) = 3,277,428.
    result = evaluate(agreed(proposal(SERVICE_LINE.format(share=0.25, other=100_000))))
    prices = result["site_revenue_per_work_rvu"][:, 0, 0]
    at = result.rows("site_revenue_per_work_rvu").index
    # 2,064 × 2.6 and 1,620 × 2.3 work RVUs.
    collected = 5_366.4 * prices[at("client_hospital.inpatient")] + 3_726 * prices[at("client_hospital.outpatient")]
    assert in_year(result, "p__item") == pytest.approx(max(3_277_428 * 0.25 + 100_000 - collected, 0))
    assert in_year(result, "p__item") > 0


def test_after_hours_coverage_is_net_of_what_the_group_collects():
    # 38,000 reads at 48 cost 1,824,000; 38,000 × 0.93 = 35,340 work RVUs at 49.89, as emergency work collects.
    result = evaluate(agreed(proposal(AFTER_HOURS.format(share=1.0))))
    emergency_price = 6_330_876 / 126_900
    assert in_year(result, "p__item") == pytest.approx(1_824_000 - 35_340 * emergency_price, rel=2e-3)


def test_where_the_hospital_bills_all_reads_nothing_is_deducted():
    billed = [
        Change(path=f"facilities.{name}.hospital_bills", operation="set", amount=1.0)
        for name in ("client_hospital", "other_hospitals")
    ]
    gross = AFTER_HOURS.format(share=1.0).replace('"deducted"', '"not deducted"')
    assert in_year(evaluate(changed(agreed(proposal(gross)), billed, "hospital bills")), "p__item") == pytest.approx(1_824_000)


def test_a_vacancy_bridge_as_a_fixed_item():
    # mechanics.md §3.3: 130 days × 10 hours × 420.
    assert paid(FIXED.format(amount=130 * 10 * 420)) == 546_000


# --- What is refused


@pytest.mark.parametrize(
    ("clauses", "key"),
    [
        (directorship(logged=731), "mechanisms.item.hours_logged"),
        (directorship(cap=-1), "mechanisms.item.hours_cap"),
        (call(days=(300, 104, 10)), "mechanisms.item.day_types"),
        (call(rota=0.5), "mechanisms.item.physicians_in_rota"),
        (call(at_once=5), "mechanisms.item.physicians_in_rota"),
        (call().replace('kind = "interv', 'physician = "dr_a"\nkind = "interv'), "mechanisms.item.physician"),
        (call().replace(", rate = 2000", ""), "mechanisms.item.day_types.holidays.rate"),
        (BURDEN.replace("yearly_burden = 547_500\n", ""), "mechanisms.item.yearly_burden"),
        (emergency(2.5), "mechanisms.item.price_share"),
        (APP.format(share=1.2, billed=0.85), "mechanisms.item.supported_share"),
        (FIXED.format(amount=1).replace('label = "Vacancy bridge"\n', ""), "mechanisms.item.label"),
        (FIXED.format(amount=1).replace('"locums_expense"', ""), "mechanisms.item.lines_paid"),
        (DIRECTORSHIP.format(instance="item", logged=1, cap=1, rate=-275), "mechanisms.item.rate"),
        (RECRUITMENT.format(starts="2026-01-01", interest=0.9, unearned="is kept"), "mechanisms.item.interest"),
        (
            RECRUITMENT.format(starts="2026-01-01", interest=0, unearned="is kept") + "leaves = 2025-01-01",
            "mechanisms.item.recruits.one.leaves",
        ),
        (
            RECRUITMENT.format(starts="2026-01-01", interest=0, unearned="is kept") + "guaranteed_income = 1",
            "mechanisms.item.recruits.one.guaranteed_income",
        ),
        (
            RECRUITMENT.format(starts="2026-01-01", interest=0, unearned="is kept").replace("= 36", "= 0"),
            "mechanisms.item.recruits.one.retention_months",
        ),
    ],
)
def test_terms_that_cannot_be_are_refused_with_the_clause_named(clauses, key):
    with pytest.raises(BadInput) as refused:
        proposal(clauses)
    assert key in {fault.key for fault in refused.value.faults}


@pytest.mark.parametrize(
    ("clauses", "unknown"),
    [
        (emergency().replace('"self_pay"', '"uninsured"'), "uninsured"),
        (APP.format(share=1, billed=1).replace("advanced_practice_provider", "nurses"), "nurses"),
        (FIXED.format(amount=1).replace("locums_expense", "locums_expenses"), "locums_expenses"),
        (SERVICE_LINE.format(share=1, other=0).replace("inpatient.ir", "inpatient.iv"), "client_hospital.inpatient.iv"),
    ],
)
def test_what_the_practice_does_not_have_is_refused_with_the_clause_named(clauses, unknown):
    with pytest.raises(BadInput) as refused:
        evaluate(agreed(proposal(clauses)))
    assert any(fault.key.startswith("mechanisms.item") and f"'{unknown}'" in fault.reason for fault in refused.value.faults)


def test_physicians_are_no_category_of_app_support():
    with pytest.raises(BadInput, match="'partner_radiologist' is of the kind radiologist"):
        evaluate(agreed(proposal(APP.format(share=1, billed=1).replace("advanced_practice_provider", "partner_radiologist"))))


# --- The proposal that ships


def test_the_shipped_piecemeal_proposal_has_the_five_kinds_of_items_of_the_article():
    _, shipped = load_proposal("piecemeal")
    kinds = {type(one).model_fields["kind"].annotation.__args__[0] for one in shipped.mechanisms.values()}
    interventional = {"interventional_call", "service_line"}
    assert kinds == {"recruitment", *interventional, "directorship", "emergency_coverage", "app_support"}
    assert {one.duty for one in shipped.mechanisms.values() if hasattr(one, "duty")} == {
        "a directorship",
        "multidisciplinary conferences",
    }
    assert all(one.family == "piecemeal" and one.label and one.purpose for one in shipped.mechanisms.values())


def test_the_shipped_piecemeal_proposal_leaves_a_part_of_the_deficit_and_has_a_known_most():
    key, shipped = load_proposal("piecemeal")
    result = evaluate(assume(load_practice("sample"), proposals={key: shipped}))
    assert result.failed_checks() == []
    for year in (2026, 2027, 2028):
        paid_in_year, most = in_year(result, f"{key}__total", year), in_year(result, f"{key}__most_owed", year)
        assert 0 < paid_in_year <= most < in_year(result, "support_deficit", year)
    assert in_year(result, f"{key}__total", 2025) == in_year(result, f"{key}__total", 2029) == 0
    # 251 × 1,000 + 104 × 1,500 + 10 × 2,000, and 20 × 12 × 275.
    assert in_year(result, f"{key}__interventional_call", 2026) == 427_000
    assert in_year(result, f"{key}__medical_director", 2026) == 66_000
    assert in_year(result, f"{key}__recruitment", 2026) == 50_000 + 15_000 + 40_000 + 100_000


def test_every_number_of_the_shipped_piecemeal_proposal_is_illustrative_or_sourced():
    _, shipped = load_proposal("piecemeal")
    assert {one.status for _, one in quantities(shipped)} <= {"illustrative", "sourced"}


# --- What must hold for any terms

EVERY = {
    "recruitment": RECRUITMENT.format(starts="2025-04-01", interest=0.05, unearned="is returned")
    + "signing_bonus = 60_000\nrelocation = 15_000\nsearch_fee = 40_000\nloan = 90_000\n"
    + GUARANTEE.format(actual=60_000),
    "interventional_call": call(),
    "directorship": directorship(),
    "emergency_coverage": emergency(1.0, cap=2_000_000),
    "app_support": APP.format(share=0.5, billed=0.85),
    "service_line": SERVICE_LINE.format(share=0.5, other=50_000),
    "after_hours": AFTER_HOURS.format(share=0.9),
    "fixed_item": FIXED.format(amount=120_000),
}
MODELS = {kind: assemble_model(agreed(proposal(clauses))) for kind, clauses in EVERY.items()}


def test_every_piecemeal_mechanism_is_held_to_the_properties():
    assert sorted(EVERY) == PIECEMEAL


SHARES = st.integers(0, 1_200).map(lambda thousandths: thousandths / 1_000)


@pytest.mark.parametrize("kind", PIECEMEAL)
def test_every_line_of_an_item_traces_to_its_own_numbers(kind):
    result = MODELS[kind].run()
    known = {**MODELS[kind].inputs, **result.values}
    shapes = {name: np.shape(array) for name, array in known.items() if isinstance(array, np.ndarray)}
    for one in (one for one in result.graph.order if one.name.startswith("p__item")):
        cells = traced(one, known, shapes).cells
        assert cells.shape == shapes[one.name], one.name
        for at in np.ndindex(cells.shape):
            assert number(cells[at], known) == pytest.approx(known[one.name][at], rel=1e-12, abs=1e-9, nan_ok=True), one.name


# Term, and the way in which the payment must not move when it rises.
DIRECTIONS = [
    ("recruitment", "recruits.one.signing_bonus", 1),
    ("recruitment", "recruits.one.expected_collections", -1),
    ("recruitment", "recruits.one.incremental_cost", 1),
    ("interventional_call", "day_types.weekends.rate", 1),
    ("interventional_call", "physicians_in_rota", 0),
    ("directorship", "hours_logged", 1),
    ("directorship", "hours_cap", 1),
    ("directorship", "rate", 1),
    ("emergency_coverage", "price_share", 1),
    ("emergency_coverage", "most_paid", 1),
    ("app_support", "billed_share", -1),
    ("service_line", "other_cost", 1),
    ("after_hours", "supported_share", 1),
    ("fixed_item", "amount", 1),
]


@pytest.mark.parametrize(("kind", "term", "direction"), DIRECTIONS)
@settings(max_examples=15, deadline=None)
@sampled(low=SHARES, high=SHARES)
def test_a_payment_moves_one_way_with_its_terms(kind, term, direction, low, high):
    name = f"p__item__{term.split('.')[0]}_{term.split('.')[-1]}" if "." in term else f"p__item__{term}"
    model = MODELS[kind]
    name = name if name in model.inputs else f"{name}__agreed"
    low, high = sorted((low, high))
    rows = np.ones_like(model.inputs[name])
    before, after = (model.run({name: model.inputs[name] * rows * factor}).series("p__item")[0] for factor in (low, high))
    assert (after - before) * direction >= -1e-6 if direction else after == before


DRIVERS = [
    ("emergency_coverage", Change(path="payers.self_pay.collected_per_work_rvu", operation="multiply", amount=1.5), -1),
    ("emergency_coverage", Change(path="volumes.*.emergency.*.base_exams", operation="multiply", amount=1.1), 1),
    ("emergency_coverage", Change(path="medicare_rules.conversion_factor", operation="multiply", amount=1.05), 1),
    ("app_support", Change(path="providers.advanced_practice_provider.fte", operation="multiply", amount=1.2), 1),
    ("service_line", Change(path="volumes.client_hospital.*.ir.base_exams", operation="multiply", amount=1.1), -1),
    ("after_hours", Change(path="outside_reads.night.price_per_read", operation="multiply", amount=1.1), 1),
]


@pytest.mark.parametrize(("kind", "change", "direction"), DRIVERS)
def test_a_payment_follows_what_drives_it(kind, change, direction):
    base = agreed(proposal(EVERY[kind]))
    assert (in_year(evaluate(changed(base, [change], "more")), "p__item") - in_year(evaluate(base), "p__item")) * direction > 1


@settings(max_examples=25, deadline=None)
@sampled(st.integers(0, 2_000_000), st.sampled_from([0.0, 0.0001, 0.02]))
def test_the_cap_of_emergency_coverage_is_continuous(cap, step):
    model = MODELS["emergency_coverage"]
    name = "p__item__most_paid__agreed"

    def capped(amount):
        return model.run({name: model.inputs[name] * 0.0 + amount}).series("p__item")[0]

    assert 0 <= capped(cap + step) - capped(cap) <= step + 1e-6
    assert capped(cap) <= cap


@pytest.mark.parametrize("kind", PIECEMEAL)
def test_where_what_happens_is_the_budget_the_agreed_payment_is_paid(kind):
    base = agreed(proposal(EVERY[kind]))
    expected, result = evaluate(base), happening(base)
    assert result.series("p__item") == expected.series("p__item")
    assert result.series("p__item__settlement") == [0] * 5
    assert any(expected.series("p__item"))


NEUTRAL = [
    ("recruitment", {"recruits.one.signing_bonus": 0, "recruits.one.relocation": 0, "recruits.one.search_fee": 0,
                     "recruits.one.loan": 0, "recruits.one.guarantee_months": 0}),
    ("interventional_call", {f"day_types.{day}.rate": 0 for day in ("weekdays", "weekends", "holidays")}),
    ("directorship", {"hours_cap": 0}),
    ("emergency_coverage", {"price_share": 0}),
    ("app_support", {"supported_share": 0}),
    ("service_line", {"time_share": 0, "other_cost": 0}),
    ("after_hours", {"supported_share": 0}),
    ("fixed_item", {"amount": 0}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "terms"), NEUTRAL)
def test_an_item_with_neutral_terms_changes_nothing(kind, terms):
    base = agreed(proposal(EVERY[kind]))
    changes = [Change(path=f"proposals.p.mechanisms.item.{term}", operation="set", amount=value) for term, value in terms.items()]
    result = evaluate(changed(base, changes, "neutral"))
    assert result.series("p__total") == [0] * 5
    assert result.series("p__residual_deficit") == result.series("support_deficit")


@pytest.mark.parametrize("kind", PIECEMEAL)
@settings(max_examples=5, deadline=None)
@sampled(factors=st.lists(st.floats(0.8, 1.1), min_size=2, max_size=3))
def test_each_case_of_a_batch_equals_its_single_run(kind, factors):
    base = agreed(proposal(EVERY[kind]))
    cases = [
        changed(
            base,
            [Change(path="volumes.*.*.*.base_exams", operation="multiply", amount=factor),
             Change(path="providers.*.compensation_per_fte", operation="multiply", amount=factor)],
            "case",
        )
        for factor in factors
    ]  # fmt: skip
    batch = evaluate(*cases)
    for position, one in enumerate(cases):
        single = evaluate(one)
        for name in (name for name in single.graph.lines if name.startswith("p__item")):
            at = min(position, batch.cases - 1)
            np.testing.assert_allclose(batch[name][:, :, at], single[name][:, :, 0], rtol=1e-12, atol=1e-9, err_msg=name)
