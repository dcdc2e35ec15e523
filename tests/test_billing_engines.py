"""The same expressions on every engine: DuckDB, Spark and PostgreSQL give the same cells, to the cent."""

import os

import duckdb
import pytest

from finmodel.billing.engine import aggregates
from tests.billing_files import ledger_of, services, sums_of, transactions, truth, write_csv

MADE = services(31, 300)
BY = ("site_key", "place", "code", "modifiers", "month", "payer_class")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    folder = tmp_path_factory.mktemp("engines")
    return ledger_of(folder, write_csv(folder / "export.csv", transactions(MADE)))[0]


@pytest.fixture(scope="module")
def wanted(ledger):
    return aggregates(duckdb.connect().from_arrow(ledger))


def rows(table):
    """The rows of a table whatever their order."""
    return sorted(tuple(sorted((name, str(value)) for name, value in row.items())) for row in table.to_pylist())


def same(found, wanted):
    assert sums_of(found.cells, *BY) == sums_of(wanted.cells, *BY)
    assert sums_of(found.cells)[(0,)]["charge"] == truth(MADE)["charge"]
    for name in ("payments", "payers", "reasons"):
        assert rows(getattr(found, name)) == rows(getattr(wanted, name)), name
    for name, table in (found.patients or {}).items():
        assert rows(table) == rows(wanted.patients[name]), name


@pytest.mark.alone
def test_a_local_spark_gives_the_same_cells(ledger, wanted, monkeypatch):
    from pyspark.sql import SparkSession

    monkeypatch.setitem(os.environ, "SPARK_LOCAL_IP", "127.0.0.1")
    settings = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1", "spark.ui.enabled": "false",
                "spark.sql.shuffle.partitions": "1", "spark.sql.adaptive.enabled": "false",
                "spark.sql.codegen.wholeStage": "false", "spark.driver.memory": "1g"}
    builder = SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        session.sparkContext.setLogLevel("ERROR")
        # Patients behind groups are counted on PostgreSQL below: each further query costs Spark seconds.
        same(aggregates(session.createDataFrame(ledger).cache(), patient_key=None), wanted)
    finally:
        session.stop()


def test_a_table_of_postgresql_behind_ibis_gives_the_same_cells(ledger, wanted, postgresql_url):
    import ibis

    connection = ibis.connect(postgresql_url)
    try:
        connection.create_table("ledger", ledger)
        found = aggregates(connection.table("ledger"))
        same(found, wanted)
        assert set(found.patients) == set(wanted.patients)
    finally:
        connection.disconnect()


def test_a_frame_that_is_no_ledger_is_told_what_it_lacks(ledger):
    with pytest.raises(ValueError, match="claim_key, service_key"):
        aggregates(duckdb.connect().from_arrow(ledger.drop(["service_key", "claim_key"])))
