"""The run of the practice on the desk, with the scenarios and sliders on top of it."""

from collections.abc import Mapping, Sequence
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
    parse_scenario,
    references_text,
)
from finmodel.cases import Written, assumed
from finmodel.model import Result, evaluate
from finmodel.ui.desk import LEVERS, REFERENCE, SCENARIOS, Desk, notify, workspace
from finmodel.workspace import Document


@dataclass(frozen=True)
class Session:
    """One run of the practice on the desk as it stands (case 0) and with the scenarios and sliders (the last case).

    ``faults`` says what keeps the draft from being computed; the figures are then those of its last version. ``written`` is
    all that goes into the run, and ``reference`` the pay to compare with that was asked for.
    """

    desk: Desk
    result: Result
    written: Written
    reference: str
    sources: dict[str, Source]
    faults: tuple[Fault, ...] = ()

    @property
    def references(self) -> str:
        """What the practice on the desk refers to."""
        return self.written.references

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios on top of it, in order."""
        return self.written.scenarios

    @property
    def levers(self) -> tuple[Change, ...]:
        """The changes of the sliders on top of these."""
        return self.written.levers

    @property
    def practice(self) -> Practice:
        """The practice shown."""
        return self.result.assumptions[0].practice

    @property
    def shown(self) -> int:
        """The case on screen."""
        return len(self.result.assumptions) - 1


@lru_cache(maxsize=512)
def content_of(document: Document) -> str:
    """The text of a document; every change of it is another ``document``, with another moment of its last change."""
    return workspace().draft(document.id).content


def _own_tables() -> tuple[tuple[str, str], ...]:
    return tuple((f"own_{one.id}", content_of(one)) for one in workspace().documents("benchmark"))


def own_benchmarks() -> dict[str, Benchmark]:
    """The benchmark tables that were brought in, by the name a practice chooses them by."""
    return {name: _benchmark(content) for name, content in _own_tables()}


def benchmarks() -> dict[str, Benchmark]:
    """The benchmark tables that a practice may choose, the shipped ones and one's own."""
    return {**load_benchmarks(), **own_benchmarks()}


@lru_cache(maxsize=64)
def _benchmark(content: str) -> Benchmark:
    return parse_benchmark(content.encode(), "benchmark")


def references_today() -> str:
    """Medicare's rules and all benchmark tables as they are today."""
    return _references_with(_own_tables())


@lru_cache(maxsize=16)
def _references_with(own: tuple[tuple[str, str], ...]) -> str:
    tables = {**load_benchmarks(), **{name: _benchmark(content) for name, content in own}}
    return references_text(References(medicare=load_medicare(), benchmarks=tables))


def references_on(desk: Desk) -> str:
    """Medicare's rules and benchmark tables: those of today, or those a version was saved with."""
    return desk.version.assumptions if desk.version else references_today()


def scenario_choices(desk: Desk) -> dict[str, Scenario]:
    """Scenarios by key: those that ship, and those made for the practice on the desk."""
    own = {one.id: _scenario(content_of(one)) for one in workspace().documents("scenario", belongs_to=desk.key)}
    return {**{name: _shipped_scenario(name) for name in names("scenarios")}, **own}


@lru_cache(maxsize=256)
def _scenario(content: str) -> Scenario:
    return parse_scenario(content.encode(), "scenario")


@cache
def _shipped_scenario(name: str) -> Scenario:
    return load_scenario(name)


def evaluated(content: str, references: str, scenarios: tuple[Scenario, ...] = ()) -> Result:
    """The run of a practice with scenarios."""
    return run_of(Written(content, references, scenarios))


@lru_cache(maxsize=64)
def run_of(written: Written) -> Result:
    """The run, kept by the full text of everything that goes into it."""
    return evaluate(*written.cases())


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
    practice = base.assumptions[0].practice
    other = "" if reference == practice.benchmark.compensation else reference
    written = Written(content, references, tuple(scenarios), tuple(levers), other)
    return Session(desk, run_of(written), written, reference, {**load_sources(), **practice.sources}, faults)


def session(desk: Desk, choices: Mapping[str, Scenario]) -> Session | None:
    """The run of what is on the desk with the scenarios and sliders chosen; None, with the reason on screen, without one."""
    chosen = [choices[key] for key in st.session_state.get(SCENARIOS, []) if key in choices]
    try:
        return run(desk, chosen, *moved())
    except BadInput as error:
        for fault in error.faults:
            notify("error", str(fault))
        return None


def moved() -> tuple[tuple[Change, ...], str]:
    """What this browser session moved since: the sliders, and the pay to compare with."""
    return st.session_state.get(LEVERS, ()), st.session_state.get(REFERENCE) or ""


@lru_cache(maxsize=16)
def guesses(content: str, references: str) -> tuple[tuple[Mover, str], ...]:
    """What was filled in rather than answered, with its status: what moves the deficit most comes first."""
    assumptions = assumed(content, references)
    found = movers(assumptions, among=lambda _, quantity: quantity.status != "client")
    return tuple((one, assumptions[one.path].status) for one in found)
