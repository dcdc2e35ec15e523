"""Which proposals are compared: what a link names, what was chosen, else the first two that fit the practice."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

import streamlit as st

from finmodel.assumptions import BadInput
from finmodel.ui import linked
from finmodel.ui.desk import Desk, notify, on_desk, workspace
from finmodel.ui.proposal_runs import example_on, examples, parsed, with_proposals
from finmodel.ui.run import Session
from finmodel.ui.widgets import escape

FEWEST, MOST = 2, 6
PARAMETER, WIDGET = "compare", "chosen_comparison"


def choose(session: Session, known: Mapping[str, str]) -> tuple[str, ...]:
    """The proposals to compare that fit the practice, chosen on screen; what does not fit is said in a sentence."""
    held = linked.held(PARAMETER, session.desk, known, MOST)
    held = _at_first(session, known) if held is None else held
    st.session_state[WIDGET] = list(held)
    st.pills("Proposals to compare, two to six", list(known), selection_mode="multi", key=WIDGET, on_change=_keep_chosen,
             format_func=lambda key: escape(known[key]), args=(session.desk,))
    linked.write(PARAMETER, held)
    fitting = _fitting(session, known, held)
    for key in (one for one in fitting if one in examples()):
        if told := example_on(session.desk, key)[1]:
            st.caption(escape(f"{known[key]}, fitted to this practice. {' '.join(told)}"))
    return fitting


def picked(session: Session, known: Mapping[str, str], parameter: str, widget: str, usual: Callable[[], list[str]], *, label: str,
           placeholder: str) -> tuple[str, ...]:
    """Proposals chosen from a list that fit the practice, the usual ones at first; what does not fit is said in a sentence."""
    held = linked.held(parameter, session.desk, known, MOST)
    held = usual() if held is None else held
    st.session_state[widget] = held
    st.multiselect(label, list(known), key=widget, format_func=known.__getitem__, max_selections=MOST, placeholder=placeholder,
                   on_change=_keep_picked, args=(parameter, session.desk, widget))
    linked.write(parameter, held)
    return _fitting(session, known, held)


def _keep_picked(parameter: str, desk: Desk, widget: str) -> None:
    linked.keep(parameter, desk, st.session_state[widget])


def _fitting(session: Session, known: Mapping[str, str], held: Sequence[str]) -> tuple[str, ...]:
    reasons = misfits(session, held)
    for key, reason in reasons.items():
        st.warning(escape(f"{known[key]} is left out: {reason}"), icon=":material/link_off:")
    return tuple(key for key in held if key not in reasons)


def text_of(key: str) -> str:
    """The text of a proposal."""
    return example_on(on_desk(), key)[0] if key in examples() else workspace().draft(key).content


def misfits(session: Session, keys: Iterable[str]) -> dict[str, str]:
    """Why proposals cannot be compared on this practice, by key."""
    texts = {key: text_of(key) for key in keys}
    found: dict[str, str] = {}
    try:
        with_proposals(session, list(texts.items()))
    except BadInput:
        found = {key: reason for key, text in texts.items() if (reason := _misfit(session, key, text))}
    return {**found, **{key: _outside(session, text) for key, text in texts.items()
                        if key not in found and _outside(session, text)}}


def _misfit(session: Session, key: str, text: str) -> str:
    """What of a proposal does not fit the practice, in a sentence; nothing where it fits."""
    try:
        with_proposals(session, [(key, text)])
    except BadInput as error:
        places = "one place" if len(error.faults) == 1 else f"{len(error.faults)} places"
        return f"it does not fit this practice in {places}, which the page Proposals shows."
    return ""


def _outside(session: Session, text: str) -> str:
    years, shown = parsed(text).contract_years, session.result.years
    if set(years) & set(shown):
        return ""
    return (f"its contract is in force from {years[0]} to {years[-1]}, and the practice is projected from {shown[0]} to "
            f"{shown[-1]}.")


def _at_first(session: Session, known: Mapping[str, str]) -> list[str]:
    """The first two that fit, the examples before one's own; where there are not two, the first two, so that is said why not."""
    in_order = sorted(known, key=lambda key: key not in examples())
    fitting = (key for key in in_order if not misfits(session, [key]))
    first = list(islice(fitting, FEWEST))
    return first if len(first) == FEWEST else in_order[:FEWEST]


def _keep_chosen(desk: Desk) -> None:
    pressed = list(st.session_state[WIDGET])
    if len(pressed) > MOST:
        notify("warning", "Six proposals at most stand beside each other. Take one away to add another.")
        return
    linked.keep(PARAMETER, desk, pressed)
