"""Golden cases: practices worked by hand, in tests/cases; ``*.expected.toml`` holds the arithmetic of each expectation."""

import math
import tomllib
from pathlib import Path

import pytest
import tomlkit

from finmodel import assume, changed, evaluate
from finmodel.assumptions import Change, parse_practice

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
