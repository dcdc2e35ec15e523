"""What of a deficit the market makes and what the practice: from another practice, or another scenario, to this one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from finmodel.analysis.attribution import Attribution, attribute
from finmodel.analysis.placement import cells_of
from finmodel.analysis.ranges import is_mix
from finmodel.analysis.risk_map import PRICES
from finmodel.assumptions import BadInput, Change, Fault
from finmodel.cases import Assumptions
from finmodel.model import Result, evaluate


@dataclass(frozen=True)
class Group:
    """One way to differ: whose doing it is, and what its number means, a share that is zero where the practices are alike."""

    label: str
    side: Literal["market", "practice", "neither"]
    question: str = ""


GROUPS: Mapping[str, Group] = {
    "volume": Group("Volume", "market", "Exams, more than here by"),
    "payer_mix": Group("Payer mix", "market", "Work of the best-paying payer, points more than here"),
    "rates": Group("Payers' rates", "market", "Payers' prices, higher than here by"),
    "coverage": Group("Coverage", "market", "Radiologist FTE that hours and sites require, higher than here by"),
    "wages": Group("Market wages", "market", "Market pay of radiologists, higher than here by"),
    "collections": Group("Collections", "practice", "Collected of the same work at the same prices, more than here by"),
    "billing": Group("Billing cost", "practice", "Billing and collection cost, higher than here by"),
    "staffing": Group("Staffing above need", "practice", "Radiologist FTE for the same work, higher than here by"),
    "pay": Group("Pay position", "practice", "Agreed pay beside the market's, higher than here by"),
    "other": Group("Everything else", "neither"),
}
# Whose doing a changed assumption is, by its section and field; a field that is not named goes by its section.
BELONGS = {
    "volumes": "volume", "payer_mix": "payer_mix", "payer_mix_by_facility": "payer_mix", "payer_mix_shift": "payer_mix",
    "payers": "rates", "payers.collection_rate": "collections", "medicare": "rates", "medicare_rules": "rates",
    "collection": "collections", "providers.fte": "staffing", "providers.vacancy_share": "staffing",
    "providers.work_rvus_per_fte": "staffing", "providers.compensation_per_fte": "pay", "providers.benefits_per_fte": "pay",
    "providers.benefits_rate": "pay", "providers.compensation_trend": "wages", "roster_changes": "staffing",
}


@dataclass(frozen=True)
class Bridge:
    """From one deficit to another: what each group adds to it; the steps sum to the difference exactly."""

    other: float
    own: float
    steps: Mapping[str, float]

    def of(self, side: str) -> float:
        """What all groups of the market, or of the practice, add."""
        return sum(step for key, step in self.steps.items() if GROUPS[key].side == side)


def at_benchmark(result: Result, year: int, case: int = 0) -> dict[str, float]:
    """How a practice differs that is staffed and pays as this one's benchmarks say, its own where it needs fewer than they do."""
    at = result.years.index(year)
    required, employed, reference, agreed = (result.series(name, case)[at] for name in (
        "required_fte", "radiologist_fte", "reference_pay_per_fte", "agreed_pay_per_radiologist_fte"))
    staffing = min(required / employed - 1.0, 0.0) if employed > 0.0 else 0.0
    pay = reference / agreed - 1.0 if agreed > 0.0 else 0.0
    return {key: value if np.isfinite(value) else 0.0 for key, value in (("staffing", staffing), ("pay", pay))}


def bridge(assumptions: Assumptions, amounts: Mapping[str, float], year: int) -> Bridge:
    """From a practice that differs by these shares to this one, in its support deficit of a year.

    Raises:
        BadInput: when a difference leads to what cannot be.
    """
    groups = {key: changes_of(assumptions, key, amount) for key, amount in amounts.items() if amount != 0.0}
    found: Attribution = attribute(assumptions, groups, "support_deficit", year)
    return Bridge(found.after, found.before, {key: 0.0 - found.contributions.get(key, 0.0) for key in GROUPS})


def bridge_of_changes(assumptions: Assumptions, changes: Sequence[Change], year: int) -> Bridge:
    """From a practice as it stands to what changes make of it, in its support deficit of a year.

    Raises:
        BadInput: when a change gives a line instead of changing an assumption, or leads to what cannot be.
    """
    given = [Fault("attribution", one.path, "is given in place of what the model computes, which nothing can be said to cause; "
                                            "leave that scenario out") for one in changes if one.operation == "override"]
    if given:
        raise BadInput(given)
    groups: dict[str, list[Change]] = {}
    for one in changes:
        groups.setdefault(group_of(one.path, assumptions), []).append(one)
    found = attribute(assumptions, groups, "support_deficit", year)
    return Bridge(found.before, found.after, {key: found.contributions.get(key, 0.0) for key in GROUPS})


def group_of(path: str, assumptions: Assumptions) -> str:
    """Whose doing an assumption is; a path may have stars."""
    section, _, rest = path.partition(".")
    if section == "expenses":
        return "billing" if rest.partition(".")[0] in _billing(assumptions) else "other"
    return BELONGS.get(f"{section}.{path.rpartition('.')[2]}") or BELONGS.get(section, "other")


def _billing(assumptions: Assumptions) -> list[str]:
    return [name for name, one in assumptions.practice.expenses.items() if one.driver and "collections" in one.driver]


def changes_of(assumptions: Assumptions, key: str, amount: float) -> tuple[Change, ...]:
    """The changes that make the other practice of this one, in one way."""
    practice = assumptions.practice
    radiologists = [name for name, one in practice.providers.items() if one.kind == "radiologist"]
    if key == "payer_mix":
        return _mix(assumptions, amount)
    paths = {
        "volume": ["volumes.*.*.*.base_exams"], "rates": PRICES, "collections": PRICES,
        "coverage": [f"providers.{name}.fte" for name in radiologists],
        "staffing": [f"providers.{name}.fte" for name in radiologists],
        "wages": [f"providers.{name}.compensation_per_fte" for name in radiologists],
        "pay": [f"providers.{name}.compensation_per_fte" for name in radiologists],
        "billing": [f"expenses.{name}.rate" for name in _billing(assumptions)],
    }[key]
    return tuple(Change(path=path, operation="multiply", amount=1.0 + amount) for path in paths)


def _mix(assumptions: Assumptions, points: float) -> tuple[Change, ...]:
    """In every payer mix, points from the largest of the others to the best-paying payer; as many as the smaller of them has."""
    result = evaluate(assumptions)
    rates = dict(zip(result.placed.tables["payers"].rows, result["payer_revenue_per_work_rvu"][:, 0, 0].tolist(), strict=True))
    mixes: dict[str, dict[str, float]] = {}
    for path in cells_of(result.placed):
        if is_mix(path) and not path.startswith("payer_mix_shift"):
            mix, _, payer = path.rpartition(".")
            mixes.setdefault(mix, {})[payer] = min(assumptions[path].over(assumptions.practice.years))
    found = []
    for mix, shares in mixes.items():
        best = max(shares, key=lambda payer: rates[payer])
        others = {payer: share for payer, share in shares.items() if payer != best}
        if not others:
            continue
        largest = max(others, key=others.__getitem__)
        amount = float(np.clip(points, -shares[best], others[largest]))
        found.append(Change(path=f"{mix}.{largest}", to=f"{mix}.{best}", operation="shift", amount=amount))
    return tuple(found)
