"""What the files do not tell is asked in plain words; nothing is chosen until somebody does."""

from collections.abc import Sequence

import streamlit as st

from finmodel.assumptions import Fault
from finmodel.billing.rules import CLASS_LABELS
from finmodel.ui.billing_state import Import
from finmodel.ui.billing_words import asked_by, in_plain_words, is_question
from finmodel.ui.widgets import escape

# Each question with its answers: what is said to the reader of the files, and to people. A place of service stands for a setting.
QUESTIONS = {
    "dates": ("How are dates written in these files?", {
        "month-first": "Month first: 03/04/2025 is the 4th of March", "day-first": "Day first: 03/04/2025 is the 3rd of April"}),
    "decimal_mark": ("How are amounts written in these files?", {
        "point": "Cents after a point: 1,234 is one thousand two hundred and thirty-four",
        "comma": "Cents after a comma: 1.234 is one thousand two hundred and thirty-four"}),
    "payer": ("No column names the payer. Who pays for these rows?", {
        **{label: label for key, label in CLASS_LABELS.items() if key != "other"},
        "Several, not told": "Several, and the file does not tell them apart"}),
    "place_of_service": ("No column says where the patient was. Where are these exams from?", {
        "23": "Emergency", "21": "Inpatient", "22": "Hospital outpatient", "11": "Imaging center"}),
}
# More than a screen of faults helps nobody.
MOST_TOLD = 12


def asked(state: Import, wanting: Sequence[Fault]) -> bool:
    """Ask what the files do not tell; whether everything that was asked is answered. Answers can be changed."""
    names = asked_by([*wanting, *state.faults]) | set(state.answers)
    if names:
        st.subheader("What the files do not tell")
    for name, (question, choices) in QUESTIONS.items():
        if name in names:
            given = list(choices).index(state.answers[name]) if name in state.answers else None
            answer = st.radio(question, list(choices), given, key=f"{name}-{state.number}", format_func=choices.__getitem__)
            if answer:
                state.answers[name] = answer
    return names <= set(state.answers)


def told(faults: Sequence[Fault]) -> None:
    """What no answer mends."""
    rest = [(fault.file, *in_plain_words(fault)) for fault in faults if not is_question(fault)]
    if rest:
        listed = [f"- {escape(file)}, {escape(where)}: {escape(reason)}" for file, where, reason in rest[:MOST_TOLD]]
        more = [f"- and {len(rest) - MOST_TOLD} more; mend these first"] if len(rest) > MOST_TOLD else []
        st.error("\n".join(["Choose other columns below, or mend the files and bring them again.\n", *listed, *more]),
                 title="The files cannot be read as they are", icon=":material/error:")
