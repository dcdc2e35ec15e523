"""Sliders for the handful of numbers that move the deficit most; what they show can be kept as a scenario."""

import math
from functools import lru_cache

import streamlit as st

from finmodel.analysis.sensitivity import Lever, families
from finmodel.assumptions import BadInput, Change, Scenario
from finmodel.format import number, percent, rounded
from finmodel.ui import own_scenarios
from finmodel.ui.changes import DIGITS
from finmodel.ui.desk import LEVERS
from finmodel.ui.run import Session, evaluated
from finmodel.ui.widgets import escape, section

HANDFUL = 6
REACH = 0.20
# What one step of a slider is: a percent of a number, a tenth of a percentage point of a share.
STEP = {"multiply": 0.01, "add": 0.001}
# Facts of the fee schedule: the first moves the deficit exactly as the conversion factor does, the second nobody negotiates.
FACTS = {"medicare_rules.total_rvus_per_work_rvu", "medicare.geographic_index"}


@lru_cache(maxsize=64)
def levers_of(content: str, references: str, scenarios: tuple[Scenario, ...]) -> tuple[Lever, ...]:
    """The levers of a practice with scenarios, the one that moves the deficit most first, kept by all that goes into them."""
    found = families(evaluated(content, references, scenarios).assumptions[-1], step=REACH)
    return tuple(lever for lever in found if lever.path not in FACTS and len(positions(lever)) > 1)


@lru_cache(maxsize=512)
def positions(lever: Lever) -> dict[int, Change]:
    """The positions of a slider, in steps, and the change that each stands for."""
    step = STEP[lever.operation]
    first, last = math.ceil(float(rounded(lever.low / step, DIGITS))), math.floor(float(rounded(lever.high / step, DIGITS)))
    changes = {position: lever.change(float(rounded(position * step, DIGITS))) for position in range(first, last + 1)}
    return {at: change.model_copy(update={"amount": float(rounded(change.amount, DIGITS))}) for at, change in changes.items()}


def sliders(session: Session) -> None:
    """The sliders, the way back, and the way to keep what they show."""
    if session.faults:
        st.header("What if")
        st.info("The sliders come back when the draft can be computed again.")
        return
    moved: tuple[Change, ...] = st.session_state.get(LEVERS, ())
    every = levers_of(session.desk.content, session.references, session.scenarios)
    # A slider that was moved stays, even where a scenario chosen since makes others count for more.
    shown = [lever for at, lever in enumerate(every)
             if at < HANDFUL or any(change in moved for change in positions(lever).values())]
    section("What if", "The numbers that move the deficit most. Move one, and all figures show what changes.")
    with st.grid(min_column_width=260, gap="small"):
        for lever in shown:
            _slider(lever, moved, session.practice.base_year)
    with st.container(horizontal=True, vertical_alignment="center"):
        reset_button()
        if moved:
            _save_form(session, moved)


def reset_button() -> None:
    """The way back to the practice without sliders."""
    st.button("Reset the sliders", icon=":material/restart_alt:", on_click=_reset, disabled=not st.session_state.get(LEVERS))


def _slider(lever: Lever, moved: tuple[Change, ...], base_year: int) -> None:
    key, changes = f"lever-{lever.path}", positions(lever)
    at = next((at for at, change in changes.items() if change in moved), 0)
    if st.session_state.get(key) != at:
        # Only where it differs: what is set anew is sent to the browser, and would undo a second step made meanwhile.
        st.session_state[key] = at
    since = f" (after {base_year})" if lever.after_base_year else ""
    st.select_slider(escape(lever.label + since), list(changes), key=key, on_change=_moved, args=(key, lever),
                     format_func=words_of(lever).__getitem__)


@lru_cache(maxsize=512)
def words_of(lever: Lever) -> dict[int, str]:
    """The positions of a slider in words."""
    return {at: position_in_words(lever, at) for at in positions(lever)}


def position_in_words(lever: Lever, position: int) -> str:
    """+5 %, or −0.5 points for a share."""
    sign = "+" if position > 0 else ""
    share = position * STEP[lever.operation]
    return f"{sign}{percent(share, 0) if lever.operation == 'multiply' else f'{number(share * 100, 1)} points'}"


def _moved(key: str, lever: Lever) -> None:
    """Put the change that a slider stands for in place of the one it stood for."""
    changes = positions(lever)
    others = tuple(change for change in st.session_state.get(LEVERS, ()) if change not in changes.values())
    at = st.session_state[key]
    st.session_state[LEVERS] = (*others, changes[at]) if at else others


def _reset() -> None:
    st.session_state.pop(LEVERS, None)


def _save_form(session: Session, moved: tuple[Change, ...]) -> None:
    with st.popover("Save as scenario", icon=":material/alt_route:"), st.form("save-levers", border=False):
        name = st.text_input("Name of the scenario", max_chars=200, placeholder="Rates up, pay as it is")
        if st.form_submit_button("Save", type="primary"):
            save(session, name, moved)


def save(session: Session, name: str, moved: tuple[Change, ...]) -> None:
    """Keep the sliders as a scenario of the practice on the desk, which then applies in their place."""
    try:
        made = "Made with the sliders of the Overview."
        key = own_scenarios.make(session.desk, Scenario.model_construct(name=name.strip(), description=made, changes=moved), made)
    except BadInput as error:
        for fault in error.faults:
            st.error(escape(own_scenarios.fault_in_words(fault.key, fault.reason, session.practice)))
        return
    own_scenarios.choose(key, chosen=True)
    _reset()
    st.rerun()
