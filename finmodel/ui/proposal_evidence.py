"""What a reviewer would look at, for the group's own eyes: documents, benchmarks and questions; never a verdict."""

from functools import partial

import pandas as pd
import streamlit as st

from finmodel.analysis.signals import NOTE, OTHER_SPECIALTY, Component, Placement, signals
from finmodel.assumptions.words import capitalized, in_words
from finmodel.contracts.mechanism import EvidenceStatus
from finmodel.contracts.stacking import stacks
from finmodel.format import amount, money, number, unit_in_words
from finmodel.ui import own_proposals
from finmodel.ui.opening import part
from finmodel.ui.run import Session
from finmodel.ui.widgets import escape

STATUSES: tuple[EvidenceStatus, ...] = ("missing", "attached", "not applicable")


def evidence(run: Session | None, key: str, own: str | None) -> None:
    """Closed until somebody asks: this does not belong in the hospital's copy."""
    asked = part("For the group's own eyes: documents, benchmarks and questions for counsel", "evidence-open",
                 icon=":material/lock:")
    if asked is None:
        return
    with asked:
        st.info(escape(NOTE))
        if run is None:
            st.markdown("There is nothing to hold beside a benchmark before the proposal fits the practice.")
            return
        for one in signals(run.result, key, case=run.shown):
            _component(one, own)
        _physicians(run, key)


def _physicians(run: Session, key: str) -> None:
    """Hours and dollars of every physician whom parts name, over all of them."""
    result = run.result
    proposal = result.assumptions[run.shown].proposals[key]
    rows = [{"Physician": capitalized(in_words(one.physician)), "Year": str(year), "Hours": number(hours),
             "Dollars": money(dollars), "From": ", ".join(agreement.label for agreement in one.agreements),
             "Note": "more hours than the year has" if year in one.years_exceeded else ""}
            for one in stacks({key: proposal}, result.years, partial(result.series, case=run.shown))
            for year, hours, dollars in zip(result.years, one.hours, one.dollars, strict=True) if dollars]
    if rows:
        st.subheader("Agreements of the same physician, added up")
        st.table(pd.DataFrame(rows).map(escape), hide_index=True, border="horizontal",
                 alt="Hours and dollars by physician and year")


def _component(one: Component, own: str | None) -> None:
    """A part: where its amounts fall, which documents are there, and what to ask."""
    st.subheader(escape(one.label))
    if one.instance:
        none = "No purpose is written down yet; Terms has a place for it."
        st.markdown(escape(f"Purpose: {one.purpose}") if one.purpose else none)
    if one.placements:
        st.table(pd.DataFrame([_placed(placement) for placement in one.placements]).map(escape), hide_index=True,
                 border="horizontal", alt=f"{one.label}: where its amounts fall in the benchmark tables that are loaded")
    if one.evidence:
        st.markdown(f"**Documents** · {len(one.missing)} of {len(one.evidence)} still missing")
        grid = st.grid(min_column_width=230, gap="small")
        for name, status in one.evidence.items():
            with grid.container(gap="xsmall"):
                _document(one.instance, name, status, own)
    if one.questions:
        st.markdown("**Questions for counsel**  \n" + "\n".join(f"- {escape(question)}" for question in one.questions))


def _document(instance: str, name: str, status: EvidenceStatus, own: str | None) -> None:
    """A document, and whether it is there."""
    widget = f"document-{own}-{instance}-{name}"
    st.session_state[widget] = status
    st.selectbox(capitalized(in_words(name)), STATUSES, key=widget, format_func=capitalized, disabled=own is None,
                 on_change=_put, args=(own, instance, name, widget))


def _put(own: str, instance: str, name: str, widget: str) -> None:
    own_proposals.set_entry(own, ("mechanisms", instance, "evidence_status", name), st.session_state[widget],
                            f"Noted a document: {in_words(name)}")


def _placed(one: Placement) -> dict[str, str]:
    """An amount beside a table, in words."""
    none = "none for this specialty" if one.reason.startswith(OTHER_SPECIALTY) else "none loaded"
    return {"Amount": one.amount_label, "Value": f"{amount(one.amount, one.unit)} {unit_in_words(one.unit)}, {one.year}",
            "Benchmark": one.benchmark_label or none,
            "Percentile": number(one.percentile) if one.percentile is not None else "—",
            "Signal": f"{one.signal}{f' ({one.reason})' if one.reason else ''}"}
