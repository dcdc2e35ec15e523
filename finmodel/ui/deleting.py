"""Put a document away, with the way back right there."""

import streamlit as st

from finmodel.ui.desk import author, notify, workspace
from finmodel.ui.widgets import escape
from finmodel.workspace import Document, Kind, StorageError

JUST_DELETED = "just_deleted"


def delete(one: Document) -> None:
    """Put a document away; the next page drawn offers the way back."""
    try:
        workspace().delete(one.id, author=author())
        st.session_state[JUST_DELETED] = one
    except StorageError as error:
        notify("error", f"'{one.name}' was not deleted. {error}")


def bring_back(one: Document) -> None:
    """Undo a deletion."""
    try:
        workspace().undelete(one.id, author=author())
        st.session_state.pop(JUST_DELETED, None)
    except StorageError as error:
        notify("error", f"'{one.name}' was not brought back. {error}")


def undo_notice(kind: Kind) -> None:
    """What was deleted last in this session, with a button that brings it back."""
    one: Document | None = st.session_state.get(JUST_DELETED)
    if one is None or one.kind != kind:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", wrap=False):
        st.markdown(f":material/delete: Deleted: {escape(one.name)}", width="stretch")
        st.button("Undo", key="undo-deletion", icon=":material/undo:", on_click=bring_back, args=(one,))


def deleted(kind: Kind) -> None:
    """Everything of a kind that was deleted, to be brought back at any time."""
    gone = workspace().documents(kind, deleted=True)
    if gone and st.expander(f"Deleted ({len(gone)})", on_change="rerun", key=f"deleted-{kind}").open:
        for one in gone:
            with st.container(horizontal=True, vertical_alignment="center", wrap=False):
                st.markdown(escape(one.name), width="stretch")
                st.button("Bring back", key=f"undelete-{one.id}", on_click=bring_back, args=(one,))
