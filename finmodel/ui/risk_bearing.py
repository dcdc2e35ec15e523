"""Who bears which risk: how much of what is uncertain about each result comes from which driver, before and after a contract."""

import pandas as pd
import streamlit as st

from finmodel.analysis.uncertainty.parties import DEFICIT, Party
from finmodel.format import percent, short_money
from finmodel.ui.risk_answer import Drawn
from finmodel.ui.widgets import escape

# From which share of the variance on a driver is called what, the largest first.
COLOURS = {0.3: "red", 0.1: "orange", 0.03: "blue"}
NOTHING = 1.0


def bearing(shown: Drawn) -> None:
    """The sentence and the table."""
    st.header("Who bears which risk")
    st.markdown(" ".join(sentences(shown)))
    st.table(table(shown), border="horizontal", alt="Share of what is uncertain about each result, by driver")
    st.caption("Nine of ten futures lie in the range of the first row. Below it, how much of a result's variance each driver "
               "explains on its own; drivers that go together, such as pay and vacant posts, are each credited with what they "
               "share, so a column can sum to more than 100 %.")


def table(shown: Drawn) -> pd.DataFrame:
    """Drivers down; the deficit before any contract, then each side of each proposal across."""
    return pd.DataFrame({escape(shown.title(key)): {"Range": escape(short_money(reach(party))), **_column(shown, party)}
                         for key, party in shown.found.parties.items()})


def _column(shown: Drawn, party: Party) -> dict[str, str]:
    names = {key: escape(driver.label) for key, driver in shown.uncertainty.drivers.items()}
    if reach(party) < NOTHING:
        return dict.fromkeys(names.values(), "no risk")
    return {names[key]: _cell(share) for key, share in party.risks.items()}


def _cell(share: float) -> str:
    text = escape(percent(share, 0))
    colour = next((colour for least, colour in COLOURS.items() if share >= least), "")
    return f":{colour}-background[{text}]" if colour else text


def reach(party: Party) -> float:
    """From where one future in twenty lies below to where one in twenty lies above."""
    return party.spread.percentiles[95].value - party.spread.percentiles[5].value


def sentences(shown: Drawn) -> list[str]:
    """What the deficit hangs on most, and who bears it under each proposal."""
    risks = shown.found.parties[DEFICIT].risks
    first, *others = sorted(risks, key=risks.__getitem__, reverse=True)
    named = [f"**{escape(shown.uncertainty.drivers[key].label)}** ({escape(percent(risks[key], 0))})"
             for key in (first, *others[:1])]
    return [f"The deficit hangs most on {' and '.join(named)}.", *(_borne(shown, key) for key in shown.labels)]


def _borne(shown: Drawn, key: str) -> str:
    hospital, group = (reach(shown.party(key, side)) for side in ("hospital", "group"))
    label = f"**{escape(shown.labels[key])}**"
    if hospital + group < NOTHING:
        return f"Under {label} nothing is uncertain."
    share = hospital / (hospital + group)
    who = ("mostly by the hospital" if share >= 2 / 3 else "mostly by the group" if share <= 1 / 3 else "by both")
    return (f"Under {label} it is borne {who}: the hospital's payment ranges over {escape(short_money(hospital))} a year, "
            f"what is left to the group over {escape(short_money(group))}.")
