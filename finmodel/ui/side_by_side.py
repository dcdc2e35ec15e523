"""Two to six cases beside each other, and why each differs from the first."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from finmodel.analysis.compare import Cause, Difference, causes, differences
from finmodel.assumptions import BadInput, Scenario
from finmodel.cases import Assumptions, apply_scenarios
from finmodel.format import amount, money, parts_of, unit_in_words
from finmodel.model import Result, evaluate
from finmodel.ui.desk import SCENARIOS
from finmodel.ui.own_scenarios import fault_in_words, labels_of
from finmodel.ui.run import Session
from finmodel.ui.widgets import escape, value_in_words

CASES = "cases_compared"
FEWEST, MOST = 2, 6
HEADLINES = ("support_deficit", "support_deficit_per_fte", "client_support_deficit", "support_deficit_after_existing",
             "revenue_coverage", "total_revenue", "total_expense", "radiologist_fte", "required_fte",
             "agreed_pay_per_radiologist_fte", "owner_take_home_without_support")
CAUSES_SHOWN = 2
AS_IT_STANDS = "As it stands"

Composition = list[str]


def side_by_side(base: Session, choices: Mapping[str, Scenario], year: int) -> None:
    """The cases chosen, their headlines and their differences."""
    labels = labels_of(choices)
    compositions = _build(base.desk.key, labels)
    composed: dict[str, Assumptions] = {}
    for letter, keys in zip("ABCDEF", compositions, strict=False):
        try:
            composed[f"{letter}: {title(keys, labels)}"] = _composed(base, [choices[key] for key in keys])
        except BadInput as error:
            st.error(escape(f"Case {letter} cannot be computed and is left out. " + " ".join(
                fault_in_words(fault.key, fault.reason, base.practice) + "." for fault in error.faults)))
    if len(composed) < FEWEST:
        st.info("Two cases that can be computed are needed to compare.")
        return
    result, names = evaluate(*composed.values()), list(composed)
    st.subheader(f"The figures of {year}")
    _table(headlines(result, names, year), "Headline figures of each case")
    st.subheader("The support deficit over the years")
    _table(over_years(result, names), "Support deficit of each case by year")
    _explain(result, names, year)


def _composed(base: Session, scenarios: Sequence[Scenario]) -> Assumptions:
    """A case that is known to compute."""
    case = apply_scenarios(base.result.assumptions[0], scenarios)
    evaluate(case)
    return case


def title(keys: Composition, labels: Mapping[str, str]) -> str:
    """What a case is called: its scenarios in order."""
    return ", then ".join(labels[key] for key in keys) or AS_IT_STANDS


def _build(practice: str, labels: Mapping[str, str]) -> list[Composition]:
    """The cases as chosen; before anything is chosen, the practice as it stands beside each scenario that applies."""
    held = st.session_state.get(CASES, {}).get(practice)
    chosen = [key for key in st.session_state.get(SCENARIOS, []) if key in labels] or list(labels)[:1]
    cases = [[key for key in one if key in labels] for one in held or [[], *([key] for key in chosen[:MOST - 1])]]
    grid = st.grid(min_column_width=320, gap="small")
    for at, (letter, keys) in enumerate(zip("ABCDEF", cases, strict=False)):
        name = f"case-{practice}-{at}"
        if st.session_state.get(name) != keys:
            st.session_state[name] = keys
        with grid.container():
            st.multiselect(f"Case {letter}: scenarios, in order", list(labels), key=name, placeholder=AS_IT_STANDS,
                           format_func=labels.__getitem__, on_change=_rebuilt, args=(practice, cases, at))
    with st.container(horizontal=True):
        st.button("Add a case", icon=":material/add:", on_click=_keep, args=(practice, [*cases, []]), disabled=len(cases) >= MOST)
        st.button("Remove the last case", icon=":material/remove:", on_click=_keep, args=(practice, cases[:-1]),
                  disabled=len(cases) <= FEWEST)
        st.button("Start over", icon=":material/restart_alt:", on_click=_keep, args=(practice, None), disabled=not held)
    return cases


def _rebuilt(practice: str, cases: list[Composition], at: int) -> None:
    _keep(practice, [list(st.session_state[f"case-{practice}-{at}"]) if one == at else keys for one, keys in enumerate(cases)])


def _keep(practice: str, cases: list[Composition] | None) -> None:
    st.session_state[CASES] = {**st.session_state.get(CASES, {}), practice: cases}


def _table(table: pd.DataFrame, told: str) -> None:
    st.table(table.map(escape).rename(columns=escape, index=escape), border="horizontal", alt=told)


def headlines(result: Result, names: Sequence[str], year: int) -> pd.DataFrame:
    """Lines down, cases across, in one year."""
    at = result.years.index(year)
    lines = [result.graph.lines[name] for name in HEADLINES]
    units = [f" ({words})" if (words := unit_in_words(one.unit)) and not one.label.endswith(words) else "" for one in lines]
    return pd.DataFrame({name: [amount(result.series(one.name, case)[at], one.unit) for one in lines]
                         for case, name in enumerate(names)},
                        index=[one.label + unit for one, unit in zip(lines, units, strict=True)])


def over_years(result: Result, names: Sequence[str]) -> pd.DataFrame:
    """The deficit, years down, cases across."""
    return pd.DataFrame({name: [money(value) for value in result.series("support_deficit", case)]
                         for case, name in enumerate(names)}, index=[str(year) for year in result.years])


def _explain(result: Result, names: Sequence[str], year: int) -> None:
    """Why a case differs from the first, line by line."""
    st.subheader("Why they differ")
    others = list(range(1, len(names)))
    after = st.radio(f"From {escape(names[0])} to", others, format_func=lambda case: escape(names[case]),
                     key=f"explained-{len(others)}")
    lines = differences(result, 0, after, year)
    if not lines:
        st.info(f"In {year} the two have the same deficit, line by line. Choose a later year in the sidebar for changes that "
                "begin later.")
        return
    _table(explained(result, after, year, lines), "Lines that differ, the largest first, with their causes")
    st.caption("A line's effect is what its change adds to the deficit (+) or takes off it (−). Behind each assumption "
               "that moved the line stands what it would do if it alone changed; such effects need not sum to that of the line.")


def explained(result: Result, after: int, year: int, lines: Sequence[Difference]) -> pd.DataFrame:
    """Each line that differs, what that does to the deficit, and why; the effects sum to the change of the deficit."""
    at = result.years.index(year)
    deficits = [result.series("support_deficit", case)[at] for case in (0, after)]
    total = deficits[1] - deficits[0]
    effects = [_signed(float(part)) for part in parts_of([line.effect for line in lines], total)]
    found = causes(result, 0, after, year)
    rows = [(line.label, amount(line.before, line.unit), amount(line.after, line.unit), effect, _because(found[line]))
            for line, effect in zip(lines, effects, strict=True)]
    rows.append(("Change of the support deficit", money(deficits[0]), money(deficits[1]), _signed(total), ""))
    return pd.DataFrame([row[1:] for row in rows], index=[row[0] for row in rows],
                        columns=["First case", "This case", "Effect on the deficit", "Because (effect of each change alone)"])


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{money(value)}"


def _because(found: Sequence[Cause]) -> str:
    told = [_cause(one) for one in found[:CAUSES_SHOWN]]
    more = len(found) - CAUSES_SHOWN
    return "; ".join([*told, *([f"and {more} more"] if more > 0 else [])])


def _cause(cause: Cause) -> str:
    one = cause.changed
    before = "computed" if one.before is None else amount(one.before, one.unit)
    after = "computed" if one.after is None else value_in_words(one.after, one.unit)
    return f"{one.label} {before} → {after} ({_signed(cause.alone)})"
