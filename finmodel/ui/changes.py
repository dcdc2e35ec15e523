"""The changes of a scenario in plain words, and from what people choose and type."""

from collections import Counter
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

import streamlit as st

from finmodel.analysis.ranges import is_mix
from finmodel.analysis.sensitivity import families
from finmodel.assumptions import Change, Practice
from finmodel.assumptions.words import describe, in_words, subject_and_measure
from finmodel.cases import Assumptions
from finmodel.format import SHARES, number, number_typed, rounded, typed, unit_in_words
from finmodel.ui.widgets import escape, value_in_words

HOW = {"set": "becomes", "add": "rises or falls by", "multiply": "changes by percent", "shift": "moves to another payer"}
EVERY_YEAR = "In every year"
# Twelve digits are far more than anybody types, and far fewer than would show what floating point loses.
DIGITS = 12


def factor_of(share: float) -> float:
    """What multiplies a number to change it by a share: 0.1 → 1.1."""
    return float(rounded(1.0 + share, DIGITS))


def share_of(factor: float) -> float:
    """The share by which a factor changes a number: 1.1 → 0.1."""
    return float(rounded(factor - 1.0, DIGITS))


def members(pattern: str, assumptions: Assumptions) -> list[str]:
    """The paths that a path with stars stands for."""
    return [path for path in assumptions if path.count(".") == pattern.count(".") and fnmatchcase(path, pattern)]


def unit_of(pattern: str, assumptions: Assumptions) -> str:
    """The unit of what a path stands for; empty where that is of several units, or nothing and no payer mix."""
    units = {assumptions[path].unit for path in members(pattern, assumptions)} or ({"share"} if is_mix(pattern) else set())
    return next(iter(units)) if len(units) == 1 else ""


def change_in_words(change: Change, assumptions: Assumptions) -> str:
    """What a change does, to what, and when."""
    if change.operation == "override":
        return (f"{in_words(change.path)} is {number(change.amount, 2)} in place of what the model computes, "
                f"{_when(change, assumptions.practice).lower()}")
    unit = unit_of(change.path, assumptions)
    amount, size = (_exact(value, unit) for value in (change.amount, abs(change.amount)))
    points = size.replace(" %", " percentage points")
    share = share_of(change.amount)
    happens = {
        "set": f"becomes {amount}",
        "add": f"{'falls' if change.amount < 0 else 'rises'} by {points}",
        "multiply": f"{'falls' if share < 0 else 'rises'} by {typed(abs(share), 'share')}",
        "shift": f"gives {points} to {subject_and_measure(change.to or change.path, assumptions.practice)[0]}",
    }[change.operation]
    here = "" if members(change.path, assumptions) else " (there is nothing of this kind in this practice)"
    return f"{describe(change.path, assumptions.practice)} {happens}, {_when(change, assumptions.practice).lower()}{here}"


def _exact(value: float, unit: str) -> str:
    return f"{typed(value, unit)} {unit_in_words(unit)}".strip()


def _when(change: Change, practice: Practice) -> str:
    fields = {name: value for name in ("year", "from_year", "after_base_year") if (value := getattr(change, name))}
    return next((label for label, one in whens(practice).items() if one == fields), f"In {change.year or change.from_year}")


def whens(practice: Practice) -> dict[str, dict[str, Any]]:
    """The years in which a change may apply, in words."""
    later = practice.years[1:]
    return {EVERY_YEAR: {}, f"After {practice.base_year}, the base year": {"after_base_year": True},
            **{f"From {year} on": {"from_year": year} for year in later},
            **{f"In {year} only": {"year": year} for year in practice.years}}


def choices(assumptions: Assumptions, held: str | None = None) -> Mapping[str, str]:
    """Everything that a change may name, in words that differ: what is held, all rows of a kind together, every assumption."""
    together = [lever.path for lever in families(assumptions) if "*" in lever.path and len(members(lever.path, assumptions)) > 1]
    paths = dict.fromkeys((*([held] if held else []), *together, *assumptions))
    words = {path: describe(path, assumptions.practice) for path in paths}
    shared = {one for one, times in Counter(words.values()).items() if times > 1}
    return {path: f"{one} ({path})" if one in shared else one for path, one in words.items()}


def change_form(key: str, assumptions: Assumptions, before: Change | None = None) -> None:
    """The choices that make up a change; what is chosen is read by ``chosen_change``."""
    named = choices(assumptions, before.path if before else None)
    path = st.selectbox("What changes", list(named), list(named).index(before.path) if before else None, key=f"{key}-path",
                        format_func=named.__getitem__, placeholder="Choose an assumption, or type to search")
    if path is None:
        return
    unit, practice = unit_of(path, assumptions), assumptions.practice
    st.caption(escape(_now(path, assumptions)))
    operations = ["shift"] if is_mix(path) else ["set", "add", "multiply"] if unit else ["multiply"]
    held = before.operation if before and before.path == path else None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        operation = st.selectbox("How", operations, _place(held, operations), key=f"{key}-{path}-operation",
                                 format_func=HOW.__getitem__, width=230)
        if operation == "shift":
            others = [other for other in members(f"{path.rpartition('.')[0]}.*", assumptions) if other != path]
            st.selectbox("To whom", others, _place(before.to if before else None, others), key=f"{key}-{path}-to",
                         format_func=named.__getitem__)
        st.text_input(f"{'New value' if operation == 'set' else 'By how much'}, in {_asked(operation, unit)}",
                      _typed(before, unit) if before and before.operation == operation else "", key=f"{key}-{path}-amount",
                      placeholder="5 %" if operation in ("multiply", "shift") or unit in SHARES else "1,000", width=300)
        years, when = list(whens(practice)), _when(before, practice) if before else None
        st.selectbox("When", years, _place(when, years), key=f"{key}-{path}-when", width=260)


def _place(held: str | None, among: Sequence[str]) -> int:
    """Where a choice that is held stands, else the first."""
    return among.index(held) if held in among else 0


def _now(path: str, assumptions: Assumptions) -> str:
    found = members(path, assumptions)
    if not found:
        return "There is nothing of this kind in this practice."
    if len(found) > 1:
        return f"{number(len(found))} numbers, changed together."
    quantity, years = assumptions[found[0]], assumptions.practice.years
    values = [value_in_words(quantity.at(year), quantity.unit) for year in (years[0], years[-1])]
    return f"Now {values[0]} in {years[0]}" + ("." if values[0] == values[1] else f" and {values[1]} in {years[-1]}.")


def _asked(operation: str, unit: str) -> str:
    if operation == "multiply":
        return "percent of what it is"
    if unit in SHARES:
        return "percent" if operation == "set" else "percentage points"
    return f"dollars {unit_in_words(unit)}".strip() if unit.startswith("USD") else unit_in_words(unit) or "the same unit"


def _typed(change: Change, unit: str) -> str:
    return typed(share_of(change.amount), "share") if change.operation == "multiply" else typed(change.amount, unit)


def chosen_change(key: str, assumptions: Assumptions) -> Change:
    """The change that a form describes.

    Raises:
        ValueError: in words, when something is missing or cannot be read.
    """
    state = st.session_state
    path = state.get(f"{key}-path")
    if path is None:
        raise ValueError("choose what changes")
    operation, text = state[f"{key}-{path}-operation"], state[f"{key}-{path}-amount"]
    if not text.strip():
        raise ValueError("say by how much")
    amount = factor_of(number_typed(text, "share")) if operation == "multiply" else number_typed(text, unit_of(path, assumptions))
    # Whether the parts go together is told in words when the scenario is stored.
    return Change.model_construct(path=path, operation=operation, amount=amount,
                                  to=state[f"{key}-{path}-to"] if operation == "shift" else None,
                                  **whens(assumptions.practice)[state[f"{key}-{path}-when"]])
