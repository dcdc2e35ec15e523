"""The Practices page as Streamlit runs it: files in and out, versions compared, deletion undone."""

import re

import pytest

from finmodel.assumptions import edited
from finmodel.ui.desk import example_text
from finmodel.ui.run import references_today
from tests.pages import as_read, opened, words

HOSTILE = ["../../x", "![a](http://x)", "$x^2$ :red[b] <b>bold</b>", "\u202etpircs\u202c \u200f\u2067x\u2069"]


def own(stored, name="Our group", **changes):
    """A stored practice with one version."""
    content = edited(example_text("sample"), {"name": name, **changes})
    draft = stored.create("practice", name, content, author="Dr. Test")
    stored.save_version(draft.document.id, revision=draft.revision, author="Dr. Test", reason="As sent to the hospital",
                        assumptions=references_today(), engine_version="1")
    return stored.draft(draft.document.id)


def edit(stored, draft, **changes):
    """The draft after an edit."""
    changes = {path.replace("__", "."): value for path, value in changes.items()}
    return stored.save(draft.document.id, edited(draft.content, changes), revision=draft.revision, author="Dr. Test", what="Edit")


def imported(content, name="practice.toml"):
    """The page after a file was given to it."""
    page = opened("practices")
    page.file_uploader[0].set_value((name, content, "application/toml"))
    next(button for button in page.button if button.label == "Import").click()
    page.run()
    assert not page.exception
    return page


def test_a_version_and_the_draft_differ_by_what_was_edited(stored):
    draft = own(stored)
    edit(stored, draft, providers__partner_radiologist__compensation_per_fte=700_000, description="After the raise")
    page = opened("practices", practice=draft.document.id)
    figures, entries = (page.dataframe[at].value for at in (-2, -1))
    told = {row["Entry"]: (row["Before"], row["After"]) for _, row in entries.iterrows()}
    assert told["Partners, diagnostic: agreed pay per FTE"][1] == "$700,000 per FTE per year (client)"
    assert told["Description"][1] == "After the raise"
    assert len(told) == 2
    assert "Entries that differ: 2" in words(page)
    deficit = figures.set_index("Figure").loc["Support deficit"]
    assert deficit["Before"] == "$6,318,609"


def test_the_difference_of_the_figures_is_what_the_edit_comes_to(stored):
    draft = own(stored)
    # A yearly cost of $100,000 more, with nothing that depends on it.
    cost = {"label": "A new cost", "group": "operating_expense",
            "rate": {"value": 100_000, "unit": "USD/year", "status": "client"}, "annual_growth": 0.0}
    edit(stored, draft, expenses__new_cost=cost)
    page = opened("practices", practice=draft.document.id)
    figures = page.dataframe[-2].value.set_index("Figure")
    assert figures.loc["Support deficit", "Difference"] == "$100,000"
    assert figures.loc["Total expense", "Difference"] == "$100,000"
    assert figures.loc["Total revenue", "Difference"] == "$0"
    added = page.dataframe[-1].value
    assert set(added["Before"]) == {"—"}
    assert "$100,000 per year (client)" in set(added["After"])


def test_two_versions_are_compared_whatever_the_draft_says(stored):
    draft = own(stored)
    draft = edit(stored, draft, description="Second")
    stored.save_version(draft.document.id, revision=draft.revision, author="Dr. Test", reason="Again",
                        assumptions=references_today(), engine_version="1")
    edit(stored, draft, description="Third")
    page = opened("practices", practice=draft.document.id)
    page.selectbox(key=f"before-{draft.document.id}").set_value(1)
    page.selectbox(key=f"after-{draft.document.id}").set_value(2)
    page.run()
    assert page.dataframe[-1].value["After"].tolist() == ["Second"]
    page.selectbox(key=f"after-{draft.document.id}").set_value(1)
    page.run()
    assert "Both say the same in every entry" in words(page)


def test_a_draft_that_cannot_be_computed_is_said_to_be_so(stored):
    draft = own(stored)
    edit(stored, draft, cost_allocation="by guess")
    page = opened("practices", practice=draft.document.id)
    assert "One of the two cannot be computed" in words(page)
    assert page.dataframe[-1].value["Entry"].tolist() == ["cost_allocation"]


def test_a_deletion_is_undone_right_there(stored):
    draft = own(stored)
    page = opened("practices", practice=draft.document.id)
    page.button(key=f"delete-{draft.document.id}").click()
    page.run()
    assert not page.exception
    assert stored.documents("practice") == []
    assert "Deleted: Our group" in words(page)
    page.button(key="undo-deletion").click()
    page.run()
    assert [one.name for one in stored.documents("practice")] == ["Our group"]
    assert "Deleted: Our group" not in words(page)


def test_a_deletion_of_earlier_is_undone_from_the_list(stored):
    draft = own(stored)
    stored.delete(draft.document.id, author="Dr. Test")
    page = opened("practices")
    assert "Deleted (1)" in [one.label for one in page.expander]
    page.session_state["deleted-practice"] = True
    page.run()
    page.button(key=f"undelete-{draft.document.id}").click()
    page.run()
    assert [one.name for one in stored.documents("practice")] == ["Our group"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_shown_as_it_was_typed(stored, name):
    draft = own(stored, name)
    page = opened("practices", practice=draft.document.id)
    shown = next(one.value for one in page.markdown if one.value.startswith("**") and "Dr" in one.value)
    assert f"**{name}**" in as_read(shown)
    assert not re.search(r"(?<!\\)[\[\]$<>]", shown.split("\n")[0])
    page.button(key=f"delete-{draft.document.id}").click()
    page.run()
    assert f"Deleted: {name}" in words(page)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_goes_out_and_comes_in_again(stored, name):
    draft = own(stored, name)
    page = imported(draft.content.encode())
    assert [one.name for one in stored.documents("practice")] == [name, name]
    exported = [one for one in page.download_button if one.label == "Export"]
    assert len(exported) == 2


def test_a_name_of_ten_thousand_characters_is_refused_with_the_reason(stored):
    page = imported(edited(example_text("sample"), {"name": "x" * 10_000}).encode())
    assert "nothing has changed" in words(page)
    assert page.dataframe[0].value["Entry"].tolist() == ["name"]
    assert stored.documents("practice") == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff\xfe\x00", "not a text file in UTF-8"),
        (b"name = ", "not valid TOML"),
        (b'name = "x"\ncolour = "blue"', "is not a known key"),
        (b"x" * 1_000_001, "larger than 1 MB"),
        (edited(example_text("sample"), {"benchmark.compensation": "own_gone"}).encode(), "'own_gone' is not one of"),
    ],
)
def test_a_bad_file_is_refused_with_every_fault_and_nothing_changed(stored, content, told):
    page = imported(content, "![bad](http://x).toml")
    assert "![bad](http://x).toml was not taken; nothing has changed" in words(page)
    assert not any("![" in one.value for one in page.error)
    assert any(told in reason for reason in page.dataframe[0].value["What is wrong"])
    assert stored.documents("practice") == []


def test_all_faults_are_listed_at_once(stored):
    text = edited(example_text("sample"), {"cost_allocation": "by guess", "horizon_years": "ten"})
    assert set(imported(text.encode()).dataframe[0].value["Entry"]) == {"cost_allocation", "horizon_years"}
    assert stored.documents("practice") == []


def test_a_file_becomes_the_practice_on_the_desk(stored):
    page = imported(edited(example_text("community"), {"name": "Our own"}).encode())
    assert [one.name for one in stored.documents("practice")] == ["Our own"]
    assert "**Version 1** · Imported from practice.toml" in words(page)


def test_a_practice_without_versions_says_how_to_save_one(stored):
    draft = stored.create("practice", "New", example_text("sample"), author="Dr. Test")
    page = opened("practices", practice=draft.document.id)
    assert "No version yet" in words(page)
    assert "Compare versions" not in words(page)
