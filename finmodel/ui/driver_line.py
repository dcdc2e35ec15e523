"""What the page Drivers is about: the line that is to be moved, in which year, under which proposal."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import streamlit as st

from finmodel.analysis.sensitivity import Mover, movers
from finmodel.assumptions import BadInput
from finmodel.cases import Assumptions
from finmodel.format import amount
from finmodel.ui.proposal_runs import choices, opened, with_proposals
from finmodel.ui.run import Session
from finmodel.ui.sidebar import current_year
from finmodel.ui.widgets import escape

LINES = ("support_deficit", "support_deficit_per_fte", "total_revenue", "total_expense", "radiologist_compensation")
OF_PROPOSAL = {"total": "hospital pays", "net_new_payment": "net new money", "residual_deficit": "left to the group"}
KEY = "proposal_a"
NONE = ""


@dataclass(frozen=True)
class Asked:
    """A line of the practice as it is shown, with a proposal where one is chosen, in a year."""

    run: Session
    line: str
    label: str
    year: int

    @property
    def assumptions(self) -> Assumptions:
        """The practice as it is shown, scenarios and sliders included."""
        return self.run.result.assumptions[self.run.shown]

    @property
    def unit(self) -> str:
        """The unit of the line."""
        return self.run.result.graph.lines[self.line].unit

    def shown(self, value: float) -> str:
        """A value of the line."""
        return amount(value, self.unit)


def asked(session: Session) -> Asked | None:
    """The line that is asked about, chosen on screen; None, with the reason on screen, where the proposal does not fit."""
    first, second, third = st.columns(3)
    known = choices(session.desk)
    key = first.selectbox("Proposal", [NONE, *known], format_func=lambda one: known.get(one, "None: the practice alone"),
                          key="drivers-proposal", persist_state="session")
    run = session
    if key in known:
        try:
            run = with_proposals(session, [(KEY, opened(key).text)])
        except BadInput as error:
            st.error(escape(f"{known[key]} does not fit this practice: {error.faults[0].reason}. The page Proposals shows what "
                            "to change."), icon=":material/link_off:")
            return None
    lines = _lines(run, known.get(key, ""))
    line = second.selectbox("What is to be moved", list(lines), format_func=lines.__getitem__, key=f"drivers-line-{bool(key)}",
                            persist_state="session")
    years = run.result.years
    # The base year knows no growth; what is asked about is the future unless the reader says otherwise.
    first_shown = current_year(session) if current_year(session) != years[0] else years[min(1, len(years) - 1)]
    year = third.selectbox("Year", years, index=years.index(first_shown), key="drivers-year")
    return Asked(run, str(line), lines[str(line)], int(year))


def _lines(run: Session, proposal: str) -> Mapping[str, str]:
    graph = run.result.graph.lines
    own = {f"{KEY}__{name}": f"{proposal}: {label}" for name, label in OF_PROPOSAL.items()} if proposal else {}
    return {**own, **{name: graph[name].label for name in LINES}}


def ranked(about: Asked, step: float) -> tuple[Mover, ...]:
    """What each assumption does to the line, found once for a run."""
    return _ranked(_Held(about.assumptions), about.line, about.year, step)


class _Held:
    """Assumptions told apart as objects: they are kept by the full text of everything that goes into them already."""

    def __init__(self, assumptions: Assumptions) -> None:
        self.assumptions = assumptions

    def __hash__(self) -> int:
        return id(self.assumptions)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.assumptions is self.assumptions


@lru_cache(maxsize=32)
def _ranked(held: _Held, line: str, year: int, step: float) -> tuple[Mover, ...]:
    return movers(held.assumptions, line, year, step=step)
