"""The valuator's file: market cost by hand, the accounts tied out to the deficit, and the same dollars in every table."""

import re
from collections import defaultdict

import openpyxl
import pypdf
import pytest

from finmodel.packet.blocks import Table
from finmodel.packet.valuation import indications, ties
from tests.packets import built, packet_of, result_of


@pytest.fixture(scope="module")
def result():
    return result_of(proposals=("cost_basis",))


def test_benefits_follow_people_and_pay_is_paired_with_productivity_of_its_percentile(result):
    found = {(one.table, one.percentile): one for one in indications(result, 2026)}
    median, high = (next(one for (table, at), one in found.items() if at == percentile and "survey" in table)
                    for percentile in (50, 75))
    # The benchmark states 10,693 work RVUs at the median and 13,260 three in four: as many fewer people read the same work.
    assert (median.productivity, high.productivity) == (10_693, 13_260)
    assert median.required_fte == pytest.approx(result.series("required_fte")[1])
    assert high.required_fte == pytest.approx(median.required_fte * 10_693 / 13_260)
    # Practice file: benefits 90,857 +4 %, premium 18,000 and 32,000 of four interventional FTE of 32.83, +3 %, dues 6,500 +2 %.
    each = 90_857 * 1.04 + (18_000 * 28.83 + 32_000 * 4) * 1.03 / 32.83 + 6_500 * 1.02
    # Five APPs: 24 % of their pay, and a premium of 3,500.
    apps = result.series("app_compensation")[1] * 0.24 + 5 * 3_500 * 1.03
    assert median.benefits == pytest.approx(median.required_fte * each + apps, rel=1e-9)
    assert high.benefits == pytest.approx(high.required_fte * each + apps, rel=1e-9)
    assert high.support == pytest.approx(high.pay + high.benefits + high.other_cost - high.revenue)


def test_the_tie_out_goes_down_to_the_deficit_and_the_bridge_takes_it_apart(result):
    tied = {one.label: one for one in ties(result)}
    revenue, pay, other, operating = (next(one for label, one in tied.items() if label.startswith(start)) for start in (
        "Revenue without", "Pay of", "Other provider", "Operating"))  # fmt: skip
    for side in ("accounts", "model"):
        deficit = sum(getattr(one, side) for one in (pay, other, operating)) - getattr(revenue, side)
        assert getattr(tied["Deficit before any hospital payment"], side) == pytest.approx(deficit, abs=0.01)
    made = packet_of(result, "valuator")
    steps = next(block for _, block in made.blocks() if getattr(block, "title", "") == "From the accounts of 2024 to 2025")
    shown = [int(row.cells[0].text.replace("−", "-").replace("$", "").replace(",", "")) for row in steps.rows]
    assert sum(shown[:-1]) == shown[-1] == 6_318_609
    words = " ".join(block.note + block.title for _, block in made.blocks() if isinstance(block, Table))
    assert "group's packet" not in words
    assert "Normalised" not in words


@pytest.mark.parametrize("audience", ["group", "valuator"])
def test_a_line_of_the_statement_is_the_same_in_every_table(result, audience):
    made = packet_of(result, audience)
    seen = defaultdict(set)
    names = {"Total operating expense": "operating", "Operating expense": "operating", "Bought coverage": "bought",
             "Benefits, insurance and dues": "benefits", "Professional collections": "collections"}  # fmt: skip
    for _, block in made.blocks():
        for row in block.rows if isinstance(block, Table) and len(block.columns) > 2 else ():
            for head, cell in zip(block.columns[1:], row.cells, strict=True):
                if row.label in names and head.isdigit():
                    seen[names[row.label], head].add(cell.text)
    assert not {key: texts for key, texts in seen.items() if len(texts) > 1}
    # 5,407,463.66 is moved by a dollar so that the year adds up, and stands so in the appendix too.
    assert seen["operating", "2029"] == {"$5,407,463"}


def test_a_percentile_has_no_unit(result):
    told = [row for _, block in packet_of(result, "group").blocks() if isinstance(block, Table) for row in block.rows
            if "percentile" in row.label.lower()]  # fmt: skip
    assert "50" in {row.cells[0].text for row in told}
    assert not [cell.text for row in told for cell in row.cells if cell.text.endswith(" count")]


@pytest.mark.parametrize("audience", ["group", "hospital"])
def test_the_numbers_that_go_in_are_counted_the_same_on_paper_and_in_the_workbook(result, audience, tmp_path):
    files = built(result, audience, tmp_path)
    counted = re.compile(r"\d+ numbers go in: [\w ,]+\.")
    on_paper = counted.search(pypdf.PdfReader(files["PDF"]).pages[0].extract_text().replace("\n", " "))
    cells = openpyxl.load_workbook(files["Workbook"], read_only=True)["Summary"].iter_rows(max_col=1, values_only=True)
    assert on_paper
    assert [value for value, in cells if isinstance(value, str) and counted.match(value)] == [on_paper[0]]
