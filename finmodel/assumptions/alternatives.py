"""What the hospital could do instead of agreeing: each way of having the images read, and what it takes."""

from collections.abc import Iterator
from typing import Annotated, Literal

from finmodel.assumptions.practice import Provenance
from finmodel.assumptions.quantity import Consistent, Key, Of, Quantity, Record, Share, Text, Trend


class Alternative(Consistent):
    """Another way of having the images read, at the volume and for the time of the proposal it stands beside."""

    label: Text
    description: Text
    # Whose the professional collections are; an operator other than the hospital keeps what it collects beyond its cost.
    collected_by: Literal["hospital", "operator"]
    keeps_existing_payments: bool
    # What part of the group leaves in a year at market pay, and how many times that more where all of the pay is missing.
    group_leaving_share: Annotated[Quantity, Of("share/year", 0.0, 1.0)]
    leaving_rise_with_pay_gap: Annotated[Quantity, Of("factor", 0.0, 20.0)]
    staffed_share: Share
    teleradiology_share: Share
    pay_per_fte: Annotated[Quantity, Of("USD/FTE/year", 0.0, 3e6)]
    benefits_share: Share
    other_cost_per_fte: Annotated[Quantity, Of("USD/FTE/year", 0.0, 1e6)]
    cost_trend: Trend
    work_rvus_per_fte: Annotated[Quantity, Of("work RVU/FTE/year", 100.0, 50_000.0)]
    coverage_fte: Annotated[Quantity, Of("FTE", 0.0, 500.0)]
    management_share: Share
    collection_ratio: Annotated[Quantity, Of("factor", 0.0, 5.0)]
    billing_share: Share
    turnover: Annotated[Quantity, Of("share/year", 0.0, 1.0)]
    recruiting_cost_per_fte: Annotated[Quantity, Of("USD/FTE", 0.0, 1e6)]
    vacant_share_at_start: Share
    transition_months: Annotated[Quantity, Of("month", 1.0, 60.0)]
    months_not_collected: Annotated[Quantity, Of("month", 0.0, 24.0)]

    def inconsistencies(self) -> Iterator[str]:
        """What does not fit together, each sentence beginning with its key."""
        if max(self.staffed_share.values) + max(self.teleradiology_share.values) > 1.0:
            yield "staffed_share: together with teleradiology_share it is more than 1; what remains of 1 is read by locums"


class Alternatives(Record):
    """The alternatives of a hospital, by name."""

    bare_numbers: Provenance | None = None
    alternatives: dict[Key, Alternative]
