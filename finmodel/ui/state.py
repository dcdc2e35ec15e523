"""What the pages share: the practice chosen, the scenarios on top of it, and the run of both."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from finmodel.assumptions import BadInput, Practice, Source, load_practice, load_scenario, load_sources
from finmodel.cases import Assumptions, apply_scenarios, assume
from finmodel.model import Result, evaluate

UPLOADED = "uploaded_practice"


@dataclass(frozen=True)
class Session:
    """One run of the practice as it stands (case 0) and with the scenarios (the last case)."""

    result: Result
    scenarios: tuple[str, ...]
    sources: dict[str, Source]

    @property
    def practice(self) -> Practice:
        """The practice shown."""
        return self.result.assumptions[0].practice

    @property
    def shown(self) -> int:
        """The case on screen."""
        return len(self.result.assumptions) - 1


def keep_upload(practice: Practice) -> None:
    """Keep an uploaded practice for this browser session."""
    st.session_state[UPLOADED] = practice


def uploaded() -> Practice | None:
    """The practice uploaded in this browser session."""
    kept: Practice | None = st.session_state.get(UPLOADED)
    return kept


def run(practice: Practice, scenarios: Sequence[str], reference: str) -> Session:
    """The practice with and without scenarios, as one run.

    Raises:
        BadInput: when a scenario does not fit the practice.
    """
    practice = practice.model_copy(update={"benchmark": practice.benchmark.model_copy(update={"compensation": reference})})
    base: Assumptions = assume(practice)
    cases = [base]
    if scenarios:
        cases.append(apply_scenarios(base, [load_scenario(name) for name in scenarios]))
    return Session(evaluate(*cases), tuple(scenarios), {**load_sources(), **practice.sources})


__all__ = ["BadInput", "Session", "keep_upload", "load_practice", "run", "uploaded"]
