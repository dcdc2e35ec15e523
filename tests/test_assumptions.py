"""Numbers and their sources: what ships, how a value is held over years and dates, and how a file is edited."""

import datetime
import tomllib

import pytest

from finmodel import assume, evaluate, load_practice, load_scenario
from finmodel.assumptions import (
    SHIPPED,
    BadInput,
    edited,
    load_benchmark,
    load_benchmarks,
    load_medicare,
    load_sources,
    names,
    parse_practice,
)
from finmodel.assumptions.files import load_alternatives, load_defaults, load_signal_bands
from finmodel.assumptions.quantity import Quantity, quantities
from finmodel.cases import apply_scenarios, cautions, months_in_force, work_rvu_level

SAMPLE = (SHIPPED / "practices" / "sample.toml").read_text(encoding="utf-8")


def shipped_quantities():
    records = [(f"practices/{name}", load_practice(name)) for name in names("practices")]
    records += [(f"benchmarks/{name}", load_benchmark(name)) for name in names("benchmarks")]
    records += [("medicare", load_medicare()), ("quick_start", load_defaults()), ("signals", load_signal_bands())]
    records += [("alternatives", dict(load_alternatives()))]
    return [(f"{file}: {path}", one) for file, record in records for path, one in quantities(record)]


def test_every_shipped_number_has_status_date_and_where_it_can_a_source():
    sources = load_sources()
    for where, one in shipped_quantities():
        assert one.status != "client", where
        assert one.as_of, where
        assert one.source in sources if one.status == "sourced" else True, where
        assert one.source or one.note or one.status == "illustrative", f"{where}: neither source nor reason"


def test_every_source_is_used_and_complete():
    used = {one.source for _, one in shipped_quantities() if one.source}
    assert used == set(load_sources())
    assert all(source.licence and source.address for source in load_sources().values())


@pytest.mark.parametrize("practice", names("practices"))
@pytest.mark.parametrize("scenario", names("scenarios"))
def test_every_scenario_fits_every_practice_and_moves_something(practice, scenario):
    base = assume(load_practice(practice))
    result = evaluate(base, apply_scenarios(base, [load_scenario(scenario)]))
    assert result.failed_checks() == []
    assert result.series("support_deficit", 0) != result.series("support_deficit", 1)


@pytest.mark.parametrize("practice", names("practices"))
def test_shipped_practices_are_plausible(practice):
    result = evaluate(assume(load_practice(practice)))
    for position in range(len(result.years)):
        at = {
            name: result.series(name)[position]
            for name in (
                "collections_multiple_of_medicare",
                "all_workload_per_radiologist_fte",
                "support_deficit_per_fte",
                "uncovered_workload",
                "agreed_pay_per_radiologist_fte",
            )
        }
        assert 1.0 < at["collections_multiple_of_medicare"] < 1.6
        assert 9_000 < at["all_workload_per_radiologist_fte"] < 16_000
        assert 400_000 < at["agreed_pay_per_radiologist_fte"] < 900_000
        assert 0 < at["support_deficit_per_fte"] < 500_000
        assert at["uncovered_workload"] == pytest.approx(0, abs=0.01)


# ---- A value over years and dates ----


def quantity(**given):
    return Quantity.model_validate({"unit": "USD/total RVU", "status": "client", **given})


def test_a_path_by_year_is_held_forward_and_backward():
    path = quantity(by_year={2025: 10.0, 2027: 12.0})
    assert [path.at(year) for year in (2024, 2025, 2026, 2027, 2030)] == [10, 10, 10, 12, 12]


def test_a_path_by_date_is_the_mean_over_the_days_of_the_year():
    # 2024: 68 days (31 January + 29 February + 8 March) at 32.7442, the other 298 of 366 at 33.2875.
    factor = load_medicare().conversion_factor
    assert factor.at(2024) == pytest.approx((68 * 32.7442 + 298 * 33.2875) / 366, rel=1e-12)
    # 2015: 181 days to the end of June.
    assert factor.at(2015) == pytest.approx((181 * 35.7547 + 184 * 35.9335) / 365, rel=1e-12)
    assert factor.at(2025) == 32.3465
    assert factor.at(2026) == 33.4009
    assert load_medicare().conversion_factor_qualifying_apm.at(2026) == 33.5675


def test_current_law_from_2027_is_marked_as_a_judgment():
    factor = load_medicare().conversion_factor
    # The 2.5 % of 2026 ends with the year; then 0.25 % a year.
    assert factor.at(2027) == round(33.4009 / 1.025 * 1.0025, 4)
    assert factor.at(2040) == round(33.4009 / 1.025 * 1.0025**14, 4)
    assert factor.status_in(2026) == "sourced"
    assert factor.status_in(2027) == "judgment"


def test_the_work_rvu_level_follows_the_calendar_whatever_the_base_year():
    # 2.299 % off in 2026, and as much assumed for 2029.
    sample = assume(load_practice("sample"))
    assert [work_rvu_level(sample, year) for year in (2025, 2026, 2028, 2029)] == pytest.approx(
        [1, 1 - 0.02299, 1 - 0.02299, (1 - 0.02299) ** 2]
    )
    assert pytest.approx(1 - 0.02299, abs=1e-6) == 36_893_437 / 37_761_596


def test_a_change_of_later_fee_schedules_leaves_the_earlier_ones():
    # Volumes written in the schedule of 2025 and projected from 2027: the 2.299 % of 2026 lie between, whatever follows 2027.
    text = SAMPLE.replace("base_year = 2025", "base_year = 2027").replace("date = 2026-07-01", "date = 2028-07-01")
    base = assume(parse_practice(text.replace("year = 2024", "year = 2026").encode(), "later.toml"))
    without = evaluate(apply_scenarios(base, [load_scenario("fee_schedule_2026_stays")]))
    assert without.series("work_rvus")[0] == pytest.approx(425_800 * (1 - 0.02299))
    assert without.series("work_rvus")[2] == pytest.approx(without.series("workload_rvus")[2] * (1 - 0.02299))


@pytest.mark.parametrize(
    ("date", "months"),
    [
        ("2025-01-01", [12, 12, 12]),
        ("2026-07-01", [0, 6, 12]),
        ("2026-04-16", [0, 8.5, 12]),
        ("2020-05-01", [12, 12, 12]),
        ("2027-12-31", [0, 0, 1 / 31]),
        ("2031-01-01", [0, 0, 0]),
    ],
)
def test_months_in_force(date, months):
    assert months_in_force(datetime.date.fromisoformat(date), (), (2025, 2026, 2027)) == pytest.approx(months)


def test_a_new_hires_ramp_runs_across_the_new_year():
    # From 1 November: two months at 0.25 and 0.5, then 0.75, and full from the fourth month.
    assert months_in_force(datetime.date(2025, 11, 1), (0.25, 0.5, 0.75), (2025, 2026)) == pytest.approx([0.75, 11.75])


# ---- Benchmarks ----


def test_percentiles_lie_on_straight_lines_between_the_points():
    table = load_benchmark("specialty_work_rvus")
    assert table.at(50) == 10_693
    assert table.at(60) == pytest.approx(10_693 + (13_260 - 10_693) * 10 / 25)
    assert table.at(90) is None
    assert table.percentile_of(13_260) == 75


def test_two_medians_multiplied_are_warned_about():
    practice = load_practice("sample")
    assert not any("two percentiles" in caution for caution in cautions(assume(practice)))
    chosen = practice.benchmark.model_copy(update={"compensation": "survey_compensation_per_work_rvu"})
    multiplied = assume(practice.model_copy(update={"benchmark": chosen}))
    assert any("the product of two medians is not a median" in caution for caution in cautions(multiplied))
    # 10,693 × 54.43 = 582,020, which neither survey states as the median of pay.
    assert evaluate(multiplied).series("reference_pay_per_fte")[0] == pytest.approx(10_693 * 54.43, abs=0.5)


def test_benchmarks_say_whose_statement_they_are():
    assert {table.kind for table in load_benchmarks().values()} >= {"survey", "consultant"}
    assert all(table.stated_by and table.licence for table in load_benchmarks().values())


# ---- Reading, changing, writing back ----


def test_an_edited_file_differs_only_where_it_was_edited():
    text = edited(
        SAMPLE,
        {
            "providers.interventional_radiologist.fte": 5,
            "expenses.office.rate": 250_000,
            "volumes.client_hospital.emergency.ct.base_exams": 31_000,
        },
    )
    before, after = (one.replace(" }", "}").splitlines() for one in (SAMPLE, text))
    assert len(before) == len(after)
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 3
    practice = parse_practice(text.encode(), "edited.toml")
    office = practice.expenses["office"].rate
    assert (office.value, office.unit, office.status, office.source) == (250_000, "USD/year", "client", None)
    assert practice.providers["interventional_radiologist"].fte.value == 5
    assert practice.volumes["client_hospital"]["emergency"]["ct"].base_exams.value == 31_000
    assert edited(text, {}) == text


def test_every_number_of_a_practice_can_be_edited():
    own = [path for path, _ in quantities(load_practice("sample")) if not path.startswith("payer_mix")]
    document = tomllib.loads(SAMPLE)
    for path in own[::7]:
        value = load_practice("sample")
        current = dict(quantities(value))[path]
        text = edited(SAMPLE, {path: current.values[0]})
        assert tomllib.loads(text).keys() == document.keys()
        assert dict(quantities(parse_practice(text.encode(), "edited.toml")))[path].values == current.values


def test_an_edit_that_does_not_fit_is_a_fault():
    with pytest.raises(BadInput):
        parse_practice(edited(SAMPLE, {"collection.days_in_receivables": -3}).encode(), "edited.toml")
