"""How long it takes to rank every assumption as cases of one run, beside one evaluation for each end of each; and to explain."""

import pytest

from finmodel import assume, changed, evaluate, load_practice
from finmodel.analysis import causes, families, movers
from finmodel.assumptions import Change

ASSUMPTIONS = assume(load_practice("sample"))


def one_by_one():
    """Both ends of as many assumptions, each changed and evaluated alone."""
    path = "payers.commercial.collected_per_work_rvu"
    ends = [[Change(path=path, operation="multiply", amount=amount)] for amount in (0.9, 1.1)]
    return [evaluate(changed(ASSUMPTIONS, end, "benchmark")).series("support_deficit") for _ in ASSUMPTIONS for end in ends]


@pytest.mark.benchmark(group="rank every assumption")
def test_as_cases_of_one_run(benchmark):
    assert len(benchmark(movers, ASSUMPTIONS)) == len(ASSUMPTIONS)


@pytest.mark.benchmark(group="rank every assumption")
def test_one_evaluation_for_each(benchmark):
    assert len(benchmark.pedantic(one_by_one, rounds=1)) == 2 * len(ASSUMPTIONS)


@pytest.mark.benchmark(group="levers")
def test_rank_the_levers(benchmark):
    assert benchmark(families, ASSUMPTIONS)[0].swing > 0


@pytest.mark.benchmark(group="explain a difference")
def test_causes_of_each_difference(benchmark):
    changes = [
        Change(path="volumes.*.emergency.*.annual_growth", operation="add", amount=0.03),
        Change(path="providers.*.compensation_per_fte", operation="multiply", amount=1.1),
    ]
    result = evaluate(ASSUMPTIONS, changed(ASSUMPTIONS, changes, "benchmark"))
    assert all(benchmark(causes, result, 0, 1, 2027).values())
