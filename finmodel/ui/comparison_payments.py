"""What proposals pay by year beside the deficit, and through which kind of mechanism they pay differently."""

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from finmodel import comparison_charts
from finmodel.analysis.proposals import PaymentDifference, payment_differences
from finmodel.format import money, parts_of, short_money
from finmodel.ui.comparison_runs import Compared
from finmodel.ui.proposal_answer import deficit_line
from finmodel.ui.widgets import draw, escape, theme

COVERED_BY = {"practice": "Deficit of the practice", "client hospital": "Deficit of the client hospital's part"}


def by_year(shown: Compared) -> None:
    """The payments of every proposal beside the deficit in scope, drawn and in a table."""
    st.header("Payments by year")
    draw(comparison_charts.payments(shown.run.result, shown.labels, deficits(shown), _years(shown), theme()))
    st.table(table(shown).map(escape).rename(index=escape), border="horizontal",
             alt="The deficit by year, what each proposal pays of it, and what it leaves uncovered")
    st.caption("Dollars a year. Payments contain those of today that stay beside the contract; what the bars lack to the line of "
               "their deficit is left uncovered. A minus is a surplus of the group.")
    _beyond(shown)


def deficits(shown: Compared) -> dict[str, str]:
    """The lines of the deficits that the proposals are about, with what they are called."""
    return {deficit_line(one): COVERED_BY[one.covers] for one in shown.proposals.values()}


def _years(shown: Compared) -> list[int]:
    """The projected years in which any of the contracts is in force."""
    return sorted({year for key in shown.labels for year in shown.years(key)})


def table(shown: Compared) -> pd.DataFrame:
    """Deficits and proposals down, years across."""
    rows = {label: line for line, label in deficits(shown).items()}
    for key, label in shown.labels.items():
        rows |= {f"{label}: the hospital pays": f"{key}__proposal_cost", f"{label}: left uncovered": f"{key}__residual_deficit"}
    return pd.DataFrame({str(year): [money(shown.value(line, year)) for line in rows.values()] for year in _years(shown)},
                        index=list(rows))


def _beyond(shown: Compared) -> None:
    """Contracts that last longer than the projection."""
    last = shown.run.result.years[-1]
    longer = [shown.labels[key] for key, one in shown.proposals.items() if one.contract_years[-1] > last]
    if longer:
        st.info(escape(f"The projection ends in {last}, before the term of {' and that of '.join(longer)}: later years are in no "
                       "figure here. Lengthen the projection on the page Practice."))


@st.fragment
def why(shown: Compared) -> None:
    """What two proposals pay through each kind of mechanism, the largest difference first."""
    st.header("Why they differ")
    first, *others = shown.labels
    after = others[0] if len(others) == 1 else st.radio(
        f"From {escape(shown.labels[first])} to", others, key="explained-other", horizontal=True,
        format_func=lambda key: escape(shown.labels[key]))
    found = payment_differences(shown.run.result, first, after)
    if not found:
        st.markdown("The two pay the same, mechanism by mechanism.")
        return
    st.markdown(difference_in_words(shown, first, after, found))
    st.table(differences(shown, first, after, found).map(escape).rename(columns=escape), border="horizontal",
             alt="What each kind of mechanism pays under the two proposals, the largest difference first")
    st.caption("Dollars over all years shown.")


def difference_in_words(shown: Compared, first: str, after: str, found: Sequence[PaymentDifference]) -> str:
    """How much more or less the second pays, and what makes most of it."""
    effect = shown.found[after].figures["total"].sum - shown.found[first].figures["total"].sum
    more = f"**{escape(short_money(abs(effect)))} {'more' if effect > 0 else 'less'}** than"
    compared = "as much as" if abs(effect) < 0.5 else more
    return (f"Over all years shown **{escape(shown.labels[after])}** pays {compared} **{escape(shown.labels[first])}**. The "
            f"largest difference: {escape(found[0].label)}, {escape(_signed(found[0].effect, short_money))}.")


def differences(shown: Compared, first: str, after: str, found: Sequence[PaymentDifference]) -> pd.DataFrame:
    """Kinds of mechanisms down; every column foots to its total."""
    columns: dict[str, list[str]] = {}
    for title, values, print_one in ((shown.labels[first], [one.before for one in found], money),
                                     (shown.labels[after], [one.after for one in found], money),
                                     ("Difference", [one.effect for one in found], _signed)):
        total = sum(values)
        columns[title] = [print_one(float(part)) for part in (*parts_of(values, total), total)]
    return pd.DataFrame(columns, index=[*(one.label for one in found), "In all, of what differs"])


def _signed(value: float, printed: Callable[[float], str] = money) -> str:
    return f"{'+' if value > 0 else ''}{printed(value)}"
