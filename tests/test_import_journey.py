"""From an export to a practice in a real browser: what a practice manager drops in, corrects, reads, and leaves with."""

import tempfile
import tomllib
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.billing_files import charges_and_remittances, services, transactions, truth, wide, write_csv, write_fee_schedule
from tests.browser import drawn, eventually, settled
from tests.test_surface import violations

MADE = services(11, 1_500)
CANARY = b"CANARY"
# What an export is filled with that nobody asked for; with it the file is larger than what other pages take.
FILLER = "x" * 1_500


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exports")
    charges, remittances = charges_and_remittances(MADE)
    odd = [{("Treatment" if name == "CPT" else name): value for name, value in row.items()} for row in wide(MADE[:200])]
    return {"schedule": write_fee_schedule(folder),
            "charges": write_csv(folder / "charges.csv", [{**row, "Filler": FILLER} for row in charges]),
            "remittances": write_csv(folder / "remittances.csv", remittances), "odd": write_csv(folder / "odd.csv", odd),
            "transactions": write_csv(folder / "transactions.csv", transactions(MADE))}


def copies(name):
    """Copies of an export of this name that lie in folders for temporary files."""
    try:
        return [path for path in Path(tempfile.gettempdir()).glob(f"finmodel-import-*/*/{name}") if CANARY in path.read_bytes()]
    except FileNotFoundError:
        # One went away just while it was looked into.
        return copies(name)


def main(page):
    return page.get_by_test_id("stMain")


def drop(page, where, *paths):
    """Drop files into the uploader of this label."""
    uploader = main(page).get_by_test_id("stFileUploader").filter(has_text=where)
    uploader.locator("input[type=file]").set_input_files([str(path) for path in paths])
    for path in paths:
        expect(main(page).get_by_text(path.name).first).to_be_visible()
    settled(page)


def with_schedule(page, files):
    """The page once a fee schedule is stored, whether a test before stored it or not."""
    if main(page).get_by_text("none yet").count():
        drop(page, "Relative value files", files["schedule"])
    expect(main(page).get_by_text("Medicare's fee schedules: 2025 October")).to_be_visible()


@pytest.mark.parametrize("visitor", [{"color_scheme": "dark"}], indirect=True)
def test_charges_and_remittances_become_a_practice(server, visitor, files):
    page = visitor.open("/import_billing")
    with_schedule(page, files)
    assert files["charges"].stat().st_size > 2 * 2**20
    drop(page, "Billing exports", files["charges"], files["remittances"])
    main(page).get_by_text("Columns of remittances").click()
    expect(main(page).get_by_role("combobox", name="Column of: Payment").last).to_be_visible()
    found = violations(page, "Import, columns")
    main(page).get_by_role("button", name="Read the files").click()
    expect(main(page).get_by_text("Every cent of the files is accounted for")).to_be_visible(timeout=90_000)
    settled(page)
    exams = f"{truth(MADE)['exams']:,}"
    expect(main(page).get_by_test_id("stMetric").filter(has_text="Exams")).to_contain_text(exams)
    found += violations(page, "Import, the answer")
    assert not copies("charges.csv")
    assert not copies("remittances.csv")
    main(page).get_by_label("Name of the practice").fill("Harbor Radiology")
    page.keyboard.press("Tab")
    settled(page)
    main(page).get_by_role("button", name="Make a practice of this").click()
    expect(main(page).get_by_role("heading", level=1)).to_have_text("Harbor Radiology")
    drawn(page)
    practice = next(value for value in page.url.split("?")[1].split("&") if value.startswith("practice=")).partition("=")[2]
    stored = server.stored(practice)
    assert stored["name"] == "Harbor Radiology"
    assert sum(row["base_exams"]["value"] for site in stored["volumes"].values() for lines in site.values()
               for row in lines.values()) == truth(MADE)["exams"]
    assert not found, "\n".join(found)
    assert not visitor.errors
    assert not visitor.asked_elsewhere


def test_a_correction_outlives_the_server_and_the_copies_do_not(server, visitor, files):
    page = visitor.open("/import_billing")
    with_schedule(page, files)
    drop(page, "Billing exports", files["odd"])
    assert len(copies("odd.csv")) == 1
    read = main(page).get_by_role("button", name="Read the files")
    expect(read).to_be_disabled()
    choice = main(page).get_by_role("combobox", name="Column of: Procedure code")
    choice.focus()
    page.keyboard.type("Treat")
    page.keyboard.press("Enter")
    expect(read).to_be_enabled()
    server.kill()
    eventually(page, lambda: not copies("odd.csv"))
    server.start()
    visitor.open("/import_billing")
    expect(main(page).get_by_text("Billing exports").first).to_be_visible()
    drop(page, "Billing exports", files["odd"])
    expect(read).to_be_enabled()
    # The same in another tab, which has files of its own.
    other = visitor.open("/import_billing", visitor.tab())
    expect(main(other).get_by_text("odd.csv")).to_have_count(0)
    drop(other, "Billing exports", files["odd"])
    expect(main(other).get_by_role("button", name="Read the files")).to_be_enabled()


def test_the_practice_can_be_taken_away_as_a_file(visitor, files):
    page = visitor.open("/import_billing")
    with_schedule(page, files)
    field = main(page).get_by_label("Or a path on this computer")
    field.fill(str(files["transactions"]))
    main(page).get_by_role("button", name="Add").click()
    expect(main(page).get_by_text("transactions.csv").first).to_be_visible()
    assert not copies("transactions.csv")
    main(page).get_by_role("button", name="Read the files").click()
    expect(main(page).get_by_role("button", name="Download as a file")).to_be_visible(timeout=90_000)
    settled(page)
    assert violations(page, "Import, the answer") == []
    with page.expect_download() as download:
        main(page).get_by_role("button", name="Download as a file").click()
    content = tomllib.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert (download.value.suggested_filename, content["base_year"]) == ("Imported practice.toml", 2025)
    assert files["transactions"].is_file()
    assert not visitor.errors
