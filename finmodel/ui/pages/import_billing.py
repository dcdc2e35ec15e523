"""Import: what the billing company sends becomes a practice; the answer first, and what it stands on."""

import streamlit as st

from finmodel.assumptions import BadInput, Fault
from finmodel.billing.headings import Choices, mapped
from finmodel.ui.billing_answer import answer
from finmodel.ui.billing_columns import columns
from finmodel.ui.billing_files import bring, listed
from finmodel.ui.billing_questions import QUESTIONS, asked, told
from finmodel.ui.billing_reading import begin, reported, take_up, waiting
from finmodel.ui.billing_schedules import Stored, in_use, schedules, stored
from finmodel.ui.billing_state import Import, current, memory, start_over
from finmodel.ui.billing_words import in_plain_words, is_question
from finmodel.ui.widgets import escape


def page() -> None:
    """The whole page."""
    state, known = current(), stored()
    take_up(state)
    st.title("Import")
    st.markdown("From what the billing company sends to a practice: volumes, payer mix and rates, each number traced to the "
                "export. Nothing leaves this computer, and of the files only sums are kept: no names, no numbers of patients.")
    if state.months:
        _found(state, known)
    elif state.reading:
        waiting()
    else:
        _intake(state, known)


def _intake(state: Import, known: list[Stored]) -> None:
    """What is needed for reading: fee schedules, files, and answers."""
    schedules(known, "schedules_needed", is_wanting=not known)
    st.header("Billing exports")
    bring(state)
    if state.told:
        st.info(state.told)
    listed(state)
    wanting = _wanting(state)
    told([*wanting, *state.faults])
    if state.intake is None or not state.intake.headers:
        _empty()
        return
    is_answered = asked(state, wanting)
    still = _wanting(state)
    is_ready = bool(known) and is_answered and not still
    st.button("Read the files", type="primary", icon=":material/play_arrow:", on_click=begin, args=(state,),
              disabled=not is_ready)
    if not known:
        st.caption("First bring a fee schedule, above.")
    columns(state, {fault.file for fault in still if not is_question(fault)})


def _empty() -> None:
    st.markdown("One row for each transaction, or for each exam and payer; charges and remittances in files of their own belong "
                "together. Needed are a **procedure code**, a **date of service**, a **place of service**, the **payer** and "
                "**amounts**. A whole calendar year, and the months after it in which its payments came, tell most.")


def _wanting(state: Import) -> list[Fault]:
    """What the columns leave open."""
    assumed = {name: given for name, given in state.answers.items() if name in QUESTIONS}
    try:
        mapped(state.intake.headers if state.intake else [], Choices(assumed=assumed, memory=memory()))
    except BadInput as error:
        return list(error.faults)
    return []


def _found(state: Import, known: list[Stored]) -> None:
    """The report, and what changes it: the year, and fee schedules that are brought later."""
    used = in_use(known)
    _choose_year(state)
    missing = [year for year in state.months if year not in {one.schedule.year for one in used}]
    reported(state, used)
    if state.year is None:
        st.info("The files hold no whole calendar year. Choose the year to make a practice of: its months are scaled up to "
                "twelve, and marked as scaled.")
    elif state.faults:
        st.error("\n".join(f"- {escape(in_plain_words(one)[1])}" for one in state.faults), icon=":material/error:")
    if missing:
        st.warning(f"No fee schedule of {' and '.join(map(str, missing))} is stored: services of that year are set aside. Bring "
                   "it below, and the figures are counted again.", icon=":material/request_quote:")
    if state.document and not state.faults:
        answer(state, state.document)
    else:
        st.button("Import other exports", icon=":material/restart_alt:", on_click=start_over, type="tertiary")
    schedules(known, "schedules_used", is_wanting=bool(missing))


def _choose_year(state: Import) -> None:
    if len(state.months) == 1 and state.year:
        return
    labels = {year: f"{year}, {count} {'months' if count > 1 else 'month'}" for year, count in state.months.items()}
    state.year = st.segmented_control("Year", list(labels), default=state.year, format_func=labels.__getitem__,
                                      key=f"billing-year-{state.number}")


page()
