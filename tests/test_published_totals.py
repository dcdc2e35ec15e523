"""The sample's first year against the totals its source publishes (specialty-2025 in assumptions/sources.toml)."""

import pytest


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("total_revenue", 25_174_696),
        ("total_expense", 31_493_305),
        ("support_deficit", 31_493_305 - 25_174_696),
        ("support_deficit_per_fte", 195_441),
        ("radiologist_fte", 32.33),
    ],
)
def test_first_year_reproduces_published_total(sample, line, published):
    assert sample.series(line)[0] == pytest.approx(published, abs=0.5 if published > 1000 else 1e-9)


def test_pay_is_the_published_median(sample):
    # 32.33 FTE × 605,515, to the rounding of the four categories' pay.
    assert sample.series("radiologist_compensation")[0] == pytest.approx(32.33 * 605_515, abs=0.5)


def test_deficit_ratios_of_the_source(sample):
    deficit, expense, revenue = (sample.series(name)[0] for name in ("support_deficit", "total_expense", "total_revenue"))
    assert round(100 * deficit / expense, 2) == 20.06
    assert round(100 * deficit / revenue, 2) == 25.10


def test_the_client_hospitals_part_of_the_split(sample):
    # Expense by work RVUs less collections where they were earned: 42 % of the emergency deficit, 48 % of the inpatient one and
    # 45 % of the outpatient one, as the split derives them.
    assert sample.series("client_support_deficit")[0] == pytest.approx(
        0.42 * 3_054_987 + 0.48 * 1_963_709 + 0.45 * 1_207_274, abs=2
    )


def test_take_home_without_support(sample):
    # Pay of the partners, 17.5 × 638,204, less the whole deficit, over 17.5 FTE; and of all radiologists over 32.33 FTE.
    assert sample.series("owner_take_home_without_support")[0] == pytest.approx((17.5 * 638_204 - 6_318_609) / 17.5, abs=0.5)
    assert sample.series("radiologist_take_home_without_support")[0] == pytest.approx(605_515 - 195_441, abs=1)


def test_every_check_passes(sample):
    assert sample.failed_checks() == []
    assert sample.check_count >= 10
