"""The export files on the page Import: dropped in or named by a path, listed, and taken out of Streamlit's memory at once."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import streamlit as st
from streamlit.runtime import Runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from finmodel.assumptions import BadInput, Fault
from finmodel.billing.headings import Header
from finmodel.ui.billing_intake import Intake
from finmodel.ui.billing_state import Import, current
from finmodel.ui.tables import table
from finmodel.ui.widgets import escape

if TYPE_CHECKING:
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

LARGEST_MEGABYTES = 100
KINDS = ["csv", "txt", "tsv", "xlsx", "parquet"]
KEPT = ("Files are read on this computer. Until they are read, copies lie in a folder that only you can enter; then they are "
        "removed.")


def bring(state: Import) -> None:
    """Where files are dropped in or named by a path, and what is wrong with those that were not taken."""
    st.file_uploader("Billing exports: CSV, XLSX or Parquet, several at once", KINDS, accept_multiple_files=True,
                     key=f"billing_files_{state.number}", max_upload_size=LARGEST_MEGABYTES, on_change=_take_dropped, help=KEPT)
    with st.form("billing_path", clear_on_submit=True, border=False, enter_to_submit=True):
        left, right = st.columns([5, 1], vertical_alignment="bottom")
        typed = left.text_input("Or a path on this computer, for files of any size", placeholder="/exports/2025_transactions.csv",
                                max_chars=1_000)
        if right.form_submit_button("Add", width="stretch") and typed.strip():
            with st.spinner("Reading the header"):
                _take(state, lambda intake: intake.add(_place(typed)))
            st.rerun()
    refused, state.refused = state.refused, []
    if refused:
        st.error("Not taken; nothing else has changed.", icon=":material/error:")
        table([{"File": fault.file, "What is wrong": fault.reason} for fault in refused], "Files that were not taken, and why")


def _place(typed: str) -> Path:
    """The file that a path names, with or without quotes around it.

    Raises:
        BadInput: when it is no file that can be read.
    """
    path = Path(typed.strip().strip("\"'")).expanduser()
    why = _why_not(path)
    if why:
        raise BadInput([Fault(path.name, "", why)])
    return path


def _why_not(path: Path) -> str:
    """Why a path is no file that can be read; empty where it is one."""
    if not path.is_absolute():
        return "write the whole path, from the root of the drive on"
    try:
        if path.is_dir():
            return "this is a folder; name a file in it"
        with path.open("rb"):
            return ""
    except FileNotFoundError:
        return "there is no such file on this computer; check the path"
    except (OSError, ValueError) as error:
        return f"the file cannot be read ({getattr(error, 'strerror', None) or 'it is no path'}); check who may read it"


def _take_dropped() -> None:
    """Move what was dropped in to its folder; Streamlit keeps nothing of it."""
    state = current()
    context = get_script_run_ctx()
    held = cast("MemoryUploadedFileManager", context.uploaded_file_mgr) if context else None
    for file in st.session_state[f"billing_files_{state.number}"]:
        _take(state, partial(Intake.add_copy, name=file.name, content=file.getvalue()))
        file.close()
        if context and held:
            held.remove_file(context.session_id, file.file_id)
    state.number += 1


def _take(state: Import, add: Callable[[Intake], None]) -> None:
    """Take in one file, or keep why it was not taken."""
    state.told, state.faults = "", []
    if state.intake is None:
        state.intake = Intake()
        state.intake.close_when_left(_is_here())
    try:
        add(state.intake)
    except BadInput as error:
        state.refused += error.faults
    except OSError as error:
        state.refused.append(Fault("the file", "", f"there is no room for a copy ({error.strerror}); name its path instead"))


def _is_here() -> Callable[[], bool]:
    """What tells later whether the window of this session is still open."""
    context = get_script_run_ctx()
    session = context.session_id if context else ""
    return lambda: not Runtime.exists() or Runtime.instance().is_active_session(session)


def listed(state: Import) -> None:
    """The files that were brought, each with how it is written."""
    for at, header in enumerate(state.intake.headers if state.intake else ()):
        with st.container(border=True, horizontal=True, vertical_alignment="center", wrap=False):
            told = f"{escape(header.written)} · {len(header.columns)} columns"
            st.markdown(f"**{escape(header.path.name)}**  \n:small[{told}]", width="stretch")
            st.button("Remove", key=f"remove-export-{at}", on_click=_remove, args=(state, header))


def _remove(state: Import, header: Header) -> None:
    if state.intake and header in state.intake.headers:
        state.intake.remove(header)
    state.faults = []
