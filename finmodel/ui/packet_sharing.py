"""What a counterparty sees and what it could compute from that, before anything is sent."""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

import streamlit as st

from finmodel.engine import Line
from finmodel.format import percent
from finmodel.packet.asked import Asked, Kept
from finmodel.packet.content import is_for_counterparty
from finmodel.packet.determination import Determined
from finmodel.packet.policy import Policy, told_of_proposals
from finmodel.packet.sharing import NARROWEST, NOT_COVERED, figure, given_away, guessed_closely, too_tight
from finmodel.ui.tables import table
from finmodel.ui.widgets import escape

WIDTHS = {0.0: "Only tell me", 0.05: "5 % of the figure", NARROWEST: "10 % of the figure", 0.25: "25 % of the figure",
          0.5: "50 % of the figure"}


def shared(asked: Asked, earlier: Iterable[Kept]) -> tuple[Asked, bool]:
    """The packet with what is shared of it, and whether it may be sent."""
    if not is_for_counterparty(asked.audience, asked.whose):
        return asked, True
    st.header("What the reader sees")
    st.markdown("Pay by category, the roster, owner pay, last year's pay and provider expense, our notes, evidence and counsel's "
                "questions stay with us. The packet is written from what is shared alone: nothing else is in any of its files.")
    told = told_of_proposals(asked.result.assumptions[0].proposals)
    lines = [one for one in asked.result.graph.lines.values() if one.unit != "check" and "__" not in one.name]
    usual = Policy()
    left, right = st.columns(2)
    with left:
        share = _lines("Share as well", "packet_share", [one for one in lines if not usual.shares_line(one, told)])
    with right:
        withhold = _lines("Withhold as well", "packet_withhold", [one for one in lines if usual.shares_line(one, told)])
    chosen = replace(asked, share=share, withhold=withhold)
    return chosen, _computed(chosen, {name for one in earlier for name in one.lines})


def _lines(label: str, key: str, lines: list[Line]) -> tuple[str, ...]:
    named = {one.name: f"{one.label} ({one.table.replace('_', ' ')})" if one.table else one.label for one in lines}
    held = [name for name in st.session_state.get(key, []) if name in named]
    st.session_state[key] = held
    return tuple(st.multiselect(label, list(named), format_func=named.__getitem__, key=key, persist_state="session",
                                placeholder="Nothing more"))


def _computed(asked: Asked, earlier: set[str]) -> bool:
    """The interval of every confidential figure; whether none is narrower than is allowed."""
    st.header("What the reader could compute")
    narrowest = st.select_slider("Do not send where a figure follows within", list(WIDTHS), value=NARROWEST,
                                 format_func=WIDTHS.__getitem__, key="packet_narrowest", persist_state="session")
    found = _given_away(asked, frozenset(earlier))
    tight = too_tight(found, float(narrowest) or NARROWEST)
    guessed = guessed_closely(found, float(narrowest) or NARROWEST)
    rows = [{"Figure": one.label, "Year": str(one.year or "all"),
             "Check": "too narrow" if one in tight else "can be guessed" if one in guessed else "fine",
             "It is": figure(one.value, one.unit),
             "At least": figure(one.low, one.unit), "At most": figure(one.high, one.unit),
             "Width of the interval": _width(one.tightness),
             "Guessed at least": figure(one.guessed_low, one.unit), "Guessed at most": figure(one.guessed_high, one.unit)}
            for one in found]
    table(rows, "What the reader could compute of each confidential figure")
    st.caption("From everything that is shared together, and from what earlier packets for the same reader told. The figures "
               f"themselves are not sent; this table is for us alone. {NOT_COVERED}")
    if guessed:
        named = escape("; ".join(dict.fromkeys(one.label for one in guessed)))
        st.warning("A reader who knows who works in which category finds these closely, from years in which somebody comes or "
                   f"goes: {named}. The packet can be sent; to keep them, withhold what tells pay year by year.",
                   icon=":material/person_search:")
    if not tight:
        st.success("No confidential figure follows closely from what is shared alone.", icon=":material/lock:")
        return True
    words = escape("; ".join(dict.fromkeys(one.label for one in tight)))
    if narrowest:
        st.error(f"The packet is not built while these follow too closely: {words}. Withhold more, or allow it above.",
                 icon=":material/lock_open:")
    else:
        st.warning(f"These follow closely from what is shared: {words}.", icon=":material/lock_open:")
    return not narrowest


@lru_cache(maxsize=16)
def _given_away(asked: Asked, earlier: frozenset[str]) -> tuple[Determined, ...]:
    """The intervals, found once for a packet: that takes longer than to draw the page."""
    return given_away(asked.result, asked.policy or Policy(), earlier)


def _width(share: float) -> str:
    return percent(share, 0) if share < float("inf") else "any"
