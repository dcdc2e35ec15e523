"""The Overview page as Streamlit runs it."""

import pytest

from tests.pages import explained, opened, words

pytestmark = pytest.mark.usefixtures("stored")


def test_first_paint_shows_the_ask_and_the_master_check():
    page = opened()
    told = words(page)
    for figure in ("Support deficit 2025", "$6,318,609", "$195,441", "$277,141", "integrity checks pass", "illustrative"):
        assert figure in told


def test_a_scenario_moves_the_ask_and_says_by_how_much():
    page = opened()
    page.multiselect(key="chosen_scenarios").set_value(["market_pay_75th_percentile"])
    page.selectbox(key="chosen_year").set_value(2026)
    page.run()
    assert not page.exception
    assert "Support deficit 2026" in words(page)
    assert "with the changes" in words(page)


def test_the_other_published_median_lowers_the_ask():
    page = opened()
    page.radio(key="reference").set_value("survey_compensation")
    page.run()
    # 32.33 FTE × (605,515 − 553,861), both published medians.
    assert "−$1,669,974" in words(page)


def test_explain_opens_the_derivation():
    page = opened()
    explained(page, "support_deficit")
    assert not page.exception
    assert "Total expense − total revenue" in words(page)


def test_every_chart_has_a_text_alternative():
    charts = opened().get("vega_lite_chart")
    assert len(charts) == 4
    assert all(len(chart.proto.alt) > 40 for chart in charts)


def test_a_link_leads_to_practice_scenario_and_year():
    page = opened(practice="community", scenario="conversion_factor_cut", year="2027")
    assert "Community group with a busy emergency department" in page.title[0].value
    assert page.multiselect(key="chosen_scenarios").value == ["conversion_factor_cut"]
    assert "Support deficit 2027" in words(page)


def test_a_link_to_nothing_says_so_and_shows_an_example():
    page = opened(practice="../../etc/passwd")
    assert "Sample specialty group" in page.title[0].value
    assert page.error
