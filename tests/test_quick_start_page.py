"""Quick start as a CEO fills it in: stored while it is typed, tied out, and made into a practice."""

import pytest

from finmodel.assumptions import parse_practice
from finmodel.assumptions.quick_start import answered
from tests.pages import opened, words

ANSWERS = {
    "Hospitals and volume": {"name": "Lakeside Radiology", "base_year": "2025", "sites-0-name": "Lakeside Hospital",
                             "sites-0-volumes-emergency-exams": "90,000", "sites-0-volumes-inpatient-exams": "60k",
                             "sites-0-volumes-outpatient-exams": "50,000"},
    "Payers": {"collections-medicare": "2.1m", "collections-medicaid": "$700,000", "collections-commercial": "4.9m",
               "collections-self_pay": "100k"},
    "People": {"people-partner_radiologist-fte": "9", "people-partner_radiologist-pay_per_fte": "$600,000",
               "people-employed_radiologist-fte": "3", "people-employed_radiologist-pay_per_fte": "480k"},
    "Costs": {"costs-benefits_per_fte": "85,000", "costs-malpractice_per_fte": "20,000", "costs-billing": "500k",
              "costs-management": "450k", "costs-other_operating": "350k"},
}


def answer(page, step, answers):
    page.segmented_control(key="quick_start_step").set_value(step)
    page.run()
    for name, text in answers.items():
        page.text_input(key=f"question-{name}").set_value(text)
        page.run()
        assert not page.exception
    return page


pytestmark = pytest.mark.usefixtures("stored")


@pytest.fixture
def filled(stored):
    assert stored.documents("quick_start") == []
    page = opened("quick_start")
    next(button for button in page.button if button.label.startswith("Add a hospital")).click()
    page.run()
    for step, answers in ANSWERS.items():
        answer(page, step, answers)
    return page


def test_what_a_ceo_knows_becomes_a_practice_that_ties_out(filled, stored):
    # Collections 2.1 + 0.7 + 4.9 + 0.1 million; pay 9 × 600,000 + 3 × 480,000; benefits 12 × 85,000; malpractice 12 × 20,000;
    # operating 500,000 + 450,000 + 350,000.
    revenue = 7_800_000
    expense = 9 * 600_000 + 3 * 480_000 + 12 * 85_000 + 12 * 20_000 + 1_300_000
    assert f"${expense - revenue:,}" in words(filled)
    guesses = filled.dataframe[-1].value
    assert len(guesses) == 5
    assert not set(guesses["What it is"]) & {"client"}
    next(button for button in filled.button if button.label == "Make this practice").click()
    filled.run()
    assert not filled.exception
    made = stored.documents("practice")[0]
    practice = parse_practice(stored.draft(made.id).content.encode(), "made")
    assert (practice.name, made.latest_version) == ("Lakeside Radiology", 1)
    assert practice.providers["partner_radiologist"].compensation_per_fte.status == "client"


@pytest.mark.usefixtures("filled")
def test_half_an_answer_is_there_tomorrow():
    again = opened("quick_start")
    again.segmented_control(key="quick_start_step").set_value("People")
    again.run()
    assert again.text_input(key="question-people-partner_radiologist-pay_per_fte").value == "$600,000"


def test_the_accounts_stand_beside_the_practice(filled):
    answer(filled, "Last year's accounts", {"accounts-revenue": "7.75m", "accounts-compensation_paid": "6.84m"})
    table = filled.dataframe[0].value.set_index("Line")
    assert table.loc["Revenue (per year)", "Difference"] == "$50,000"
    assert table.loc["Compensation paid (per year)", "Difference"] == "$0"


def test_what_is_missing_is_said_and_nonsense_stays_in_its_field():
    page = opened("quick_start")
    assert "name the practice" in words(page)
    page.text_input(key="question-base_year").set_value("soon").run()
    assert "'soon' is not a whole number" in words(page)
    assert page.text_input(key="question-base_year").value == "soon"
    page.text_input(key="question-base_year").set_value("2525").run()
    assert "outside what is possible" in words(page)


def answered_in_two_windows(stored):
    """The page of one who answered what somebody else had answered meanwhile."""
    page = opened("quick_start")
    page.text_input(key="question-name").set_value("Lakeside").run()
    begun = stored.documents("quick_start")[0]
    draft = stored.draft(begun.id)
    stored.save(begun.id, answered(draft.content, ("name",), "Harbor"), revision=draft.revision, author="Dr. Else",
                what="Answered")
    page.text_input(key="question-base_year").set_value("2025").run()
    assert "Dr. Else changed them while you worked" in words(page)
    return page


def chosen(page, label):
    """The name that is asked for after one of the two was chosen; the panel is gone then."""
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception
    assert "changed them while you worked" not in words(page)
    return page.text_input(key="question-name").value, page.text_input(key="question-base_year").value


def test_answers_changed_in_two_windows_go_on_as_mine(stored):
    page = answered_in_two_windows(stored)
    assert chosen(page, "Go on with mine") == ("Lakeside", "2025")
    page.text_input(key="question-name").set_value("Lakeside Group").run()
    texts = [stored.draft(one.id).content for one in stored.documents("quick_start")]
    assert sorted("Harbor" in text for text in texts) == [False, True]
    assert sum("Lakeside Group" in text and "2025" in text for text in texts) == 1


def test_answers_changed_in_two_windows_go_on_as_theirs(stored):
    page = answered_in_two_windows(stored)
    assert chosen(page, "Use theirs") == ("Harbor", "")
    page.text_input(key="question-base_year").set_value("2024").run()
    texts = [stored.draft(one.id).content for one in stored.documents("quick_start")]
    assert len(texts) == 1
    assert "Harbor" in texts[0]
    assert "2024" in texts[0]
