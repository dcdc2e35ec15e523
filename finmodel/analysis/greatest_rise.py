"""The most the hospital can owe if every index rises as much as its collar allows, and what has no such end."""

from collections.abc import Iterator

from finmodel.assumptions import Change
from finmodel.cases import Assumptions, changed
from finmodel.contracts.clause import Escalator
from finmodel.contracts.escalators import FixedEscalator, IndexEscalator
from finmodel.contracts.proposal import Proposal
from finmodel.model import evaluate


def most_at_the_greatest_rise(assumptions: Assumptions, key: str) -> dict[int, float]:
    """The most the hospital can owe by year at the upper end of every collar; empty where the proposal has no index."""
    years = assumptions.practice.years
    changes = [Change(path=f"proposals.{key}.{path}.rise", operation="set", amount=one.most.at(year), year=year)
               for path, one in _escalators(assumptions.proposals[key]) if isinstance(one, IndexEscalator) for year in years]
    if not changes:
        return {}
    result = evaluate(changed(assumptions, changes, "greatest rise"))
    return dict(zip(result.years, result.series(f"{key}__most_owed"), strict=True))


def rises_without_end(proposal: Proposal) -> bool:
    """Whether some amount follows pay or the conversion factor, of whose rise nothing is agreed."""
    return any(not isinstance(one, FixedEscalator | IndexEscalator) for _, one in _escalators(proposal))


def _escalators(proposal: Proposal) -> Iterator[tuple[str, Escalator]]:
    yield from ((path, clause) for path, clause in proposal.clauses() if isinstance(clause, Escalator))
