"""Reading the exports beside the server: begun, followed, cancelled, and the report asked for when it is done."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from finmodel.format import percent
from finmodel.ui.billing_intake import ENDED, Intake, ended
from finmodel.ui.billing_schedules import Stored
from finmodel.ui.billing_state import Import, current, faults_in, memory
from finmodel.ui.widgets import escape

# A report is of sums; only a machine that is out of breath takes this long.
REPORT_SECONDS = 120.0
NAME = "Imported practice"


def begin(state: Import) -> None:
    """Have the process read the files as they are mapped now."""
    if state.intake is None:
        return
    answers = dict(state.answers)
    state.faults, state.told = [], ""
    state.reading = state.intake.ask(
        do="read", headers=[[str(one.path), one.columns, one.written] for one in state.intake.headers], memory=str(memory()),
        dates=answers.pop("dates", None), decimal_mark=answers.pop("decimal_mark", None), assumed=answers)


@st.fragment(run_every=0.5)
def waiting() -> None:
    """How much is read; the page is drawn again when all is."""
    state = current()
    reading, intake = state.reading, state.intake
    if reading is None or intake is None or reading.over.is_set():
        st.rerun()
        return
    told = f"{escape(reading.told.capitalize())}: {percent(reading.share, 0)} done" if reading.told else "Getting ready to read"
    st.progress(reading.share, text=told)
    st.button("Cancel", key="cancel-reading", icon=":material/close:", on_click=_cancel, args=(state, intake))


def _cancel(state: Import, intake: Intake) -> None:
    """Stop, and remove what was copied for it; files that were named by a path stay named."""
    intake.close()
    named = intake.named()
    state.intake = Intake(named) if named else None
    state.reading = None
    state.told = "Cancelled: nothing was read. Files that were dropped in are removed; drop them in again to begin anew."


def take_up(state: Import) -> None:
    """Once the files are read: remove their copies, and choose the last whole year."""
    answer = state.reading.answer if state.reading and state.reading.over.is_set() else None
    if answer is None or state.intake is None:
        return
    state.reading = None
    state.faults = faults_in(answer)
    if ENDED in state.faults:
        state.intake.close()
        state.intake = None
    elif "months" in answer:
        state.intake.remove_all()
        state.months = {int(year): count for year, count in answer["months"].items()}
        whole = [year for year, count in state.months.items() if count == 12]
        state.year = whole[-1] if whole else None


def reported(state: Import, used: Sequence[Stored]) -> None:
    """Ask for the report of the year chosen, if the one at hand is of another year or of other fee schedules."""
    paths = [str(Path(one.path)) for one in used]
    wanted = (state.year, *((one.path, id(one.schedule)) for one in used))
    if state.intake is None or state.year is None or wanted == state.found_for:
        return
    with st.spinner("Pricing by the fee schedules"):
        asked = state.intake.ask(do="report", schedules=paths, name=NAME, year=state.year)
        asked.over.wait(REPORT_SECONDS)
    answer = asked.answer or ended()
    state.faults, state.found_for = faults_in(answer), wanted
    state.document, state.practice = answer.get("document"), answer.get("practice", "")
