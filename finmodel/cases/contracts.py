"""The terms and dates of proposals become input arrays."""

import datetime
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from finmodel.assumptions import Record
from finmodel.assumptions.fields import Field, fields_of
from finmodel.cases.place import months_in_force, work_rvu_level
from finmodel.cases.placed import Placer
from finmodel.contracts.clause import Clause, Rows, Schedule, rows_of
from finmodel.contracts.proposal import Proposal

MONTHS_SHOWN = 24
MONTHS_OF_A_PAYMENT = {"monthly": 1, "quarterly": 3, "yearly": 12}


def place_proposals(placer: Placer, proposals: Mapping[str, Proposal]) -> None:
    """Lay the terms of every proposal on arrays, each under its proposal's and instance's name."""
    for key, proposal in proposals.items():
        path = f"proposals.{key}"
        _place_calendar(placer, key, proposal)
        _place_months(placer, key, proposal)
        for name in ("notice.days", "notice.tail", "valuation.discount_rate"):
            placer.quantities(f"{key}__{name.replace('.', '_')}", None, [f"{path}.{name}"])
        if proposal.escalator:
            _place_clause(placer, f"{key}__escalator__", f"{path}.escalator", proposal.escalator)
        for name, modifier in proposal.modifiers.items():
            _place_clause(placer, f"{key}__{name}__", f"{path}.modifiers.{name}", modifier)
        for instance, mechanism in proposal.active_mechanisms.items():
            prefix, where = f"{key}__{instance}__", f"{path}.mechanisms.{instance}"
            _place_clause(placer, prefix, where, mechanism)
            if mechanism.escalator:
                _place_clause(placer, f"{prefix}escalator__", f"{where}.escalator", mechanism.escalator)
            for name, modifier in mechanism.modifiers.items():
                _place_clause(placer, f"{prefix}{name}__", f"{where}.modifiers.{name}", modifier)


def _place_calendar(placer: Placer, key: str, proposal: Proposal) -> None:
    years, starts, ends = placer.years, proposal.starts, proposal.ends
    in_force = [sum(_parts_of_months(starts, ends, year)) / 12.0 for year in years]
    placer.structure(f"{key}__contract_share_of_year", None, [in_force])
    placer.structure(f"{key}__contract_in_force", None, [[float(share > 0.0) for share in in_force]])
    placer.structure(f"{key}__escalation_applies", None, [[float(starts.year < year <= ends.year) for year in years]])
    placer.structure(f"{key}__anniversaries_before", None,
                     [[max(min(years[0] - 1, ends.year) - starts.year, 0)] * len(years)])
    placer.structure(f"{key}__share_after_anniversary", None,
                     [[_share_after_anniversary(year, starts, ends) for year in years]])
    placer.structure(f"{key}__discount_years", None, [[_discount_years(year, proposal) for year in years]])
    placer.structure(f"{key}__days_left", None, [[_days_left(year, starts, ends) for year in years]])
    placer.structure(f"{key}__replaces_existing", None, [[float(proposal.replaces_existing_payments)] * len(years)])


def _share_after_anniversary(year: int, starts: datetime.date, ends: datetime.date) -> float:
    """The part of the contract's time in a year that lies after the year's anniversary of the start."""
    begin, end = max(starts, datetime.date(year, 1, 1)), min(ends, datetime.date(year + 1, 1, 1))
    anniversary = starts.replace(year=year)
    return (end - max(begin, anniversary)).days / (end - begin).days if end > max(begin, anniversary) else 0.0


@lru_cache(maxsize=1024)
def _parts_of_months(starts: datetime.date, ends: datetime.date, year: int) -> tuple[float, ...]:
    """The part of each month of a year in which a contract is in force, by its days."""
    begins = [datetime.date(year, month, 1) for month in range(1, 13)] + [datetime.date(year + 1, 1, 1)]
    return tuple(max((min(ends, end) - max(starts, begin)).days, 0) / (end - begin).days for begin, end in pairwise(begins))


def _discount_years(year: int, proposal: Proposal) -> float:
    """Years from the start of the contract to when the payments of a year are taken to fall due."""
    starts, ends = proposal.starts, proposal.ends
    *earlier, months = [0.0, *(sum(_parts_of_months(starts, ends, each)) for each in range(starts.year, year + 1))]
    parts = {"start of year": 0.0, "middle of year": 0.5, "end of year": 1.0}
    return (sum(earlier) + parts[proposal.valuation.timing] * months) / 12.0


def _days_left(year: int, starts: datetime.date, ends: datetime.date) -> float:
    """Days that the contract still runs after a year in which it has begun."""
    return max((ends - datetime.date(year + 1, 1, 1)).days, 0.0) if starts.year <= year else 0.0


def _place_months(placer: Placer, key: str, proposal: Proposal) -> None:
    """The first months of the contract as rows: the year that each lies in, and which part of a year's cash falls due in it."""
    first = proposal.starts.year * 12 + proposal.starts.month - 1
    months = [divmod(first + each, 12) for each in range(MONTHS_SHOWN)]
    table = placer.table(f"{key}__months", (f"{year}-{month + 1:02}" for year, month in months)).name
    due = {year: _interim_shares(proposal, year) for year in {*placer.years, *(year for year, _ in months)}}
    in_force = [_parts_of_months(proposal.starts, proposal.ends, year)[month] for year, month in months]
    columns = {
        "month_in_year": [1.0] * MONTHS_SHOWN,
        "month_of_year": [float(month) for _, month in months],
        "month_in_contract": in_force,
        "months_in_contract_before": [sum(in_force[:each]) for each in range(MONTHS_SHOWN)],
        "month_interim_share": [due[year][month] for year, month in months],
        "month_is_true_up": [float(month + 1 == proposal.true_up_month) for _, month in months],
    }
    for name, values in columns.items():
        placer.structure(f"{key}__{name}", table, [[value * (year == each) for each in placer.years]
                                                   for value, (year, _) in zip(values, months, strict=True)])
    placer.structure(f"{key}__months_hold_year", None, [[_holds(months, proposal, year, due[year]) for year in placer.years]])


def _interim_shares(proposal: Proposal, year: int) -> list[float]:
    """The part of a year's advance that is paid in each month: at the beginning of every period, for its months in force."""
    parts = _parts_of_months(proposal.starts, proposal.ends, year)
    length = MONTHS_OF_A_PAYMENT[proposal.payment_frequency]
    shares = [0.0] * 12
    for begin in range(0, 12, length):
        within = [month for month in range(begin, begin + length) if parts[month]]
        if within:
            shares[within[0]] = sum(parts[month] for month in within) / sum(parts)
    return shares


def _holds(months: Sequence[tuple[int, int]], proposal: Proposal, year: int, shares: Sequence[float]) -> bool:
    """Whether all cash of a contract year, the true-up of the year before among it, falls in the months given."""
    paid = {(year, month) for month, share in enumerate(shares) if share}
    true_up = {(year, proposal.true_up_month - 1)} if year > proposal.starts.year else set()
    return bool(paid) and paid | true_up <= set(months)


def _place_clause(placer: Placer, prefix: str, path: str, clause: Clause) -> None:
    record = type(clause)
    terms = record.terms()
    for field in fields_of(record):
        name, value = f"{prefix}{field.name}", getattr(clause, field.name)
        rows, chosen = rows_of(record, field.name), record.mark(field.name, Rows)
        if chosen:
            placer.structure(name, chosen.table, [row in value for row in placer.tables[chosen.table].rows])
        elif record.mark(field.name, Schedule):
            placer.structure(f"{name}_level", None, [[work_rvu_level(placer.assumptions, value)] * len(placer.years)])
        elif rows and record.mark(field.name, Rows) is None and field.name != "modifiers":
            _place_rows(placer, name, f"{path}.{field.name}", rows, value)
        else:
            _place_term(placer, name, f"{path}.{field.name}", field, value, terms.get(field.name))


def _place_term(placer: Placer, name: str, path: str, field: Field, value: Any, described: Any) -> None:
    if field.kind == "number":
        escalates = described is not None and described[1].escalates
        placer.quantities(f"{name}__agreed" if escalates else name, None, [path], described[1].label if described else "")
        if not field.is_required:
            placer.structure(f"{name}_is_given", None, [[float(value is not None)] * len(placer.years)])
    elif field.kind == "yes_no":
        placer.structure(name, None, [[float(value)] * len(placer.years)])
    elif field.kind == "choice":
        for choice in field.choices:
            placer.structure(f"{name}_is_{slug(choice)}", None, [[float(value == choice)] * len(placer.years)])


def _place_rows(placer: Placer, name: str, path: str, record: type[Record], rows: Mapping[str, Any]) -> None:
    """A table of the clause: a number, choice or date of each row under the table's name."""
    placer.table(name, rows)
    for field in fields_of(record):
        values = [getattr(row, field.name) for row in rows.values()]
        if field.kind == "number":
            placer.quantities(f"{name}_{field.name}", name, [f"{path}.{key}.{field.name}" for key in rows])
            if not field.is_required:
                placer.structure(f"{name}_{field.name}_is_given", name, [value is not None for value in values] or [False])
        elif field.kind == "yes_no":
            placer.structure(f"{name}_{field.name}", name, values or [False])
        elif field.kind == "choice":
            for choice in field.choices:
                placer.structure(f"{name}_{field.name}_is_{slug(choice)}", name, [value == choice for value in values] or [False])
        elif field.kind == "date":
            months = [months_in_force(value, (), placer.years) if value else [0.0] * len(placer.years) for value in values]
            placer.structure(f"{name}_{field.name}_months", name, months or [[0.0] * len(placer.years)])
            placer.structure(f"{name}_{field.name}_months_since", name, [_months_since(value, placer.years) for value in values]
                             or [[0.0] * len(placer.years)])


def _months_since(date: datetime.date | None, years: Sequence[int]) -> list[float]:
    """Months from a date until the end of each year, those before the projection too; none without a date."""
    if date is None:
        return [0.0] * len(years)
    return [sum(months_in_force(date, (), range(date.year, year + 1))) for year in years]


def slug(choice: str) -> str:
    """A choice as a part of a name: *keeps the excess* is ``keeps_the_excess``."""
    return re.sub(r"[^a-z0-9]+", "_", choice.lower()).strip("_")
