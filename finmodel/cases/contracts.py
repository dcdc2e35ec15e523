"""The terms and dates of proposals become input arrays."""

import datetime
import re
from collections.abc import Mapping
from typing import Any

from finmodel.assumptions import Record
from finmodel.assumptions.fields import Field, fields_of
from finmodel.cases.place import months_in_force, work_rvu_level
from finmodel.cases.placed import Placer
from finmodel.contracts.clause import Clause, Rows, Schedule, rows_of
from finmodel.contracts.proposal import Proposal


def place_proposals(placer: Placer, proposals: Mapping[str, Proposal]) -> None:
    """Lay the terms of every proposal on arrays, each under its proposal's and instance's name."""
    for key, proposal in proposals.items():
        path = f"proposals.{key}"
        _place_calendar(placer, key, proposal)
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
    from_start, from_end = (months_in_force(date, (), years) for date in (starts, ends))
    in_force = [(begun - ended) / 12.0 for begun, ended in zip(from_start, from_end, strict=True)]
    placer.structure(f"{key}__contract_share_of_year", None, [in_force])
    placer.structure(f"{key}__contract_in_force", None, [[float(share > 0.0) for share in in_force]])
    placer.structure(f"{key}__escalation_applies", None, [[float(starts.year < year <= ends.year) for year in years]])
    placer.structure(f"{key}__share_after_anniversary", None,
                     [[_share_after_anniversary(year, starts, ends) for year in years]])
    placer.structure(f"{key}__discount_years", None, [[_discount_years(year, proposal) for year in years]])
    placer.structure(f"{key}__replaces_existing", None, [[float(proposal.replaces_existing_payments)] * len(years)])


def _share_after_anniversary(year: int, starts: datetime.date, ends: datetime.date) -> float:
    """The part of the contract's time in a year that lies after the year's anniversary of the start."""
    begin, end = max(starts, datetime.date(year, 1, 1)), min(ends, datetime.date(year + 1, 1, 1))
    anniversary = starts.replace(year=year)
    return (end - max(begin, anniversary)).days / (end - begin).days if end > max(begin, anniversary) else 0.0


def _discount_years(year: int, proposal: Proposal) -> float:
    """Years from the start of the contract to when the payments of a year are taken to fall due."""
    begin, end = max(proposal.starts, datetime.date(year, 1, 1)), min(proposal.ends, datetime.date(year + 1, 1, 1))
    parts = {"start of year": 0.0, "middle of year": 0.5, "end of year": 1.0}
    due = (begin - proposal.starts).days + parts[proposal.valuation.timing] * (end - begin).days
    return max(due, 0.0) / 365.25


def _place_clause(placer: Placer, prefix: str, path: str, clause: Clause) -> None:
    record = type(clause)
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
            _place_term(placer, name, f"{path}.{field.name}", field, value, record.terms().get(field.name))


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


def slug(choice: str) -> str:
    """A choice as a part of a name: *keeps the excess* is ``keeps_the_excess``."""
    return re.sub(r"[^a-z0-9]+", "_", choice.lower()).strip("_")
