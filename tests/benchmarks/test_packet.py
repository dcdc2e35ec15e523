"""How long a packet takes: PDF, workbook, slides and data of the largest practice that ships."""

import pytest

from tests.packets import built, result_of


@pytest.mark.benchmark(group="a packet of the largest shipped practice")
def test_all_files_of_a_packet(benchmark, tmp_path):
    result = result_of("multi_hospital", ("cost_basis",))
    benchmark.pedantic(built, (result, "group", tmp_path), rounds=1)
    assert {path.suffix for path in tmp_path.iterdir()} >= {".pdf", ".xlsx", ".pptx", ".json", ".csv"}
