"""The packet: the same numbers in every file, tables that add up, and pages for readers who cannot see them."""

import csv
import dataclasses
import io
import json
import re
import subprocess
import sys
import zipfile
from decimal import Decimal

import numpy as np
import openpyxl
import pptx
import pypdf
import pytest

from finmodel import assume, evaluate, load_practice
from finmodel.assumptions import BadInput, Change
from finmodel.cases import changed
from finmodel.charts import Chart
from finmodel.contracts.files import load_proposal
from finmodel.format import rounded, short_money
from finmodel.model import Result
from finmodel.packet import offers, why
from finmodel.packet.blocks import Drawing, Edits, Figures, Section, Statement, Table
from finmodel.packet.build import build
from finmodel.packet.footing import Sum, footed
from finmodel.packet.material import Material
from finmodel.packet.pdf import preview, write_pdf
from finmodel.packet.pictures import Pictures
from finmodel.packet.slides import write_slides
from finmodel.packet.statement import SUMS
from tests.packets import built, packet_of, result_of

SHIPPED = (("sample", ("cost_basis", "piecemeal")), ("community", ("cost_basis",)), ("multi_hospital", ("cost_basis",)))


@pytest.fixture(scope="module")
def result():
    return result_of()


@pytest.fixture(scope="module")
def group(result):
    return packet_of(result, "group")


@pytest.fixture(scope="module")
def files(result, tmp_path_factory):
    return built(result, "group", tmp_path_factory.mktemp("packet"))


@pytest.fixture(scope="module")
def reader(files):
    return pypdf.PdfReader(files["PDF"])


def tables(packet):
    return {(section.key, block.title): block for section, block in packet.blocks() if isinstance(block, Table)}


def dollars(text):
    return Decimal(text.replace("−", "-").replace("$", "").replace(",", ""))


# ---- What it says ----------------------------------------------------------------------------------------------------


def test_the_first_page_says_what_is_asked(group, result):
    blocks = [block for section, block in group.blocks() if section.key == "ask"]
    statement = next(block for block in blocks if isinstance(block, Statement))
    # Published: the deficit of 2025 is 6,318,609; the contract begins in 2026 and replaces no payment there is.
    asked = result.series("support_deficit")[1]
    assert statement.text.startswith(f"Approve {short_money(asked)} of net new money in 2026")
    most = max(result.series("cost_basis__most_owed")[1:4])
    assert most <= 10_050_000
    assert f"never more than {short_money(most)} a year" in statement.text
    assert "180 days' notice" in statement.text
    strip = next(block for block in blocks if isinstance(block, Figures)).figures
    assert [one.text for one in strip[:3]] == ["$0", short_money(asked), short_money(asked)]


@pytest.mark.parametrize(
    ("audience", "held", "not_held"),
    [
        ("group", {"ask", "why", "evidence", "assumed", "appendix"}, {"valuation"}),
        ("hospital", {"ask", "why", "proposals", "terms", "assumed", "appendix"}, {"evidence", "valuation"}),
        ("board", {"ask", "terms", "checks"}, {"evidence", "appendix"}),
        ("valuator", {"valuation", "normalised", "tie_out", "assumed"}, {"evidence", "ask"}),
    ],
)
def test_each_audience_gets_its_own(result, audience, held, not_held):
    keys = {one.key for one in packet_of(result, audience).sections}
    assert held <= keys
    assert not not_held & keys


def test_a_surplus_is_not_called_a_deficit():
    rich = [Change(path="payers.*.collected_per_work_rvu", operation="multiply", amount=2.0)]
    whole = changed(assume(load_practice("sample"), proposals=dict([load_proposal("cost_basis")])), rich, "test")
    made = packet_of(evaluate(whole), "hospital")
    text = " ".join(getattr(block, "text", "") for section, block in made.blocks() if section.key in {"ask", "why"})
    assert "a surplus of $" in text
    assert "are missing" not in text
    assert "under which the group pays the hospital $" in text


def test_placeholders_are_watermarked():
    key, proposal = load_proposal("cost_basis")
    whole = assume(load_practice("sample"), proposals={key: proposal})
    assert not packet_of(evaluate(whole), "group").placeholders
    path = "payers.medicare.collected_per_work_rvu"
    open_number = whole[path].model_copy(update={"status": "placeholder"})
    made = packet_of(evaluate(dataclasses.replace(whole, by_path={**whole.by_path, path: open_number})), "board", whose="group")
    assert made.placeholders
    words = pypdf.PdfReader(io.BytesIO(write_pdf(made, Pictures()))).pages[0].extract_text()
    assert "PLACEHOLDERS" in words


def test_without_a_proposal_only_a_valuator_is_served():
    bare = evaluate(assume(load_practice("sample")))
    assert [one.key for one in packet_of(bare, "valuator").sections][:3] == ["valuation", "normalised", "tie_out"]
    with pytest.raises(BadInput, match="name at least one proposal"):
        packet_of(bare, "group")


# ---- Adding up -------------------------------------------------------------------------------------------------------


def test_rounding_moves_as_little_as_it_can():
    # 1.4 + 1.4 + 1.4 = 4.2: the parts round to 3, the total to 4, and one part is one higher.
    found = footed([1.4, 1.4, 1.4, 4.2], [Sum(3, ((0, 1.0), (1, 1.0), (2, 1.0)))])
    assert found[3] == 4
    assert sorted(found[:3]) == [1, 1, 2]
    # What adds up already stays as it is read everywhere else.
    assert footed([2.5, 1.0, 3.5], [Sum(2, ((0, 1.0), (1, 1.0)))]) == [3, 1, 4]


def foots(of):
    """The sums of the statement, of the facilities both ways, and of the payments, on the words as they are read."""
    for table in why.statement(of):
        for column in range(len(table.columns) - 1):
            shown = [dollars(row.cells[column].text) for row in table.rows]
            for one in SUMS:
                assert shown[one.total] == sum(shown[part] * int(sign) for part, sign in one.parts)
            # The deficit is the number of the first page and of the screen, whatever has to give.
            assert shown[9] == rounded(table.rows[9].cells[column].value)
    matrix = [[dollars(cell.text) for cell in row.cells] for row in why.facilities(of).rows]
    assert all(row[3] == row[0] - row[1] - row[2] for row in matrix)
    assert all(sum(column[:-1]) == column[-1] for column in zip(*matrix, strict=True))
    for key in of.proposals:
        for table in offers.by_part(of, key):
            parts = [row for row in table.rows if row.kind == "part"]
            total = next(row for row in table.rows if row.kind == "total")
            for column, cell in enumerate(total.cells):
                assert sum(dollars(row.cells[column].text) for row in parts) == dollars(cell.text)


def bare(result):
    """Material of a run alone."""
    return Material("group", result, False, {}, {}, (), None, (), (), {}, None, {}, ())


@pytest.mark.parametrize(("practice", "proposals"), SHIPPED)
def test_tables_of_shipped_practices_foot(practice, proposals):
    foots(bare(result_of(practice, proposals)))


def test_tables_of_two_hundred_random_practices_foot():
    short = load_practice("sample").model_copy(update={"horizon_years": 2})
    base = assume(short, proposals=dict(load_proposal(one) for one in ("cost_basis", "piecemeal")))
    draws = np.random.default_rng(7)
    patterns = ("volumes.*.*.*.base_exams", "payers.*.collected_per_work_rvu", "providers.*.compensation_per_fte",
                "expenses.*.rate")
    cases = [changed(base, [Change(path=path, operation="multiply", amount=float(draws.uniform(0.8, 1.15)))
                            for path in patterns], "random") for _ in range(200)]
    run = evaluate(*cases)
    for case, one in enumerate(cases):
        values = {name: run[name][:, :, case:case + 1] for name in run.graph.lines}
        foots(bare(Result((one,), run.placed, run.graph, values)))


# ---- The same everywhere ---------------------------------------------------------------------------------------------


def test_the_pdf_says_what_the_model_says(group, reader):
    words = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages[:8]))
    names = ("Revenue and expense by year", "By facility, 2026", "Payments by part and year: Cost-basis support, three years")
    for name in names:
        table = next(one for (_, title), one in tables(group).items() if title == name)
        for row in table.rows:
            assert " ".join(cell.text for cell in row.cells) in words, (name, row.label)
    deficits = tables(group)["why", "Revenue and expense by year"].rows[9].cells
    assert deficits[0].text == "$6,318,609"


def test_slides_show_the_same_tables_and_charts(group, files):
    deck = pptx.Presentation(files["Slides"])
    assert 8 <= len(deck.slides) <= 10
    shown = [[[cell.text for cell in row.cells] for row in shape.table.rows]
             for slide in deck.slides for shape in slide.shapes if shape.has_table]
    for table in (one for one in tables(group).values() if one.on_slides):
        assert [[*table.columns], *([row.label, *(cell.text for cell in row.cells)] for row in table.rows)] in shown
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    assert len(charts) >= 4
    bridge = next(one for _, one in group.blocks() if isinstance(one, Drawing))
    lengths = [sum(abs(series.values[at]) for series in charts[0].plots[0].series if not series.name.startswith("Begins"))
               for at in range(len(bridge.chart.data))]
    assert lengths == pytest.approx([abs(row["end"] - row["begin"]) for row in bridge.chart.data])
    assert all(slide.has_notes_slide for slide in list(deck.slides)[1:])
    described = [shape._element.xpath(".//p:cNvPr")[0].get("descr") for slide in deck.slides for shape in slide.shapes
                 if shape.has_chart or shape.has_table]
    assert all(described)


def test_json_and_csv_hold_full_precision(files, result):
    document = json.loads(files["Data (JSON)"].read_text(encoding="utf-8"))
    told = {one["name"]: one["values"] for one in document["lines"] if one["row"] is None}
    assert told["support_deficit"] == result.series("support_deficit")
    rows = list(csv.DictReader(io.StringIO(files["Lines (CSV)"].read_text(encoding="utf-8-sig"))))
    deficit = next(row for row in rows if row["line"] == "support_deficit")
    assert [float(deficit[str(year)]) for year in result.years] == result.series("support_deficit")


def test_a_given_line_and_what_follows_from_it_are_marked_in_every_file(tmp_path):
    given = [Change(path="expense_billing", operation="override", amount=3_000_000.0)]
    whole = changed(assume(load_practice("sample"), proposals=dict([load_proposal("cost_basis")])), given, "test")
    found = built(evaluate(whole), "hospital", tmp_path)
    mark = "[given, or depends on a given number]"
    document = json.loads(found["Data (JSON)"].read_text(encoding="utf-8"))
    assert document["given"] == ["Billing and collection"]
    marked = {one["name"] for one in document["lines"] if mark in one["formula"]}
    assert {"expense_billing", "support_deficit", "cost_basis__total"} <= marked
    assert not {"total_revenue", "work_rvus", "radiologist_fte"} & marked
    rows = csv.DictReader(io.StringIO(found["Lines (CSV)"].read_text(encoding="utf-8-sig")))
    assert {row["line"] for row in rows if mark in row["how it is derived"]} == marked
    first = pptx.Presentation(found["Slides"]).slides[0]
    assert any("Given instead of computed: Billing" in shape.text_frame.text for shape in first.shapes if shape.has_text_frame)
    words = " ".join("".join(page.extract_text() for page in pypdf.PdfReader(found["PDF"]).pages).split())
    assert words.replace(" ", "").count("givennumber]") >= len(marked)
    assert "Given instead of computed, so that what follows from it is not the model's: Billing and collection." in words


def test_the_workbook_holds_the_same_deficit(files, result):
    book = openpyxl.load_workbook(files["Workbook"], data_only=True)
    row = next(row for row in book["Summary"].iter_rows(values_only=True) if row[0] == "Support deficit")
    assert [value for value in row if isinstance(value, float)] == pytest.approx(result.series("support_deficit"), abs=0.005)


def test_files_have_names_of_their_own(result, tmp_path):
    board = packet_of(result, "board")
    small = dataclasses.replace(board, sections=board.sections[:1])
    assert small.input_hash == board.input_hash
    first, second = (built(result, "board", tmp_path)["PDF"].name for _ in range(2))
    assert first != second


# ---- Paper -----------------------------------------------------------------------------------------------------------


def test_the_pdf_is_tagged_and_its_charts_are_described(reader, group):
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-US"
    assert b"pdfuaid:part" in reader.xmp_metadata.stream.get_data()
    assert reader.metadata.title == "Request for support, Sample specialty group"
    assert str(reader.pages[0].mediabox.width) == "612"
    last = reader.pages[-1].extract_text()
    assert group.input_hash in last.replace("\n", "")
    assert "working copy, November 29, 2026" in reader.pages[3].extract_text()


def test_a_chart_without_words_fails_the_build(result):
    board = packet_of(result, "board")
    mute = Drawing("Mute", Chart({"mark": "bar"}, [], ""), "steps")
    with pytest.raises(Exception, match="alt"):
        write_pdf(dataclasses.replace(board, sections=(Section("ask", "", (mute,)),)), Pictures())


def test_the_same_content_gives_the_same_bytes(result):
    board = packet_of(result, "board")
    assert write_pdf(board, Pictures()) == write_pdf(board, Pictures())


def test_the_ask_fits_on_its_page(reader):
    assert "An independent valuation" in reader.pages[0].extract_text()
    assert reader.pages[1].extract_text().lstrip().startswith("Sample specialty group")
    assert "Why" in reader.pages[1].extract_text().split("\n")[1:3]


def test_pages_can_be_previewed(result):
    pages = preview(packet_of(result, "board"), Pictures(), 30)
    assert all(page.startswith(b"\x89PNG") for page in pages)


def archives(content):
    """An archive and those within it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        yield archive
        for name in archive.namelist():
            if name.endswith(".xlsx"):
                yield from archives(archive.read(name))


def test_slides_bear_no_date_of_their_writing(group, files):
    content = files["Slides"].read_bytes()
    assert write_slides(group) == content
    found = list(archives(content))
    assert len(found) > 4
    for archive in archives(content):
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        dates = re.findall(r"\d{4}-\d\d-\d\dT[0-9:]+", archive.read("docProps/core.xml").decode())
        assert set(dates) == {"2026-11-29T00:00:00"}


def test_slides_hold_no_link_outside(files):
    with zipfile.ZipFile(files["Slides"]) as archive:
        assert not [name for name in archive.namelist() if name.endswith(".rels")
                    and b'TargetMode="External"' in archive.read(name)]


# ---- The shell -------------------------------------------------------------------------------------------------------


def shell(*arguments):
    return subprocess.run([sys.executable, "-m", "finmodel", "packet", *arguments], capture_output=True, text=True, check=False)


def test_one_command_makes_every_file_and_says_what_can_be_computed(tmp_path):
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear board,\n\nwe ask for your decision.", encoding="utf-8")
    run = shell("sample", "--proposal", "cost_basis", "--audience", "board", "--out", str(tmp_path / "out"), "--date",
                "2026-11-29", "--letter", str(letter), "--draws", "512", "--leave-out", "checks")
    assert run.returncode == 0, run.stderr
    assert sorted(path.suffix for path in (tmp_path / "out").iterdir()) == [".csv", ".csv", ".json", ".pdf", ".pptx", ".xlsx"]
    assert "What the reader can compute of what is confidential:" in run.stderr
    assert "Owner pay (2026) lies between $0 and $" in run.stderr
    document = json.loads(next((tmp_path / "out").glob("*.json")).read_text(encoding="utf-8"))
    assert document["made_on"] == "2026-11-29"
    assert [one["key"] for one in document["sections"]] == ["ask", "terms"]
    assert "In nine of ten futures" in json.dumps(document)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--audience", "group"], "--proposal: a packet for the group asks for something; name at least one proposal"),
        (["--proposal", "cost_basis", "--audience", "hospital", "--share", "compensation_allowed"],
         "--withhold: APP compensation: what is shared determines it within 0.0 % of itself"),
        (["--proposal", "cost_basis", "--audience", "group", "--leave-out", "apendix"], "did you mean 'appendix'?"),
        (["--proposal", "cost_basis", "--audience", "group", "--logo", "README.md"], "is not a picture that can be read"),
        (["--proposal", "cost_basis", "--audience", "hospital", "--earlier", "pyproject.toml"],
         "is not the JSON file of a packet"),
        (["--proposal", "cost_basis", "--audience", "hospital", "--withhold", "owner_fee*"],
         "--withhold: owner_fee*: is no line and no entry of this practice"),
        (["--proposal", "cost_basis", "--audience", "hospital", "--narrowest", "nan"], "--narrowest: is not a number"),
        (["--proposal", "cost_basis", "--audience", "group", "--draws", "1000"],
         "--draws: 1000: is no power of two; the nearest below is 512"),
        (["--audience", "valuator", "--withhold", "actuals.*"], "--withhold: does nothing for this reader"),
        (["--proposal", "cost_basis", "--audience", "board", "--whose", "group", "--warn-only"],
         "--warn-only: does nothing for this reader"),
        (["--proposal", "cost_basis", "--audience", "hospital", "--whose", "group"], "--whose: says whose board reads it"),
    ],
)
def test_wrong_input_is_one_line_each_and_writes_nothing(tmp_path, arguments, sentence):
    run = shell("sample", *arguments, "--out", str(tmp_path / "out"))
    assert run.returncode == 2
    assert sentence in run.stderr
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_named_at_once(tmp_path):
    (tmp_path / "file").write_text("no folder")
    run = shell("sample", "--proposal", "cost_basis", "--audience", "board", "--out", str(tmp_path / "file" / "out"))
    assert run.returncode == 2
    assert f"--out: {tmp_path}/file/out: cannot be written (Not a directory)" in run.stderr.replace("'", "")
    # Nothing was computed: what can be computed of confidential figures is told before the files are written.
    assert "What the reader can compute" not in run.stderr


def test_all_files_are_there_or_none_is(result, tmp_path):
    board = packet_of(result, "board")
    built(result, "board", tmp_path / "long", edits=Edits(title="A title that goes on " * 20))
    assert len(list((tmp_path / "long").iterdir())) == 6
    untold = dataclasses.replace(board, lines=(dataclasses.replace(board.lines[0], values=None),))
    with pytest.raises(TypeError):
        build(untold, result, None, tmp_path / "torn")
    assert not list((tmp_path / "torn").iterdir())
