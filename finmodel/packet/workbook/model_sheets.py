"""The sheets with years across: every line a block of rows, with the formula of each cell and what the engine computed."""

import math
from functools import partial

import numpy as np
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from finmodel.assumptions import Practice
from finmodel.assumptions.words import EVERY_ROW, capitalized, in_words, subject_and_measure
from finmodel.format import NOT_AVAILABLE, unit_in_words
from finmodel.packet.blocks import GIVEN
from finmodel.packet.workbook.formulas import Writer
from finmodel.packet.workbook.layout import (
    AGREED,
    AGREED_MODEL,
    CHECKS,
    FIRST_YEAR,
    MASTER_ROW,
    MODEL,
    Heading,
    Layout,
    YearSheet,
)
from finmodel.packet.workbook.styles import BAD, GOOD, QUIET, Styles, height, prepared, printed_readably
from finmodel.packet.workbook.trace import Block

WIDEST_LABEL, WIDTH_OF_WORDS = 84, 84
SUBTITLES = {
    "": "Formulas over the actual column of Inputs; names mean the cell of the same year. Locked: change numbers on Inputs.",
    AGREED: "The same formulas over the agreed column of Inputs: what the contract fixed does not move when actuals do.",
}

FOR_THE_SCREEN = "For the screen: its rows are not printed."


def write_year_sheet(sheet: Worksheet, styles: Styles, layout: Layout, of: YearSheet) -> None:
    """A sheet of headings and blocks."""
    result = layout.trace.result
    head, last = of.top - 1, FIRST_YEAR + len(result.years)
    prepared(sheet, styles, of.title, SUBTITLES[of.reading], head=head, columns=FIRST_YEAR)
    labels = [len(item.label.removeprefix(f"{of.title}: ")) for _, item in of.items if isinstance(item, Block)]
    widest = min(max(labels, default=0), WIDEST_LABEL) + 2
    sheet.set_column(0, 0, widest)
    sheet.set_column(1, 1, 18)
    sheet.set_column(FIRST_YEAR, last - 1, 14)
    sheet.set_column(last, last, WIDTH_OF_WORDS)
    is_printed = of.name not in {MODEL, AGREED_MODEL}
    sheet.print_area(0, 0, of.end if is_printed else 1, last - 1)
    if not is_printed:
        sheet.write_string(1, 0, f"{SUBTITLES[of.reading]} {FOR_THE_SCREEN}", styles.quiet)
    printed_readably(sheet, [widest, 18, *(14 for _ in result.years)], repeated=FIRST_YEAR)
    sheet.ignore_errors({"formula_differs": xl_range(of.top, FIRST_YEAR, of.end, last - 1),
                         "formula_range": xl_range(of.top, FIRST_YEAR, of.end, last - 1)})
    sheet.write_string(head, 0, "Line", styles.header("left"))
    sheet.write_string(head, 1, "Unit", styles.header("left"))
    for position, year in enumerate(result.years):
        sheet.write_number(head, FIRST_YEAR + position, year, styles.header())
    sheet.write_string(head, last, "In words", styles.header("left", indent=1))
    for row, item in of.items:
        if isinstance(item, Heading):
            for column in range(last + 1):
                sheet.write_blank(row, column, None, styles.heading)
            sheet.write_string(row, 0, item.text, styles.heading)
        else:
            _write_block(sheet, styles, layout, of, row, item)
    if of.name == CHECKS:
        _mark_checks(sheet, styles, of, all_pass=not layout.trace.failed_checks(), last=last)


def row_words(table: str | None, row: str, practice: Practice) -> str:
    """What a row of a table is called."""
    if table and table.endswith("__months"):
        return row
    if table == "segments":
        return capitalized(subject_and_measure(f"volumes.{row}.base_exams", practice)[0])
    if table in EVERY_ROW and row in getattr(practice, table):
        return capitalized(subject_and_measure(f"{table}.{row}.label", practice)[0])
    if table in {"sites", "site_payers"}:
        facility, setting, *payer = row.split(".")
        words = [practice.facilities[facility].label, in_words(setting), *(practice.payers[key].label for key in payer)]
        return capitalized(", ".join(words))
    return capitalized(in_words(row))


def _write_block(sheet: Worksheet, styles: Styles, layout: Layout, of: YearSheet, row: int, block: Block) -> None:
    trace = layout.trace
    is_kept = block.line is not None and block.name != block.line.name
    label = styles.quiet if is_kept else styles.of(indent=1)
    words = capitalized(block.label.removeprefix(f"{of.title}: "))
    practice, last = trace.result.assumptions[0].practice, FIRST_YEAR + len(trace.result.years)
    unit = unit_in_words(block.unit) or {"check": "passes", "share": "share"}.get(block.unit, "")
    money = f"$ {unit}".strip() if block.unit.startswith("USD") else unit
    sheet.write_string(row, 1, money, styles.quiet)
    given = f" {GIVEN}" if block.line and block.line.name in trace.result.overridden else ""
    explained = f"{block.words}{given}".strip()
    sheet.write_string(row, last, explained, styles.of(font_color=QUIET, indent=1, text_wrap=True))
    sheet.set_row(row, height(explained, WIDTH_OF_WORDS))
    if len(block.rows) == 1:
        of_row = f": {row_words(block.table, block.rows[0], practice)}" if block.table and block.rows[0] != "none" else ""
        sheet.write_string(row, 0, words + of_row, label)
    else:
        sheet.write_string(row, 0, words, styles.quiet if is_kept else styles.of(indent=1, bold=True))
        row += 1
        for position, key in enumerate(block.rows):
            sheet.write_string(row + position, 0, row_words(block.table, key, practice), styles.of(indent=3))
    if block.is_fixed:
        _write_fixed(sheet, styles, row, block)
    else:
        _write_formulas(sheet, styles.number("factor" if is_kept else block.unit), layout, of, row, block)


def _write_fixed(sheet: Worksheet, styles: Styles, row: int, block: Block) -> None:
    shown = styles.number(block.unit, font_color=QUIET)
    for position, year, _ in np.ndindex(block.cells.shape):
        at, value = (row + position, FIRST_YEAR + year), block.values[position, year, 0].item()
        if isinstance(value, bool):
            sheet.write_boolean(*at, value, shown)
        elif math.isnan(value):
            sheet.write_string(*at, NOT_AVAILABLE, shown)
        else:
            sheet.write_number(*at, value, shown)


def _write_formulas(sheet: Worksheet, shown: Format, layout: Layout, of: YearSheet, row: int, block: Block) -> None:
    writers = [Writer(layout.trace, partial(layout.refer, of, block, year)) for year in range(block.years)]
    for position in range(len(block.rows)):
        meets_dash = writers[0].row_meets_dash(block.cells, position)
        for year, writer in enumerate(writers):
            formula = writer.formula(block.cells[position, year, 0], meets_dash=meets_dash)
            value = block.values[position, year, 0].item()
            sheet.write_formula(row + position, FIRST_YEAR + year, formula, shown, NOT_AVAILABLE if math.isnan(value) else value)


def _mark_checks(sheet: Worksheet, styles: Styles, of: YearSheet, *, all_pass: bool, last: int) -> None:
    """The master check, and colours for what passes and what fails."""
    sheet.write_string(MASTER_ROW, 0, "All checks pass", styles.of(bold=True))
    rows = [row for row, item in of.items if isinstance(item, Block) and item.unit == "check"]
    every = xl_range(min(rows, default=of.top), FIRST_YEAR, max(rows, default=of.top), last - 1)
    sheet.write_formula(MASTER_ROW, FIRST_YEAR, f"=AND({every})", styles.of(bold=True, align="right"), all_pass)
    for value, colour in (("TRUE", GOOD), ("FALSE", BAD)):
        marked = styles.workbook.add_format({"font_color": colour, "bold": True})
        sheet.conditional_format(MASTER_ROW, FIRST_YEAR, max(rows, default=of.top), last - 1,
                                 {"type": "cell", "criteria": "==", "value": value, "format": marked})
