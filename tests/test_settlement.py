"""The year-end true-up statement: worked numbers, who owes whom, and what is refused."""

import pytest
from hypothesis import given as sampled
from hypothesis import settings
from hypothesis import strategies as st

from finmodel import BadInput, evaluate
from finmodel.analysis.settlement import settle
from finmodel.assumptions.year_end import YearEnd, load_year_end, parse_year_end
from tests.contracts import agreed, proposal

COST_BASIS = """
[mechanisms.support]
kind = "cost_basis"
allowable_cost = ["total_expense"]
margin = 0.0
refunds = "refunds the excess"
"""
STIPEND = """
[mechanisms.stipend]
kind = "fixed_stipend"
amount = 1_000_000
if_also_in_base = "credit"
"""
BAND = "{ from_share = 0.03, to_share = 0.08, hospital_share = 0.5 }"
FAR = "{ from_share = 0.08, to_share = 1.0, hospital_share = 1.0 }"
# mechanics.md §3.4: cost of 32,000,000 and 25,600,000 collected, against a budget of 31,493,305 and 25,174,696.
YEAR = YearEnd(
    year=2025, actuals={"total_expense": 32_000_000, "collections": 25_600_000, "other_professional_revenue": 0}
)
BUDGET = 6_318_609


def told(statement):
    """What each step of the only part was agreed to be and came to."""
    return {one.name.rpartition("__")[2]: (one.budget, one.actual) for one in statement.parts[0].steps}


def faults_of(action, *arguments):
    with pytest.raises(BadInput) as caught:
        action(*arguments)
    return {fault.key: fault.reason for fault in caught.value.faults}


def test_the_hospital_owes_what_the_deficit_exceeds_the_budget_by():
    statement = settle(agreed(proposal(COST_BASIS)), "p", YEAR)
    # §3.4: the need is 6,400,000, of which 6,318,609 were advanced: pay 81,391.
    assert statement.payment.budget == pytest.approx(BUDGET, abs=0.01)
    assert statement.payment.actual == pytest.approx(6_400_000)
    assert statement.paid == pytest.approx(BUDGET, abs=0.01)
    assert statement.settlement == pytest.approx(81_391, abs=0.01)
    assert statement.owed_by == "hospital"
    assert told(statement)["cost_in_scope"] == pytest.approx((31_493_305, 32_000_000))
    assert told(statement)["need"] == pytest.approx((BUDGET, 6_400_000))


def test_beyond_the_cost_cap_the_group_refunds():
    statement = settle(agreed(proposal(COST_BASIS + "cost_cap_over_budget = 0.01")), "p", YEAR)
    # §3.4: 31,493,305 × 1.01 = 31,808,238.05, less 25,600,000 leaves 6,208,238.05: refund 110,370.95.
    assert told(statement)["allowed_cost"][1] == pytest.approx(31_808_238.05, abs=0.01)
    assert statement.payment.actual == pytest.approx(6_208_238.05, abs=0.01)
    assert statement.settlement == pytest.approx(-110_370.95, abs=0.01)
    assert statement.owed_by == "group"


def test_every_step_is_told_with_its_difference_and_without_the_name_of_its_part():
    (part,) = settle(agreed(proposal(COST_BASIS)), "p", YEAR).parts
    step = next(one for one in part.steps if one.label == "Allowable cost in scope")
    assert step.difference == pytest.approx(32_000_000 - 31_493_305)
    assert part.key == "support"
    assert part.label == "Cost-basis support with yearly true-up"
    assert all(not one.name.endswith(("__advance", "__settlement", "__most_owed")) for one in part.steps)


def test_what_was_given_stands_on_the_statement():
    given = settle(agreed(proposal(COST_BASIS)), "p", YEAR).given
    assert [(one.name, one.actual) for one in given] == list(YEAR.actuals.items())
    assert [one.budget for one in given] == pytest.approx([31_493_305, 24_814_696, 360_000])


def test_modifiers_of_a_part_and_of_the_whole_are_told_by_their_effects():
    clauses = f"""
    [mechanisms.stipend]
    kind = "fixed_stipend"
    amount = 6_000_000

    [mechanisms.stipend.modifiers.corridor]
    kind = "risk_corridor"
    shortfall_bands.a = {BAND}

    [modifiers.cap]
    kind = "cap"
    amount = 6_100_000
    """
    statement = settle(agreed(proposal(clauses)), "p", YearEnd(year=2025, actuals={"collections": 24_814_696 * 0.95}))
    stipend, whole = statement.parts
    # Collections 5 % below the budget: two points lie in the band, half of which is the hospital's: 248,146.96.
    assert stipend.effects[0].actual == pytest.approx(248_146.96)
    assert stipend.payment.actual == pytest.approx(6_248_146.96)
    assert stipend.settlement == pytest.approx(248_146.96)
    assert whole.key == "adjustment"
    assert whole.effects[0].actual == pytest.approx(-148_146.96)
    assert statement.payment.actual == pytest.approx(6_100_000)
    assert statement.settlement == pytest.approx(100_000)
    assert sum(one.settlement for one in statement.parts) == pytest.approx(statement.settlement)


def test_a_table_of_a_clause_is_told_row_by_row():
    clauses = STIPEND + f'[modifiers.corridor]\nkind = "risk_corridor"\nshortfall_bands = {{ near = {BAND}, far = {FAR} }}\n'
    whole = settle(agreed(proposal(clauses)), "p", YearEnd(year=2026, actuals={"collections": 20_000_000})).parts[1]
    rows = [one.row for one in whole.steps if one.name.endswith("__shortfall_by_band")]
    assert rows == ["near", "far"]


def test_what_was_really_paid_counts_in_place_of_the_advance():
    both = agreed(proposal(STIPEND + COST_BASIS))
    paid = YearEnd(year=2025, actuals=YEAR.actuals, paid={"support": 5_000_000})
    statement = settle(both, "p", paid)
    by_part = {one.key: one for one in statement.parts}
    assert by_part["support"].paid == 5_000_000
    assert by_part["support"].settlement == pytest.approx(6_400_000 - 1_000_000 - 5_000_000)
    assert by_part["stipend"].paid == 1_000_000
    assert by_part["stipend"].settlement == 0
    assert statement.settlement == pytest.approx(400_000)


@settings(max_examples=10, deadline=None)
@sampled(st.sampled_from([2025, 2026, 2027]), st.sampled_from(["total_expense", "collections", "work_rvus", "radiologist_fte"]))
def test_nothing_is_due_where_the_budget_is_what_happened(year, line):
    base = agreed(proposal(STIPEND + COST_BASIS))
    as_agreed = evaluate(base).series(line)[year - 2025]
    statement = settle(base, "p", YearEnd(year=year, actuals={line: as_agreed}))
    assert statement.settlement == pytest.approx(0, abs=1e-6)
    assert statement.owed_by == "nobody"
    assert all(one.difference == pytest.approx(0, abs=1e-6) for part in statement.parts for one in (*part.steps, *part.effects))


def test_a_file_says_it_in_toml(tmp_path):
    file = tmp_path / "year.toml"
    file.write_text("year = 2026\n[actuals]\ncollections = 25_600_000\n[paid]\nsupport = 1.5\n", encoding="utf-8")
    assert load_year_end(str(file)) == YearEnd(year=2026, actuals={"collections": 25_600_000}, paid={"support": 1.5})


def test_faults_of_a_file_are_told_together():
    content = b'year = "2026"\nyears = 3\n[actuals]\ncollections = "much"\nTotal = 1\nwork_rvus = inf\n'
    assert set(faults_of(parse_year_end, content, "year.toml")) == {
        "year",
        "years",
        "actuals.collections",
        "actuals.Total",
        "actuals.work_rvus",
    }


def test_lines_that_cannot_be_given_and_a_year_without_contract_are_refused_together():
    wrong = {"colections": 1, "payer_collections": 1, "check_covered": 1, "collections": 25_600_000}
    found = faults_of(
        settle, agreed(proposal(COST_BASIS)), "p", YearEnd(year=2028, actuals=wrong, paid={"suport": 1}), "year.toml"
    )
    assert set(found) == {"year", "colections", "payer_collections", "check_covered", "paid.suport"}
    assert "from 2025 to 2027" in found["year"]
    assert "did you mean 'collections'" in found["colections"]
    assert "a row for each of payers" in found["payer_collections"]
    assert "did you mean 'support'" in found["paid.suport"]


def test_a_contract_year_that_is_not_projected_is_refused():
    found = faults_of(settle, agreed(proposal(COST_BASIS, years="10")), "p", YearEnd(year=2031, actuals={"collections": 1}))
    assert "the projection runs from 2025 to 2029" in found["year"]


def test_a_statement_of_nothing_is_refused():
    found = faults_of(settle, agreed(proposal(COST_BASIS)), "p", YearEnd(year=2025, actuals={}))
    assert found == {"actuals": "the table is empty; give at least one line, such as collections"}


def test_a_file_that_is_not_there_is_told(tmp_path):
    assert "there is no such file" in next(iter(faults_of(load_year_end, str(tmp_path / "none.toml")).values()))
