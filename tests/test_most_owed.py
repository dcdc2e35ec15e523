"""The most the hospital can owe: nothing collected, nothing credited, every cap applied, and no limit where none is agreed."""

import json
import math

import pytest
from hypothesis import given as sampled
from hypothesis import settings
from hypothesis import strategies as st

from finmodel import evaluate
from finmodel.analysis.greatest_rise import most_at_the_greatest_rise, rises_without_end
from finmodel.assumptions import SHIPPED, Change
from tests.contracts import HEAD, TABLES, agreed, given, happening, proposal
from tests.pages import opened, words
from tests.test_command import finmodel
from tests.test_guards import base, director, emergency, fixed

# The published expense of the sample's base year, which a guarantee covers unless it states an amount.
EXPENSE = 31_493_305
GUARANTEE = '[mechanisms.support]\nkind = "collections_guarantee"\n'
STIPEND = '[mechanisms.support]\nkind = "fixed_stipend"\namount = 4_000_000\n'
PER_FTE = """[mechanisms.support]
kind = "support_per_fte"
amount_per_fte = 100_000
posts_counted = "staffed"
agreed_posts = 32
"""
CAPPED_COST = base() + "cost_cap_over_budget = 0.01\n"
# A director is paid for at most 730 hours a month at $275, whatever hours are expected.
DIRECTOR = 730 * 275 * 12


def modified(clauses, kind, amount):
    return clauses + f'\n[mechanisms.support.modifiers.m]\nkind = "{kind}"\namount = {amount}\n'


def most(*clauses):
    result = evaluate(agreed(proposal("\n".join(clauses))))
    return result.series("p__most_owed")[0], result.series("p__support__most_owed")[0]


@pytest.mark.parametrize(
    ("clauses", "whole", "support"),
    [
        # What is credited lowers the guarantee by as much: together never more than the guarantee.
        ((GUARANTEE, director("credit")), EXPENSE, EXPENSE),
        ((GUARANTEE, director("exclude")), EXPENSE, EXPENSE),
        ((STIPEND, fixed("radiologist_compensation", treatment="exclude")), 4_000_000, 4_000_000),
        ((PER_FTE, fixed("radiologist_compensation", treatment="credit")), 32 * 100_000, 32 * 100_000),
        ((CAPPED_COST, director("credit")), EXPENSE * 1.01, EXPENSE * 1.01),
        # An item that may pay more than the guarantee is the most itself.
        ((STIPEND, fixed("radiologist_compensation", amount=5_000_000, treatment="credit")), 5_000_000, 4_000_000),
        # Under a cap, the rest of the guarantee leaves room for the director's pay beside it.
        ((modified(GUARANTEE, "cap", 5_000_000), director("credit")), 5_000_000 + DIRECTOR, 5_000_000),
        # A floor is paid whatever the item pays.
        ((modified(STIPEND, "floor", 6_000_000), fixed("radiologist_compensation", treatment="credit")), 6_100_000, 6_000_000),
        # What is excluded from a cost base lowers the budget that the cap is counted on, and is paid beside it.
        ((CAPPED_COST, fixed("radiologist_compensation", treatment="exclude")),
         (EXPENSE - 100_000) * 1.01 + 100_000, (EXPENSE - 100_000) * 1.01),
        # One that is credited and has no limit leaves none.
        ((GUARANTEE, emergency(treatment="credit")), math.nan, EXPENSE),
        # Nothing is credited: the parts add up.
        ((base("total_operating_expense"), director()), math.nan, math.nan),
    ],
)
def test_nothing_credited_and_every_cap_applied(clauses, whole, support):
    assert most(*clauses) == (pytest.approx(whole, abs=0.5, nan_ok=True), pytest.approx(support, abs=0.5, nan_ok=True))


def test_a_cap_on_the_whole_limits_what_has_no_limit():
    capped = '[modifiers.cap]\nkind = "cap"\namount = 7_000_000\n'
    assert most(base(), director("credit"), capped) == (7_000_000, pytest.approx(math.nan, nan_ok=True))


def test_members_may_become_more():
    members = '[mechanisms.support]\nkind = "per_member"\nrate = 1\nmembers = 1000\ncost_covered = []\n'
    assert math.isnan(most(members)[0])


@pytest.mark.parametrize("treatment", ["credit", "exclude"])
@sampled(st.floats(0, 40e6), st.integers(0, 730), st.integers(0, 730))
@settings(max_examples=20, deadline=None)
def test_never_more_whatever_is_collected_and_logged(treatment, collected, expected, logged):
    terms = agreed(proposal(modified(GUARANTEE, "cap", 5_000_000) + director(treatment, hours=expected)))
    hours = Change(path="proposals.p.mechanisms.director.hours_logged", operation="set", amount=logged)
    result = happening(terms, hours, *given(collections=round(collected, 2)))
    assert (result["p__total"] <= result["p__most_owed"] + 1e-6).all()


def test_the_shell_says_no_limit_in_words_and_null_in_json(tmp_path):
    file = tmp_path / "open.toml"
    shipped = (SHIPPED / "proposals" / "cost_basis.toml").read_text(encoding="utf-8")
    file.write_text(shipped.partition("# Whatever happens")[0].replace("cost_cap_over_budget = 0.01\n", ""), encoding="utf-8")
    named = ("evaluate", "sample", "--proposal", str(file))
    (told,) = (row for row in finmodel(*named).stdout.splitlines() if row.startswith("Most the hospital can owe"))
    assert told.split()[5:] == ["$0", "no", "limit", "no", "limit", "no", "limit", "$0"]
    document = json.loads(finmodel(*named, "--format", "json").stdout)
    assert document["proposals"]["open"]["most_owed"] == [0.0, None, None, None, 0.0]
    compared = finmodel("compare", "sample", "--proposal", str(file), "--proposal", "piecemeal").stdout
    assert compared.count("no limit") == 3


@pytest.mark.parametrize(("rise", "greatest"), [("0.02", 4_000_000 * 1.04**2), ("{ by_year = { 2026 = 0.01, 2027 = 0.05 }, "
                         'unit = "share/year", status = "client" }', 4_000_000 * 1.04**2)])
def test_at_the_upper_end_of_the_collar_the_most_is_more(rise, greatest):
    index = f'[escalator]\nkind = "index"\nindex = "CPI"\nrise = {rise}\nleast = 0.0\nmost = 0.04\n'
    base = agreed(proposal(STIPEND + index))
    assert most_at_the_greatest_rise(base, "p")[2027] == pytest.approx(greatest)
    assert evaluate(base).series("p__most_owed")[2] < greatest
    assert not rises_without_end(base.proposals["p"])


def test_what_has_no_index_has_no_other_most_and_what_follows_pay_has_no_end():
    assert most_at_the_greatest_rise(agreed(proposal(STIPEND)), "p") == {}
    follows = agreed(proposal(STIPEND + '[escalator]\nkind = "benchmark"\n'))
    assert rises_without_end(follows.proposals["p"])


def test_the_page_tells_the_most_at_the_upper_end_of_the_collar(stored):
    index = '[escalator]\nkind = "index"\nindex = "CPI"\nrise = 0.02\nleast = 0.0\nmost = 0.04\n'
    head = "\n".join([*(f"{name} = {value}" for name, value in HEAD.items()), *TABLES.values(), STIPEND + index])
    key = stored.create("proposal", "Indexed", head, author="Dr. Test", belongs_to="sample", what="Made").document.id
    # 4,000,000 × 1.04² two anniversaries later.
    page = opened("proposals", practice="sample", proposal=key, year="2027")
    assert "With the greatest rise that the collar allows it would be $4.33 million in 2027." in words(page)
    assert "greatest rise" not in words(opened("proposals", practice="sample", proposal="piecemeal", year="2027"))
