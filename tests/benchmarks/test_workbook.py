"""How long the live workbook takes: tracing the lines on cells, and writing the file, beside one evaluation of the same run."""

import datetime

import pytest

from finmodel import assume, evaluate, load_practice
from finmodel.assumptions import load_sources
from finmodel.contracts.files import load_proposal
from finmodel.packet.workbook import write_workbook
from finmodel.packet.workbook.shown import traced


@pytest.fixture(scope="module")
def result():
    return evaluate(assume(load_practice("sample"), proposals=dict(load_proposal(one) for one in ("cost_basis", "piecemeal"))))


def test_trace(benchmark, result):
    trace = benchmark.pedantic(traced, args=(result,), rounds=3)
    assert sum(block.cells.size for block in trace.blocks.values()) > 10_000


def test_write(benchmark, result, tmp_path):
    path = tmp_path / "workbook.xlsx"

    def write():
        write_workbook(path, result, load_sources(), title="Workbook", made=datetime.date(2026, 11, 29))

    benchmark.pedantic(write, rounds=3)
    # Somebody waits for a download; on a machine that runs nothing else it takes about a second and a half.
    assert benchmark.stats.stats.median < 10.0
    assert path.stat().st_size < 1_000_000
