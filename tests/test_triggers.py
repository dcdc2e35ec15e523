"""The first year in which a change of volume or payer mix reopens a contract, by what happens."""

import json

import pytest

from finmodel import changed, evaluate
from finmodel.analysis.triggers import triggers
from finmodel.assumptions import Change
from tests.contracts import HEAD, TABLES, agreed, proposal
from tests.pages import opened, words
from tests.test_command import finmodel

STIPEND = '[mechanisms.stipend]\nkind = "fixed_stipend"\namount = 4_000_000\n'
VOLUME = '[modifiers.volume]\nkind = "reopener"\nwatched = "volume"\nthreshold = 0.1\n'
MIX = """
[mechanisms.stipend.modifiers.mix]
kind = "reopener"
watched = "payer mix"
threshold = 0.02
payers = ["self_pay"]
"""


def more_work(base, factor, year):
    change = Change(path="volumes.*.*.*.base_exams", operation="multiply", amount=factor, from_year=year)
    return changed(base, [change], "more work")


def more_self_pay(base):
    # Three points in every mix from commercial payers.
    change = Change(path="payer_mix.*.commercial", to="payer_mix.*.self_pay", operation="shift", amount=0.03, from_year=2027)
    return changed(base, [change], "mix")


def test_each_thing_that_happens_has_its_first_year():
    base = agreed(proposal(STIPEND + MIX + VOLUME, starts="2026-01-01"))
    happening = {"as agreed": base, "9 % more": more_work(base, 1.09, 2026), "11 % more": more_work(base, 1.11, 2027),
                 "11 % less": more_work(base, 0.89, 2028), "after the term": more_work(base, 1.5, 2029),
                 "mix": more_self_pay(base)}  # fmt: skip
    volume, mix = triggers(evaluate(base), happening)
    assert volume.first_crossed == {"as agreed": None, "9 % more": None, "11 % more": 2027, "11 % less": 2028,
                                    "after the term": None, "mix": None}  # fmt: skip
    assert mix.first_crossed["mix"] == 2027
    assert [one for name, one in mix.first_crossed.items() if name != "mix"] == [None] * 5
    assert (volume.clause.watched, mix.clause.watched) == ("volume", "payer mix")


def test_without_a_reopener_there_is_none():
    assert triggers(evaluate(agreed(proposal(STIPEND))), {}) == ()


@pytest.mark.parametrize(("threshold", "told"), [("0.04", "It is first crossed in 202"), ("0.5", "No scenario crosses it.")])
def test_the_page_of_a_proposal_tells_it(stored, threshold, told):
    text = proposal_text(VOLUME.replace("0.1", threshold))
    key = stored.create("proposal", "Reopened", text, author="Dr. Test", belongs_to="sample", what="Made").document.id
    page = opened("proposals", practice="sample", proposal=key)
    assert told in words(page)


def proposal_text(clauses):
    head = {**HEAD, "starts": "2026-01-01"}
    return "\n".join([*(f"{name} = {value}" for name, value in head.items()), *TABLES.values(), STIPEND + clauses])


def test_the_shell_tells_which_scenarios_reopen_it(tmp_path):
    file = tmp_path / "reopened.toml"
    file.write_text(proposal_text(VOLUME.replace("0.1", "0.04")), encoding="utf-8")
    named = ("compare", "sample", "--proposal", str(file), "--proposal", "cost_basis")
    (told,) = json.loads(finmodel(*named, "--format", "json").stdout)["triggers"]
    assert (told["proposal"], told["watched"]) == ("reopened", "volume")
    assert told["first_crossed"]["market_pay_75th_percentile"] is None
    year = told["first_crossed"]["volume_flat"]
    assert 2026 <= year <= 2028
    assert f"volume first reopens it with volume_flat in {year}" in finmodel(*named).stdout
