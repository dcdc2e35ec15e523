"""Numbers as people type them, and edits of a practice's text."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finmodel.assumptions import SHIPPED, BadInput, edited, parse_practice
from finmodel.assumptions.fields import field_at
from finmodel.format import number_typed, path_typed, typed, whole_typed
from finmodel.ui.adding import new_key
from finmodel.ui.sheets import Sheets, entry

SAMPLE = (SHIPPED / "practices" / "sample.toml").read_text(encoding="utf-8")
DOCUMENT = tomllib.loads(SAMPLE)


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("2.35m", "USD/year", 2_350_000),
        ("$605,515", "USD/FTE/year", 605_515),
        ("(1,200)", "USD/year", -1_200),
        ("−$5k", "USD/year", -5_000),
        ("$-5", "USD", -5),
        (" 1 200 ", "exam/year", 1_200),
        ("3 million", "USD/year", 3_000_000),
        (".5", "FTE", 0.5),
        ("24", "share", 0.24),
        ("24 %", "share", 0.24),
        ("-0.3%", "share/year", -0.003),
    ],
)
def test_a_number_is_read_as_people_write_it(text, unit, value):
    assert number_typed(text, unit) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "abc", "1,20", "1.2.3", "5 %", "(-5)", "nan", "1e5", "12 13m x", "$", "1,2345", "٣"])
def test_what_is_no_single_number_is_refused_in_words(text):
    with pytest.raises(ValueError, match=r"is not a number|is a percentage"):
        number_typed(text, "USD/year")


@given(st.floats(-1e10, 1e10, allow_nan=False), st.sampled_from(["USD/year", "share", "FTE", "share/year", "exam/year"]))
def test_what_is_shown_to_edit_reads_back_as_the_same_number(value, unit):
    assert number_typed(typed(value, unit), unit) == value


def test_a_path_over_the_years_is_typed_with_semicolons():
    assert path_typed("17.5; 2027: 18.5", "FTE", 2025) == {2025: 17.5, 2027: 18.5}
    assert path_typed("2026: 5", "FTE", 2025) == {2026: 5}
    assert path_typed("5", "FTE", 2025) == 5
    with pytest.raises(ValueError, match="a year and a number"):
        path_typed("5; later 6", "FTE", 2025)


@pytest.mark.parametrize(("text", "value"), [("2025", 2025), ("1,200", 1200), (" 7 ", 7)])
def test_a_whole_number_is_read(text, value):
    assert whole_typed(text) == value


@pytest.mark.parametrize("text", ["soon", "2.5", "", "-3"])
def test_what_is_not_whole_is_refused(text):
    with pytest.raises(ValueError, match="not a whole number"):
        whole_typed(text)


# ---- Cells ----


@pytest.mark.parametrize(
    ("path", "text", "meant"),
    [
        ("providers.partner_radiologist.compensation_per_fte", "650k", 650_000),
        ("providers.partner_radiologist.fte", "17.5; 2027: 18", {2025: 17.5, 2027: 18}),
        ("providers.partner_radiologist.label", " Partners ", "Partners"),
        ("facilities.client_hospital.in_scope", "true", True),
        ("payer_mix.emergency.medicare", "18", 0.18),
        ("ramp", "0.5, 1", [0.5, 1.0]),
        ("horizon_years", "7", 7),
        ("expenses.office.quantity", "", None),
    ],
)
def test_a_typed_cell_means_an_entry_of_the_file(path, text, meant):
    assert entry(path, text, DOCUMENT) == meant


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ("providers.partner_radiologist.fte", "-3", "below the least possible value"),
        ("payer_mix.emergency.medicare", "180", "above the greatest possible value"),
        ("providers.partner_radiologist.fte", "", "not a number"),
        ("roster_changes.hire_2026.date", "July", "not a date"),
        ("cost_allocation", "beds", "is not one of"),
        ("providers.partner_radiologist.label", " ", "must not be empty"),
    ],
)
def test_a_cell_that_cannot_stand_there_says_why(path, text, reason):
    with pytest.raises(ValueError, match=reason):
        entry(path, text, DOCUMENT)


def test_every_cell_of_a_table_reads_back_as_what_the_file_holds():
    from finmodel.assumptions.practice import Provider

    sheet = Sheets(DOCUMENT, {}).records("Providers", "providers", Provider)
    changes = {cell.path: entry(cell.path, cell.text, DOCUMENT) for row in sheet.rows for cell in row.cells if cell.text}
    again = parse_practice(edited(SAMPLE, changes).encode(), "again.toml")
    before = parse_practice(SAMPLE.encode(), "before.toml")
    for key, provider in before.providers.items():
        assert again.providers[key].compensation_per_fte.value == provider.compensation_per_fte.value
        assert again.providers[key].compensation_per_fte.status == "client"


# ---- Edits of the text ----


def test_a_record_is_added_and_removed_and_the_rest_stays():
    text = edited(SAMPLE, {"providers.neuro": {**DOCUMENT["providers"]["employed_radiologist"], "label": "Neuroradiologists"}})
    assert parse_practice(text.encode(), "added.toml").providers["neuro"].label == "Neuroradiologists"
    assert "# ---- Who reads" in text
    assert tomllib.loads(edited(text, {"providers.neuro": None})) == DOCUMENT


def test_a_path_and_a_nested_place_that_was_missing_are_written():
    text = edited(SAMPLE, {"providers.partner_radiologist.fte": {2025: 17.5, 2027: 18.0},
                           "payer_mix_shift.outpatient.commercial": -0.01, "payer_mix_shift.outpatient.self_pay": 0.01})
    practice = parse_practice(text.encode(), "edited.toml")
    assert [practice.providers["partner_radiologist"].fte.at(year) for year in (2025, 2026, 2028)] == [17.5, 17.5, 18]
    assert practice.payer_mix_shift["outpatient"]["self_pay"].value == 0.01


@pytest.mark.parametrize("path", ["nowhere", "providers.partner_radiologist.nothing", "payers.commercial.label.deeper"])
def test_a_path_that_leads_nowhere_is_a_fault(path):
    with pytest.raises(BadInput, match="no such place"):
        edited(SAMPLE, {path: 1})


def test_fields_know_their_kind_and_limits():
    fte = field_at(["providers", "any", "fte"])
    assert fte is not None
    assert (fte.kind, fte.limits.unit) == ("number", "FTE")
    assert field_at(["providers", "any", "kind"]).choices == ("radiologist", "app")
    assert field_at(["payer_mix", "emergency", "commercial"]).limits.unit == "share"
    assert field_at(["providers", "any", "nothing"]) is None


@given(st.text(max_size=60))
def test_a_new_row_gets_a_key_the_file_allows(name):
    key = new_key(name, {"row", "row_2"})
    assert key not in {"row", "row_2"}
    assert key.isascii()
    assert key[0].isalpha()
    assert all(letter.isalnum() or letter == "_" for letter in key)
