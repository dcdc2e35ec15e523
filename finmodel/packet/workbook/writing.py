"""Writes the file."""

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path

from finmodel.assumptions import Quantity, Source
from finmodel.packet.lettering import seen
from finmodel.packet.workbook.arrange import arranged
from finmodel.packet.workbook.book import Book
from finmodel.packet.workbook.evidence_sheets import write_sensitivity, write_sources
from finmodel.packet.workbook.inputs_sheet import place_entries, write_inputs
from finmodel.packet.workbook.layout import AGREED_MODEL, CHECKS, INPUTS, MODEL
from finmodel.packet.workbook.model_sheets import write_year_sheet
from finmodel.packet.workbook.styles import FONT, FONT_SIZE, Styles
from finmodel.packet.workbook.summary_sheet import write_summary
from finmodel.packet.workbook.trace import Trace

# Text stays text, whatever it begins with.
PLAIN_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LONGEST_PROPERTY = 255


def write(path: Path, sources: Mapping[str, Source], trace: Trace, going_in: Sequence[Quantity], *, title: str,
          made: datetime.date) -> None:
    """Write one .xlsx of what is laid and of the numbers that go in; see ``write_workbook``."""
    layout = arranged(trace)
    entries = place_entries(layout)
    # The width of a column is counted in digits of the font that all cells have.
    digits = {"font_name": FONT, "font_size": FONT_SIZE}
    with Book(str(path), {**PLAIN_TEXT, "default_format_properties": digits}) as workbook:
        written_on = datetime.datetime.combine(made, datetime.time())
        workbook.set_properties({"title": seen(title)[:LONGEST_PROPERTY], "created": written_on})
        styles = Styles(workbook)
        proposals = [one for key, one in layout.sheets.items() if key not in {MODEL, AGREED_MODEL, CHECKS}]
        summary, inputs = workbook.add_worksheet("Summary"), workbook.add_worksheet(INPUTS)
        for sheet in (layout.sheets[MODEL], *proposals, layout.sheets[AGREED_MODEL]):
            write_year_sheet(workbook.add_worksheet(sheet.name), styles, layout, sheet)
        write_sensitivity(workbook, workbook.add_worksheet("Sensitivity"), styles, layout, made=made)
        write_year_sheet(workbook.add_worksheet(CHECKS), styles, layout, layout.sheets[CHECKS])
        write_sources(workbook.add_worksheet("Sources"), styles, sources)
        write_summary(workbook, summary, styles, layout, going_in, title=title, made=made)
        write_inputs(inputs, styles, layout, entries)
        for name, cell in layout.names():
            workbook.define_name(name, cell)
