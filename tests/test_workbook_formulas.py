"""The formulas of the workbook read as a person would write them, and say what the engine says of what is not available."""

import re

import numpy as np
import pytest

from finmodel import assume, load_practice
from finmodel.engine import YEAR, Index, Table, previous, ratio, total_by
from finmodel.packet.workbook.cells import Applied, Cells, Named, applied, evaluated
from finmodel.packet.workbook.formulas import Writer
from finmodel.packet.workbook.layout import name_of, sheet_name
from finmodel.packet.workbook.placing import PERCENTILE, placed_on_cells
from finmodel.packet.workbook.possible import Possible, possible
from finmodel.packet.workbook.simple import simple

A, B = Named("a", 0, 1), Named("b", 0, 1)


class Fake:
    """What a writer asks of a trace: which rows may be a dash."""

    def __init__(self, *dashes):
        self.dashes = set(dashes)

    def row_may_be_dash(self, cell):
        return cell.argument in self.dashes


def text_of(cell, *dashes):
    """The formula of a cell in which every cell is called by its name, and by its row where it is not the first."""

    def refer(first, last):
        named = f"{first.argument}{first.row or ''}"
        return named if last is None else f"{named}:{last.argument}{last.row}"

    cells = np.empty((1, 1, 1), dtype=object)
    cells[0, 0, 0] = cell
    writer = Writer(Fake(*dashes), refer)
    return writer.formula(cell, meets_dash=writer.row_meets_dash(cells, 0))


def run_on_cells(function, *names, rows=1, years=3):
    return function(*(Cells.of(name, (rows, years, 1)) for name in names)).cells


def anything(_):
    return Possible(-1e9, 1e9)


@pytest.mark.parametrize(
    ("function", "formula"),
    [
        (lambda a, b: a - (b - a), "=a-(b-a)"),
        (lambda a, b: a - b - a, "=a-b-a"),
        (lambda a, b: a / (b * a), "=a/(b*a)"),
        (lambda a, b: (a + b) * -a, "=(a+b)*-a"),
        (lambda a, b: -(a + b), "=-(a+b)"),
        (lambda a, b: a * 1e-9 + b * 0.5 - 365.0, "=a*1E-09+b*0.5-365"),
        (lambda a, b: np.where((a > 0.0) & (b != 0.0), a, -1.0), "=IF(AND(a>0,b<>0),a,-1)"),
        (lambda a, b: np.clip(a, 0.0, b), "=MIN(MAX(a,0),b)"),
        (lambda a, b: np.abs(a - b) <= 0.01, "=ABS(a-b)<=0.01"),
        (lambda a, b: (a > b) * 2.0, "=(a>b)*2"),
        (lambda a, b: np.power(1.0 + a, b), "=IF(b=0,1,POWER(1+a,b))"),
        (ratio, '=IF(b=0,"—",a/b)'),
    ],
)
def test_a_formula_reads_as_it_would_be_written(function, formula):
    cell = run_on_cells(function, "a", "b")[0, 1, 0]
    assert text_of(simple(cell, anything)) == formula


def test_what_cannot_matter_is_left_out():
    cell = applied("add", applied("multiply", A, 0.0), applied("multiply", 1.0, B)).item()
    assert text_of(simple(cell, anything)) == "=b"
    # Nothing times what is not available is not available.
    assert text_of(simple(Applied("multiply", (A, 0.0)), lambda _: Possible(0.0, 1.0, dash=True)), "a") == '=IFERROR(a*0,"—")'


def test_a_condition_that_was_asked_is_not_asked_again():
    cells = run_on_cells(lambda a, b: np.where(b == 0.0, 0.0, a * ratio(a, b)), "a", "b")
    assert text_of(simple(cells[0, 1, 0], anything)) == "=IF(b=0,0,a*a/b)"


def test_a_dash_is_met_as_the_engine_meets_what_is_not_available():
    """NaN makes every amount NaN; nothing compares with it: NaN > 1 is false, NaN ≠ 1 true; max and min are NaN."""
    assert text_of(Applied("add", (A, B)), "a") == '=IFERROR(a+b,"—")'
    assert text_of(Applied("maximum", (A, 0.0)), "a") == '=IFERROR(MAX(a+0,0),"—")'
    assert text_of(Applied("greater", (A, 1.0)), "a") == "=IFERROR(a+0>1,FALSE)"
    assert text_of(Applied("not_equal", (A, 1.0)), "a") == "=IFERROR(a+0<>1,TRUE)"
    assert text_of(A, "a") == "=a"


def test_a_sum_is_over_ranges_of_rows():
    rows = [Named("a", row, 0) for row in (0, 1, 2, 4, 6, 7)]
    assert text_of(Applied("sum", tuple(rows))) == "=SUM(a:a2,a4,a6:a7)"
    assert text_of(Applied("sum", tuple(rows[:3])), "a") == '=IFERROR(SUMPRODUCT(a:a2+0),"—")'
    assert text_of(Applied("sum", (A,))) == "=a"


def test_a_sum_of_more_cells_than_a_function_takes_is_a_sum_of_sums():
    every_other = tuple(Named("a", 2 * row, 0) for row in range(600))
    formula = text_of(Applied("sum", every_other))
    inner = re.findall(r"SUM\(([^()]*)\)", formula)
    assert [len(part.split(",")) for part in inner] == [250, 250, 100]
    assert formula.startswith("=SUM(SUM(a,a2,")


def test_a_formula_that_no_spreadsheet_takes_is_refused():
    with pytest.raises(ValueError, match="longer than a spreadsheet allows"):
        text_of(Applied("sum", tuple(Named("a_name_of_thirty_characters___", 2 * row, 0) for row in range(300))))


def test_what_a_cell_may_hold():
    """1 − share × share lies between 0 and 1, so a ratio to it may be a dash; one to 1 + share cannot."""
    share = Possible(0.0, 1.0)
    less = applied("subtract", 1.0, applied("multiply", A, A)).item()
    assert possible(less, lambda _: share) == Possible(0.0, 1.0)
    of_less = run_on_cells(lambda a: ratio(a, 1.0 - a), "a")[0, 0, 0]
    of_more = run_on_cells(lambda a: ratio(a, 1.0 + a), "a")[0, 0, 0]
    assert possible(simple(of_less, lambda _: share), lambda _: share).dash
    assert possible(simple(of_more, lambda _: share), lambda _: share) == Possible(0.0, 1.0)


class Shelf:
    """Keeps cells under running names."""

    def __init__(self):
        self.kept = {}

    def put(self, words, shape, cell):
        name = f"kept{len(self.kept)}"
        names = Cells.of(name, shape).cells
        self.kept[name] = (words, [cell(lambda row, year: names[row, year, 0], 0, year) for year in range(shape[1])])
        return names


def test_a_cumulating_cell_refers_to_the_one_before():
    shelf = Shelf()
    growth = Cells.of("growth", (1, 3, 1), shelf)
    np.cumprod(1.0 + growth, axis=YEAR)
    words, cells = shelf.kept["kept0"]
    assert words == "product up to the year"
    assert [text_of(cell) for cell in cells] == ["=1+growth", "=kept0*(1+growth)", "=kept0*(1+growth)"]


def test_what_is_summed_stands_in_rows_of_its_own():
    shelf = Shelf()
    values = Cells.of("a", (3, 2, 1), shelf)
    total = (values < 0.0).sum(axis=0, keepdims=True).cells[0, 0, 0]
    assert text_of(total) == "=SUM(kept0:kept02)"
    # SUM leaves out what is true or false in a range.
    assert text_of(shelf.kept["kept0"][1][0]) == "=IF(a<0,1,0)"


def test_rows_are_summed_by_the_table_they_belong_to():
    index = Index(Table("inner", tuple("abcd")), Table("outer", tuple("xyz")), np.array([2, 0, 2, 2]))
    cells = total_by(Cells.of("a", (4, 1, 1)), index).cells
    assert [text_of(simple(cell, anything)) for cell in cells[:, 0, 0]] == ["=a1", "=0", "=SUM(a,a2:a3)"]


def test_last_years_cell_is_the_one_before():
    cells = run_on_cells(lambda a: previous(a, a[:, :1] * 0.0), "a")
    assert cells[0, 2, 0] == Named("a", 0, 1)


@pytest.mark.parametrize(("text", "name"), [("ct1", "ct1_"), ("xfd12", "xfd12_"), ("r", "r_"), ("r1c1", "r1c1_"), ("c", "c_"),
                                            ("exams", "exams"), ("payers.a1.rate", "payers.a1.rate"), ("ct_1", "ct_1")])
def test_a_name_is_not_mistaken_for_a_cell(text, name):
    assert name_of(text) == name


def test_a_sheet_has_a_name_that_spreadsheets_take():
    assert sheet_name("'Cost [basis]: 50/50?'", ()) == "Cost  basis   50 50"
    long = "Support of the radiology group, three years"
    assert sheet_name(long, ()) == "Support of the radiology group,"
    assert sheet_name(long, [long[:31].upper()]) == "Support of the radiology grou 2"
    assert sheet_name("History", ["History"]) == "History 2"


def test_the_percentile_is_read_between_its_points():
    """The productivity table's 50th and 75th percentile as cells: between them, on a straight line."""
    placer = placed_on_cells(assume(load_practice("sample")))
    cell = placer.laid["benchmark_work_rvus_per_fte"][0, 0, 0]
    key = placer.practice.benchmark.productivity
    (low, low_value), (high, high_value) = [point for point in placer.numbers.benchmarks[key].points if 50 <= point[0] <= 75]
    values = {PERCENTILE: 60.0, **{name: entry.value for name, entry in placer.entries.items() if name != PERCENTILE}}
    found = evaluated(cell, lambda named: values[named.argument])
    assert found == pytest.approx(low_value + (high_value - low_value) * (60 - low) / (high - low))
