"""Scenarios made for the practice on the desk: stored as they are made, and only when the practice can be computed with them."""

from collections.abc import Mapping

import streamlit as st

from finmodel.assumptions import BadInput, Practice, Scenario, parse_scenario
from finmodel.assumptions.scenario_text import scenario_as_text
from finmodel.assumptions.words import describe
from finmodel.ui.desk import SCENARIOS, Desk, author, notify, workspace
from finmodel.ui.run import run
from finmodel.ui.widgets import distinct
from finmodel.workspace import Conflict, Document, Draft


def unfit(desk: Desk, scenario: Scenario) -> list[str]:
    """Why the practice on the desk cannot be computed with a scenario, in words; empty when it can."""
    try:
        practice = run(desk).practice
        run(desk, [parse_scenario(scenario_as_text(scenario).encode(), "This scenario")])
    except BadInput as error:
        return [fault_in_words(fault.key, fault.reason, practice) for fault in error.faults]
    return []


def fault_in_words(key: str, reason: str, practice: Practice) -> str:
    """A fault with the words of its path."""
    if not key:
        return reason
    is_of_text = key.split(".", maxsplit=1)[0] in Scenario.model_fields
    return f"{key.replace('.', ' ').capitalize() if is_of_text else describe(key, practice)}: {reason}"


def labels_of(choices: Mapping[str, Scenario]) -> dict[str, str]:
    """What each scenario is called where one is chosen."""
    return distinct({key: scenario.name for key, scenario in choices.items()})


def make(desk: Desk, scenario: Scenario, what: str) -> str:
    """Store a new scenario of the practice on the desk; its key.

    Raises:
        BadInput: when it is no scenario, such as one without a name; nothing is stored then.
    """
    text = scenario_as_text(scenario)
    name = parse_scenario(text.encode(), "This scenario").name
    return workspace().create("scenario", name, text, author=author(), belongs_to=desk.key, what=what).document.id


def store(desk: Desk, seen: Draft, scenario: Scenario, what: str) -> list[str]:
    """Store a scenario in place of the draft that was seen; what keeps it from being stored, in words."""
    faults = unfit(desk, scenario)
    if not faults:
        try:
            workspace().save(seen.document.id, scenario_as_text(scenario), revision=seen.revision, author=author(), what=what,
                             name=scenario.name)
        except Conflict as conflict:
            notify("warning", str(conflict))
    return faults


def step(seen: Draft, *, back: bool) -> None:
    """Take back the last change of a scenario, or make it again."""
    try:
        (workspace().undo if back else workspace().redo)(seen.document.id, revision=seen.revision, author=author())
    except Conflict as conflict:
        notify("warning", str(conflict))


def delete(one: Document) -> None:
    """Put a scenario away; it can be brought back."""
    workspace().delete(one.id, author=author())
    choose(one.id, chosen=False)
    notify("success", f"'{one.name}' is deleted. It can be brought back under Deleted.")


def choose(key: str, *, chosen: bool) -> None:
    """Apply a scenario to the figures of every page, after those that apply already, or take it off."""
    others = [other for other in st.session_state.get(SCENARIOS, []) if other != key]
    st.session_state[SCENARIOS] = [*others, key] if chosen else others
