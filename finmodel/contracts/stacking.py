"""Several agreements with the same physician, rolled up by hours and dollars; a sum of facts, no verdict."""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import add

from finmodel.contracts.guards import Series
from finmodel.contracts.proposal import Proposal
from finmodel.contracts.wiring import payment_name

# A second: less is what floating point loses.
NEGLIGIBLE = 1.0 / 3600.0


@dataclass(frozen=True)
class Agreement:
    """One item of a proposal with a physician: its hours, where it counts any, and what it pays, by year."""

    proposal: str
    instance: str
    label: str
    hours: tuple[float, ...] | None
    dollars: tuple[float, ...]


@dataclass(frozen=True)
class Stack:
    """All agreements with one physician, their hours and dollars by year, and the years that do not hold so many hours.

    Of a year in which the contracts are in force for a part, that part's hours count.
    """

    physician: str
    agreements: tuple[Agreement, ...]
    hours: tuple[float, ...]
    dollars: tuple[float, ...]
    years_exceeded: tuple[int, ...]


def stacks(proposals: Mapping[str, Proposal], years: Sequence[int], series: Series) -> tuple[Stack, ...]:
    """Every physician whom an item names, with all agreements; ``years`` and ``series`` are those of a run.

    Only proposals that hold beside each other belong together; alternatives are rolled up one at a time.
    """
    found: dict[str, list[Agreement]] = {}
    for key, proposal in proposals.items():
        for instance, mechanism in proposal.active_mechanisms.items():
            if mechanism.physician is not None:
                name = payment_name(key, instance)
                hours = tuple(series(f"{name}__hours")) if "hours" in type(mechanism).lines() else None
                agreement = Agreement(key, instance, mechanism.label or mechanism.title, hours, tuple(series(name)))
                found.setdefault(mechanism.physician, []).append(agreement)
    in_force = {key: _months_by_year(series(f"{key}__months_since_start")) for key in proposals}
    return tuple(_stack(physician, tuple(agreements), years, in_force) for physician, agreements in found.items())


def _months_by_year(so_far: Sequence[float]) -> list[float]:
    return [until - before for before, until in zip([0.0, *so_far], so_far, strict=False)]


def _stack(physician: str, agreements: tuple[Agreement, ...], years: Sequence[int],
           in_force: Mapping[str, Sequence[float]]) -> Stack:
    # Contracts may follow each other within a year: together they hold for no more than all of it.
    months = [min(sum(of_year), 12.0) for of_year in zip(*(in_force[key] for key in {one.proposal for one in agreements}),
                                                         strict=True)]
    hours = dollars = (0.0,) * len(years)
    for one in agreements:
        hours = tuple(map(add, hours, one.hours or (0.0,) * len(years)))
        dollars = tuple(map(add, dollars, one.dollars))
    held = [hours_of(year) * of_year / 12.0 for year, of_year in zip(years, months, strict=True)]
    exceeded = tuple(year for year, total, most in zip(years, hours, held, strict=True) if total > most + NEGLIGIBLE)
    return Stack(physician, agreements, hours, dollars, exceeded)


def hours_of(year: int) -> float:
    """All hours of a calendar year, day and night."""
    return 24.0 * (366 if calendar.isleap(year) else 365)
