"""Files that belong together and would count twice, or hide reads behind the technical component, are refused with the reason."""

import datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from finmodel.assumptions import BadInput
from finmodel.billing.headings import Choices, Header, headers, key_parts_of, mapped
from finmodel.billing.ingest import ingest
from finmodel.billing.ledger_checks import faults_together
from tests.billing_files import services, transactions, write_csv
from tests.test_billing_ledger import rows

CHARGES = ("Account", "Date of Service", "CPT", "Modifier", "Payer", "POS", "Charges")
PAYMENTS = ("Account", "Date of Service", "CPT", "Payments", "Deposit Date")
DAY = datetime.date(2025, 6, 1)


def headings(*columns):
    return mapped([Header(Path(f"{number}.csv"), one, "") for number, one in enumerate(columns)], Choices())


def found(folder, ledger, *columns):
    """The file, key and words of each fault of a ledger whose rows say of which file they are."""
    pq.write_table(ledger, folder / "ledger.parquet")
    read = headings(*columns)
    return [(fault.file, fault.key, fault.reason)
            for fault in faults_together(duckdb.connect(), folder, read, key_parts_of(read))]


def charge(service, file=0, **others):
    return {"service_key": service, "claim_key": service, "file": file, "charge": 10_000, **others}


def payment(service, file, **others):
    return charge(service, file, **{"charge": None, "paid": 4_000, "posting_date": None, **others})


def test_rows_that_stand_in_two_files_are_told_with_their_number_and_the_files(tmp_path):
    # Services 0 to 29 in one file and 18 to 39 in the other: 18 to 29 are in both, which are twelve.
    ledger = rows(*(charge(one) for one in range(30)), *(charge(one, file=1) for one in range(18, 40)))
    ((file, _, reason),) = found(tmp_path, ledger, CHARGES, CHARGES)
    assert file == "1.csv"
    assert reason.startswith("12 rows stand in 0.csv as well")


@pytest.mark.parametrize("other", [
    {"charge": 10_001}, {"posting_date": DAY}, {"modifiers": "26 59"}, {"service_key": 2}, {"frequency": 7}, {"file": 0}])
def test_rows_that_differ_in_anything_are_no_overlap(tmp_path, other):
    assert found(tmp_path, rows(charge(1), charge(1, **{"file": 1, **other})), CHARGES, CHARGES) == []


def test_what_is_taken_back_and_charged_again_in_the_next_file_is_no_overlap(tmp_path):
    ledger = rows(charge(1), charge(1, file=1, charge=-10_000), charge(1, file=1))
    assert found(tmp_path, ledger, CHARGES, CHARGES) == []


def test_payments_without_a_date_may_be_alike_and_dated_ones_may_not(tmp_path):
    def ledger(**date):
        return rows(charge(1), *(payment(1, file, **date) for file in (1, 2)))

    assert found(tmp_path, ledger(), CHARGES, PAYMENTS, PAYMENTS) == []
    ((file, _, reason),) = found(tmp_path, ledger(deposit_date=DAY), CHARGES, PAYMENTS, PAYMENTS)
    assert (file, reason.split(" as well")[0]) == ("2.csv", "1 to 10 rows stand in 1.csv")


def test_payments_without_modifiers_are_refused_where_read_and_technical_component_are_charged(tmp_path):
    reads = [charge(one) for one in range(20)]
    paid = [payment(one, 1, modifiers="") for one in range(20)]
    assert found(tmp_path, rows(*reads, *paid), CHARGES, PAYMENTS) == []
    both = rows(*reads, *(charge(one, modifiers="TC 59", charge=30_000) for one in range(12)), *paid)
    ((file, key, reason),) = found(tmp_path, both, CHARGES, PAYMENTS)
    assert (file, key) == ("1.csv", "modifier_1")
    assert "12 services are charged both with and without TC" in reason
    # Where both files have modifiers, these tell the two apart.
    assert found(tmp_path, both, CHARGES, (*PAYMENTS, "Modifier")) == []


def test_files_in_which_no_column_holds_a_charge_say_so():
    with pytest.raises(BadInput, match="no column holds what was charged") as refusal:
        headings(("Account", "Date of Service", "CPT", "Payer", "POS", "Allowed", "Payments"))
    assert [(fault.file, fault.key) for fault in refusal.value.faults] == [("0.csv", "charge")]
    # Beside the file of charges, one of payments needs none.
    assert len(headings(CHARGES, PAYMENTS)) == 2


def test_overlapping_files_are_refused_when_they_are_read(tmp_path):
    made = transactions(services(3, 40))
    files = [write_csv(tmp_path / "one.csv", made[:60]), write_csv(tmp_path / "two.csv", made[40:])]
    with pytest.raises(BadInput, match=r"rows stand in one\.csv as well"):
        ingest(headers(files, Choices()), Choices())


def test_two_files_of_one_name_each_keep_their_own_rows(tmp_path):
    made = transactions(services(3, 40))
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
    files = [write_csv(tmp_path / "first" / "export.csv", made[:50]), write_csv(tmp_path / "second" / "export.csv", made[50:])]
    assert ingest(headers(files, Choices()), Choices()).rows == (50, len(made) - 50)
