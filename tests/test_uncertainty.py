"""Draws: distributions, streams, correlations, and the model run on them."""

import datetime
import math

import numpy as np
import pytest

from finmodel import assume, evaluate, load_practice
from finmodel.analysis.uncertainty.distributions import centre, quantile
from finmodel.analysis.uncertainty.draws import draws, nearest_correlation
from finmodel.analysis.uncertainty.simulate import REPLICATES, simulate
from finmodel.analysis.uncertainty.summary import as_scenario, estimates, shares_of_variance, spread, worst, yearly
from finmodel.assumptions import BadInput
from finmodel.assumptions.files import load_uncertainty, parse_uncertainty
from finmodel.assumptions.uncertainty import Driver, TippingPoint, Uncertainty
from finmodel.cases import apply_scenarios
from finmodel.contracts.files import load_proposal

LINES = ("support_deficit", "cost_basis__total", "cost_basis__residual_deficit")
NORMAL = {"shape": "normal", "mean": 0.0, "spread": 0.01}


def driver(distribution=NORMAL, **changed) -> dict:
    return {"label": "Something", "moves": ["providers.*.compensation_trend"], "operation": "add", "path": "fixed",
            "distribution": distribution, "status": "judgment", "as_of": datetime.date(2026, 1, 1), "reason": "a test"} | changed


def uncertain(correlations=None, **drivers) -> Uncertainty:
    return Uncertainty.model_validate({"drivers": drivers, "correlations": correlations or {}})


@pytest.fixture(scope="module")
def assumed():
    return assume(load_practice("sample"), proposals=dict([load_proposal("cost_basis")]))


@pytest.fixture(scope="module")
def simulated(assumed):
    return simulate(assumed, load_uncertainty(), LINES, count=2_048)


# Mean and variance by the textbook: triangular (a + b + c) ÷ 3 and (a² + b² + c² − ab − ac − bc) ÷ 18 with 0, 1, 4;
# PERT (0 + 4 × 1 + 4) ÷ 6 = 4/3 and (4/3 × (4 − 4/3)) ÷ 7; lognormal exp(0.3² ÷ 2) and (exp(0.09) − 1) × exp(0.09).
MOMENTS = [
    ({"shape": "normal", "mean": 2.0, "spread": 0.5}, 2.0, 0.25),
    ({"shape": "uniform", "low": -1.0, "high": 3.0}, 1.0, 16.0 / 12.0),
    ({"shape": "triangular", "low": 0.0, "likeliest": 1.0, "high": 4.0}, 5.0 / 3.0, (16.0 + 1.0 - 4.0) / 18.0),
    ({"shape": "pert", "low": 0.0, "likeliest": 1.0, "high": 4.0}, 4.0 / 3.0, 4.0 / 3.0 * (4.0 - 4.0 / 3.0) / 7.0),
    ({"shape": "lognormal", "median": 1.0, "spread": 0.3}, math.exp(0.045), (math.exp(0.09) - 1.0) * math.exp(0.09)),
    ({"shape": "discrete", "values": [1.0, 5.0], "probabilities": [0.75, 0.25]}, 2.0, 3.0),
]


@pytest.mark.parametrize(("distribution", "mean", "variance"), MOMENTS, ids=lambda value: str(value)[:24])
def test_a_distribution_has_the_moments_of_the_textbook(distribution, mean, variance):
    made = Driver.model_validate(driver(distribution)).distribution
    even = (np.arange(200_000) + 0.5) / 200_000
    values = quantile(made, even)
    assert values.mean() == pytest.approx(mean, rel=1e-3)
    assert values.var() == pytest.approx(variance, rel=5e-3)
    assert (np.diff(values) >= 0.0).all()
    assert centre(made) == pytest.approx(1.0 if distribution["shape"] == "lognormal" else mean)


def test_observations_are_drawn_as_often_as_they_were_observed():
    made = Driver.model_validate(driver({"shape": "empirical", "observations": [3.0, 1.0, 2.0]})).distribution
    assert quantile(made, np.array([0.0, 0.25, 0.5, 1.0])) == pytest.approx([1.0, 1.5, 2.0, 3.0])


@pytest.mark.parametrize("method", ["sobol", "plain"])
def test_the_same_seed_gives_the_same_draws_in_whatever_pieces(method):
    uncertainty = load_uncertainty()
    whole = draws(uncertainty, 4, seed=7, count=20_000, method=method)
    piece = draws(uncertainty, 4, seed=7, start=8_000, count=1_000, method=method)
    other = draws(uncertainty, 4, seed=8, count=1_000, method=method)
    for name in uncertainty.drivers:
        assert (whole[name][:, 8_000:9_000] == piece[name]).all()
        assert (whole[name][:, :1_000] != other[name]).any()


def test_adding_a_driver_moves_no_other():
    few = draws(uncertain(one=driver(path="random walk")), 3, seed=1, count=500)
    more = draws(uncertain(one=driver(path="random walk"), two=driver()), 3, seed=1, count=500)
    assert (few["one"] == more["one"]).all()


def test_a_walk_gathers_and_reverts_as_it_says():
    uncertainty = uncertain(walk=driver(path="random walk"), back=driver(path="mean-reverting", reversion=0.5),
                            factor=driver({"shape": "lognormal", "median": 1.0, "spread": 0.1}, path="random walk",
                                          operation="multiply", moves=["shortfall.locums_price_per_day"]))
    drawn = draws(uncertainty, 3, seed=1, count=65_536)
    # After three years: 3 × 0.01² of a walk, 0.01² × (1 + 0.25 + 0.0625) of one that loses half, 3 × 0.1² of the logarithm.
    assert drawn["walk"][2].var() == pytest.approx(3e-4, rel=0.01)
    assert drawn["back"][2].var() == pytest.approx(1.3125e-4, rel=0.01)
    assert np.log(drawn["factor"][2]).var() == pytest.approx(0.03, rel=0.01)


def test_correlated_drivers_follow_each_other_and_keep_their_own_spread():
    skewed = {"shape": "lognormal", "median": 1.0, "spread": 0.5}
    drawn = draws(uncertain({"one": {"two": 0.6}}, one=driver(), two=driver(skewed)), 1, seed=3, count=65_536)
    ranks = [np.argsort(np.argsort(drawn[name][0])) for name in ("one", "two")]
    # Spearman's rank correlation of a Gaussian copula is 6 ÷ π × arcsin(ρ ÷ 2).
    assert np.corrcoef(*ranks)[0, 1] == pytest.approx(6.0 / math.pi * math.asin(0.3), abs=0.01)
    assert np.log(drawn["two"][0]).std() == pytest.approx(0.5, rel=0.01)
    assert drawn["one"][0].std() == pytest.approx(0.01, rel=0.01)


def test_correlations_that_cannot_be_are_refused_with_the_nearest_that_can():
    # One follows two and two follows three, so one cannot run against three.
    impossible = {"one": {"two": 0.9, "three": -0.9}, "two": {"three": 0.9}}
    with pytest.raises(BadInput, match=r"no draws can have all of these.*one\.two = 0\.\d"):
        draws(uncertain(impossible, one=driver(), two=driver(), three=driver()), 1, seed=1, count=100)
    near = nearest_correlation(np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]]))
    assert np.linalg.eigvalsh(near).min() > -1e-6
    assert np.diag(near) == pytest.approx([1.0, 1.0, 1.0])


def test_a_draw_run_alone_gives_what_it_gave_among_all(assumed):
    shipped = load_uncertainty()
    # The workload is 11,771 in the last years and 11,682 in the first: vacancies tip in some years only.
    tips = shipped.drivers["vacancy"].model_copy(update={"tipping_point": TippingPoint(
        line="workload_per_radiologist_fte", above=11_750.0, multiplies_by=1.6)})
    uncertainty = shipped.model_copy(update={"drivers": {**shipped.drivers, "vacancy": tips}})
    found = simulate(assumed, uncertainty, LINES, count=256)
    budget = evaluate(assumed)
    for case in worst(found.lines["support_deficit"][-1], 3, bad_when_above=True):
        alone = evaluate(apply_scenarios(assumed, [as_scenario(found, uncertainty, case, "A bad future")]), budget=budget)
        for name in LINES:
            assert alone.series(name) == pytest.approx(found.lines[name][:, case], rel=1e-9, abs=1e-3)


def test_a_driver_tips_in_the_futures_and_years_in_which_its_line_is_above(assumed):
    shipped = load_uncertainty()
    vacancy = shipped.drivers["vacancy"].model_copy(update={"tipping_point": TippingPoint(
        line="workload_per_radiologist_fte", above=11_750.0, multiplies_by=1.6)})
    without = shipped.model_copy(update={"drivers": {**shipped.drivers, "vacancy": vacancy.model_copy(
        update={"tipping_point": None})}})
    lines = ("workload_per_radiologist_fte",)
    before = simulate(assumed, without, lines, count=256)
    after = simulate(assumed, shipped.model_copy(update={"drivers": {**shipped.drivers, "vacancy": vacancy}}), lines, count=256)
    above = before.lines[lines[0]][1:] > 11_750.0
    # Some futures lie above in some years, and others do not.
    assert 0.1 < above.mean() < 0.9
    assert after.drivers["vacancy"] == pytest.approx(before.drivers["vacancy"] * np.where(above, 1.6, 1.0))


def test_what_other_figures_are_computed_from_beforehand_cannot_be_drawn(assumed):
    moved = driver() | {"moves": ["medicare_rules.efficiency_adjustment"]}
    with pytest.raises(BadInput, match="cannot be drawn"):
        simulate(assumed, uncertain(adjustment=moved), LINES, count=16)


def test_a_tipping_point_names_a_line_of_one_row(assumed):
    tips = load_uncertainty().drivers["vacancy"].model_copy(update={"tipping_point": TippingPoint(
        line="segment_exams", above=1.0, multiplies_by=2.0)})
    with pytest.raises(BadInput, match="has several rows"):
        simulate(assumed, uncertain(vacancy=tips), LINES, count=16)


def test_pieces_and_processes_change_no_figure(assumed):
    first = simulate(assumed, load_uncertainty(), LINES, count=512)
    for other in (simulate(assumed, load_uncertainty(), LINES, count=512, piece=7),
                  simulate(assumed, load_uncertainty(), LINES, count=512, processes=2)):
        for name in LINES:
            assert (first.lines[name] == other.lines[name]).all()


def test_every_dollar_of_the_deficit_is_borne_by_one_of_the_two(simulated):
    deficit, paid, left = (simulated.lines[name] for name in LINES)
    assert paid + left == pytest.approx(deficit, abs=0.01)
    # The base year is known, and the contract begins after it.
    assert np.ptp(deficit[0]) == 0.0
    assert (paid[0] == 0.0).all()


def test_progress_is_told_and_what_it_raises_ends_the_run(assumed):
    told = []

    def enough(share):
        told.append(share)
        if len(told) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(assumed, load_uncertainty(), LINES, count=2_048, piece=64, progress=enough)
    assert told == sorted(told)
    assert told[-1] < 1.0


def test_variance_is_attributed_to_who_causes_it():
    # y = 3 a + 4 b with a and b independent and of equal spread: 9 ÷ 25 and 16 ÷ 25 of the variance.
    drawn = draws(uncertain(a=driver(), b=driver(), c=driver()), 1, seed=1, count=4_096)
    from finmodel.analysis.uncertainty.simulate import Simulated
    (found,) = shares_of_variance(Simulated((2025, 2026), {}, drawn, None), [3.0 * drawn["a"][0] + 4.0 * drawn["b"][0]])
    assert found == pytest.approx({"a": 0.36, "b": 0.64, "c": 0.0}, abs=0.01)


def test_a_spread_tells_shortfalls_and_their_size():
    values = np.tile([-2.0, 0.0, 4.0, 6.0], REPLICATES)
    found = spread(values, 0.0, bad_when_above=True)
    assert (found.mean.value, found.shortfall_probability.value, found.shortfall.value) == (2.0, 0.5, 5.0)
    assert found.mean.standard_error == 0.0
    assert spread(values, 0.0, bad_when_above=False).shortfall.value == 2.0


def test_standard_errors_cover_the_truth_as_often_as_they_should():
    # The mean of a standard normal is 0; with 16 replicates t(15) puts 95 % within 2.131 standard errors.
    covered = 0
    for seed in range(200):
        numbers = draws(uncertain(a=driver({"shape": "normal", "mean": 0.0, "spread": 1.0})), 1, seed=seed, count=512,
                        method="plain")["a"][0]
        (found,) = estimates(numbers, lambda samples: samples.mean(axis=1)[None])
        covered += abs(found.value) <= 2.131 * found.standard_error
    assert 180 <= covered <= 198


def test_even_points_need_fewer_draws_for_a_mean(assumed):
    deficits = {method: simulate(assumed, load_uncertainty(), LINES[:1], count=2_048, method=method).lines["support_deficit"]
                for method in ("sobol", "plain")}
    errors = {method: estimates(values.mean(axis=0), lambda samples: samples.mean(axis=1)[None])[0].standard_error
              for method, values in deficits.items()}
    assert errors["sobol"] < 0.5 * errors["plain"]


def test_the_mean_of_the_years_asked_for(simulated):
    assert yearly(simulated, "support_deficit", (2026, 2027)) == pytest.approx(
        (simulated.lines["support_deficit"][1] + simulated.lines["support_deficit"][2]) / 2.0)


@pytest.mark.parametrize(("text", "reason"), [
    ('distribution = { shape = "normal", mean = 0.0, spread = -0.1 }', "drivers.x.distribution.spread: Input should be greater"),
    ('distribution = { shape = "uniform", low = 2.0, high = 1.0 }', "low is above high; exchange them"),
    ('distribution = { shape = "discrete", values = [1.0, 2.0], probabilities = [0.5, 0.6] }', "sum to 1.1, not to 1"),
    ('distribution = { shape = "bell", mean = 0.0, spread = 0.1 }', "drivers.x.distribution"),
])
def test_an_impossible_driver_is_refused_with_a_reason(text, reason):
    file = f"""[drivers.x]
label = "X"
moves = ["providers.*.compensation_trend"]
operation = "add"
path = "fixed"
{text}
status = "judgment"
as_of = 2026-01-01
reason = "a test"
"""
    with pytest.raises(BadInput) as refused:
        parse_uncertainty(file.encode(), "drivers.toml")
    assert any(reason in str(fault) for fault in refused.value.faults), refused.value.faults


@pytest.mark.parametrize("count", [0, -5, 10_000_000_000])
def test_impossible_numbers_of_draws_are_refused(assumed, count):
    with pytest.raises(BadInput, match="draw at least 16 and at most"):
        simulate(assumed, load_uncertainty(), LINES, count=count)


def test_a_driver_that_moves_nothing_of_the_practice_is_refused(assumed):
    with pytest.raises(BadInput, match=r"has no assumption of the form payers\.nobody\.annual_trend"):
        simulate(assumed, uncertain(x=driver(moves=["payers.nobody.annual_trend"])), LINES, count=64)
