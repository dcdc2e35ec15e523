"""Nothing typed is lost between the browser and the store, whatever becomes of the page, the connection and the server."""

from playwright.sync_api import expect

from finmodel.assumptions import edited
from tests.browser import PAY, cell, column, drawn, entry, eventually, part, pressed, settled, typed


def test_cells_typed_one_after_the_other_without_waiting_are_all_stored(server, visitor):
    practice = server.own_practice("Quick typist")
    page = visitor.open(f"/practice?practice={practice}")
    part(page, "Volumes")
    cell(page, "volumes.client_hospital.emergency.ct.base_exams").click()
    for row in range(20):
        page.keyboard.type(f"{2_000 + row}")
        page.keyboard.press("Enter")
    eventually(page, lambda: column(server, practice)[:20] == list(range(2_000, 2_020)))
    expect(cell(page, "volumes.client_hospital.emergency.ct.base_exams")).to_have_value("2,000")
    expect(page.get_by_text("changed in two places")).to_be_hidden()


def test_a_cell_left_by_a_click_on_another_page_or_part_or_by_a_reload_is_stored_without_going_back(server, visitor):
    practice, page = opened(visitor, server, "Hasty")
    cell(page, PAY).fill("651k")
    pressed(page, page.get_by_test_id("stSidebarNav").get_by_role("link", name="Glossary"))
    eventually(page, lambda: entry(server, practice, PAY) == 651_000)
    expect(page.get_by_role("heading", name="Glossary")).to_be_visible()
    nothing_kept(page)
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Practice", exact=True).click()
    expect(cell(page, PAY)).to_have_value("$651,000")

    settled(page)
    cell(page, PAY).fill("652k")
    pressed(page, page.get_by_test_id("stMain").get_by_role("radio", name="Costs"))
    eventually(page, lambda: entry(server, practice, PAY) == 652_000)
    expect(page.get_by_role("heading", name="Yearly trends")).to_be_visible()
    nothing_kept(page)
    part(page, "People")
    expect(cell(page, PAY)).to_have_value("$652,000")

    cell(page, PAY).fill("653k")
    page.reload()
    eventually(page, lambda: entry(server, practice, PAY) == 653_000)
    nothing_kept(page)


def test_what_was_typed_while_the_server_was_away_is_stored_when_it_is_back(server, visitor):
    practice = server.own_practice("Patient")
    page = visitor.open(f"/practice?practice={practice}")
    part(page, "People")
    server.kill()
    typed(page, PAY, "654k")
    server.start()
    eventually(page, lambda: entry(server, practice, PAY) == 654_000)
    expect(cell(page, PAY)).to_have_value("$654,000")


def opened(visitor, server, title, name="People"):
    """A practice of one's own, opened at a part of its page."""
    practice = server.own_practice(title)
    page = visitor.open(f"/practice?practice={practice}")
    part(page, name)
    return practice, page


def loaded_again(page, name="People"):
    """Load the tab again and go back to the part."""
    page.reload()
    drawn(page)
    part(page, name)


def changed_elsewhere(server, practice, changes):
    """Store changes beside the server, as another person would."""
    with server.workspace() as workspace:
        draft = workspace.draft(practice)
        workspace.save(practice, edited(draft.content, changes), revision=draft.revision, author="Dr. Else", what="Changed")


def nothing_kept(page):
    """Wait until the tab knows that everything is stored."""
    page.wait_for_function("() => sessionStorage.length === 0")


def test_what_never_reached_the_server_is_stored_when_the_tab_is_loaded_again(server, visitor):
    wire = visitor.wire()
    practice, page = opened(visitor, server, "Swallowed")
    wire.cut("there")
    typed(page, PAY, "657k")
    cell(page, "providers.partner_radiologist.fte").fill("18")
    loaded_again(page)
    eventually(page, lambda: entry(server, practice, PAY) == 657_000)
    eventually(page, lambda: entry(server, practice, "providers.partner_radiologist.fte") == 18)
    expect(cell(page, PAY)).to_have_value("$657,000")
    nothing_kept(page)


def test_what_was_typed_while_the_server_was_away_is_stored_after_the_tab_was_left_and_the_server_came_back(server, visitor):
    practice, page = opened(visitor, server, "Power cut")
    address = page.url
    server.kill()
    cell(page, PAY).fill("658k")
    page.goto("about:blank")
    server.start()
    page.goto(address)
    drawn(page)
    part(page, "People")
    eventually(page, lambda: entry(server, practice, PAY) == 658_000)
    nothing_kept(page)


def test_what_was_kept_does_not_replace_what_came_later_and_says_so(server, visitor):
    wire = visitor.wire()
    practice, page = opened(visitor, server, "Overtaken")
    wire.cut("there")
    cell(page, PAY).fill("659k")
    changed_elsewhere(server, practice, {PAY: 700_000})
    loaded_again(page)
    expect(cell(page, PAY)).to_have_attribute("aria-invalid", "true")
    expect(cell(page, PAY)).to_have_value("659k")
    cell(page, PAY).focus()
    expect(page.locator(".note").filter(has_text="this said $638,204 when you typed, and says $700,000 now")).to_be_visible()
    assert entry(server, practice, PAY) == 700_000


def test_what_was_kept_and_cannot_be_stored_is_told_on_whatever_page_comes_next(server, visitor):
    practice, page = opened(visitor, server, "Told elsewhere")
    cell(page, PAY).fill("much")
    pressed(page, page.get_by_test_id("stSidebarNav").get_by_role("link", name="Glossary"))
    expect(page.get_by_role("alert").filter(has_text="'much' is not a number")).to_be_visible()
    assert entry(server, practice, PAY) == 638_204
    nothing_kept(page)
    settled(page)
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Practice", exact=True).click()
    expect(cell(page, PAY)).to_have_value("much")


def test_what_was_kept_for_a_row_that_is_gone_is_told(server, visitor):
    wire = visitor.wire()
    practice, page = opened(visitor, server, "Row gone")
    wire.cut("there")
    cell(page, "roster_changes.hire_2026.size").fill("2")
    changed_elsewhere(server, practice, {"roster_changes.hire_2026": None})
    page.reload()
    expect(page.get_by_text("'2' was not stored")).to_be_visible()
    assert "hire_2026" not in server.stored(practice).get("roster_changes", {})


def test_an_edit_and_a_step_back_that_were_stored_unheard_are_not_made_again(server, visitor):
    wire = visitor.wire()
    practice, page = opened(visitor, server, "Unheard")
    for text, shown in (("661k", "$661,000"), ("662k", "$662,000")):
        typed(page, PAY, text)
        expect(cell(page, PAY)).to_have_value(shown)
    cell(page, PAY).focus()
    wire.cut("back")
    page.keyboard.press("Control+Z")
    eventually(page, lambda: entry(server, practice, PAY) == 661_000)
    typed(page, "providers.partner_radiologist.fte", "19")
    eventually(page, lambda: entry(server, practice, "providers.partner_radiologist.fte") == 19)
    revision = server.revision(practice)
    loaded_again(page)
    nothing_kept(page)
    expect(cell(page, PAY)).to_have_value("$661,000")
    expect(cell(page, PAY)).to_have_attribute("aria-invalid", "false")
    assert server.revision(practice) == revision


def test_the_next_cell_keeps_what_is_typed_while_its_table_is_built_anew(server, visitor):
    practice, page = opened(visitor, server, "New names")
    names = [f"providers.{key}.label" for key in list(server.stored(practice)["providers"])[:2]]
    cell(page, names[0]).fill("Owners")
    page.keyboard.press("Enter")
    expect(cell(page, names[1])).to_be_focused()
    page.keyboard.type("Staff re")
    expect(cell(page, names[0])).to_have_attribute("aria-label", "Owners, Label")
    page.keyboard.type("aders")
    expect(cell(page, names[1])).to_have_value("Staff readers")
    page.keyboard.press("Enter")
    eventually(page, lambda: entry(server, practice, names[1]) == "Staff readers")
