"""Two assumptions at once: every cell as a run of its own would give it, and the zero line where algebra puts it."""

import numpy as np
import pytest

from finmodel import assume, evaluate, load_practice
from finmodel.analysis.heat_map import heat_map, zeros
from finmodel.assumptions import BadInput, Change
from finmodel.cases import changed

RATE, PAY = "payers.commercial.collected_per_work_rvu", "providers.partner_radiologist.compensation_per_fte"
SAMPLE = assume(load_practice("sample"))


def test_every_cell_is_what_a_run_of_its_own_gives():
    found = heat_map(SAMPLE, "support_deficit", RATE, PAY, 2027, first_between=(60.0, 120.0), second_between=(400e3, 700e3),
                     steps=4)
    assert found.first_values == (60.0, 80.0, 100.0, 120.0)
    assert found.second_values == (400e3, 500e3, 600e3, 700e3)
    for x, column in zip(found.first_values, found.line, strict=True):
        for y, value in zip(found.second_values, column, strict=True):
            moves = [Change(path=path, operation="set", amount=amount) for path, amount in ((RATE, x), (PAY, y))]
            alone = evaluate(changed(SAMPLE, moves, "alone")).series("support_deficit")[2]
            assert value == pytest.approx(alone, rel=1e-12)


def test_the_deficit_is_zero_on_the_line_that_is_drawn():
    found = heat_map(SAMPLE, "support_deficit", RATE, PAY, 2026, first_between=(60.0, 200.0), second_between=(400e3, 700e3))
    assert len(found.line) == len(found.line[0]) == 50
    assert len(found.zeros) >= 50
    for x, y in found.zeros[::20]:
        moves = [Change(path=path, operation="set", amount=amount) for path, amount in ((RATE, x), (PAY, y))]
        # Between two cells the line is taken as straight; it is off by far less than a cell, some 60,000 dollars.
        assert evaluate(changed(SAMPLE, moves, "alone")).series("support_deficit")[1] == pytest.approx(0.0, abs=5_000.0)


def test_a_plane_is_zero_where_algebra_says():
    xs, ys = np.array([0.0, 1.0, 2.0]), np.array([0.0, 4.0])
    # x + y − 2.5 is zero at y = 2.5, 1.5 and 0.5 for x = 0, 1 and 2; at x = 2.5, beyond the grid, for y = 0.
    assert list(zeros(xs, ys, xs[:, None] + ys[None, :] - 2.5)) == [(0.0, 2.5), (1.0, 1.5), (2.0, 0.5)]


@pytest.mark.parametrize(("changed_arguments", "reason"), [
    ({"first": "payers.nobody.rate"}, "there is no such assumption"),
    ({"second": "payer_mix.emergency.commercial"}, "has to be taken from another"),
    ({"first_between": (90.0, 60.0)}, "goes from low to high"),
    ({"second_between": (-1.0, 5.0)}, "it may lie between 0"),
    ({"second": RATE, "second_between": (60.0, 90.0)}, "is named twice"),
    ({"line": "payer_collections"}, "is not a line of one row"),
])
def test_what_cannot_be_mapped_is_refused(changed_arguments, reason):
    arguments = {"line": "support_deficit", "first": RATE, "second": PAY, "year": 2026, "first_between": (60.0, 90.0),
                 "second_between": (4e5, 7e5), **changed_arguments}
    with pytest.raises(BadInput, match=reason):
        heat_map(SAMPLE, **arguments)
