"""Who bears which risk: how a proposal's payment answers when something else happens than was agreed on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from finmodel.assumptions import Change
from finmodel.cases import Assumptions, changed
from finmodel.engine import ratio
from finmodel.model import Result, evaluate

STEP = 0.05
# A tenth of a cent: less is what floating point loses, not a change of the deficit.
NEGLIGIBLE = 1e-3


@dataclass(frozen=True)
class Shock:
    """Something that happens otherwise than agreed: what it is called, and the changes that make it."""

    key: str
    label: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Response:
    """How a proposal answers a shock over its years: the part of the change of the deficit that each side bears.

    The shares are not available (NaN) where the shock does not move the deficit.
    """

    key: str
    label: str
    deficit_change: float
    payment_change: float
    hospital_share: float
    group_share: float


def risk_map(assumptions: Assumptions, agreed: Result | None = None) -> Mapping[str, tuple[Response, ...]]:
    """The responses of every proposal, by its key: the budget is held, and each shock is a case of one run.

    ``agreed`` is the run of the assumptions as they are, where there is one already.
    """
    agreed = agreed or evaluate(assumptions)
    found = shocks(assumptions, agreed)
    if not found:
        return dict.fromkeys(assumptions.proposals, ())
    result = evaluate(assumptions, *(changed(assumptions, one.changes, one.label) for one in found), budget=agreed)
    return {key: tuple(_responses(result, key, found)) for key in assumptions.proposals}


def shocks(assumptions: Assumptions, agreed: Result) -> tuple[Shock, ...]:
    """What may happen otherwise, from the first contract year after the base year on; none where no such year is projected."""
    practice = assumptions.practice
    first = max(practice.base_year + 1, min((one.starts.year for one in assumptions.proposals.values()), default=0))
    if first not in practice.years:
        return ()

    def multiplied(factor: float, *paths: str) -> tuple[Change, ...]:
        return tuple(Change(path=path, operation="multiply", amount=factor, from_year=first) for path in paths)

    return (
        Shock("volume", "Volume 5 % lower", multiplied(1.0 - STEP, "volumes.*.*.*.base_exams", "outside_reads.*.base_reads")),
        Shock("price", "Payers' prices 5 % lower", multiplied(1.0 - STEP, *PRICES)),
        Shock("payer_mix", "Five points of work from the best- to the worst-paying payer",
              tuple(_mix_shifts(agreed, first))),
        Shock("wages", "Pay 5 % higher", multiplied(1.0 + STEP, "providers.*.compensation_per_fte")),
        Shock("vacancy", "Five points more of the radiologists' posts vacant", tuple(_more_vacancies(assumptions, first))),
    )


# A payer states its rate in one of these ways; the others are not there.
PRICES = ("payers.*.collected_per_work_rvu", "payers.*.base_year_collections", "payers.*.multiple_of_medicare")


def better_collections(assumptions: Assumptions, share: float = STEP) -> Assumptions:
    """The same practice with collections higher by a share in every year."""
    return changed(assumptions, [Change(path=path, operation="multiply", amount=1.0 + share) for path in PRICES], "collections")


def _mix_shifts(agreed: Result, first: int) -> Iterator[Change]:
    """In every payer mix, five points from the best- to the worst-paying of its payers, or all there is of the best."""
    at = agreed.years.index(first)
    rates = dict(zip(agreed.placed.tables["payers"].rows, agreed["payer_revenue_per_work_rvu"][:, at, 0].tolist(), strict=True))
    shares = agreed["site_payer_share"][:, at:, 0].min(axis=1).tolist()
    least: dict[str, dict[str, float]] = {}
    for (path, quantity), share in zip(agreed.placed.inputs["site_payer_base_share"].rows, shares, strict=True):
        mix, _, payer = path.rpartition(".")
        if quantity:
            least.setdefault(mix, {})[payer] = share
    for mix, payers in least.items():
        by_rate = sorted(payers, key=lambda payer: rates[payer])
        amount = min(STEP, payers[by_rate[-1]])
        if len(by_rate) > 1 and amount > 0.0:
            yield Change(path=f"{mix}.{by_rate[-1]}", to=f"{mix}.{by_rate[0]}", operation="shift", amount=amount, from_year=first)


def _more_vacancies(assumptions: Assumptions, first: int) -> Iterator[Change]:
    """Five points more of every category's posts, or as many as there still are."""
    for key, provider in assumptions.practice.providers.items():
        path = f"providers.{key}.vacancy_share"
        room = 1.0 - max(assumptions[path].at(year) for year in assumptions.practice.years)
        if provider.kind == "radiologist" and room > 0.0:
            yield Change(path=path, operation="add", amount=min(STEP, room), from_year=first)


def _responses(result: Result, key: str, found: Sequence[Shock]) -> Iterator[Response]:
    """Each shock's case beside the first, over the contract's parts of the years from the first shocked on."""
    in_force = result.values[f"{key}__contract_share_of_year"]
    deficit = (result[f"{key}__deficit_after_refunds"] * in_force).sum(axis=(0, 1))
    payment = result[f"{key}__total"].sum(axis=(0, 1))
    for case, shock in enumerate(found, 1):
        moved, paid = deficit[case] - deficit[0], payment[case] - payment[0]
        share = float(ratio(paid, np.where(np.abs(moved) <= NEGLIGIBLE, 0.0, moved)))
        yield Response(shock.key, shock.label, float(moved), float(paid), share, 1.0 - share)
