"""Above a proposal: which one is shown, how a new one is made, and what can be done with it as a whole."""

from collections.abc import Mapping

import streamlit as st

from finmodel.assumptions import BadInput
from finmodel.contracts.mechanisms import MECHANISMS
from finmodel.ui import own_proposals
from finmodel.ui.desk import Desk
from finmodel.ui.files import LARGEST_MEGABYTES, file_name, refusal
from finmodel.ui.own_proposals import from_nothing, make
from finmodel.ui.proposal_form import sentence_of
from finmodel.ui.proposal_runs import Chosen, example_on, examples
from finmodel.ui.proposal_terms import where_in_words
from finmodel.ui.run import Session
from finmodel.ui.saving import said_if_not_stored
from finmodel.ui.tables import table
from finmodel.ui.widgets import escape
from finmodel.workspace import StorageError

NOTHING = "nothing"


def bar(session: Session, known: Mapping[str, str], shown: Chosen) -> None:
    """The proposal shown, and what can be done with it."""
    desk = session.desk
    st.session_state["shown_proposal"] = shown.key
    st.selectbox("Proposal", list(known), key="shown_proposal", format_func=known.__getitem__,
                 on_change=lambda: own_proposals.choose(desk, st.session_state["shown_proposal"]))
    with st.container(horizontal=True, vertical_alignment="center"):
        _new(session)
        name = known[shown.key].removeprefix("Example: ")
        if shown.draft is None:
            st.button("Make a copy to change", icon=":material/content_copy:", on_click=own_proposals.duplicate,
                      args=(desk, shown.text, name), key="copy-proposal")
        else:
            for title, step in (("Undo", shown.draft.undo), ("Redo", shown.draft.redo)):
                st.button(title, icon=f":material/{title.lower()}:", key=f"proposal-{title}", on_click=own_proposals.step,
                          args=(shown.draft,), kwargs={"back": title == "Undo"}, disabled=step is None,
                          help=escape(step) if step else None)
        with st.popover("More", icon=":material/more_horiz:", key="more-proposal"):
            _more(desk, shown, name)
        with st.popover("Import a file", icon=":material/upload_file:", key="import-proposal"):
            _import(desk)


def _more(desk: Desk, shown: Chosen, name: str) -> None:
    """Copies, files, and the way to put it away."""
    if shown.draft:
        st.button("Duplicate", icon=":material/content_copy:", on_click=own_proposals.duplicate, args=(desk, shown.text, name),
                  key="duplicate-proposal", width="stretch")
    st.download_button("Export", shown.text, f"{file_name(name)}.toml", "application/toml", key="export-proposal",
                       on_click="ignore", icon=":material/download:", width="stretch")
    if shown.draft:
        st.button("Delete", icon=":material/delete:", on_click=own_proposals.delete, args=(shown.draft,), key="delete-proposal",
                  width="stretch")
        st.caption("Its name is under Terms, in the first part.")


def _new(session: Session) -> None:
    """A new proposal: from one that ships, or of one part."""
    with st.popover("New proposal", icon=":material/add:", key="new-proposal", on_change="rerun"):
        name = st.text_input("Name", max_chars=own_proposals.LONGEST_NAME, key="new-proposal-name",
                             placeholder="Support 2026 to 2028, first draft")
        origin = st.selectbox("Start from", [*examples(), NOTHING], key="new-proposal-origin",
                              format_func={**examples(), NOTHING: "Nothing: one part, numbers still to be agreed"}.__getitem__)
        kind = next(iter(MECHANISMS))
        if origin == NOTHING:
            kind = st.selectbox("First part", list(MECHANISMS), key="new-proposal-kind",
                                format_func=lambda kind: MECHANISMS[kind].title)
        st.button("Make", type="primary", key="make-proposal", on_click=_make, args=(session, origin, kind))
        if st.session_state.pop("unnamed_proposal", False) and not name.strip():
            st.error("Give it a name.")


@said_if_not_stored
def _make(session: Session, origin: str, kind: str) -> None:
    name = " ".join(st.session_state["new-proposal-name"].split())
    if not name:
        st.session_state["unnamed_proposal"] = True
        return
    text = from_nothing(session, name, kind) if origin == NOTHING else example_on(session.desk, origin)[0]
    make(session.desk, text, "Made", name)
    st.session_state["new-proposal-name"], st.session_state["new-proposal"] = "", False


def _import(desk: Desk) -> None:
    """A proposal file becomes an own proposal, or is refused with all its faults and nothing changed."""
    with st.form("import-proposal-form", clear_on_submit=True, border=False):
        file = st.file_uploader("Proposal file", type="toml", help="As exported here, or written by hand: a TOML file",
                                max_upload_size=LARGEST_MEGABYTES)
        if st.form_submit_button("Import") and file is not None:
            try:
                make(desk, file.getvalue().decode("utf-8-sig", "replace"), f"Imported from {file.name[:100]}")
                st.rerun()
            except BadInput as error:
                refusal(file.name, error)
            except StorageError as error:
                st.error(escape(str(error)), icon=":material/error:")


def unreadable(error: BadInput) -> None:
    """A stored proposal that this finmodel cannot read, with all that is wrong with it."""
    st.error("This proposal cannot be read. Export it, mend the file, and import it again.", icon=":material/error:")
    table([{"Entry": where_in_words(fault.key), "What is wrong": sentence_of(fault)} for fault in error.faults],
          "Faults of the proposal")
