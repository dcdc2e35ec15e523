"""The year-end true-up: what the accounts of a year show, and the settlement that follows, line by line."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from finmodel.analysis.settlement import Statement, Step, settle
from finmodel.assumptions import BadInput
from finmodel.assumptions.document_text import document_as_text
from finmodel.assumptions.words import capitalized, in_words
from finmodel.assumptions.year_end import YearEnd, parse_year_end
from finmodel.contracts.proposal import Proposal
from finmodel.format import amount, money, number_typed, unit_in_words
from finmodel.ui.files import file_name, refusal
from finmodel.ui.proposal_answer import years_shown
from finmodel.ui.run import Session
from finmodel.ui.widgets import distinct, escape

FIRST_ASKED = ("collections", "other_professional_revenue", "total_expense")
MORE_ASKED = "lines_asked_for"
ENTER, UPLOAD = "Type them in", "Upload a file"


def settlement(run: Session, proposal: Proposal, key: str, of: str) -> None:
    """Ask for the actuals of a year, and say who owes whom what."""
    st.markdown("Enter what the accounts of a year show. What you leave out counts as agreed. The budget is the practice as it "
                "stands, without scenarios; nothing here changes it.")
    how = st.radio("The actuals", (ENTER, UPLOAD), horizontal=True, key="settlement-how")
    year_end = _uploaded() if how == UPLOAD else _entered(run, proposal, key, of)
    if year_end is None:
        return
    try:
        told = settle(run.result.assumptions[0], key, year_end)
    except BadInput as error:
        reasons = "; ".join(f"{in_words(fault.key)}: {fault.reason}" for fault in error.faults)
        st.error(escape(f"There is no statement. {capitalized(reasons)}."), icon=":material/error:")
        return
    statement(told, year_end)


def _uploaded() -> YearEnd | None:
    file = st.file_uploader("File of actuals", type="toml", key="settlement-file",
                            help="A TOML file with year, [actuals] and, where it differs from the advance, [paid]")
    if file is None:
        return None
    try:
        return parse_year_end(file.getvalue(), file.name)
    except BadInput as error:
        refusal(file.name, error)
        return None


def _entered(run: Session, proposal: Proposal, key: str, of: str) -> YearEnd | None:
    """The actuals as they are typed; None before there are any, or while one cannot be read."""
    year = st.selectbox("Year", years_shown(run, proposal), key=f"settlement-year-{of}", persist_state="session", width=200)
    lines = {name: one for name, one in run.result.graph.lines.items()
             if not one.table and one.unit != "check" and "__" not in name}
    labels = distinct({name: one.label for name, one in lines.items()})
    asked = [*FIRST_ASKED, *st.session_state.get(MORE_ASKED, ())]
    others = {name: label for name, label in labels.items() if name not in asked}
    st.selectbox("Another line that the accounts tell", list(others), None, key="settlement-more", format_func=others.__getitem__,
                 placeholder="Choose a line to add", on_change=_ask_more)
    at = run.result.years.index(year)
    budget = {name: run.result.series(name)[at] for name in asked}
    actuals = _amounts({name: (labels[name], lines[name].unit, budget[name]) for name in asked}, f"{of}-{year}-actual")
    paid: dict[str, float] | None = {}
    parts = {name: (one.label or type(one).title, "USD/year", run.result.series(f"{key}__{name}__advance")[at])
             for name, one in proposal.active_mechanisms.items()}
    with st.expander("Paid during the year, where it was not the agreed advance"):
        paid = _amounts(parts, f"{of}-{year}-paid")
    if actuals is None or paid is None:
        return None
    if not actuals:
        st.info("Type at least one amount, and the statement appears here.")
        return None
    return YearEnd(year=year, actuals=actuals, paid=paid)


def _ask_more() -> None:
    """Ask for another line, in every statement of this session."""
    st.session_state[MORE_ASKED] = [*st.session_state.get(MORE_ASKED, ()), st.session_state["settlement-more"]]
    st.session_state["settlement-more"] = None


def _amounts(asked: Mapping[str, tuple[str, str, float]], of: str) -> dict[str, float] | None:
    """Amounts typed, by name; None when one of them cannot be read."""
    found: dict[str, float] = {}
    is_readable = True
    grid = st.grid(min_column_width=250, gap="small")
    for name, (label, unit, agreed) in asked.items():
        with grid.container(gap="xsmall"):
            heading = f"USD {unit_in_words(unit)}" if unit.startswith("USD") else "%" if unit == "share" else unit_in_words(unit)
            text = st.text_input(escape(f"{label} ({heading})" if heading else label), key=f"settlement-{of}-{name}",
                                 persist_state="session", placeholder=f"as agreed: {amount(agreed, unit)}")
            try:
                if text.strip():
                    found[name] = number_typed(text, unit)
            except ValueError as error:
                is_readable = False
                st.markdown(f":red[:material/error: {escape(capitalized(str(error)))}.]")
    return found if is_readable else None


def statement(told: Statement, year_end: YearEnd) -> None:
    """Who owes what, then the calculation of each part."""
    st.subheader(f"True-up statement {told.year}")
    owed = {"hospital": f"The hospital owes the group **{money(told.settlement)}**",
            "group": f"The group owes the hospital **{money(-told.settlement)}**", "nobody": "Nobody owes anything"}[told.owed_by]
    due = f"{owed} for {told.year}: **{money(told.payment.actual)}** is due and **{money(told.paid)}** was paid."
    st.markdown(due.replace("$", r"\$"))
    st.table(_summary(told).map(escape), hide_index=True, border="horizontal", alt="What is due, what was paid, and the rest")
    _table("What the accounts show", told.given)
    for part in told.parts:
        with st.expander(f"{escape(part.label)}: line by line"):
            _table(part.label, (*part.steps, *part.effects, part.payment))
    document = {"year": year_end.year, "actuals": dict(year_end.actuals), "paid": dict(year_end.paid)}
    st.download_button("Save these actuals as a file", document_as_text(document), f"{file_name(told.proposal)} {told.year}.toml",
                       "application/toml", icon=":material/download:", on_click="ignore", key="settlement-save")


def _summary(told: Statement) -> pd.DataFrame:
    """What is due for each part, what was paid, and what is left; below zero is a refund."""
    sums = [(part.label, part.payment.actual, part.paid, part.settlement) for part in told.parts]
    sums.append(("In all", told.payment.actual, told.paid, told.settlement))
    return pd.DataFrame([(label, *(money(one, 2) for one in rest)) for label, *rest in sums],
                        columns=["Part", "Due (USD)", "Paid (USD)", "Still to be paid (USD)"])


def _table(told: str, steps: Sequence[Step]) -> None:
    """Lines as agreed and as they happened, but for those that are zero in both."""
    rows = [(capitalized(f"{one.label}{f', {in_words(one.row)}' if one.row else ''}"), *(amount(value, one.unit) for value in (
        one.budget, one.actual, one.difference)), unit_in_words(one.unit)) for one in steps if one.budget or one.actual]
    if not rows:
        return
    st.table(pd.DataFrame(rows, columns=["Line", "Agreed", "Actual", "Difference", "Unit"]).map(escape), hide_index=True,
             border="horizontal", alt=told)
