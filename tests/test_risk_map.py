"""Who bears which risk, by contract: the payment's part of the change of the deficit when something else happens than agreed."""

import numpy as np
import pytest

from finmodel import evaluate, load_practice
from finmodel.analysis.risk_map import risk_map, shocks
from finmodel.assumptions import names
from tests.contracts import COST_BASIS, agreed, happening, proposal

STIPEND = """
[mechanisms.stipend]
kind = "fixed_stipend"
"""
EVERY_SHOCK = ["volume", "price", "payer_mix", "wages", "vacancy"]


def responses(*proposals, **terms):
    """By proposal and then by shock."""
    return {key: {one.key: one for one in found} for key, found in risk_map(agreed(*proposals, **terms)).items()}


def test_a_stipend_leaves_every_risk_with_the_group_and_cost_basis_takes_every_one():
    found = responses(proposal(STIPEND), proposal(COST_BASIS))
    assert list(found["p"]) == EVERY_SHOCK
    for key in EVERY_SHOCK:
        assert found["p"][key].payment_change == 0
        assert (found["p"][key].hospital_share, found["p"][key].group_share) == (0, 1)
        assert found["q"][key].hospital_share == pytest.approx(1)
        assert found["q"][key].group_share == pytest.approx(0, abs=1e-9)
        assert found["q"][key].payment_change == pytest.approx(found["q"][key].deficit_change)


def test_a_cost_cap_leaves_cost_beyond_it_with_the_group():
    capped = responses(proposal(COST_BASIS + "cost_cap_over_budget = 0.01"))["p"]
    cost = evaluate(agreed(proposal(STIPEND))).series("total_expense")
    # Pay 5 % higher raises cost by more than one per cent in 2026 and 2027, of which the hospital pays one per cent.
    assert capped["wages"].payment_change == pytest.approx(0.01 * (cost[1] + cost[2]))
    assert capped["wages"].hospital_share == pytest.approx(0.01 * (cost[1] + cost[2]) / capped["wages"].deficit_change)
    assert capped["price"].hospital_share == pytest.approx(1)


def test_a_corridor_shares_what_lies_in_its_band():
    band = "{ from_share = 0.03, to_share = 0.08, hospital_share = 0.5 }"
    corridor = f'\n[modifiers.corridor]\nkind = "risk_corridor"\nshortfall_bands.a = {band}\n'
    found = responses(proposal(STIPEND + corridor))["p"]["price"]
    collections = evaluate(agreed(proposal(STIPEND))).series("collections")
    # Prices 5 % lower: two points of the collections of 2026 and 2027 lie in the band, half of which the hospital adds.
    assert found.payment_change == pytest.approx(0.02 * 0.5 * (collections[1] + collections[2]))


def test_only_the_part_of_a_year_under_contract_counts():
    found = responses(proposal(COST_BASIS, starts="2026-07-01", years="1"))["p"]
    for one in found.values():
        assert one.hospital_share == pytest.approx(1)


def test_a_shock_that_moves_no_deficit_has_no_shares():
    found = responses(proposal(STIPEND, starts="2029-12-31", years="1"), proposal(STIPEND))
    assert found["p"]["price"].deficit_change > 0
    ended = responses(proposal(STIPEND, years="1"), proposal(STIPEND))["p"]["price"]
    assert ended.deficit_change == 0
    assert np.isnan(ended.hospital_share)
    assert np.isnan(ended.group_share)


def test_without_a_projected_contract_year_after_the_base_year_there_is_no_map():
    assert risk_map(agreed(proposal(STIPEND, starts="2031-01-01")))["p"] == ()
    assert risk_map(agreed()) == {}


@pytest.mark.parametrize("practice", names("practices"))
def test_every_shock_fits_every_practice_and_moves_its_deficit(practice):
    found = responses(proposal(COST_BASIS), practice=practice)["p"]
    assert list(found) == EVERY_SHOCK
    for key in ("price", "payer_mix", "wages"):
        assert found[key].deficit_change > 0, key
    for one in found.values():
        assert one.hospital_share == pytest.approx(1), one.key
        assert one.label[0].isupper()
        assert "_" not in one.label


@pytest.mark.parametrize("practice", names("practices"))
def test_the_mix_moves_from_the_best_to_the_worst_paying_payer(practice):
    base = agreed(proposal(STIPEND), practice=practice)
    result = evaluate(base)
    rates = dict(zip(load_practice(practice).payers, result["payer_revenue_per_work_rvu"][:, 1, 0], strict=True))
    mix = next(one for one in shocks(base, result) if one.key == "payer_mix")
    for change in mix.changes:
        before, after = (path.rpartition(".")[2] for path in (change.path, change.to))
        assert rates[before] > rates[after]
        assert change.amount <= 0.05
    moved = happening(base, *mix.changes)
    assert moved.series("collections")[0] == result.series("collections")[0]
    assert moved.series("work_rvus") == result.series("work_rvus")
    assert "check_payer_shares" not in moved.failed_checks()


def test_of_a_client_hospitals_contract_the_part_of_the_deficit_in_scope_counts():
    for one in responses(proposal(COST_BASIS, covers='"client hospital"'))["p"].values():
        assert one.hospital_share == pytest.approx(1)
