"""What an import found: four figures and what to do with them first, then each table, then how far it can be trusted."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from finmodel.assumptions import BadInput, Practice, edited, parse_practice
from finmodel.format import money, number, percent
from finmodel.ui import billing_tables, saving
from finmodel.ui.billing_reading import NAME
from finmodel.ui.billing_state import Import, start_over
from finmodel.ui.billing_words import dollars_and_cents, shown
from finmodel.ui.files import file_name, refusal
from finmodel.ui.tables import table
from finmodel.ui.widgets import escape, section
from finmodel.workspace import StorageError

PRACTICE_PAGE = Path(__file__).parent / "pages" / "practice.py"
FIGURES: tuple[tuple[str, str, Callable[[float], str], str], ...] = (
    ("Exams", "exams", number, "Net of reversals, voids and replacements."),
    ("Work RVUs", "work_rvus", number, "By the fee schedule of the year of service."),
    ("Collected per work RVU", "collected_per_work_rvu", dollars_and_cents, "With what is estimated to be still on its way."),
    ("Net collection rate", "net_collection_rate", percent, "Collected ÷ allowed, of months whose payments have arrived."))
# Four stand side by side on a usual screen, two on a small one.
FIGURE_WIDTH = 230
MEASURES = {"exams": "Exams", "work_rvus": "Work RVUs"}


def answer(state: Import, document: Mapping[str, Any]) -> None:
    """Everything that was found."""
    _figures(document)
    _make(state)
    practice = parse_practice(state.practice.encode(), "the practice")
    _volumes(practice, document)
    _payers(document)
    _money(document)
    _care(document)
    _trust(document)
    st.button("Import other exports", icon=":material/restart_alt:", on_click=start_over, type="tertiary")


def _figures(document: Mapping[str, Any]) -> None:
    names = ", ".join(one["file"] for one in document["files"])
    schedule = next((one.split(":")[0] for one in document["fee_schedules"] if one.startswith(str(document["year"]))), "")
    part = "" if document["months"] == 12 else f", {document['months']} months of it"
    st.caption(f"Services of {document['year']}{part}, counted in {escape(names)}; Medicare's fee schedule {escape(schedule)}.")
    with st.container(horizontal=True):
        for label, name, form, told in FIGURES:
            st.metric(label, shown(document["totals"][name], form), help=told, border=True, width=FIGURE_WIDTH)
    off = [row for row in document["control_totals"] if row["difference"]]
    if off:
        st.error("What was counted does not come to the files' own totals, as the control totals below show. Do not use these "
                 "figures.", icon=":material/error:")
    else:
        st.success("Every cent of the files is accounted for: the control totals below equal theirs.",
                   icon=":material/check_circle:")
    if document["cautions"]:
        st.warning("\n".join(f"- {escape(one[:1].upper() + one[1:])}." for one in document["cautions"]),
                   title="To know beforehand", icon=":material/info:")


def _table(rows: billing_tables.Rows, alternative: str) -> None:
    """A table in its whole length, figures to the right."""
    right = {name: st.column_config.TextColumn(alignment="right") for name in rows[0] if name not in billing_tables.WORDS}
    table(rows, alternative, height="content", columns=right)


def _make(state: Import) -> None:
    """The practice, under a name: laid on the desk, or as a file."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            typed = st.text_input("Name of the practice", NAME, max_chars=120, key=f"practice-name-{state.number}")
            called = typed.strip() or NAME
            content = edited(state.practice, {"name": called})
            if st.button("Make a practice of this", key="make-practice", type="primary", icon=":material/check:"):
                _adopt(content, called)
            st.download_button("Download as a file", content, f"{file_name(called)}.toml", "application/toml", on_click="ignore",
                               key=f"download-practice-{state.number}", icon=":material/download:")
        st.caption("Volumes, payers, mix and rates are those of the files, each with a note that names them. Radiologists and "
                   "costs are not in an export: they are filled in, marked so, and yours to replace.")


def _adopt(content: str, name: str) -> None:
    try:
        saving.adopt(content, "Made of billing exports")
    except BadInput as error:
        refusal(name, error)
    except StorageError as error:
        st.error(escape(str(error)), icon=":material/error:")
    else:
        st.switch_page(PRACTICE_PAGE)


def _volumes(practice: Practice, document: Mapping[str, Any]) -> None:
    told = "Where" if document["months"] == 12 else "Scaled to twelve months. Where"
    section("Volumes by site and service line", f"{told} a line is of one to ten patients, it is put together with others, so "
                                                "that nobody can be told.")
    measure = st.segmented_control("Show", list(MEASURES), default="exams", required=True, format_func=MEASURES.__getitem__,
                                   key="billing_measure", label_visibility="collapsed")
    _table(billing_tables.volumes(practice, document, measure), f"{MEASURES[measure]} by site, setting and service line")


def _payers(document: Mapping[str, Any]) -> None:
    section("Payers", "Payer mix by work RVU. × Medicare: collected against what Medicare's fee schedule pays in the nation for "
                      "the same services. A payer of one to ten patients is a dash.")
    _table(billing_tables.payers(document), "Payers with mix, rates and collections")
    with st.expander("How each payer's name was classed"):
        _table(billing_tables.payer_names(document), "Names of payers with their class and the rule that placed them")


def _money(document: Mapping[str, Any]) -> None:
    estimated = sum(row["is_estimate"] for row in document["maturity"])
    section("How complete the payments are", (
        f"{estimated} {'months are' if estimated > 1 else 'month is'} still being paid: what they come to is an estimate, by how "
        "fast payments of earlier months arrived." if estimated else "No month is estimated to be still on its way."))
    _table(billing_tables.maturity(document), "Months of service with payments arrived and expected")
    section("Denials and write-offs", "By the reason codes of the files. A reason of one to ten patients stands with others.")
    if document["adjustments"]:
        _table(billing_tables.adjustments(document), "Adjustments by kind and reason")
    else:
        st.info("The files state no adjustments.")


def _care(document: Mapping[str, Any]) -> None:
    unpaid = document["emergency"]
    if unpaid["unpaid_work_rvus"]:
        work, of, share, worth = (escape(form(unpaid[name])) for name, form in (
            ("unpaid_work_rvus", number), ("work_rvus", number), ("unpaid_share", percent), ("unpaid_at_medicare", money)))
        told = (f"For **{work}** of {of} work RVUs read for emergency departments (**{share}**) nobody has paid anything; "
                f"Medicare would pay **{worth}** for them. Only months whose payments have arrived are counted.")
    else:
        told = "No unpaid emergency work can be told from these files."
    section("Uncompensated emergency work", told)
    section("Signals of under-coding", "Shares to look at, no verdicts." if document["signals"]
            else "No pair of codes for the same question is frequent enough to compare.")
    if document["signals"]:
        _table(billing_tables.signals(document), "Pairs of codes with the share of the lesser")


def _trust(document: Mapping[str, Any]) -> None:
    section("Control totals", "The files' own totals, to the cent, and where each part of them went.")
    _table(billing_tables.control_totals(document), "Control totals of the files and what they consist of")
    section("What was set aside", "" if document["set_aside"] else "Nothing: every service in the files counts.")
    if document["set_aside"]:
        _table(billing_tables.set_aside(document), "Services that were not counted, by reason")
    section("How the files were read", "\n".join(f"- {one}" for one in billing_tables.files(document)))
    with st.expander("Which column was what"):
        _table(billing_tables.columns(document), "Columns of the files and what they were taken for")
