"""What is drawn on the page Risk: which proposals, how many futures, and which drivers."""

from collections.abc import Mapping
from functools import lru_cache

import streamlit as st

from finmodel.analysis.uncertainty.worker import Job
from finmodel.assumptions import SHIPPED, BadInput
from finmodel.assumptions.files import parse_uncertainty
from finmodel.assumptions.uncertainty import Uncertainty
from finmodel.ui.comparison_choice import MOST, misfits, picked, text_of
from finmodel.ui.desk import Desk, author, workspace
from finmodel.ui.proposal_runs import with_proposals
from finmodel.ui.risk_jobs import Run, runs
from finmodel.ui.run import Session, content_of
from finmodel.ui.saving import said_if_not_stored
from finmodel.workspace import Document

PARAMETER, SEED, COUNT = "draw", "risk_seed", "risk_count"
FUTURES = {4_096: "4,096, in seconds", 16_384: "16,384, finer", 65_536: "65,536, finest"}


def choose(session: Session, known: Mapping[str, str]) -> tuple[str, ...]:
    """The proposals to be drawn that fit the practice; what does not fit is said in a sentence."""
    return picked(session, known, PARAMETER, "chosen_risk", lambda: _fitting(session, known),
                  label="Proposals, up to six", placeholder="None: the deficit alone")


def _fitting(session: Session, known: Mapping[str, str]) -> list[str]:
    """All that fit, as many as can be shown."""
    found: list[str] = []
    for key in known:
        if len(found) < MOST and not misfits(session, [key]):
            found.append(key)
    return found


def how_many() -> tuple[int, int]:
    """The number of futures and the seed."""
    with st.popover("More", icon=":material/tune:"):
        count = st.radio("Futures to draw", list(FUTURES), format_func=FUTURES.__getitem__, key=COUNT, persist_state="session")
        seed = st.number_input("Seed: the same one gives the same futures on every machine", 0, 2**31, 1, key=SEED,
                               persist_state="session")
    return int(count), int(seed)


def own_drivers(desk: Desk) -> Document | None:
    """The file of drivers that was brought in for the practice on the desk."""
    return next(iter(workspace().documents("drivers", belongs_to=desk.key)), None)


def drivers_text(desk: Desk) -> str:
    """The file of the drivers in use: one's own for this practice, else the one that ships."""
    own = own_drivers(desk)
    return content_of(own) if own else shipped_drivers()


@lru_cache(maxsize=1)
def shipped_drivers() -> str:
    """The file of the drivers that ship."""
    return (SHIPPED / "drivers.toml").read_text(encoding="utf-8")


@lru_cache(maxsize=16)
def uncertainty_of(text: str) -> Uncertainty:
    """The drivers of a file.

    Raises:
        BadInput: with every fault of it.
    """
    return parse_uncertainty(text.encode(), "the drivers")


def drawn(session: Session, keys: tuple[str, ...], count: int, seed: int) -> tuple[Session, Run]:
    """The run of the practice with the proposals, and the simulation of it, which may still be under way."""
    texts = tuple((f"proposal_{letter}", text_of(key)) for letter, key in zip("abcdef", keys, strict=False))
    both = with_proposals(session, texts) if texts else session
    return both, runs().asked(Job("outlook", both.written, drivers_text(session.desk), count, seed), viewer())


def decomposed(session: Session, count: int, seed: int) -> Run:
    """The indices of the practice's drivers, which may still be under way."""
    return runs().asked(Job("indices", session.written, drivers_text(session.desk), count, seed), viewer())


def viewer() -> str:
    """The name of this browser session."""
    context = st.runtime.scriptrunner.get_script_run_ctx()
    return context.session_id if context else ""


@said_if_not_stored
def bring_in(desk: Desk) -> None:
    """Store the file that was uploaded as the drivers of the practice on the desk, or keep why it cannot be."""
    given = st.session_state["drivers_file"]
    st.session_state.pop("refused_drivers", None)
    if given is None:
        return
    try:
        parse_uncertainty(given.getvalue(), given.name)
    except BadInput as error:
        st.session_state["refused_drivers"] = given.name, error
        return
    before = own_drivers(desk)
    workspace().create("drivers", given.name, given.getvalue().decode("utf-8-sig"), author=author(), belongs_to=desk.key,
                       what="Brought in")
    if before:
        workspace().delete(before.id, author=author())
