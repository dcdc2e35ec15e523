"""Practices: all that is stored, its versions and what differs between them, and the way in and out as files."""

import streamlit as st

from finmodel.analysis.practices import PracticeComparison, compare_practices
from finmodel.assumptions import BadInput, Quantity, names, parse_practice
from finmodel.assumptions.fields import field_at
from finmodel.assumptions.words import in_words
from finmodel.format import NOT_AVAILABLE, amount, typed, unit_in_words
from finmodel.ui import deleting, saving, sidebar
from finmodel.ui.desk import FIRST_EXAMPLE, Desk, author, example, on_desk, open_practice, workspace
from finmodel.ui.files import LARGEST_MEGABYTES, file_name, refusal
from finmodel.ui.run import evaluated, own_benchmarks, references_today
from finmodel.ui.tables import table
from finmodel.ui.widgets import escape, said
from finmodel.workspace import Document, StorageError, Version

DRAFT = 0


def own_practices() -> None:
    """Own practices, each with what can be done with it."""
    deleting.undo_notice("practice")
    own = workspace().documents("practice")
    if not own:
        st.info("Nothing of your own yet. Make a copy of an example below, or open a practice file.")
    for one in own:
        with st.container(border=True, horizontal=True, vertical_alignment="center", wrap=False):
            version = f"version {one.latest_version}" if one.latest_version else "no version yet"
            told = f"Changed {said(one.changed_at)} by {escape(one.changed_by)} · {version}"
            st.markdown(f"**{escape(one.name)}**  \n:small[{told}]", width="stretch")
            st.button("Open", key=f"open-{one.id}", on_click=open_practice, args=(one.id,), disabled=one.id == on_desk().key)
            with st.popover("More", icon=":material/more_horiz:", key=f"more-{one.id}"):
                st.button("Duplicate", key=f"duplicate-{one.id}", on_click=duplicate, args=(one,), width="stretch",
                          icon=":material/content_copy:")
                st.download_button("Export", workspace().draft(one.id).content, f"{file_name(one.name)}.toml",
                                   "application/toml", key=f"export-{one.id}", on_click="ignore", width="stretch",
                                   icon=":material/download:")
                st.button("Delete", key=f"delete-{one.id}", on_click=delete, args=(one,), width="stretch",
                          icon=":material/delete:")
    deleting.deleted("practice")


@saving.said_if_not_stored
def duplicate(one: Document) -> None:
    """A copy under another name, opened."""
    open_practice(workspace().duplicate(one.id, f"{one.name} (copy)", author=author()).document.id)


def delete(one: Document) -> None:
    """Put a practice away; it can be brought back."""
    deleting.delete(one)
    if on_desk().key == one.id:
        own = workspace().documents("practice")
        open_practice(own[0].id if own else FIRST_EXAMPLE)


def examples() -> None:
    """The practices that ship."""
    st.header("Examples")
    for name in names("practices"):
        with st.container(border=True, horizontal=True, vertical_alignment="center", wrap=False):
            practice = example(name)
            st.markdown(f"**{escape(practice.name)}**  \n:small[{escape(practice.description or '')}]", width="stretch")
            st.button("Open", key=f"open-{name}", on_click=open_practice, args=(name,), disabled=name == on_desk().key)
            st.button("Copy", key=f"copy-{name}", on_click=saving.copy_example, args=(name,))


def import_file() -> None:
    """A practice file becomes an own practice, or is refused with all its faults and nothing changed."""
    st.header("Open a file")
    with st.form("import", clear_on_submit=True, border=True):
        file = st.file_uploader("Practice file", type="toml", help="As exported here, or written by hand: a TOML file",
                                max_upload_size=LARGEST_MEGABYTES)
        if st.form_submit_button("Import") and file is not None:
            try:
                parse_practice(file.getvalue(), file.name, own_benchmarks())
                saving.adopt(file.getvalue().decode("utf-8-sig"), f"Imported from {file.name[:100]}")
                st.rerun()
            except BadInput as error:
                refusal(file.name, error)
            except StorageError as error:
                st.error(escape(str(error)), icon=":material/error:")


def history(desk: Desk, versions: list[Version]) -> None:
    """Versions and events of the practice on the desk."""
    st.header("History")
    st.markdown(f"Of **{escape(desk.name)}**.")
    if not versions:
        st.info("No version yet. Save one in the sidebar when the practice is as you want to keep it.")
    for version in versions:
        with st.container(border=True, horizontal=True, vertical_alignment="center", wrap=False):
            told = f"{said(version.saved_at)} by {escape(version.author)} · finmodel {escape(version.engine_version)}"
            st.markdown(f"**Version {version.number}** · {escape(version.reason or 'no reason given')}  \n:small[{told}]",
                        width="stretch")
            st.button("Look at it", key=f"look-{version.number}", on_click=open_practice, args=(desk.key, version.number),
                      disabled=desk.version == version)
            st.button("Restore", key=f"restore-{version.number}", on_click=saving.restore, args=(version.number,),
                      help="The draft takes this version's content, as a new version; nothing is lost.")
    with st.expander("Everything that happened"):
        events = workspace().history(desk.key)
        table([{"When": said(event.at), "Who": event.author, "What": event.what} for event in events], "Events of this practice")


def compare(desk: Desk, versions: list[Version]) -> None:
    """What differs between two versions, or a version and the draft, and what it comes to."""
    st.header("Compare versions")
    labels = {DRAFT: "The draft as it stands", **{one.number: version_in_words(one) for one in versions}}
    first, second = st.columns(2)
    newest = versions[0].number
    before = first.selectbox("Before", list(labels), list(labels).index(newest), format_func=labels.__getitem__,
                             key=f"before-{desk.key}")
    after = second.selectbox("After", list(labels), format_func=labels.__getitem__, key=f"after-{desk.key}")
    try:
        compared = compare_practices(*(evaluated(*text_of(desk, versions, side)).assumptions[0] for side in (before, after)))
    except BadInput as error:
        st.warning("One of the two cannot be computed, so that there are no figures to compare.", icon=":material/edit_off:")
        table([{"Entry": fault.key, "What is wrong": fault.reason} for fault in error.faults],
              "Faults of what cannot be computed")
        return
    entries = [*compared.changed, *compared.added, *compared.removed]
    if not entries:
        st.success("Both say the same in every entry.", icon=":material/check_circle:")
        return
    headlines(compared)
    st.subheader(f"Entries that differ: {len(entries)}")
    table([{"Entry": one.label, "Before": told(one.path, one.before), "After": told(one.path, one.after), "In the file": one.path}
           for one in entries], f"{len(entries)} entries with their value before and after")


def version_in_words(version: Version) -> str:
    """A version by number and reason."""
    return f"Version {version.number}: {version.reason}" if version.reason else f"Version {version.number}"


def text_of(desk: Desk, versions: list[Version], side: int) -> tuple[str, str]:
    """The text of a version, or of the draft, and the references it is computed with."""
    if side == DRAFT:
        return workspace().draft(desk.key).content, references_today()
    version = next(one for one in versions if one.number == side)
    return version.content, version.assumptions


def headlines(compared: PracticeComparison) -> None:
    """The headline figures of both in the year shown, or in the first year that both have."""
    years = [year for year in compared.headlines[0].before if year in compared.headlines[0].after]
    if not years:
        st.info("They have no year in common, so that their figures cannot be set side by side.")
        return
    run = st.session_state[sidebar.SESSION]
    year = sidebar.current_year(run) if run else years[0]
    year = year if year in years else years[0]
    st.subheader(f"Figures of {year}")
    table([{"Figure": one.label, "Before": amount(one.before[year], one.unit), "After": amount(one.after[year], one.unit),
            "Difference": amount(one.after[year] - one.before[year], one.unit), "Unit": unit_in_words(one.unit)}
           for one in compared.headlines], f"Headline figures of {year}, before and after")


def told(path: str, entry: Quantity | str | None) -> str:
    """An entry in words: a number with every digit, its status and its source."""
    if not isinstance(entry, Quantity):
        field = field_at(path.split("."))
        return in_words(entry) if entry and field and field.kind == "choice" else entry or NOT_AVAILABLE
    dated = entry.by_year or entry.by_date or {"": entry.values[0]}
    values = "; ".join(f"{at}: {typed(value, entry.unit)}" if at else typed(value, entry.unit) for at, value in dated.items())
    origin = ", ".join(part for part in (entry.status, entry.source) if part)
    return f"{values} {unit_in_words(entry.unit)}".strip() + f" ({origin})"


def page() -> None:
    """The whole page."""
    desk = on_desk()
    st.title("Practices")
    own_practices()
    import_file()
    examples()
    if desk.draft:
        versions = workspace().versions(desk.key)
        history(desk, versions)
        if versions:
            compare(desk, versions)


page()
