"""What the hospital's alternatives cost beside a proposal: by year, in the first year and quarter, and over the whole term."""

from collections.abc import Mapping
from dataclasses import dataclass

from finmodel.model import Result


@dataclass(frozen=True)
class AlternativeCost:
    """What one way of having the images read costs the hospital; the key is empty for the proposal itself.

    Whole term and present value hold the years of the term that are projected; a transition quarter is none of a proposal's.
    ``leaving`` is the part of the group that leaves in the first year, and ``pay_gap`` how far its pay is below the market then.
    """

    key: str
    label: str
    description: str
    by_year: Mapping[int, float]
    first_year: int
    whole_term: float
    present_value: float
    transition_quarter: float | None
    leaving: float | None
    pay_gap: float

    @property
    def in_first_year(self) -> float:
        """The cost of the year in which the contract starts."""
        return self.by_year[self.first_year]


def alternative_costs(result: Result, proposal: str, case: int = 0) -> tuple[AlternativeCost, ...]:
    """The proposal, then each alternative at its volume and for its time; nothing where its term lies outside the projection."""
    begins = [year for year, first in zip(result.years, result.series(f"{proposal}__is_first_contract_year", case), strict=True)
              if first]
    if not begins:
        return ()
    assumptions, start = result.assumptions[case], result.years.index(begins[0])
    pay_gap = result.series(f"{proposal}__pay_gap", case)[start]

    def cost_of(key: str, label: str, description: str | None, lines: str, row: int = 0) -> AlternativeCost:
        def over_years(name: str) -> list[float]:
            return [float(value) for value in result[f"{proposal}__{lines}_{name}"][row, :, case]]

        return AlternativeCost(key, label, description or "", dict(zip(result.years, over_years("cost"), strict=True)), begins[0],
                               over_years("term_cost")[-1], over_years("present_value")[-1],
                               over_years("transition_quarter")[start] if key else None,
                               over_years("leaving_share")[start] if key else None, pay_gap)

    agreed = assumptions.proposals[proposal]
    return (cost_of("", agreed.name, agreed.description, "proposal"),
            *(cost_of(key, one.label, one.description, "alternative", row)
              for row, (key, one) in enumerate(assumptions.alternatives.items())))
