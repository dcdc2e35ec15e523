"""What happens after a proposal is agreed: as agreed, as a scenario says, or as the actuals typed for its settlement say."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from finmodel.analysis.settlement import happened
from finmodel.assumptions import BadInput
from finmodel.assumptions.year_end import YearEnd
from finmodel.cases import apply_scenarios
from finmodel.model import Result, evaluate
from finmodel.ui.run import Session, scenario_choices

AS_AGREED, SIDEBAR, ACTUALS, SCENARIO = "as-agreed", "sidebar", "actuals", "scenario-"
NIL = ("The true-up is nil because everything happens here as it was budgeted. Choose what happens instead, and the budget stays "
       "as agreed.")


@dataclass(frozen=True)
class Happening:
    """A run of proposals and the case of it that happens; ``is_agreed`` where that is the budget itself."""

    result: Result
    case: int
    is_agreed: bool = False


def choose(session: Session, as_it_stands: Result, agreed: Happening, place: str,
           actuals: tuple[str, Sequence[YearEnd]] = ("", ())) -> Happening:
    """What the reader says happens, in place of what was ``agreed``.

    Whatever it is, the budget is then the first case of the run of the practice ``as_it_stands``. ``actuals`` are the key of a
    proposal and what was given for its settlement.
    """
    scenarios = scenario_choices(session.desk)
    options = {AS_AGREED: "Everything happens as agreed"}
    if session.scenarios or session.levers:
        options[SIDEBAR] = "What is chosen in the sidebar, unforeseen"
    if actuals[1]:
        options[ACTUALS] = f"The actuals given under Settlement, {', '.join(str(one.year) for one in actuals[1])}"
    options |= {f"{SCENARIO}{key}": one.name for key, one in scenarios.items()}
    chosen = st.selectbox("What happens after it is agreed", list(options), key=f"happens-{place}", persist_state="session",
                          format_func=options.__getitem__, width=420)
    if chosen == AS_AGREED:
        st.caption(NIL)
        return agreed
    base = as_it_stands.assumptions[0]
    try:
        if chosen == ACTUALS:
            return Happening(happened(base, actuals[0], actuals[1], as_it_stands), 0)
        other = as_it_stands.assumptions[-1] if chosen == SIDEBAR else apply_scenarios(
            base, [scenarios[chosen.removeprefix(SCENARIO)]])
        return Happening(evaluate(other, budget=as_it_stands), 0)
    except BadInput:
        st.warning("This does not fit the practice as it stands; what follows is as agreed.", icon=":material/link_off:")
        return agreed
