"""The terms of a proposal: the whole, then each mechanism with its clause in words, its terms and what can be done with it."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from finmodel.assumptions.fields import Field, fields_of
from finmodel.assumptions.words import capitalized, in_words
from finmodel.contracts.editing import Path, held, moved
from finmodel.contracts.mechanism import Mechanism
from finmodel.contracts.mechanisms import MECHANISMS
from finmodel.contracts.proposal import MOST_MECHANISMS, Notice, Proposal, Valuation
from finmodel.contracts.term_sheet import in_clause_words
from finmodel.ui import own_proposals
from finmodel.ui.opening import part
from finmodel.ui.proposal_clauses import Shown, chooser, escalator, modifiers, part_of, put_clause, to_be_agreed
from finmodel.ui.proposal_form import TermForm, sentence_of, words_of
from finmodel.ui.proposal_sources import sources
from finmodel.ui.run import Session
from finmodel.ui.widgets import escape

WHOLE = {
    "name": ("Name", "What the proposal is called in lists and on its term sheet."),
    "description": ("Description", "What it offers, in a sentence."),
    "covers": ("Covers", "Whose deficit the contract is about: the whole practice's, or the part of the client hospital."),
    "starts": ("Starts on", "The first day of the contract."),
    "years": ("Term (years)", "For how many years it is agreed."),
    "payment_frequency": ("Payments", "How often the hospital pays."),
    "true_up_month": ("True-up in month", "In which calendar month, 1 to 12, the year before is settled."),
    "replaces_existing_payments": ("Replaces existing payments", "Whether what the hospital pays today ends with the contract."),
}
NOTICE = {"days": ("Notice (days)", "How long before it ends a party must say so, without cause."),
          "tail": ("Tail (USD)", "What is due beyond the notice when the contract ends early.")}
VALUATION = {"discount_rate": ("Discount rate (% per year)", "How much a payment a year later is worth less today."),
             "timing": ("Payments fall due at the", "When in a year its payments are taken to fall due.")}
FAMILIES = {"aggregate": "On the whole service", "piecemeal": "For a single item"}
OWN_FIELDS = tuple(Mechanism.model_fields)


def terms(form: TermForm, proposal: Proposal, run: Session | None, key: str, year: int | None) -> None:
    """Everything that can be agreed, the whole first."""
    _unfinished(form)
    shown = Shown(run, key, year)
    whole = part("The whole: name, dates, payments, notice", f"part-{form.key}-whole")
    if whole:
        with whole:
            _whole(form, proposal)
    mechanisms = held(form.document, ("mechanisms",)) or {}
    for name, mechanism in mechanisms.items():
        record = MECHANISMS[mechanism["kind"]]
        title = str(mechanism.get("label") or record.title)
        icon = None if mechanism.get("active", True) else ":material/toggle_off:"
        opened = part(f"{escape(title)} · {shown.paid(name, mechanism)}", part_of(form.key, name), is_open=len(mechanisms) == 1,
                      icon=icon)
        if opened:
            with opened:
                _mechanism(form, proposal, record, name, title, shown)
    _add_mechanism(form, len(mechanisms))
    st.markdown("**Clauses on the whole**  \n:small[They adjust what all parts pay together.]")
    modifiers(form, ("modifiers",), proposal.modifiers, shown, "")


def terms_to_read(session: Session, proposal: Proposal, run: Session | None, key: str, year: int | None) -> None:
    """The parts of an example with their clauses and where the numbers come from; nothing can be changed."""
    st.caption("An example: it stays as it is. Make a copy to change it.")
    shown, words = Shown(run, key, year), words_of(session)
    for name, mechanism in proposal.mechanisms.items():
        with st.container(border=True):
            st.markdown(f"**{escape(mechanism.label or mechanism.title)}** · {shown.paid(name, {'active': mechanism.active})}")
            st.markdown(escape(in_clause_words(mechanism, words)))
            for modifier_name, modifier in mechanism.modifiers.items():
                title, effect = str(type(modifier).title), shown.effect(f"{name}__{modifier_name}")
                st.markdown(f"{escape(title)}{effect}  \n{escape(in_clause_words(modifier, words))}")
            with st.popover("Sources", icon=":material/fact_check:", key=f"sources-{name}"):
                sources(mechanism, session.sources)
    for name, modifier in proposal.modifiers.items():
        with st.container(border=True):
            st.markdown(f"**{escape(str(type(modifier).title))}, on the whole**{shown.effect(name)}")
            st.markdown(escape(in_clause_words(modifier, words)))


def _unfinished(form: TermForm) -> None:
    if not form.faults:
        return
    with st.container(border=True):
        st.warning("Not stored yet: these terms do not fit together. The figures are those of what is stored.",
                   icon=":material/pending:")
        st.markdown("\n".join(f"- {escape(where_in_words(fault.key))}: {escape(sentence_of(fault))}" for fault in form.faults))
        st.button("Put back what is stored", icon=":material/undo:", on_click=own_proposals.put_back, args=(form.key,))


def where_in_words(key: str) -> str:
    """The words of a path of a proposal: *mechanisms.call.rate* is *Call, rate*."""
    parts = [in_words(part) for part in key.split(".") if part not in ("mechanisms", "modifiers")]
    return capitalized(", ".join(parts)) or "The proposal"


def _labelled(form: TermForm, record: type[Any], words: Mapping[str, tuple[str, str]], above: Path = ()) -> None:
    grid = st.grid(min_column_width=250, gap="small")
    fields: dict[str, Field] = {field.name: field for field in fields_of(record)}
    for name, (label, sentence) in words.items():
        with grid.container(gap="xsmall"):
            bare = label.partition(" (")[0] if fields[name].kind == "number" else label
            form.field(record, (*above, name), fields[name], bare, sentence)


def _whole(form: TermForm, proposal: Proposal) -> None:
    _labelled(form, Proposal, WHOLE)
    _labelled(form, Notice, NOTICE, ("notice",))
    _labelled(form, Valuation, VALUATION, ("valuation",))
    escalator(form, ("escalator",), proposal.escalator, "How amounts rise from year to year, where a part says nothing else")


def _mechanism(form: TermForm, proposal: Proposal, record: type[Mechanism], name: str, title: str, shown: Shown) -> None:
    path: Path = ("mechanisms", name)
    stored = proposal.mechanisms.get(name)
    if stored:
        st.markdown(escape(in_clause_words(stored, form.words)))
    form.terms(record, path, leave_out=(*OWN_FIELDS, "kind"))
    modifiers(form, (*path, "modifiers"), stored.modifiers if stored else {}, shown, f"{name}__")
    escalator(form, (*path, "escalator"), stored.escalator if stored else None, "How amounts rise in this part")
    _actions(form, record, path, title, stored)


def _actions(form: TermForm, record: type[Mechanism], path: Path, title: str, stored: Mechanism | None) -> None:
    """What can be done with a mechanism as a whole."""
    names = list(held(form.document, path[:-1]))
    at, is_on = names.index(path[-1]), bool(held(form.document, (*path, "active")) in (None, True))
    of = f"{form.key}-{path[-1]}"
    with st.container(horizontal=True):
        st.button("Switch off" if is_on else "Switch on", key=f"switch-{of}", on_click=own_proposals.set_entry,
                  icon=":material/toggle_off:" if is_on else ":material/toggle_on:",
                  args=(form.key, (*path, "active"), not is_on, f"Switched {title} {'off' if is_on else 'on'}"))
        for label, by, icon, can in (("Move up", -1, "upward", at > 0), ("Move down", 1, "downward", at < len(names) - 1)):
            st.button(label, key=f"{label}-{of}", icon=f":material/arrow_{icon}:", disabled=not can, on_click=own_proposals.act,
                      args=(form.key, lambda document, by=by: moved(document, path, by), f"Moved {title}"))
        with st.popover("Name and purpose", icon=":material/label:", key=f"about-{of}"):
            for name, label, sentence in ABOUT:
                field = next(one for one in fields_of(record) if one.name == name)
                form.field(record, (*path, name), field, label, sentence)
        if stored:
            with st.popover("Sources", icon=":material/fact_check:", key=f"sources-{of}",
                            on_change="rerun") as asked:
                if asked.open:
                    sources(stored, form.session.sources)
        st.button("Remove", key=f"remove-{of}", icon=":material/delete:", disabled=len(names) == 1,
                  on_click=own_proposals.set_entry, args=(form.key, path, None, f"Removed {title}"),
                  help="A proposal has at least one part." if len(names) == 1 else None)


ABOUT = (("label", "Name", "What this part is called in the proposal, in place of its kind."),
         ("purpose", "Purpose", "Why the hospital needs it, in a sentence; it stands in the term sheet."),
         ("if_also_in_base", "If a cost base contains it as well", "Refuse the proposal, credit the payment against the base, or "
          "exclude the cost from the base."),
         ("physician", "Physician", "A key for the physician paid, such as dr_lee; agreements of the same one are added up."))


def _add_mechanism(form: TermForm, count: int) -> None:
    with st.popover("Add a part", icon=":material/add:", key=chooser(form.key, ("mechanisms",)),
                    on_change="rerun", disabled=count >= MOST_MECHANISMS) as asked:
        if not asked.open:
            return
        for family, words in FAMILIES.items():
            st.markdown(f"**{words}**")
            for kind, record in MECHANISMS.items():
                if record.family == family:
                    st.button(escape(record.title), key=f"add-{form.key}-mechanisms-{kind}", icon=":material/add:",
                              on_click=put_clause, args=(form, ("mechanisms",), record))
                    st.caption(escape(to_be_agreed(record)))
