"""The Overview page as Streamlit runs it."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

APP = str(Path(__file__).parents[1] / "app.py")


@pytest.fixture
def page():
    return AppTest.from_file(APP, default_timeout=60).run()


def metrics(page):
    return {metric.label: metric.value for metric in page.metric}


def test_first_paint_shows_the_ask_and_the_master_check(page):
    assert not page.exception
    assert metrics(page)["Support deficit 2025"] == "$6,318,609"
    assert metrics(page)["Support deficit per radiologist FTE"] == "$195,441"
    assert metrics(page)["Take-home per owner FTE without new support"] == "$277,141"
    assert "integrity checks pass" in page.success[0].value
    assert "illustrative" in page.caption[0].value


def test_a_scenario_moves_the_ask_and_says_by_how_much(page):
    page.multiselect(key="scenarios").set_value(["market_pay_75th_percentile"])
    page.selectbox(key="year").set_value(2026)
    page.run()
    assert not page.exception
    ask = next(metric for metric in page.metric if metric.label == "Support deficit 2026")
    assert "by the scenarios" in ask.delta


def test_the_other_published_median_lowers_the_ask(page):
    page.radio(key="reference").set_value("survey_compensation")
    page.run()
    # 32.33 FTE × (605,515 − 553,861), both published medians.
    assert metrics(page)["Change of the ask at the reference pay"] == "−$1,669,974"


def test_explain_opens_the_derivation(page):
    page.button(key="explain-support_deficit-2025").click()
    page.run()
    assert not page.exception
    assert any("Total expense − total revenue" in text.value.replace("\\", "") for text in page.markdown)


def test_every_chart_has_a_text_alternative(page):
    charts = page.get("vega_lite_chart")
    assert len(charts) == 4
