"""The practice that lies on the desk, and the address that leads to it."""

import getpass
import os
from dataclasses import dataclass
from functools import cache

import streamlit as st

from finmodel.assumptions import SHIPPED, BadInput, Practice, names, parse_practice
from finmodel.workspace import Draft, Version, Workspace

PRACTICE, VERSION, SCENARIOS, YEAR, WRITTEN = "practice", "version", "scenario", "year", "written_address"
REFERENCE, LEVERS, SEEN, NOTICES = "reference", "levers", "seen_drafts", "notices"
FIRST_EXAMPLE = "sample"


@cache
def workspace() -> Workspace:
    """The workspace of this server."""
    return Workspace.open()


def author() -> str:
    """Who works here: the name on this machine."""
    return os.environ.get("FINMODEL_USER") or getpass.getuser()


@dataclass(frozen=True)
class Desk:
    """The practice that lies on the desk: an example that ships, the draft of an own one, or one of its versions."""

    key: str
    name: str
    content: str
    draft: Draft | None = None
    version: Version | None = None

    @property
    def can_edit(self) -> bool:
        """Whether edits are possible: examples and versions never change."""
        return self.draft is not None and self.version is None



def follow_address() -> None:
    """Open what a link names; an address that this session wrote itself names nothing new."""
    given = {key: st.query_params.get_all(key) for key in (PRACTICE, VERSION, SCENARIOS, YEAR)}
    if not any(given.values()) or given == st.session_state.get(WRITTEN):
        return
    practice, version, year = (next(iter(given[key]), "") for key in (PRACTICE, VERSION, YEAR))
    open_practice(practice or st.session_state.get(PRACTICE, FIRST_EXAMPLE), int(version) if version.isdecimal() else None)
    st.session_state[SCENARIOS] = given[SCENARIOS]
    if year.isdecimal():
        st.session_state[YEAR] = int(year)


def write_address() -> None:
    """Put what is on the desk into the address, so that it can be sent, kept and reloaded."""
    state = st.session_state
    wanted = {PRACTICE: [state[PRACTICE]], VERSION: [str(state[VERSION])] if state[VERSION] else [],
              SCENARIOS: list(state.get(SCENARIOS, [])), YEAR: [str(state[YEAR])] if YEAR in state else []}
    state[WRITTEN] = wanted
    if wanted != {key: st.query_params.get_all(key) for key in wanted}:
        others = {key: st.query_params.get_all(key) for key in st.query_params if key not in wanted}
        st.query_params.from_dict({key: values for key, values in {**wanted, **others}.items() if values})


def open_practice(key: str, version: int | None = None) -> None:
    """Lay another practice, or a version of one, on the desk; scenarios and sliders do not come along."""
    if (key, version) == (st.session_state.get(PRACTICE), st.session_state.get(VERSION)):
        return
    st.session_state[PRACTICE], st.session_state[VERSION] = key, version
    st.session_state[SCENARIOS] = []
    for forgotten in (LEVERS, REFERENCE, YEAR):
        st.session_state.pop(forgotten, None)


def on_desk() -> Desk:
    """What lies on the desk: what the session opened, else the practice last worked on, else the first example."""
    if PRACTICE not in st.session_state:
        own = workspace().documents("practice")
        open_practice(own[0].id if own else FIRST_EXAMPLE)
    key, number = st.session_state[PRACTICE], st.session_state[VERSION]
    if key in names("practices"):
        return Desk(key, example(key).name, example_text(key))
    try:
        draft = workspace().draft(key)
        version = workspace().version(key, number) if number else None
    except BadInput as error:
        notify("error", f"{error} Another practice is shown.")
        open_practice(FIRST_EXAMPLE)
        return on_desk()
    remember(draft)
    return Desk(key, draft.document.name, version.content if version else draft.content, draft, version)


def example_text(name: str) -> str:
    """The file of a practice that ships."""
    return (SHIPPED / "practices" / f"{name}.toml").read_text(encoding="utf-8")


@cache
def example(name: str) -> Practice:
    """A practice that ships."""
    return parse_practice(example_text(name).encode(), f"{name}.toml")


def remember(draft: Draft) -> Draft:
    """What this browser session has seen of a draft: an edit made on top of anything else is a conflict."""
    st.session_state.setdefault(SEEN, {})[draft.document.id] = draft
    return draft


def notify(kind: str, text: str) -> None:
    """Say something at the top of the next page drawn."""
    st.session_state.setdefault(NOTICES, []).append((kind, text))
