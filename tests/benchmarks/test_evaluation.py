"""How long a run takes, beside the same functions called by hand: straight-line calls in the same order, no wiring."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from finmodel import assemble_model, assume, evaluate, explain, load_practice
from finmodel.assumptions import load_sources
from finmodel.engine import run
from finmodel.model import Model

ASSUMPTIONS = assume(load_practice("sample"))


def by_hand(model: Model) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A function that calls each line by name with local variables, written out as a person would."""
    calls = [f"    {one.name} = f_{one.name}({', '.join(one.arguments)})" for one in model.graph.order]
    needed = sorted({a for one in model.graph.order for a in one.arguments} - set(model.graph.lines))
    unpacked = [f"    {name} = inputs[{name!r}]" for name in needed]
    namespace: dict[str, Any] = {f"f_{one.name}": one.function for one in model.graph.order}
    source = "\n".join(["def straight_line(inputs):", *unpacked, *calls, "    return support_deficit"])
    exec(source, namespace)  # noqa: S102 - our own text
    return namespace["straight_line"]


@pytest.fixture(scope="module", params=[1, 1_000], ids=["1 case", "1,000 cases"])
def model_and_inputs(request):
    """The sample with a conversion factor, commercial trend and pay of its own in every case."""
    model = assemble_model(ASSUMPTIONS)
    draws = np.random.default_rng(7).normal(1.0, 0.02, (3, request.param))
    drawn = {
        name: model.inputs[name] * draws[at]
        for at, name in enumerate(("conversion_factor", "payer_annual_trend", "provider_compensation_per_fte"))
    }
    return model, {**model.inputs, **drawn}


@pytest.mark.benchmark(group="run")
def test_lines_wired_by_name(benchmark, model_and_inputs):
    model, inputs = model_and_inputs
    values = benchmark(run, model.graph, inputs)
    assert np.isfinite(values["support_deficit"]).all()


@pytest.mark.benchmark(group="run")
def test_the_same_functions_called_by_hand(benchmark, model_and_inputs):
    model, inputs = model_and_inputs
    function = by_hand(model)
    np.testing.assert_array_equal(function(inputs), run(model.graph, inputs)["support_deficit"])
    benchmark(function, inputs)


@pytest.mark.benchmark(group="whole")
def test_read_and_check_the_sample_file(benchmark):
    assert benchmark(load_practice, "sample").name


@pytest.mark.benchmark(group="whole")
def test_place_assemble_and_run(benchmark):
    # Another set of assumptions each time: what follows from the same one is kept.
    assert benchmark(lambda: evaluate(dataclasses.replace(ASSUMPTIONS))).failed_checks() == []


@pytest.mark.benchmark(group="whole")
def test_explain_the_deficit(benchmark):
    result, sources = evaluate(ASSUMPTIONS), load_sources()
    assert benchmark(explain, result, "support_deficit", 2026, sources).total
