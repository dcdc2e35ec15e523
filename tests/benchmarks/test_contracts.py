"""How long contracts take: the sample practice over ten years without and with two proposals, and who bears which risk."""

import dataclasses

import pytest

from finmodel import assemble_model, assume, evaluate, load_practice
from finmodel.analysis.risk_map import risk_map
from finmodel.contracts.files import load_proposal

PRACTICE = load_practice("sample").model_copy(update={"horizon_years": 10})
WITHOUT = assume(PRACTICE)
WITH = assume(PRACTICE, proposals=dict(load_proposal(name) for name in ("cost_basis", "piecemeal")))


@pytest.mark.benchmark(group="one evaluation over ten years")
def test_without_proposals(benchmark):
    assert benchmark(assemble_model(WITHOUT).run).failed_checks() == []


@pytest.mark.benchmark(group="one evaluation over ten years")
def test_with_two_proposals(benchmark):
    assert benchmark(assemble_model(WITH).run).failed_checks() == []


@pytest.mark.benchmark(group="contracts")
def test_place_assemble_and_run_two_proposals(benchmark):
    assert benchmark(lambda: evaluate(dataclasses.replace(WITH))).failed_checks() == []


@pytest.mark.benchmark(group="contracts")
def test_the_risk_map_of_two_proposals(benchmark):
    assert len(benchmark(risk_map, WITH, evaluate(WITH))) == len(WITH.proposals)
