"""Signals of a proposal: where amounts fall in the tables loaded, which documents are missing, and never a verdict."""

import pytest

from finmodel.analysis.signals import NO_BENCHMARK, NOTE, OTHER_SPECIALTY, signal_of, signals
from finmodel.assumptions import BadInput, Benchmark
from finmodel.assumptions.files import load_signal_bands
from finmodel.assumptions.reference import STATISTIC_UNITS
from finmodel.contracts.mechanisms import MECHANISMS
from finmodel.model import evaluate
from tests.contracts import agreed, proposal

STIPEND = """
[mechanisms.stipend]
kind = "fixed_stipend"
amount = 6_318_609
"""
DIRECTOR = """
[mechanisms.director]
kind = "directorship"
duty = "a directorship"
hours_logged = 20
hours_cap = 20
rate = {rate}
"""
CALL = """
[mechanisms.call]
kind = "interventional_call"
call = "from home"
method = "a rate for each kind of day"
physicians_at_once = 1
physicians_in_rota = 4
[mechanisms.call.day_types]
weekdays = { day = "weekday", days = 251, rate = 1_000 }
weekends = { day = "weekend", days = 104, rate = 1_500 }
holidays = { day = "holiday", days = 10, rate = 2_000 }
"""
RECRUIT = """
[mechanisms.recruits]
kind = "recruitment"
interest = 0.05
lines_paid = []
[mechanisms.recruits.recruits.first]
starts = 2027-07-01
signing_bonus = 100_000
relocation = 20_000
search_fee = 30_000
retention_months = 36
"""


def table(statistic, **percentiles):
    """A table as a user would load it; ``p75 = 250`` is its 75th percentile."""
    unit = STATISTIC_UNITS[statistic]
    points = {name[1:]: {"value": value, "unit": unit, "status": "client"} for name, value in percentiles.items()}
    head = {"label": "Our survey", "statistic": statistic, "stated_by": "a survey", "kind": "survey", "licence": "ours"}
    return Benchmark.model_validate({**head, "percentiles": points})


def ran(mechanisms, starts="2026-01-01"):
    """The run of the sample practice with one proposal, called ``p``."""
    return evaluate(agreed(proposal(mechanisms, starts=starts)))


def placed(mechanisms, tables):
    """The placements of the first component."""
    return signals(ran(mechanisms), "p", tables)[0].placements


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (150, "standard range"),
        (250, "standard range"),
        (251, "enhanced scrutiny"),
        (300, "enhanced scrutiny"),
        (301, "high scrutiny"),
    ],
)
def test_the_bands_end_at_the_75th_and_the_90th_percentile(value, expected):
    survey = table("director_hourly_rate", p50=200, p75=250, p90=300)
    assert signal_of(value, survey, load_signal_bands()) == (expected, "")


def test_a_table_that_ends_early_says_what_it_cannot_tell():
    bands = load_signal_bands()
    to_75, to_50 = table("director_hourly_rate", p50=200, p75=250), table("director_hourly_rate", p25=150, p50=200)
    signal, reason = signal_of(251, to_75, bands)
    assert (signal, reason[:8]) == ("enhanced scrutiny", "or high:")
    assert signal_of(200, to_50, bands) == ("standard range", "")
    assert signal_of(201, to_50, bands)[0] == "not placed"


def test_an_hourly_rate_stands_beside_a_table_of_hourly_rates():
    survey = {"ours": table("director_hourly_rate", p50=200, p75=250, p90=300)}
    (one,) = placed(DIRECTOR.format(rate=275), survey)
    # Halfway from the 75th (250) to the 90th (300): 75 + 15 ÷ 2.
    assert one.percentile == pytest.approx(82.5)
    assert (one.amount, one.unit, one.signal) == (275, "USD/hour", "enhanced scrutiny")
    assert (one.benchmark, one.benchmark_label, one.year) == ("ours", "Our survey", 2026)


def test_each_kind_of_day_stands_beside_a_table_of_per_diems():
    survey = {"ours": table("call_per_diem", p50=1_000, p75=1_500, p90=1_800)}
    found = {one.amount_label.rpartition(": ")[2]: one.signal for one in placed(CALL, survey)}
    assert found == {"weekdays": "standard range", "weekends": "standard range", "holidays": "high scrutiny"}


def test_what_a_recruit_gets_at_the_start_stands_beside_a_table_in_the_year_it_is_paid():
    survey = {"ours": table("recruitment_per_hire", p50=100_000, p75=140_000, p90=160_000)}
    (one,) = placed(RECRUIT, survey)
    # 100,000 + 20,000 + 30,000 lies halfway from the 75th to the 90th.
    assert (one.amount, one.year) == (150_000, 2027)
    assert one.percentile == pytest.approx(82.5)


@pytest.mark.parametrize("starts", ["2025-01-01", "2025-07-01"])
def test_a_stipend_is_placed_per_radiologist_fte_of_a_full_year(starts):
    survey = {"ours": table("support_per_fte", p25=141_371, p50=237_911, p75=325_634)}
    stipend, whole = signals(ran(STIPEND, starts=starts), "p", survey)
    # 6,318,609 ÷ 32.33 FTE = 195,441: 25 + 25 × (195,441 − 141,371) ÷ (237,911 − 141,371) = 39.00.
    for one in (*stipend.placements, *whole.placements):
        assert one.amount == pytest.approx(6_318_609 / 32.33, abs=1)
        assert one.percentile == pytest.approx(39.0, abs=0.01)
        assert one.signal == "standard range"


def test_a_client_hospitals_stipend_is_placed_per_fte_that_works_for_it():
    result = evaluate(agreed(proposal(STIPEND, covers='"client hospital"', starts="2026-01-01")))
    for component in signals(result, "p", {}):
        # 32.83 FTE in 2026, of which the client hospital's cost is 37.51 %: 12.31 FTE.
        assert component.placements[0].amount == pytest.approx(6_318_609 / (32.83 * 0.3751), rel=2e-4)


def test_parts_that_are_standard_each_are_placed_together_as_well():
    survey = {"ours": table("support_per_fte", p25=141_371, p50=237_911, p75=325_634)}
    first = STIPEND + 'cost_covered = ["total_provider_expense"]'
    second = STIPEND.replace("mechanisms.stipend", "mechanisms.another") + 'cost_covered = ["total_operating_expense"]'
    *each, whole = signals(ran(first + second, starts="2025-01-01"), "p", survey)
    assert [one.placements[0].signal for one in each] == ["standard range", "standard range"]
    # 2 × 195,441 = 390,882 is above the 75th, the highest that the table states.
    assert whole.placements[0].amount == pytest.approx(2 * 6_318_609 / 32.33, abs=2)
    assert whole.placements[0].signal == "enhanced scrutiny"


def test_without_a_table_nothing_is_placed():
    (one,) = placed(DIRECTOR.format(rate=275), {})
    assert (one.signal, one.reason, one.benchmark) == ("not placed", NO_BENCHMARK, None)
    (one,) = placed(DIRECTOR.format(rate=275), None)
    assert one.reason == NO_BENCHMARK, "a licensed survey of hourly rates was shipped"


def of(specialty, statistic, **percentiles):
    return table(statistic, **percentiles).model_copy(update={"specialty": specialty})


def test_an_amount_is_held_against_tables_of_its_own_specialty_only():
    tables = {"mine": table("support_per_fte", p50=200_000), "theirs": of("Hospital  Medicine", "support_per_fte", p50=176_657)}
    stipend, whole = signals(ran(STIPEND), "p", tables)
    assert [one.benchmark for one in (*stipend.placements, *whole.placements)] == ["mine", "mine"]
    stipend, whole = signals(ran(STIPEND), "p", {"theirs": tables["theirs"]})
    for (one,) in (stipend.placements, whole.placements):
        assert (one.benchmark, one.percentile, one.signal) == (None, None, "not placed")
        assert one.reason == f"{OTHER_SPECIALTY} hospital medicine"


def test_call_is_held_against_tables_of_interventional_radiology_and_a_directorship_is_not():
    tables = {"ir": of("interventional radiology", "call_per_diem", p50=1_000, p75=2_000),
              "hour": of("interventional radiology", "director_hourly_rate", p50=200)}
    assert {one.benchmark for one in placed(CALL, tables)} == {"ir"}
    (one,) = placed(DIRECTOR.format(rate=275), tables)
    assert one.benchmark is None


def test_a_table_of_another_specialty_that_was_chosen_says_whose_it_is():
    tables = {"theirs": of("cardiology", "director_hourly_rate", p50=250, p75=300)}
    (one,) = placed(DIRECTOR.format(rate=275) + 'benchmark = "theirs"\n', tables)
    assert (one.benchmark, one.signal, one.reason) == ("theirs", "standard range", "a table of cardiology")


def test_of_the_tables_shipped_only_those_of_radiology_are_held_against():
    whole = signals(ran(STIPEND), "p")[-1]
    assert [one.benchmark for one in whole.placements] == ["consultant_support_range"]


def test_a_component_may_name_its_table():
    tables = {"mine": table("director_yearly_pay", p50=40_000, p75=70_000), "other": table("director_hourly_rate", p50=1)}
    (one,) = placed(DIRECTOR.format(rate=275) + 'benchmark = "mine"\n', tables)
    # 20 hours × 12 months × $275 = $66,000.
    assert (one.benchmark, one.amount, one.signal) == ("mine", 66_000, "standard range")
    (one,) = placed(DIRECTOR.format(rate=275) + 'benchmark = "gone"\n', tables)
    assert one.signal == "not placed"


def test_documents_are_missing_until_attached_or_found_not_to_apply():
    purpose = 'purpose = "Chairs the radiation safety committee"\n'
    held = 'evidence_status = { duties = "attached", time_log = "not applicable" }'
    director = signals(ran(DIRECTOR.format(rate=275) + purpose + held), "p")[0]
    assert director.purpose == "Chairs the radiation safety committee"
    assert director.missing == ("written_agreement", "independent_valuation")
    assert director.evidence["duties"] == "attached"
    assert director.evidence["purpose_statement"] == "attached"
    assert director.evidence["time_log"] == "not applicable"
    assert director.questions == MECHANISMS["directorship"].questions


def test_a_document_nobody_asks_for_is_refused_with_the_nearest_name():
    with pytest.raises(BadInput, match=r"mechanisms\.director\.evidence_status\.time_logs: .*did you mean 'time_log'"):
        proposal(DIRECTOR.format(rate=275) + 'evidence_status = { time_logs = "attached" }')


def test_no_word_is_a_verdict():
    words = " ".join([NOTE, *(" ".join((*one.questions, *one.evidence, one.clause())) for one in MECHANISMS.values())]).lower()
    for verdict in ("compliant", "compliance", "approved", "safe to", "is lawful", "is fair"):
        assert verdict not in words
