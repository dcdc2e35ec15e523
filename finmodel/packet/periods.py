"""Which time a number of a proposal is about: a year cut short, a projection that ends before the contract, a date for all."""

import datetime
import math

from finmodel.cases.place import months_in_force
from finmodel.contracts.term_sheet import date_in_words
from finmodel.packet.material import Material


def share_in_force(of: Material, key: str, year: int) -> float:
    """The part of a year in which a contract is in force."""
    one = of.proposals[key]
    begun, ended = (months_in_force(date, (), [year])[0] for date in (one.starts, one.ends))
    return (begun - ended) / 12.0


def time_of(of: Material, key: str, year: int) -> str:
    """A year of a contract in words: 2027, or 2028 from July 1."""
    one = of.proposals[key]
    begin, end = (f"{date:%B} {date.day}" for date in (one.starts, one.ends - datetime.timedelta(days=1)))
    told = f" from {begin}" if one.starts > datetime.date(year, 1, 1) else ""
    return f"{year}{told}{f' to {end}' if one.ends <= datetime.date(year, 12, 31) else ''}"


def left_uncovered(of: Material, key: str, year: int) -> float:
    """What the contract leaves of the deficit of the time in which it is in force; below zero is a surplus of the group."""
    return deficit_in_force(of, key, year) - of.value(f"{key}__total", year)


def deficit_in_force(of: Material, key: str, year: int) -> float:
    """The deficit that the contract is about, less payments that go on beside it, of the time in which it is in force."""
    need = of.value(f"{key}__deficit_after_refunds", year) - of.value(f"{key}__existing_payments_beside", year)
    return need * share_in_force(of, key, year)


def projected_to(of: Material, key: str) -> str:
    """That a projection ends before the contract; nothing where it does not."""
    last = of.years(key)[-1]
    return f"projected to {last} only" if last < of.proposals[key].contract_years[-1] else ""


def span(of: Material, key: str) -> str:
    """The projected years of a contract: from 2026 to 2028."""
    years = of.years(key)
    return f"in {years[0]}" if len(years) == 1 else f"from {years[0]} to {years[-1]}"


def earliest_start(of: Material) -> datetime.date:
    """The date to which the payments of all proposals are brought."""
    return min(one.starts for one in of.proposals.values())


def present_value(of: Material, key: str) -> float:
    """What the payments of a proposal are worth when the first of all proposals begins."""
    one = of.proposals[key]
    rate, years = one.valuation.discount_rate.at(one.starts.year), (one.starts - earliest_start(of)).days / 365.25
    return of.comparisons[key].present_value * math.pow(1.0 + rate, -years)


def at_earliest_start(of: Material) -> str:
    """The date to which the payments are brought, in words."""
    return date_in_words(earliest_start(of))
