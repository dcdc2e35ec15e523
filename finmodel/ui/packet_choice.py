"""What a packet is to be: for whom, of which proposals, with which words."""

import base64
import datetime
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

import streamlit as st

from finmodel.assumptions import BadInput
from finmodel.packet.asked import Asked
from finmodel.packet.blocks import Audience
from finmodel.packet.content import SECTIONS, Whose
from finmodel.ui.comparison_choice import misfits, picked, text_of
from finmodel.ui.risk_choice import drivers_text
from finmodel.ui.run import Session
from finmodel.ui.widgets import escape

PARAMETER, WIDGET = "packet", "chosen_packet"
AUDIENCES = {"group": "Our group: everything", "hospital": "The hospital: what we share", "board": "A board: the decision",
             "valuator": "A valuator: the tie-out file"}
BOARDS = {"hospital": "The hospital's board", "group": "Our own board"}


def choose(session: Session, known: Mapping[str, str]) -> tuple[str, ...]:
    """The proposals of the packet, the first of which is asked for; what does not fit is said in a sentence."""
    return picked(session, known, PARAMETER, WIDGET, lambda: [key for key in known if not misfits(session, [key])][:2],
                  label="Proposals; the first is the one that is asked for", placeholder="None")


def readers() -> tuple[Audience, Whose]:
    """Who reads it, and of a board whose it is."""
    audience = st.radio("Who reads it", list(AUDIENCES), format_func=AUDIENCES.__getitem__, key="packet_audience",
                        persist_state="session", horizontal=True)
    whose = "hospital"
    if audience == "board":
        whose = st.radio("Whose board", list(BOARDS), format_func=BOARDS.__getitem__, key="packet_whose",
                         persist_state="session", horizontal=True)
    return cast("Audience", audience), cast("Whose", whose)


def asked(session: Session, keys: tuple[str, ...], audience: Audience, whose: Whose) -> Asked:
    """The packet as it is chosen on screen, before what is shared."""
    texts = tuple((f"proposal_{letter}", text_of(key)) for letter, key in zip("abcdef", keys, strict=False))
    written = replace(session.written, proposals=texts)
    chosen = Asked(written, audience, whose, datetime.date.today(), version_in_words(session))
    with st.expander("Title, letter, logo and sections", icon=":material/edit:"):
        title = st.text_input("Title", max_chars=120, key="packet_title", persist_state="session",
                              placeholder="Request for support")
        letter = st.text_area("Opening letter; an empty line begins a paragraph", max_chars=5_000, key="packet_letter",
                              persist_state="session")
        offers = st.text_area("What we give, a line for each", max_chars=2_000, key="packet_offers", persist_state="session",
                              placeholder="Audit rights at any time\nParticipation with every payer of the hospital")
        left_out = st.multiselect("Sections to leave out", list(SECTIONS), format_func=SECTIONS.__getitem__,
                                  key="packet_left_out", persist_state="session", placeholder="None")
        logo = _logo()
        is_drawn = st.toggle("Add how sure the figures are: what many futures bring", key="packet_futures",
                             persist_state="session")
    lines = tuple(line.strip() for line in offers.splitlines() if line.strip())
    return replace(chosen, title=title.strip(), letter=letter.strip(), offers=lines, left_out=tuple(left_out), logo=logo,
                   drivers=drivers_text(session.desk) if is_drawn else "")


def _logo() -> str:
    """The logo as text; what is wrong with the file is said."""
    from finmodel.packet.logo import clean_logo

    file = st.file_uploader("Logo, a PNG or JPEG picture", type=["png", "jpg", "jpeg"], key="packet_logo")
    if file is None:
        return ""
    try:
        return base64.b64encode(clean_logo(file.getvalue(), file.name[:100])).decode("ascii")
    except BadInput as error:
        st.error(escape(" ".join(str(fault) for fault in error.faults)))
        return ""


def version_in_words(session: Session) -> str:
    """Which text the packet is made from, with the scenarios on top of it."""
    desk = session.desk
    base = (f"Version {desk.version.number}" if desk.version else "Example as shipped" if desk.draft is None else
            f"Version {desk.draft.version}" if desk.draft.is_saved else
            f"Draft after version {desk.draft.version}" if desk.draft.version else "Draft")
    on_top = [one.name for one in session.scenarios] + (["sliders"] if session.levers else [])
    return f"{base}, with {', '.join(on_top)}" if on_top else base
