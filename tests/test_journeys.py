"""Journeys in a real browser with a real server behind it: nothing typed is lost, and what is refused says why."""

import re

import pytest
from playwright.sync_api import expect

from finmodel.cases import Written
from finmodel.format import money
from finmodel.ui.desk import example_text
from finmodel.ui.levers import levers_of, position_in_words, positions
from finmodel.ui.run import references_today, run_of
from tests.browser import PAY, cell, column, drawn, entry, eventually, part, settled, typed


def deficit(page):
    """The deficit in view on the page Practice."""
    return page.get_by_test_id("stMain").get_by_text(re.compile("Support deficit|Surplus")).first


def id_in_address(page):
    page.wait_for_url(re.compile("practice=[0-9a-f]{32}"))
    return re.search("practice=([0-9a-f]{32})", page.url)[1]


def test_a_ceo_copies_the_sample_edits_it_and_finds_it_after_the_server_was_killed(server, visitor):
    page = visitor.open("/practice?practice=sample")
    page.get_by_role("button", name="Make a copy to edit").click()
    practice = id_in_address(page)
    part(page, "People")
    expect(deficit(page)).to_contain_text("$6,318,609")

    # 17.5 partner FTE, 650,000 − 638,204 = 11,796 more each: 206,430 more, on top of 6,318,609.
    typed(page, PAY, "650k")
    expect(deficit(page)).to_contain_text(money(6_318_609 + 17.5 * 11_796))
    expect(cell(page, PAY)).to_have_value("$650,000")
    assert entry(server, practice, PAY) == 650_000

    page.get_by_role("button", name="Undo").click()
    expect(cell(page, PAY)).to_have_value("$638,204")
    assert entry(server, practice, PAY) == 638_204
    page.get_by_role("button", name="Redo").click()
    expect(cell(page, PAY)).to_have_value("$650,000")
    cell(page, PAY).focus()
    page.keyboard.press("Control+Z")
    expect(cell(page, PAY)).to_have_value("$638,204")
    page.keyboard.press("Control+Y")
    expect(cell(page, PAY)).to_have_value("$650,000")
    assert entry(server, practice, PAY) == 650_000

    part(page, "Volumes")
    first = "volumes.client_hospital.emergency.ct.base_exams"
    cell(page, first).click()
    pasted = [str(1_000 + row) for row in range(30)]
    paste(page, first, "\n".join(pasted))
    expect(page.get_by_text("Pasted 30 changed cells.")).to_be_visible()
    eventually(page, lambda: column(server, practice)[:30] == list(range(1_000, 1_030)))

    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", name="Why", exact=True)).to_be_visible()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Practice", exact=True).click()
    expect(cell(page, first)).to_have_value("1,000")

    settled(page)
    page.get_by_label("Year shown").scroll_into_view_if_needed()
    page.get_by_label("Year shown").click()
    page.get_by_role("option", name="2027").click()
    page.wait_for_url(re.compile("year=2027"))
    page.get_by_label("Scenarios, in order").click()
    page.get_by_role("option").first.click()
    page.wait_for_url(re.compile("scenario="))
    settled(page)
    address = page.url

    page.reload()
    drawn(page)
    part(page, "Volumes")
    expect(cell(page, first)).to_have_value("1,000")
    expect(page.get_by_test_id("stSidebar").get_by_label("Year shown")).to_have_value("2027")

    server.kill()
    server.start()
    page.goto(address)
    drawn(page)
    assert page.url == address
    expect(deficit(page)).to_contain_text("2027")
    part(page, "People")
    expect(cell(page, PAY)).to_have_value("$650,000")
    part(page, "Volumes")
    expect(cell(page, first)).to_have_value("1,000")
    assert column(server, practice)[:30] == list(range(1_000, 1_030))
    assert not visitor.errors


def paste(page, path, text):
    """Paste text that a spreadsheet put on the clipboard."""
    cell(page, path).evaluate(
        """(input, text) => {
            const clipboardData = new DataTransfer()
            clipboardData.setData("text/plain", text)
            input.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }))
        }""", text)  # fmt: skip


@pytest.mark.parametrize(("text", "words"), [("a lot", "is not a number"), ("-5", "least"), ("9e99", "is not a number")])
def test_what_cannot_stand_in_a_cell_is_refused_there_in_words(server, visitor, text, words):
    practice = server.own_practice("Refusals")
    page = visitor.open(f"/practice?practice={practice}")
    part(page, "People")
    typed(page, PAY, text)
    expect(cell(page, PAY)).to_have_attribute("aria-invalid", "true")
    cell(page, PAY).focus()
    note = page.locator(".note").filter(has_text="Not stored")
    expect(note).to_contain_text(words)
    expect(cell(page, PAY)).to_have_value(text)
    assert entry(server, practice, PAY) == 638_204

    # A version is looked at without what was refused in the draft.
    page.goto(f"{server.url}/practice?practice={practice}&version=1")
    drawn(page)
    part(page, "People")
    expect(cell(page, PAY)).to_have_value("$638,204")


@pytest.mark.parametrize(("choice", "here", "kept"), [("Use mine", 660_000, False), ("Use theirs", 655_000, False),
                                                      ("Keep both", 655_000, True)])
def test_two_tabs_that_change_the_same_practice_lose_neither(server, visitor, choice, here, kept):
    practice = server.own_practice(f"Two tabs, {choice.lower()}")
    first = visitor.open(f"/practice?practice={practice}")
    part(first, "People")
    second = visitor.open(f"/practice?practice={practice}", visitor.tab())
    part(second, "People")
    typed(second, PAY, "655k")
    expect(cell(second, PAY)).to_have_value("$655,000")
    typed(first, PAY, "660k")
    expect(first.get_by_text("This practice was changed in two places")).to_be_visible()
    panel = first.get_by_role("table").or_(first.get_by_test_id("stDataFrame")).first
    expect(panel).to_contain_text("655000")
    expect(panel).to_contain_text("660000")
    with server.workspace() as workspace:
        copy = next(one for one in workspace.documents("practice")
                    if one.name == f"Two tabs, {choice.lower()} (conflicting copy)")
    assert (entry(server, practice, PAY), entry(server, copy.id, PAY)) == (655_000, 660_000)

    first.get_by_role("button", name=choice).click()
    expect(first.get_by_text("This practice was changed in two places")).to_be_hidden()
    expect(cell(first, PAY)).to_have_value(money(here))
    assert entry(server, practice, PAY) == here
    with server.workspace() as workspace:
        assert (copy.id in {one.id for one in workspace.documents("practice")}) == kept


def test_a_board_member_follows_a_link_to_a_version_and_can_only_read(server, visitor):
    practice = server.own_practice("Board")
    with server.workspace() as workspace:
        draft = workspace.draft(practice)
        workspace.save(practice, draft.content.replace("638_204", "700_000"), revision=draft.revision, author="Dr. Test",
                       what="Changed")  # fmt: skip
    assert entry(server, practice, PAY) == 700_000
    page = visitor.open(f"/?practice={practice}&version=1")
    main = page.get_by_test_id("stMain")
    expect(main.get_by_role("heading", name="$6,318,609").first).to_be_visible()
    expect(page.get_by_test_id("stSidebar").get_by_text("Version 1, saved by Dr. Test")).to_be_visible()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Practice", exact=True).click()
    expect(main.get_by_text("This is a saved version and stays as it is")).to_be_visible()
    part(page, "People")
    expect(cell(page, PAY)).to_have_value("$638,204")
    expect(cell(page, PAY)).to_be_disabled()
    expect(main.get_by_role("button", name="Undo")).to_be_hidden()
    assert "version=1" in page.url


def test_the_keyboard_alone_edits_a_cell_saves_a_version_and_switches_the_page(server, visitor):
    practice = server.own_practice("Keyboard")
    page = visitor.open(f"/practice?practice={practice}")
    tab_to(page, lambda: focused(page) == "Basics")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("stMain").get_by_role("radio", name="People")).to_be_focused()
    page.keyboard.press("Enter")
    expect(cell(page, PAY)).to_be_visible()
    settled(page)
    tab_to(page, lambda: focused(page).startswith("Partners, diagnostic, Agreed pay per FTE"))
    page.keyboard.type("656k")
    page.keyboard.press("Enter")
    expect(cell(page, PAY)).to_have_value("$656,000")
    assert entry(server, practice, PAY) == 656_000

    settled(page)
    tab_to(page, lambda: "Save a version" in focused(page))
    page.keyboard.press("Enter")
    expect(page.get_by_label("What is this version for?")).to_be_visible()
    tab_to(page, lambda: focused(page).startswith("What is this version for?"))
    page.keyboard.type("By keyboard")
    tab_to(page, lambda: focused(page).startswith("Save version"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Version 2 is saved.")).to_be_visible()
    with server.workspace() as workspace:
        assert workspace.version(practice, 2).reason == "By keyboard"

    tab_to(page, lambda: focused(page).endswith("Practices"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Practices", exact=True)).to_be_visible()


def focused(page):
    """What a screen reader would call the element that has the focus."""
    return page.evaluate("""() => {
        let one = document.activeElement
        while (one && one.shadowRoot && one.shadowRoot.activeElement) one = one.shadowRoot.activeElement
        const isControl = one && one.matches("a, button, input, select, textarea, [role=radio]")
        return isControl ? one.getAttribute("aria-label") || one.innerText || "" : ""
    }""")


def tab_to(page, there):
    """Press Tab until the focus is there."""
    for _ in range(200):
        if there():
            return
        page.keyboard.press("Tab")
    pytest.fail("not reached with the Tab key")


@pytest.mark.parametrize("pause", [0, 60, 170, 300], ids=lambda pause: f"{pause} ms apart")
def test_no_quick_move_of_a_slider_is_lost_and_every_figure_follows(visitor, pause):
    content, references = example_text("sample"), references_today()
    lever = levers_of(content, references, ())[0]
    moved = run_of(Written(content, references, levers=(positions(lever)[5],)))
    page = visitor.open("/?practice=sample")
    slider = page.get_by_role("slider").first
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(pause)
    expect(page.get_by_role("heading", name=money(moved.series("support_deficit", 1)[0])).first).to_be_visible()
    settled(page)
    expect(slider).to_have_attribute("aria-valuetext", position_in_words(lever, 5))
    expect(page.get_by_role("heading", name=money(moved.series("owner_take_home_without_support", 1)[0])).first).to_be_visible()
