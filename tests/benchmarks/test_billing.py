"""Netting and adding up billing rows to 1.3 million cells, as a multiple of DuckDB's own aggregate of the file in the same run.

``python -m tests.benchmarks.test_billing`` measures 2, 5, 10 and 20 million rows; a test run measures half a million.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

SIZES = (2_000_000, 5_000_000, 10_000_000, 20_000_000)
MEMORY = "2GB"
SERVICES = """
    SELECT 0::INTEGER AS file, (hash(i) >> 1)::BIGINT AS service_key, i AS claim_key, i // 5 AS patient_key,
      (70000 + hash(i * 7) % 400)::VARCHAR AS code,
      CASE WHEN hash(i * 7) % 5 = 0 THEN '26 59' ELSE '26' END AS modifiers,
      1000::BIGINT AS units, DATE '2024-01-01' + (hash(i * 3) % 730)::INTEGER AS service_date,
      DATE '2024-01-01' + (hash(i * 3) % 730)::INTEGER + 5 AS posting_date, NULL::DATE AS deposit_date,
      (hash(i * 13) % 40)::BIGINT AS payer_key,
      (1 + hash(i * 13) % 40 % 7)::INTEGER AS payer_class, (hash(i * 17) % 5)::BIGINT AS site_key,
      ['21', '22', '23', '11'][1 + (hash(i * 19) % 4)::INTEGER] AS place, 0::INTEGER AS sequence, 0::INTEGER AS is_denied,
      1::INTEGER AS frequency, (5000 + hash(i * 23) % 90000)::BIGINT AS charge,
      CASE WHEN hash(i * 29) % 3 > 0 THEN (2000 + hash(i * 23) % 9000)::BIGINT END AS allowed,
      (hash(i * 31) % 9000)::BIGINT AS paid,
      (hash(i * 37) % 40000)::BIGINT AS adjustment, 'CO-45' AS reason, 0::INTEGER AS is_totals_row
    FROM range({services}) AS t(i)"""
# Three rows for each service: a charge, a payment, an adjustment.
PARTS = """
    SELECT * REPLACE (CASE WHEN part = 0 THEN charge ELSE 0 END AS charge, CASE WHEN part = 0 THEN allowed END AS allowed,
      CASE WHEN part = 1 THEN paid ELSE 0 END AS paid, CASE WHEN part = 2 THEN adjustment ELSE 0 END AS adjustment,
      posting_date + part::INTEGER * 30 AS posting_date)
    FROM ({services}), range(3) AS p(part)"""
CELLS = """SELECT {key}site_key, place, code, modifiers, year(service_date) AS y, month(service_date) AS m, payer_class,
    sum(units) AS units, sum(charge) AS charge, sum(allowed) AS allowed, sum(paid) AS paid,
    sum(adjustment) AS adjustment, count(*) AS n
    FROM {rows} GROUP BY ALL"""
NETTED = """SELECT service_key, max(site_key) AS site_key, max(place) AS place, max(code) AS code, max(modifiers) AS modifiers,
    max(service_date) AS service_date, max(payer_class) AS payer_class,
    sum(units) AS units, sum(charge) AS charge, max(allowed) AS allowed,
    sum(paid) AS paid, sum(adjustment) AS adjustment FROM '{path}' GROUP BY service_key"""
NATURAL = {"services": lambda path: CELLS.format(key="", rows=f"'{path}'"),
           "transactions": lambda path: CELLS.format(key="", rows=f"({NETTED.format(path=path)})")}
MEASURED = """
import json, resource, sys, time
import duckdb, narwhals as nw
from finmodel.billing import engine, ledger, ledger_claims
what, shape, path, query = sys.argv[1:]
connection = duckdb.connect(config={"memory_limit": "MEMORY", "threads": 2, "preserve_insertion_order": False})
connection.execute("SET enable_progress_bar = false")
begun = time.perf_counter()
if what == "natural":
    connection.execute(query).to_arrow_table()
elif what == "cells":
    rows = ledger_claims.counted(ledger.as_ledger(connection.read_parquet(path)), has_replacements=False)
    engine.collected(ledger.cells(ledger.services(rows, shape == "services"), shape == "services"))
else:
    engine.aggregates(connection.read_parquet(path), is_row_per_service=shape == "services")
print(json.dumps([time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6]))
""".replace("MEMORY", MEMORY)


def write_rows(folder: Path, shape: str, count: int) -> Path:
    """A ledger of so many rows as Parquet."""
    import duckdb

    path = folder / f"{shape}{count}.parquet"
    query = (SERVICES.format(services=count) if shape == "services"
             else f"SELECT * EXCLUDE (part) FROM ({PARTS.format(services=SERVICES.format(services=count // 3))})")  # noqa: S608
    with duckdb.connect(config={"memory_limit": "4GB", "preserve_insertion_order": False}) as connection:
        connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return path


def measured(what: str, shape: str, path: Path) -> tuple[float, float]:
    """Seconds and peak gigabytes of one run in a process of its own."""
    run = subprocess.run([sys.executable, "-c", MEASURED, what, shape, str(path), NATURAL[shape](path)], capture_output=True,
                         text=True,
                         check=False)
    assert run.returncode == 0, run.stderr
    seconds, gigabytes = json.loads(run.stdout)
    return seconds, gigabytes


def main() -> None:
    """Print seconds, ratios to DuckDB's natural query, peak memory, and the slope of time over rows."""
    with tempfile.TemporaryDirectory(prefix="finmodel-benchmark-") as name:
        for shape in NATURAL:
            times = []
            for count in SIZES:
                path = write_rows(Path(name), shape, count)
                runs = [(what, measured(what, shape, path)) for what in ("natural", "cells") * 2 + ("all",)]
                best = {what: min(one for name, one in runs if name == what) for what in dict.fromkeys(name for name, _ in runs)}
                times.append(best["cells"][0])
                print(f"{shape:<13}{count:>11,} rows", *(  # noqa: T201
                    f"{what} {seconds:6.2f} s = {seconds / best['natural'][0]:4.2f} x, {memory:4.2f} GB"
                    for what, (seconds, memory) in best.items()), sep="  ", flush=True)
                path.unlink()
            slope = np.polyfit(np.log(SIZES), np.log(times), 1)[0]
            print(f"{shape}: time grows as rows to the power {slope:.2f}", flush=True)  # noqa: T201


@pytest.mark.alone
def test_adding_up_half_a_million_rows_takes_no_multiple_of_the_natural_query(tmp_path):
    path = write_rows(tmp_path, "services", 500_000)
    natural, ours = (min(measured(what, "services", path)[0] for _ in range(2)) for what in ("natural", "cells"))
    assert ours < 4 * natural + 0.5


if __name__ == "__main__":
    main()
