"""Proposals side by side: what each comes to by year, what comes back, why two of them differ, and cash by month."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from finmodel.analysis.risk_map import better_collections
from finmodel.cases import Assumptions
from finmodel.contracts.clause import Clause
from finmodel.contracts.wiring import payment_name
from finmodel.model import Result, evaluate

# What is told of every proposal, by the ends of its lines' names.
FIGURES = ("total", "net_new_payment", "most_owed", "residual_deficit", "deficit_share_covered", "payment_per_fte",
           "discounted_payment", "cost_of_leaving", "owed_if_hospital_leaves", "owed_if_group_leaves")
NEGLIGIBLE = 1e-3


@dataclass(frozen=True)
class Figure:
    """A number by year; what is not available is NaN."""

    name: str
    label: str
    unit: str
    by_year: Mapping[int, float]

    @property
    def sum(self) -> float:
        """All years together."""
        return sum(self.by_year.values())


@dataclass(frozen=True)
class Comparison:
    """What a proposal comes to: payments by instance and of the clauses on the whole, the figures, and the value of all.

    ``comes_back`` is how much less the hospital pays when collections are five per cent better than agreed.
    """

    key: str
    name: str
    payments: tuple[Figure, ...]
    figures: Mapping[str, Figure]
    present_value: float
    comes_back: Figure


@dataclass(frozen=True)
class PaymentDifference:
    """What two proposals pay through the same kind of mechanism over all years shown."""

    label: str
    before: float
    after: float

    @property
    def effect(self) -> float:
        """How much more the second pays."""
        return self.after - self.before


@dataclass(frozen=True)
class Month:
    """The cash of a month under a proposal, as each side sees it: a plus is received by the group or paid by the hospital.

    ``start_up_dip`` is the part of the collections that a group without receivables of its own would not have yet.
    """

    month: str
    interim: float
    true_up: float
    support: float
    collections: float
    start_up_dip: float
    other_money: float
    expense: float
    group_balance: float
    group_balance_from_nothing: float

    @property
    def hospital_pays(self) -> float:
        """Interim payment + true-up."""
        return self.interim + self.true_up

    @property
    def group_keeps(self) -> float:
        """Collections + other money + support − expense."""
        return self.collections + self.other_money + self.support - self.expense


@dataclass(frozen=True)
class Leaving:
    """What is due if a side ends the contract at the end of a year, beside the true-up, which is settled in any case.

    If the hospital does, it ``still_pays`` the notice and the tail, and what is ``forgiven`` of recruitment it has paid in vain;
    if the group does, ``group_owes``.
    """

    year: int
    still_pays: float
    forgiven: float
    group_owes: float

    @property
    def costs_hospital(self) -> float:
        """What it still pays + what is forgiven."""
        return self.still_pays + self.forgiven


def leaving(result: Result, key: str, case: int = 0) -> tuple[Leaving, ...]:
    """What leaving early comes to for either side, for each projected year after which the contract would still run."""
    names = ("owed_if_hospital_leaves", "cost_of_leaving", "owed_if_group_leaves")
    by_year = zip(result.years, *(result.series(f"{key}__{name}", case) for name in names), strict=True)
    proposal = result.assumptions[case].proposals[key]
    return tuple(Leaving(year, still_pays, cost - still_pays, group_owes) for year, still_pays, cost, group_owes in by_year
                 if proposal.starts.year <= year and datetime.date(year + 1, 1, 1) < proposal.ends)


def compare_proposals(assumptions: Assumptions, agreed: Result | None = None) -> tuple[Comparison, ...]:
    """Every proposal of the assumptions with its figures; ``agreed`` is their run, where there is one already."""
    agreed = agreed or evaluate(assumptions)
    better = evaluate(better_collections(assumptions), budget=agreed)
    return tuple(_comparison(key, agreed, better) for key in assumptions.proposals)


def _comparison(key: str, agreed: Result, better: Result) -> Comparison:
    proposal = agreed.assumptions[0].proposals[key]
    names = [payment_name(key, instance) for instance in proposal.active_mechanisms]
    payments = [_figure(agreed, name) for name in (*names, *([f"{key}__adjustment"] if proposal.modifiers else []))]
    total = f"{key}__total"
    back = (agreed[total] - better[total])[0, :, 0]
    comes_back = Figure("comes_back", "Comes back if collections are 5 % better than agreed", "USD/year", _by_year(agreed, back))
    return Comparison(key, proposal.name, tuple(payments), {name: _figure(agreed, f"{key}__{name}", name) for name in FIGURES},
                      agreed.series(f"{key}__present_value")[-1], comes_back)


def _figure(result: Result, line: str, name: str = "") -> Figure:
    one = result.graph.lines[line]
    proposal = result.assumptions[0].proposals[line.partition("__")[0]]
    return Figure(name or line.partition("__")[2], one.label.removeprefix(f"{proposal.name}: "), one.unit,
                  _by_year(result, result[line][0, :, 0]))


def _by_year(result: Result, values: Iterable[float]) -> dict[int, float]:
    return dict(zip(result.years, map(float, values), strict=True))


def payment_differences(result: Result, before: str, after: str, case: int = 0) -> tuple[PaymentDifference, ...]:
    """Why one proposal pays more than another over all years shown: by kind of mechanism, the largest difference first.

    The effects sum to the difference of the total payments.
    """
    paid = [_paid_by_kind(result, key, case) for key in (before, after)]
    found = [PaymentDifference(label, *(one.get(label, 0.0) for one in paid)) for label in dict.fromkeys((*paid[0], *paid[1]))]
    return tuple(sorted((one for one in found if abs(one.effect) > NEGLIGIBLE), key=lambda one: -abs(one.effect)))


def _paid_by_kind(result: Result, key: str, case: int) -> dict[str, float]:
    """The payments of all years by the title of the mechanism; the clauses on the whole by their own."""
    proposal = result.assumptions[0].proposals[key]
    titled = [(_title(one), payment_name(key, instance)) for instance, one in proposal.active_mechanisms.items()]
    titled += [(f"{_title(one)} on the whole", f"{key}__{name}__effect") for name, one in proposal.modifiers.items()]
    paid: dict[str, float] = {}
    for title, name in titled:
        paid[title] = paid.get(title, 0.0) + sum(result.series(name, case))
    return paid


def _title(clause: Clause) -> str:
    title: str = type(clause).title  # type: ignore[attr-defined]
    return title


def cash_by_month(result: Result, proposal: str, case: int = 0) -> tuple[Month, ...]:
    """The cash of the contract's first two years, month by month, as far as the practice is projected."""
    names = ("interim", "true_up", "support", "collections", "start_up_dip", "other_money", "expense")
    cash = {name: result[f"{proposal}__{name}_by_month"][:, :, case].sum(axis=1) for name in names}
    balance = np.cumsum(cash["collections"] + cash["other_money"] + cash["support"] - cash["expense"])
    cash |= {"group_balance": balance, "group_balance_from_nothing": balance - np.cumsum(cash["start_up_dip"])}
    rows = result.rows(f"{proposal}__interim_by_month") or ()
    return tuple(Month(row, **{name: float(values[at]) for name, values in cash.items()})
                 for at, row in enumerate(rows) if int(row[:4]) in result.years)
