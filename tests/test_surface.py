"""The surface of every page in a real browser: accessible, quiet, of this machine alone, and showing people's text as text."""

import tomllib

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from finmodel.assumptions.document_text import document_as_text
from finmodel.contracts.editing import with_entry
from finmodel.ui.proposal_runs import example_text
from tests.browser import cell, drawn, settled

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
HOSTILE = {
    "image": "![logo](https://example.org/logo.png) <img src=https://example.org/x.png> :material/home: $x^2$ **bold**",
    "right to left": "Radiology \u202egnp.exe\u202c of \u05d0\u05d1\u05d2 {{ 7 * 7 }} [link](https://example.org)",
    "long": "<script>x</script> " + "longest " * 20,
}


def pages(page):
    """The pages that the navigation lists, by title."""
    links = page.get_by_test_id("stSidebarNav").get_by_role("link")
    expect(links.first).to_be_visible()
    return [link.inner_text().split("\n")[-1] for link in links.all()]


def go(page, title):
    """Open a page from the navigation."""
    link = page.get_by_test_id("stSidebarNav").get_by_role("link").filter(has=page.get_by_text(title, exact=True))
    link.click()
    expect(link).to_have_attribute("aria-current", "page")
    drawn(page)


def parts(page):
    """The parts of a page that is split by a row of choices."""
    return page.get_by_test_id("stMain").get_by_test_id("stButtonGroup").first.get_by_role("radio").all()


def own_proposal(server, practice, name):
    """A proposal for a practice, of this name, made of an example."""
    text = document_as_text(with_entry(tomllib.loads(example_text("piecemeal")), ("name",), name))
    with server.workspace() as workspace:
        workspace.create("proposal", name, text, author="Dr. Test", belongs_to=practice)


def violations(page, where):
    """What axe finds, in short: where, which rule, which element; what fades in has not its colors yet."""
    page.wait_for_function("() => document.getAnimations().every(one => one.playState !== 'running')")
    found = Axe().run(page, options=WCAG).response["violations"]
    return [f"{where}: {rule['id']}: {node['target']} {node['failureSummary'][:200]!r}"
            for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("visitor", [{"color_scheme": "light"}, {"color_scheme": "dark"}], ids=["light", "dark"], indirect=True)
def test_no_page_breaks_wcag_a_or_aa_asks_elsewhere_or_logs_an_error(server, visitor):
    practice = server.own_practice("Surface")
    own_proposal(server, practice, "Surface")
    page = visitor.open(f"/?practice={practice}")
    found = []
    titles = pages(page)
    assert {"Overview", "Practice", "Practices", "Glossary"} <= set(titles)
    for title in titles:
        go(page, title)
        found += violations(page, title)
        if title in ("Practice", "Proposals"):
            for choice in parts(page)[1:]:
                choice.click()
                expect(choice).to_be_checked()
                settled(page)
                found += violations(page, f"{title}, {choice.inner_text()}")
    assert not found, "\n".join(found)
    assert not visitor.asked_elsewhere
    assert not visitor.errors


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_name_is_shown_as_it_is_written(server, visitor, name):
    shown = name.strip()
    practice = server.own_practice(shown)
    own_proposal(server, practice, shown)
    page = visitor.open(f"/?practice={practice}")
    for title in pages(page):
        go(page, title)
        if title in ("Overview", "Practice"):
            title_shown = page.get_by_test_id("stMain").get_by_role("heading", level=1).first.text_content()
            assert title_shown.replace("\u2060", "").strip() == shown
        main = page.get_by_test_id("stMain")
        assert main.locator("img[src*='example.org'], a[href*='example.org'], .katex").count() == 0
    assert not visitor.asked_elsewhere
    assert not visitor.errors


def test_a_name_of_ten_thousand_characters_stays_a_fault_to_mend_and_breaks_no_page(server, visitor):
    practice = server.own_practice("Short")
    page = visitor.open(f"/practice?practice={practice}")
    cell(page, "name").fill("![x](https://example.org/x.png) " * 320)
    cell(page, "name").press("Enter")
    expect(page.get_by_test_id("stMain").get_by_text("1 to mend before the draft can be computed")).to_be_visible()
    for title in pages(page):
        go(page, title)
        assert page.get_by_text("encountered an error").count() == 0
    assert not visitor.asked_elsewhere
    assert not visitor.errors
