"""What a packet says to its audience; how it looks is the writers' part."""

import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from finmodel.analysis.uncertainty.outlook import Outlook
from finmodel.assumptions import BadInput, Fault
from finmodel.engine import Graph
from finmodel.model import Result
from finmodel.packet.ask import ask, given
from finmodel.packet.assumed import assumed
from finmodel.packet.blocks import GIVEN, Audience, Edits, LineTold, Packet, Section
from finmodel.packet.board import board
from finmodel.packet.closing import appendix, checks, evidence, terms, what_if
from finmodel.packet.material import Material, gather
from finmodel.packet.offers import offers
from finmodel.packet.policy import Policy, without_own_words
from finmodel.packet.valuator import own_overhead, tie_out, valuation
from finmodel.packet.why import why
from finmodel.packet.words import asks_for_nothing

TITLES = {"group": "Request for support", "hospital": "Request for support", "board": "Request for support: the decision",
          "valuator": "File for the valuator"}
TITLES_WITHOUT_REQUEST = {"group": "Proposal of a contract", "hospital": "Proposal of a contract",
                          "board": "Proposal of a contract: the decision"}
COPIES = {"group": "The group's own copy", "hospital": "For the hospital", "valuator": "For the valuator"}
Whose = Literal["hospital", "group"]
SECTIONS = {"ask": "The ask on one page", "valuation": "Required coverage at market cost",
            "normalised": "Overhead and collections of the practice", "tie_out": "Tie-out and data requests", "why": "Why",
            "proposals": "The proposals side by side", "terms": "The terms in words", "what_if": "What if",
            "evidence": "For the group's own eyes", "assumed": "What was assumed", "checks": "Checks",
            "appendix": "Every line and how it is derived"}
UNTITLED = Edits()


def is_for_counterparty(audience: Audience, whose: Whose = "hospital") -> bool:
    """Whether the reader sits on the other side of the table."""
    return audience == "hospital" or (audience == "board" and whose == "hospital")


def packet(result: Result, audience: Audience, *, whose: Whose = "hospital", policy: Policy | None = None,
           edits: Edits = UNTITLED, outlook: Outlook | None = None, made_on: datetime.date, version: str) -> Packet:
    """The packet for an audience; the hospital's and its board's are written from what the policy shares and nothing else.

    ``whose`` says whose board a packet for a board is for; the usual policy holds where none is given.

    Raises:
        BadInput: when there is nothing to ask for, or nothing of a contract is projected.
    """
    _see_that_it_can_be_written(result, audience)
    shared = (policy or Policy()) if is_for_counterparty(audience, whose) else None
    told = marked(without_own_words(result) if audience == "valuator" else result)
    of = gather(told, audience, policy=shared, outlook=outlook)
    sections = [one for one in _sections(of, edits) if one.key not in edits.left_out]
    copy = f"For the {whose}'s board" if audience == "board" else COPIES[audience]
    return Packet(edits.title or _title(of), of.assumptions.practice.name, audience, copy, tuple(sections), made_on,
                  version, of.input_hash, of.has_placeholders, of.result.years, tuple(_lines(of)), of.named_sources,
                  edits.letter, edits.logo, given(of))


def marked(result: Result) -> Result:
    """The run in which each line that was given, or stands on one that was, says so where it is told how it is derived."""
    told = {one.name: " ".join((one.formula.partition("\n")[0], GIVEN)) for one in result.graph.order}
    lines = tuple(replace(one, formula=told[one.name]) if one.name in result.overridden else one for one in result.graph.order)
    return replace(result, graph=Graph(lines, {one.name: one for one in lines}, result.graph.inputs))


def _title(of: Material) -> str:
    """What the packet is called: who asks for nothing makes no request."""
    titles = TITLES_WITHOUT_REQUEST if of.proposals and asks_for_nothing(of) else TITLES
    return titles.get(of.audience, TITLES[of.audience])


def _lines(of: Material) -> Iterator[LineTold]:
    """Every line that is shown, row by row."""
    for name, one in of.result.graph.lines.items():
        if one.unit != "check":
            for at, row in enumerate(of.result.rows(name) or ("",)):
                values = tuple(float(value) for value in of.result[name][at, :, 0])
                yield LineTold(name, one.label, one.unit, row, one.formula.split("\n")[0], values)


def _sections(of: Material, edits: Edits) -> list[Section]:
    if of.audience == "board":
        return [board(of, edits), terms(of), checks(of)]
    if of.audience == "valuator":
        agreed = [offers(of), terms(of)] if of.proposals else []
        return [valuation(of), own_overhead(of), tie_out(of), *agreed, assumed(of), checks(of), appendix(of)]
    moved = [what_if(of)] if of.levers or of.two_way else []
    own = [evidence(of)] if of.audience == "group" else []
    return [ask(of, edits), why(of), offers(of), terms(of), *moved, *own, assumed(of), checks(of), appendix(of)]


def _see_that_it_can_be_written(result: Result, audience: Audience) -> None:
    proposals = result.assumptions[0].proposals
    faults = []
    if not proposals and audience != "valuator":
        faults.append(Fault("--proposal", "", f"a packet for the {audience} asks for something; name at least one proposal"))
    faults += [Fault("--proposal", key, f"its contract is in force from {one.contract_years[0]} to {one.contract_years[-1]}, "
                                        f"and the practice is projected from {result.years[0]} to {result.years[-1]}")
               for key, one in proposals.items() if not set(one.contract_years) & set(result.years)]
    if faults:
        raise BadInput(faults)
