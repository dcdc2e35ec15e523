"""Proposals as a file writes them, run on a practice."""

import numpy as np

from finmodel import assume, changed, evaluate, load_practice
from finmodel.contracts.files import parse_proposal

HEAD = """
name = "Test"
covers = "{covers}"
starts = {starts}
years = {years}
payment_frequency = "monthly"
true_up_month = 4
replaces_existing_payments = false
[bare_numbers]
status = "illustrative"
as_of = 2025-12-31
[notice]
days = 180
tail = 0
[valuation]
discount_rate = 0.06
timing = "middle of year"
"""


def made(mechanisms, *, covers="practice", starts="2026-01-01", years=3):
    """A proposal with the mechanisms written; from the year after the sample's base year unless said otherwise."""
    return parse_proposal((HEAD.format(covers=covers, starts=starts, years=years) + mechanisms).encode(), "test.toml")


def assumed(mechanisms, changes=(), practice="sample", **head):
    """The assumptions of a practice with one proposal, called ``p``."""
    base = assume(load_practice(practice), proposals={"p": made(mechanisms, **head)})
    return changed(base, changes, "test") if changes else base


def ran(mechanisms, changes=(), practice="sample", **head):
    """The run of a practice with one proposal, called ``p``."""
    return evaluate(assumed(mechanisms, changes, practice, **head))


def in_year(result, name, year=2026):
    """What a line is in a year, by row where it has rows."""
    values = result[name][:, result.years.index(year), 0]
    return float(values[0]) if len(values) == 1 else np.array(values)
