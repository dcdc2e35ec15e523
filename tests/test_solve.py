"""Goal seek against algebra, and attribution by Shapley values."""

import json
import subprocess
import sys

import pytest

from finmodel import assume, evaluate, load_practice
from finmodel.analysis.attribution import attribute
from finmodel.analysis.solve import solve
from finmodel.assumptions import BadInput, Change
from finmodel.cases import changed
from finmodel.contracts.files import load_proposal
from tests.contracts import COST_BASIS, agreed, proposal

RATE = "payers.commercial.collected_per_work_rvu"
MARGIN = "proposals.cost_basis.mechanisms.support.margin"


@pytest.fixture(scope="module")
def assumed():
    return assume(load_practice("sample"), proposals=dict([load_proposal("cost_basis")]))


def test_the_rate_that_closes_the_gap_closes_it(assumed):
    found = solve(assumed, "support_deficit", 0.0, RATE, year=2026)
    assert len(found.values) == 1
    closed = evaluate(changed(assumed, [Change(path=RATE, operation="set", amount=found.values[0])], "solved"))
    assert closed.series("support_deficit")[1] == pytest.approx(0.0, abs=0.01)


def test_the_margin_is_what_algebra_says(assumed, sample):
    # cost × (1 + m) − revenue = 7,500,000, so m = (7,500,000 + revenue) ÷ cost − 1.
    cost, revenue = (sample.series(name)[1] for name in ("total_expense", "total_revenue"))
    found = solve(assumed, "cost_basis__total", 7_500_000.0, MARGIN, year=2026)
    assert found.values == pytest.approx([(7_500_000.0 + revenue) / cost - 1.0])


def test_the_mean_of_the_years_is_solved_for_where_no_year_is_asked(assumed):
    found = solve(assumed, "support_deficit", 5_000_000.0, RATE)
    closed = evaluate(changed(assumed, [Change(path=RATE, operation="set", amount=found.values[0])], "solved"))
    assert sum(closed.series("support_deficit")) / 5 == pytest.approx(5_000_000.0, abs=0.05)


def test_a_target_that_is_never_reached_is_met_with_the_nearest():
    capped = agreed(proposal(COST_BASIS + '[modifiers.cap]\nkind = "cap"\namount = 7_700_000\n'))
    # The cap ends the rise of the payment, so a target above it is never reached.
    nearest = solve(capped, "p__total", 7_700_001.0, "proposals.p.mechanisms.support.margin", year=2026)
    assert nearest.values == ()
    assert nearest.nearest_line == pytest.approx(7_700_000.0)


@pytest.mark.parametrize(("arguments", "reason"), [
    ({"path": "payers.nobody.annual_trend"}, "there is no such assumption"),
    ({"path": "payer_mix.emergency.commercial"}, "has to be taken from another"),
    ({"path": RATE, "bounds": (50.0, 50.0)}, "leave nothing to try"),
    ({"path": RATE, "line": "payer_collections"}, "is not a line of one row"),
])
def test_what_cannot_be_solved_is_refused(assumed, arguments, reason):
    given = {"line": "support_deficit", "target": 0.0, **arguments}
    with pytest.raises(BadInput, match=reason):
        solve(assumed, **given)


GROUPS = {
    "rates": [Change(path="payers.*.annual_trend", operation="add", amount=-0.02)],
    "pay": [Change(path="providers.*.compensation_trend", operation="add", amount=0.02)],
    "volume": [Change(path="volumes.*.*.*.annual_growth", operation="add", amount=0.02)],
}


def test_contributions_sum_to_the_difference_and_do_not_depend_on_order(assumed):
    found = attribute(assumed, GROUPS, "support_deficit", 2028)
    assert found.before + sum(found.contributions.values()) == pytest.approx(found.after, abs=1e-6)
    reordered = attribute(assumed, dict(reversed(GROUPS.items())), "support_deficit", 2028)
    assert reordered.contributions == pytest.approx(found.contributions)
    assert found.before == pytest.approx(evaluate(assumed).series("support_deficit")[3])


def test_two_groups_share_what_they_do_together_equally(assumed):
    # With two groups each Shapley value is its effect alone plus half of what the two do together.
    pair = {name: GROUPS[name] for name in ("rates", "volume")}
    alone = [evaluate(changed(assumed, pair[name], "x")).series("support_deficit")[3] for name in pair]
    before = evaluate(assumed).series("support_deficit")[3]
    after = evaluate(changed(changed(assumed, pair["rates"], "x"), pair["volume"], "x")).series("support_deficit")[3]
    together = after - before - (alone[0] - before) - (alone[1] - before)
    found = attribute(assumed, pair, "support_deficit", 2028).contributions
    assert list(found.values()) == pytest.approx([one - before + together / 2.0 for one in alone])


def test_groups_whose_order_matters_to_an_assumption_are_refused(assumed):
    half = [Change(path="payers.commercial.annual_trend", operation="multiply", amount=0.5)]
    with pytest.raises(BadInput, match="is changed by 'rates' and by 'half' in ways whose order matters"):
        attribute(assumed, {"rates": GROUPS["rates"], "half": half}, "support_deficit", 2028)


def test_two_groups_that_do_the_same_share_what_both_do(assumed):
    both = attribute(assumed, {"rates": GROUPS["rates"], "again": GROUPS["rates"]}, "support_deficit", 2028)
    twice = [Change(path="payers.*.annual_trend", operation="add", amount=-0.04)]
    assert both.after == pytest.approx(evaluate(changed(assumed, twice, "x")).series("support_deficit")[3])
    assert both.contributions["rates"] == pytest.approx(both.contributions["again"])


def finmodel(*arguments):
    return subprocess.run([sys.executable, "-m", "finmodel", *arguments], capture_output=True, text=True, check=False)


def test_the_shell_solves_ranks_and_simulates():
    solved = finmodel("solve", "sample", "--target", "support_deficit=0", "--vary", RATE, "--year", "2026")
    assert solved.returncode == 0
    assert solved.stdout.startswith("support_deficit is 0.00 where payers.commercial.collected_per_work_rvu is 131.")
    beyond = finmodel("solve", "sample", "--target", "support_deficit=-1e9", "--vary", RATE, "--between", "50", "100")
    assert beyond.returncode == 1
    assert beyond.stdout.startswith("Not reachable between 50 and 100: the nearest is")
    ranked = json.loads(finmodel("sensitivity", "sample", "--format", "json").stdout)
    assert ranked[0]["path"] == RATE
    drawn = json.loads(finmodel("simulate", "sample", "--proposal", "cost_basis", "--draws", "256", "--format", "json").stdout)
    assert list(drawn["parties"]) == ["support_deficit", "cost_basis.hospital", "cost_basis.group"]
    again = json.loads(finmodel("simulate", "sample", "--proposal", "cost_basis", "--draws", "256", "--format", "json").stdout)
    assert drawn == again


@pytest.mark.parametrize(("arguments", "reason"), [
    (["solve", "sample", "--target", "support_deficit", "--vary", RATE], "write line=value"),
    (["solve", "sample", "--target", "support_deficit=0", "--vary", RATE, "--year", "1999"], "projection runs from 2025 to 2029"),
    (["simulate", "sample", "--draws", "10000000000"], "draw at least 16"),
    (["sensitivity", "sample", "--target", "nothing"], "is not a line of one row"),
])
def test_what_the_shell_cannot_do_it_says_why(arguments, reason):
    run = finmodel(*arguments)
    assert run.returncode == 2
    assert reason in run.stderr
    assert "Traceback" not in run.stderr
