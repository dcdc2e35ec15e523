"""The page Proposals as Streamlit runs it: what a CEO makes, changes, cannot break and finds again."""

import tomllib

import pytest

from finmodel import assume, evaluate, load_practice
from finmodel.assumptions import names
from finmodel.assumptions.document_text import document_as_text
from finmodel.contracts.editing import moved, with_entry, with_number
from finmodel.contracts.files import load_proposal
from finmodel.contracts.mechanisms import MECHANISMS
from finmodel.contracts.modifiers import MODIFIERS
from finmodel.contracts.term_sheet import clause_to_be_agreed
from finmodel.format import short_money
from finmodel.ui.proposal_runs import example_text
from tests.pages import button, click, opened, words

pytestmark = pytest.mark.usefixtures("stored")

SAMPLE = load_practice("sample")
# What the sample lacks in the three years of the shipped cost-basis proposal, at no margin: the whole deficit.
FIRST_YEAR = evaluate(assume(SAMPLE)).series("support_deficit")[1]


def own(stored, practice="sample"):
    """The own proposals of a practice as they are stored, the last changed first."""
    return {one.id: tomllib.loads(stored.draft(one.id).content)
            for one in stored.documents("proposal", belongs_to=practice)}  # fmt: skip


def copied(stored, example="cost_basis"):
    """A page with an own copy of an example, its parts open, and the copy's key."""
    page = opened("proposals", practice="sample", proposal=example)
    click(page, "copy-proposal")
    (key,) = own(stored)
    return page, key


def from_nothing(stored, kind):
    """A page with an own proposal of one part whose numbers are still to be agreed, and its key."""
    page = opened("proposals", practice="sample")
    page.text_input(key="new-proposal-name").set_value("New")
    page.selectbox(key="new-proposal-origin").set_value("nothing")
    page.run()
    page.selectbox(key="new-proposal-kind").set_value(kind)
    page.run()
    click(page, "make-proposal")
    (key,) = own(stored)
    return page, key


def opened_part(page, name):
    """Open a part of the page, as a click on its title does."""
    page.session_state["opened_parts"] = {**page.session_state["opened_parts"], name: True}
    page.run()


def typed(page, key, path, text):
    """Type into a term and leave it."""
    page.text_input(key=f"term-{key}-{path}").set_value(text)
    page.run()
    assert not page.exception


def go(page, part):
    page.segmented_control(key="proposals-part").set_value(part)
    page.run()
    assert not page.exception


def added(page, key, where, kind):
    """Add a clause by its choice."""
    page.session_state[f"choose-{key}-{where.replace('.', '-')}"] = True
    page.run()
    click(page, f"add-{key}-{where.replace('.', '-')}-{kind}")


@pytest.mark.parametrize("name", names("proposals"))
def test_a_proposal_written_as_text_reads_back(name):
    document = tomllib.loads(example_text(name))
    assert tomllib.loads(document_as_text(document)) == document


def test_hostile_text_reads_back():
    document = {"name": "\"] = ![x](y) \\ ''' \u202e", "years": 3, "a": {"b": {"c": [1, "x"], "d": {"value": 1, "unit": "USD"}}}}
    assert tomllib.loads(document_as_text(document)) == document


def test_editing_leaves_what_it_was_given_and_marks_what_was_edited_as_the_clients_own():
    document = {"bare_numbers": {"status": "illustrative"}, "a": {"x": 1, "y": {"value": 2, "unit": "USD", "status": "sourced"}}}
    edited = with_number(with_number(document, ("a", "x"), 5.0, "USD"), ("a", "y"), {2027: 3.5}, "USD")
    assert edited["a"]["x"] == {"value": 5, "unit": "USD", "status": "client"}
    assert edited["a"]["y"] == {"by_year": {"2027": 3.5}, "unit": "USD", "status": "client"}
    assert document["a"] == {"x": 1, "y": {"value": 2, "unit": "USD", "status": "sourced"}}
    assert with_number({"a": {"x": 1}}, ("a", "x"), 2.5, "USD") == {"a": {"x": 2.5}}
    assert list(moved({"m": {"a": 1, "b": 2, "c": 3}}, ("m", "c"), -1)["m"]) == ["a", "c", "b"]
    assert list(moved({"m": {"a": 1, "b": 2}}, ("m", "a"), -1)["m"]) == ["a", "b"]


@pytest.mark.parametrize("name", names("proposals"))
def test_every_example_is_capped(name):
    _, proposal = load_proposal(name)
    result = evaluate(assume(SAMPLE, proposals={"p": proposal}))
    most = dict(zip(result.years, result.series("p__most_owed"), strict=True))
    assert all(0.0 < most[year] < float("inf") for year in proposal.contract_years)


def test_the_answer_says_what_the_hospital_pays_what_is_new_and_the_most_it_can_owe():
    page = opened("proposals", practice="sample", proposal="cost_basis")
    shown = words(page)
    ask = f"**{short_money(FIRST_YEAR)}**"
    assert f"In **2026**, its first year, the hospital pays {ask}, {ask} more than today." in shown
    assert "It covers **100.0 %** of the deficit and leaves nothing uncovered." in shown
    assert "The most it can owe in 2026 is **$" in shown
    assert "integrity checks pass" in shown
    assert "An example: it stays as it is. Make a copy to change it." in shown


def test_the_year_chosen_is_the_year_of_the_answer():
    page = opened("proposals", practice="sample", proposal="cost_basis", year="2028")
    assert "In **2028** the hospital pays" in words(page)


def test_a_proposal_is_made_from_an_example_and_kept_under_its_own_name(stored):
    page = opened("proposals", practice="sample")
    page.session_state["new-proposal"] = True
    page.run()
    page.text_input(key="new-proposal-name").set_value("  Support   2026 ")
    page.run()
    click(page, "make-proposal")
    ((key, document),) = own(stored).items()
    assert document["name"] == "Support 2026"
    assert page.selectbox(key="shown_proposal").value == key
    assert key in page.query_params["proposal"]


def test_a_proposal_without_a_name_is_not_made(stored):
    page = opened("proposals", practice="sample")
    click(page, "make-proposal")
    assert "Give it a name." in words(page)
    assert not own(stored)


@pytest.mark.parametrize("kind", MECHANISMS)
def test_a_proposal_from_nothing_has_one_part_whose_numbers_are_still_to_be_agreed(stored, kind):
    page, key = from_nothing(stored, kind)
    document = own(stored)[key]
    assert [one["kind"] for one in document["mechanisms"].values()] == [kind]
    assert "In **2026**, its first year, the hospital pays" in words(page)
    required = [field.name for field, _ in MECHANISMS[kind].terms().values() if field.kind == "number" and field.is_required]
    assert ("Still to be agreed, and only placeholders so far" in words(page)) >= bool(required)
    for name in required:
        assert page.text_input(key=f"term-{key}-mechanisms.{kind}.{name}").label


def test_a_term_is_stored_as_it_is_typed_and_the_payment_follows(stored):
    page, key = copied(stored)
    typed(page, key, "mechanisms.support.margin", "1 %")
    assert own(stored)[key]["mechanisms"]["support"]["margin"] == {"value": 0.01, "unit": "share", "status": "client"}
    # 1 % of the allowable cost, all expense, comes on top of the deficit.
    expense = evaluate(assume(SAMPLE)).series("total_expense")[1]
    assert f"the hospital pays **{short_money(FIRST_YEAR + 0.01 * expense)}**" in words(page)
    click(page, "proposal-Undo")
    assert own(stored)[key]["mechanisms"]["support"]["margin"] == 0.0
    assert f"the hospital pays **{short_money(FIRST_YEAR)}**" in words(page)
    click(page, "proposal-Redo")
    assert own(stored)[key]["mechanisms"]["support"]["margin"]["value"] == 0.01


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [("margin", "lots", "'lots' is not a number"), ("margin", "140 %", "140 % is above the most that it can be, 100 %"),
     ("margin", "-1", "−1 % is below the least that it can be, 0 %"), ("margin", "", "is not a number")],
)  # fmt: skip
def test_a_bad_term_stays_in_its_field_with_the_reason_and_changes_nothing(stored, path, text, reason):
    page, key = copied(stored)
    before = own(stored)
    typed(page, key, f"mechanisms.support.{path}", text)
    assert reason in words(page)
    assert page.text_input(key=f"term-{key}-mechanisms.support.{path}").value == text
    assert own(stored) == before
    assert f"the hospital pays **{short_money(FIRST_YEAR)}**" in words(page)
    typed(page, key, f"mechanisms.support.{path}", "2 %")
    assert reason not in words(page)


def test_terms_that_do_not_fit_together_wait_until_they_do(stored):
    page, key = copied(stored)
    added(page, key, "modifiers", "cap")
    added(page, key, "mechanisms", "directorship")
    before = own(stored)[key]
    opened_part(page, f"part-{key}-whole")
    typed(page, key, "name", "")
    assert "Not stored yet: these terms do not fit together." in words(page)
    assert own(stored)[key] == before
    assert f"{short_money(0)}" in words(page)
    typed(page, key, "name", "Named again")
    assert "Not stored yet" not in words(page)
    assert own(stored)[key]["name"] == "Named again"
    assert stored.documents("proposal")[0].name == "Named again"
    typed(page, key, "name", "")
    button(page, "Put back what is stored").click()
    page.run()
    assert page.text_input(key=f"term-{key}-name").value == "Named again"


def test_dates_and_terms_of_the_whole_are_typed_as_people_write_them(stored):
    page, key = copied(stored)
    opened_part(page, f"part-{key}-whole")
    typed(page, key, "starts", "2027-07-01")
    typed(page, key, "notice.days", "90")
    typed(page, key, "starts", "next summer")
    assert "'next summer' is not a date; type it as 2026-07-01" in words(page)
    document = own(stored)[key]
    assert (document["starts"].isoformat(), document["notice"]["days"]["value"]) == ("2027-07-01", 90)
    assert "In **2027**, its first year" in words(page)


def test_a_part_is_switched_off_moved_and_removed(stored):
    page, key = copied(stored)
    added(page, key, "mechanisms", "emergency_coverage")
    first, second = own(stored)[key]["mechanisms"]
    click(page, f"Move up-{key}-{second}")
    assert list(own(stored)[key]["mechanisms"]) == [second, first]
    click(page, f"switch-{key}-{first}")
    assert own(stored)[key]["mechanisms"][first]["active"] is False
    assert "the hospital pays **$0**" in words(page)
    click(page, f"switch-{key}-{first}")
    click(page, f"remove-{key}-{second}")
    assert list(own(stored)[key]["mechanisms"]) == [first]
    assert page.button(key=f"remove-{key}-{first}").disabled


def test_what_would_be_paid_twice_is_said_with_two_ways_out(stored):
    page, key = copied(stored)
    added(page, key, "mechanisms", "directorship")
    (item,) = set(own(stored)[key]["mechanisms"]) - {"support"}
    shown = words(page)
    assert "The figures are without: Administrative pay by the hour." in shown
    assert "Administrative pay by the hour would be paid twice" in shown
    assert "radiologist_compensation" not in shown
    assert f"the hospital pays **{short_money(FIRST_YEAR)}**" in shown
    button(page, "Credit it against the base").click()
    page.run()
    assert own(stored)[key]["mechanisms"][item]["if_also_in_base"] == "credit"
    assert "does not fit the practice" not in words(page)
    # 20 hours a month × $200 × 12 = $48,000 is paid for the hours and credited against the support: the sum stays.
    for name, text in (("hours_cap", "20"), ("hours_logged", "20"), ("rate", "$200")):
        typed(page, key, f"mechanisms.{item}.{name}", text)
    assert f"the hospital pays **{short_money(FIRST_YEAR)}**" in words(page)
    assert any("$48 thousand in 2026" in one.label.replace("\\", "") for one in page.expander)


@pytest.mark.parametrize("kind", [kind for kind in MODIFIERS if kind != "risk_corridor"])
def test_a_modifier_is_added_with_its_terms_and_removed(stored, kind):
    page, key = from_nothing(stored, "fixed_stipend")
    added(page, key, "mechanisms.fixed_stipend.modifiers", kind)
    ((name, modifier),) = own(stored)[key]["mechanisms"]["fixed_stipend"]["modifiers"].items()
    assert modifier["kind"] == kind
    assert f"**{MODIFIERS[kind].title}**" in words(page)
    click(page, f"remove-{key}-mechanisms-fixed_stipend-modifiers-{name}")
    assert not own(stored)[key]["mechanisms"]["fixed_stipend"].get("modifiers")


def test_amounts_rise_by_an_escalator_of_the_part(stored):
    page, key = from_nothing(stored, "fixed_stipend")
    typed(page, key, "mechanisms.fixed_stipend.amount", "2m")
    assert "In **2026**, its first year, the hospital pays **$2.00 million**" in words(page)
    page.selectbox(key=f"kind-{key}-mechanisms-fixed_stipend-escalator").set_value("fixed")
    page.run()
    typed(page, key, "mechanisms.fixed_stipend.escalator.rate", "10 %")
    # 2.0 + 2.2 + 2.42 million.
    assert "it pays **$6.62 million** in all" in words(page)


def test_a_proposal_that_nothing_limits_says_so(stored):
    page, key = copied(stored)
    click(page, f"remove-{key}-modifiers-cap")
    typed(page, key, "mechanisms.support.cost_cap_over_budget", "")
    assert "There is **no limit** to what it can owe in 2026." in words(page)
    assert "cost_cap_over_budget" not in own(stored)[key]["mechanisms"]["support"]


def test_a_proposal_is_duplicated_deleted_and_brought_back(stored):
    page, key = copied(stored)
    click(page, "duplicate-proposal")
    assert len(own(stored)) == 2
    click(page, "delete-proposal")
    assert list(own(stored)) == [key]
    assert page.selectbox(key="shown_proposal").value == key
    click(page, "undo-deletion")
    assert len(own(stored)) == 2


def imported(page, name, content):
    page.file_uploader[0].set_value((name, content.encode(), "application/toml"))
    button(page, "Import").click()
    page.run()
    assert not page.exception


def test_a_file_comes_in_as_it_is_and_goes_out_again(stored):
    page = opened("proposals", practice="sample")
    text = example_text("piecemeal")
    imported(page, "ours.toml", text)
    (document,) = stored.documents("proposal", belongs_to="sample")
    assert stored.draft(document.id).content == text
    assert page.selectbox(key="shown_proposal").value == document.id
    assert next(one for one in page.get("download_button") if one.label == "Export")


def test_a_file_with_faults_is_refused_with_all_of_them_and_nothing_changes(stored):
    page = opened("proposals", practice="sample")
    imported(
        page, "wrong.toml", example_text("cost_basis").replace("years = 3", "years = 99").replace("margin = 0.0", "margin = 2")
    )
    assert "wrong.toml was not taken; nothing has changed. It has 2 fault(s):" in words(page)
    assert set(page.dataframe[0].value["Entry"]) == {"years", "mechanisms.support.margin"}
    assert not own(stored)


def test_scenarios_move_the_payment_and_it_is_said_what_they_do_to_the_budget():
    page = opened("proposals", practice="sample", proposal="cost_basis", scenario="conversion_factor_cut")
    assert "as if they had been known at signing" in words(page)
    assert f"the hospital pays **{short_money(FIRST_YEAR)}**" not in words(page)


def test_a_change_elsewhere_keeps_both(stored):
    page, key = copied(stored)
    draft = stored.draft(key)
    text = document_as_text(with_entry(tomllib.loads(draft.content), ("name",), "Changed elsewhere"))
    stored.save(key, text, revision=draft.revision, author="Dr. Else", what="Renamed", name="Changed elsewhere")
    typed(page, key, "mechanisms.support.margin", "1 %")
    assert "was changed meanwhile by Dr. Else; your change is kept" in words(page)
    margins = {document["name"]: document["mechanisms"]["support"]["margin"] for document in own(stored).values()}
    assert margins["Changed elsewhere"] == 0.0
    assert {"value": 0.01, "unit": "share", "status": "client"} in margins.values()


def test_a_link_to_a_proposal_that_is_not_there_says_so():
    page = opened("proposals", practice="sample", proposal="0" * 32)
    assert "The link names a proposal that this practice does not have." in words(page)


def test_own_proposals_belong_to_their_practice(stored):
    _, key = copied(stored)
    page = opened("proposals", practice="community")
    assert key not in page.selectbox(key="shown_proposal").options
    assert "Example" in page.selectbox(key="shown_proposal").options[0]


def test_a_contract_outside_the_projection_is_said_and_not_computed(stored):
    page, key = copied(stored)
    opened_part(page, f"part-{key}-whole")
    typed(page, key, "starts", "2044-01-01")
    assert "they have no year in common" in words(page)


def test_the_term_sheet_the_cash_and_the_evidence_are_read_by_part(stored):
    page, key = copied(stored)
    go(page, "Term sheet")
    assert "1. Cost-basis support with yearly true-up" in words(page)
    go(page, "Cash")
    assert "From January 2026 to December 2027 the balance of the group" in words(page)
    go(page, "Evidence")
    assert "Questions for counsel" not in words(page)
    opened_part(page, "evidence-open")
    assert "Questions for counsel" in words(page)
    page.selectbox(key=f"document-{key}-support-written_agreement").set_value("attached")
    page.run()
    assert own(stored)[key]["mechanisms"]["support"]["evidence_status"] == {"written_agreement": "attached"}


def test_the_settlement_of_a_year_is_what_the_shortfall_of_collections_comes_to():
    page = opened("proposals", practice="sample", proposal="cost_basis")
    go(page, "Settlement")
    assert "Type at least one amount" in words(page)
    collections = evaluate(assume(SAMPLE)).series("collections")[1]
    page.text_input(key="settlement-cost_basis-2026-actual-collections").set_value(f"{collections - 250_000:.2f}")
    page.run()
    assert not page.exception
    assert "The hospital owes the group **$250,000** for 2026" in words(page)
    page.text_input(key="settlement-cost_basis-2026-paid-support").set_value("much")
    page.run()
    assert "'much' is not a number" in words(page)
    assert "owes" not in words(page)


def test_a_clause_to_be_agreed_names_its_terms():
    for record in (*MECHANISMS.values(), *MODIFIERS.values()):
        said = clause_to_be_agreed(record)
        assert not set("[]{}") & set(said)
        assert said.endswith(".")


def test_the_page_says_whose_deficit_is_asked_for():
    result = evaluate(assume(SAMPLE))
    whole, part = (short_money(result.series(name)[1]) for name in ("support_deficit", "client_support_deficit"))
    told = words(opened("proposals", practice="sample"))
    assert f"the deficit of the whole practice, **{whole}** in 2026; the client hospital's own part is **{part}**." in told
