"""Parts of a page that are drawn only while they are open, and stay open or closed whatever else is drawn meanwhile."""

import streamlit as st

OPENED = "opened_parts"


def part(title: str, key: str, *, is_open: bool = False, icon: str | None = None) -> st.delta_generator.DeltaGenerator | None:
    """A part to be filled, None while it is closed; ``is_open`` is how it begins when it is drawn for the first time."""
    st.session_state[key] = st.session_state.setdefault(OPENED, {}).setdefault(key, is_open)
    expander = st.expander(title, key=key, icon=icon, on_change=_turned, args=(key,))
    return expander if expander.open else None


def open_part(key: str) -> None:
    """Have a part open when it is drawn next."""
    st.session_state.setdefault(OPENED, {})[key] = True


def _turned(key: str) -> None:
    st.session_state.setdefault(OPENED, {})[key] = st.session_state[key]
