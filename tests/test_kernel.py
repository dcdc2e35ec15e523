"""Rows that move together are computed as one: on weighted sums of what varies, the same lines give what each row gives alone."""

import numpy as np
import pytest

from finmodel import assume, evaluate, load_practice
from finmodel.analysis.uncertainty.combinations import Combined
from finmodel.analysis.uncertainty.kernel import Recording
from finmodel.analysis.uncertainty.simulate import simulate
from finmodel.analysis.uncertainty.summary import as_scenario
from finmodel.assumptions.files import SHIPPED, load_uncertainty
from finmodel.cases import apply_scenarios
from finmodel.contracts.files import load_proposal
from tests.test_lines import IDIOMS

RANDOM = np.random.default_rng(3)
YEARS, CASES = 3, 5
GIVEN = {name: RANDOM.normal(0.0, 2.0, (YEARS, CASES)) for name in ("x", "y")}
# The last two rows of the first array, and the first and last of the second, differ from each other by their weights alone.
NODES = [["x", None, "y", "x", "x"], ["y", "x", None, "y", "x"]]
SCALES = RANDOM.normal(1.0, 1.0, (2, 5, YEARS, 1))
SCALES[0, 4] = SCALES[0, 3]


def arrays(recording):
    """Two arrays of five rows, as combinations and as numbers."""
    for nodes, scales in zip(NODES, SCALES, strict=True):
        rows = [scale if name is None else recording.given(name) for name, scale in zip(nodes, scales, strict=True)]
        fixed = np.stack([np.ones((YEARS, 1)) if name is None else scale for name, scale in zip(nodes, scales, strict=True)])
        numbers = [np.broadcast_to(scale, (YEARS, CASES)) if name is None else scale * GIVEN[name]
                   for name, scale in zip(nodes, scales, strict=True)]
        yield Combined.of_rows(recording, rows) * fixed, np.stack(numbers)


def replayed(recording, combined, given=GIVEN):
    """The numbers of every row."""
    rows = [Combined(recording, combined.nodes, weights[None]).only_row() for weights in combined.weights]
    found = recording.kernel({str(at): row for at, row in enumerate(rows)}).run(given)
    return np.stack([np.broadcast_to(found[str(at)], np.broadcast_shapes(np.shape(found[str(at)]), (1, CASES)))
                     for at in range(len(rows))])


@pytest.mark.parametrize("idiom", [name for name in IDIOMS if name not in {"spread", "total by"}])
def test_an_idiom_gives_the_same_on_numbers_and_on_combinations(idiom):
    recording = Recording(YEARS)
    (one, first), (other, second) = arrays(recording)
    found = replayed(recording, IDIOMS[idiom](one, other))
    expected = IDIOMS[idiom](first, second)
    assert np.broadcast_to(found, expected.shape) == pytest.approx(expected.astype(float), rel=1e-12, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("idiom", ["spread", "total by"])
def test_crossing_tables_gives_the_same_on_numbers_and_on_combinations(idiom):
    recording = Recording(YEARS)
    (one, first), (other, second) = arrays(recording)
    # These idioms have two rows.
    found = replayed(recording, IDIOMS[idiom](one[np.array([0, 3])], other[np.array([2, 4])]))
    assert found == pytest.approx(IDIOMS[idiom](first[[0, 3]], second[[2, 4]]), rel=1e-12)


def test_rows_that_are_the_same_are_one_step():
    recording = Recording(YEARS)
    (one, _), _ = arrays(recording)
    before = len(recording.steps)
    np.maximum(one[np.array([3, 4, 3])], 0.0)
    # The scale of the row and what is greater: two steps for three rows.
    assert len(recording.steps) - before == 2


def test_what_nobody_asks_for_is_not_made():
    recording = Recording(YEARS)
    (one, _), (other, _) = arrays(recording)
    np.maximum(other, 0.0)
    kernel = recording.kernel({"sum": (one * 2.0).sum(axis=0, keepdims=True).only_row()})
    assert len(kernel.steps) == 1


@pytest.mark.parametrize("practice", [path.stem for path in sorted((SHIPPED / "practices").glob("*.toml"))])
def test_every_line_of_a_future_is_what_it_is_when_run_alone(practice):
    names = ("cost_basis", "piecemeal") if practice == "sample" else ("cost_basis",)
    assumptions = assume(load_practice(practice), proposals=dict(load_proposal(name) for name in names))
    budget = evaluate(assumptions)
    lines = [one.name for one in budget.graph.order if one.table is None and not one.name.startswith("budget__")]
    found = simulate(assumptions, load_uncertainty(), lines, count=16)
    for case in (0, 7):
        alone = evaluate(apply_scenarios(assumptions, [as_scenario(found, load_uncertainty(), case, "A future")]), budget=budget)
        for name in lines:
            assert found.lines[name][:, case] == pytest.approx(alone.series(name), rel=1e-9, abs=1e-3, nan_ok=True), name
