"""The proposals of the practice on the desk, those that ship and one's own, and the run of the practice with some of them."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from finmodel.assumptions import SHIPPED, BadInput, Fault, names
from finmodel.assumptions.document_text import document_as_text
from finmodel.contracts.editing import with_entry
from finmodel.contracts.files import parse_proposal
from finmodel.contracts.proposal import Proposal
from finmodel.ui.desk import Desk, remember, workspace
from finmodel.ui.run import Session, run_of
from finmodel.ui.widgets import distinct
from finmodel.workspace import Draft


@dataclass(frozen=True)
class Chosen:
    """A proposal as it is chosen: its text, and the draft where it is an own one."""

    key: str
    text: str
    draft: Draft | None = None


@cache
def examples() -> dict[str, str]:
    """What the proposals that ship are called, by the names of their files."""
    return {name: parsed(example_text(name)).name for name in names("proposals")}


def example_text(name: str) -> str:
    """The file of a proposal that ships."""
    return (SHIPPED / "proposals" / f"{name}.toml").read_text(encoding="utf-8")


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
        return Chosen(key, example_text(key))
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
