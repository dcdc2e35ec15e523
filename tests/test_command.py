import csv
import io
import json
import math
import subprocess
import sys

import pytest

from finmodel.assumptions import SHIPPED


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


def test_json_holds_every_proposal_by_mechanism():
    document = json.loads(finmodel("evaluate", "sample", "--proposal", "cost_basis", "--format", "json").stdout)
    proposal = document["proposals"]["cost_basis"]
    assert list(proposal)[:4] == ["name", "payments", "total", "residual_deficit"]
    # The contract covers 2026 to 2028, the whole deficit of the practice, and nothing before or after.
    deficit = document["lines"]["support_deficit"]["values"]
    assert proposal["payments"]["support"] == pytest.approx([0.0, *deficit[1:4], 0.0])
    assert proposal["residual_deficit"] == pytest.approx([deficit[0], 0.0, 0.0, 0.0, deficit[4]])


def test_a_term_of_a_proposal_is_set_like_any_assumption():
    run = finmodel("evaluate", "sample", "--proposal", "cost_basis", "--format", "json",
                   "--set", "proposals.cost_basis.mechanisms.support.margin=0.03")
    document = json.loads(run.stdout)
    cost, revenue = (document["lines"][name]["values"][1] for name in ("total_expense", "total_revenue"))
    assert document["proposals"]["cost_basis"]["payments"]["support"][1] == pytest.approx(cost * 1.03 - revenue)


def test_compare_sets_scenarios_and_proposals_side_by_side():
    shown = finmodel("compare", "sample", "--scenario", "volume_flat").stdout
    assert "As it is" in shown
    assert "No volume growth" in shown
    document = json.loads(finmodel("compare", "sample", "--proposal", "cost_basis", "--proposal", "piecemeal",
                                   "--format", "json").stdout)
    assert list(document["proposals"]) == ["cost_basis", "piecemeal"]
    # A contract on cost bears a fall of prices up to its cap; a stack of items hardly answers to it.
    borne = {key: risks["price"]["hospital_share"] for key, risks in document["risk_map"].items()}
    assert 1.0 > borne["cost_basis"] > borne["piecemeal"] > 0.0


@pytest.mark.parametrize(("arguments", "reason"), [
    (["compare", "sample", "--proposal", "cost_basis"], "name at least two proposals"),
    (["compare", "sample", "--proposal", "cost_basis", "--proposal", "cost_basis"], "two proposals have this name"),
    (["settle", "sample", "--actuals", "nowhere.toml"], "name exactly one proposal"),
    (["settle", "sample", "--proposal", "cost_basis", "--actuals", "nowhere.toml"], "there is no such file"),
    (["evaluate", "sample", "--proposal", "cost_bases"], "did you mean 'cost_basis'?"),
])
def test_contracts_that_cannot_be_read_or_compared_say_why(arguments, reason):
    run = finmodel(*arguments)
    assert run.returncode == 2
    assert reason in run.stderr
    assert "Traceback" not in run.stderr


def test_settle_tells_what_is_owed_and_by_whom(tmp_path):
    file = tmp_path / "actuals.toml"
    file.write_text("year = 2026\n[actuals]\ntotal_expense = 32_000_000\ncollections = 25_600_000\n[paid]\nsupport = 6_000_000\n")
    given = ["settle", "sample", "--proposal", "cost_basis", "--actuals", str(file)]
    document = json.loads(finmodel(*given, "--format", "json").stdout)
    # 32,000,000 − 25,600,000 − 360,000 of other professional revenue = 6,040,000; 6,000,000 was paid.
    assert document["payment"] == pytest.approx(6_040_000)
    assert document["settlement"] == pytest.approx(40_000)
    assert document["owed_by"] == "hospital"
    shown = finmodel(*given).stdout
    assert "The hospital pays $40,000." in shown


def test_validate_reads_proposals_and_names_every_fault_of_one(tmp_path):
    file = tmp_path / "proposal.toml"
    file.write_text((SHIPPED / "proposals" / "cost_basis.toml").read_text()
                    .replace('margin = 0.0', 'margin = 1.5\nmargn = 0').replace('"total_expense"', '"total_expens"')
                    + '[mechanisms.unnamed]\namount = 3\n[mechanisms.misnamed]\nkind = "fixed_stipent"\n')
    run = finmodel("validate", str(file))
    assert run.returncode == 2
    assert "mechanisms.support.margin: 1.5 is above the greatest possible value" in run.stderr
    assert "mechanisms.unnamed.kind: is missing; it says which clause or distribution this is" in run.stderr
    assert "mechanisms.misnamed.kind: 'fixed_stipent' is not one of" in run.stderr
    assert "did you mean 'fixed_stipend'?" in run.stderr
    assert "mechanisms.support.margn: is not a known key; remove it, or did you mean 'margin'?" in run.stderr
    assert finmodel("validate", str(SHIPPED / "proposals" / "cost_basis.toml")).stdout.endswith("a valid proposal file\n")
