"""What adding one radiologist does: published worked numbers, and a practice whose figures are worked by hand."""

import json
import math
from pathlib import Path

import pytest
import tomlkit

from finmodel import BadInput, assume, changed, load_practice
from finmodel.analysis.hire import Hire, add_radiologist, radiologist_categories
from finmodel.assumptions import Change, parse_practice
from tests.pages import opened, words
from tests.test_command import finmodel

CASE = Path(__file__).parent / "cases" / "one_hospital.toml"


def hire(work_rvus):
    """605,515 of pay × 1.20, $72.82 for a work RVU of which billing takes 8 %, four months of ramp, and two to the cash."""
    return Hire(605_515 * 1.20, work_rvus, 72.82, 72.82 * 0.08, (0.0, 0.25, 0.5, 0.75), 2.0)


@pytest.mark.parametrize(
    ("work_rvus", "monthly_net", "lowest", "payback_month"),
    # (Work RVUs × 72.82 × 0.92 − 726,618) ÷ 12. In six months 1.5 months of full work have come in and six are paid for:
    # 1.5 × 11,950 × 66.9944 ÷ 12 − 363,309 = −263,236 and 1.5 × 13,260 × 66.9944 ÷ 12 − 363,309 = −252,266; the second is back
    # after 252,266 ÷ 13,477 = 18.7 more months. The first takes 263,236 ÷ 6,164 = 42.7 of them, far beyond three years.
    [(10_693, -854, None, None), (11_950, 6_164, (6, -263_236), 49), (13_260, 13_477, (6, -252_266), 25)],
)
def test_the_published_example(work_rvus, monthly_net, lowest, payback_month):
    one = hire(work_rvus)
    assert one.break_even_work_rvus == pytest.approx(10_846, abs=0.5)
    assert one.net / 12 == pytest.approx(monthly_net, abs=0.5)
    assert one.lowest == (lowest and (lowest[0], pytest.approx(lowest[1], abs=0.5)))
    assert one.payback_month == payback_month


def test_at_the_break_even_nothing_is_left():
    one = hire(hire(0).break_even_work_rvus)
    assert one.net == pytest.approx(0.0, abs=1e-6)


def test_a_delay_of_one_and_a_half_months_is_received_in_two_halves():
    # $12,000 a year of work from the first day, and no cost: nothing, half of the first month, then $1,000 a month.
    one = Hire(0.0, 100.0, 120.0, 0.0, (), 1.5)
    assert one.balances(4) == pytest.approx((0.0, 500.0, 1_500.0, 2_500.0))


def test_work_that_brings_in_nothing_never_pays():
    one = Hire(700_000.0, 10_000.0, 5.0, 5.0, (), 0.0)
    assert math.isnan(one.break_even_work_rvus)
    assert one.payback_month is None


def one_hospital(**settings):
    """The published totals in one hospital, counted in the benchmark's own schedule so that work RVUs are those of its table."""
    document = tomlkit.parse(CASE.read_text(encoding="utf-8"))
    document["work_rvu_schedule_year"] = 2025
    practice = assume(parse_practice(tomlkit.dumps(document).encode(), "one hospital"))
    return changed(practice, [Change(path=path, operation="set", amount=one) for path, one in settings.items()], "case")


def test_a_practice_says_what_the_post_costs_and_brings_in():
    added = add_radiologist(one_hospital(), "radiologist", 2026)
    assert list(added.hires) == ["as in this practice", "median of the benchmark", "75th percentile of the benchmark"]
    assert [one.work_rvus for one in added.hires.values()] == pytest.approx([11_000, 10_693, 13_260])
    one = added.hires["75th percentile of the benchmark"]
    # Pay with 14 % of benefits, and malpractice; collections over work RVUs, of which billing takes 8 %.
    assert one.cost == pytest.approx(605_515 * 1.14 + 20_000)
    assert one.revenue == pytest.approx(13_260 * 25_174_696 / 345_704.69)
    assert one.expense_of_work == pytest.approx(0.08 * one.revenue)
    assert one.months_to_cash == pytest.approx(30 * 12 / 365)
    # 32.33 FTE at 11,000 read 355,630, more than the 345,704.69 there are: one more replaces nothing.
    assert added.bought_less == 0.0
    assert added.deficit_change == pytest.approx(one.cost)


def test_where_reads_are_bought_the_post_replaces_them():
    # 32.33 FTE at 10,000 leave 22,404.69 work RVUs to locums; one more takes 10,000 of them, 200 days of 50 at $3,000.
    added = add_radiologist(one_hospital(**{"providers.radiologist.work_rvus_per_fte": 10_000}), "radiologist", 2026)
    assert added.bought_less == pytest.approx(200 * 3_000)
    assert added.deficit_change == pytest.approx(605_515 * 1.14 + 20_000 - 600_000)


def test_a_vacant_share_of_the_post_is_not_paid_for():
    half = one_hospital(**{"providers.radiologist.vacancy_share": 0.5})
    assert add_radiologist(half, "radiologist", 2026).hires["as in this practice"].cost == pytest.approx(605_515 * 1.14 + 20_000)


@pytest.mark.parametrize("practice", ["sample", "community", "multi_hospital"])
def test_every_shipped_practice_has_an_answer(practice):
    assumptions = assume(load_practice(practice))
    for category in radiologist_categories(assumptions):
        for year in assumptions.practice.years[:2]:
            for one in add_radiologist(assumptions, category, year).hires.values():
                assert 300_000 < one.cost < 1_200_000
                assert 8_000 < one.break_even_work_rvus < 25_000


def test_a_category_and_a_year_that_are_not_there_are_refused_together():
    with pytest.raises(BadInput) as refused:
        add_radiologist(one_hospital(), "assistant", 2031)
    assert [fault.key for fault in refused.value.faults] == ["assistant", "2031"]


def test_the_shell_answers_in_words_and_as_json():
    assert "pays for itself from 14,683 work RVUs" in finmodel("hire", "sample").stdout
    document = json.loads(finmodel("hire", "sample", "--category", "employed_radiologist", "--work-rvus", "13260",
                                   "--format", "json").stdout)
    assert document["label"] == "Employed, diagnostic"
    assert document["hires"]["as stated"]["payback_month"] == 35
    assert len(document["hires"]["as stated"]["balances"]) == 60
    refused = finmodel("hire", "sample", "--category", "partner")
    assert refused.returncode == 2
    assert "partner_radiologist" in refused.stderr


@pytest.mark.usefixtures("stored")
def test_the_overview_answers_when_asked():
    page = opened()
    assert "full-time radiologist more" not in words(page)
    page.session_state["opened_parts"] = {**page.session_state["opened_parts"], "hire-open": True}
    page.run()
    assert not page.exception
    assert "In 2025 one full-time radiologist more costs **$" in words(page)
