"""The Scenarios page and the sliders of the Overview as Streamlit runs them."""

import pytest

from finmodel import apply_scenarios, assume, evaluate, load_practice
from finmodel.assumptions import Change, Scenario, load_scenario, names, parse_scenario
from finmodel.assumptions.scenario_text import scenario_as_text
from finmodel.ui.changes import change_in_words
from tests.pages import button, click, opened, words

pytestmark = pytest.mark.usefixtures("stored")

SAMPLE = assume(load_practice("sample"))
RATE = "payers.commercial.collected_per_work_rvu"


def own(stored, practice="sample"):
    """The own scenarios of a practice as they are stored."""
    documents = stored.documents("scenario", belongs_to=practice)
    return {one.id: parse_scenario(stored.draft(one.id).content.encode(), "stored") for one in documents}


def made(page, name):
    """A new scenario with its editor open."""
    next(one for one in page.text_input if one.label == "Name of the scenario").set_value(name)
    button(page, "Make").click()
    page.run()
    assert not page.exception
    return page


def add(page, key, path, **chosen):
    """Fill in the form of a change, as far as it is given, and press Add."""
    changes = chosen.pop("after", 0)
    form = f"{key}-form-{changes}"
    page.selectbox(key=f"{form}-path").set_value(path)
    page.run()
    for name, value in chosen.items():
        (page.text_input if name == "amount" else page.selectbox)(key=f"{form}-{path}-{name}").set_value(value)
    page.run()
    click(page, f"{form}-store")


@pytest.mark.parametrize("name", names("scenarios"))
def test_a_scenario_written_as_text_reads_back(name):
    scenario = load_scenario(name)
    assert parse_scenario(scenario_as_text(scenario).encode(), "written") == scenario


def test_a_scenario_of_hostile_text_and_no_changes_reads_back():
    scenario = Scenario(name="\"] = ![x](y) \\u0000 '''", description="\u202e # [[changes]]", changes=())
    assert parse_scenario(scenario_as_text(scenario).encode(), "written") == scenario


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"path": RATE, "operation": "set", "amount": 95.5},
         "Commercial: collected per work RVU becomes $95.5 per work RVU, in every year"),
        ({"path": RATE, "operation": "multiply", "amount": 0.972, "after_base_year": True},
         "Commercial: collected per work RVU falls by 2.8 %, after 2025, the base year"),
        ({"path": "providers.employed_radiologist.fte", "operation": "add", "amount": -1.0, "from_year": 2027},
         "Employed, diagnostic: FTE falls by 1 FTE, from 2027 on"),
        ({"path": "providers.*.vacancy_share", "operation": "add", "amount": 0.07, "year": 2026},
         "All categories: share of FTE vacant rises by 7 percentage points, in 2026 only"),
        ({"path": "payer_mix.emergency.commercial", "to": "payer_mix.emergency.self_pay", "operation": "shift", "amount": 0.05},
         "Emergency, Commercial: share of work RVUs gives 5 percentage points to emergency, Self-pay, in every year"),
    ],
)  # fmt: skip
def test_a_change_in_words(change, told):
    assert change_in_words(Change(**change), SAMPLE) == told


def test_making_a_scenario_stores_each_change_as_it_is_typed(stored):
    page = made(opened("scenarios"), "Rates up")
    (key,) = own(stored)
    add(page, key, RATE, operation="multiply", amount="10 %", when="From 2027 on")
    add(page, key, "providers.*.vacancy_share", operation="set", amount="2", when="In 2026 only", after=1)
    scenario = own(stored)[key]
    assert scenario.name == "Rates up"
    assert scenario.changes == (
        Change(path=RATE, operation="multiply", amount=1.1, from_year=2027),
        Change(path="providers.*.vacancy_share", operation="set", amount=0.02, year=2026),
    )
    assert "Commercial: collected per work RVU rises by 10 %, from 2027 on" in words(page)


def test_what_does_not_fit_is_said_in_words_and_stays_in_the_form(stored):
    page = made(opened("scenarios"), "Too much")
    (key,) = own(stored)
    add(page, key, "providers.partner_radiologist.vacancy_share", operation="set", amount="140 %")
    assert "Not stored. Partners, diagnostic: share of FTE vacant" in words(page)
    field = f"{key}-form-0-providers.partner_radiologist.vacancy_share-amount"
    assert page.text_input(key=field).value == "140 %"
    page.text_input(key=field).set_value("lots")
    page.run()
    click(page, f"{key}-form-0-store")
    assert "Not stored. 'lots' is not a number" in words(page)
    assert own(stored)[key].changes == ()
    page.text_input(key=field).set_value("4 %")
    page.run()
    click(page, f"{key}-form-0-store")
    assert "Not stored" not in words(page)
    assert own(stored)[key].changes[0].amount == 0.04


def test_a_payers_share_moves_to_another_payer(stored):
    page = made(opened("scenarios"), "Fewer insured")
    (key,) = own(stored)
    add(page, key, "payer_mix.emergency.commercial", to="payer_mix.emergency.self_pay", amount="5")
    (change,) = own(stored)[key].changes
    assert (change.operation, change.amount, change.to) == ("shift", 0.05, "payer_mix.emergency.self_pay")


def test_a_copy_is_changed_removed_from_undone_and_renamed(stored):
    page = opened("scenarios")
    click(page, "copy-conversion_factor_cut")
    (key,) = own(stored)
    before = own(stored)[key]
    assert before.name == "Conversion factor −2.8 % (copy)"
    assert before.changes == load_scenario("conversion_factor_cut").changes

    click(page, f"{key}-change-0")
    path = before.changes[0].path
    assert page.text_input(key=f"{key}-form-at-0-{path}-amount").value == "−2.8 %"
    page.text_input(key=f"{key}-form-at-0-{path}-amount").set_value("-5 %")
    page.run()
    click(page, f"{key}-form-at-0-store")
    assert own(stored)[key].changes[0] == before.changes[0].model_copy(update={"amount": 0.95})

    click(page, f"{key}-remove-0")
    assert own(stored)[key].changes == ()
    click(page, f"{key}-Undo")
    assert own(stored)[key].changes[0].amount == 0.95

    page.text_input(key=f"{key}-name").set_value("A *deeper* cut")
    page.run()
    assert stored.documents("scenario")[0].name == own(stored)[key].name == "A *deeper* cut"
    page.text_input(key=f"{key}-name").set_value("")
    page.run()
    assert "Not stored. Name: must not be empty" in words(page)
    assert own(stored)[key].name == "A *deeper* cut"


def test_deleting_takes_a_scenario_off_and_bringing_it_back_restores_it(stored):
    page = opened("scenarios")
    click(page, "copy-volume_flat")
    (key,) = own(stored)
    click(page, f"apply-{key}")
    assert page.multiselect(key="chosen_scenarios").value == [key]
    click(page, f"delete-{key}")
    assert own(stored) == {}
    assert page.multiselect(key="chosen_scenarios").value == []
    click(page, f"undelete-{key}")
    assert own(stored)[key].name == "No volume growth (copy)"


def test_own_scenarios_belong_to_their_practice(stored):
    page = opened("scenarios")
    click(page, "copy-volume_flat")
    assert len(own(stored)) == 1
    assert "No volume growth (copy)" in words(page)
    assert "No volume growth (copy)" not in words(opened("scenarios", practice="community"))


def test_scenarios_of_the_same_name_are_told_apart_where_they_are_chosen(stored):
    page = opened("scenarios")
    click(page, "copy-volume_flat")
    click(page, "copy-volume_flat")
    options = page.multiselect(key="chosen_scenarios").options
    assert {"No volume growth", "No volume growth (copy)", "No volume growth (copy) (2)"} <= set(options)
    assert len(set(options)) == len(options) == 8
    for key in own(stored):
        page.multiselect(key="chosen_scenarios").set_value([key])
        page.run()
        assert page.multiselect(key="chosen_scenarios").value == [key]


def test_a_scenario_that_does_not_fit_the_practice_says_so(stored):
    lost = Scenario(name="Lost", description="A payer of another practice.",
                    changes=(Change(path="payers.elsewhere.annual_trend", operation="set", amount=0.01),))  # fmt: skip
    stored.create("scenario", "Lost", scenario_as_text(lost), author="Dr. Test", belongs_to="sample")
    assert "Does not fit this practice. Elsewhere: yearly price trend" in words(opened("scenarios"))


def test_a_link_sets_the_practice_beside_itself_with_each_scenario():
    chosen = ["market_pay_75th_percentile", "one_radiologist_leaves"]
    page = opened("scenarios", practice="sample", scenario=chosen, year="2027")
    assert [page.multiselect(key=f"case-sample-{at}").value for at in range(3)] == [[], [chosen[0]], [chosen[1]]]
    figures = page.table[0].value
    cases = [SAMPLE, *(apply_scenarios(SAMPLE, [load_scenario(name)]) for name in chosen)]
    deficits = [[round(value) for value in year] for year in evaluate(*cases)["support_deficit"][0]]
    assert [dollars(cell) for cell in figures.iloc[0]] == deficits[2]
    assert [[dollars(cell) for cell in year] for year in page.table[1].value.to_numpy()] == deficits


def dollars(cell):
    return int(cell.replace("\\", "").replace("\u2060", "").replace("$", "").replace(",", "").replace("−", "-"))


def test_the_differences_sum_to_the_change_of_the_deficit_and_name_their_causes():
    page = opened("scenarios", scenario="emergency_growth_no_pay", year="2027")
    table = page.table[2].value
    effects = [dollars(cell) for cell in table["Effect on the deficit"]]
    first, last = dollars(table["First case"].iloc[-1]), dollars(table["This case"].iloc[-1])
    assert sum(effects[:-1]) == effects[-1]
    assert abs(last - first - effects[-1]) <= 1
    assert len(effects) > 3
    assert [abs(effect) for effect in effects[:-1]] == sorted((abs(effect) for effect in effects[:-1]), reverse=True)
    assert "Emergency, Commercial: share of work RVUs 29.00 % → 24.00 %" in " ".join(table.iloc[:, -1]).replace("\\", "")


def test_cases_are_composed_added_and_removed():
    page = opened("scenarios", scenario="volume_flat", year="2027")
    button(page, "Add a case").click()
    page.run()
    page.multiselect(key="case-sample-2").set_value(["volume_flat", "one_radiologist_leaves"])
    page.run()
    assert not page.exception
    both = apply_scenarios(SAMPLE, [load_scenario("volume_flat"), load_scenario("one_radiologist_leaves")])
    deficit = round(evaluate(both)["support_deficit"][0, 2, 0])
    assert dollars(page.table[0].value.iloc[0, 2]) == deficit
    assert "C: No volume growth, then One radiologist leaves" in page.table[0].value.columns[2].replace("\\", "")
    for _ in range(3):
        button(page, "Add a case").click()
        page.run()
    assert len(page.table[0].value.columns) == 6
    assert button(page, "Add a case").disabled
    button(page, "Start over").click()
    page.run()
    assert len(page.table[0].value.columns) == 2


def test_a_slider_moves_every_figure_until_it_is_reset():
    page = opened(year="2026")
    sliders = [one for one in page.select_slider if one.key.startswith("lever-")]
    assert len(sliders) == 6
    page.select_slider(key=f"lever-{RATE}").set_value(10)
    page.run()
    assert not page.exception
    changed = Scenario(name="ten", description="by hand", changes=(Change(path=RATE, operation="multiply", amount=1.1),))
    before, after = evaluate(SAMPLE, apply_scenarios(SAMPLE, [changed]))["support_deficit"][0, 1]
    assert f"−${round(before - after):,} with the changes" in words(page)
    button(page, "Reset the sliders").click()
    page.run()
    assert "with the changes" not in words(page)
    assert page.select_slider(key=f"lever-{RATE}").value == 0


def test_sliders_stay_where_they_are_when_another_page_is_read():
    page = opened()
    page.select_slider(key=f"lever-{RATE}").set_value(-3)
    page.run()
    page.switch_page("finmodel/ui/pages/glossary.py").run()
    page.switch_page("finmodel/ui/pages/overview.py").run()
    assert page.select_slider(key=f"lever-{RATE}").value == -3


def test_sliders_saved_as_a_scenario_apply_as_one(stored):
    page = opened(year="2026")
    page.select_slider(key=f"lever-{RATE}").set_value(14)
    page.select_slider(key="lever-providers.*.compensation_per_fte").set_value(-2)
    page.run()
    shown = words(page)
    next(one for one in page.text_input if one.label == "Name of the scenario").set_value("Rates up, pay down")
    button(page, "Save").click()
    page.run()
    assert not page.exception
    ((key, scenario),) = own(stored).items()
    assert scenario.name == "Rates up, pay down"
    assert {(change.path, change.amount) for change in scenario.changes} == {
        (RATE, 1.14),
        ("providers.*.compensation_per_fte", 0.98),
    }
    assert page.multiselect(key="chosen_scenarios").value == [key]
    assert page.select_slider(key=f"lever-{RATE}").value == 0
    assert [line for line in words(page).splitlines() if "with the changes" in line] == [
        line for line in shown.splitlines() if "with the changes" in line
    ]


def test_a_scenario_from_the_sliders_needs_a_name(stored):
    page = opened()
    page.select_slider(key=f"lever-{RATE}").set_value(5)
    page.run()
    button(page, "Save").click()
    page.run()
    assert "Name: must not be empty" in words(page)
    assert own(stored) == {}
    assert page.select_slider(key=f"lever-{RATE}").value == 5
