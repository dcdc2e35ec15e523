"""The packet as data: JSON of everything that is said, and CSV of its tables and lines; no text of it is ever a formula."""

import csv
import io
import json
import math
from collections.abc import Iterable, Sequence
from typing import Any

from finmodel.packet.blocks import Block, Bullets, Clause, Drawing, Figures, Heading, Packet, Paragraph, Statement, Table

# What spreadsheets take for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_json(packet: Packet) -> bytes:
    """Everything in the packet, numbers in full precision; not available is null."""
    sections = [{"key": one.key, "title": one.title,
                 "blocks": [_block(block) for section, block in packet.blocks() if section is one]} for one in packet.sections]
    lines = [{"name": one.name, "label": one.label, "unit": one.unit, "row": one.row or None, "formula": one.formula,
              "values": [_plain(value) for value in one.values]} for one in packet.lines]
    document = {"title": packet.title, "practice": packet.practice, "audience": packet.audience, "copy": packet.copy,
                "made_on": packet.made_on.isoformat(), "version": packet.version, "input_hash": packet.input_hash,
                "placeholders": packet.placeholders, "letter": packet.letter, "years": list(packet.years),
                "given": list(packet.given), "sections": sections,
                "lines": lines}
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1).encode("utf-8", "replace")


def _plain(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _block(block: Block) -> dict[str, Any]:
    kind: dict[str, Any] = {"kind": type(block).__name__.lower()}
    if isinstance(block, Table):
        rows = [{"label": row.label, "kind": row.kind,
                 "cells": [{"text": cell.text, "value": _plain(cell.value), "unit": cell.unit} for cell in row.cells]}
                for row in block.rows]
        return {**kind, "title": block.title, "columns": list(block.columns), "rows": rows, "note": block.note}
    if isinstance(block, Drawing):
        return {**kind, "title": block.title, "alternative": block.chart.alternative, "derivation": block.derivation,
                "data": [{key: _plain(value) if isinstance(value, float) else value for key, value in row.items()}
                         for row in block.chart.data]}
    if isinstance(block, Figures):
        return {**kind, "figures": [{"label": one.label, "text": one.text, "note": one.note, "derivation": one.derivation}
                                    for one in block.figures]}
    if isinstance(block, Bullets):
        return {**kind, "title": block.title, "items": list(block.items)}
    if isinstance(block, Clause):
        return {**kind, "heading": block.heading, "text": block.text}
    return {**kind, "text": block.text if isinstance(block, Paragraph | Statement | Heading) else ""}


def write_tables_csv(packet: Packet) -> bytes:
    """Every cell of every table: where it stands, what is read there, and the number behind it."""
    rows = [[section.title, block.title, row.label, block.columns[at + 1], cell.text, _number(cell.value), cell.unit]
            for section, block in packet.blocks() if isinstance(block, Table)
            for row in block.rows for at, cell in enumerate(row.cells)]
    return _csv(["section", "table", "row", "column", "shown", "value", "unit"], rows)


def write_lines_csv(packet: Packet) -> bytes:
    """Every line, row by row, with its values by year in full precision."""
    rows = [[one.name, one.label, one.unit, one.row, one.formula, *(_number(value) for value in one.values)]
            for one in packet.lines]
    return _csv(["line", "label", "unit", "row", "how it is derived", *map(str, packet.years)], rows)


def _number(value: float | None) -> float | str:
    # A zero has no sign here: a minus before it would only look like a formula.
    return value + 0.0 if value is not None and math.isfinite(value) else ""


def _csv(head: Sequence[str], rows: Iterable[Sequence[float | str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([harmless(cell) if isinstance(cell, str) else repr(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig", "replace")


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe stands before what looks like one."""
    return f"'{text}" if text.lstrip(" \u00a0\ufeff").startswith(FORMULA) else text
