"""How a number is printed for a person."""

import pytest

from finmodel.format import amount, unit_in_words


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.03, "share/year", "3.00 % per year"),
        (0.24, "share", "24.00 %"),
        (4.0, "FTE", "4.00 FTE"),
        (17.5, "FTE", "17.50 FTE"),
        (38_000.0, "read/year", "38,000 read per year"),
        (10_693.0, "work RVU/FTE/year", "10,693 work RVU per FTE per year"),
        (605_515.0, "USD/FTE/year", "$605,515 per FTE per year"),
        (1.18, "USD/exam", "$1.18 per exam"),
        (0.97701, "factor", "0.9770"),
        (float("nan"), "USD/year", "— per year"),
    ],
)
def test_an_amount_reads_as_its_unit_is_spoken(value, unit, shown):
    assert f"{amount(value, unit)} {unit_in_words(unit)}".strip() == shown
