"""Transactions net to what was done: whatever the order of rows, the split into files, and how often a payer was billed."""

import datetime
import random

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from finmodel.billing.engine import aggregates
from finmodel.billing.ledger import LEDGER, SET_ASIDE
from tests.billing_files import ledger_of, services, sums_of, transactions, truth, wide, write_csv

KINDS = {"int": pa.int64(), "text": pa.string(), "date": pa.date32()}
MADE = services(7, 400)


def cells_of(ledger, **options):
    return aggregates(duckdb.connect().from_arrow(ledger), **options).cells


def rows(*given):
    """A ledger of rows of one service; each says only what differs."""
    usual = {"file": 0, "service_key": 1, "claim_key": 1, "patient_key": 1, "code": "70450", "modifiers": "26", "units": 1000,
             "service_date": datetime.date(2025, 3, 4), "posting_date": datetime.date(2025, 3, 9), "deposit_date": None,
             "payer_key": 1,
             "payer_class": 4, "site_key": 1, "place": "22", "sequence": 0, "is_denied": 0, "frequency": 1, "charge": 0,
             "allowed": None, "paid": 0, "adjustment": 0, "reason": None, "is_totals_row": 0}
    made = [{**usual, **one} for one in given]
    return pa.table({name: pa.array([one[name] for one in made], KINDS[kind]) for name, kind in LEDGER.items()})


def counted(*given, **options):
    found = aggregates(duckdb.connect().from_arrow(rows(*given)), **options)
    (cell,) = found.cells.to_pylist()
    return {**cell, **found.left_out}


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ledger")
    return ledger_of(folder, write_csv(folder / "all.csv", transactions(MADE)))[0]


@pytest.mark.parametrize("made_of", [transactions, wide])
def test_totals_are_those_of_the_generator_to_the_cent(tmp_path, made_of):
    table, _ = ledger_of(tmp_path, write_csv(tmp_path / "export.csv", made_of(MADE)))
    known = truth(MADE)
    found = sums_of(cells_of(table))[(0,)]
    assert found["units"] == known["exams"] * 1000
    assert {name: found[name] for name in ("charge", "paid", "adjustment")} == {
        name: known[name] for name in ("charge", "paid", "adjustment")}
    assert found["allowed"] == (known["allowed"] if made_of is wide else 0)


def test_the_order_of_rows_changes_nothing(ledger):
    wanted = sums_of(cells_of(ledger), "site_key", "place", "code", "month", "payer_class")
    for seed in range(5):
        order = list(range(ledger.num_rows))
        random.Random(seed).shuffle(order)  # noqa: S311
        assert sums_of(cells_of(ledger.take(order)), "site_key", "place", "code", "month", "payer_class") == wanted


def test_files_split_anywhere_are_read_as_one(tmp_path, ledger):
    everything = transactions(MADE)
    parts = [write_csv(tmp_path / f"part{number}.csv", everything[start:end]) for number, (start, end) in enumerate(
        [(0, 3), (3, 500), (500, len(everything))])]
    split, _ = ledger_of(tmp_path, *parts)
    by = ("site_key", "place", "code", "month", "payer_class")
    assert sums_of(cells_of(split), *by) == sums_of(cells_of(ledger), *by)


def test_a_charge_with_its_full_reversal_changes_no_net_total(ledger):
    charge = {"service_key": 99, "charge": 12_345, "paid": 4_000, "adjustment": 8_345}
    undone = {"service_key": 99, "charge": -12_345, "paid": -4_000, "adjustment": -8_345}
    added = pa.concat_tables([ledger, rows(charge, undone).cast(ledger.schema)])
    assert sums_of(cells_of(added)) == sums_of(cells_of(ledger))


def test_a_secondary_payer_doubles_neither_charge_nor_allowed_amount():
    first = {"charge": 20_000, "allowed": 8_000, "paid": 6_400, "sequence": 1}
    second = {"charge": 20_000, "allowed": 7_000, "paid": 1_600, "sequence": 2, "payer_key": 2, "payer_class": 5}
    cell = counted(second, first)
    assert (cell["charge"], cell["units"], cell["allowed"], cell["paid"], cell["payer_class"]) == (20_000, 1000, 8_000, 8_000, 4)
    assert (cell["repeated_charge"], cell["repeated_allowed"]) == (20_000, 7_000)


def test_without_a_sequence_the_payer_who_answered_first_counts():
    early = {"charge": 20_000, "allowed": 8_000, "posting_date": datetime.date(2025, 3, 9)}
    late = {"charge": 20_000, "allowed": 9_000, "posting_date": datetime.date(2025, 5, 9), "payer_key": 2, "payer_class": 1}
    assert (counted(late, early)["allowed"], counted(late, early)["payer_class"]) == (8_000, 4)


def test_a_void_takes_back_what_it_voids_whatever_its_sign():
    assert counted({"charge": 20_000}, {"charge": 20_000, "frequency": 8})["units"] == 0
    cell = counted({"charge": 20_000}, {"charge": -20_000, "frequency": 8})
    assert (cell["charge"], cell["units"], cell["turned_charge"]) == (0, 0, 0)
    assert counted({"charge": 20_000}, {"charge": 20_000, "frequency": 8})["turned_charge"] == 20_000 - -20_000


@pytest.mark.parametrize(("given", "charge"), [
    ([{"charge": 10_000}, {"charge": 12_000, "frequency": 7}], 12_000),
    ([{"charge": 10_000}, {"charge": -10_000}, {"charge": 12_000, "frequency": 7}], 12_000),
    ([{"charge": 10_000}, {"charge": -10_000, "frequency": 8}, {"charge": 12_000, "frequency": 7}], 12_000),
    ([{"charge": 10_000}, {"charge": 12_000, "frequency": 7}, {"charge": 12_000, "frequency": 8}], 0),
    ([{"charge": 10_000}, {"charge": 11_000, "frequency": 7, "posting_date": datetime.date(2025, 4, 1)},
      {"charge": 12_000, "frequency": 7, "posting_date": datetime.date(2025, 5, 1)}], 12_000),
])
def test_a_replacement_stands_in_the_place_of_what_it_replaces(given, charge):
    cell = counted(*given)
    assert cell["charge"] == charge
    assert cell["units"] == (1000 if charge else 0)
    assert cell["charge"] + cell["superseded_charge"] + cell["turned_charge"] == sum(one["charge"] for one in given)


def test_units_of_a_reversal_count_against():
    assert counted({"charge": 30_000, "units": 2000}, {"charge": -15_000, "units": 1000})["units"] == 1000


def test_what_cannot_be_placed_is_set_aside_with_its_reason():
    found = sums_of(cells_of(rows(
        {"service_key": 1, "code": None, "charge": 100}, {"service_key": 2, "service_date": None, "charge": 200},
        {"service_key": 3, "place": None, "charge": 400}, {"service_key": 4, "is_totals_row": 1, "code": None, "charge": 800},
        {"service_key": 5, "charge": 1600})))
    assert {SET_ASIDE[key[0]]: one["charge"] for key, one in found.items()} == {
        "junk_code": 100, "no_date": 200, "no_setting": 400, "totals_row": 800, "": 1600}


def test_rows_that_are_services_of_their_own_net_alike(tmp_path):
    once = [one for one in MADE if one.counts and not one.secondary]
    table, _ = ledger_of(tmp_path, write_csv(tmp_path / "wide.csv", wide(once)))
    by = ("site_key", "place", "code", "month", "payer_class")
    assert sums_of(cells_of(table, is_row_per_service=True), *by) == sums_of(cells_of(table), *by)


def test_keys_are_hashed_and_no_text_of_a_patient_is_in_the_ledger(tmp_path, ledger):
    pq.write_table(ledger, tmp_path / "ledger.parquet")
    assert b"CANARY" not in (tmp_path / "ledger.parquet").read_bytes()
    assert set(ledger.schema.names) == set(LEDGER)
    assert pa.types.is_int64(ledger.schema.field("patient_key").type)
