"""Charts: valid specifications, bars that end where the model ends, and the same numbers in words."""

import json

import altair
import pytest

from finmodel import assume, charts, evaluate, load_practice

SPECS = [charts.step_spec, charts.year_spec, charts.reference_spec]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.__name__)
def test_specification_is_valid_and_refers_to_nothing_outside(spec, theme):
    altair.LayerChart.from_dict(spec(theme))
    assert "http" not in json.dumps(spec(theme))


@pytest.mark.parametrize("practice", ["sample", "community", "multi_hospital"])
@pytest.mark.parametrize("position", [0, 4])
def test_the_waterfall_leads_from_revenue_to_the_deficit(practice, position):
    result = evaluate(assume(load_practice(practice)))
    year = result.years[position]
    steps = charts.waterfall(result, year, "light").data
    assert steps[0]["end"] == result.series("total_revenue")[position]
    assert steps[-2]["end"] == pytest.approx(-result.series("support_deficit")[position], abs=0.01)
    assert steps[-1]["end"] == pytest.approx(-result.series("support_deficit")[position], abs=0.01)
    assert [step["begin"] for step in steps[1:-1]] == [step["end"] for step in steps[:-2]]


def test_the_bridge_ends_at_the_ask(sample):
    steps = charts.bridge(sample, 2025, "light").data
    assert steps[0]["begin"] == 0
    assert steps[-2]["end"] == pytest.approx(6_318_609, abs=0.5)


def test_a_surplus_is_called_a_surplus():
    practice = load_practice("sample")
    rich = practice.model_copy(
        update={
            "payers": {
                key: payer.model_copy(
                    update={"collected_per_work_rvu": payer.collected_per_work_rvu.model_copy(update={"value": 200.0})}
                )
                for key, payer in practice.payers.items()
            }
        }
    )
    chart = charts.waterfall(evaluate(assume(rich)), 2025, "light")
    assert chart.data[-1]["label"] == "Surplus"
    assert "to the surplus of 2025" in chart.alternative


def test_every_bar_is_told_in_words(sample):
    for chart in (
        charts.waterfall(sample, 2025, "light"),
        charts.bridge(sample, 2025, "light"),
        charts.over_years(sample, "light"),
        charts.support_references(sample, 2025, "light"),
    ):
        assert all(sentence in chart.alternative for sentence in (row["sentence"] for row in chart.data))
    assert "Total revenue: $25,174,696" in charts.waterfall(sample, 2025, "light").alternative
    assert "This practice, 2025: $195,441" in charts.support_references(sample, 2025, "light").alternative
