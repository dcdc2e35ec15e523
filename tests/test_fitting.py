"""A proposal that ships, opened on another practice: its rows by their role, and what does not apply left out and said."""

import datetime
import json
import tomllib

import pytest

from finmodel import assume, evaluate, load_practice
from finmodel.analysis.examples import example_on
from finmodel.assumptions import SHIPPED, names
from finmodel.contracts.files import proposal_of
from finmodel.contracts.fitting import Place, fitted
from tests.packets import packet_of
from tests.pages import click, opened, words
from tests.test_command import finmodel


def shipped(name):
    return tomllib.loads((SHIPPED / "proposals" / f"{name}.toml").read_text(encoding="utf-8"))


def on(practice, name):
    return example_on(evaluate(assume(load_practice(practice))), name)


def fit(practice, mechanism, **document):
    """One mechanism, fitted to a practice that ships."""
    held = load_practice(practice)
    result = evaluate(assume(held))
    place = Place(held, {key: table.rows for key, table in result.placed.tables.items()}, {*result.graph.lines, *held.selections})
    return fitted({"starts": datetime.date(2026, 1, 1), "mechanisms": {"x": mechanism}, **document}, place)


@pytest.mark.parametrize("practice", names("practices"))
@pytest.mark.parametrize("name", names("proposals"))
def test_every_proposal_that_ships_runs_on_every_practice_that_ships(practice, name):
    held, found = load_practice(practice), on(practice, name)
    result = evaluate(assume(held, proposals={"p": proposal_of(found.document, name)}))
    assert result.failed_checks() == []
    assert sum(result.series("p__total")) > 0
    assert (found.document == shipped(name)) == (not found.told)


@pytest.mark.parametrize("name", names("proposals"))
def test_nothing_changes_on_the_practice_it_was_written_for(name):
    assert on("sample", name).document == shipped(name)


def test_the_items_find_hospitals_and_interventional_work_by_their_role():
    found = on("multi_hospital", "piecemeal").document["mechanisms"]
    # The three hospitals read for emergencies; the imaging centers do not.
    assert found["emergency"]["eligible_facilities"] == ["metro", "north", "east"]
    assert found["interventional_service"]["service_segments"] == [
        "metro.inpatient.ir", "metro.outpatient.ir", "north.inpatient.ir"]  # fmt: skip
    assert found["interventional_service"]["categories"] == ["interventional_radiologist"]


def test_an_item_for_people_who_are_not_there_is_left_out_and_that_is_said():
    found = on("community", "piecemeal")
    assert not {"interventional_service", "interventional_call"} & set(found.document["mechanisms"])
    assert "Interventional call is left out: this practice has no interventional radiologist." in found.told
    assert "Interventional service line is left out: this practice has no interventional radiologist." in found.told
    assert len(found.document["mechanisms"]) == len(shipped("piecemeal")["mechanisms"]) - 2


def test_the_packet_tells_what_was_left_out_of_an_example_and_counts_no_items():
    held, found = load_practice("community"), on("community", "piecemeal")
    made = packet_of(evaluate(assume(held, proposals={"p": proposal_of(found.document, "piecemeal")})), "hospital")
    text = str([section for section in made.sections if section.key == "terms"])
    assert "Interventional service line is left out: " in text
    assert "Interventional call is left out: this practice has no interventional radiologist." in text
    assert "five items" not in str(made.sections)


def test_categories_of_a_kind_stand_for_each_other():
    support = {"kind": "app_support", "categories": ["physician_assistants"], "supported_share": 0.5, "billed_share": 0.85}
    assert fit("community", support).document["mechanisms"]["x"]["categories"] == ["advanced_practice_provider"]
    breast = {"kind": "service_line", "categories": ["breast_imager"], "time_share": 1.0, "service_segments": []}
    assert fit("multi_hospital", breast).document["mechanisms"]["x"]["categories"] == ["breast_radiologist"]


def test_a_payer_is_itself_and_a_line_that_is_not_there_is_not_paid_for():
    reads = {"kind": "emergency_coverage", "eligible_payers": ["tricare", "self_pay"], "eligible_settings": ["emergency"],
             "eligible_facilities": ["metro"], "price_share": 1.0}  # fmt: skip
    assert fit("multi_hospital", reads).document["mechanisms"]["x"]["eligible_payers"] == ["self_pay"]
    none = fit("multi_hospital", {**reads, "eligible_payers": ["tricare"]})
    assert none.document["mechanisms"] == {}
    assert "this practice has no tricare" in none.told[0]
    fixed = {"kind": "fixed_stipend", "cost_covered": ["expense_parking"]}
    assert fit("sample", fixed).document["mechanisms"] == {}
    hire = {"kind": "recruitment", "interest": 0, "lines_paid": ["expense_headhunter"], "recruits": {}}
    assert fit("sample", hire).document["mechanisms"]["x"]["lines_paid"] == []


def test_a_modifier_that_does_not_apply_is_taken_away():
    passed = {"kind": "conversion_factor_pass_through", "share": 0.5, "payers": ["tricare"], "returns_gains": True}
    stipend = {"kind": "fixed_stipend", "modifiers": {"m": passed}}
    found = fit("sample", stipend, modifiers={"w": dict(passed)})
    assert found.document["mechanisms"]["x"]["modifiers"] == found.document["modifiers"] == {}
    assert len(found.told) == 2


def test_a_contract_before_the_projection_begins_with_it():
    stipend = {"kind": "fixed_stipend", "amount": {"by_year": {"2019": 1, "2020": 2}, "as_of": datetime.date(2018, 1, 1)}}
    found = fit("sample", stipend, starts=datetime.date(2019, 7, 1))
    # The sample's base year is 2025: seven years later.
    assert found.document["starts"] == datetime.date(2026, 7, 1)
    assert found.document["mechanisms"]["x"]["amount"] == {"by_year": {"2026": 1, "2027": 2}, "as_of": datetime.date(2018, 1, 1)}
    assert found.told == ("All dates are 7 years later than in the example.",)


def test_the_shell_tells_it_beside_the_output():
    run = finmodel("evaluate", "community", "--proposal", "piecemeal", "--format", "json")
    assert run.returncode == 0
    assert "interventional_service" not in json.loads(run.stdout)["proposals"]["piecemeal"]["payments"]
    assert "piecemeal: Interventional service line is left out" in run.stderr
    assert finmodel("evaluate", "sample", "--proposal", "piecemeal").stderr == ""


@pytest.mark.usefixtures("stored")
def test_the_page_tells_it_and_a_copy_has_the_practices_rows(stored):
    page = opened("proposals", practice="community", proposal="piecemeal")
    assert "Interventional service line is left out: this practice has no interventional radiologist." in words(page)
    assert "does not fit the practice" not in words(page)
    click(page, "copy-proposal")
    (copy,) = stored.documents("proposal", belongs_to="community")
    assert "community_hospital" in stored.draft(copy.id).content
    assert "does not fit the practice" not in words(page)
