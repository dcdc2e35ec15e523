"""The year-end true-up statement: worked numbers, who owes whom, and what is refused."""

import json

import pytest
from click.testing import CliRunner
from hypothesis import given as sampled
from hypothesis import settings
from hypothesis import strategies as st

from finmodel import BadInput, evaluate
from finmodel.analysis.settlement import settle
from finmodel.assumptions.reading import SHIPPED
from finmodel.assumptions.year_end import YearEnd, load_year_end, parse_year_end
from finmodel.cli import finmodel
from tests.contracts import COST_BASIS, agreed, proposal
from tests.pages import opened, words

STIPEND = """
[mechanisms.stipend]
kind = "fixed_stipend"
amount = 1_000_000
if_also_in_base = "credit"
"""
BAND = "{ from_share = 0.03, to_share = 0.08, hospital_share = 0.5 }"
FAR = "{ from_share = 0.08, to_share = 1.0, hospital_share = 1.0 }"
# mechanics.md §3.4: cost of 32,000,000 and 25,600,000 collected, against a budget of 31,493,305 and 25,174,696.
YEAR = YearEnd(year=2025, actuals={"total_expense": 32_000_000, "collections": 25_600_000, "other_professional_revenue": 0})
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
@sampled(st.sampled_from([2025, 2026, 2027]), st.sampled_from(["total_expense", "collections", "total_provider_expense"]))
def test_nothing_is_due_where_the_budget_is_what_happened(year, line):
    base = agreed(proposal(STIPEND + COST_BASIS))
    as_agreed = evaluate(base).series(line)[year - 2025]
    statement = settle(base, "p", YearEnd(year=year, actuals={line: as_agreed}))
    assert statement.settlement == pytest.approx(0, abs=1e-6)
    assert statement.owed_by == "nobody"
    assert all(one.difference == pytest.approx(0, abs=1e-6) for part in statement.parts for one in (*part.steps, *part.effects))


def test_a_file_says_it_in_toml(tmp_path):
    file = tmp_path / "year.toml"
    file.write_text(
        "year = 2026\n[actuals]\ncollections = 25_600_000\n[paid]\nsupport = 1.5\n"
        '[terms]\nmechanisms.duty.hours_logged = 20\n"modifiers.quality.withheld" = 0.1\n',
        encoding="utf-8",
    )
    terms = {"mechanisms.duty.hours_logged": 20, "modifiers.quality.withheld": 0.1}
    assert load_year_end(str(file)) == YearEnd(year=2026, actuals={"collections": 25_600_000}, terms=terms, paid={"support": 1.5})


def test_faults_of_a_file_are_told_together():
    content = (
        b'year = "2026"\nyears = 3\n[actuals]\ncollections = "much"\nTotal = 1\nwork_rvus = inf\n'
        b'[terms]\nmechanisms.x.rate = "high"\nnotice = {}\n'
    )
    assert set(faults_of(parse_year_end, content, "year.toml")) == {
        "year",
        "years",
        "actuals.collections",
        "actuals.Total",
        "actuals.work_rvus",
        "terms.mechanisms.x.rate",
        "terms.notice",
    }


def test_whatever_cannot_be_given_is_refused_together():
    wrong = {
        "colections": 1,
        "payer_collections": 1,
        "payer_collections.comercial": 1,
        "facility_support_deficit.client_hospital": 1,
        "conversion_factor": 0.5,
        "collections.commercial": 1,
        "check_covered": 1,
        "p__support": 1,
        "support_deficit": 1,
        "collections": 25_600_000,
    }
    terms = {"mechanisms.support.margn": 0.0, "mechanisms.support.margin": 7.0, "notice.days": 90}
    year_end = YearEnd(year=2028, actuals=wrong, terms=terms, paid={"suport": 1})
    found = faults_of(settle, agreed(proposal(COST_BASIS)), "p", year_end)
    actuals = {f"actuals.{name}" for name in wrong if name != "collections"}
    assert set(found) == {"year", "paid.suport", *actuals, *(f"terms.{path}" for path in terms)}
    assert "from 2025 to 2027" in found["year"]
    assert "did you mean 'collections'" in found["actuals.colections"]
    whole = found["actuals.payer_collections"]
    assert "has a row for each of payers; give the rows that are known, such as 'payer_collections.medicare'" in whole
    assert "or the line of one row, 'collections'" in whole
    assert "did you mean 'commercial'?" in found["actuals.payer_collections.comercial"]
    assert "nothing that 'Test' pays depends on it" in found["actuals.facility_support_deficit.client_hospital"]
    assert "is below the least possible value" in found["actuals.conversion_factor"]
    assert "give it without 'commercial'" in found["actuals.collections.commercial"]
    assert "cannot be given; give what the payments depend on, such as collections" in found["actuals.p__support"]
    assert "nothing that 'Test' pays depends on it" in found["actuals.support_deficit"]
    assert "did you mean 'mechanisms.support.margin'?" in found["terms.mechanisms.support.margn"]
    assert "7 is above the greatest possible value" in found["terms.mechanisms.support.margin"]
    assert "nothing that 'Test' pays depends on it" in found["terms.notice.days"]
    assert "did you mean 'support'" in found["paid.suport"]
    assert not any("csv" in reason for reason in found.values())


def test_a_contract_of_the_client_hospital_is_settled_on_its_own_lines():
    contract = agreed(proposal(COST_BASIS, covers='"client hospital"'))
    budget = evaluate(contract).series("client_collections")[0]
    # Collections 100,000 below the budget, all else as agreed: the hospital owes the 100,000.
    statement = settle(contract, "p", YearEnd(year=2025, actuals={"client_collections": budget - 100_000}))
    assert statement.settlement == pytest.approx(100_000)
    found = faults_of(settle, contract, "p", YearEnd(year=2025, actuals={"collections": 20_000_000}))
    assert found == {"actuals.collections": "is not what 'Test' covers; give 'client_collections'"}


def test_rows_of_a_line_count_in_its_total_and_the_rest_stays_as_agreed():
    contract = agreed(proposal(COST_BASIS))
    payers = dict(zip(contract.practice.payers, evaluate(contract)["payer_collections"][:, 0, 0], strict=True))
    change = {"commercial": -150_000, "medicaid": 50_000}
    given = YearEnd(year=2025, actuals={f"payer_collections.{one}": payers[one] + more for one, more in change.items()})
    statement = settle(contract, "p", given)
    # 150,000 less of one payer and 50,000 more of another; expense, billing included, stays as agreed.
    assert statement.settlement == pytest.approx(100_000)
    assert [(one.label, one.difference) for one in statement.given] == [
        ("Collections by payer: commercial", pytest.approx(-150_000)), ("Collections by payer: medicaid", pytest.approx(50_000))]
    # In the next year everything is as agreed again.
    assert settle(contract, "p", given, YearEnd(year=2026, paid={"support": 0})).payment.difference == 0


def test_the_conversion_factor_as_published_is_passed_through():
    passed = """
[modifiers.factor]
kind = "conversion_factor_pass_through"
share = 0.5
payers = ["medicare", "medicaid"]
returns_gains = true
"""
    contract = agreed(proposal(STIPEND + passed))
    indexed = evaluate(contract).series("p__factor__indexed_collections")[0]
    (read,) = [parse_year_end(b"year = 2025\n[actuals]\nconversion_factor = 31.0", "factor.toml")]
    statement = settle(contract, "p", read)
    # Medicare's factor of 2025 is 32.3465; the hospital bears half of what its fall takes.
    assert statement.given[0].budget == 32.3465
    assert statement.settlement == pytest.approx(0.5 * (1 - 31.0 / 32.3465) * indexed)


def test_of_a_payment_that_depends_on_no_line_only_what_was_paid_can_be_given():
    contract = agreed(proposal(STIPEND))
    found = faults_of(settle, contract, "p", YearEnd(year=2025, actuals={"collections": 1}))
    assert "under [paid]" in found["actuals.collections"]
    statement = settle(contract, "p", YearEnd(year=2025, paid={"stipend": 900_000}))
    assert statement.settlement == pytest.approx(100_000)


DUTY = """
[mechanisms.duty]
kind = "directorship"
duty = "a directorship"
hours_logged = 20
hours_cap = 30
rate = 200

[mechanisms.duty.modifiers.quality]
kind = "quality_withhold"
withheld = 0.1
graded = "measure by measure"
measures.turnaround = { attained = 1.0 }
"""


def test_what_the_contract_itself_counts_is_settled_against_what_was_expected():
    terms = {
        "mechanisms.duty.hours_logged": 15,
        "mechanisms.duty.modifiers.quality.measures.turnaround.attained": 0.5,
    }
    statement = settle(agreed(proposal(DUTY)), "p", YearEnd(year=2026, terms=terms))
    # 20 × 200 × 12 = 48,000 were advanced; 15 × 200 × 12 = 36,000, of which half of a tenth is not earned, are due.
    assert statement.paid == pytest.approx(48_000)
    assert statement.payment.actual == pytest.approx(34_200)
    assert statement.settlement == pytest.approx(-13_800)
    assert [(one.label, one.budget, one.actual) for one in statement.given] == [
        ("Administrative pay by the hour: Hours logged", 20, 15),
        ("Administrative pay by the hour, Quality withhold: Measures, turnaround, attained", 1, 0.5),
    ]


def test_an_index_as_it_came_out_moves_what_escalates_from_that_year_on():
    clauses = """
    [escalator]
    kind = "index"
    index = "CPI"
    rise = 0.02
    least = 0
    most = 0.05
    """
    contract = agreed(proposal(STIPEND + clauses))
    years = [YearEnd(year=2026, terms={"escalator.rise": 0.04}), YearEnd(year=2027, terms={"escalator.rise": 0.09})]
    statement = settle(contract, "p", *years)
    # Agreed 1,000,000 × 1.02²; it came to 1,000,000 × 1.04 × 1.05, the greatest rise.
    assert statement.payment.budget == pytest.approx(1_040_400)
    assert statement.payment.actual == pytest.approx(1_092_000)
    assert [(one.label, one.actual) for one in statement.earlier[2026]] == [("Price index with collar: Rise of the index", 0.04)]


GUARANTEE = """
[mechanisms.guarantee]
kind = "collections_guarantee"
guarantee = 26_000_000
excess = "reduces later payments"
counts_other_revenue = false
"""


def test_an_excess_of_an_earlier_year_reduces_what_is_due_in_the_last():
    contract = agreed(proposal(GUARANTEE, starts="2026-01-01"))
    good, bad = (YearEnd(year=year, actuals={"collections": amount}) for year, amount in ((2026, 27e6), (2027, 25e6)))
    # An excess of 1,000,000 in 2026 is offset against the shortfall of 1,000,000 in 2027, in whatever order they are named.
    for years in ([good, bad], [bad, good]):
        statement = settle(contract, "p", *years)
        assert statement.year == 2027
        assert statement.payment.actual == pytest.approx(0, abs=1e-6)
        assert [one.actual for one in statement.earlier[2026]] == [27e6]
        assert statement.as_agreed == ()
    # Without the excess the shortfall would be due.
    even = YearEnd(year=2026, actuals={"collections": 26e6})
    assert settle(contract, "p", even, bad).payment.actual == pytest.approx(1_000_000)
    assert settle(contract, "p", bad).as_agreed == (2026,)


def test_a_year_given_twice_is_refused_and_the_files_are_named():
    year_ends = [YearEnd(year=2026, actuals={"collections": 1}), YearEnd(year=2026, actuals={"colections": 1})]
    with pytest.raises(BadInput) as caught:
        settle(agreed(proposal(COST_BASIS)), "p", *year_ends, files=["a.toml", "b.toml"])
    assert [(fault.file, fault.key) for fault in caught.value.faults] == [
        ("a.toml", "year"),
        ("b.toml", "year"),
        ("b.toml", "actuals.colections"),
    ]


def test_of_a_year_in_which_the_contract_begins_the_part_in_force_is_told():
    contract = agreed(proposal(COST_BASIS, starts="2025-07-01"))
    statement = settle(contract, "p", YEAR)
    # 6 of 12 months of a need of 6,400,000.
    assert statement.share_in_force == pytest.approx(0.5)
    assert statement.payment.actual == pytest.approx(3_200_000)
    assert settle(contract, "p", YearEnd(year=2026, actuals={"collections": 25e6})).share_in_force == 1.0


def test_a_contract_year_that_is_not_projected_is_refused():
    found = faults_of(settle, agreed(proposal(COST_BASIS, years="10")), "p", YearEnd(year=2031, actuals={"collections": 1}))
    assert "the projection runs from 2025 to 2029" in found["year"]


def test_a_statement_of_nothing_is_refused():
    found = faults_of(settle, agreed(proposal(COST_BASIS)), "p", YearEnd(year=2025, actuals={}))
    assert found == {"actuals": "the table is empty; give at least one line, such as collections"}


def test_a_file_that_is_not_there_is_told(tmp_path):
    assert "there is no such file" in next(iter(faults_of(load_year_end, str(tmp_path / "none.toml")).values()))


def shipped(name, **head):
    """The text of a proposal that ships, with some of its entries otherwise."""
    text = (SHIPPED / "proposals" / f"{name}.toml").read_text(encoding="utf-8")
    lines = [f"{key} = {head[key]}" if (key := line.partition(" = ")[0]) in head else line for line in text.splitlines()]
    return "\n".join(lines)


def file_of(folder, name, text):
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def test_the_shell_settles_several_years_and_tells_the_part_of_the_year(tmp_path):
    contract = file_of(tmp_path, "half.toml", shipped("cost_basis", starts="2025-07-01"))
    years = [file_of(tmp_path, f"{year}.toml", f"year = {year}\n[actuals]\ncollections = 25_000_000\n") for year in (2025, 2026)]
    given = ["settle", "sample", "--proposal", contract, "--actuals"]
    shown = CliRunner().invoke(finmodel, [*given, years[0]]).output
    assert "whole calendar year; the contract is in force for 50.0 % of it" in shown
    shown = CliRunner().invoke(finmodel, [*given, years[1], "--actuals", years[0]]).output
    assert "settlement of 2026" in shown
    assert shown.index("What happened in 2025") < shown.index("What happened in 2026")
    assert "in force for" not in shown
    assert "Counted as agreed" not in shown
    assert "Counted as agreed: 2025." in CliRunner().invoke(finmodel, [*given, years[1]]).output
    document = json.loads(CliRunner().invoke(finmodel, [*given, years[0], "--format", "json"]).output)
    assert document["share_in_force"] == pytest.approx(0.5)
    missing = CliRunner().invoke(finmodel, [*given, "none.toml", "--actuals", "nowhere.toml"])
    assert missing.exit_code == 2
    assert all(f"{name}.toml: there is no such file" in missing.output for name in ("none", "nowhere"))


def settlement_of(key):
    page = opened("proposals", practice="sample", proposal=key)
    page.segmented_control(key="proposals-part").set_value("Settlement")
    page.run()
    assert not page.exception
    return page


def typed(page, key, text):
    page.text_input(key=f"settlement-{key}").set_value(text)
    page.run()
    assert not page.exception


def test_the_page_asks_for_the_lines_that_the_proposal_covers_and_tells_the_part_of_the_year(stored):
    text = shipped("cost_basis", starts="2026-07-01", covers='"client hospital"')
    key = stored.create("proposal", "Half", text, author="Dr. Test", belongs_to="sample").document.id
    page = settlement_of(key)
    assert "whole calendar year; the contract is in force for 50.0 % of it" in words(page)
    asked = [one.key.rpartition("-")[2] for one in page.text_input if one.key and "-actual-" in one.key]
    assert asked == ["client_collections", "client_other_revenue", "client_expense"]
    assert "collections" not in page.selectbox(key="settlement-more").options
    typed(page, f"{key}-2026-actual-client_collections", "1")
    assert "The hospital owes the group" in words(page)


@pytest.mark.usefixtures("stored")
def test_the_page_settles_the_hours_that_were_logged():
    page = settlement_of("piecemeal")
    path = "mechanisms.medical_director.hours_logged"
    page.selectbox(key="settlement-more").set_value(path)
    page.run()
    typed(page, f"piecemeal-2026-actual-{path}", "900")
    assert "Medical director, hours logged: 900 is above the greatest possible value, 730" in words(page)
    typed(page, f"piecemeal-2026-actual-{path}", "10")
    # 10 of the 20 hours a month expected, at 275 an hour: 10 × 275 × 12 = 33,000.
    assert "The group owes the hospital **$33,000** for 2026" in words(page)


@pytest.mark.usefixtures("stored")
def test_the_page_takes_a_file_for_each_year():
    page = settlement_of("cost_basis")
    page.radio(key="settlement-how").set_value("Upload a file")
    page.run()
    uploads = [
        (f"{year}.toml", f"year = {year}\n[actuals]\ncollections = 25_000_000\n".encode(), "application/toml")
        for year in (2027, 2026)
    ]
    page.file_uploader(key="settlement-file").set_value(uploads)
    page.run()
    assert not page.exception
    assert [one.value for one in page.subheader] == ["True-up statement 2027"]
    assert words(page).index("What happened in 2026") < words(page).index("What happened in 2027")


@pytest.mark.usefixtures("stored")
def test_the_page_asks_for_a_payer_and_for_the_conversion_factor():
    page = settlement_of("cost_basis")
    options = page.selectbox(key="settlement-more").options
    assert {"Conversion factor", "Collections by payer: commercial"} <= set(options)
    page.selectbox(key="settlement-more").set_value("payer_collections.commercial")
    page.run()
    typed(page, "cost_basis-2026-actual-payer_collections.commercial", "0")
    assert "The hospital owes the group" in words(page)
