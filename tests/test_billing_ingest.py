"""From exports to a practice through the shell: every number traced to the cent, nothing private left anywhere."""

import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from decimal import Decimal

import pytest
from click.testing import CliRunner

from finmodel import assume, evaluate, load_practice
from finmodel.assumptions import BadInput
from finmodel.billing.disclosure import LEAST_PATIENTS, is_small, suppressed, to_fold
from finmodel.billing.fee_schedule import load_fee_schedule
from finmodel.billing.ingest import Choices, Header, headers, ingest, mapped
from finmodel.billing.maturity import maturity_of
from finmodel.billing.report import report
from finmodel.billing.rules import CLASSES, payer_rules, placed, service_lines
from finmodel.cli import finmodel
from tests.billing_files import (
    CARRIER_PRICED,
    PRIVATE,
    charges_and_remittances,
    services,
    transactions,
    truth,
    wide,
    write_csv,
    write_fee_schedule,
)

MADE = services(21, 4_000)
KNOWN = truth(MADE)


def run(folder, *arguments, form="json"):
    """The verb in this process, with temporary files in a folder that can be looked through."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder / "temporary")
    try:
        done = CliRunner().invoke(finmodel, [
            "ingest", *map(str, arguments), "--fee-schedule", str(folder / "PPRRVU2025_Oct.csv"), "--format", form,
            "--out", str(folder / "practice.toml")])
    finally:
        tempfile.tempdir = before
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("exports")
    (place / "temporary").mkdir()
    write_fee_schedule(place)
    return place


@pytest.fixture(scope="module")
def ingested(folder):
    """The report and the practice of the transactions."""
    done = run(folder, write_csv(folder / "transactions.csv", transactions(MADE)))
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout), load_practice(str(folder / "practice.toml"))


def cents(document, measure):
    (row,) = [one for one in document["control_totals"] if one["measure"] == measure]
    return row


def test_control_totals_are_those_of_the_generator_and_of_the_file(ingested):
    document, _ = ingested
    for measure in ("charge", "paid", "adjustment"):
        assert cents(document, measure)["counted"] == KNOWN[measure]
        assert cents(document, measure)["difference"] == 0
    written = sum(row["Amount"] for row in transactions(MADE) if "CHARGE" in row["Transaction Type"])
    assert cents(document, "charge")["files"] == written


def test_the_practice_has_the_volumes_and_work_of_the_export(ingested):
    _, practice = ingested
    run_of_it = evaluate(assume(practice))
    assert run_of_it.failed_checks() == []
    assert run_of_it.series("exams")[0] == pytest.approx(KNOWN["exams"], abs=1e-6)
    work = sum(cell[1] for cell in KNOWN["cells"].values())
    assert run_of_it.series("work_rvus")[0] == pytest.approx(float(work), abs=1e-6)
    emergency = practice.volumes["general_hospital"]["emergency"]["ct"]
    exams, work = KNOWN["cells"]["General Hospital", "emergency", "ct"]
    assert emergency.base_exams.value == pytest.approx(exams)
    assert emergency.base_work_rvus_per_exam.value * exams == pytest.approx(float(work))
    assert emergency.base_exams.status == "client"
    assert emergency.base_exams.note == f"export 1: {exams:,}.000 net exams of 2025"


def test_collections_and_mix_of_the_practice_are_those_of_the_export(ingested):
    document, practice = ingested
    total = sum(work for work, _ in KNOWN["payers"].values())
    for row in document["payers"]:
        work, paid = KNOWN["payers"][row["payer"]]
        assert row["work_rvus"] == pytest.approx(float(work))
        assert row["share_of_work_rvus"] == pytest.approx(float(work / total))
        assert row["collected"] == pytest.approx(paid / 100)
        assert practice.payers[row["payer"]].base_year_collections.value == pytest.approx(row["collected_when_all_has_arrived"])
        # Late months are estimated to have more to come, never less.
        assert row["collected_when_all_has_arrived"] >= row["collected"]


def test_what_the_export_cannot_tell_is_filled_in_and_marked(ingested):
    _, practice = ingested
    (provider,) = practice.providers.values()
    assert provider.fte.status == "placeholder"
    assert "not in the export" in provider.fte.note
    assert practice.actuals.revenue.status == "placeholder"


@pytest.mark.parametrize("shape", ["wide", "charges and remittances"])
def test_other_shapes_of_the_same_services_give_the_same_practice(folder, ingested, shape):
    if shape == "wide":
        files = [write_csv(folder / "wide.csv", wide(MADE), delimiter=";", numbers="comma", dates="%d/%m/%Y")]
    else:
        charges, answers = charges_and_remittances(MADE)
        files = [write_csv(folder / "charges.csv", charges), write_csv(folder / "remittances.csv", answers)]
    done = run(folder, *files)
    assert done.exit_code == 0, done.stderr
    document = json.loads(done.stdout)
    wanted, _ = ingested
    for measure in ("charge", "paid", "adjustment"):
        assert cents(document, measure)["counted"] == KNOWN[measure]
        assert cents(document, measure)["difference"] == 0
    if shape == "wide":
        assert cents(document, "allowed")["counted"] == KNOWN["allowed"]
    assert [(row["payer"], row["work_rvus"]) for row in document["payers"]] == [
        (row["payer"], row["work_rvus"]) for row in wanted["payers"]]


def test_the_file_written_is_valid_the_same_every_time_and_the_table_readable(folder, ingested):
    done = run(folder, folder / "transactions.csv", form="table")
    assert done.exit_code == 0, done.stderr
    assert "Control totals" in done.stdout
    assert load_practice(str(folder / "practice.toml")) == ingested[1]
    assert f"${Decimal(KNOWN['charge']) / 100:,.2f}" in done.stdout
    check = subprocess.run([sys.executable, "-m", "finmodel", "validate", str(folder / "practice.toml")], capture_output=True, text=True,  # noqa: E501
                           check=False)
    assert check.stdout.endswith("a valid practice file\n"), check.stderr


# ---- Privacy


def scanned(folder, *texts):
    """Where a mark of what is private was found."""
    private = (b"CANARY", b"1950-0")
    held = {"output": "".join(texts).encode(), **{path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}}
    return [name for name, content in held.items() if any(mark in content.upper() for mark in private)]


def test_nothing_private_is_in_outputs_temporary_files_errors_or_what_is_remembered(tmp_path):
    write_fee_schedule(tmp_path)
    (tmp_path / "temporary").mkdir()
    exports = tmp_path.parent / f"{tmp_path.name}-exports"
    exports.mkdir()
    path = write_csv(exports / "export.csv", transactions(MADE[:600]))
    text = path.read_text(encoding="utf-8")
    assert all(text.count(mark.split("{")[0].strip()) > 100 for mark in PRIVATE.values())
    names = text.replace("Blue Cross", "CANARY CANARY", 3).replace("Lakeside", "CANARY", 1).replace("70450", "CANARY JANE")
    # What is wrong with values is told of all at once; how a file that is torn is refused, test_billing_privacy.py tries.
    values = text.replace("2025-", "CANARY-").replace(".00", ".CANARY").replace("PAYMENT", "CANARY")
    broken = {"values": values, "a short row": text + "CANARY,1\r\n",
              "names in columns that are read": names.replace(",23,", ",CANARY,")}
    found = {}
    for name, content in broken.items():
        (exports / "export.csv").write_text(content, encoding="utf-8", newline="")
        done = run(tmp_path, path, "--remember", tmp_path / "memory", form="table" if "names" in name else "json")
        found[name] = scanned(tmp_path, done.stdout, done.stderr)
        assert done.exit_code == (0 if "names" in name else 2)
        if name == "values":
            told = ("holds no date that can be read", "column Amount: is no amount", "column Transaction Type: is a kind of")
            assert [words for words in told if words not in done.stderr] == []
    shutil.rmtree(exports)
    assert {name: places for name, places in found.items() if places} == {}
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_column_of_no_concept_is_not_read(tmp_path):
    (heading,) = mapped([Header(tmp_path / "export.csv", tuple(transactions(MADE[:20])[0]), "text")], Choices())
    assert set(PRIVATE) <= set(heading.layout.unread)


def test_small_cells_are_put_together_with_one_that_is_not():
    assert to_fold({"ct": 500, "mr": 40, "us": 12}) == set()
    assert to_fold({"ct": 500, "mr": 40, "us": 10}) == {"us", "mr"}
    assert to_fold({"ct": 3, "mr": 4}) == {"ct", "mr"}


def test_no_small_cell_can_be_told_from_totals():
    for seed in range(300):
        drawn = random.Random(seed)  # noqa: S311
        table = {(row, column): drawn.choice([0, 3, 9, 12, 40, 90]) for row in "abcd" for column in range(5)}
        hidden = suppressed(table)
        assert {cell for cell, count in table.items() if is_small(count)} <= hidden
        for axis in (0, 1):
            for line in {cell[axis] for cell in table}:
                cells = [cell for cell in table if cell[axis] == line and table[cell]]
                covered = [cell for cell in cells if cell in hidden]
                # A line that hides anything hides a large cell, too, unless it hides everything.
                assert not covered or covered == cells or any(table[cell] >= LEAST_PATIENTS for cell in covered)


def test_a_service_line_of_few_patients_is_not_told_by_the_practice(tmp_path):
    few = [one for one in MADE if one.code != "70553"] + [one for one in MADE if one.code == "70553"][:4]
    write_fee_schedule(tmp_path)
    (tmp_path / "temporary").mkdir()
    done = run(tmp_path, write_csv(tmp_path / "few.csv", transactions(few)))
    assert done.exit_code == 0, done.stderr
    practice = load_practice(str(tmp_path / "practice.toml"))
    lines = {line for settings in practice.volumes.values() for by_line in settings.values() for line in by_line}
    assert "mr" not in lines
    assert "other_lines" in lines
    exams = sum(one.base_exams.value for settings in practice.volumes.values() for by_line in settings.values() for one in by_line.values())  # noqa: E501
    assert exams == pytest.approx(truth(few)["exams"])
    shown = {row["service_line"] for row in json.loads(done.stdout)["volumes"] if row["exams"] is not None}
    assert "mr" not in shown


# ---- What is set aside, and what is asked for


def test_what_is_set_aside_says_why_and_still_adds_up(folder, tmp_path):
    rows = wide(MADE[:3_000])
    odd = {**rows[0], "Account ID": "Z1", "Charges": 5_000, "Allowed": "", "Payments": 100, "Adjustments": 0}
    wrong = [{"CPT": "NO SHOW"}, {"CPT": CARRIER_PRICED, "Modifier 1": "", "Modifier 2": ""}, {"Date of Service": "UNKNOWN"},
             {"POS": "99"}, {"CPT": "99999"}, {"Modifier 1": "TC", "Modifier 2": ""}]
    rows += [{**odd, **one, "Account ID": f"Z{kind}-{number}"} for kind, one in enumerate(wrong) for number in range(11)]
    rows.append({column: 777_700 if column == "Charges" else "" for column in odd})
    done = run(folder, write_csv(tmp_path / "odd.csv", rows))
    assert done.exit_code == 0, done.stderr
    document = json.loads(done.stdout)
    assert {row["reason"]: (row["services"], row["charge"]) for row in document["set_aside"]} == {
        "junk_code": (11, 55_000), "carrier_priced": (11, 55_000), "no_date": (11, 55_000), "no_setting": (11, 55_000),
        "not_in_fee_schedule": (11, 55_000), "technical": (11, 55_000), "totals_row": (1, 777_700)}
    # Behind the header and the rows that are whole stand eleven without a code, eleven of contractors, eleven without a date.
    first = 2 + len(rows) - 6 * 11 - 1
    assert {row["reason"]: row["where"] for row in document["set_aside"] if row["where"]} == {
        "junk_code": [f"export 1, column CPT, rows {', '.join(map(str, range(first, first + 11)))}"],
        "no_setting": [f"export 1, column POS, rows {', '.join(map(str, range(first + 33, first + 44)))}"],
        "no_date": [f"export 1, column Date of Service, rows {', '.join(map(str, range(first + 22, first + 33)))}"]}
    assert cents(document, "charge")["set_aside"] == 6 * 55_000 + 777_700
    assert cents(document, "charge")["difference"] == 0
    assert cents(document, "charge")["counted"] == truth(MADE[:3_000])["charge"]


def test_a_part_of_a_year_is_asked_for_and_scaled(folder, tmp_path):
    half = services(5, 1_500, months=6)
    exported = ingest(headers([write_csv(tmp_path / "half.csv", wide(half))], Choices()), Choices())
    schedules = [load_fee_schedule(folder / "PPRRVU2025_Oct.csv")]
    with pytest.raises(BadInput, match="no whole calendar year"):
        report(exported, schedules, "Practice")
    found = report(exported, schedules, "Practice", 2025)
    exams = [one.base_exams for settings in found.practice.volumes.values() for by_line in settings.values() for one in by_line.values()]  # noqa: E501
    assert sum(one.value for one in exams) == pytest.approx(truth(half)["exams"] * 2)
    assert {one.status for one in exams} == {"judgment"}
    assert "only 6 months" in " ".join(found.document["cautions"])


def test_files_that_nothing_joins_are_refused(tmp_path):
    charges, answers = charges_and_remittances(MADE[:10])
    for row in charges:
        del row["Account ID"], row["MRN"]
    files = [Header(tmp_path / "charges.csv", tuple(charges[0]), "text"),
             Header(tmp_path / "remittances.csv", (*answers[0], "POS"), "text")]
    with pytest.raises(BadInput, match=r"belong together"):
        ingest(mapped(files, Choices()), Choices())


def test_a_correction_holds_for_the_files_that_have_the_column(tmp_path):
    charges, answers = charges_and_remittances(MADE[:10])
    files = [Header(tmp_path / "charges.csv", tuple(column.replace("Charges", "Fee") for column in charges[0]), "text"),
             Header(tmp_path / "remittances.csv", tuple(answers[0]), "text")]
    billed, answered = mapped(files, Choices(corrections={"charge": "Fee"}))
    assert billed.layout.columns["charge"] == "Fee"
    # What remittances repeat of charges is not read.
    assert "charge" not in answered.layout.columns
    with pytest.raises(BadInput, match="no column of this name"):
        mapped(files, Choices(corrections={"charge": "Price"}))


def test_the_same_file_given_twice_is_refused(tmp_path):
    path = write_csv(tmp_path / "export.csv", wide(MADE[:10]))
    shutil.copy(path, tmp_path / "copy.csv")
    with pytest.raises(BadInput, match="count twice"):
        headers([path, tmp_path / "copy.csv"], Choices())


# ---- Rules


@pytest.mark.parametrize(("name", "wanted"), [
    ("MEDICARE PART B", "medicare"), ("Novitas Solutions", "medicare"), ("Humana Gold Medicare HMO", "medicare_advantage"),
    ("UHC Medicare Advantage", "medicare_advantage"), ("Molina Healthcare of Ohio", "medicaid"), ("Medi-Cal", "medicaid"),
    ("BCBS of Ohio PPO", "commercial"), ("Self-Pay", "self_pay"), ("Bureau of Workers' Compensation", "workers_compensation"),
    ("Tricare East", "other"), ("State Farm Auto", "other"), ("", "other"), ("Unheard of", "other"),
])
def test_payers_are_classed_by_rules_that_can_be_read(name, wanted):
    assert placed(name, "payer", payer_rules()).payer_class == wanted


def test_rules_of_ones_own_are_checked(tmp_path):
    path = tmp_path / "rules.toml"
    path.write_text('[[rules]]\ncolumn = "payer"\npattern = "("\nclass = "medicare"\nreason = "x"\n'
                    '[[rules]]\ncolumn = "name"\npattern = "x"\nclass = "rich"\nreason = "x"\n')
    with pytest.raises(BadInput) as refusal:
        payer_rules(path)
    assert [fault.key for fault in refusal.value.faults] == ["rules.0.pattern", "rules.1.class", "rules.1.column"]


def test_every_code_has_one_service_line_and_every_class_a_number():
    lines = service_lines()
    assert {lines.line_of(code) for code in ("70450", "71046", "70553", "76700", "77067", "78815", "74220", "36556", "99213")} == {  # noqa: E501
        "ct", "xr", "mr", "us", "breast", "nm_pet", "fluoro", "ir", "other"}
    assert max(Counter(CLASSES).values()) == 1


# ---- Months that are not mature


def test_the_lag_of_payments_tells_what_is_still_to_come():
    # Of each month 60 arrive at once, 30 after one month, 10 after two; the last month has 60, the one before 90.
    paid = [{"service_month": month, "paid_month": month + lag, "paid": amount}
            for month in range(8) for lag, amount in ((0, 60), (1, 30), (2, 10)) if month + lag < 8]
    found = maturity_of(paid)
    assert found.arrived_share[7] == pytest.approx(0.6)
    assert found.arrived_share[6] == pytest.approx(0.9)
    assert found.immature == [6, 7]
    rows = [{"payer": "medicare", "month": month, "paid": paid, "work_rvus": 2} for month, paid in ((7, 60), (2, 100))]
    assert found.expected_of(rows) == pytest.approx([60 / 0.6, 100])


def test_fewer_than_six_months_estimate_nothing():
    assert maturity_of([{"service_month": 1, "paid_month": 1, "paid": 5}]).arrived_share == {}
