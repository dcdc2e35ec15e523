"""What a packet says to its audience; how it looks is the writers' part."""

import datetime

from finmodel.analysis.uncertainty.outlook import Outlook
from finmodel.assumptions import BadInput, Fault
from finmodel.model import Result
from finmodel.packet.ask import ask
from finmodel.packet.assumed import assumed
from finmodel.packet.blocks import Audience, Edits, Packet, Section
from finmodel.packet.closing import appendix, checks, evidence, terms, what_if
from finmodel.packet.material import Material, gather
from finmodel.packet.offers import offers
from finmodel.packet.policy import Policy
from finmodel.packet.why import why

AUDIENCES: tuple[Audience, ...] = ("group", "hospital", "board", "valuator")
TITLES = {"group": "Request for support: the group's own copy", "hospital": "Request for support",
          "board": "Request for support: the decision", "valuator": "File for the valuator"}
UNTITLED = Edits()


def packet(result: Result, audience: Audience, *, policy: Policy | None = None, edits: Edits = UNTITLED,
           outlook: Outlook | None = None, made_on: datetime.date, version: str) -> Packet:
    """The packet for an audience; a counterparty's is written from what the policy shares and from nothing else.

    Raises:
        BadInput: when there is nothing to ask for, or nothing of a contract is projected.
    """
    _see_that_it_can_be_written(result, audience)
    if audience == "hospital" and policy is None:
        policy = Policy()
    of = gather(result, audience, policy=policy, outlook=outlook)
    sections = [one for one in _sections(of, edits) if one.key not in edits.left_out]
    return Packet(edits.title or TITLES[audience], of.assumptions.practice.name, audience, tuple(sections), made_on, version,
                  of.input_hash, of.has_placeholders, edits.letter, edits.logo,
                  frozenset(of.result.graph.lines) if of.is_projected else frozenset())


def _sections(of: Material, edits: Edits) -> list[Section]:
    if of.audience == "group":
        return [ask(of, edits), why(of), offers(of), terms(of), what_if(of), evidence(of), assumed(of), checks(of), appendix(of)]
    return [ask(of, edits), why(of), offers(of), terms(of), what_if(of), assumed(of), checks(of), appendix(of)]


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
