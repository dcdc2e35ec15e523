"""What this browser session imports: never a row, only where it stands, what was answered, and the aggregates that came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st

from finmodel.assumptions import Fault
from finmodel.ui.billing_intake import Intake, Progress
from finmodel.workspace import data_folder

STATE = "billing"


@dataclass
class Import:
    """One import: its files while they are wanted, what a user said of them, and at last the report."""

    intake: Intake | None = None
    number: int = 0
    refused: list[Fault] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    reading: Progress | None = None
    faults: list[Fault] = field(default_factory=list)
    told: str = ""
    months: Mapping[int, int] = field(default_factory=dict)
    year: int | None = None
    found_for: tuple[Any, ...] = ()
    document: Mapping[str, Any] | None = None
    practice: str = ""


def current() -> Import:
    """The import of this session."""
    found: Import = st.session_state.setdefault(STATE, Import())
    return found


def start_over(told: str = "") -> None:
    """Let everything of the import go."""
    before = current()
    if before.intake:
        before.intake.close()
    # Widgets of another number have other names: what was put into those of this one goes with them.
    st.session_state[STATE] = Import(number=before.number + 1, told=told)


def memory() -> Path:
    """The folder that remembers which column is what, by header."""
    return data_folder() / "billing_columns"


def faults_in(answer: Mapping[str, Any]) -> list[Fault]:
    """The faults that an answer holds."""
    return [Fault(*fault) for fault in answer.get("faults", ())]
