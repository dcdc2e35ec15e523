"""The packet as slides: the page of the ask, native charts that can be edited, short tables, and how each came about in notes."""

import datetime
import io
from collections.abc import Iterator
from typing import Any

from finmodel.contracts.term_sheet import date_in_words
from finmodel.packet.blocks import Block, Bullets, Drawing, Figures, Packet, Section, Statement, Table
from finmodel.packet.dated import dated
from finmodel.packet.lettering import seen

MOST_SLIDES = 10
MOST_ROWS = 14
LONGEST_PROPERTY = 255
SECTIONS_SHOWN = {"ask", "why", "proposals", "what_if", "valuation", "normalised", "tie_out"}


def write_slides(packet: Packet) -> bytes:
    """Eight to ten slides, fewer where there is less to say."""
    from finmodel.packet.slide_parts import Deck

    deck = Deck()
    when = date_in_words(packet.made_on)
    given = f". Given instead of computed: {'; '.join(packet.given)}" if packet.given else ""
    deck.title(packet.title, packet.practice, f"{packet.copy}; {packet.version}, {when}{given}", packet.logo)
    for title, blocks in _chosen(packet):
        _lay(deck, seen(title), blocks)
    properties: Any = deck.presentation.core_properties
    properties.title = seen(f"{packet.title}, {packet.practice}")[:LONGEST_PROPERTY]
    properties.author = properties.last_modified_by = ""
    properties.created = properties.modified = datetime.datetime.combine(packet.made_on, datetime.time())
    into = io.BytesIO()
    deck.presentation.save(into)
    return dated(into.getvalue(), packet.made_on)


def _chosen(packet: Packet) -> list[tuple[str, list[Block]]]:
    """The slides after the first, by title; where there are too many, the last of those about single proposals give way."""
    found = [one for section in packet.sections if section.key in SECTIONS_SHOWN for one in _of_section(packet, section)]
    for drawn in ("stack", ""):
        while len(found) >= MOST_SLIDES:
            given_up = [at for at, (_, blocks) in enumerate(found)
                        if not drawn or (isinstance(blocks[0], Drawing) and blocks[0].drawn == drawn)]
            if not given_up:
                break
            found.pop(given_up[-1])
    return found


def _of_section(packet: Packet, section: Section) -> Iterator[tuple[str, list[Block]]]:
    blocks = [block for one, block in packet.blocks() if one is section]
    opening: list[Block] = [block for block in blocks if isinstance(block, Statement | Figures)]
    if opening:
        yield section.title, [*opening, *(block for block in blocks if isinstance(block, Bullets))]
    tables: list[Block] = [block for block in blocks if isinstance(block, Table) and block.on_slides]
    for block in blocks:
        if isinstance(block, Drawing):
            yield block.title, [block]
        elif block in tables and _rows(tables) <= MOST_ROWS and len(tables) > 1:
            yield ", ".join(getattr(one, "title", "") for one in tables), tables
            tables = []
        elif block in tables:
            tables = [one for one in tables if one is not block]
            yield getattr(block, "title", ""), [block]


def _rows(tables: list[Block]) -> int:
    return sum(len(one.rows) + 2 for one in tables if isinstance(one, Table))


def _lay(deck: Any, title: str, blocks: list[Block]) -> None:
    """One slide, with the words behind it as speaker notes."""
    slide, notes = deck.slide(title), []
    for block in blocks:
        if isinstance(block, Statement):
            slide.statement(block.text)
        elif isinstance(block, Figures):
            slide.figures(block)
            notes += [f"{one.label}: {one.text} ({one.note}). {one.derivation}" for one in block.figures]
        elif isinstance(block, Bullets):
            notes += [block.title, *block.items]
        elif isinstance(block, Drawing):
            slide.chart(block)
            notes += [block.derivation, block.chart.alternative]
        elif isinstance(block, Table):
            slide.table(block)
            notes += [block.note]
    slide.notes([seen(one) for one in notes if one])
