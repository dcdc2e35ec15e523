"""Packets that were made for a practice: for whom, when, from which version, and the same files once more."""

from collections.abc import Iterator
from functools import lru_cache

import streamlit as st

from finmodel.assumptions import BadInput
from finmodel.packet.asked import Asked, Kept, kept
from finmodel.ui.desk import Desk, workspace
from finmodel.ui.packet_making import downloads, files_of
from finmodel.ui.widgets import escape, said
from finmodel.workspace import Document

AGAIN = "packet_again"


@lru_cache(maxsize=64)
def _record(document: Document) -> Kept | None:
    try:
        return kept(workspace().draft(document.id).content)
    except (ValueError, BadInput):
        return None


def earlier(desk: Desk, asked: Asked) -> list[Kept]:
    """The packets of this practice that the same reader has seen."""
    found = (_record(one) for one in workspace().documents("packet", belongs_to=desk.key))
    return [one for one in found if one and (one.asked.audience, one.asked.whose) in _seen_by(asked)]


def _seen_by(asked: Asked) -> Iterator[tuple[str, str]]:
    """A hospital's board sits at the hospital's table."""
    yield asked.audience, asked.whose
    if asked.audience in {"hospital", "board"}:
        yield from (("hospital", "hospital"), ("board", "hospital"))


def past(desk: Desk) -> None:
    """What was made before, the last first."""
    found = workspace().documents("packet", belongs_to=desk.key)
    if not found:
        return
    st.header("Packets made before")
    for one in found:
        record = _record(one)
        if record is None:
            continue
        with st.container(border=True):
            st.markdown(f"**{escape(one.name)}** {said(one.created_at)} by {escape(one.created_by)}, from: "
                        f"{escape(record.asked.version)}. Digest {record.input_hash[:12]}.")
            if st.button("Make the files again", key=f"again-{one.id}", icon=":material/replay:"):
                st.session_state[AGAIN] = (one.id, _again(record))
            whose, files = st.session_state.get(AGAIN, ("", {}))
            if whose == one.id:
                downloads(files)


def _again(record: Kept) -> dict[str, tuple[str, bytes]]:
    asked = record.asked
    with st.spinner("Writing the packet"):
        return files_of(asked, asked.packet())
