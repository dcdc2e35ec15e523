import csv
import io
import json
import math
import subprocess
import sys

import pytest


def finmodel(*arguments):
    return subprocess.run([sys.executable, "-m", "finmodel", *arguments], capture_output=True, text=True, check=False)


def test_json_has_the_promised_shape_and_totals():
    run = finmodel("evaluate", "sample", "--format", "json")
    document = json.loads(run.stdout)
    assert run.returncode == 0
    assert run.stderr == ""
    assert list(document) == ["practice", "years", "lines", "proposals", "checks"]
    assert document["years"] == [2025, 2026, 2027, 2028, 2029]
    deficit = document["lines"]["support_deficit"]
    assert list(deficit) == ["label", "unit", "rows", "values"]
    assert deficit["rows"] is None
    assert deficit["values"][0] == pytest.approx(31_493_305 - 25_174_696, abs=0.5)
    by_payer = document["lines"]["payer_collections"]
    assert [len(row) for row in by_payer["values"]] == [5] * len(by_payer["rows"])
    assert document["checks"]["failed"] == []


@pytest.mark.parametrize(
    "name",
    [
        "exams",
        "work_rvus",
        "total_rvus",
        "total_revenue",
        "collections",
        "revenue_per_work_rvu",
        "total_provider_expense",
        "total_operating_expense",
        "total_expense",
        "support_deficit",
        "radiologist_fte",
        "support_deficit_per_fte",
        "expense_per_work_rvu",
    ],
)
def test_names_that_other_programs_rely_on_have_one_row(sample, name):
    assert sample.rows(name) is None
    assert all(math.isfinite(value) for value in sample.series(name))


def test_csv_holds_every_value_at_full_precision(sample):
    rows = list(csv.DictReader(io.StringIO(finmodel("evaluate", "sample", "--format", "csv").stdout)))
    found = [row["value"] for row in rows if row["line"] == "support_deficit" and row["year"] == "2027"]
    assert [float(value) for value in found] == [sample.series("support_deficit")[2]]


def test_table_names_the_practice_and_the_ask():
    run = finmodel("evaluate", "sample")
    assert "Sample specialty group" in run.stdout
    assert "$6,318,609" in run.stdout
    assert "$195,441" in run.stdout
    assert "illustrative" in run.stdout


def test_set_changes_one_year_or_every_year_from_one_on():
    def fte(setting):
        run = finmodel("evaluate", "sample", "--set", setting, "--format", "json")
        return json.loads(run.stdout)["lines"]["radiologist_fte"]["values"]

    # 32.33 FTE, and the two employed radiologists who join on 1 July of 2026 and 2027.
    path, before = "providers.interventional_radiologist.fte", [32.33, 32.83, 33.83, 34.33, 34.33]
    assert fte(f"{path}@2027=5") == pytest.approx([*before[:2], before[2] + 1, *before[3:]])
    assert fte(f"{path}@2027-=5") == pytest.approx([*before[:2], *(year + 1 for year in before[2:])])
    assert fte(f"{path}=5") == pytest.approx([year + 1 for year in before])


def test_explain_reaches_a_cited_input():
    run = finmodel("explain", "sample", "support_deficit", "--year", "2026")
    assert run.returncode == 0
    assert "Medicare conversion factor" in run.stdout
    assert "Centers for Medicare & Medicaid Services" in run.stdout


def test_all_faults_come_at_once_one_line_each_and_no_traceback():
    run = finmodel("evaluate", "smaple", "--scenario", "no_such", "--set", "x", "--set", "providers.a.fte=NaN")
    assert run.returncode == 2
    assert run.stdout == ""
    assert len(run.stderr.splitlines()) == 4
    assert "did you mean 'sample'" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("evaluate", "sample", "--set", "providers.interventional_radiologist.ftee=1"),
        ("evaluate", "sample", "--format", "xml"),
        ("explain", "sample", "support_defict"),
        ("explain", "sample", "support_deficit", "--year", "1999"),
        ("validate", "no/such/file.toml"),
        ("nonsense",),
        ("evaluate",),
    ],
)
def test_bad_arguments_exit_with_two_and_a_reason(arguments):
    run = finmodel(*arguments)
    assert run.returncode == 2
    assert run.stderr.strip()
    assert "Traceback" not in run.stderr
