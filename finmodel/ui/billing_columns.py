"""Which column of an export is what: the guess with its evidence, and a choice for each, remembered for files of this header."""

from collections.abc import Collection, Sequence

import streamlit as st

from finmodel.billing.headings import Header
from finmodel.billing.layout import chosen_columns, fingerprint, remember_choices, remembered
from finmodel.ui.billing_state import Import, memory
from finmodel.ui.billing_words import CONCEPTS, EVIDENCE, KEPT_AS_KEYS, USUAL
from finmodel.ui.opening import open_part, part
from finmodel.ui.saving import said_if_not_stored
from finmodel.ui.widgets import escape
from finmodel.workspace import StorageError

NONE = "Not in this file"
WIDTHS = (3, 5, 2)


def columns(state: Import, wanting: Collection[str]) -> None:
    """The columns of each header; open where a column is wanting, by the names of files."""
    headers = state.intake.headers if state.intake else []
    by_header: dict[str, list[Header]] = {}
    for one in headers:
        by_header.setdefault(fingerprint(one.columns), []).append(one)
    for key, alike in by_header.items():
        chosen, evidence = chosen_columns(alike[0].columns, memory=memory())
        names = ", ".join(one.path.name for one in alike)
        opening = f"columns-{key}"
        if any(one.path.name in wanting for one in alike):
            open_part(opening)
        opened = part(f"Columns of {escape(names[:80])}: {len(chosen)} of {len(alike[0].columns)} are read", opening,
                      icon=":material/table_chart:")
        if opened is not None:
            with opened:
                _table(key, alike[0], chosen, evidence)


def _table(key: str, header: Header, chosen: dict[str, str], evidence: dict[str, str]) -> None:
    st.caption("Change what is wrong: it is remembered for every file with these columns. Columns that are not named here are "
               "never read. Numbers of patients and accounts only join rows; none is kept or shown.")
    with st.container(gap="xsmall"):
        for place, words in zip(st.columns(WIDTHS), ("**What**", "**Column in the file**", "**Taken**"), strict=True):
            place.markdown(words)
        for concept in concepts(chosen):
            _row(key, header, concept, chosen, evidence)
        others = [one for one in CONCEPTS if one not in concepts(chosen)]
        st.selectbox("Read something else too", others, index=None, format_func=CONCEPTS.__getitem__, key=f"also-{key}",
                     on_change=_also, args=(key,), placeholder="Such as a second modifier or the order of payers")


def concepts(chosen: Sequence[str] | dict[str, str]) -> list[str]:
    """What is shown of a header: what is usual, what has a column, and what was asked for besides."""
    asked = st.session_state.get("also_read", ())
    return [one for one in CONCEPTS if one in USUAL or one in chosen or one in asked]


def _row(key: str, header: Header, concept: str, chosen: dict[str, str], evidence: dict[str, str]) -> None:
    what, which, why = st.columns(WIDTHS, vertical_alignment="center")
    what.markdown(CONCEPTS[concept] + (" :small[(joins rows)]" if concept in KEPT_AS_KEYS else ""))
    name = f"column-{key}-{concept}"
    st.session_state[name] = chosen.get(concept, "")
    which.selectbox(f"Column of: {CONCEPTS[concept]}", ["", *dict.fromkeys(one for one in header.columns if one)], key=name,
                    format_func=lambda column: column or NONE, label_visibility="collapsed", on_change=_choose,
                    args=(name, concept, header))
    why.markdown(f":small[{EVIDENCE.get(evidence.get(concept, ''), '—')}]")


def _also(key: str) -> None:
    asked = st.session_state[f"also-{key}"]
    st.session_state["also_read"] = {*st.session_state.get("also_read", ()), asked} - {None}
    st.session_state[f"also-{key}"] = None


@said_if_not_stored
def _choose(name: str, concept: str, header: Header) -> None:
    """Remember a choice; the last one holds where two are of one column."""
    column = st.session_state[name]
    kept = {other: one for other, one in remembered(header.columns, memory()).items()
            if other != concept and (one != column or not one)}
    try:
        remember_choices(fingerprint(header.columns), {**kept, concept: column}, memory())
    except OSError as error:
        raise StorageError(f"The choice cannot be remembered in {memory()}: {error.strerror}.") from error
