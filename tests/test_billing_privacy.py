"""What names or tells of few patients is nowhere: no names of files and payers, no free text, no small cells, no months."""

import dataclasses
import datetime
import json
import tempfile
import zipfile

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from finmodel import load_practice
from finmodel.assumptions import BadInput
from finmodel.billing.disclosure import LEAST_PATIENTS, how_many, tells_few
from finmodel.billing.fee_schedule import load_fee_schedule
from finmodel.billing.ingest import Choices, headers, ingest
from finmodel.billing.layout import layout_of
from finmodel.billing.modifier_names import modifiers_in
from finmodel.billing.reading import answer, profile
from finmodel.billing.report import report
from finmodel.billing.sniffing import Refused
from finmodel.billing.workbooks import WINDOW, see_that_harmless
from finmodel.cli import finmodel
from tests.billing_files import PRIVATE, SITES, services, transactions, wide, write_csv, write_fee_schedule

MARKS = ("CANARY", "1950-0")
NO_CODE, NO_DATE, NO_SETTING, NO_MODIFIER, UNPAID, SMALL_PAYER = 3, 2, 12, 4, 3, 5


def names_nobody(text):
    return not any(mark in text.upper() for mark in MARKS)


def shell(folder, *arguments, out="practice.toml"):
    done = CliRunner().invoke(finmodel, ["ingest", *map(str, arguments), "--out", str(folder / out), "--fee-schedule",
                                         str(folder / "PPRRVU2025_Oct.csv")])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def trapped():
    """Services of a year with four in December, three unpaid in emergency, a payer with a name in it, and what cannot be read."""
    made = [one for one in services(9, 1_200) if one.date.month != 12]
    made += [dataclasses.replace(one, date=datetime.date(2025, 12, 3), payments=[]) for one in made if one.counts][:4]
    seen = [one for one in made if one.place == "23" and one.counts]
    for one in seen:
        one.payments = [(one.payer, one.date + datetime.timedelta(days=30), one.allowed // 2)]
    for one in [one for one in seen if one.date.month == 2 and one.units == 1][:UNPAID]:
        one.payments = []
    rows = wide(made)
    for row in rows:
        row["Payer"] = row["Payer"].replace("Blue Cross", "Blue Cross CANARY JOHN")
    for row in [row for row in rows if row["Payer"] == "Cigna"][:SMALL_PAYER]:
        row["Payer"] = "Tricare East"
    usual = {**rows[0], "Adjustments": 0, "Payments": 0}
    wrong = [{"CPT": "CANARY CODE"}] * NO_CODE + [{"Date of Service": "CANARY DATE"}] * NO_DATE + [{"POS": "99"}] * NO_SETTING
    rows += [{**usual, **one, "Account ID": f"Z{number}", "MRN": f"M{number}"} for number, one in enumerate(wrong)]
    for row in rows[:NO_MODIFIER]:
        row["Modifier 2"] = "CANARYJO"
    return rows


ROWS = trapped()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("privacy")
    write_fee_schedule(place)
    return place


@pytest.fixture(scope="module")
def document(folder):
    done = shell(folder, write_csv(folder / "CANARYFILE_DOE.csv", ROWS), "--format", "json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_names_in_files_payers_and_free_text_are_nowhere(folder, document):
    assert names_nobody(json.dumps(document))
    assert names_nobody((folder / "practice.toml").read_text(encoding="utf-8"))
    assert "export 1: " in (folder / "practice.toml").read_text(encoding="utf-8")
    assert load_practice(str(folder / "practice.toml"))
    assert {"rule": "insurers by name, and words of an insurer's name", "class": "commercial"}.items() <= next(
        row for row in document["payer_names"] if row["class"] == "commercial").items()


def test_what_is_no_modifier_is_told_by_row_and_column(document):
    # The header is row 1.
    assert f"export 1, column Modifier 2, rows {', '.join(str(2 + row) for row in range(NO_MODIFIER))}: " in " ".join(
        document["cautions"])


def test_reasons_of_few_services_stand_with_one_of_more_and_say_where_to_look(document):
    (row,) = document["set_aside"]
    assert (row["reason"], row["services"]) == ("several", NO_CODE + NO_DATE + NO_SETTING)
    first = 2 + len(ROWS) - NO_CODE - NO_DATE - NO_SETTING
    last = first + NO_CODE + NO_DATE
    assert sorted(row["where"], reverse=True) == [
        f"export 1, column POS, rows {', '.join(str(last + one) for one in range(NO_SETTING))}",
        f"export 1, column Date of Service, rows {', '.join(str(first + NO_CODE + one) for one in range(NO_DATE))}",
        f"export 1, column CPT, rows {', '.join(str(first + one) for one in range(NO_CODE))}"]


def test_a_rule_of_few_patients_stands_with_another_class(document):
    told = {row["class"]: row for row in document["payer_names"]}
    # Five of Tricare are other payers, and with them stands the rule of fewest patients among those of more than ten.
    assert "other" not in told
    assert told["several"]["names"] >= 2
    assert told["several"]["rows"] > SMALL_PAYER + LEAST_PATIENTS
    assert sum(row["rows"] for row in document["payer_names"]) == len(ROWS)


@pytest.mark.parametrize(("part", "whole", "is_told"), [
    (0, 500, True), (11, 500, True), (500, 500, True), (10, 500, False), (1, 500, False), (495, 500, False)])
def test_a_share_is_not_told_where_it_or_the_rest_is_of_few(part, whole, is_told):
    assert tells_few(part, whole) is not is_told
    assert how_many(part) == ("1 to 10" if part in (1, 10) else f"{part}")


def test_a_month_of_few_patients_and_another_are_not_told(document):
    told = {row["month"] for row in document["maturity"]}
    assert "2025-12" not in told
    assert len(told) == 10


def test_unpaid_emergency_work_of_few_is_not_told(document):
    assert document["emergency"]["work_rvus"] > 0
    assert {document["emergency"][name] for name in ("unpaid_work_rvus", "unpaid_share", "unpaid_at_medicare")} == {None}


def test_claims_are_not_passed_off_as_patients(folder, tmp_path):
    rows = [{name: value for name, value in row.items() if name != "MRN"} for row in ROWS]
    choices = Choices()
    exported = ingest(headers([write_csv(tmp_path / "export.csv", rows)], choices), choices)
    found = report(exported, [load_fee_schedule(folder / "PPRRVU2025_Oct.csv")], "Practice")
    assert any("no column of all files holds a number of patients" in one and "by claims" in one
               for one in found.document["cautions"])
    shown = {row["site"] for row in found.document["volumes"]}
    assert shown <= {"Site 1", "Site 2", "Site 3", "(a site of one to ten patients)"}
    assert not any(site in json.dumps(found.document) for site in SITES)


def test_rows_of_the_ledger_on_the_disk_hold_no_text_of_the_file(tmp_path, monkeypatch):
    """The folder is looked through whenever the import says that a step begins."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    place = tmp_path.parent / f"{tmp_path.name}-exports"
    place.mkdir()
    seen = []

    def look(_step, _share):
        for path in tmp_path.rglob("*.parquet"):
            texts = [pq.read_table(path).to_pylist(), pq.read_metadata(path).schema.to_arrow_schema()]
            seen.append(names_nobody(str(texts)) and names_nobody(path.read_bytes().decode("latin-1")))

    choices = Choices()
    ingest(headers([write_csv(place / "export.csv", ROWS)], choices), choices, look)
    assert seen
    assert all(seen)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("broken", [
    lambda text: text.replace("CANARY NOTE 3", '"CANARY NOTE 3'), lambda text: text + "CANARY,1\r\n"])
def test_what_the_reading_process_says_of_a_broken_file_names_nobody(tmp_path, broken):
    path = write_csv(tmp_path / "export.csv", transactions(services(1, 100)))
    path.write_text(broken(path.read_text(encoding="utf-8")), encoding="utf-8", newline="")
    said = answer({"ask": "profile", "path": str(path), "columns": {"code": "CPT", "charge": "Amount"}})
    assert "refused" in said
    assert names_nobody(json.dumps(said))


@pytest.mark.parametrize("column", ["Patient Name", "Date of Birth", "MRN", "Guarantor", "Name"])
@pytest.mark.parametrize("concept", ["site", "payer"])
def test_a_column_about_people_is_no_site_and_no_payer(column, concept):
    header = ["CPT", "DOS", "Charges", "Payer", "POS", column]
    with pytest.raises(BadInput, match="column about people"):
        layout_of(header, "export.csv", {concept: column})
    assert layout_of([*header, "Patient Insurance"], "export.csv", {"payer": "Patient Insurance"})
    assert set(PRIVATE) <= set(layout_of([*header[:5], *PRIVATE], "export.csv").unread)


@pytest.mark.parametrize(("text", "found", "is_all"), [
    ("26", "26", True), ("26,59", "26 59", True), ("26RT", "26 RT", True), ("26.0", "26", True), ("2659", "26 59", True),
    ("TC", "TC", True), ("GZ", "GZ", True), ("26 ZQ", "26", False), ("SMITHJOH", "", False), ("HALL", "", False),
    ("DR SMITH", "", False), ("26 SMITH", "", False), ("J", "", False), ("", "", True)])
def test_words_are_no_modifiers(text, found, is_all):
    assert modifiers_in(text) == (tuple(found.split()), is_all)


# ---- What is refused says the true reason, early


@pytest.mark.parametrize(("given", "said"), [
    (["--map", "Fee=charge", "--map", "Price=charge"], "charge: is given more than once"),
    (["--map", "Fee=charge", "--map", "Fee=paid"], "Fee: is given more than once"),
    (["--assume", "payer=A", "--assume", "payer=B"], "payer: is given more than once")])
def test_a_column_or_a_concept_given_twice_is_refused(folder, given, said):
    done = shell(folder, folder / "PPRRVU2025_Oct.csv", *given)
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_folder_that_is_not_there_is_named_before_anything_is_read(folder):
    done = shell(folder, folder / "no such export.csv", out="nowhere/practice.toml")
    assert done.exit_code == 2
    assert str(folder / "nowhere" / "practice.toml") in done.stderr
    assert "no such export" not in done.stderr


@pytest.mark.parametrize("end", ["", "\r\n"])
def test_a_header_alone_has_no_rows(tmp_path, end):
    path = tmp_path / "export.csv"
    path.write_text(f"CPT,Date of Service,Charges,Payer,POS{end}", encoding="utf-8", newline="")
    assert profile(path, {"code": "CPT", "charge": "Charges"})["rows"] == 0


@pytest.mark.parametrize("cell", [
    '<c s="0" r="XFD1048576">', "<c r='XFD1048576' >", '<x:c t="n" s="1" r = "XFD1048576">', '<c s=">" r="XFD1048576">',
    '<row r="1048576"><c r="A1"><v>1</v></c></row><c r="XFD1">', '<c s="' + " " * 2 * WINDOW + '" r="XFD1048576">'])
def test_a_cell_far_away_is_seen_however_it_is_written(tmp_path, cell):
    path = tmp_path / "export.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", f"<worksheet>{' ' * (WINDOW - 20)}{cell}<v>1</v></c></worksheet>")
    with pytest.raises(Refused, match="1,048,576 rows × 16,384 columns"):
        see_that_harmless(path)


def test_the_least_of_patients_is_eleven():
    """What the words of the report say, one to ten patients, is what is hidden."""
    assert LEAST_PATIENTS == 11
