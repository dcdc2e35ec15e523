"""What the packet says follows the numbers: a surplus, a part of a year, a projection that ends early, whose services."""

import datetime
import io
import itertools

import numpy as np
import pypdf
import pytest

from finmodel import assume, evaluate, load_practice
from finmodel.analysis.uncertainty.outlook import outlook
from finmodel.analysis.uncertainty.parties import lines_needed
from finmodel.analysis.uncertainty.simulate import simulate
from finmodel.assumptions import Change
from finmodel.assumptions.files import load_uncertainty
from finmodel.cases import changed
from finmodel.contracts.files import load_proposal
from finmodel.format import money, short_money
from finmodel.packet.blocks import Bullets, Edits, Figures, Paragraph, Statement, Table
from finmodel.packet.pdf import write_pdf
from finmodel.packet.pictures import Pictures
from tests.packets import packet_of

RICH = [Change(path="payers.commercial.collected_per_work_rvu", operation="set", amount=400.0)]


def run(changes=(), proposals=("cost_basis",), starts=(), practice="sample", **fields):
    """A run of a shipped practice, with numbers, fields of the practice, or the starts of proposals changed."""
    held = load_practice(practice).model_copy(update=fields)
    loaded = dict(load_proposal(one) for one in proposals)
    loaded |= {key: loaded[key].model_copy(update={"starts": start}) for key, start in dict(starts).items()}
    whole = assume(held, proposals=loaded)
    return evaluate(changed(whole, list(changes), "test") if changes else whole)


def said(packet, *keys):
    """Every sentence, label and cell of some sections, a line each."""
    found = [packet.title]
    for section, block in packet.blocks():
        if section.key in keys:
            found += [getattr(block, "title", "")]
            if isinstance(block, Statement | Paragraph):
                found.append(block.text)
            elif isinstance(block, Bullets):
                found += block.items
            elif isinstance(block, Figures):
                found += [f"{one.label}: {one.text} ({one.note})" for one in block.figures]
            elif isinstance(block, Table):
                found += [" | ".join(block.columns), block.note]
                found += [" | ".join([row.label, *(cell.text for cell in row.cells)]) for row in block.rows]
    return "\n".join(found)


def row(packet, title, label):
    """The cells of a row of a table."""
    table = next(block for _, block in packet.blocks() if isinstance(block, Table) and block.title.startswith(title))
    return next([cell.text for cell in one.cells] for one in table.rows if one.label == label)


@pytest.fixture(scope="module")
def rich():
    return run(RICH)


@pytest.mark.parametrize("audience", ["board", "hospital", "group"])
def test_a_surplus_is_no_request_and_the_group_pays_positive_amounts(rich, audience):
    made = packet_of(rich, audience)
    text = said(made, "ask", "why", "proposals")
    # What the model gives the hospital in 2026 is what is left of revenue after expense.
    given = rich.series("total_revenue")[1] - rich.series("total_expense")[1]
    highest = max(one - other for one, other in zip(rich.series("total_revenue")[1:4], rich.series("total_expense")[1:4],
                                                    strict=True))  # fmt: skip
    assert (f"Approve a contract of 3 years from January 1, 2026 under which the group pays the hospital {short_money(given)} in "
            f"2026, up to {short_money(highest)} in 2028; with nothing owed by the hospital in any year") in text
    assert made.title.startswith("Proposal of a contract")
    for wrong in ("Request", "asks for no new money", "never more than $0", "the deficit", "uncovered.", "asked for", "come back",
                  "Deficit in scope", "pays −", "by −", "is −"):
        assert wrong not in text, wrong
    assert f"The hospital is better off in 2026 by: {short_money(given)}" in text
    if audience == "board":
        assert "the group pays $3.80 million more; the hospital owes nothing." in text
        assert "The proposal passes the whole surplus of 2026 to the hospital." in text
        assert "Worth of all payments to the hospital: $123.44 million" in text
    else:
        assert "\nThe group then pays more by: $3.80 million" in text
        assert "is $13.64 million of $44.74 million" in text
        assert "it receives $134.59 million in all, worth $123.44 million" in text
        assert row(made, "Payments by part", "The group pays the hospital in all")[0] == money(given)
        assert row(made, "Revenue and expense", "Surplus before any hospital payment")[1] == money(given)
        assert row(made, "By facility", "All facilities")[-1] == money(given)
        assert row(made, "The options", "The group pays in 2026") == [money(given)]


def test_what_is_projected_for_a_part_of_the_term_says_so():
    short = packet_of(run(horizon_years=2), "group")
    text = said(short, "ask", "proposals")
    assert "a year in all (projected to 2026 only)" in text
    assert "In 2026, projected to 2026 only, it pays" in text
    assert "The most the hospital can owe in 2026: $7.68 million (whatever happens; projected to 2026 only)" in text
    assert "Whole term, projected to 2026 only" in text
    assert row(short, "The options", "of it") == ["projected to 2026 only"]
    board = packet_of(run(starts={"cost_basis": datetime.date(2028, 7, 1)}.items()), "board")
    assert "(present value at July 1, 2028; projected to 2029 only)" in said(board, "ask")
    # The whole term is projected.
    assert "projected to" not in said(packet_of(run(), "group"), "ask", "proposals")


def test_a_part_of_a_year_is_named_and_measured_against_its_own_deficit():
    # cost_basis pays the whole deficit: in the half of 2028 in which it is in force nothing of that half is left.
    late = run(proposals=("cost_basis", "piecemeal"), starts={"cost_basis": datetime.date(2028, 7, 1)}.items())
    made = packet_of(late, "group")
    at = late.years.index(2028)
    assert late.series("cost_basis__residual_deficit")[at] == pytest.approx(late.series("support_deficit")[at] / 2)
    assert row(made, "The options", "First year of the contract") == ["2028 from July 1", "2026"]
    assert row(made, "The options", "Left uncovered in its first year")[0] == "$0"
    assert row(made, "Payments by part and year: Cost-basis", "Left uncovered") == ["$0", "$0"]
    # Six per cent a year over the two and a half years between the starts.
    value, moved = (row(made, "The options", "All payments, value at January 1, 2026")[0],
                    late.series("cost_basis__present_value")[-1] / 1.06 ** 2.5)  # fmt: skip
    assert float(value.strip("$").replace(",", "")) == pytest.approx(moved, rel=2e-4)
    assert "leaves nothing of the deficit of 2028 from July 1 uncovered" in said(made, "proposals")
    assert "of the deficit of 2026 uncovered" in said(made, "proposals")


def test_what_the_hospital_gets_is_what_the_contract_covers():
    whole = said(packet_of(run(), "hospital"), "ask", "why")
    assert "Outpatient reads | Monday to Saturday" in whole.replace("Outpatient reads (Imaging center)", "Outpatient reads")
    assert "in scope" not in whole
    loaded = dict([load_proposal("cost_basis")])
    own = {key: one.model_copy(update={"covers": "client hospital"}) for key, one in loaded.items()}
    part = said(packet_of(evaluate(assume(load_practice("sample"), proposals=own)), "hospital"), "ask", "why")
    assert "Outpatient reads | Monday" not in part
    assert "Other hospitals (not in scope)" in part


def test_futures_of_the_first_year_stand_beside_the_most_of_the_first_year():
    result = run()
    simulated = simulate(result.assumptions[0], load_uncertainty(), lines_needed(["cost_basis"]), count=512, seed=1)
    found = outlook(simulated, load_uncertainty())
    first = simulated.lines["cost_basis__total"][1]
    assert found.first_years["cost_basis"].percentiles[95].value == pytest.approx(np.percentile(first, 95))
    most = result.series("cost_basis__most_owed")[1]
    # Budgeted are 7.32 million and the cap is five per cent above: bad years reach it.
    assert np.percentile(first, 95) == pytest.approx(most)
    assert row(packet_of(result, "group", outlook=found), "The options", "In one future in twenty it is more than") == [
        "it reaches the cap"]  # fmt: skip
    board = said(packet_of(result, "board", outlook=found), "ask")
    assert f"and {short_money(most)} in 2026, which is the cap." in board


@pytest.fixture(scope="module")
def crowded():
    """Two proposals, one with a name of 360 letters and one of a single word, and two offers."""
    loaded = dict(load_proposal(one) for one in ("cost_basis", "piecemeal"))
    names = {"cost_basis": "A contract of which the name says everything that is in it " * 6, "piecemeal": "Verylongword" * 12}
    whole = assume(load_practice("sample"), proposals={key: one.model_copy(update={"name": names[key].strip()})
                                                       for key, one in loaded.items()})  # fmt: skip
    offers = ("A second radiologist on site on Saturdays from 8:00 to 14:00, at no further charge.", "A report every quarter.")
    return packet_of(evaluate(whole), "hospital", edits=Edits(offers=offers))


def test_the_ask_stays_on_its_page_with_offers_two_proposals_and_long_names(crowded):
    pages = pypdf.PdfReader(io.BytesIO(write_pdf(crowded, Pictures()))).pages
    assert "Why" in pages[1].extract_text().split("\n")[:3]
    assert "works against the group" in pages[0].extract_text()
    # No line begins or ends outside the page: a word that has no break is broken.
    ends = []
    pages[0].extract_text(visitor_text=lambda text, _, at, *_rest: ends.append(at[4]) if text.strip() else None)
    assert max(ends) < 612 - 54
    assert all(len(one.note) <= 45 for _, block in crowded.blocks() if isinstance(block, Figures) for one in block.figures)
    assert "everything that is in it A contract" in said(crowded, "terms")


@pytest.mark.parametrize("practice", ["sample", "community", "multi_hospital"])
def test_the_record_of_the_decision_does_not_stand_alone(practice):
    made = packet_of(run(practice=practice), "board")
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(write_pdf(made, Pictures()))).pages]
    record = next(page for page in pages if "The decision, for the record" in page)
    assert "What you get" in record
    assert "Not approved" in record


def test_a_minus_stays_with_its_number(rich):
    pages = pypdf.PdfReader(io.BytesIO(write_pdf(packet_of(rich, "hospital"), Pictures()))).pages
    lines = [line.strip() for page in pages for line in page.extract_text().split("\n")]
    assert not [line for line, following in itertools.pairwise(lines) if line.endswith("−") and following.startswith("$")]
    assert any("−$56,022,627" in line for line in lines)
