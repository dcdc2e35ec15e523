"""An appendix: the first- and total-order Sobol indices of the drivers, drawn on demand."""

import pandas as pd
import streamlit as st

from finmodel.analysis.sobol import Interval
from finmodel.format import percent
from finmodel.ui.opening import part
from finmodel.ui.risk_choice import decomposed, drivers_text, uncertainty_of
from finmodel.ui.risk_waiting import is_done
from finmodel.ui.run import Session
from finmodel.ui.widgets import escape

COUNT, SEED = 4_096, 1


def indices(session: Session) -> None:
    """The table, once the part is opened."""
    opened = part("Appendix: Sobol indices of what is uncertain", "sobol-indices")
    if opened is None:
        return
    with opened:
        st.markdown("Which part of the deficit's variance over the years after the base year each driver of the page Risk makes "
                    "alone (first order), and with everything it does together with others (total), each with where it lies in "
                    "nineteen of twenty cases. The drivers are drawn as if none hung together.")
        run = decomposed(session, COUNT, SEED)
        if is_done(run):
            labels = {key: one.label for key, one in uncertainty_of(drivers_text(session.desk)).drivers.items()}
            rows = [{"Driver": labels[key], "First order": _told(one.first), "Total": _told(one.total)}
                    for key, one in sorted(run.found.items(), key=lambda pair: -pair[1].total.value)]
            st.table(pd.DataFrame(rows).map(escape), hide_index=True, border="horizontal", alt="Sobol indices by driver")


def _told(one: Interval) -> str:
    return f"{percent(one.value)} ({percent(one.low)} to {percent(one.high)})"
