"""How long draws take: the sample practice over ten years with two proposals, beside drawing the normals that they need.

The floor is numpy's own generator drawing as many normals as the drivers take for as many futures.
"""

import tracemalloc

import numpy as np
import pytest

from finmodel import assume, changed, evaluate, load_practice
from finmodel.analysis.heat_map import heat_map
from finmodel.analysis.sobol import sobol
from finmodel.analysis.uncertainty.draws import draws
from finmodel.analysis.uncertainty.outlook import outlook
from finmodel.analysis.uncertainty.parties import lines_needed
from finmodel.analysis.uncertainty.simulate import PIECE, REPLICATES, simulate
from finmodel.analysis.uncertainty.simulator import Simulator
from finmodel.assumptions import Change
from finmodel.assumptions.files import load_uncertainty
from finmodel.contracts.files import load_proposal

PRACTICE = load_practice("sample").model_copy(update={"horizon_years": 10})
ASSUMPTIONS = assume(PRACTICE, proposals=dict(load_proposal(name) for name in ("cost_basis", "piecemeal")))
UNCERTAINTY, LINES = load_uncertainty(), lines_needed(ASSUMPTIONS.proposals)
LATER, MANY = PRACTICE.horizon_years - 1, 100_000
NUMBERS = sum(1 if one.path == "fixed" else LATER for one in UNCERTAINTY.drivers.values())
RATE, PAY = "payers.commercial.collected_per_work_rvu", "providers.partner_radiologist.compensation_per_fte"
BETWEEN = {RATE: (60.0, 120.0), PAY: (4e5, 7e5)}


def normals(count):
    return np.random.default_rng(1).standard_normal((NUMBERS, count))


@pytest.fixture(scope="module")
def simulator():
    return Simulator(ASSUMPTIONS, UNCERTAINTY, LINES)


@pytest.fixture(scope="module")
def amounts(simulator):
    return simulator.amounts(draws(UNCERTAINTY, LATER, seed=1, count=PIECE))


@pytest.mark.benchmark(group="a block of draws already made")
def test_drawing_the_normals_of_a_block(benchmark):
    assert benchmark(normals, PIECE).shape == (NUMBERS, PIECE)


@pytest.mark.benchmark(group="a block of draws already made")
def test_evaluating_a_block_of_draws(benchmark, simulator, amounts):
    assert benchmark(simulator.run, amounts, PIECE).keys() == set(LINES)


@pytest.mark.benchmark(group="100,000 draws")
def test_drawing_their_normals(benchmark):
    assert benchmark(normals, MANY).shape == (NUMBERS, MANY)


@pytest.mark.benchmark(group="100,000 draws")
def test_drawing_evaluating_and_summarising_them(benchmark):
    found = benchmark.pedantic(lambda: outlook(simulate(ASSUMPTIONS, UNCERTAINTY, LINES, count=MANY), UNCERTAINTY), rounds=1)
    assert found.count == MANY


@pytest.mark.benchmark(group="a map of 50 × 50")
def test_as_one_batch(benchmark):
    found = benchmark(heat_map, ASSUMPTIONS, "support_deficit", RATE, PAY, 2026, first_between=BETWEEN[RATE],
                      second_between=BETWEEN[PAY])
    assert len(found.line) == 50


@pytest.mark.benchmark(group="a map of 50 × 50")
def test_one_evaluation_for_each_of_its_cells(benchmark):
    moves = [Change(path=path, operation="set", amount=low) for path, (low, _) in BETWEEN.items()]

    def one_by_one():
        return [evaluate(changed(ASSUMPTIONS, moves, "benchmark")).series("support_deficit") for _ in range(50)]

    # A fiftieth of the cells: multiply by 50.
    assert len(benchmark.pedantic(one_by_one, rounds=1)) == 50


@pytest.mark.benchmark(group="Sobol indices of 1,024 futures")
def test_evaluating_as_many_futures(benchmark, simulator):
    each = 1_024 // 16
    drawn = simulator.amounts(draws(UNCERTAINTY, LATER, seed=1, count=each))
    times = 16 * (len(UNCERTAINTY.drivers) + 2)
    deficit = Simulator(ASSUMPTIONS, UNCERTAINTY, LINES[:1])
    assert len(benchmark.pedantic(lambda: [deficit.run(drawn, each) for _ in range(times)], rounds=3)) == times


@pytest.mark.benchmark(group="Sobol indices of 1,024 futures")
def test_indices_of_all_drivers(benchmark):
    assert benchmark.pedantic(sobol, (ASSUMPTIONS, UNCERTAINTY), {"count": 1_024}, rounds=3)


def test_memory_grows_with_what_is_kept_of_each_draw_alone():
    def peak(count):
        tracemalloc.start()
        simulate(ASSUMPTIONS, UNCERTAINTY, LINES, count=count)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    # What the first run imports and keeps is no memory of a draw.
    simulate(ASSUMPTIONS, UNCERTAINTY, LINES, count=64)
    # Both in pieces of full size.
    fewer, more = REPLICATES * PIECE, 2 * REPLICATES * PIECE
    per_draw = (peak(more) - peak(fewer)) / (more - fewer)
    kept = 8 * (len(LINES) * (LATER + 1) + len(UNCERTAINTY.drivers) * LATER)
    # At most 100 bytes more than its results and drivers.
    assert per_draw < kept + 100, f"{per_draw:,.0f} bytes for each draw more, of which {kept:,} are kept"
