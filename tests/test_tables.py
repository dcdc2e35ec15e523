"""A table saved as a file for spreadsheets holds no formula of somebody's."""

from pathlib import Path

import pytest

import finmodel.ui
from finmodel.assumptions import edited
from finmodel.ui.desk import example_text
from finmodel.ui.tables import harmless
from tests.pages import opened


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_a_spreadsheet_takes_for_a_formula_begins_with_a_joiner_that_nobody_sees(text):
    assert harmless(text) == f"\u2060{text}"


@pytest.mark.parametrize("cell", ["CT = 1", "−$5", "", 3, None])
def test_other_cells_stay_as_they_are(cell):
    assert harmless(cell) == cell


def test_the_name_of_a_facility_is_no_formula_in_the_table_of_facilities(stored):
    content = edited(example_text("sample"), {"facilities.client_hospital.label": "=HYPERLINK(1)"})
    document = stored.create("practice", "Formula", content, author="Dr. Test").document
    page = opened(practice=document.id)
    names = [name for table in page.dataframe if "Facility" in table.value for name in table.value["Facility"]]
    assert "\u2060=HYPERLINK(1)" in names
    assert "=HYPERLINK(1)" not in names


def test_no_other_module_draws_a_table_that_can_be_saved():
    modules = (Path(finmodel.ui.__file__).parent).rglob("*.py")
    assert [path.name for path in modules if "st.dataframe(" in path.read_text(encoding="utf-8")] == ["tables.py"]
