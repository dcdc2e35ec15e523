"""The workbook as a file: what may be changed and what may not, text that stays text, and nothing that is not shown."""

import dataclasses
import datetime
import re
import zipfile
from fnmatch import fnmatchcase

import numpy as np
import openpyxl
import pytest

from finmodel import assume, evaluate, load_practice
from finmodel.assumptions import load_sources
from finmodel.contracts.files import load_proposal
from finmodel.packet.workbook import write_workbook
from finmodel.packet.workbook.cells import Applied, Named
from finmodel.packet.workbook.withheld import gathered, set_apart, withheld

MADE = datetime.date(2026, 11, 29)
EVIL = ('=HYPERLINK("http://example.org","x")', "+1+cmd|'/c calc'!A1", "@SUM(A1)", "-2+3", "http://example.org/x", "=1+1")


@pytest.fixture(scope="module")
def result():
    return evaluate(assume(load_practice("sample"), proposals=dict(load_proposal(one) for one in ("cost_basis", "piecemeal"))))


@pytest.fixture(scope="module")
def path(result, tmp_path_factory):
    path = tmp_path_factory.mktemp("workbook") / "workbook.xlsx"
    write_workbook(path, result, load_sources(), title="Support of a radiology group", made=MADE)
    return path


@pytest.fixture(scope="module")
def book(path):
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def parts(path):
    """The texts of the file's parts."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def formulas(book):
    for sheet in book:
        for row in sheet.iter_rows():
            yield from ((sheet.title, cell) for cell in row if cell.data_type == "f")


def test_the_sheets(book):
    assert book.sheetnames == ["Summary", "Inputs", "Model", "Cost-basis support, three years", "Piecemeal items",
                               "Model as agreed", "Sensitivity", "Checks", "Sources"]


def test_only_inputs_can_be_changed_and_each_knows_its_limits(book):
    assert all(sheet.protection.sheet for sheet in book)
    unlocked = {(sheet.title, cell.coordinate) for sheet in book for row in sheet.iter_rows() for cell in row
                if cell.value is not None and not cell.protection.locked}
    assert {sheet for sheet, _ in unlocked} == {"Inputs"}
    validated = {cell for rule in book["Inputs"].data_validations.dataValidation for part in rule.sqref.ranges
                 for row in part.cells for cell in [row]}
    named = {f"{openpyxl.utils.get_column_letter(column)}{row}" for row, column in validated}
    assert {cell for _, cell in unlocked} == named
    names = {name.attr_text.replace("$", "") for name in book.defined_names.values()}
    assert {f"Inputs!{cell}" for cell in named} <= names


def test_limits_are_those_of_the_record(book):
    """A payer's part of the work is a share; the exams of a segment have no greatest number but the one of every amount, 1e11."""
    rules = {str(rule.sqref): rule for rule in book["Inputs"].data_validations.dataValidation}

    def limits(name):
        cell = book.defined_names[name].attr_text.replace("$", "").removeprefix("Inputs!")
        rule = next(rule for cells, rule in rules.items() if cell in openpyxl.worksheet.cell_range.MultiCellRange(cells))
        return float(rule.formula1), float(rule.formula2)

    assert limits("payer_mix.inpatient.medicare") == (0.0, 1.0)
    assert limits("inflation.benefits_trend") == (-0.9, 2.0)
    assert limits("agreed.volumes.client_hospital.inpatient.ct.base_exams") == (0.0, 1e11)
    assert limits("full_time.shifts_per_week") == (0.5, 7.0)


def test_the_actual_follows_the_agreed_until_something_is_typed(book):
    sheet = book["Inputs"]
    agreed = book.defined_names["agreed.collection.days_in_receivables"].attr_text.split("!")[1].replace("$", "")
    actual = book.defined_names["collection.days_in_receivables"].attr_text.split("!")[1].replace("$", "")
    assert sheet[actual].value == f"={agreed}"
    assert isinstance(sheet[agreed].value, int | float)


def test_every_formula_brings_its_value(parts):
    for name, text in parts.items():
        if name.startswith("xl/worksheets/sheet"):
            assert not re.search(r"</f></c>|</f><v></v>|</f><v/>", text), name


def test_a_line_is_the_formula_of_its_function(book):
    """support_deficit = total_expense − total_revenue; the ratio to FTE is guarded; a name stands for the cell of its year."""
    cells = {cell.value for _, cell in formulas(book)}
    assert "=total_expense-total_revenue" in cells
    assert '=IF(radiologist_fte=0,"—",support_deficit/radiologist_fte)' in cells
    assert "=agreed.total_expense-agreed.total_revenue" in cells
    assert re.fullmatch(r"Model!A\$\d+", book.defined_names["total_expense"].attr_text)


def test_the_model_as_agreed_stands_on_agreed_inputs_alone(book):
    fixed = {row[0].row for row in book["Model"].iter_rows() if all(not isinstance(cell.value, str) for cell in row[2:7])}
    for title, cell in formulas(book):
        if title == "Model as agreed":
            others = re.findall(r"(?<![\w.'])Model!\$?[A-Z]+\$?(\d+)", cell.value)
            assert {int(row) for row in others} <= fixed, cell.value
            entries = re.findall(r"(?<![\w.])(?:volumes|payers|providers|inflation|medicare_rules)\.[\w.]+", cell.value)
            assert not entries, cell.value


def test_formulas_fit_into_every_spreadsheet(book):
    for title, cell in formulas(book):
        assert len(cell.value) < 8_192, (title, cell.coordinate)
        for arguments in re.findall(r"SUM\(([^()]*)\)", cell.value):
            assert arguments.count(",") < 255


def printed(sheet):
    """The columns that are printed."""
    area = sheet.print_area.replace("$", "").rpartition("!")[2] if sheet.print_area else sheet.dimensions
    first, _, last, _ = openpyxl.utils.range_boundaries(area)
    return [openpyxl.utils.get_column_letter(column) for column in range(first, last + 1)]


def width(sheet, column):
    """The width that is stated for a column, alone or with its neighbours."""
    at = openpyxl.utils.column_index_from_string(column)
    return next(one.width for one in sheet.column_dimensions.values() if one.min <= at <= one.max)


def test_sheets_are_printed_in_letters_that_can_be_read(book):
    """A column of w digits is 7 w + 5 pixels wide, a letter page lying down 960 of 96 to the inch: at 70 %, 10 points are 7."""
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_title_rows
        if sheet.sheet_properties.pageSetUpPr and sheet.sheet_properties.pageSetUpPr.fitToPage:
            assert sum(7 * width(sheet, column) + 5 for column in printed(sheet)) * 0.70 <= 975, sheet.title
        else:
            assert sheet.page_setup.scale == 70
            assert sheet.print_title_cols
    # What is thousands of rows long is for the screen.
    assert {sheet.title for sheet in book if sheet.print_area.endswith("$2")} == {"Model", "Model as agreed"}


def test_charts_are_native_and_described(parts):
    charts = [name for name in parts if re.fullmatch(r"xl/charts/chart\d+\.xml", name)]
    assert len(charts) == 4
    drawings = [text for name, text in parts.items() if re.fullmatch(r"xl/drawings/drawing\d+\.xml", name)]
    assert sum(text.count('descr="') for text in drawings) == 4


def test_properties_hold_no_data_of_a_machine(parts):
    core = parts["docProps/core.xml"]
    assert "<dc:title>Support of a radiology group</dc:title>" in core
    assert "<dc:creator></dc:creator>" in core
    assert set(re.findall(r"\d{4}-\d\d-\d\d", core)) == {"2026-11-29"}


def test_the_same_run_gives_the_same_file(result, path, tmp_path):
    write_workbook(tmp_path / "again.xlsx", result, load_sources(), title="Support of a radiology group", made=MADE)
    with zipfile.ZipFile(path) as one, zipfile.ZipFile(tmp_path / "again.xlsx") as other:
        assert one.namelist() == other.namelist()
        assert all(one.read(name) == other.read(name) for name in one.namelist())


def with_texts(practice, texts):
    """A practice that calls its rows by the texts, and notes them."""
    payers = {key: payer.model_copy(update={"label": text}) for (key, payer), text in zip(practice.payers.items(), texts,
                                                                                        strict=True)}
    facilities = {key: one.model_copy(update={"label": texts[0]}) for key, one in practice.facilities.items()}
    return practice.model_copy(update={"name": texts[0], "payers": payers, "facilities": facilities})


def test_text_never_becomes_a_formula_or_a_link(tmp_path):
    key, proposal = load_proposal("piecemeal")
    practice = with_texts(load_practice("sample"), EVIL)
    assumptions = assume(practice, proposals={key: proposal.model_copy(update={"name": EVIL[-1]})})
    noted = {path: one.model_copy(update={"note": EVIL[0]}) for path, one in assumptions.items()}
    source = next(iter(load_sources().values()))
    evil = {"evil": source.model_copy(update={"title": EVIL[0], "address": EVIL[4], "note": EVIL[1]})}
    path = tmp_path / "evil.xlsx"
    write_workbook(path, evaluate(dataclasses.replace(assumptions, by_path=noted)), evil, title=EVIL[0], made=MADE)
    book = openpyxl.load_workbook(path)
    shown = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell.value for cell in shown if cell.data_type == "f" and re.search("HYPERLINK|cmd|1\\+1$", cell.value)]
    assert {text for text in EVIL if any(cell.data_type == "s" and text in cell.value for cell in shown)} == set(EVIL)
    assert not any(cell.hyperlink for cell in shown)
    with zipfile.ZipFile(path) as archive:
        assert not any("hyperlink" in archive.read(name).decode() for name in archive.namelist() if name.endswith(".rels"))
        charts = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/charts/chart")]
    assert not any("HYPERLINK" in re.sub(r"<c:v>.*?</c:v>", "", chart) for chart in charts)


def test_what_is_withheld_is_not_in_the_file(result, tmp_path):
    """Without the people's lines and numbers the ask is still a formula of cost and revenue, and cost a number."""
    assumptions = result.assumptions[0]
    lines = {name for name, one in result.graph.lines.items()
             if one.table not in {"providers", "roster_changes"} and one.group != "provider_expense" and "__" not in name
             and not fnmatchcase(name, "owner_*")}
    paths = {path for path in assumptions if not path.startswith(("providers.", "roster_changes.", "actuals.", "proposals."))}
    path = tmp_path / "hospital.xlsx"
    write_workbook(path, result, load_sources(), lines, paths, title="For the hospital", made=MADE)
    with zipfile.ZipFile(path) as archive:
        every = "".join(archive.read(name).decode() for name in archive.namelist())
    for secret in ("providers.", "roster_changes.", "actuals.", "proposals.", "Owner", "compensation_by_category"):
        assert secret not in every, secret
    book = openpyxl.load_workbook(path)
    cells = {cell.value for _, cell in formulas(book)}
    assert "=total_expense-total_revenue" in cells
    # Of provider expense, what is bought and recruiting follow from what is shown; pay and what goes with it are one amount.
    assert ("=outside_read_expense+extra_teleradiology_expense+locums_expense+expense_recruitment"
            "+total_provider_expense__confidential") in cells
    row = next(row for row in book["Model"].iter_rows() if row[0].value == "Total provider expense: confidential part")
    shown = ("outside_read_expense", "extra_teleradiology_expense", "locums_expense", "expense_recruitment")
    rest = result.series("total_provider_expense")[0] - sum(result.series(name)[0] for name in shown)
    assert row[2].value == pytest.approx(rest)
    assert "what it is made of is withheld" in row[-1].value
    told = [row[0].value for row in book["Summary"].iter_rows() if isinstance(row[0].value, str)]
    assert any("do not follow Inputs" in text for text in told)


def one_cell(cell):
    cells = np.empty((1, 1, 1), dtype=object)
    cells[0, 0, 0] = cell
    return cells


def told_apart(cell):
    """The formula's cell and its amount, where the shown cell is 4; None where that would tell more than the whole."""
    found = set_apart(gathered(one_cell(cell)), one_cell(Named("rest", 0, 0)), lambda _: 4.0)
    return found and (found[0].item(), found[1].item())


def test_only_an_amount_that_follows_anyway_is_told():
    shown, name = Named("shown", 0, 0), Named("rest", 0, 0)
    one, other = withheld([[[30.0], [12.0]]], bare=False).flat
    entry = withheld([[[5.0]]], bare=True).item()
    # (shown + 30 − 12) × shown: whoever knows the product and what is shown knows 18.
    both = Applied("subtract", (Applied("add", (shown, one)), other))
    assert told_apart(Applied("multiply", (both, shown))) == (Applied("multiply", (Applied("add", (shown, name)), shown)), 18.0)
    # Two amounts at two places, a limit, a ratio: the whole does not tell the parts.
    assert told_apart(Applied("add", (Applied("multiply", (one, shown)), other))) is None
    assert told_apart(Applied("minimum", (both, shown))) is None
    assert told_apart(Applied("true_divide", (shown, both))) is None
    # An entry is not written alone, though it follows.
    assert told_apart(Applied("add", (shown, entry))) is None
    assert told_apart(Applied("add", (Applied("add", (shown, entry)), one))) == (Applied("add", (shown, name)), 35.0)


def test_a_workbook_of_the_whole_says_nothing_of_numbers_that_stand(book):
    assert not any("do not follow Inputs" in str(row[0].value) for row in book["Summary"].iter_rows())
