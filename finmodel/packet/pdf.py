"""The packet on paper: a tagged PDF with vector charts, the same bytes for the same content."""

import dataclasses
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from finmodel.contracts.term_sheet import date_in_words
from finmodel.packet.blocks import Beside, Block, Cell, Drawing, Packet, Table
from finmodel.packet.cells import NO_LIMIT
from finmodel.packet.lettering import printable
from finmodel.packet.pictures import Pictures

HERE = Path(__file__).parent
# Charts whose height does not follow from their rows; across the whole page they would fill it.
UPRIGHT = {"stack", "bars", "fan"}
WATERMARK = "PLACEHOLDERS"


def write_pdf(packet: Packet, pictures: Pictures) -> bytes:
    """The packet as PDF/UA-1."""
    written: bytes = _compiled(packet, pictures, format="pdf", pdf_standards=["ua-1"], timestamp=0)
    return written


def preview(packet: Packet, pictures: Pictures, dots_per_inch: int = 60) -> list[bytes]:
    """The pages as PNG pictures."""
    found = _compiled(packet, pictures, format="png", ppi=dots_per_inch)
    return found if isinstance(found, list) else [found]


def _compiled(packet: Packet, pictures: Pictures, **how: Any) -> Any:
    import typst

    inputs = {"packet": json.dumps(_document(packet, pictures), ensure_ascii=False)}
    return typst.compile(str(HERE / "template.typ"), root=str(HERE), font_paths=_fonts(), sys_inputs=inputs, **how)


@cache
def _fonts() -> Any:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(HERE / "fonts")])


def _document(packet: Packet, pictures: Pictures) -> dict[str, Any]:
    """What the template draws."""
    return {
        "title": printable(packet.title), "practice": printable(packet.practice), "copy": packet.copy,
        "footer": printable(f"{packet.version}, {date_in_words(packet.made_on)}"),
        "watermark": WATERMARK if packet.placeholders else "", "logo": list(packet.logo) if packet.logo else None,
        "letter": [printable(one) for one in packet.letter.split("\n\n") if one.strip()],
        "fingerprint": f"Inputs of this packet: SHA-256 {packet.input_hash}",
        "sections": [{"key": one.key, "title": one.title, "blocks": [_block(block, pictures) for block in one.blocks]}
                     for one in packet.sections],
    }


def _block(block: Block, pictures: Pictures) -> dict[str, Any]:
    kind = {"type": type(block).__name__}
    if isinstance(block, Drawing):
        return {**kind, "title": printable(block.title), "svg": pictures.svg(block), "derivation": printable(block.derivation),
                "alternative": printable(block.chart.alternative), "upright": block.drawn in UPRIGHT}
    if isinstance(block, Beside):
        return {**kind, "left": [_block(one, pictures) for one in block.left],
                "right": [_block(one, pictures) for one in block.right]}
    if isinstance(block, Table):
        numeric = [_holds_figures([row.cells[at] for row in block.rows]) for at in range(len(block.columns) - 1)]
        return {**kind, "title": printable(block.title), "columns": [printable(one) for one in block.columns], "numeric": numeric,
                "note": printable(block.note), "widths": block.widths,
                "rows": [{"label": printable(row.label), "kind": row.kind, "cells": [printable(cell.text) for cell in row.cells]}
                         for row in block.rows]}
    return {**kind, **_plain_all(dataclasses.asdict(block))}


def _holds_figures(cells: Sequence[Cell]) -> bool:
    """Whether a column stands by its last digit: words that stand in place of a few figures do not change that."""
    words = sum(cell.value is None and len(cell.text) > 1 and cell.text != NO_LIMIT for cell in cells)
    return 2 * words < len(cells)


def _plain_all(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _plain_all(one) for key, one in value.items()}
    return [_plain_all(one) for one in value] if isinstance(value, (list, tuple)) else value
