"""The run of the practice on the desk, with the scenarios and sliders on top of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import streamlit as st

from finmodel.analysis.sensitivity import Mover, movers
from finmodel.assumptions import (
    BadInput,
    Benchmark,
    Change,
    Fault,
    Practice,
    References,
    Scenario,
    Source,
    load_benchmarks,
    load_medicare,
    load_scenario,
    load_sources,
    names,
    parse_benchmark,
    parse_practice,
    parse_references,
    parse_scenario,
    references_text,
)
from finmodel.cases import apply_scenarios, assume, changed
from finmodel.model import Result, evaluate
from finmodel.ui.desk import LEVERS, REFERENCE, SCENARIOS, Desk, notify, on_desk, workspace

ADJUSTED = "the sliders"


@dataclass(frozen=True)
class Session:
    """One run of the practice on the desk as it stands (case 0) and with the scenarios and sliders (the last case).

    ``faults`` says what keeps the draft from being computed; the figures are then those of its last version.
    """

    desk: Desk
    result: Result
    scenarios: tuple[Scenario, ...]
    sources: dict[str, Source]
    faults: tuple[Fault, ...] = ()

    @property
    def practice(self) -> Practice:
        """The practice shown."""
        return self.result.assumptions[0].practice

    @property
    def shown(self) -> int:
        """The case on screen."""
        return len(self.result.assumptions) - 1



def own_benchmarks() -> dict[str, Benchmark]:
    """The benchmark tables that were brought in, by the name a practice chooses them by."""
    return {f"own_{one.id}": _benchmark(workspace().draft(one.id).content) for one in workspace().documents("benchmark")}


def benchmarks() -> dict[str, Benchmark]:
    """The benchmark tables that a practice may choose, the shipped ones and one's own."""
    return {**load_benchmarks(), **own_benchmarks()}


@lru_cache(maxsize=64)
def _benchmark(content: str) -> Benchmark:
    return parse_benchmark(content.encode(), "benchmark")


def references_today() -> str:
    """Medicare's rules and all benchmark tables as they are today."""
    return references_text(References(medicare=load_medicare(), benchmarks=benchmarks()))


def references_on(desk: Desk) -> str:
    """Medicare's rules and benchmark tables: those of today, or those a version was saved with."""
    return desk.version.assumptions if desk.version else references_today()


def scenario_choices(desk: Desk) -> dict[str, Scenario]:
    """Scenarios by key: those that ship, and those made for the practice on the desk."""
    own = {one.id: _scenario(workspace().draft(one.id).content)
           for one in workspace().documents("scenario", belongs_to=desk.key)}
    return {**{name: _shipped_scenario(name) for name in names("scenarios")}, **own}


@lru_cache(maxsize=256)
def _scenario(content: str) -> Scenario:
    return parse_scenario(content.encode(), "scenario")


@cache
def _shipped_scenario(name: str) -> Scenario:
    return load_scenario(name)


@lru_cache(maxsize=32)
def evaluated(content: str, references: str, scenarios: tuple[Scenario, ...] = (), levers: tuple[Change, ...] = (),
              reference: str = "") -> Result:
    """The run, kept by the full text of everything that goes into it."""
    known = parse_references(references)
    practice = parse_practice(content.encode(), "this practice", known.benchmarks)
    if reference:
        practice = practice.model_copy(update={"benchmark": practice.benchmark.model_copy(update={"compensation": reference})})
    cases = [assume(practice, known.medicare, known.benchmarks)]
    if scenarios:
        cases.append(apply_scenarios(cases[0], scenarios))
    if levers:
        cases.append(changed(cases[-1], levers, ADJUSTED))
    return evaluate(*cases)


def run(desk: Desk, scenarios: Sequence[Scenario] = (), levers: Sequence[Change] = (), reference: str = "") -> Session:
    """The practice on the desk with and without scenarios and sliders, as one run.

    Raises:
        BadInput: when neither the text nor its last version can be computed, or a scenario does not fit.
    """
    references = references_on(desk)
    faults: tuple[Fault, ...] = ()
    try:
        base = evaluated(desk.content, references)
        content = desk.content
    except BadInput as error:
        if not (desk.draft and desk.draft.version):
            raise
        saved = workspace().version(desk.key, desk.draft.version)
        faults, content, references = error.faults, saved.content, saved.assumptions
        base = evaluated(content, references)
    if scenarios or levers or reference:
        base = evaluated(content, references, tuple(scenarios), tuple(levers), reference)
    return Session(desk, base, tuple(scenarios), {**load_sources(), **base.assumptions[0].practice.sources}, faults)


def session() -> Session | None:
    """The run of what is on the desk with the scenarios and sliders chosen; None, with the reason on screen, without one."""
    desk = on_desk()
    choices = scenario_choices(desk)
    chosen = [choices[key] for key in st.session_state.get(SCENARIOS, []) if key in choices]
    try:
        return run(desk, chosen, st.session_state.get(LEVERS, ()), st.session_state.get(REFERENCE) or "")
    except BadInput as error:
        for fault in error.faults:
            notify("error", str(fault))
        return None


@lru_cache(maxsize=16)
def guesses(content: str, references: str) -> tuple[tuple[Mover, str], ...]:
    """What was filled in rather than answered, with its status: what moves the deficit most comes first."""
    assumptions = evaluated(content, references).assumptions[0]
    found = movers(assumptions, among=lambda _, quantity: quantity.status != "client")
    return tuple((one, assumptions[one.path].status) for one in found)
