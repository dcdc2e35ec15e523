"""Quick start: from what the head of a group knows by heart to a practice, tied out to last year's accounts."""

from typing import get_args

import streamlit as st

from finmodel.assumptions.answers import (
    STEPS,
    Accounts,
    AdvancedPracticeProviders,
    Answers,
    Collections,
    Costs,
    People,
    Radiologists,
    Site,
    Volume,
    asked,
)
from finmodel.assumptions.files import parse_answers
from finmodel.assumptions.quantity import Setting
from finmodel.assumptions.quick_start import TIE_OUT_LINES, faults, practice_text, step_of, tie_out
from finmodel.assumptions.words import capitalized, in_words
from finmodel.format import amount, money, typed, unit_in_words
from finmodel.ui import saving
from finmodel.ui.questions import Questions, answers_draft, start_over
from finmodel.ui.run import benchmarks, evaluated, guesses, references_today
from finmodel.ui.tables import table
from finmodel.ui.widgets import escape
from finmodel.workspace import Draft

MOST_GUESSES = 5
SETTINGS: tuple[str, ...] = get_args(Setting)


def sites(questions: Questions) -> None:
    """Name and year, and what is read where."""
    about = asked(Answers)
    left, right = st.columns(2)
    with left:
        questions.text(("name",), about["name"])
    with right:
        questions.number(("base_year",), about["base_year"])
    count = len(questions.at(("sites",)) or [])
    for position in range(count):
        site(questions, position)
    st.button("Add a hospital or imaging center", icon=":material/add:", on_click=questions.put,
              args=(("sites", count), {"name": f"Hospital {count + 1}"}))


def site(questions: Questions, position: int) -> None:
    """One hospital or imaging center."""
    about, volume = asked(Site), asked(Volume)
    with st.container(border=True):
        first, second, third = st.columns([2, 1, 1], vertical_alignment="bottom")
        with first:
            questions.text(("sites", position, "name"), about["name"])
        with second:
            questions.choice(("sites", position, "billed_by"), about["billed_by"],
                             {"group": "We bill", "hospital": "The hospital bills"}, "group")
        with third:
            questions.yes_no(("sites", position, "in_scope"), about["in_scope"], True)
        for setting, column in zip(SETTINGS, st.columns(len(SETTINGS)), strict=True):
            with column:
                st.markdown(f"**{capitalized(in_words(setting))}**")
                for unit in ("exams", "work_rvus"):
                    questions.number(("sites", position, "volumes", setting, unit), volume[unit])
        paid, removed = st.columns([1, 3], vertical_alignment="bottom")
        with paid:
            questions.number(("sites", position, "existing_payments"), about["existing_payments"])
        with removed:
            st.button("Remove", key=f"remove-site-{position}", on_click=questions.put, args=(("sites", position), None))


def payers(questions: Questions) -> None:
    """What each payer paid."""
    st.markdown("What was collected in the year, in dollars. Leave out what you do not have.")
    in_columns(questions, [("collections",)], asked(Collections), 3)
    in_columns(questions, [()], {"other_revenue": asked(Answers)["other_revenue"]}, 3)


def people(questions: Questions) -> None:
    """Who is on the payroll."""
    pay = {name: table.label for name, table in benchmarks().items()
           if table.statistic == "compensation_per_fte" and table.points}
    for kind, about in asked(People).items():
        if kind == "compensation_benchmark":
            questions.choice(("people", kind), about, pay, next(iter(pay)))
            continue
        st.markdown(f"**{about.label}**")
        record = AdvancedPracticeProviders if kind == "advanced_practice_provider" else Radiologists
        in_columns(questions, [("people", kind)], asked(record), 3)


def costs(questions: Questions) -> None:
    """What else it costs."""
    in_columns(questions, [("costs",)], asked(Costs), 3)


def accounts(questions: Questions) -> None:
    """Last year's profit and loss."""
    in_columns(questions, [("accounts",)], asked(Accounts), 3)


def in_columns(questions: Questions, above: list[tuple[str, ...]], about: dict, count: int) -> None:  # type: ignore[type-arg]
    """Numbers side by side."""
    columns = st.columns(count)
    for position, (name, question) in enumerate(about.items()):
        with columns[position % count]:
            questions.number((*above[0], name), question)


def standing(questions: Questions, step: str) -> None:
    """What is missing, or what the answers give beside the accounts, and which guesses matter most."""
    answers = parse_answers(questions.draft.content.encode(), "quick start")
    missing = faults(answers, benchmarks())
    st.header("Tie-out")
    if missing:
        here = [fault.reason for fault in missing if step_of(fault) == step]
        later = len(missing) - len(here)
        st.info(f"Still needed here: {escape('; '.join(here))}." if here
                else f"This step is complete; {later} more needed in other steps.")
        return
    content, references = practice_text(answers, benchmarks()), references_today()
    result = evaluated(content, references)
    rows = tie_out(answers, {name: result.series(name)[0] for name in TIE_OUT_LINES})
    table([{
        "Line": f"{row.label} ({unit_in_words(row.unit)})",
        "Your accounts": "not entered" if row.accounts is None else amount(row.accounts, row.unit),
        "This practice": amount(row.practice, row.unit),
        "Difference": "—" if row.difference is None else amount(row.difference, row.unit)} for row in rows],
        "Last year's accounts beside the practice")
    st.markdown(f"Support deficit of {answers.base_year}: **{escape(money(result.series('support_deficit')[0]))}**, "
                f"**{escape(money(result.series('support_deficit_per_fte')[0]))}** per radiologist FTE.")
    st.header("The guesses that matter most")
    st.markdown("These were filled in, not answered. Replace them one by one on the page Practice, the first one first.")
    table([{
        "Filled in": one.label, "Value": typed(one.value, one.unit), "What it is": status,
        "From": typed(one.low, one.unit), "To": typed(one.high, one.unit),
        "Moves next year's deficit by": money(one.swing)} for one, status in guesses(content, references)[:MOST_GUESSES]],
        "The five guesses that move the answer most")
    st.button("Make this practice", type="primary", icon=":material/check:", on_click=make, args=(content, questions.draft))


def both_kept() -> None:
    """What to go on with when two windows answered the same questions."""
    conflict = st.session_state.get(saving.CONFLICT)
    if conflict is None or conflict.theirs.document.kind != "quick_start":
        return
    with st.container(border=True):
        st.warning(f"{escape(conflict.theirs.document.changed_by)} changed them while you worked. Both are kept; what you see "
                   "is yours.", title="These answers were changed in two places", icon=":material/call_split:")
        with st.container(horizontal=True):
            st.button("Go on with mine", on_click=saving.settle, args=("both",), type="primary")
            st.button("Use theirs", on_click=saving.settle, args=("theirs",))


def make(content: str, draft: Draft) -> None:
    """The answers become a practice of one's own, on the desk."""
    saving.adopt(content, "Made by quick start")
    start_over(draft)


st.title("Quick start")
st.markdown("Ten minutes with what you know by heart. Everything you type is stored at once; what you leave out is filled in and "
            "marked as such. Amounts may be typed as 2.35m or 605,515.")
both_kept()
draft = answers_draft()
asking = Questions(draft)
steps = list(STEPS)
chosen = st.segmented_control("Step", steps, default=steps[0], required=True, key="quick_start_step", persist_state="session",
                              label_visibility="collapsed")
dict(zip(steps, (sites, payers, people, costs, accounts), strict=True))[chosen](asking)
standing(asking, chosen)
st.button("Start over", on_click=start_over, args=(draft,), type="tertiary")
