"""What stands beside a mechanism or the whole: modifiers in their order, an escalator, and the ways to add them."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from finmodel.contracts.clause import Clause, Escalator, Modifier
from finmodel.contracts.editing import Path, free_name, held, moved, new_clause, with_entry
from finmodel.contracts.escalators import ESCALATORS
from finmodel.contracts.modifiers import MODIFIERS
from finmodel.contracts.term_sheet import clause_to_be_agreed, in_clause_words
from finmodel.format import money, short_money
from finmodel.ui import own_proposals
from finmodel.ui.opening import open_part
from finmodel.ui.own_proposals import start_of
from finmodel.ui.proposal_form import TermForm
from finmodel.ui.run import Session
from finmodel.ui.widgets import escape

NO_ESCALATOR = "none"


class Shown:
    """What the run says of mechanisms and modifiers in the year shown."""

    def __init__(self, run: Session | None, key: str, year: int | None) -> None:
        self.run, self.key, self.year = run, key, year

    def amount(self, line: str) -> float | None:
        """The line of the proposal in the year shown, None where there is none."""
        name = f"{self.key}__{line}"
        if self.run is None or self.year is None or name not in self.run.result.graph.lines:
            return None
        return self.run.result.series(name, self.run.shown)[self.run.result.years.index(self.year)]

    def paid(self, instance: str, mechanism: Mapping[str, Any]) -> str:
        """What a mechanism pays, in words."""
        if not mechanism.get("active", True):
            return "switched off"
        amount = self.amount(instance)
        return "no figure yet" if amount is None else escape(f"{short_money(amount)} in {self.year}")

    def effect(self, line: str) -> str:
        """What a modifier does, in words."""
        amount = self.amount(f"{line}__effect")
        if amount is None:
            return ""
        change = f"changes nothing in {self.year}" if abs(amount) < 0.5 else (
            f"{'adds' if amount > 0 else 'takes off'} {money(abs(amount))} in {self.year}")
        return f" · {escape(change)}"


def modifiers(form: TermForm, path: Path, stored: Mapping[str, Clause], shown: Shown, prefix: str) -> None:
    """The modifiers of a mechanism or of the whole, in the order in which they apply, and the way to add one."""
    there = held(form.document, path) or {}
    for at, (name, modifier) in enumerate(there.items()):
        record: type[Modifier] = MODIFIERS[modifier["kind"]]
        title = str(record.title)  # type: ignore[attr-defined]
        with st.container(border=True):
            st.markdown(f"**{escape(title)}**{shown.effect(f'{prefix}{name}')}")
            if name in stored:
                st.markdown(escape(in_clause_words(stored[name], form.words)))
            form.terms(record, (*path, name), leave_out=("kind",))
            of = f"{form.key}-{'-'.join(path)}-{name}"
            with st.container(horizontal=True):
                for label, by, can in (("Apply earlier", -1, at > 0), ("Apply later", 1, at < len(there) - 1)):
                    if can:
                        st.button(label, key=f"{label}-{of}", type="tertiary", on_click=own_proposals.act,
                                  args=(form.key, lambda document, name=name, by=by: moved(document, (*path, name), by),
                                        f"Moved {title}"))
                st.button(f"Remove {escape(title.lower())}", key=f"remove-{of}", type="tertiary", icon=":material/remove:",
                          on_click=own_proposals.set_entry, args=(form.key, (*path, name), None, f"Removed {title}"))
    _add_clause(form, path, MODIFIERS, "Add a clause" if path == ("modifiers",) else "Add a modifier")


def _add_clause(form: TermForm, path: Path, kinds: Mapping[str, type[Any]], label: str) -> None:
    with st.popover(label, icon=":material/add:", key=chooser(form.key, path), on_change="rerun") as asked:
        if not asked.open:
            return
        for kind, record in kinds.items():
            st.button(escape(record.title), key=f"add-{form.key}-{'-'.join(path)}-{kind}", icon=":material/add:",
                      on_click=put_clause, args=(form, path, record))
            st.caption(escape(to_be_agreed(record)))


def put_clause(form: TermForm, path: Path, record: type[Any]) -> None:
    """Add a clause, open the part that it is or is in, and close the choice."""
    clause = new_clause(record, start_of(form.session, held(form.document, ("starts",))))
    name = free_name(record.title, held(form.document, path) or {})
    own_proposals.act(form.key, lambda document: with_entry(document, (*path, name), clause), f"Added {record.title}")
    st.session_state[chooser(form.key, path)] = False
    if path[0] == "mechanisms":
        open_part(part_of(form.key, (*path, name)[1]))


def chooser(key: str, path: Path) -> str:
    """The name under which this session knows whether the choice of clauses for a place is open."""
    return f"choose-{key}-{'-'.join(path)}"


def part_of(key: str, instance: str) -> str:
    """The name under which this session knows whether a part is open."""
    return f"part-{key}-{instance}"


def to_be_agreed(record: type[Clause]) -> str:
    """The first sentence of a clause before anything is agreed."""
    return f"{clause_to_be_agreed(record).partition('. ')[0].rstrip('.')}."


def escalator(form: TermForm, path: Path, stored: Escalator | None, label: str) -> None:
    """How amounts rise from year to year: the kind, and its terms."""
    now = held(form.document, path) or {}
    name = f"kind-{form.key}-{'-'.join(path)}"
    kinds = {kind: str(one.title) for kind, one in ESCALATORS.items()}  # type: ignore[attr-defined]
    labels = {NO_ESCALATOR: "None" if len(path) == 1 else "As in the whole proposal", **kinds}
    st.session_state[name] = now.get("kind", NO_ESCALATOR)
    st.selectbox(label, list(labels), key=name, format_func=labels.__getitem__, on_change=_put_escalator, args=(form, path, name),
                 width=420)
    if now:
        if stored:
            st.markdown(escape(in_clause_words(stored, form.words)))
        form.terms(ESCALATORS[now["kind"]], path, leave_out=("kind",))


def _put_escalator(form: TermForm, path: Path, name: str) -> None:
    kind = st.session_state[name]
    chosen = None if kind == NO_ESCALATOR else new_clause(ESCALATORS[kind], start_of(form.session))
    own_proposals.set_entry(form.key, path, chosen, "Changed how amounts rise")
