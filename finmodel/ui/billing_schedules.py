"""Medicare's fee schedules on the page Import: brought once, kept by year and release, one used for each year."""

import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path, PurePath
from typing import NamedTuple

import streamlit as st

from finmodel.assumptions import BadInput, Fault
from finmodel.billing.fee_schedule import MONTHS, FeeSchedule, load_fee_schedule
from finmodel.billing.fee_schedule_store import read_stored_fee_schedule, store_fee_schedule, stored_fee_schedules
from finmodel.format import number
from finmodel.ui.billing_words import without_options
from finmodel.ui.files import refusal
from finmodel.ui.opening import open_part, part
from finmodel.ui.saving import said_if_not_stored
from finmodel.ui.widgets import escape
from finmodel.workspace import StorageError, data_folder

LARGEST_MEGABYTES = 64
ROUND, REFUSED = "fee_schedule_round", "refused_fee_schedules"
WHERE = ("Medicare publishes one for each year, free of charge: on cms.gov, *PFS Relative Value Files*, the newest file of the "
         "year. Bring the zip as it is, or the file PPRRVU in it. It stays on this computer and is needed once.")


class Stored(NamedTuple):
    """A stored fee schedule and where it is."""

    path: Path
    schedule: FeeSchedule

    @property
    def title(self) -> str:
        """Year and release."""
        return f"{self.schedule.year} {self.schedule.release}"


def stored() -> list[Stored]:
    """Every stored fee schedule that can be read, the newest first."""
    found = []
    for path in stored_fee_schedules(folder()):
        try:
            found.append(Stored(path, _read(path, path.stat().st_mtime_ns)))
        except (BadInput, OSError):
            continue
    return sorted(found, key=_rank, reverse=True)


def folder() -> Path:
    """Where the fee schedules of this user are kept."""
    return data_folder() / "fee_schedules"


def in_use(known: Sequence[Stored]) -> list[Stored]:
    """The one of each year that is used: not that of qualifying participants if there is another, and of these the newest."""
    return list({one.schedule.year: one for one in sorted(known, key=_rank)}.values())


def _rank(one: Stored) -> tuple[int, bool, int]:
    release = one.schedule.release
    return one.schedule.year, not one.schedule.qualifying_participants, MONTHS.index(release) if release in MONTHS else -1


@lru_cache(maxsize=32)
def _read(path: Path, changed: int) -> FeeSchedule:  # noqa: ARG001 - one stored anew is another
    return read_stored_fee_schedule(path)


def schedules(known: Sequence[Stored], name: str, *, is_wanting: bool) -> None:
    """What is stored, and a place to bring more, under the name of this part; open where one is wanting."""
    used = in_use(known)
    names = ", ".join(one.title for one in sorted(used, key=_rank)) or "none yet"
    if is_wanting:
        open_part(name)
    opened = part(f"Medicare's fee schedules: {names}", name, icon=":material/request_quote:")
    if opened is None:
        return
    with opened:
        st.markdown(WHERE)
        for one in known:
            _row(one, is_used=one in used)
        st.file_uploader("Relative value files: zip, CSV or text", ["zip", "csv", "txt"], accept_multiple_files=True,
                         key=f"fee_schedule_{st.session_state.get(ROUND, 0)}", on_change=_store,
                         max_upload_size=LARGEST_MEGABYTES)
        for name, error in st.session_state.pop(REFUSED, []):
            refusal(name, error)


def _row(one: Stored, *, is_used: bool) -> None:
    about = one.schedule
    only = " · of qualifying participants only" if about.qualifying_participants else ""
    told = (f"{number(len(about.entries))} rows · conversion factor {about.conversion_factor}{only} · {escape(about.file)} · "
            f"{'used for services of ' + str(about.year) if is_used else 'not used: there is a newer one'}")
    with st.container(border=True, horizontal=True, vertical_alignment="center", wrap=False):
        st.markdown(f"**{one.title}**  \n:small[{told}]", width="stretch")
        st.button("Remove", key=f"remove-{one.path.stem}", on_click=_remove, args=(one.path,))


@said_if_not_stored
def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"{path} cannot be removed: {error.strerror}.") from error


@said_if_not_stored
def _store() -> None:
    """Store what was dropped in; each file that is no fee schedule is refused with its reasons."""
    given = st.session_state[f"fee_schedule_{st.session_state.get(ROUND, 0)}"]
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    refused = st.session_state[REFUSED] = []
    for file in given:
        name = PurePath(file.name).name[-120:]
        try:
            with tempfile.TemporaryDirectory() as place:
                path = Path(place) / name
                path.write_bytes(file.getvalue())
                store_fee_schedule(_loaded(path), folder())
        except BadInput as error:
            refused.append((name, error))
        except OSError as error:
            raise StorageError(f"The fee schedule cannot be stored in {folder()}: {error.strerror}.") from error


def _loaded(path: Path) -> FeeSchedule:
    """The fee schedule of a file, without the options of a shell in what is wrong with it."""
    try:
        return load_fee_schedule(path)
    except BadInput as error:
        raise BadInput(Fault(one.file, one.key, without_options(one.reason)) for one in error.faults) from None
