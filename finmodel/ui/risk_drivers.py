"""What is uncertain and how much, each with its reason; one's own drivers in place of those that ship."""

import pandas as pd
import streamlit as st

from finmodel.assumptions.uncertainty import Uncertainty
from finmodel.ui import deleting
from finmodel.ui.files import LARGEST_MEGABYTES, refusal
from finmodel.ui.risk_choice import bring_in, drivers_text, own_drivers
from finmodel.ui.risk_words import distribution_in_words, path_in_words
from finmodel.ui.run import Session
from finmodel.ui.widgets import escape


def drivers(session: Session, uncertainty: Uncertainty) -> None:
    """The table, then files in and out."""
    st.header("What is uncertain")
    assumptions = session.result.assumptions[0]
    rows = [{"Driver": one.label, "What it may be in a year": distribution_in_words(one, assumptions),
             "Over the years": path_in_words(one), "Why": one.reason, "Standing": f"{one.status}, {one.as_of:%b %Y}"}
            for one in uncertainty.drivers.values()]
    st.table(pd.DataFrame(rows).map(escape), hide_index=True, border="horizontal", alt="Drivers, their distributions and reasons")
    st.caption(f"{_together(uncertainty)} Standing: *judgment* is an assumption to be replaced by your own figures.")
    own = own_drivers(session.desk)
    if own:
        st.info(f"These are the drivers of your file {escape(own.name)}, stored with this practice.")
        st.button("Return to the drivers that ship", key="shipped-drivers", on_click=deleting.delete, args=(own,))
    deleting.undo_notice("drivers")
    with st.expander("Use your own drivers"):
        st.markdown("Download the file, change what you know better, and bring it back. It is stored with this practice and "
                    "replaces these drivers.")
        st.download_button("Download these drivers", drivers_text(session.desk), "drivers.toml", "application/toml",
                           icon=":material/download:", on_click="ignore")
        st.file_uploader("A file of drivers (TOML)", ["toml"], key="drivers_file", on_change=bring_in, args=(session.desk,),
                         max_upload_size=LARGEST_MEGABYTES)
        refused = st.session_state.get("refused_drivers")
        if refused:
            refusal(*refused)


def _together(uncertainty: Uncertainty) -> str:
    pairs = [f"{uncertainty.drivers[first].label} and {uncertainty.drivers[second].label} ({value:+.1f})"
             for first, others in uncertainty.correlations.items() for second, value in others.items()]
    return f"These go together, 1 being in step: {escape('; '.join(pairs))}." if pairs else "All are independent of each other."
