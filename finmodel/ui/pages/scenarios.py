"""Scenarios: make, copy and edit them in plain words, and set them side by side."""

import streamlit as st

from finmodel.assumptions import BadInput, Scenario, names
from finmodel.cases import Assumptions
from finmodel.ui import own_scenarios, sidebar
from finmodel.ui.changes import change_form, change_in_words, chosen_change
from finmodel.ui.desk import SCENARIOS, Desk, author, on_desk, workspace
from finmodel.ui.run import Session, run, scenario_choices
from finmodel.ui.side_by_side import side_by_side
from finmodel.ui.widgets import escape
from finmodel.workspace import Document, Draft

EDITED, CHANGED, FAULTS = "edited_scenario", "edited_change", "faults_of_scenario"
TEXTS = {"name": "Name", "description": "What it stands for", "reason": "Why it is plausible, and who says so"}
LIST, COMPARE = "Make and edit", "Side by side"


def listed(desk: Desk, assumptions: Assumptions, key: str, scenario: Scenario, own: Document | None) -> None:
    """One scenario with what can be done with it."""
    with st.container(border=True):
        applies = key in st.session_state.get(SCENARIOS, [])
        with st.container(horizontal=True, vertical_alignment="center", wrap=False):
            st.markdown(f"**{escape(scenario.name)}**  \n:small[{escape(scenario.description)}]", width="stretch")
            st.button("Take off" if applies else "Apply", key=f"apply-{key}", on_click=own_scenarios.choose, args=(key,),
                      kwargs={"chosen": not applies}, help="Whether the figures of every page show it")
            if own:
                is_open = st.session_state.get(EDITED) == key
                st.button("Done" if is_open else "Edit", key=f"edit-{key}", on_click=edit, args=(None if is_open else key,))
            st.button("Copy", key=f"copy-{key}", on_click=copy, args=(desk, scenario))
            if own:
                st.button("Delete", key=f"delete-{key}", on_click=own_scenarios.delete, args=(own,))
        faults = own_scenarios.unfit(desk, scenario)
        if faults:
            st.warning(escape("Does not fit this practice. " + " ".join(f"{fault}." for fault in faults)))
        if own and st.session_state.get(EDITED) == key:
            editor(desk, assumptions, workspace().draft(key), scenario)
        else:
            told = [escape(change_in_words(change, assumptions)) for change in scenario.changes]
            st.markdown("\n".join(f"- {one}" for one in told) or "No changes yet.")


def edit(key: str | None, change: int | None = None) -> None:
    """Open the editor of a scenario, at one of its changes where one is named, or close it."""
    st.session_state[EDITED], st.session_state[CHANGED], st.session_state[FAULTS] = key, change, []


def copy(desk: Desk, scenario: Scenario) -> None:
    """An own copy of a scenario, opened."""
    name = f"{scenario.name[:180]} (copy)"
    edit(own_scenarios.make(desk, scenario.model_copy(update={"name": name}), f"Copied from {scenario.name}"))


def editor(desk: Desk, assumptions: Assumptions, seen: Draft, scenario: Scenario) -> None:
    """Name, description and changes of an own scenario, stored as they are made."""
    key = seen.document.id
    for field, title in TEXTS.items():
        name = f"{key}-{field}"
        st.session_state[name] = getattr(scenario, field) or ""
        st.text_input(title, key=name, max_chars=200 if field == "name" else 400, on_change=reword,
                      args=(desk, seen, scenario, field))
    for at, change in enumerate(scenario.changes):
        with st.container(horizontal=True, vertical_alignment="center", wrap=False):
            st.markdown(f"{at + 1}\\. {escape(change_in_words(change, assumptions))}", width="stretch")
            others = tuple(one for place, one in enumerate(scenario.changes) if place != at)
            if change.operation != "override":
                st.button("Change", key=f"{key}-change-{at}", on_click=edit, args=(key, at))
            st.button("Remove", key=f"{key}-remove-{at}", on_click=put,
                      args=(desk, seen, scenario.model_copy(update={"changes": others}), "Removed a change"))
        if st.session_state.get(CHANGED) == at:
            with st.container(border=True):
                form(desk, assumptions, seen, scenario, at)
    if st.session_state.get(CHANGED) is None:
        with st.container(border=True):
            st.markdown("**Add a change**")
            form(desk, assumptions, seen, scenario, None)
    with st.container(horizontal=True):
        for title, step in (("Undo", seen.undo), ("Redo", seen.redo)):
            st.button(title, icon=f":material/{title.lower()}:", key=f"{key}-{title}", on_click=own_scenarios.step, args=(seen,),
                      kwargs={"back": title == "Undo"}, disabled=step is None, help=escape(step) if step else None)


def form(desk: Desk, assumptions: Assumptions, seen: Draft, scenario: Scenario, at: int | None) -> None:
    """A change to be added, or the one at a place to be changed; what cannot be stored stays in the form, and why is said."""
    key = f"{seen.document.id}-form-{len(scenario.changes) if at is None else f'at-{at}'}"
    change_form(key, assumptions, None if at is None else scenario.changes[at])
    for fault in st.session_state.get(FAULTS, []):
        st.error(escape(f"Not stored. {fault[:1].upper()}{fault[1:]}."))
    with st.container(horizontal=True):
        st.button("Add" if at is None else "Store", key=f"{key}-store", type="primary", on_click=put_change,
                  args=(desk, assumptions, seen, scenario, at, key))
        if at is not None:
            st.button("Leave it as it is", key=f"{key}-leave", on_click=edit, args=(seen.document.id,))


def put_change(desk: Desk, assumptions: Assumptions, seen: Draft, scenario: Scenario, at: int | None, key: str) -> None:
    """Store the change that a form describes."""
    try:
        change = chosen_change(key, assumptions)
    except ValueError as error:
        st.session_state[FAULTS] = [str(error)]
        return
    place, what = (len(scenario.changes), "Added a change") if at is None else (at, "Changed a change")
    changes = (*scenario.changes[:place], change, *scenario.changes[place + 1:])
    put(desk, seen, scenario.model_copy(update={"changes": changes}), what)


def put(desk: Desk, seen: Draft, scenario: Scenario, what: str) -> None:
    """Store a scenario that is being edited, or say why not."""
    st.session_state[FAULTS] = own_scenarios.store(desk, seen, scenario, what)
    if not st.session_state[FAULTS]:
        st.session_state[CHANGED] = None


def reword(desk: Desk, seen: Draft, scenario: Scenario, field: str) -> None:
    """Store what was typed into a text of a scenario."""
    text = " ".join(st.session_state[f"{seen.document.id}-{field}"].split())
    put(desk, seen, scenario.model_copy(update={field: text or (None if field == "reason" else "")}), f"Changed the {field}")


def make_form(desk: Desk) -> None:
    """A new scenario, by its name."""
    with st.popover("Make a scenario", icon=":material/add:"), st.form("make-scenario", border=False, clear_on_submit=True):
        name = st.text_input("Name of the scenario", max_chars=200, placeholder="Contract with the largest payer renewed")
        if st.form_submit_button("Make", type="primary"):
            if not name.strip():
                st.error("Give it a name.")
                return
            scenario = Scenario(name=" ".join(name.split()), description="Not described yet.", changes=())
            edit(own_scenarios.make(desk, scenario, "Made"))
            st.rerun()


def deleted(desk: Desk) -> None:
    """What was deleted, to be brought back."""
    gone = workspace().documents("scenario", belongs_to=desk.key, deleted=True)
    if gone:
        with st.expander(f"Deleted ({len(gone)})"):
            for one in gone:
                with st.container(horizontal=True, vertical_alignment="center"):
                    st.markdown(escape(one.name), width="stretch")
                    st.button("Bring back", key=f"undelete-{one.id}", on_click=workspace().undelete, args=(one.id,),
                              kwargs={"author": author()})


def make_and_edit(base: Session, known: dict[str, Scenario]) -> None:
    """Own scenarios of this practice, then those that ship."""
    desk, assumptions = base.desk, base.result.assumptions[0]
    own = {one.id: one for one in workspace().documents("scenario", belongs_to=desk.key)}
    st.header("Your own, for this practice")
    if not own:
        st.info("None yet. Make one here, copy one below, or move the sliders on the Overview and keep them as a scenario.")
    make_form(desk)
    for key, one in own.items():
        listed(desk, assumptions, key, known[key], one)
    deleted(desk)
    st.header("For any practice")
    for key in names("scenarios"):
        listed(desk, assumptions, key, known[key], None)


def page() -> None:
    """The whole page."""
    desk = on_desk()
    st.title("Scenarios")
    st.markdown(f"A scenario is a set of changes to the assumptions of a practice, under a name. It leaves "
                f"**{escape(desk.name)}** itself as it is.")
    try:
        base = run(desk)
    except BadInput:
        st.info("This practice cannot be computed yet. Complete it on the page Practice, or choose another one in the sidebar.")
        return
    if base.faults:
        st.warning("The draft cannot be computed; scenarios are applied to its last version.", icon=":material/edit_off:")
    parts = (LIST, COMPARE)
    part = st.segmented_control("What to do", parts, default=parts[bool(st.session_state.get(SCENARIOS))], required=True,
                                key="scenarios-part", persist_state="session", label_visibility="collapsed")
    known = scenario_choices(desk)
    if part == LIST:
        make_and_edit(base, known)
    else:
        side_by_side(base, known, sidebar.current_year(base))


page()
