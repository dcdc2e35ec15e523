"""The page Import as Streamlit runs it: what is asked, what is shown, what is remembered, and that nothing of the files stays."""

import dataclasses
import gc
import json
import tempfile
import time
import tomllib

import pytest

from finmodel.assumptions import Fault, parse_practice
from finmodel.billing.layout import NAMES, fingerprint
from finmodel.format import number, percent
from finmodel.ui import billing_intake, billing_worker
from finmodel.ui.billing_intake import Intake
from finmodel.ui.billing_questions import QUESTIONS
from finmodel.ui.billing_words import CONCEPTS, asked_by, in_plain_words
from tests.billing_files import (
    PRIVATE,
    SITES,
    charges_and_remittances,
    services,
    texts,
    transactions,
    truth,
    wide,
    write_csv,
    write_fee_schedule,
)
from tests.fee_schedules import many_rows, relative_values
from tests.pages import button, opened, words

UNTIL = 120.0
MADE = services(5, 1_500)
TRUE = truth(MADE)


@pytest.fixture(autouse=True)
def temporary(stored, tmp_path, monkeypatch):  # noqa: ARG001
    """Where copies of files lie: a folder of this test's own."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


@pytest.fixture
def page():
    return opened("import_billing", practice="sample")


def content_of(rows, **how):
    return "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in texts(rows, **how)).encode()


def with_schedule(page, tmp_path):
    """The page once the fee schedule of 2025 is brought."""
    file = write_fee_schedule(tmp_path)
    return dropped(page, "fee_schedule_", file.name, file.read_bytes())


def dropped(page, key, name, content):
    """Drop a file into the uploader whose name begins so."""
    next(one for one in page.file_uploader if one.key.startswith(key)).upload(name, content, "text/csv")
    page.run()
    assert not page.exception
    return page


def read(page):
    """Have the files read, and wait."""
    button(page, "Read the files").click()
    page.run()
    until = time.monotonic() + UNTIL
    while any(one.key == "cancel-reading" for one in page.button):
        assert time.monotonic() < until
        time.sleep(0.1)
        page.run()
        assert not page.exception
    return page


def table(page, column):
    """The table that has a column of this name."""
    return next(one.value for one in page.dataframe if column in one.value.columns)


def everything_held(page, *folders):
    """All that the page shows and keeps: its elements, its session, files in folders."""
    gc.collect()
    kept = page.session_state["billing"]
    texts_of_files = [path.read_bytes().decode("latin-1") for folder in folders for path in folder.rglob("*") if path.is_file()]
    shown = [str(one.value.to_dict()) for one in page.dataframe]
    return "\n".join([words(page), *shown, repr(kept), json.dumps(kept.document), kept.practice, *texts_of_files])


def test_an_export_becomes_a_practice_with_its_totals(page, tmp_path, stored, temporary):
    with_schedule(page, tmp_path)
    assert "2025 October" in words(page)
    dropped(page, "billing_files_", "wide.csv", content_of(wide(MADE)))
    assert f"{len(wide(MADE)[0])} columns" in words(page)
    read(page)
    shown = {one.label: one.value for one in page.metric}
    work = sum(one[0] for one in TRUE["payers"].values())
    assert shown["Exams"] == number(TRUE["exams"])
    assert shown["Work RVUs"] == number(float(work))
    # Every payment of the file arrived within its months, so what is expected is what was paid.
    assert shown["Net collection rate"] == percent(TRUE["paid"] / TRUE["allowed"])
    totals = table(page, "Not explained").set_index("Total of")
    assert totals.loc["Payments", "Counted"] == f"${TRUE['paid'] / 100:,.2f}"
    assert set(totals["Not explained"]) == {"$0.00"}
    assert "Every cent of the files is accounted for" in words(page)
    # Nothing of the rows is anywhere: neither on the page, nor in the session, nor in a folder.
    assert "CANARY" not in everything_held(page, temporary, tmp_path)
    assert not [path for path in temporary.rglob("*") if path.is_file()]

    page.text_input(key=f"practice-name-{page.session_state['billing'].number}").set_value("St. Mary's Group").run()
    assert tomllib.loads(page.session_state["billing"].practice)["name"] == "Imported practice"
    page.button(key="make-practice").click()
    page.run()
    assert not page.exception
    (made,) = stored.documents("practice")
    practice = parse_practice(stored.draft(made.id).content.encode(), "made")
    assert practice.name == "St. Mary's Group"
    exams = sum(segment.base_exams.values[0] for site in practice.volumes.values() for lines in site.values()
                for segment in lines.values())
    assert exams == TRUE["exams"]
    assert next(iter(practice.payers.values())).base_year_collections.note.startswith("export 1: ")
    assert page.title[0].value == "St\\. Mary's Group"


def test_what_the_files_do_not_tell_is_asked_and_never_guessed(page, tmp_path):
    with_schedule(page, tmp_path)
    rows = [{name: value for name, value in row.items() if name != "Payer"} for row in wide(MADE)
            if max(row["Date of Service"].day, row["Payment Date"].day) <= 12]
    dropped(page, "billing_files_", "no_payer.csv", content_of(rows, dates="%m/%d/%Y"))
    assert button(page, "Read the files").disabled
    (payer,) = page.radio
    assert (payer.label, payer.value) == ("No column names the payer. Who pays for these rows?", None)
    payer.set_value("Commercial").run()
    read(page)
    dates = next(one for one in page.radio if one.label == "How are dates written in these files?")
    assert dates.value is None
    assert button(page, "Read the files").disabled
    assert "--" not in words(page)
    dates.set_value("month-first").run()
    read(page)
    assert {one.label: one.value for one in page.metric}["Exams"] not in {"", "0", "—"}
    assert list(table(page, "Net collected")["Payer"]) == ["Commercial"]


def test_a_column_that_is_corrected_is_remembered_for_files_like_it(page, tmp_path):
    with_schedule(page, tmp_path)
    rows = [{("Treatment" if name == "CPT" else name): value for name, value in row.items()} for row in wide(MADE[:60])]
    dropped(page, "billing_files_", "odd.csv", content_of(rows))
    assert "choose it, or ask for an export that lists services" in words(page)
    assert button(page, "Read the files").disabled
    key = fingerprint(list(rows[0]))
    page.selectbox(key=f"column-{key}-code").set_value("Treatment").run()
    assert not page.exception
    assert not button(page, "Read the files").disabled
    # Another window, and the same after a restart, knows it.
    again = opened("import_billing", practice="sample")
    dropped(again, "billing_files_", "odd_too.csv", content_of(rows))
    assert not button(again, "Read the files").disabled
    assert json.loads((tmp_path / "billing_columns" / f"{key}.json").read_text()) == {"code": "Treatment"}


def test_a_fake_fee_schedule_is_refused_with_its_reasons(page):
    dropped(page, "fee_schedule_", "PPRRVU2025_Oct.csv", b"HCPCS,MOD\n70450,26\n")
    assert "PPRRVU2025_Oct.csv was not taken" in words(page)
    assert len(table(page, "What is wrong")) >= 1
    assert "none yet" in page.expander[0].label


def test_of_several_releases_of_a_year_the_newest_is_used(page, tmp_path):
    with_schedule(page, tmp_path)
    earlier = relative_values(many_rows(), release="January").encode()
    dropped(page, "fee_schedule_", "PPRRVU2025_Jan.csv", earlier)
    dropped(page, "fee_schedule_", "PPRRVU2026_Jul.csv", relative_values(many_rows(), year=2026, release="July").encode())
    assert page.expander[0].label == "Medicare's fee schedules: 2025 October, 2026 July"
    told = words(page)
    assert "400 rows · conversion factor 32.3465 · PPRRVU2025_Jan.csv · not used: there is a newer one" in told
    assert "400 rows · conversion factor 33.4009 · PPRRVU2026_Jul.csv · used for services of 2026" in told
    # The store is a folder of this user: another window sees the same, and what is removed is gone from it.
    page.button(key="remove-fee_schedule_2025_october_32.3465").click()
    page.run()
    assert "Medicare's fee schedules: 2025 January, 2026 July" in [one.label for one in opened("import_billing").expander]


def test_a_path_on_this_computer_is_read_where_it_stands(page, tmp_path, temporary):
    with_schedule(page, tmp_path)
    file = write_csv(tmp_path / "transactions.csv", transactions(MADE[:400]))
    field = next(one for one in page.text_input if one.label.startswith("Or a path"))
    for typed, reason in ((str(tmp_path / "gone.csv"), "there is no such file"), (str(tmp_path), "is a folder"),
                          ("transactions.csv", "write the whole path")):
        field.set_value(typed)
        button(page, "Add").click()
        page.run()
        assert reason in table(page, "What is wrong")["What is wrong"][0]
        field = next(one for one in page.text_input if one.label.startswith("Or a path"))
    field.set_value(f'"{file}"')
    button(page, "Add").click()
    page.run()
    assert "transactions.csv" in words(page)
    assert not [path for path in temporary.rglob("*") if path.is_file()]
    read(page)
    assert file.is_file()
    assert page.metric


def test_a_year_without_fee_schedule_is_said_and_counted_when_it_is_brought(page, tmp_path):
    dropped(page, "billing_files_", "wide.csv", content_of(wide(services(5, 300, months=4))))
    assert button(page, "Read the files").disabled
    assert "First bring a fee schedule" in words(page)
    with_schedule(page, tmp_path)
    read(page)
    assert "hold no whole calendar year" in words(page)
    assert not page.metric
    page.segmented_control(key=f"billing-year-{page.session_state['billing'].number}").set_value(2025).run()
    assert not page.exception
    assert "Only 4 months of 2025" in words(page)
    assert page.metric
    page.session_state["opened_parts"]["schedules_used"] = True
    page.run()
    button(page, "Remove").click()
    page.run()
    assert "No fee schedule of 2025 is stored" in words(page)
    assert not page.metric
    with_schedule(page, tmp_path)
    assert page.metric


def test_a_reading_that_is_cancelled_leaves_nothing(page, tmp_path, temporary):
    with_schedule(page, tmp_path)
    dropped(page, "billing_files_", "wide.csv", content_of(wide(MADE)))
    process = page.session_state["billing"].intake._process
    button(page, "Read the files").click()
    page.run()
    page.button(key="cancel-reading").click()
    page.run()
    assert "Cancelled: nothing was read" in words(page)
    assert not page.metric
    process.wait(UNTIL)
    assert not [path for path in temporary.rglob("*") if path.is_file()]


def test_charges_alone_make_no_practice(page, tmp_path):
    with_schedule(page, tmp_path)
    dropped(page, "billing_files_", "charges.csv", content_of(charges_and_remittances(MADE)[0]))
    read(page)
    assert "No payment for services of 2025 is in the files" in words(page)
    assert not page.metric


def test_a_line_is_not_told_by_patients_whose_exams_were_all_reversed(page, tmp_path):
    # Twelve patients have an ultrasound as inpatients of the first site; those of four are undone, so the line is of eight.
    place = (SITES[0], "21", "76700")
    others = [one for one in MADE if (one.site, one.place, one.code) != place]
    few = [dataclasses.replace(others[0], account=f"F{number}", patient=900_000 + number, code="76700", site=SITES[0], place="21",
                               units=1, secondary=None, is_reversed=number < 4, is_replaced=False, is_voided=False, payments=[],
                               adjustments=[]) for number in range(12)]
    with_schedule(page, tmp_path)
    dropped(page, "billing_files_", "wide.csv", content_of(wide([*others, *few])))
    read(page)
    volumes = table(page, "Small lines together").set_index(["Site", "Setting"])
    assert volumes.loc[(SITES[0], "Inpatient"), "Ultrasound"] == "—"
    assert volumes.loc[(SITES[0], "Inpatient"), "CT"] != "—"


def test_a_file_that_is_removed_leaves_no_copy(page, temporary):
    dropped(page, "billing_files_", "wide.csv", content_of(wide(MADE[:50])))
    assert [path.name for path in temporary.rglob("*") if path.is_file()] == ["wide.csv"]
    button(page, "Remove").click()
    page.run()
    assert not [path for path in temporary.rglob("*") if path.is_file()]


def test_a_hostile_name_of_a_file_leads_nowhere_else(page, temporary):
    dropped(page, "billing_files_", "../../../evil.csv", content_of(wide(MADE[:50])))
    (kept,) = [path for path in temporary.rglob("*") if path.is_file()]
    assert (kept.name, kept.parents[2]) == ("evil.csv", temporary)
    dropped(page, "billing_files_", "letter.csv", b"Dear Sir,\nplease find enclosed\n")
    assert "is it the right file" in table(page, "What is wrong")["What is wrong"][0]


@pytest.mark.parametrize("end", ["closed", "forgotten", "window closed", "server gone"])
def test_the_files_go_with_whoever_wanted_them(end, monkeypatch):
    monkeypatch.setattr(billing_intake, "SECONDS_BETWEEN_LOOKS", 0.01)
    intake = Intake()
    intake.add_copy("wide.csv", content_of(wide(MADE[:50])))
    folder, process = intake.folder, intake._process
    reading = intake.ask(do="read", headers=[[str(one.path), one.columns, one.written] for one in intake.headers],
                         memory=str(folder), dates=None, decimal_mark=None, assumed={})
    if end == "closed":
        intake.close()
    elif end == "window closed":
        intake.close_when_left(lambda: False)
    elif end == "forgotten":
        del intake
        gc.collect()
    else:
        # What a server that is killed leaves: the pipe is shut, and nobody removes anything.
        intake._finalizer.detach()
        process.stdin.close()
    until = time.monotonic() + UNTIL
    while process.poll() is None or folder.exists():
        assert time.monotonic() < until
        time.sleep(0.05)
    assert reading.over.wait(UNTIL)


def test_a_process_that_dies_is_told(page, tmp_path):
    with_schedule(page, tmp_path)
    dropped(page, "billing_files_", "wide.csv", content_of(wide(MADE[:50])))
    page.session_state["billing"].intake._process.kill()
    page.session_state["billing"].intake._process.wait()
    read(page)
    assert "bring them again" in words(page)


def test_an_error_that_was_not_foreseen_quotes_nothing():
    reader = billing_worker.Reader(lambda _: None)
    answer = reader.answer({"do": "read", "CANARY": 1})
    assert answer == {"faults": [[billing_worker.FAILED.file, "", billing_worker.FAILED.reason]]}


def test_every_concept_has_a_name_and_every_question_an_answer_for_the_reader():
    assert set(CONCEPTS) == set(NAMES)
    fault = Fault("a.csv", "payer", "no column holds the payer; name it with --map COLUMN=payer, or --assume payer=VALUE")
    assert asked_by([fault]) == {"payer"}
    assert set(QUESTIONS) == {"dates", "decimal_mark", "payer", "place_of_service"}
    where, reason = in_plain_words(Fault("a.csv", "code", "no column holds codes; name it with --map COLUMN=code"))
    assert (where, "--" in reason) == ("Procedure code", False)


def test_the_private_columns_are_offered_by_name_only(page):
    dropped(page, "billing_files_", "wide.csv", content_of(wide(MADE[:50])))
    key = fingerprint(list(wide(MADE[:1])[0]))
    page.session_state["opened_parts"][f"columns-{key}"] = True
    page.run()
    options = page.selectbox(key=f"column-{key}-site").options
    assert set(PRIVATE) <= set(options)
    assert not any("CANARY" in option for option in options)


@pytest.mark.parametrize("name", ["practices", "assumptions", "risk", "import_billing"])
def test_only_this_page_takes_large_files(name):
    limits = {one.proto.max_upload_size_mb for one in opened(name, practice="sample").file_uploader}
    assert limits == ({64, 100} if name == "import_billing" else {2})
