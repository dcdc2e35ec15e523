"""The Assumptions page as Streamlit runs it: every number with its source, and benchmark tables of one's own."""

import csv
import datetime
import io
import re

import pytest

from finmodel.assumptions import edited, parse_benchmark
from finmodel.assumptions.quantity import Quantity
from finmodel.ui.assumption_table import Row, age, as_csv, is_older, warning
from finmodel.ui.desk import example_text
from finmodel.ui.server import HERE
from finmodel.workspace import StorageError
from tests.pages import opened, words

pytestmark = pytest.mark.usefixtures("stored")

SURVEY = """
label = "Our survey"
statistic = "compensation_per_fte"
stated_by = "A national survey"
kind = "survey"
licence = "Licensed to our group only"
[percentiles]
25 = { value = 500_000, unit = "USD/FTE/year", status = "client", as_of = 2022-06-30 }
50 = { value = 600_000, unit = "USD/FTE/year", status = "client", as_of = 2022-06-30 }
75 = { value = 700_000, unit = "USD/FTE/year", status = "client", as_of = 2022-06-30 }
"""
TODAY = datetime.date(2026, 11, 25)


def own(stored, content=None, name="Our group"):
    """A stored practice."""
    text = edited(content or example_text("sample"), {"name": name})
    return stored.create("practice", name, text, author="Dr. Test").document.id


def table(page):
    """The numbers on screen, by name."""
    return page.dataframe[0].value.set_index("Assumption")


def brought_in(content, name="survey.toml", **address):
    """The page after a benchmark file was given to it."""
    page = opened("assumptions", **address)
    page.file_uploader[0].set_value((name, content.encode(), "application/toml"))
    next(button for button in page.button if button.label == "Bring it in").click()
    page.run()
    assert not page.exception
    return page


def row(label="A number", status="client", **given):
    """A row to work with by hand."""
    quantity = Quantity(**{"value": 1.0, "unit": "factor", "status": "client", **given})
    return Row("a.number", label, "A", status, "", quantity, 1.0, "")


def test_every_number_is_there_and_what_is_illustrative_is_said():
    page = opened("assumptions")
    shown = page.dataframe[0].value
    told = words(page)
    counted = shown["Status"].value_counts()
    assert f"{len(shown)} of {len(shown)} numbers" in told
    assert f"Of {len(shown)} numbers, {counted['illustrative']} are illustrative (made up to show how the model works)" in told
    for status, count in counted.items():
        assert re.search(rf"{status.capitalize()}\]\n### {count}\n", told)


def test_a_number_of_each_kind_has_value_source_and_age():
    shown = table(opened("assumptions"))
    ours = shown.loc["Partners, diagnostic: agreed pay per FTE"]
    assert (ours["Value"], ours["Status"]) == ("$638,204 per FTE per year", "illustrative")
    assert (ours["Date"], ours["Note"]) == ("2025-12-31", "our split of published totals")
    rule = shown[shown["Section"] == "Medicare rules"].loc["Medicare: conversion factor"]
    assert rule["Value"] == "$32.35 per total RVU"
    assert rule["Source"].startswith("Centers for Medicare & Medicaid Services, ")
    assert rule["Source"].endswith(", cms.gov/medicare/payment/fee-schedules/physician")
    pay = shown.loc["Radiologist compensation per FTE, consultant's clients: percentile 50"]
    assert (pay["Value"], pay["Status"], pay["Date"]) == ("$605,515 per FTE per year", "sourced", "2025-05-16")
    assert pay["Age"].endswith("old")


@pytest.mark.parametrize(
    ("since", "told"),
    [
        (datetime.date(2026, 11, 1), "less than a month old"),
        (datetime.date(2026, 10, 25), "1 month old"),
        (datetime.date(2025, 11, 26), "11 months old"),
        (datetime.date(2025, 11, 25), "1 year old"),
        (datetime.date(2023, 11, 25), "3 years old"),
        (datetime.date(2027, 1, 1), "of a day to come"),
    ],
)
def test_age_is_said_as_people_say_it(since, told):
    assert age(since, TODAY) == told


def test_older_than_counts_full_years_and_leaves_out_what_has_no_date():
    assert is_older(row(as_of=datetime.date(2023, 11, 25)), 3, TODAY)
    assert not is_older(row(as_of=datetime.date(2023, 11, 26)), 3, TODAY)
    assert not is_older(row(), 1, TODAY)


def test_search_and_filters_leave_what_fits():
    page = opened("assumptions")
    page.text_input(key="assumption-search").set_value("COMMERCIAL rvu")
    page.run()
    assert "Commercial: collected per work RVU" in table(page).index
    assert all("commercial" in name.lower() for name in table(page).index)
    page.text_input(key="assumption-search").set_value("")
    page.multiselect(key="assumption-status").set_value(["judgment"])
    page.run()
    assert set(table(page)["Status"]) == {"judgment"}
    page.multiselect(key="assumption-section").set_value(["Payers"])
    page.multiselect(key="assumption-status").set_value([])
    page.run()
    assert set(table(page)["Section"]) == {"Payers"}
    page.text_input(key="assumption-search").set_value("no such thing")
    page.run()
    assert "No number fits" in words(page)


def test_the_old_ones_are_found():
    page = opened("assumptions")
    page.selectbox(key="assumption-age").set_value(2)
    page.run()
    assert max(table(page)["Date"]) <= datetime.date.today().replace(year=datetime.date.today().year - 2).isoformat()
    assert "Collection: days in receivables" in table(page).index


def test_what_moves_the_deficit_most_comes_first_with_how_far():
    page = opened("assumptions")
    page.selectbox(key="assumption-order").set_value("What moves the deficit most")
    page.run()
    shown = page.dataframe[0].value
    assert shown["Assumption"][0] == "Commercial: collected per work RVU"
    moved = [float(text.replace("$", "").replace(",", "").replace("—", "0")) for text in shown["Moves the deficit by"]]
    assert moved == sorted(moved, reverse=True)
    assert moved[0] > 1_000_000
    assert "benchmark tables are compared with and move nothing" in words(page)


def test_a_number_that_a_scenario_changed_says_so():
    before = table(opened("assumptions", year="2026"))
    page = opened("assumptions", scenario="market_pay_75th_percentile", year="2026")
    changed = table(page)[table(page)["Changed by"] != ""]
    assert len(changed) > 0
    assert f"as they are in 2026; {len(changed)} changed by the scenarios and sliders chosen" in words(page)
    for name, one in changed.iterrows():
        assert one["Status"].endswith(", then changed")
        assert one["Changed by"].endswith(f"; was {before.loc[name, 'Value']}")
        assert one["Value"] != before.loc[name, "Value"]
    assert "Changed by" not in before.columns


def test_placeholders_stand_out_in_a_sentence():
    told = warning([row(status="placeholder"), row(), row(status="illustrative"), row(status="illustrative")])
    assert told.startswith("Of 4 numbers, 2 are illustrative (made up to show how the model works) and 1 is a placeholder")
    assert warning([row()]) == ""


def test_the_file_for_spreadsheets_holds_every_row_and_no_formula():
    hostile = [row("=1+1"), row("+1"), row("-1"), row("@SUM(A1)"), row("\t=1"), row('fine, "quoted"', note="=cmd|' /C calc'!A0")]
    held = list(csv.DictReader(io.StringIO(as_csv(hostile, TODAY).decode("utf-8-sig"))))
    harmless = [f"\u2060{text}" for text in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1")]
    assert [one["Assumption"] for one in held] == [*harmless, 'fine, "quoted"']
    assert held[-1]["Note"] == "\u2060=cmd|' /C calc'!A0"
    assert {one["Path"] for one in held} == {"a.number"}


def test_the_download_is_offered_under_a_safe_name(stored):
    page = opened("assumptions", practice=own(stored, name="../../x"))
    assert any(one.label == "Download as CSV" for one in page.download_button)
    assert "../../x" in words(page)


def test_an_own_benchmark_is_stored_with_its_licence_and_can_be_chosen(stored):
    key = own(stored)
    page = brought_in(SURVEY, practice=key)
    [kept] = stored.documents("benchmark")
    assert "'Our survey' is stored. Licence: Licensed to our group only" in words(page)
    page.selectbox(key="benchmark-compensation").set_value(f"own_{kept.id}")
    page.run()
    assert not page.exception
    assert f'compensation = "own_{kept.id}"' in stored.draft(key).content
    point = table(page).loc["Our survey: percentile 50"]
    assert point["Value"] == "$600,000 per FTE per year"
    assert point["Source"] == "A national survey; Licensed to our group only"


def test_tables_of_the_same_label_are_told_apart(stored):
    key = own(stored)
    kept = [stored.create("benchmark", "Our survey", SURVEY.replace("600_000", f"{middle}"), author="Dr. Test").document.id
            for middle in (610_000, 620_000)]
    page = opened("assumptions", practice=key)
    box = page.selectbox(key="benchmark-compensation")
    assert {"Our survey (your own)", "Our survey (your own) (2)"} < set(box.options)
    for one, median in zip(kept, ("$610,000", "$620,000"), strict=True):
        page.selectbox(key="benchmark-compensation").set_value(f"own_{one}")
        page.run()
        assert table(page).loc["Our survey: percentile 50", "Value"] == f"{median} per FTE per year"


def test_the_own_benchmark_is_what_the_ask_is_compared_with(stored):
    key = own(stored)
    page = brought_in(SURVEY, practice=key)
    page.selectbox(key="benchmark-compensation").set_value(f"own_{stored.documents('benchmark')[0].id}")
    page.run()
    page.switch_page("finmodel/ui/pages/overview.py").run()
    # 32.33 FTE × (605,515 − 600,000): from the agreed pay to the median of the survey.
    assert "−$178,300" in words(page)


def test_a_table_without_the_percentile_compared_is_not_chosen(stored):
    key = own(stored)
    before = stored.draft(key).content
    page = brought_in(SURVEY.replace("25 =", "80 =").replace("50 =", "85 =").replace("75 =", "90 ="), practice=key)
    page.selectbox(key="benchmark-compensation").set_value(f"own_{stored.documents('benchmark')[0].id}")
    page.run()
    assert not page.exception
    assert "The table was not exchanged" in words(page)
    assert "it covers 80 to 90" in words(page)
    assert stored.draft(key).content == before
    assert page.selectbox(key="benchmark-compensation").value == "specialty_compensation"


@pytest.mark.parametrize(
    ("content", "entries"),
    [
        ("label = ", {"the file"}),
        (SURVEY.replace("Licensed to our group only", "").replace('"survey"', '"rumour"'), {"licence", "kind"}),
        (SURVEY.replace("600_000", "800_000"), {"percentiles"}),
        (SURVEY.replace('"client"', '"sourced"', 1), {"percentiles.25"}),
    ],
)
def test_a_bad_benchmark_is_refused_with_every_fault_and_nothing_changed(stored, content, entries):
    page = brought_in(content, "![bad](http://x).toml")
    assert "![bad](http://x).toml was not taken; nothing has changed" in words(page)
    assert set(page.dataframe[-1].value["Entry"]) == entries
    assert stored.documents("benchmark") == []


def test_a_benchmark_in_use_is_not_deleted_and_the_practice_is_named(stored):
    kept = stored.create("benchmark", "Our survey", SURVEY, author="Dr. Test").document.id
    content = edited(example_text("sample"), {"benchmark.compensation": f"own_{kept}"})
    key = own(stored, content, name="![a](http://x)")
    page = opened("assumptions", practice=key)
    page.button(key=f"delete-{kept}").click()
    page.run()
    assert "'Our survey' was not deleted: it is used by '![a](http://x)'" in words(page)
    assert len(stored.documents("benchmark")) == 1
    assert not any("![" in one.value for one in page.error)


def test_a_benchmark_is_deleted_and_brought_back(stored):
    kept = stored.create("benchmark", "Our survey", SURVEY, author="Dr. Test").document.id
    page = opened("assumptions")
    page.button(key=f"delete-{kept}").click()
    page.run()
    assert stored.documents("benchmark") == []
    assert "Deleted: Our survey" in words(page)
    page.button(key="undo-deletion").click()
    page.run()
    assert [one.name for one in stored.documents("benchmark")] == ["Our survey"]


def test_a_full_disk_is_said_in_words(stored, monkeypatch):
    kept = stored.create("benchmark", "Our survey", SURVEY, author="Dr. Test").document.id
    page = opened("assumptions")

    def full(*_, **__):
        raise StorageError("The disk is full.")

    monkeypatch.setattr(type(stored), "delete", full)
    page.button(key=f"delete-{kept}").click()
    page.run()
    assert not page.exception
    assert "'Our survey' was not deleted. The disk is full." in words(page)


def test_an_example_keeps_its_tables():
    page = opened("assumptions")
    assert page.selectbox(key="benchmark-compensation").disabled
    assert "An example keeps its tables" in words(page)


def test_the_template_is_a_benchmark_as_it_stands():
    page = opened("assumptions")
    assert any(one.label == "Download a template" for one in page.download_button)
    source = (HERE / "pages" / "assumptions.py").read_text(encoding="utf-8")
    text = re.search(r'TEMPLATE = """\\\n(.*?)"""', source, re.DOTALL)[1]
    assert parse_benchmark(text.encode(), "template").at(50) == 560_000


def test_a_practice_that_cannot_be_computed_still_offers_its_benchmarks(stored):
    key = own(stored, edited(example_text("sample"), {"cost_allocation": "by guess"}))
    page = opened("assumptions", practice=key)
    assert "cannot be computed yet" in words(page)
    assert not page.selectbox(key="benchmark-compensation").disabled
