"""Cents as CMS publishes them, modifiers and sessions by their rules, and the verb that prices a file."""

import csv
import io
import json
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal

import pytest

from finmodel.billing.fee_schedule import load_fee_schedule
from finmodel.billing.localities import load_localities
from finmodel.billing.modifiers import RULES, modifiers_of
from finmodel.billing.pricing import outpatient_cap, price, price_code
from finmodel.billing.pricing_files import safe
from finmodel.billing.pricing_sessions import Line, price_lines
from tests.fee_schedules import (
    ALABAMA,
    GPCI_2025,
    GPCI_2026,
    RVUS_2025,
    RVUS_2026,
    VOLUMES,
    genuine,
    localities,
    relative_values,
    shell,
    written,
)

FACTOR = Decimal("32.3465")


def cents(text):
    return Decimal(text).quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.fixture
def schedule(tmp_path):
    return load_fee_schedule(written(tmp_path, "PPRRVU2025_Oct.csv", relative_values()))


@pytest.fixture
def files(tmp_path):
    """The options that name a fee schedule and the localities of its year."""
    return ["--fee-schedule", str(written(tmp_path, "PPRRVU2025_Oct.csv", relative_values())),
            "--gpci", str(written(tmp_path, "GPCI2025.csv", localities()))]


@pytest.fixture
def run(capsys):
    return shell(capsys)


def rows_of(output):
    return list(csv.DictReader(io.StringIO(output)))


def published():
    return list(csv.DictReader(ALABAMA.open(encoding="utf-8")))


@genuine
@pytest.mark.parametrize(("setting", "column"), [("nonfacility", "nonfac_fee"), ("facility", "fac_fee")])
def test_120_of_120_amounts_of_alabama_are_those_that_cms_publishes(setting, column):
    command = [sys.executable, "-m", "finmodel", "price", ALABAMA, "--fee-schedule", RVUS_2025, "--gpci", GPCI_2025, "--locality",
               "10112-00", "--setting", setting, "--format", "csv"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    rows = rows_of(done.stdout)
    assert sum(row["amount"] == row[column] and row["status"] == "priced" for row in rows) == 120 == len(published())
    assert list(rows[0])[-4:] == ["work_rvus", "total_rvus", "amount", "status"]
    assert [{name: row[name] for name in published()[0]} for row in rows] == published()


@genuine
def test_the_outpatient_cap_is_that_of_alabama_and_lowers_four_amounts():
    schedule, alabama = load_fee_schedule(RVUS_2025), load_localities(GPCI_2025).locality("10112-00")
    capped = 0
    for row in published():
        entry = schedule.entry(row["hcpcs"], row["modifier"])
        assert str(outpatient_cap(entry, alabama, "nonfacility") or "") == row["opps_cap_nonfac"]
        paid = price(entry, alabama, "nonfacility", capped=True).amount
        assert paid == min(Decimal(row["nonfac_fee"]), Decimal(row["opps_cap_nonfac"] or "Infinity"))
        capped += paid < Decimal(row["nonfac_fee"])
    # 70496 and 70498, the whole and the technical component of each.
    assert capped == 4


@genuine
def test_national_volumes_of_2023_come_to_the_work_and_the_cut_of_2026():
    """Sum of services × work RVUs of modifier 26; of the code itself where it has no components."""
    services = {row["hcpcs"]: int(row["services_pos_facility_2023"])
                for row in csv.DictReader((VOLUMES / "national_imaging_facility_services_2023.csv").open(encoding="utf-8"))}
    sums = []
    for path in (RVUS_2025, RVUS_2026):
        schedule = load_fee_schedule(path)
        entries = {code: schedule.entry(code, "26") or schedule.entry(code) for code in services}
        sums.append(sum(entries[code].work_rvus * count for code, count in services.items()))
    assert sum(services.values()) == 55_348_463
    assert sums == [Decimal("37763199.36"), Decimal("36895001.12")]
    assert round(sums[0] / 1_000_000, 2) == Decimal("37.76")
    assert round(sums[0] / sum(services.values()), 3) == Decimal("0.682")
    assert round((sums[1] / sums[0] - 1) * 100, 2) == Decimal("-2.30")


@genuine
def test_the_work_floor_of_2026_can_be_left_out(run, tmp_path):
    codes = written(tmp_path, "codes.csv", "hcpcs,modifier\n70450,26\n")
    options = (codes, "--fee-schedule", RVUS_2026, "--gpci", GPCI_2026, "--locality", "10112-00", "--format", "csv")
    floored, bare = rows_of(run("price", *options).stdout), rows_of(run("price", *options, "--no-work-floor").stdout)
    # 2026: work 0.83, facility practice expense 0.30, malpractice 0.05, factor 33.4009; Alabama 1.000 or 0.988, 0.875, 0.566.
    assert floored[0]["amount"] == str(cents((Decimal("0.83") + Decimal("0.30") * Decimal("0.875")
                                              + Decimal("0.05") * Decimal("0.566")) * Decimal("33.4009")))
    assert bare[0]["amount"] == str(cents((Decimal("0.83") * Decimal("0.988") + Decimal("0.30") * Decimal("0.875")
                                           + Decimal("0.05") * Decimal("0.566")) * Decimal("33.4009")))


def test_an_amount_is_rounded_once_half_up(schedule):
    # 2.29 + 7.26 + 0.16 = 9.71 RVUs × 32.3465 = 314.084515
    assert price(schedule.entry("70553"), None, "facility").amount == Decimal("314.08")
    # 0.22 + 0.08 + 0.02 = 0.32 × 32.3465 = 10.35088
    assert price(schedule.entry("71046", "26"), None, "facility").amount == Decimal("10.35")
    half = schedule.entry("71046", "26")._replace(conversion_factor=Decimal("32.015625"))
    # 0.32 × 32.015625 = 10.245 exactly
    assert price(half, None, "facility").amount == Decimal("10.25")


def test_settings_differ_by_practice_expense(schedule):
    office, hospital = (price(schedule.entry("36556"), None, setting) for setting in ("nonfacility", "facility"))
    assert (office.total_rvus, hospital.total_rvus) == (Decimal("6.41"), Decimal("2.44"))
    assert (office.amount, hospital.amount) == (cents(Decimal("6.41") * FACTOR), cents(Decimal("2.44") * FACTOR))


@pytest.mark.parametrize(("hcpcs", "modifiers", "status"), [
    ("70450", "26", "priced"),
    ("45378", "53", "priced"),
    ("78608", "", "carrier_priced"),
    ("0042T", "", "carrier_priced"),
    ("70450", "26 53", "carrier_priced"),
    ("70450", "26 52", "carrier_priced"),
    ("70450", "26 22", "carrier_priced"),
    ("78609", "26", "not_payable"),
    ("99072", "", "not_payable"),
    ("00100", "", "not_payable"),
    ("36556", "26", "not_payable"),
    ("70450", "26 TC", "not_payable"),
    ("99999", "", "not_found"),
    ("", "", "not_found"),
])
def test_the_status_comes_from_the_file_and_only_what_is_priced_has_an_amount(schedule, hcpcs, modifiers, status):
    priced = price_code(schedule, hcpcs, modifiers_of(modifiers), None, "facility")
    assert priced.status == status
    assert (priced.amount is not None) == (status == "priced")
    assert (priced.work_rvus is None) == (status in {"carrier_priced", "not_found"} or (hcpcs, status) in {
        ("36556", "not_payable"), ("70450", "not_payable")})


def test_a_discontinued_service_with_its_own_row_is_paid_by_it(schedule):
    # 1.63 + 0.88 + 0.20 = 2.71 RVUs
    assert price_code(schedule, "45378", ("53",), None, "facility").amount == cents(Decimal("2.71") * FACTOR)


def test_an_entry_without_rvus_is_never_priced_at_nothing(schedule):
    none = schedule.entry("71046")._replace(work_rvus=Decimal(0), facility_practice_rvus=Decimal(0), malpractice_rvus=Decimal(0))
    assert price(none, None, "facility") == (None, None, None, "carrier_priced")


@pytest.mark.parametrize(("hcpcs", "modifiers", "fee", "times"), [
    ("36556", "50", "78.93", "1.5"),     # indicator 1: 2.44 × 32.3465 = 78.92546; × 1.5
    ("76882", "26 50", "31.70", "2"),    # indicator 3: 0.98 × 32.3465 = 31.69957; each side in full
    ("70450", "26 50", "38.82", "1"),    # indicator 0: 1.20 × 32.3465 = 38.8158; no more for the second side
    ("76882", "50-26", "31.70", "2"),
])
def test_both_sides_are_paid_by_the_bilateral_indicator(schedule, hcpcs, modifiers, fee, times):
    both = price_code(schedule, hcpcs, modifiers_of(modifiers), None, "facility")
    one = price_code(schedule, hcpcs, tuple(set(modifiers_of(modifiers)) - {"50"}), None, "facility")
    assert one.amount == Decimal(fee)
    assert both.amount == cents(Decimal(fee) * Decimal(times))
    assert both.work_rvus == one.work_rvus * Decimal(times)


def test_a_later_procedure_is_halved_under_indicator_2_only(schedule):
    assert price_code(schedule, "36556", ("51",), None, "facility").amount == cents(Decimal("78.93") * Decimal("0.5"))
    assert price_code(schedule, "70450", ("26", "51"), None, "facility").amount == Decimal("38.82")


@pytest.mark.parametrize("modifier", ["51", "59", "XE", "XP", "XS", "XU", "76", "77", "LT", "RT"])
def test_what_does_not_change_the_amount_of_imaging_is_ignored_by_name(schedule, modifier):
    assert modifier in RULES
    plain = price_code(schedule, "70450", ("26",), None, "facility")
    assert price_code(schedule, "70450", ("26", modifier), None, "facility") == plain


def test_every_rule_has_a_source():
    assert all(rule.source and len(name) == 2 for name, rule in RULES.items())


@pytest.mark.parametrize("text", ["26,59", "26 59", "26-59", "2659", "26:59", "26.0|59", " 26/59 "])
def test_modifiers_are_told_apart_however_they_are_joined(text):
    assert [one for one in modifiers_of(text.replace("26.0", "26")) if one] == ["26", "59"]
    assert modifiers_of("26.0") == ("26",)


def test_later_studies_of_a_session_are_reduced_part_by_part(schedule):
    """Technical 50 %, professional 5 % less for all but the dearest of each part."""
    whole = price_lines([Line("70553", (), "a"), Line("70450", (), "a"), Line("70450", (), "b"), Line("71046", (), "a")],
                        schedule, None, "nonfacility")
    # 70450: whole 3.25, professional 1.20, technical 2.05 RVUs: 105.13, 38.82 and 66.31.
    fee, professional, technical = (cents(Decimal(rvus) * FACTOR) for rvus in ("3.25", "1.20", "2.05"))
    assert (fee, professional, technical) == (Decimal("105.13"), Decimal("38.82"), Decimal("66.31"))
    reduced = fee - (professional - cents(professional * Decimal("0.95"))) - (technical - cents(technical * Decimal("0.5")))
    assert [one.amount for one in whole] == [Decimal("314.08"), reduced, fee, cents(Decimal("1.00") * FACTOR)]
    assert whole[1].work_rvus == whole[2].work_rvus == Decimal("0.85")


def test_reads_of_a_session_lose_five_percent_but_the_dearest(schedule):
    lines = [Line("70450", ("26",), "a"), Line("70553", ("26",), "a"), Line("70450", ("26", "59"), "a"), Line("78608", (), "a")]
    # 70553-26: 2.29 + 0.82 + 0.13 = 3.24 RVUs
    later, dearest = cents(Decimal("38.82") * Decimal("0.95")), cents(Decimal("3.24") * FACTOR)
    assert [one.amount for one in price_lines(lines, schedule, None, "facility")] == [later, dearest, later, None]


def test_later_cardiovascular_tests_lose_a_quarter_of_their_technical_part_only(schedule):
    entries = {key: entry._replace(multiple_procedure="6") for key, entry in schedule.entries.items()}
    lines = [Line("70450", ("TC",), "a"), Line("70553", ("TC",), "a"), Line("70450", ("26",), "a"), Line("70553", ("26",), "a")]
    # 70450: technical 2.05, professional 1.20 RVUs; 70553: 6.47 and 3.24.
    amounts = [one.amount for one in price_lines(lines, schedule._replace(entries=entries), None, "nonfacility")]
    full = [cents(Decimal(rvus) * FACTOR) for rvus in ("2.05", "6.47", "1.20", "3.24")]
    assert amounts == [cents(full[0] * Decimal("0.75")), *full[1:]]


def test_one_study_of_a_session_and_unnamed_sessions_are_paid_in_full(schedule):
    lines = [Line("70450", ("26",), "a"), Line("70450", ("26",)), Line("70450", ("26",))]
    assert {one.amount for one in price_lines(lines, schedule, None, "facility")} == {Decimal("38.82")}


def test_the_cap_is_held_against_the_reduced_technical_part(schedule):
    # 70553-TC: 6.47 RVUs = 209.28, capped at 4.20 RVUs = 135.86; half of it, 104.64, is below the cap.
    twice = [Line("70553", ("TC",), "a"), Line("70553", ("TC",), "a")]
    amounts = [one.amount for one in price_lines(twice, schedule, None, "nonfacility", capped=True)]
    assert amounts == [cents(Decimal("4.20") * FACTOR), cents(cents(Decimal("6.47") * FACTOR) * Decimal("0.5"))]
    entry = schedule.entry("70553", "TC")._replace(outpatient_nonfacility_practice_rvus=Decimal("1.98"))
    lower = schedule._replace(entries={**schedule.entries, ("70553", "TC"): entry})
    # 1.98 + 0.02 = 2.00 RVUs = 64.69, below the half as well.
    assert [one.amount for one in price_lines(twice, lower, None, "nonfacility", capped=True)] == [cents(2 * FACTOR)] * 2


@pytest.mark.parametrize(("modifier", "share"), [("FX", "0.80"), ("FY", "0.90"), ("CT", "0.85")])
def test_images_from_dated_equipment_lose_a_share_of_the_technical_part(schedule, modifier, share):
    # 71046: whole 1.00 RVU, technical 0.68 RVUs; the read is paid in full.
    technical = cents(Decimal("0.68") * FACTOR)
    paid = price_lines([Line("71046", (modifier,)), Line("71046", ("26", modifier))], schedule, None, "nonfacility")
    assert paid[0].amount == cents(FACTOR) - (technical - cents(technical * Decimal(share)))
    assert paid[1].amount == Decimal("10.35")


@pytest.mark.parametrize(("cell", "written_as"), [
    ("=1+1", "'=1+1"), ("+A1", "'+A1"), ("@SUM(A1)", "'@SUM(A1)"), ("-cmd", "'-cmd"), ("\t=1", "'\t=1"), (" =1", "' =1"),
    ("-12.50", "-12.50"), ("+3", "+3"), ("70450", "70450"), ("a=b", "a=b"), ("", "")])
def test_cells_are_safe_from_spreadsheets(cell, written_as):
    assert safe(cell) == written_as


def test_the_file_keeps_its_columns_and_gains_four(run, tmp_path, files):
    text = ('site,hcpcs,charge,modifier,session\n"=HYPERLINK(""x"")",70450,-12.50,26,s\nB,70553.0,1,"26, XS",s\n\nC,78608,,,\n'
            "D,99999,,ZZ,\n")
    done = run("price", written(tmp_path, "codes.csv", text), *files, "--locality", "10112-00", "--format", "csv")
    assert done.stdout.splitlines() == [
        "site,hcpcs,charge,modifier,session,work_rvus,total_rvus,amount,status",
        # (0.85 × 1.000 + 0.31 × 0.869 + 0.04 × 0.575) × 32.3465 = 36.95, and 5 % less as the second read.
        '"\'=HYPERLINK(""x"")",70450,-12.50,26,s,0.85,1.20,35.10,priced',
        'B,70553.0,1,"26, XS",s,2.29,3.24,99.54,priced',
        "C,78608,,,,,,,carrier_priced",
        "D,99999,,ZZ,,,,,not_found",
    ]
    assert done.stderr == "Modifier ZZ (1 row) is not known here: priced as if it were not there.\n"
    rvus = Decimal("0.85") + Decimal("0.31") * Decimal("0.869") + Decimal("0.04") * Decimal("0.575")
    assert cents(rvus * FACTOR) == Decimal("36.95")
    assert cents(Decimal("36.95") * Decimal("0.95")) == Decimal("35.10")


def test_the_same_as_json_and_as_a_table(run, tmp_path, files):
    codes = written(tmp_path, "codes.csv", "hcpcs;modifier\n70450;26\n78608;\n", "utf-8-sig")
    document = json.loads(run("price", codes, *files, "--format", "json").stdout)
    assert document["fee_schedule"] == {"file": "PPRRVU2025_Oct.csv", "year": 2025, "release": "October",
                                        "conversion_factor": 32.3465, "qualifying_participants": False}
    assert document["locality"] is None
    assert document["rows"] == [
        {"hcpcs": "70450", "modifier": "26", "work_rvus": 0.85, "total_rvus": 1.2, "amount": 38.82, "status": "priced"},
        {"hcpcs": "78608", "modifier": "", "work_rvus": None, "total_rvus": None, "amount": None, "status": "carrier_priced"}]
    table = run("price", codes, *files)
    assert "$38.82  priced" in table.stdout
    assert "2 rows: 1 priced, 1 priced by the contractor" in table.stdout
    assert "no study is reduced" in table.stderr


@pytest.mark.parametrize(("text", "arguments", "reason"), [
    ("code,mod\n70450,26\n", (), "hcpcs: the file has no column of this name"),
    ("hcpcs,modifier,amount\n70450,26,1\n", (), "amount: is a column that this verb adds"),
    ("hcpcs,modifier\n70450,26,59\n", (), "row 2: has 3 cells"),
    ('hcpcs,modifier\n"70450,26\n', (), "cannot be read as delimited text"),
    ("", (), "hcpcs: the file has no column"),
    ("hcpcs,modifier\n70450,26\n", ("--locality", "99999-00"), "--locality: 99999-00: is no locality"),
    ("hcpcs,modifier\n70450,26\n", ("--locality", "10112-00", "--no-work-floor"), "gives the work index one way only"),
])
def test_wrong_input_is_refused_in_words(run, tmp_path, files, text, arguments, reason):
    done = run("price", written(tmp_path, "codes.csv", text), *files, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


def test_a_locality_needs_the_indices_of_the_same_year(run, tmp_path, files):
    codes = written(tmp_path, "codes.csv", "hcpcs,modifier\n70450,26\n")
    assert "add --gpci" in run("price", codes, *files[:2], "--locality", "10112-00").stderr
    other = written(tmp_path, "GPCI2024.csv", localities(2024))
    assert "indices of 2024, but the fee schedule is of 2025" in run("price", codes, *files[:2], "--gpci", other).stderr
    assert "no such file" in run("price", tmp_path / "none.csv", *files).stderr
