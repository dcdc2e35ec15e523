"""The proposals of the practice on the desk, those that ship and one's own, and the run of the practice with some of them."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from finmodel.analysis.examples import example_on as fitted_example
from finmodel.assumptions import SHIPPED, BadInput, Fault, names
from finmodel.assumptions.document_text import document_as_text
from finmodel.contracts.editing import with_entry
from finmodel.contracts.files import parse_proposal
from finmodel.contracts.proposal import Proposal
from finmodel.ui.desk import Desk, on_desk, remember, workspace
from finmodel.ui.run import Session, evaluated, references_on, run_of
from finmodel.ui.widgets import distinct
from finmodel.workspace import Draft


@dataclass(frozen=True)
class Chosen:
    """A proposal as it is chosen: its text, the draft where it is an own one, and what was changed of one that ships."""

    key: str
    text: str
    draft: Draft | None = None
    told: tuple[str, ...] = ()


@cache
def examples() -> dict[str, str]:
    """What the proposals that ship are called, by the names of their files."""
    return {name: parsed(example_text(name)).name for name in names("proposals")}


def example_text(name: str) -> str:
    """The file of a proposal that ships."""
    return (SHIPPED / "proposals" / f"{name}.toml").read_text(encoding="utf-8")


@lru_cache(maxsize=64)
def _fitted(name: str, content: str, references: str) -> tuple[str, tuple[str, ...]]:
    """A proposal that ships as it fits a practice, kept by the full text of what it is fitted to."""
    found = fitted_example(evaluated(content, references), name)
    return document_as_text(found.document) if found.told else example_text(name), found.told


def example_on(desk: Desk, name: str) -> tuple[str, tuple[str, ...]]:
    """The text of a proposal that ships as it fits the practice on the desk, and what was changed or left out for that."""
    try:
        return _fitted(name, desk.content, references_on(desk))
    except BadInput:
        # A practice that cannot be computed has no rows to fit to.
        return example_text(name), ()


def choices(desk: Desk) -> dict[str, str]:
    """What the proposals for the practice on the desk are called, by key: its own, then the examples; no two the same."""
    own = {one.id: one.name for one in workspace().documents("proposal", belongs_to=desk.key)}
    labels = distinct({**own, **{name: f"Example: {label}" for name, label in examples().items()}})
    return {key: labels[key] for key in (*own, *examples())}


def opened(key: str) -> Chosen:
    """A proposal by its key; what this session has seen of an own one is what an edit is made on.

    Raises:
        BadInput: when there is none.
    """
    if key in examples():
        text, told = example_on(on_desk(), key)
        return Chosen(key, text, told=told)
    draft = remember(workspace().draft(key))
    return Chosen(key, draft.content, draft)


@lru_cache(maxsize=128)
def parsed(text: str) -> Proposal:
    """The proposal of a text.

    Raises:
        BadInput: with every fault of it.
    """
    return parse_proposal(text.encode(), "this proposal")


def with_proposals(session: Session, texts: Sequence[tuple[str, str]]) -> Session:
    """The run of the practice on the desk, scenarios and sliders included, with proposals by key and text.

    Raises:
        BadInput: when one of them does not fit the practice.
    """
    written = replace(session.written, proposals=tuple(texts))
    return replace(session, result=run_of(written), written=written)


def fitting(session: Session, key: str, text: str) -> tuple[Session | None, tuple[Fault, ...], tuple[str, ...]]:
    """The run with a proposal, what does not fit, and the mechanisms that are left out of the run because of that."""
    try:
        return with_proposals(session, [(key, text)]), (), ()
    except BadInput as error:
        faults = error.faults
    try:
        left_out = _instances(faults, parsed(text).active_mechanisms)
        return with_proposals(session, [(key, _without(text, left_out))]), faults, left_out
    except BadInput:
        return None, faults, ()


def _instances(faults: Iterable[Fault], known: Iterable[str]) -> tuple[str, ...]:
    """The mechanisms that faults are about."""
    named = {parts[1] for fault in faults if len(parts := fault.key.split(".")) > 1 and parts[0] == "mechanisms"}
    return tuple(one for one in known if one in named)


def _without(text: str, instances: Iterable[str]) -> str:
    """The text of a proposal with some mechanisms switched off."""
    document = tomllib.loads(text)
    for instance in instances:
        document = with_entry(document, ("mechanisms", instance, "active"), False)
    return document_as_text(document)
