"""However an export is written, its totals are the same, or it is refused; never a silent difference."""

import datetime
import itertools
import random
from dataclasses import replace
from decimal import Decimal

import duckdb
import pytest

from finmodel.assumptions import BadInput
from finmodel.billing.conventions import amount_of, cents_of, date_forms, decimal_marks
from finmodel.billing.engine import aggregates
from finmodel.billing.meanings import Given
from finmodel.billing.rules import payer_rules
from finmodel.billing.sniffing import Refused
from tests.billing_files import NUMBERS, ledger_of, services, sums_of, transactions, truth, wide, write_csv

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1")
DELIMITERS, ENDS = (",", ";", "\t", "|"), ("\r\n", "\n", "\r")
DATES = ("%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y", "%Y%m%d", "%d.%m.%Y", "%m-%d-%Y", "%d-%b-%Y", "%b %d, %Y", "%m/%d/%y",
         "%Y-%m-%dT10:23:00", "%m/%d/%Y 12:00 AM")
BEFORE = ("", "Charges by transaction\r\nrun on a date\r\n\r\n")
ALL = list(itertools.product(ENCODINGS, DELIMITERS, ENDS, NUMBERS, DATES, BEFORE))
CHOSEN = random.Random(3).sample(ALL, 300)  # noqa: S311
MADE = services(11, 25)
KNOWN = truth(MADE)
SHAPES = {"transactions": transactions(MADE), "wide": wide(MADE)}


def totals(ledger):
    return sums_of(aggregates(duckdb.connect().from_arrow(ledger)).cells)[(0,)]


def same(ledger, other):
    """Whether two ledgers have the same rows in the same order."""
    return ledger.combine_chunks().equals(other.combine_chunks())


@pytest.mark.parametrize("part", range(5))
def test_three_hundred_ways_to_write_an_export_give_the_same_totals(tmp_path, part):
    wanted = {shape: ledger_of(tmp_path, write_csv(tmp_path / f"{shape}.csv", rows))[0] for shape, rows in SHAPES.items()}
    assert totals(wanted["wide"])["charge"] == totals(wanted["transactions"])["charge"] == KNOWN["charge"]
    refused = 0
    for number, (encoding, delimiter, end, numbers, dates, before) in enumerate(CHOSEN[part::5]):
        shape = ("transactions", "wide")[number % 2]
        path = write_csv(tmp_path / "export.csv", SHAPES[shape], encoding=encoding, delimiter=delimiter, end=end, numbers=numbers,
                         dates=dates, before=before.replace("\r\n", end))
        try:
            found, _ = ledger_of(tmp_path, path)
        except (BadInput, Refused):
            refused += 1
            continue
        assert same(found, wanted[shape]), (encoding, delimiter, end, numbers, dates, bool(before))
    # Every one of these can be told from its values, so a refusal is a fault of the reading.
    assert refused == 0


def lines(path, change):
    """The file with its lines changed."""
    path.write_text("\r\n".join(change(path.read_text(encoding="utf-8").splitlines())) + "\r\n", encoding="utf-8", newline="")
    return path


@pytest.mark.parametrize(("change", "said"), [
    (lambda all_lines: [*all_lines[:5], all_lines[5] + ",extra", *all_lines[6:]], "columns where the header has"),
    (lambda all_lines: [*all_lines, "Total,,1.00"], "columns where the header has"),
    (lambda all_lines: [all_lines[0], all_lines[1].replace("CHARGE", '"CHARGE'), *all_lines[2:]], "quotation mark|columns where"),
    (lambda all_lines: [all_lines[0].replace("Reason Code", "Amount"), *all_lines[1:]], "2 columns have this name"),
    (lambda all_lines: [one.replace("PAYMENT", "TELEPHONE") for one in all_lines], "kind of transaction"),
    (lambda all_lines: [one.replace("2025-0", "0").replace("2025-", "") for one in all_lines], "no date that can be read"),
    (lambda _: ["nothing that is known", "1"], "no row of the first thirty"),
])
def test_what_is_damaged_is_refused(tmp_path, change, said):
    path = lines(write_csv(tmp_path / "export.csv", SHAPES["transactions"]), change)
    with pytest.raises((BadInput, Refused), match=said):
        ledger_of(tmp_path, path)


def test_amounts_that_are_none_name_row_and_column_and_never_the_value(tmp_path):
    path = write_csv(tmp_path / "export.csv", SHAPES["wide"])
    lines(path, lambda all_lines: [*all_lines[:3], all_lines[3].replace(".", ".12", 1).replace(",PRIMARY", ",PRIMARY"),
                                   *all_lines[4:]])
    with pytest.raises(BadInput) as refusal:
        ledger_of(tmp_path, path)
    (fault,) = refusal.value.faults
    assert fault.key == "row 4, column Charges"
    assert not any(character.isdigit() for character in fault.reason)


@pytest.mark.parametrize(("text", "mark", "value"), [
    ("1,234.50", "point", "1234.50"), ("$1,234.50", "point", "1234.50"), ("(1,234.50)", "point", "-1234.50"),
    ("1,234.50-", "point", "-1234.50"), ("-$12", "point", "-12"), ("12.00 CR", "point", "-12.00"), ("12.00 DR", "point", "12.00"),
    ("\u22125.00", "point", "-5.00"), ("1.234,50", "comma", "1234.50"), ("1 234,50", "comma", "1234.50"),
    ("12,5", "comma", "12.5"),
    ("12%", "point", None), ("1.2E3", "point", None), ("1,23.50", "point", None), ("--5", "point", None), ("(5)-", "point", None),
    ("1.234.50", "point", None), ("NaN", "point", None), ("(5.00) CR", "point", None),
])
def test_an_amount_is_read_as_it_is_meant_or_not_at_all(text, mark, value):
    assert amount_of(text, mark) == (None if value is None else Decimal(value))


def test_fractions_of_cents_are_no_amount():
    assert cents_of("12.3450", "point") is None
    assert cents_of("12.3400", "point") == 1234


def test_decimals_that_may_be_either_are_told_by_the_column_or_refused():
    assert decimal_marks(["1,234", "1,234.50"]) == ("point",)
    assert decimal_marks(["1.234", "12,50"]) == ("comma",)
    assert set(decimal_marks(["1.234", "2.500"])) == {"point", "comma"}
    assert decimal_marks(["1234", "17"]) == ("point",)


def test_months_and_days_that_may_be_either_are_asked_for(tmp_path):
    one = replace(MADE[0], date=datetime.date(2025, 3, 4), payments=[])
    path = write_csv(tmp_path / "export.csv", wide([one]), dates="%m/%d/%Y")
    with pytest.raises(BadInput, match="month-first"):
        ledger_of(tmp_path, path)
    for order, month in (("month-first", 3), ("day-first", 4)):
        table, _ = ledger_of(tmp_path, path, given=Given(order, None, payer_rules()))
        assert {date.month for date in table.column("service_date").to_pylist()} == {month}


def test_dates_of_two_forms_in_one_column_are_refused():
    assert date_forms(["03/04/2025", "13/04/2025", "04/13/2025"]).is_mixed
    assert date_forms(["13/04/2025", "03/04/2025"]).forms == ("%d/%m/%Y",)
    assert date_forms(["45717", "45718"]).forms == ("excel",)


def test_another_column_tells_which_is_the_month(tmp_path):
    one = replace(MADE[0], date=datetime.date(2025, 3, 4), payments=[(MADE[0].payer, datetime.date(2025, 5, 20), 100)])
    table, found = ledger_of(tmp_path, write_csv(tmp_path / "export.csv", wide([one]), dates="%m/%d/%Y"))
    assert table.column("service_date").to_pylist()[0] == datetime.date(2025, 3, 4)
    assert any("as in another date column" in decision for decision in found.decisions)
