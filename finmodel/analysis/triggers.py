"""When a change of volume or payer mix first reopens a proposal, in each of several things that may happen."""

from collections.abc import Mapping
from dataclasses import dataclass

from finmodel.cases import Assumptions
from finmodel.contracts.clause import Clause
from finmodel.contracts.modifiers.reopener import Reopener
from finmodel.contracts.proposal import Proposal
from finmodel.contracts.wiring import payment_name
from finmodel.model import Result, evaluate


@dataclass(frozen=True)
class Trigger:
    """A reopener of a proposal, and the first year in which each thing that happens crosses it; None where none does."""

    proposal: str
    clause: Reopener
    first_crossed: Mapping[str, int | None]


def triggers(agreed: Result, happening: Mapping[str, Assumptions]) -> tuple[Trigger, ...]:
    """Every reopener of the proposals of a run, whose first case is the budget; ``happening`` names what may happen instead."""
    found = [(key, line, clause) for key, one in agreed.assumptions[0].proposals.items()
             for line, clause in reopeners(key, one).items()]
    if not found:
        return ()
    result = evaluate(*happening.values(), budget=agreed) if happening else None

    def first(line: str, case: int) -> int | None:
        crossed = result.series(line, case) if result else []
        return next((year for year, beyond in zip(agreed.years, crossed, strict=True) if beyond), None)

    return tuple(Trigger(key, clause, {name: first(line, case) for case, name in enumerate(happening)})
                 for key, line, clause in found)


def reopeners(key: str, proposal: Proposal) -> dict[str, Reopener]:
    """The reopeners of a proposal, by the line that says from when on each is crossed."""
    attached: Mapping[str, Mapping[str, Clause]] = {key: proposal.modifiers, **{
        payment_name(key, name): one.modifiers for name, one in proposal.active_mechanisms.items()}}
    return {f"{prefix}__{name}__crossed": one for prefix, modifiers in attached.items()
            for name, one in modifiers.items() if isinstance(one, Reopener)}
