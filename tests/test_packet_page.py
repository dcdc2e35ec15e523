"""The page Packet as Streamlit runs it: chosen, previewed, built, kept, made again, and stopped where too much follows."""

import json

import pytest

from finmodel.packet.asked import kept
from finmodel.packet.blocks import Table
from finmodel.ui import proposal_answer
from finmodel.ui.run import Session
from tests.packets import packet_of, result_of
from tests.pages import button, click, opened, words

pytestmark = pytest.mark.usefixtures("stored")


@pytest.fixture
def page():
    return opened("packet", practice="sample", packet=["cost_basis", "piecemeal"])


def tables(packet):
    return {(section.key, block.title): block for section, block in packet.blocks() if isinstance(block, Table)}


def choose(page, key, value):
    next(one for one in (*page.radio, *page.multiselect, *page.select_slider) if one.key == key).set_value(value)
    page.run()
    assert not page.exception


def names(page):
    """The names of the files that can be downloaded."""
    return [one.proto.label for one in page.get("download_button")]


def test_a_packet_is_built_kept_and_made_again(page, stored):
    click(page, "packet-build")
    assert names(page) == ["PDF", "Workbook", "Slides", "Data (JSON)", "Tables (CSV)", "Lines (CSV)"]
    (document,) = stored.documents("packet", belongs_to="sample")
    assert document.name == "Request for support, The group's own copy"
    record = kept(stored.draft(document.id).content)
    assert record.asked.version == "Example as shipped"
    assert "support_deficit" in record.lines
    page.run()
    assert "from: Example as shipped" in words(page)
    click(page, f"again-{document.id}")
    assert len(names(page)) == 12


def test_pages_are_shown_before_anything_is_built(page):
    click(page, "packet-preview")
    captions = [one.captions[0] for one in page.get("image")]
    assert captions[0] == f"Page 1 of {len(captions)}, without the long tables"
    assert len(captions) > 5


def test_what_the_hospital_could_compute_is_said_before_it_is_sent(page):
    choose(page, "packet_audience", "hospital")
    assert "No confidential figure follows closely" in words(page)
    assert not button(page, "Build the packet").disabled
    choose(page, "packet_share", ["compensation_allowed"])
    assert "APP compensation" in words(page)
    assert button(page, "Build the packet").disabled
    choose(page, "packet_narrowest", 0.0)
    assert not button(page, "Build the packet").disabled


def test_earlier_packets_for_the_same_reader_count(page, stored):
    choose(page, "packet_audience", "hospital")
    choose(page, "packet_share", ["app_compensation"])
    choose(page, "packet_narrowest", 0.0)
    click(page, "packet-build")
    (document,) = stored.documents("packet", belongs_to="sample")
    assert "app_compensation" in json.loads(stored.draft(document.id).content)["lines"]
    choose(page, "packet_share", [])
    choose(page, "packet_narrowest", 0.10)
    assert button(page, "Build the packet").disabled


def test_without_a_proposal_there_is_nothing_to_ask_for(page):
    choose(page, "chosen_packet", [])
    assert "a packet asks for something" in words(page)
    choose(page, "packet_audience", "valuator")
    assert not button(page, "Build the packet").disabled


def test_the_screen_and_the_packet_read_alike():
    result = result_of()
    run = Session(None, result, None, "", {})
    for (section, title), shown in tables(packet_of(result, "group")).items():
        key = next((key for key, name in (("cost_basis", "Cost-basis"), ("piecemeal", "Piecemeal")) if name in title), None)
        if section != "proposals" or key is None:
            continue
        proposal = result.assumptions[0].proposals[key]
        on_screen = proposal_answer.table(run, proposal, key, proposal_answer.years_shown(run, proposal))
        alike = [row for row in shown.rows if row.label in on_screen.index]
        assert len(alike) >= 8
        assert all([cell.text for cell in row.cells] == list(on_screen.loc[row.label]) for row in alike)
