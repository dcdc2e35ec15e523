"""Golden cases: practices worked by hand, in tests/cases; ``*.expected.toml`` holds the arithmetic of each expectation."""

import math
import tomllib
from pathlib import Path

import numpy as np
import pytest
import tomlkit

from finmodel import assume, changed, evaluate, load_practice
from finmodel.assumptions import Change, parse_practice
from finmodel.lines.staffing import benchmark_work_rvus_per_shift, coverage_fte_by_service, service_hours, shifts_per_fte

CASES = sorted((Path(__file__).parent / "cases").glob("*.expected.toml"))


def worked(arithmetic: str, names: dict[str, float]) -> float:
    return float(eval(arithmetic, {"__builtins__": {}, "nan": math.nan}, names))  # noqa: S307 - our own test data


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name.partition(".")[0])
def test_a_practice_worked_by_hand(path):
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    assert case["source"]
    practice = tomlkit.parse((path.parent / case["practice"]).read_text(encoding="utf-8"))
    practice.update(case.get("instead", {}))
    changes = [Change(path=at, operation="set", amount=value) for at, value in case.get("set", {}).items()]
    result = evaluate(changed(assume(parse_practice(tomlkit.dumps(practice).encode(), case["practice"])), changes, "case"))
    known: dict[str, float] = {}
    for name, arithmetic in case.get("worked", {}).items():
        known[name] = worked(arithmetic, known)
    for one in case["expected"]:
        row = (result.rows(one["line"]) or ("",)).index(one.get("row", ""))
        for year in (key for key in one if key.isdigit()):
            found = float(result[one["line"]][row, result.years.index(int(year)), 0])
            expected = worked(one[year], known)
            assert found == pytest.approx(expected, rel=1e-12, abs=one.get("tolerance", 1e-9), nan_ok=True), (one["line"], year)


@pytest.mark.parametrize(
    ("weeks_off", "shifts", "median_per_shift", "upper_per_shift", "seats"),
    [
        # Work RVUs per shift at 10,693 and 13,260 a year; FTE for a seat that is always filled, in shifts of 8, 10 and 12 hours.
        (8, 220, 48.6, 60.3, (4.98, 3.98, 3.32)),
        (10, 210, 50.9, 63.1, (5.21, 4.17, 3.48)),
        (12, 200, 53.5, 66.3, (5.48, 4.38, 3.65)),
        (14, 190, 56.3, 69.8, (5.76, 4.61, 3.84)),
    ],
)
def test_what_a_full_time_radiologist_works_and_a_seat_takes(weeks_off, shifts, median_per_shift, upper_per_shift, seats):
    a_year = np.array([[[float(weeks_off)]]])
    per_fte = shifts_per_fte(a_year, 5.0)
    assert per_fte.item() == shifts
    assert benchmark_work_rvus_per_shift(10_693.0, per_fte).item() == pytest.approx(median_per_shift, abs=0.05)
    assert benchmark_work_rvus_per_shift(13_260.0, per_fte).item() == pytest.approx(upper_per_shift, abs=0.05)
    found = [coverage_fte_by_service(service_hours(168.0), hours, per_fte).item() for hours in (8.0, 10.0, 12.0)]
    assert found == pytest.approx(seats, abs=0.0051)


def test_a_trend_applies_on_top_of_a_path_by_year():
    # What assumptions/README.md says of 640,000 from 2027 on.
    set_from_2027 = Change(
        path="providers.partner_radiologist.compensation_per_fte", operation="set", amount=640_000, from_year=2027
    )
    result = evaluate(changed(assume(load_practice("sample")), [set_from_2027], "case"))
    assert result["compensation_per_fte"][0, 2, 0] == pytest.approx(640_000 * 1.03**2)
