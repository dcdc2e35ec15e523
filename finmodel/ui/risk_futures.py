"""The worst futures of each side: what happened in them, why the deficit is what it is, and as scenarios to be kept."""

import pandas as pd
import streamlit as st

from finmodel.analysis.attribution import attribute
from finmodel.analysis.uncertainty.outlook import Future
from finmodel.analysis.uncertainty.parties import DEFICIT
from finmodel.assumptions import BadInput, Scenario
from finmodel.format import money, short_money
from finmodel.ui import own_scenarios
from finmodel.ui.desk import notify
from finmodel.ui.risk_answer import Drawn
from finmodel.ui.risk_words import amount_in_words
from finmodel.ui.widgets import distinct, escape


def futures(shown: Drawn) -> None:
    """Choose one of the worst futures, see it, keep it."""
    st.header("The worst futures")
    left, right = st.columns(2)
    party = left.selectbox("Worst for", list(shown.found.worst), format_func=shown.title, key="worst-party")
    found = shown.found.worst[party]
    titles = {at: f"{('Worst', 'Second worst', 'Third worst')[at]}: {short_money(one.result)} a year"
              for at, one in enumerate(found)}
    at = right.selectbox("Future", list(titles), format_func=titles.__getitem__, key="worst-future")
    one, year = found[at], shown.found.parties[party].years[-1]
    st.table(_results(shown, one), hide_index=True, border="horizontal", alt="What each side gets in this future")
    _why(shown, one, year)
    _keep(shown, one)


def _results(shown: Drawn, one: Future) -> pd.DataFrame:
    rows = [{"Result, US dollars a year": shown.title(key), "As budgeted": money(shown.found.parties[key].spread.limit),
             "In this future": money(value)} for key, value in one.results.items()]
    return pd.DataFrame(rows).map(escape)


def _why(shown: Drawn, one: Future, year: int) -> None:
    """What each driver was, and what it did to the deficit; the effects sum to the difference."""
    assumptions = shown.run.result.assumptions[shown.run.shown]
    drivers = shown.uncertainty.drivers
    names = distinct({key: driver.label for key, driver in drivers.items()})
    groups = {names[key]: [change for change in one.scenario.changes if change.path in driver.moves]
              for key, driver in drivers.items()}
    try:
        why = attribute(assumptions, groups, DEFICIT, year)
    except BadInput as error:
        st.info(escape(f"What each driver did cannot be told apart: {error.faults[0].reason}."))
        return
    by_key = {key: why.contributions[names[key]] for key in drivers}
    was = {key: [amount_in_words(driver, change.amount, assumptions) for change in groups[names[key]]
                 if change.path == driver.moves[0]] for key, driver in drivers.items()}
    rows = [{"Driver": names[key], f"Year by year, {shown.found.years[1]} to {shown.found.years[-1]}": "; ".join(was[key]),
             f"Adds to the deficit of {year}": money(by_key[key])} for key in sorted(by_key, key=lambda key: -by_key[key])]
    most = max(by_key, key=by_key.__getitem__)
    st.markdown(f"In {year} the deficit is **{escape(short_money(why.after))}** instead of {escape(short_money(why.before))}. "
                f"Most of it comes from **{escape(names[most])}**: {escape(short_money(by_key[most]))}.")
    st.table(pd.DataFrame(rows).map(escape), hide_index=True, border="horizontal", alt="What each driver did in this future")
    st.caption("Each effect is the mean over all orders in which the drivers could have moved; together they are the difference.")


def _keep(shown: Drawn, one: Future) -> None:
    run = shown.run
    applied = (*(change for scenario in run.scenarios for change in scenario.changes), *run.levers)
    scenario = one.scenario.model_copy(update={"changes": (*applied, *one.scenario.changes)})
    faults = own_scenarios.unfit(run.desk, scenario)
    if faults:
        st.warning(escape("This future cannot be kept as a scenario. " + " ".join(f"{fault}." for fault in faults)))
        return
    st.button("Keep as a scenario", icon=":material/bookmark_add:", key="keep-future", on_click=_kept, args=(shown, scenario),
              help="Stored among the scenarios of this practice, with the scenarios and sliders that apply now")


def _kept(shown: Drawn, scenario: Scenario) -> None:
    own_scenarios.make(shown.run.desk, scenario, "Kept from the futures drawn")
    notify("success", f"'{scenario.name}' is kept. Open and edit it on the page Scenarios, and apply it there to see any page in "
                      "this future.")
