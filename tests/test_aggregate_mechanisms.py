"""Aggregate mechanisms: the worked numbers of mechanics.md §3.4 through the real model, and what must hold for any numbers."""

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
# The published totals in every year; other professional revenue is set aside, so that collections are all there is.
WORKED = given(total_expense=EXPENSE, collections=COLLECTIONS, other_professional_revenue=0)
FAR_AND_WIDE = settings(max_examples=10, deadline=None)
DOLLARS = st.integers(0, 100_000_000).map(float)

STIPEND = '[mechanisms.x]\nkind = "fixed_stipend"'
COST_BASIS = '[mechanisms.x]\nkind = "cost_basis"\nallowable_cost = ["total_expense"]'
COLLECTIONS_GUARANTEE = '[mechanisms.x]\nkind = "collections_guarantee"\nguarantee = 31_493_305'
RVU_GUARANTEE = '[mechanisms.x]\nkind = "work_rvu_guarantee"\nrate = 91.10\nschedule_year = 2025'
TOP_UP = f'{RVU_GUARANTEE}\nsettlement_basis = "a top-up per work RVU that is fixed on the budget"'
STAFFED = '[mechanisms.x]\nkind = "support_per_fte"\nposts_counted = "staffed"'
COVERED = '[mechanisms.x]\nkind = "support_per_fte"\nposts_counted = "staffed, or vacant and covered by locums"'
NIGHTS = """
[mechanisms.x]
kind = "coverage_shifts"
cost_covered = ["locums_expense"]
blocks.night = { shifts = 365, cost_per_shift = 4_000, reads_are_billed = true, collections_per_shift = 2_500 }
"""
MEMBERS = '[mechanisms.x]\nkind = "per_member"\nrate = 2.5\nmembers = 40_000\ncost_covered = []'


def cost_basis(refunds="keeps the excess", margin=0.0, **terms):
    more = "\n".join(f"{name} = {value}" for name, value in terms.items())
    return f'{COST_BASIS}\nrefunds = "{refunds}"\nmargin = {margin}\n{more}'


def worked(clauses, **terms):
    """What was agreed: a proposal on the published totals."""
    return changed(agreed(proposal(clauses, **terms)), WORKED, "agreed")


def settled(clauses, line="p__x", **amounts):
    """A line of 2025 when other amounts than the published ones turn out, the budget being the published totals."""
    return happening(worked(clauses), *given(2025, **amounts)).series(line)[0]


def refused(clauses, **terms):
    with pytest.raises(BadInput) as caught:
        evaluate(agreed(proposal(clauses, **terms)))
    return str(caught.value)


# ---- Worked numbers, mechanics.md §3.4 -------------------------------------------------------------------------------

DEARER = {"total_expense": 32e6, "collections": 25.6e6}
CAPPED = cost_basis(cost_cap_over_budget=0.01)
GOLDEN = {
    "fixed stipend is the budgeted deficit": (STIPEND, {}, "p__x", 31_493_305 - 25_174_696),
    "fixed stipend does not move": (STIPEND, {"collections": 20e6, "total_expense": 35e6}, "p__x", 6_318_609),
    "true-up": (cost_basis(), DEARER, "p__x__settlement", 81_391),
    "cost cap": (CAPPED, DEARER, "p__x__cost_cap", 31_808_238.05),
    "need under the cap": (CAPPED, DEARER, "p__x__need", 6_208_238.05),
    "refund under the cap": (CAPPED, DEARER, "p__x__settlement", -110_370.95),
    "most under the cap": (CAPPED, {}, "p__x__most_owed", 31_808_238.05),
    "cost plus 3 %": (cost_basis(margin=0.03), {}, "p__x", 7_263_408.15),
    "its margin": (cost_basis(margin=0.03), {}, "p__x__margin_amount", 944_799.15),
    "guarantee, 24.0 million collected": (COLLECTIONS_GUARANTEE, {"collections": 24e6}, "p__x", 7_493_305),
    "guarantee, 26.5 million collected": (COLLECTIONS_GUARANTEE, {"collections": 26.5e6}, "p__x", 4_993_305),
    "its refund of the advance": (COLLECTIONS_GUARANTEE, {"collections": 26.5e6}, "p__x__settlement", 4_993_305 - 6_318_609),
    "guarantee, most": (COLLECTIONS_GUARANTEE, {"collections": 24e6}, "p__x__most_owed", 31_493_305),
    "guarantee per work RVU, amount": (RVU_GUARANTEE, {"work_rvus": 345_705}, "p__x__guaranteed", 31_493_725.50),
    "guarantee per work RVU": (RVU_GUARANTEE, {"work_rvus": 345_705}, "p__x", 6_319_029.50),
    "night seat": (NIGHTS, {}, "p__x", 365 * (4_000 - 2_500)),
    "per member and month": (MEMBERS, {}, "p__x", 2.5 * 40_000 * 12),
    "support per FTE": (f"{STAFFED}\namount_per_fte = 195_441", {"radiologist_fte": 32.33}, "p__x", 195_441 * 32.33),
}


@pytest.mark.parametrize("case", GOLDEN)
def test_a_worked_number(case):
    clauses, actuals, line, expected = GOLDEN[case]
    assert settled(clauses, line, **actuals) == pytest.approx(expected, abs=0.005)


def test_a_stipend_is_paid_in_twelve_parts():
    months = evaluate(worked(STIPEND))["p__interim_by_month"][:12, 0, 0]
    assert months == pytest.approx([526_550.75] * 12)


def test_a_top_up_is_the_rate_less_what_was_budgeted_per_work_rvu():
    budget = changed(worked(TOP_UP), given(work_rvus=345_705), "agreed")
    actual = happening(budget, *given(2025, work_rvus=350_000, collections=20e6))
    assert evaluate(budget).series("p__x__top_up")[0] == pytest.approx(18.28, abs=0.005)
    assert actual.series("p__x")[0] == pytest.approx((91.10 - 25_174_696 / 345_705) * 350_000)


def test_work_rvus_are_counted_in_the_schedule_agreed():
    # The schedule of 2026 gives 2.299 % fewer work RVUs for the same work (medicare.toml).
    actual = happening(worked(RVU_GUARANTEE), *given(2026, work_rvus=100_000 * (1 - 0.02299)))
    assert actual.series("p__x__work_rvus_in_schedule")[1] == pytest.approx(100_000)


# ---- What becomes of an excess ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("refunds", "collected", "expected"),
    [
        # Collections of 26 million leave a need of 5,493,305; those of 33 million exceed the cost by 1,506,695.
        ("keeps the excess", 26e6, 5_493_305),
        ("keeps the excess", 33e6, 0),
        ("keeps what was advanced", 26e6, 6_318_609),
        ("keeps what was advanced", 20e6, 11_493_305),
        ("refunds the excess", 26e6, 5_493_305),
        ("refunds the excess", 33e6, -1_506_695),
    ],
)
def test_a_cost_basis_contract_says_what_becomes_of_an_excess(refunds, collected, expected):
    assert settled(cost_basis(refunds), collections=collected) == pytest.approx(expected)


def carried(excess, *collected, **terms):
    """Payments year by year of a guarantee of 100, given what is collected in each year."""
    clauses = f'[mechanisms.x]\nkind = "collections_guarantee"\nguarantee = 100\nexcess = "{excess}"'
    changes = [one for year, amount in enumerate(collected, 2025) for one in given(year, collections=amount)]
    return happening(worked(clauses, **terms), *changes).series("p__x")[: len(collected)]


def test_an_excess_stays_or_reduces_later_payments_or_repays_earlier_ones():
    # Needs of −20, 10 and 30.
    assert carried("stays with the group", 120, 90, 70) == pytest.approx([0, 10, 30])
    assert carried("reduces later payments", 120, 90, 70) == pytest.approx([0, 0, 20])
    assert carried("repays earlier payments", 120, 90, 70) == pytest.approx([0, 10, 30])
    # Needs of 30, −40 and 5: no more is repaid than was paid.
    assert carried("stays with the group", 70, 140, 95) == pytest.approx([30, 0, 5])
    assert carried("reduces later payments", 70, 140, 95) == pytest.approx([30, 0, 0])
    assert carried("repays earlier payments", 70, 140, 95) == pytest.approx([30, -30, 5])


def test_an_excess_outside_the_contract_is_nobodys():
    # In force from July 2026 for a year: needs of −40 in half of 2026 and 30 in half of 2027, on yearly ones of −80 and 60.
    terms = {"starts": "2026-07-01", "years": "1"}
    assert carried("reduces later payments", 900, 180, 40, **terms) == pytest.approx([0, 0, 0])
    assert carried("reduces later payments", 900, 180, 0, **terms) == pytest.approx([0, 0, 50 - 40])
    assert carried("repays earlier payments", 0, 40, 180, **terms) == pytest.approx([0, 30, -30])


@pytest.mark.parametrize("clauses", [STIPEND, cost_basis(), COLLECTIONS_GUARANTEE, RVU_GUARANTEE, STAFFED])
@pytest.mark.parametrize("treatment", ["credit", "exclude"])
def test_what_another_item_pays_is_not_paid_twice(clauses, treatment):
    item = f'[mechanisms.y]\nkind = "coverage_shifts"\ncost_covered = ["locums_expense"]\nif_also_in_base = "{treatment}"\n'
    nights = item + "blocks.night = { shifts = 365, cost_per_shift = 1_000, reads_are_billed = false }"
    alone, both = evaluate(worked(clauses)), evaluate(worked(f"{clauses}\n{nights}"))
    assert both.series("p__y")[:3] == pytest.approx([365_000] * 3)
    assert both.series("p__total") == pytest.approx(alone.series("p__total"))
    assert "if_also_in_base" in refused(f"{clauses}\n{nights.replace(treatment, 'refuse')}")


TODAY = given(existing_hospital_payments=1_000_000)


@pytest.mark.parametrize("replaces", ["true", "false"])
@pytest.mark.parametrize(
    "clauses",
    [STIPEND, cost_basis("refunds the excess"), '[mechanisms.x]\nkind = "collections_guarantee"', STAFFED, COVERED],
)
def test_existing_payments_that_stay_are_not_paid_again(clauses, replaces):
    result = evaluate(changed(worked(clauses, replaces_existing_payments=replaces), TODAY, "agreed"))
    # 31,493,305 − 25,174,696 = 6,318,609, of which 1,000,000 is paid already where it stays.
    assert result.series("p__total")[0] == pytest.approx(6_318_609 if replaces == "true" else 5_318_609)
    assert result.series("p__residual_deficit")[0] == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("settlement", [RVU_GUARANTEE, TOP_UP])
def test_a_guarantee_per_work_rvu_counts_existing_payments_that_stay(settlement):
    result = evaluate(changed(worked(settlement), [*TODAY, *given(work_rvus=345_705)], "agreed"))
    # 91.10 × 345,705 − 25,174,696 − 1,000,000.
    assert result.series("p__x")[0] == pytest.approx(5_319_029.50)


def test_existing_payments_that_stay_lower_the_most_under_a_cost_cap():
    result = evaluate(changed(worked(CAPPED), TODAY, "agreed"))
    assert result.series("p__x__most_owed")[0] == pytest.approx(31_808_238.05 - 1_000_000)


# ---- Collections as the contract says --------------------------------------------------------------------------------

CASH = 'collections_basis = "as cash is received"'
RECEIVABLES = {2025: 100, 2026: 130, 2027: 150}


def collections_counted(*terms, clauses=f"{COLLECTIONS_GUARANTEE}\n"):
    """Collections of 1,200 a year as counted in 2026 and 2027, with the receivables above at the ends of the years."""
    changes = [one for year, amount in RECEIVABLES.items() for one in given(year, receivables=amount)]
    budget = worked(clauses + "\n".join(terms), starts="2026-01-01", years="2")
    return evaluate(changed(budget, [*given(collections=1_200), *changes], "agreed")).series("p__x__counted_collections")[1:3]


@pytest.mark.parametrize("clauses", [f"{COLLECTIONS_GUARANTEE}\n", f"{cost_basis()}\n", f"{RVU_GUARANTEE}\n"])
@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ((), [1_200, 1_200]),
        # Cash of a year is collections less the rise of receivables. The opening 100 are left out, the closing 150 added.
        ((CASH,), [1_200 - 30 - 100, 1_200 - 20 + 150]),
        ((CASH, "counts_opening_receivables = true", "counts_closing_receivables = false"), [1_170, 1_180]),
        # Half of 31 days of receivables are still out after 15.5 days, none after 31.
        (("run_out_days = 15.5",), [1_200 - 15 - 50, 1_200 - 10 + 75]),
        (("run_out_days = 31",), [1_200, 1_200]),
        (("run_out_days = 0", "counts_opening_receivables = true", "counts_closing_receivables = false"), [1_170, 1_180]),
        (("payer_refunds = 0.02",), [1_176, 1_176]),
    ],
)
def test_collections_are_counted_as_the_contract_says(clauses, terms, expected):
    assert collections_counted(*terms, clauses=clauses) == pytest.approx(expected)


@sampled(st.floats(0, 60).map(lambda days: round(days, 3)), st.booleans())
@FAR_AND_WIDE
def test_whatever_the_run_out_services_of_the_term_are_counted_once(days, is_cash):
    term = CASH if is_cash else f"run_out_days = {days}"
    assert sum(collections_counted(term)) == pytest.approx(2_400)


def test_receivables_of_no_days_are_no_receivables():
    no_days = Change(path="collection.days_in_receivables", operation="set", amount=0)
    for term in (CASH, "run_out_days = 0", "run_out_days = 30"):
        result = evaluate(changed(worked(f"{COLLECTIONS_GUARANTEE}\n{term}"), [no_days], "agreed"))
        assert result.series("p__x")[0] == pytest.approx(6_318_609)


def test_receivables_follow_what_the_proposal_covers():
    result = evaluate(agreed(proposal(f"{COLLECTIONS_GUARANTEE}\n{CASH}", covers='"client hospital"')))
    client, all_receivables = result.series("client_collections"), result.series("p__x__outstanding")
    assert all_receivables == pytest.approx([amount * 31 / 365 for amount in client])


# ---- Posts, shifts, members ------------------------------------------------------------------------------------------


def with_vacancy(clauses):
    """A tenth of the partners' 17.5 posts falls vacant, and locums work 210 days: what 1.00 FTE works."""
    vacancy = Change(path="providers.partner_radiologist.vacancy_share", operation="set", amount=0.1)
    return happening(agreed(proposal(f"{clauses}\namount_per_fte = 100_000")), vacancy, *given(2025, locums_days=210))


def test_vacant_posts_count_only_as_far_as_agreed():
    assert with_vacancy(STAFFED).series("p__x")[0] == pytest.approx(100_000 * (32.33 - 1.75))
    assert with_vacancy(COVERED).series("p__x")[0] == pytest.approx(100_000 * (32.33 - 1.75 + 1))


def test_locums_beyond_the_agreed_posts_are_not_paid_for():
    clauses = f"{COVERED}\namount_per_fte = 100_000\nagreed_posts = 32.5"
    actual = happening(agreed(proposal(clauses)), *given(2025, locums_days=420))
    assert actual.series("p__x")[0] == pytest.approx(100_000 * 32.5)
    assert actual.series("p__x__most_owed")[0] == pytest.approx(100_000 * 32.5)


def test_a_block_that_earns_more_than_it_costs_is_netted_as_agreed():
    day = "blocks.day = { shifts = 100, cost_per_shift = 2_000, reads_are_billed = true, collections_per_shift = 3_000 }"
    idle = "blocks.idle = { shifts = 10, cost_per_shift = 1_000, reads_are_billed = false }"
    for nets, expected in (("true", 547_500 - 100_000 + 10_000), ("false", 547_500 + 10_000)):
        assert settled(f"{NIGHTS}{day}\n{idle}\nnets_surpluses = {nets}") == pytest.approx(expected)


def test_shifts_cost_more_as_the_contract_escalates_and_collect_what_they_did():
    result = evaluate(agreed(proposal(f'{NIGHTS}\n[escalator]\nkind = "fixed"\nrate = 0.1')))
    assert result.series("p__x")[:2] == pytest.approx([365 * 1_500, 365 * (4_400 - 2_500)])


def test_what_payers_pay_for_members_is_deducted():
    clauses = f'{MEMBERS}\nbilled_payers = ["medicare_advantage"]\nbilled_share = 0.1'
    result = evaluate(agreed(proposal(clauses)))
    paid = result["payer_collections"][result.rows("payer_collections").index("medicare_advantage"), 0, 0]
    assert result.series("p__x")[0] == pytest.approx(1_200_000 - 0.1 * paid)


# ---- Bad terms -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clauses", "where"),
    [
        (f"{STIPEND}\namount = -1", "mechanisms.x.amount: -1 is below"),
        (cost_basis(margin=1.5), "mechanisms.x.margin: 1.5 is above"),
        (cost_basis().replace("total_expense", "total_expanse"), "mechanisms.x"),
        (f"{COLLECTIONS_GUARANTEE}\n{CASH}\nrun_out_days = 30", "mechanisms.x.run_out_days: cash counts"),
        (f"{COLLECTIONS_GUARANTEE}\nrun_out_days = -1", "mechanisms.x.run_out_days: -1 is below"),
        (f"{COLLECTIONS_GUARANTEE}\npayer_refunds = 1.2", "mechanisms.x.payer_refunds: 1.2 is above"),
        ('[mechanisms.x]\nkind = "collections_guarantee"\ncost_covered = []', "mechanisms.x.guarantee: is not stated"),
        (f"{RVU_GUARANTEE[:-4]}1990", "mechanisms.x.schedule_year"),
        (f"{STAFFED}\nagreed_posts = -3", "mechanisms.x.agreed_posts: -3 is below"),
        (NIGHTS.replace(", collections_per_shift = 2_500", ""), "mechanisms.x.blocks.night.collections_per_shift: is missing"),
        (NIGHTS.replace("true", "false"), "mechanisms.x.blocks.night.collections_per_shift: nothing is collected"),
        ('[mechanisms.x]\nkind = "coverage_shifts"\ncost_covered = []\nblocks = {}', "mechanisms.x.blocks: the table is empty"),
        (f'{MEMBERS}\nbilled_payers = ["medicare"]', "mechanisms.x.billed_share: goes with billed_payers"),
        (f'{MEMBERS}\nbilled_payers = ["medicade"]\nbilled_share = 0.1', "mechanisms.x.billed_payers: 'medicade' is none"),
    ],
)
def test_bad_terms_are_refused_with_the_clause_named(clauses, where):
    assert where in refused(clauses)


# ---- For any numbers -------------------------------------------------------------------------------------------------

EVERY = {
    "stipend": STIPEND,
    "cost basis": cost_basis("refunds the excess", margin=0.02, cost_cap_over_budget=0.1, payer_refunds=0.01),
    "guarantee": f'{COLLECTIONS_GUARANTEE}\n{CASH}\nexcess = "reduces later payments"',
    "repaid guarantee": f'{COLLECTIONS_GUARANTEE}\nexcess = "repays earlier payments"',
    "rate": RVU_GUARANTEE,
    "top-up": TOP_UP,
    "staffed": STAFFED,
    "covered": COVERED,
    "nights": NIGHTS,
    "members": MEMBERS,
}
BUDGETS = {name: worked(clauses) for name, clauses in EVERY.items()}
# Drivers of the practice, given so that each can be moved by itself.
USUAL = {"collections": 25e6, "total_expense": 31e6, "work_rvus": 4e5, "radiologist_fte": 32.0, "locums_days": 100.0}
MODELS = {
    name: assemble_model(changed(budget, given(**dict.fromkeys(USUAL, 0)), ""), budget=evaluate(budget))
    for name, budget in BUDGETS.items()
}


def payments(name, **amounts):
    """Payments by year and case, for drivers that are the same in every year."""
    given_arrays = {driver: np.ones((1, 5, 1)) * np.asarray(amounts.get(driver, usual)) for driver, usual in USUAL.items()}
    return MODELS[name].run({f"{driver}__given": array for driver, array in given_arrays.items()})["p__x"][0]


@pytest.mark.parametrize("name", EVERY)
def test_every_line_traces_to_its_own_numbers(name):
    assert_traced(MODELS[name].run(), of="p__x")


@pytest.mark.parametrize("name", EVERY)
def test_what_was_agreed_is_paid_when_the_budget_comes_true(name):
    assert_a_budget_that_comes_true_is_paid(BUDGETS[name])


DIRECTIONS = [
    ("stipend", "collections", 0),
    ("stipend", "total_expense", 0),
    ("cost basis", "total_expense", 1),
    ("cost basis", "collections", -1),
    ("guarantee", "total_expense", 0),
    ("rate", "collections", -1),
    ("rate", "work_rvus", 1),
    ("top-up", "work_rvus", 1),
    ("top-up", "collections", 0),
    ("staffed", "radiologist_fte", 1),
    ("staffed", "locums_days", 0),
    ("covered", "locums_days", 1),
    ("covered", "collections", 0),
    ("nights", "collections", 0),
    ("members", "collections", 0),
]


@pytest.mark.parametrize(("name", "driver", "direction"), DIRECTIONS)
@sampled(st.lists(st.floats(0.2, 3.0), min_size=2, max_size=6, unique=True))
@FAR_AND_WIDE
def test_more_of_a_driver_moves_the_payment_in_one_direction_or_not_at_all(name, driver, direction, factors):
    factors = sorted(factors)
    paid = payments(name, **{driver: USUAL[driver] * np.array(factors)})
    paid = np.broadcast_to(paid, (5, len(factors)))
    moved = np.diff(paid[:3], axis=1)
    assert (moved * direction >= -1e-6).all() if direction else np.abs(moved).max() < 1e-6


@sampled(st.lists(DOLLARS, min_size=3, max_size=3))
@FAR_AND_WIDE
def test_a_carried_excess_is_never_paid_out_nor_repaid_beyond_what_was_paid(collected):
    by_year = np.array([*collected, 0.0, 0.0])[None, :, None]
    for name in ("guarantee", "repaid guarantee"):
        so_far = np.cumsum(payments(name, collections=by_year), axis=0)
        assert (so_far >= -1e-6).all()
    needs = np.cumsum(31_493_305 - np.array(collected))
    repaid = np.cumsum(payments("repaid guarantee", collections=by_year)[:3, 0])
    assert (repaid >= needs - 1e-6).all()


@pytest.mark.parametrize("name", ["stipend", "guarantee", "rate", "top-up", "staffed", "covered", "nights", "members"])
@sampled(DOLLARS, st.integers(0, 1_000_000).map(float), st.integers(0, 100).map(float))
@FAR_AND_WIDE
def test_these_never_ask_the_group_to_pay(name, collected, work_rvus, fte):
    assert (payments(name, collections=collected, work_rvus=work_rvus, radiologist_fte=fte) >= 0).all()


@pytest.mark.parametrize("name", EVERY)
@sampled(st.lists(DOLLARS, min_size=2, max_size=4, unique=True))
@FAR_AND_WIDE
def test_each_case_of_a_batch_equals_its_single_run(name, collected):
    batch = np.broadcast_to(payments(name, collections=np.array(collected)), (5, len(collected)))
    for at, amount in enumerate(collected):
        np.testing.assert_allclose(batch[:, at], payments(name, collections=amount)[:, 0], rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("name", ["stipend", "cost basis", "guarantee", "staffed", "covered", "nights"])
@sampled(DOLLARS, DOLLARS)
@FAR_AND_WIDE
def test_never_more_than_the_most_the_terms_allow(name, collected, spent):
    arrays = {f"{driver}__given": np.full((1, 5, 1), usual) for driver, usual in USUAL.items()}
    arrays |= {"collections__given": np.full((1, 5, 1), collected), "total_expense__given": np.full((1, 5, 1), spent)}
    result = MODELS[name].run(arrays)
    assert (result["p__x"] <= result["p__x__most_owed"] + 1e-6).all()
