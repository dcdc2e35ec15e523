"""The run of the proposals that are compared, and what is found of them by comparing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from finmodel.analysis.proposals import Comparison, compare_proposals
from finmodel.analysis.risk_map import Response, risk_map
from finmodel.contracts.proposal import Proposal
from finmodel.model import Result, evaluate
from finmodel.ui.comparison_choice import text_of
from finmodel.ui.proposal_answer import years_shown
from finmodel.ui.proposal_runs import parsed, with_proposals
from finmodel.ui.run import Session
from finmodel.ui.widgets import distinct

KEPT = "kept_comparison"


@dataclass(frozen=True)
class Compared:
    """Proposals beside each other, agreed on the practice as it is shown, scenarios and sliders included.

    The run has that one case; ``as_it_stands`` has the practice without scenarios and sliders first. ``labels`` are the names of
    the proposals, no two the same.
    """

    run: Session
    as_it_stands: Result
    labels: Mapping[str, str]
    found: Mapping[str, Comparison]
    responses: Mapping[str, tuple[Response, ...]]

    @property
    def proposals(self) -> Mapping[str, Proposal]:
        """The proposals by key, in the order chosen."""
        return self.run.result.assumptions[0].proposals

    def years(self, key: str) -> list[int]:
        """The projected years of a contract."""
        return years_shown(self.run, self.proposals[key])

    def first_year(self, key: str) -> int:
        """The first of them."""
        return self.years(key)[0]

    def value(self, name: str, year: int) -> float:
        """A line in a year."""
        return self.run.result.series(name)[self.run.result.years.index(year)]


def compared(session: Session, keys: Sequence[str]) -> Compared:
    """The proposals compared, found once for a run: the shocks of the risk map take longer than the page."""
    texts = [(f"proposal_{letter}", text_of(key)) for letter, key in zip("abcdef", keys, strict=False)]
    both = with_proposals(session, texts)
    kept: Compared | None = st.session_state.get(KEPT)
    if kept is None or kept.as_it_stands is not both.result:
        kept = st.session_state[KEPT] = _compared(both, dict(texts))
    return kept


def _compared(both: Session, texts: Mapping[str, str]) -> Compared:
    assumptions = both.result.assumptions[both.shown]
    result = evaluate(assumptions) if both.shown else both.result
    return Compared(replace(both, result=result), both.result, distinct({key: parsed(text).name for key, text in texts.items()}),
                    {one.key: one for one in compare_proposals(assumptions, result)}, risk_map(assumptions, result))
