"""Files in and out: names that are safe, and what is wrong with a file that was refused."""

import streamlit as st

from finmodel.assumptions import BadInput
from finmodel.ui.tables import table
from finmodel.ui.widgets import escape

# What a file written here or by hand may be; only the page Import takes more.
LARGEST_MEGABYTES = 2


def file_name(name: str) -> str:
    """A name that is safe as a file's."""
    return "".join(letter if letter.isalnum() or letter in " -_" else "_" for letter in name).strip()[:80] or "practice"


def refusal(file: str, error: BadInput) -> None:
    """Say that nothing of a file was taken, and list all its faults."""
    st.error(f"{escape(file[:100])} was not taken; nothing has changed. It has {len(error.faults)} fault(s):",
             icon=":material/error:")
    table([{"Entry": fault.key or "the file", "What is wrong": fault.reason} for fault in error.faults], "Faults of the file")
