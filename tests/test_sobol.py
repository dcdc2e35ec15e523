"""Sobol indices against functions whose indices are known."""

import math

import numpy as np
import pytest

from finmodel import assume, load_practice
from finmodel.analysis.sobol import indices, saltelli, sobol
from finmodel.analysis.uncertainty.draws import draws
from finmodel.analysis.uncertainty.simulate import REPLICATES
from finmodel.assumptions import BadInput
from finmodel.assumptions.files import load_uncertainty
from finmodel.assumptions.uncertainty import Uncertainty
from tests.test_uncertainty import driver

NAMES = ("a", "b", "c")


def found(function, seed, each=256):
    """The indices of a function of three numbers between −π and π."""
    distribution = {"shape": "uniform", "low": -math.pi, "high": math.pi}
    drivers = {f"{name}{again}": driver(distribution) for again in ("", "2") for name in NAMES}
    twice = Uncertainty.model_validate({"drivers": drivers})
    runs = []
    for replicate in range(REPLICATES):
        drawn = draws(twice, 1, seed=seed, replicate=replicate, count=each)
        runs.append(saltelli(lambda given: function(*(given[name][0] for name in NAMES)),
                             {name: drawn[name] for name in NAMES}, {name: drawn[f"{name}2"] for name in NAMES}))
    return indices(runs)


def ishigami(a, b, c):
    """T. Ishigami and T. Homma, 1990, with 7 and 0.1."""
    return np.sin(a) + 7.0 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)


# By algebra, as in the paper: of a alone, of b alone, and of a and c together.
ALONE_A, ALONE_B = (1.0 + 0.1 * math.pi**4 / 5.0) ** 2 / 2.0, 7.0**2 / 8.0
TOGETHER = 0.1**2 * math.pi**8 * (1.0 / 18.0 - 1.0 / 50.0)
VARIANCE = ALONE_A + ALONE_B + TOGETHER
FIRST = {"a": ALONE_A / VARIANCE, "b": ALONE_B / VARIANCE, "c": 0.0}
TOTAL = {"a": (ALONE_A + TOGETHER) / VARIANCE, "b": ALONE_B / VARIANCE, "c": TOGETHER / VARIANCE}


def test_the_indices_of_ishigamis_function_are_those_of_algebra():
    assert [round(share, 4) for share in FIRST.values()] == [0.3139, 0.4424, 0.0]
    of = found(ishigami, seed=1, each=1_024)
    for name in NAMES:
        assert of[name].first.value == pytest.approx(FIRST[name], abs=0.02)
        assert of[name].total.value == pytest.approx(TOTAL[name], abs=0.02)


def test_the_intervals_hold_the_truth_as_often_as_they_say():
    held = 0
    for seed in range(50):
        of = found(ishigami, seed)
        held += sum(of[name].total.low <= TOTAL[name] <= of[name].total.high for name in NAMES)
    # 95 % of 150 is 142, give or take 3.
    assert 134 <= held <= 149


def test_a_sum_has_the_shares_of_its_variances_and_nothing_together():
    of = found(lambda a, b, c: 3.0 * a + 4.0 * b + 0.0 * c, seed=3)
    for name, share in {"a": 0.36, "b": 0.64, "c": 0.0}.items():
        assert of[name].first.value == pytest.approx(share, abs=0.01)
        assert of[name].total.value == pytest.approx(share, abs=0.01)


def test_what_never_varies_has_no_indices():
    of = found(lambda a, b, c: 0.0 * (a + b + c) + 1.0, seed=1)
    assert {one.total.value for one in of.values()} == {0.0}


def test_the_drivers_of_a_practice_explain_nearly_all_of_its_deficit():
    of = sobol(assume(load_practice("sample")), load_uncertainty(), count=1_024)
    assert 0.9 < sum(one.first.value for one in of.values()) < 1.05
    for one in of.values():
        assert one.first.low < one.total.high
        assert one.total.low <= one.total.value <= one.total.high


@pytest.mark.parametrize("count", [0, 10_000_000_000])
def test_impossible_numbers_of_draws_are_refused(count):
    with pytest.raises(BadInput, match="draw at least 16"):
        sobol(assume(load_practice("sample")), load_uncertainty(), count=count)
