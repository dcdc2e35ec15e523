"""The finance: one small pure function for each number. Everything is annual unless its name says otherwise."""

from finmodel.engine import Line, lines_of
from finmodel.lines import checks, operating_expense, provider_expense, revenue, staffing, support, volume


def all_lines() -> list[Line]:
    """Every hand-written line, in reading order."""
    modules = (volume, revenue, staffing, provider_expense, operating_expense, support, checks)
    return [one for module in modules for one in lines_of(module)]
