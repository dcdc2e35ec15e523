"""Practices: all that is stored, its versions and history, and the way in and out as files."""

import streamlit as st

from finmodel.assumptions import BadInput, names
from finmodel.ui import saving
from finmodel.ui.desk import author, example, on_desk, open_practice, workspace
from finmodel.ui.widgets import escape, said
from finmodel.workspace import Document


def own_practices() -> None:
    """Own practices, each with what can be done with it."""
    own = workspace().documents("practice")
    if not own:
        st.info("Nothing of your own yet. Make a copy of an example below, or open a practice file.")
    for one in own:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            version = f"version {one.latest_version}" if one.latest_version else "no version yet"
            told = f"Changed {said(one.changed_at)} by {escape(one.changed_by)} · {version}"
            st.markdown(f"**{escape(one.name)}**  \n:small[{told}]", width="stretch")
            st.button("Open", key=f"open-{one.id}", on_click=open_practice, args=(one.id,), disabled=one.id == on_desk().key)
            st.button("Duplicate", key=f"duplicate-{one.id}", on_click=duplicate, args=(one,))
            st.download_button("Export", workspace().draft(one.id).content, f"{file_name(one.name)}.toml", "application/toml",
                               key=f"export-{one.id}", on_click="ignore")
            st.button("Delete", key=f"delete-{one.id}", on_click=delete, args=(one,))


def duplicate(one: Document) -> None:
    """A copy under another name, opened."""
    open_practice(workspace().duplicate(one.id, f"{one.name} (copy)", author=author()).document.id)


def delete(one: Document) -> None:
    """Put a practice away; it can be brought back."""
    workspace().delete(one.id, author=author())
    if on_desk().key == one.id:
        open_practice(names("practices")[0])


def file_name(name: str) -> str:
    """A name that is safe as a file's."""
    return "".join(letter if letter.isalnum() or letter in " -_" else "_" for letter in name).strip()[:80] or "practice"


def deleted() -> None:
    """What was deleted, to be brought back."""
    gone = workspace().documents("practice", deleted=True)
    if gone and st.expander(f"Deleted ({len(gone)})", on_change="rerun", key="deleted").open:
        for one in gone:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(escape(one.name), width="stretch")
                st.button("Bring back", key=f"undelete-{one.id}", on_click=workspace().undelete, args=(one.id,),
                          kwargs={"author": author()})


def examples() -> None:
    """The practices that ship."""
    for name in names("practices"):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            practice = example(name)
            st.markdown(f"**{escape(practice.name)}**  \n:small[{escape(practice.description or '')}]", width="stretch")
            st.button("Open", key=f"open-{name}", on_click=open_practice, args=(name,), disabled=name == on_desk().key)
            st.button("Copy", key=f"copy-{name}", on_click=saving.copy_example, args=(name,))


def import_file() -> None:
    """A practice file becomes an own practice, or is refused with all its faults and nothing changed."""
    with st.form("import", clear_on_submit=True, border=True):
        file = st.file_uploader("Open a practice file", type="toml", help="A TOML file as described in assumptions/README.md")
        if st.form_submit_button("Import") and file is not None:
            try:
                saving.adopt(file.getvalue().decode("utf-8-sig", errors="replace"), f"Imported from {file.name[:100]}")
                st.rerun()
            except BadInput as error:
                st.error(f"{escape(file.name[:100])} was not imported; it has {len(error.faults)} fault(s):")
                st.dataframe([{"Key": fault.key, "What is wrong": fault.reason} for fault in error.faults], hide_index=True,
                             width="stretch", alt="Faults of the file")


def history() -> None:
    """Versions and events of the practice on the desk."""
    desk = on_desk()
    if desk.draft is None:
        return
    st.header(f"History of {escape(desk.name)}")
    for version in workspace().versions(desk.key):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            told = f"{said(version.saved_at)} by {escape(version.author)} · finmodel {escape(version.engine_version)}"
            st.markdown(f"**Version {version.number}** · {escape(version.reason or 'no reason given')}  \n:small[{told}]",
                        width="stretch")
            st.button("Look at it", key=f"look-{version.number}", on_click=open_practice, args=(desk.key, version.number))
            st.button("Restore", key=f"restore-{version.number}", on_click=saving.restore, args=(version.number,),
                      help="The draft takes this version's content, as a new version; nothing is lost.")
    with st.expander("Everything that happened"):
        events = workspace().history(desk.key)
        st.dataframe([{"When": said(event.at), "Who": event.author, "What": event.what} for event in events],
                     hide_index=True, width="stretch", alt="Events of this practice")


st.title("Practices")
own_practices()
deleted()
st.header("Open a file")
import_file()
st.header("Examples")
examples()
history()
