"""Beside every page: what is on the desk, whether it is saved, which scenarios apply, and what has to be said."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from finmodel.assumptions import Scenario, names
from finmodel.ui import saving
from finmodel.ui.desk import (
    NOTICES,
    PRACTICE,
    SCENARIOS,
    YEAR,
    Desk,
    author,
    example,
    follow_address,
    on_desk,
    open_practice,
    workspace,
    write_address,
)
from finmodel.ui.own_scenarios import labels_of
from finmodel.ui.run import Session, moved, scenario_choices, session
from finmodel.ui.saving import CONFLICT
from finmodel.ui.settings import unsafe
from finmodel.ui.tables import table
from finmodel.ui.widgets import distinct, escape, said
from finmodel.workspace import StorageError

SESSION = "session"
THEME = Path(__file__).parent / "theme.css"


def show() -> Session | None:
    """Follow the address, draw the sidebar, say what there is to say, and run the practice on the desk."""
    wrong = unsafe(st.get_option)
    if wrong:
        st.error("The app does not run with unsafe settings. " + escape(" ".join(wrong)), icon=":material/lock_open:")
        st.stop()
    st.html(THEME)
    try:
        follow_address()
        desk = on_desk()
        with st.sidebar:
            _choose_practice(desk)
            _status(desk)
            choices = scenario_choices(desk)
            _choose_scenarios(choices)
        run = session(desk, choices)
        if run:
            with st.sidebar:
                _choose_year(run)
        write_address()
    except StorageError as error:
        st.error(f"{escape(str(error))}", icon=":material/error:")
        st.stop()
    _say()
    return run


def followed() -> Session | None:
    """The run shown, with sliders that were moved since; none when the whole page has to be drawn anew.

    For a part of a page that is drawn without the rest: it shows what the rest shows, or nothing.
    """
    run: Session = st.session_state[SESSION]
    if (run.levers, run.reference) != moved():
        try:
            desk = on_desk()
            now = session(desk, scenario_choices(desk))
        except StorageError:
            return None
        if now is None or (now.desk, now.references, now.scenarios) != (run.desk, run.references, run.scenarios):
            return None
        st.session_state[SESSION] = run = now
    return run


def current_year(run: Session) -> int:
    """The year that the pages show."""
    year: int = st.session_state.get(YEAR, run.result.years[0])
    return year if year in run.result.years else run.result.years[0]


def _choose_practice(desk: Desk) -> None:
    own = {one.id: one.name for one in workspace().documents("practice")}
    examples = {name: f"Example: {example(name).name}" for name in names("practices")}
    labels = distinct({**own, **examples})
    st.session_state["chosen_practice"] = desk.key
    st.selectbox("Practice", list(labels), format_func=lambda key: labels[key], key="chosen_practice",
                 on_change=lambda: open_practice(st.session_state["chosen_practice"]))


def _status(desk: Desk) -> None:
    if desk.version:
        st.caption(f"Version {desk.version.number}, saved by {escape(desk.version.author)} on {said(desk.version.saved_at)}. "
                   "Versions never change.")
        st.button("Back to the draft", on_click=open_practice, args=(desk.key,), icon=":material/edit:", width="stretch")
    elif desk.draft is None:
        st.caption("An example: it stays as it is.")
        st.button("Make a copy to edit", icon=":material/content_copy:", width="stretch", on_click=saving.copy_example,
                  args=(desk.key,))
    else:
        saved = "no version yet" if not desk.draft.version else (
            f"as version {desk.draft.version}" if desk.draft.is_saved else f"changed since version {desk.draft.version}")
        st.caption(f"Draft saved {said(desk.draft.document.changed_at)}; {saved}.")
        if not desk.draft.is_saved:
            _version_form()


def _version_form() -> None:
    with st.popover("Save a version", icon=":material/bookmark_add:", width="stretch"), st.form("save_version", border=False):
        reason = st.text_input("What is this version for?", max_chars=200, placeholder="As sent to the hospital")
        st.caption(f"By {escape(author())}. A version keeps the practice and every assumption it refers to, unchanged for good.")
        if st.form_submit_button("Save version", type="primary"):
            saving.save_version(reason)
            st.rerun()


def _choose_scenarios(choices: Mapping[str, Scenario]) -> None:
    st.session_state["chosen_scenarios"] = [key for key in st.session_state.get(SCENARIOS, []) if key in choices]
    st.multiselect("Scenarios, in order", list(choices), format_func=labels_of(choices).__getitem__, key="chosen_scenarios",
                   placeholder="As it stands", on_change=_scenarios_chosen)


def _scenarios_chosen() -> None:
    st.session_state[SCENARIOS] = list(st.session_state["chosen_scenarios"])


def _choose_year(run: Session) -> None:
    st.session_state["chosen_year"] = current_year(run)
    st.selectbox("Year shown", run.result.years, key="chosen_year", on_change=_year_chosen)


def _year_chosen() -> None:
    st.session_state[YEAR] = st.session_state["chosen_year"]


def _say() -> None:
    """Notices of the last action, once, and a conflict until it is settled."""
    for kind, text in st.session_state.pop(NOTICES, []):
        {"success": st.success, "warning": st.warning, "error": st.error}[kind](escape(text))
    conflict = st.session_state.get(CONFLICT)
    if conflict is None or conflict.theirs.document.id != st.session_state[PRACTICE]:
        return
    with st.container(border=True):
        st.warning(f"{escape(conflict.theirs.document.changed_by)} changed it while you worked. Your change is kept as a copy of "
                   "its own; choose what the practice should say.", title="This practice was changed in two places",
                   icon=":material/call_split:")
        table(differences(conflict.theirs.content, conflict.yours), alternative="Where the two differ")
        with st.container(horizontal=True):
            st.button("Use mine", on_click=saving.settle, args=("mine",), type="primary")
            st.button("Use theirs", on_click=saving.settle, args=("theirs",))
            st.button("Keep both", on_click=saving.settle, args=("both",), help="Your copy stays under Practices.")


def differences(theirs: str, yours: str) -> list[dict[str, str]]:
    """Where two texts of a practice differ, entry by entry."""
    flat = [dict(_entries(tomllib.loads(text))) for text in (theirs, yours)]
    paths = [path for path in {**flat[0], **flat[1]} if flat[0].get(path) != flat[1].get(path)]
    return [{"Entry": path, "Theirs": flat[0].get(path, "—"), "Yours": flat[1].get(path, "—")} for path in paths]


def _entries(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        path = f"{above}.{name}" if above else name
        if isinstance(value, Mapping) and "unit" not in value:
            yield from _entries(value, path)
        else:
            yield path, str(value.get("value", value)) if isinstance(value, Mapping) else str(value)
