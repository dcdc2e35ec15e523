"""Choices of proposals that a link can name: what the address says, else what was chosen before for the practice on the desk."""

from collections.abc import Mapping, Sequence

import streamlit as st

from finmodel.ui.desk import Desk


def held(parameter: str, desk: Desk, known: Mapping[str, str], most: int) -> list[str] | None:
    """What a link names, else what was chosen for this practice; None when neither."""
    named = st.query_params.get_all(parameter)
    if named and named != st.session_state.get(_written(parameter)):
        if set(named) - set(known):
            st.warning("The link names a proposal that this practice does not have; it is left out.", icon=":material/link_off:")
        keep(parameter, desk, list(dict.fromkeys(key for key in named if key in known))[:most])
    kept: list[str] | None = st.session_state.get(_chosen(parameter), {}).get(desk.key)
    return None if kept is None else [key for key in kept if key in known]


def keep(parameter: str, desk: Desk, keys: Sequence[str]) -> None:
    """Choose proposals for the practice on the desk."""
    st.session_state[_chosen(parameter)] = {**st.session_state.get(_chosen(parameter), {}), desk.key: list(keys)}


def write(parameter: str, keys: Sequence[str]) -> None:
    """Put what is shown into the address, so that it can be sent, kept and reloaded."""
    st.session_state[_written(parameter)] = st.query_params[parameter] = list(keys)


def _chosen(parameter: str) -> str:
    return f"chosen_by_{parameter}"


def _written(parameter: str) -> str:
    return f"written_{parameter}"
