"""The packet on screen: its pages as pictures, built with progress, and its files."""

import tempfile
from dataclasses import replace
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from finmodel.assumptions import BadInput
from finmodel.packet.asked import Asked, kept_text
from finmodel.packet.blocks import Packet
from finmodel.packet.build import Progress, build
from finmodel.packet.pdf import preview
from finmodel.packet.pictures import Pictures
from finmodel.ui.desk import Desk, author, notify, workspace
from finmodel.ui.widgets import escape
from finmodel.workspace import StorageError

FILES, PAGES = "packet_files", "packet_pages"
KINDS = {".pdf": "application/pdf", ".json": "application/json", ".csv": "text/csv",
         ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
         ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation"}
# What is long and read nowhere on screen.
NOT_PREVIEWED = {"assumed", "appendix"}
ACROSS = 3


def make(asked: Asked, desk: Desk, *, may_be_sent: bool) -> None:
    """The buttons, and what they brought about for the packet as it is chosen now."""
    with st.container(horizontal=True):
        wants_pages = st.button("Preview the pages", icon=":material/visibility:", key="packet-preview")
        wants_files = st.button("Build the packet", icon=":material/package_2:", key="packet-build",
                                disabled=not may_be_sent)
    try:
        if wants_pages:
            st.session_state[PAGES] = (asked, _pages(asked))
        if wants_files:
            _built(asked, desk)
    except BadInput as error:
        st.error("It cannot be written:\n" + "\n".join(f"- {escape(str(fault))}" for fault in error.faults))
        return
    _show_files(asked)
    _show_pages(asked)


def _pages(asked: Asked) -> list[bytes]:
    with st.spinner("Setting the pages"):
        made = asked.packet()
        shown = tuple(one for one in made.sections if one.key not in NOT_PREVIEWED)
        return preview(replace(made, sections=shown), Pictures(), 75)


def _built(asked: Asked, desk: Desk) -> None:
    """Build all files, keep them for this session, and what they were made from for good."""
    bar = st.progress(0.0, text="Writing the packet")
    made = asked.packet()
    found = files_of(asked, made, lambda share, label: _told(bar, share, label))
    bar.empty()
    st.session_state[FILES] = (asked, found)
    try:
        workspace().create("packet", f"{made.title}, {made.copy}", kept_text(asked, made), author=author(),
                           belongs_to=desk.key, what=f"Built from: {made.version}")
    except (StorageError, BadInput) as error:
        notify("warning", f"The packet was built, but not kept among those of this practice. {error}")


def files_of(asked: Asked, made: Packet, progress: Progress | None = None) -> dict[str, tuple[str, bytes]]:
    """The files of a packet by what each is called: its name and content."""
    with tempfile.TemporaryDirectory() as folder:
        files = build(made, asked.result, asked.policy, Path(folder), progress)
        return {one.label: (one.path.name, one.path.read_bytes()) for one in files}


def _told(bar: DeltaGenerator, share: float, label: str) -> None:
    bar.progress(share, text=label)


def _show_files(asked: Asked) -> None:
    """The files, as long as nothing else is chosen."""
    whose, found = st.session_state.get(FILES, (None, {}))
    if whose != asked:
        return
    st.success("Built. Download what you need.", icon=":material/check_circle:")
    downloads(found)


def downloads(found: dict[str, tuple[str, bytes]]) -> None:
    """A button for each file; every name is used once."""
    with st.container(horizontal=True):
        for label, (name, content) in found.items():
            st.download_button(label, content, name, KINDS[Path(name).suffix], key=f"download-{name}", on_click="ignore",
                               icon=":material/download:")


def _show_pages(asked: Asked) -> None:
    whose, pages = st.session_state.get(PAGES, (None, []))
    if whose != asked:
        return
    st.header("Pages")
    for begin in range(0, len(pages), ACROSS):
        for column, (at, page) in zip(st.columns(ACROSS), enumerate(pages[begin:begin + ACROSS], begin + 1), strict=False):
            told = f"Page {at} of {len(pages)}, without the long tables"
            column.image(page, caption=told, alt=f"{told}; the PDF says the same to a screen reader")
