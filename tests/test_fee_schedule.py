"""The loader reads what CMS publishes, in every layout since 2020, and refuses what only looks like it."""

import time
import zipfile
from decimal import Decimal

import pytest

from finmodel.assumptions import BadInput
from finmodel.billing.fee_schedule import load_fee_schedule
from finmodel.billing.fee_schedule_store import read_stored_fee_schedule, store_fee_schedule, stored_fee_schedules
from finmodel.billing.localities import load_localities
from tests.fee_schedules import (
    FACTORS,
    GPCI_2025,
    GPCI_2026,
    ROWS,
    RVUS_2025,
    RVUS_2026,
    fixed_width,
    genuine,
    localities,
    many_rows,
    relative_values,
    row,
    written,
)

# A line of PPRRVU25_JAN.txt as CMS published it, but for its description.
GENUINE_LINE = ("78452TC" + " " * 50 + "A   0.00  10.34    10.34NA  0.07  10.41 10.411XXX.00.00.0060000             32.3465 010 "
                "99     40.09  40.09   0.27")


def refusal(path, load=load_fee_schedule):
    with pytest.raises(BadInput) as caught:
        load(path)
    return " | ".join(map(str, caught.value.faults))


def zipped(folder, name, **members):
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, text in members.items():
            archive.writestr(member, text)
    return path


@genuine
@pytest.mark.parametrize(("path", "year", "release", "factor", "codes", "work"), [
    (RVUS_2025, 2025, "October", "32.3465", 2320, {"71045": "0.18", "71046": "0.22", "70450": "0.85", "74177": "1.82",
                                                    "70553": "2.29", "77067": "0.76"}),
    (RVUS_2026, 2026, "July", "33.4009", 2350, {"71045": "0.18", "71046": "0.21", "70450": "0.83", "74177": "1.77",
                                                 "70553": "2.23", "77067": "0.74"}),
])
def test_the_genuine_files_are_read(path, year, release, factor, codes, work):
    schedule = load_fee_schedule(path)
    assert (schedule.year, schedule.release, schedule.conversion_factor) == (year, release, Decimal(factor))
    assert not schedule.qualifying_participants
    assert len(schedule.entries) == codes
    assert {code: str(schedule.entry(code, "26").work_rvus) for code in work} == work


@pytest.mark.parametrize("year", [2020, 2021, 2022, 2023, 2024, 2025, 2026])
def test_every_year_is_read_alike(tmp_path, year):
    schedule = load_fee_schedule(written(tmp_path, f"PPRRVU{year % 100}_JAN.csv", relative_values(year=year, release="January")))
    assert (schedule.year, schedule.release, str(schedule.conversion_factor)) == (year, "January", FACTORS[year])
    head = schedule.entry("70450", "26")
    assert (str(head.work_rvus), str(head.facility_practice_rvus)) == ("0.85", "0.31")
    assert (head.multiple_procedure, head.bilateral) == ("4", "0")
    assert str(schedule.entry("36556").total_rvus("nonfacility")) == "6.41"
    assert str(schedule.entry("36556").total_rvus("facility")) == "2.44"
    assert schedule.entry("70553", "TC").outpatient_practice_rvus("nonfacility") == Decimal("4.18")
    assert schedule.entry("70450", "53") is None


def test_both_factors_of_2024_and_those_withdrawn_in_january_are_known(tmp_path):
    for year, factor in ((2024, "32.7442"), (2024, "33.2875"), (2021, "32.4085"), (2022, "33.5983"), (2023, "33.0607")):
        path = written(tmp_path, f"{factor}.csv", relative_values(year=year, factor=factor, release="January"))
        assert load_fee_schedule(path).conversion_factor == Decimal(factor)


def test_text_of_fixed_width_says_the_same_as_columns(tmp_path):
    columns = load_fee_schedule(written(tmp_path, "PPRRVU2025_Oct.csv", relative_values()))
    text = load_fee_schedule(written(tmp_path, "PPRRVU2025_Oct.txt", fixed_width()))
    assert dict(text.entries) == dict(columns.entries)
    assert (text.year, text.release) == (2025, "October")


def test_a_line_that_cms_published_is_read_by_its_places(tmp_path):
    entry = load_fee_schedule(written(tmp_path, "PPRRVU25_JAN.txt", f"HDR\n{GENUINE_LINE}\n")).entry("78452", "TC")
    assert entry == entry._replace(
        status="A", work_rvus=Decimal("0.00"), nonfacility_practice_rvus=Decimal("10.34"), malpractice_rvus=Decimal("0.07"),
        professional_technical="1", global_days="XXX", multiple_procedure="6", bilateral="0", imaging_family="99",
        conversion_factor=Decimal("32.3465"), outpatient_facility_practice_rvus=Decimal("40.09"),
        outpatient_malpractice_rvus=Decimal("0.27"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_blank_lines_and_trailing_commas_do_not_matter(tmp_path, encoding):
    text = relative_values().replace("70553,26,,", '\r\n"70553","26","Señal, con coma",')
    text = text.replace("\r\n71046", ",,\r\n,,,,\r\n71046")
    schedule = load_fee_schedule(written(tmp_path, "PPRRVU2025_Oct.csv", text + "\r\n,,,\r\n\x1a", encoding))
    assert len(schedule.entries) == len(ROWS)
    assert schedule.entry("70553", "26").work_rvus == Decimal("2.29")


def test_of_a_zip_the_file_for_everyone_is_taken_and_said(tmp_path):
    both = {"PPRRVU2026_Jul_QPP.csv": relative_values(year=2026, release="July", factor="33.5675"),
            "PPRRVU2026_Jul_nonQPP.csv": relative_values(year=2026, release="July"),
            "PPRRVU2026_Jul_nonQPP.txt": fixed_width(factor="33.4009"), "GPCI2026.csv": localities(2026, both=True),
            "__MACOSX/._PPRRVU.csv": "\0",
            "OPPSCAP_Jul.csv": "HCPCS,MOD,PROCSTAT,CARRIER,LOCALITY,FACILITY PRICE,NON-FACILTY PRICE\r\n70450,TC,A,10112,00,9,9"}
    path = zipped(tmp_path, "rvu26c.zip", **both)
    schedule = load_fee_schedule(path)
    assert (schedule.file, str(schedule.conversion_factor)) == ("PPRRVU2026_Jul_nonQPP.csv", "33.4009")
    assert "PPRRVU2026_Jul_nonQPP.csv is used, not PPRRVU2026_Jul_QPP.csv" in schedule.notes[0]
    assert "qualifying participants" in schedule.notes[1]
    qualifying = load_fee_schedule(path, qualifying_participants=True)
    assert (str(qualifying.conversion_factor), qualifying.qualifying_participants) == ("33.5675", True)
    assert load_localities(path).locality("10112-00").name == "ALABAMA"


def test_of_two_releases_the_later_is_taken(tmp_path):
    path = zipped(tmp_path, "several.zip", **{
        "PPRRVU24_APR.csv": relative_values(year=2024, release="April", released="03/12/2024"),
        "PPRRVU24_JAN.csv": relative_values(year=2024, release="January", factor="32.7442", released="01/03/2024")})
    assert load_fee_schedule(path).release == "April"


def test_a_zip_that_holds_no_qualifying_file_says_so(tmp_path):
    path = zipped(tmp_path, "rvu25d.zip", **{"PPRRVU2025_Oct.csv": relative_values()})
    with pytest.raises(BadInput, match="no file for qualifying participants"):
        load_fee_schedule(path, qualifying_participants=True)


def test_zips_that_are_no_download_are_refused(tmp_path):
    assert "outside of itself" in refusal(zipped(tmp_path, "out.zip", **{"../PPRRVU2025_Oct.csv": relative_values()}))
    assert "outside of itself" in refusal(zipped(tmp_path, "root.zip", **{"/etc/PPRRVU2025_Oct.csv": relative_values()}))
    bomb = relative_values() + "," * 40_000_000
    assert "unpacks to far more" in refusal(zipped(tmp_path, "bomb.zip", **{"PPRRVU2025_Oct.csv": bomb}))
    assert "more than 200 files" in refusal(zipped(tmp_path, "many.zip", **{f"{at}.csv": "" for at in range(201)}))
    assert "no CSV and no text file" in refusal(zipped(tmp_path, "pdf.zip", **{"RVU25D.pdf": "x"}))
    broken = zipped(tmp_path, "broken.zip", **{"PPRRVU2025_Oct.csv": relative_values()})
    content = bytearray(broken.read_bytes())
    content[60:90] = b"\xff" * 30
    broken.write_bytes(content)
    assert "cannot be read" in refusal(broken)


def test_what_is_not_there_or_no_text_is_refused(tmp_path):
    assert "no such file" in refusal(tmp_path / "none.csv")
    assert "folder" in refusal(tmp_path)
    workbook = tmp_path / "PPRRVU2025_Oct.xlsx"
    workbook.write_bytes(zipped(tmp_path, "as.zip", **{"xl/workbook.xml": "<x/>"}).read_bytes())
    assert "workbook" in refusal(workbook)
    binary = tmp_path / "x.csv"
    binary.write_bytes(b"\x00\x01")
    assert "not a text file" in refusal(binary)
    assert "no relative value file" in refusal(written(tmp_path, "letter.txt", "Dear Sir or Madam,\n"))
    assert "no relative value file" in refusal(written(tmp_path, "quote.csv", '"' + "x" * 200_000))
    assert "header and no codes" in refusal(written(tmp_path, "PPRRVU2025_Oct.csv", relative_values([])))


def test_a_gpci_file_in_its_place_is_told_apart(tmp_path):
    assert "belong to --gpci" in refusal(written(tmp_path, "GPCI2025.csv", localities()))
    assert "belongs to --fee-schedule" in refusal(written(tmp_path, "PPRRVU2025_Oct.csv", relative_values()), load_localities)


def test_columns_that_are_missing_are_named(tmp_path):
    text = relative_values().replace(",MULT,", ",,").replace(",PROC,", ",,").replace(",WORK,", ",,")
    assert refusal(written(tmp_path, "PPRRVU2025_Oct.csv", text)).count("is missing") == 2
    assert "WORK RVU" in refusal(tmp_path / "PPRRVU2025_Oct.csv")


@pytest.mark.parametrize(("rows", "reason"), [
    ([row("7046X")], "no HCPCS codes"),
    ([row("450")], "no HCPCS codes"),
    ([row("05555")], "no HCPCS codes"),
    ([row("70450", "59")], "the modifier is not 26"),
    ([row("70450", status="Z")], "status code"),
    ([row("70450", multiple="8")], "indicator"),
    ([row("70450"), row("70450")], "stands twice"),
    ([[*row("70450")[:5], "much", *row("70450")[6:]]], "no number"),
    ([[*row("70450")[:5], "NaN", *row("70450")[6:]]], "no number"),
    ([[*row("70450")[:11], "9.99", *row("70450")[12:]]], "do not add up"),
    ([[*row("70450")[:12], "0.99", *row("70450")[13:]]], "do not add up"),
])
def test_rows_that_cannot_be_genuine_are_named(tmp_path, rows, reason):
    found = refusal(written(tmp_path, "PPRRVU2025_Oct.csv", relative_values([*ROWS[:3], *rows])))
    assert reason in found
    # Ten lines stand above the codes, three codes above the wrong one.
    assert f"row {10 + 3 + len(rows)}" in found


def test_a_file_of_which_a_third_is_equal_is_refused(tmp_path):
    rows = many_rows()
    assert len(load_fee_schedule(written(tmp_path, "varied.csv", relative_values(rows))).entries) == 400
    fake = [row(one[0], one[1], work="1.00", nonfacility=one[6], facility=one[8], malpractice="0.05") if at % 3 == 0 else one
            for at, one in enumerate(rows)]
    assert "WORK RVU: has the same value in 3" in refusal(written(tmp_path, "fake.csv", relative_values(fake)))


@genuine
@pytest.mark.parametrize("place", [5, 6, 8])
def test_the_genuine_file_with_a_third_made_equal_is_refused(tmp_path, place):
    lines = [line.split(",") for line in RVUS_2025.read_text(encoding="cp1252").splitlines()]
    for cells in lines[10::3]:
        cells[place] = "1.00"
        for total, practice in ((11, 6), (12, 8)):
            cells[total] = str(Decimal(cells[5]) + Decimal(cells[practice]) + Decimal(cells[10]))
    assert "has the same value in" in refusal(written(tmp_path, "fake.csv", "\n".join(",".join(cells) for cells in lines)))


@genuine
def test_the_genuine_file_with_invented_rvus_that_add_up_is_refused(tmp_path):
    lines = [line.split(",") for line in RVUS_2025.read_text(encoding="cp1252").splitlines()]
    for at, cells in enumerate(lines[10:]):
        if cells[5] != "0.00":
            cells[5] = f"{0.2 + at * 37 % 301 / 100:.2f}"
            for total, practice in ((11, 6), (12, 8)):
                cells[total] = str(Decimal(cells[5]) + Decimal(cells[practice]) + Decimal(cells[10]))
    found = refusal(written(tmp_path, "fake.csv", "\n".join(",".join(cells) for cells in lines)))
    assert "do not add up to the whole in" in found


def test_a_year_that_nothing_confirms_is_refused(tmp_path):
    assert "says 2025, the name says 2026" in refusal(written(tmp_path, "PPRRVU2026_Oct.csv", relative_values()))
    older = relative_values(year=2023, factor=FACTORS[2025])
    assert "32.3465, but that of 2023 is 33.0607 or 33.8872" in refusal(written(tmp_path, "PPRRVU23_OCT.csv", older))
    untitled = relative_values().replace("2025 National Physician Fee Schedule Relative Value File October Release", "")
    assert "does not say of which year" in refusal(written(tmp_path, "PPRRVU2025_Oct.csv", untitled))
    assert "does not say of which year" in refusal(written(tmp_path, "PPRRVU2025_Oct.txt", fixed_width(factor="31.0000")))
    assert "says 2025, the name says 2026" in refusal(written(tmp_path, "PPRRVU2026_Oct.txt", fixed_width()))


def test_a_file_with_two_factors_is_refused(tmp_path):
    text = relative_values().replace("33.2875", "32.3465")
    head, _, tail = text.rpartition("32.3465")
    assert "not the same in every row" in refusal(written(tmp_path, "PPRRVU2025_Oct.csv", head + "33.2875" + tail))


def test_localities_are_read_with_and_without_the_floor(tmp_path):
    found = load_localities(written(tmp_path, "GPCI2026.csv", localities(2026, both=True)))
    assert (found.year, len(found.by_code), found.has_both_work_indices) == (2026, 109, True)
    alabama = found.locality("10112-00")
    assert (alabama.work, alabama.work_without_floor, alabama.practice) == (Decimal("1.000"), Decimal("0.988"), Decimal("0.869"))


@genuine
@pytest.mark.parametrize(("path", "without", "practice"), [(GPCI_2025, "1", "0.869"), (GPCI_2026, "0.988", "0.875")])
def test_the_genuine_localities_are_read(path, without, practice):
    found = load_localities(path)
    alabama = found.locality("10112-00")
    assert len(found.by_code) == 109
    assert (alabama.work, alabama.work_without_floor, alabama.practice) == (1, Decimal(without), Decimal(practice))
    assert found.locality("02102-1").work == Decimal("1.5")
    assert {one.contractor for one in found.by_code.values() if one.state == "CA"} == {"01112", "01182"}


def test_localities_without_states_as_in_2020_and_in_fixed_width(tmp_path):
    lines = localities(2020).replace("FINAL CY 2020", "FINAL 2020").splitlines()
    without = "\n".join(",".join(cells[:1] + cells[2:]) if len(cells := line.split(",")) > 3 else line for line in lines)
    assert load_localities(written(tmp_path, "GPCI2020.csv", without)).locality("10112-00").malpractice == Decimal("0.575")
    wide = "\n".join(f"{cells[0]:<16}{cells[1]:<8}{cells[2]:<5}{cells[3]:<91}" + "       ".join(cells[4:])
                     if len(cells := line.split(",")) > 3 else line for line in localities(2025).splitlines())
    found = load_localities(written(tmp_path, "GPCI2025.txt", wide))
    assert (len(found.by_code), found.locality("10112-00").practice) == (109, Decimal("0.869"))


@pytest.mark.parametrize(("change", "reason"), [
    (lambda _: localities(count=54), "has 54 localities, but Medicare has 109 in 2025"),
    (lambda _: localities(2023, count=109), "has 109 localities, but Medicare has 112 in 2023"),
    (lambda text: text.replace("01112,CA,02", "01112,CA,01"), "01112-01: stands twice"),
    (lambda text: text.replace("01112,CA,02", "99999,CA,02"), "no contractor and state"),
    (lambda text: text.replace("01112,CA,02", "01112,ZZ,02"), "no contractor and state"),
    (lambda text: text.replace(",0.869,", ",8.690,"), "an index outside of"),
    (lambda text: text.replace("2025 MP GPCI", ""), "no row with contractor"),
    (lambda text: text.replace("FINAL CY 2025", "FINAL CY").replace("2025", ""), "which year"),
    (lambda text: text.replace("2025", "2024"), "says 2024, the name says 2025"),
])
def test_localities_that_cannot_be_genuine_are_refused(tmp_path, change, reason):
    name = "GPCI.csv" if "2023" in reason else "GPCI2025.csv"
    assert reason in refusal(written(tmp_path, name, change(localities())), load_localities)


def test_localities_of_which_a_third_is_equal_are_refused(tmp_path):
    lines = localities().splitlines()
    fake = [",".join([*line.split(",")[:5], "1.000", *line.split(",")[6:]]) if 3 < at < 50 else line
            for at, line in enumerate(lines)]
    assert "practice: is 1.000 in 46 of 109" in refusal(written(tmp_path, "GPCI2025.csv", "\n".join(fake)), load_localities)


def test_an_unknown_locality_is_answered_with_the_nearest(tmp_path):
    found = load_localities(written(tmp_path, "GPCI2025.csv", localities()))
    with pytest.raises(BadInput, match="did you mean '10112-00'"):
        found.locality("10112-09")


def test_a_stored_schedule_reads_back_identically(tmp_path):
    schedule = load_fee_schedule(written(tmp_path, "PPRRVU2025_Oct.csv", relative_values()))
    folder = tmp_path / "kept"
    path = store_fee_schedule(schedule, folder)
    assert store_fee_schedule(schedule, folder) == path
    assert path.name == "fee_schedule_2025_october_32.3465.jsonl"
    assert stored_fee_schedules(folder) == [path]
    assert read_stored_fee_schedule(path) == load_fee_schedule(path) == schedule
    assert [one.name for one in folder.iterdir()] == [path.name]
    path.write_text(path.read_text()[:-20])
    assert "cannot" not in refusal(path, read_stored_fee_schedule)
    assert "import the file of CMS again" in refusal(path, read_stored_fee_schedule)


def test_nothing_stored_holds_a_descriptor(tmp_path):
    text = relative_values().replace("70553,26,,", "70553,26,Some words of another,")
    path = store_fee_schedule(load_fee_schedule(written(tmp_path, "PPRRVU2025_Oct.csv", text)), tmp_path / "kept")
    assert "words" not in path.read_text()


def test_twenty_thousand_rows_are_read_while_one_waits(tmp_path):
    rows = [row(f"{10000 + at}", "26", work=f"{at % 977 / 100:.2f}", nonfacility=f"{at % 1499 / 50:.2f}",
                facility=f"{at % 1999 / 100:.2f}") for at in range(20_000)]
    path = written(tmp_path, "PPRRVU2025_Oct.csv", relative_values(rows))
    began = time.process_time()
    assert len(load_fee_schedule(path).entries) == 20_000
    # A fifth of a second on an idle core; the bound leaves room for a crowded one.
    assert time.process_time() - began < 3
