"""A packet as it was asked for: everything that goes into it as text, so that it can be kept and made again."""

import base64
import datetime
from dataclasses import dataclass
from functools import lru_cache

from finmodel.analysis.uncertainty.outlook import Outlook
from finmodel.analysis.uncertainty.worker import Job
from finmodel.assumptions.json_text import as_json, from_json
from finmodel.cases import Written
from finmodel.model import Result, evaluate
from finmodel.packet.blocks import Audience, Edits, Packet
from finmodel.packet.content import Whose, is_for_counterparty, packet
from finmodel.packet.policy import Policy

DRAWS = 4_096


@dataclass(frozen=True)
class Asked:
    """Who is to read what of which run, and what was written into it."""

    written: Written
    audience: Audience
    whose: Whose
    made_on: datetime.date
    version: str
    title: str = ""
    letter: str = ""
    offers: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    share: tuple[str, ...] = ()
    withhold: tuple[str, ...] = ()
    logo: str = ""
    drivers: str = ""

    @property
    def result(self) -> Result:
        """The run of the case that was on screen, which is its own budget."""
        return _run_of(self.written)

    @property
    def policy(self) -> Policy | None:
        """What is shared; None for readers on one's own side."""
        if not is_for_counterparty(self.audience, self.whose):
            return None
        return Policy().with_exceptions(self.share, self.withhold)

    def packet(self) -> Packet:
        """The packet; where drivers are given, futures are drawn from them first.

        Raises:
            BadInput: when it cannot be written.
        """
        edits = Edits(self.title, self.letter, base64.b64decode(self.logo) if self.logo else None, self.offers,
                      frozenset(self.left_out))
        return packet(self.result, self.audience, whose=self.whose, policy=self.policy, edits=edits, outlook=self._outlook(),
                      made_on=self.made_on, version=self.version)

    def _outlook(self) -> Outlook | None:
        return _drawn(self.written, self.drivers) if self.drivers else None


@lru_cache(maxsize=8)
def _run_of(written: Written) -> Result:
    """What is asked for differently, such as with another title, is the same run."""
    return evaluate(written.cases()[-1])


@lru_cache(maxsize=8)
def _drawn(written: Written, drivers: str) -> Outlook | None:
    found = Job("outlook", written, drivers, DRAWS, 1).answer()
    return found if isinstance(found, Outlook) else None


@dataclass(frozen=True)
class Kept:
    """A packet that was made: as it was asked for, the digest of its inputs, and the lines it told."""

    asked: Asked
    input_hash: str
    lines: tuple[str, ...]


def kept_text(asked: Asked, made: Packet) -> str:
    """The record of a packet as one line of text."""
    return as_json(Kept, Kept(asked, made.input_hash, tuple(dict.fromkeys(one.name for one in made.lines))))


def kept(text: str) -> Kept:
    """The record that a text holds.

    Raises:
        ValueError: when the text is none.
    """
    found: Kept = from_json(Kept, text)
    return found
