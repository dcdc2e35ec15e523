"""Proposals as a file writes them, agreed with the sample practice, and what happens after they are."""

import numpy as np

from finmodel import assume, changed, evaluate, load_practice
from finmodel.assumptions import Change
from finmodel.contracts.files import parse_proposal

HEAD = {
    "name": '"Test"',
    "covers": '"practice"',
    "starts": "2025-01-01",
    "years": "3",
    "payment_frequency": '"monthly"',
    "true_up_month": "4",
    "replaces_existing_payments": "false",
}
TABLES = {
    "bare_numbers": '[bare_numbers]\nstatus = "illustrative"\nas_of = 2025-12-31',
    "notice": "[notice]\ndays = 180\ntail = 0",
    "valuation": '[valuation]\ndiscount_rate = 0.06\ntiming = "middle of year"',
}
# The whole expense of the practice less what is collected, settled both ways.
COST_BASIS = """
[mechanisms.support]
kind = "cost_basis"
allowable_cost = ["total_expense"]
margin = 0.0
refunds = "refunds the excess"
"""


def proposal(clauses, **head):
    """A proposal with the clauses written; the head, and tables by name, as TOML where they are not the usual ones."""
    values = [f"{key} = {head.get(key, usual)}" for key, usual in HEAD.items()]
    tables = [head.get(key, usual) for key, usual in TABLES.items()]
    return parse_proposal("\n".join([*values, *tables, clauses]).encode(), "test.toml")


def agreed(*proposals, practice="sample"):
    """The assumptions of a practice with proposals, called ``p``, ``q`` and so on."""
    return assume(load_practice(practice), proposals=dict(zip("pqrstu", proposals, strict=False)))


def given(year=None, **lines):
    """Changes that give amounts of lines, in a year or in all."""
    return [Change(path=name, operation="override", amount=amount, year=year) for name, amount in lines.items()]


def happening(assumptions, *changes):
    """The run of what happens, against what was agreed."""
    return evaluate(changed(assumptions, changes, "what happens"), budget=evaluate(assumptions))


def in_year(result, name, year=2025):
    """What a line is in a year; of a line with rows, an array."""
    values = result[name][:, result.years.index(year), 0]
    return float(values[0]) if len(values) == 1 else np.array(values)


def assert_a_budget_that_comes_true_is_paid(assumptions):
    """What was agreed is paid, and nothing is settled, when what happens is what was budgeted; the payment is line ``p__x``."""
    budget = evaluate(assumptions)
    actual = evaluate(assumptions, budget=budget)
    assert actual.series("p__x") == budget.series("p__x")
    assert actual.series("p__x__settlement") == [0.0] * 5
    assert budget.series("p__x")[0] > 0
