"""The sheets that hold no formula: what moves the ask most, as finmodel computed it, and every source."""

import datetime
from collections.abc import Mapping

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from finmodel.analysis.sensitivity import movers
from finmodel.assumptions import Source
from finmodel.packet.workbook.layout import Layout
from finmodel.packet.workbook.styles import BLUE, Styles, height, prepared, printed_readably

TARGET = "support_deficit"
SHOWN = 20
HEAD = 3


def write_sensitivity(workbook: Workbook, sheet: Worksheet, styles: Styles, layout: Layout, *, made: datetime.date) -> None:
    """The assumptions that move the ask most, each alone from its low to its high end."""
    result = layout.trace.result
    year = result.years[min(1, len(result.years) - 1)]
    prepared(sheet, styles, f"What moves the support deficit of {year} most",
             f"Computed by finmodel on {made}; these numbers are not live and do not follow Inputs.", head=HEAD, columns=1)
    heads = (("Assumption", 60), ("Low", 16), ("Now", 16), ("High", 16), ("Deficit at low", 18), ("Deficit now", 18),
             ("Deficit at high", 18), ("Swing", 16))
    for column, (text, width) in enumerate(heads):
        sheet.set_column(column, column, width)
        sheet.write_string(HEAD, column, text, styles.header("right" if column else "left"))
    printed_readably(sheet, [width for _, width in heads], repeated=1)
    used = {layout.trace.entries[name].path for name in layout.trace.entries_used()}
    is_shown = TARGET in layout.trace.graph.lines
    found = movers(result.assumptions[0], TARGET, year, among=lambda path, _: path in used) if is_shown else ()
    shown = [one for one in found if one.swing > 0.0][:SHOWN]
    for row, one in enumerate(shown, HEAD + 1):
        sheet.write_string(row, 0, one.label, styles.of(indent=1))
        for column, value in enumerate((one.low, one.value, one.high), 1):
            sheet.write_number(row, column, value, styles.number(one.unit))
        for column, value in enumerate((one.line_at_low, one.line, one.line_at_high, one.swing), 4):
            sheet.write_number(row, column, value, styles.number("USD/year"))
    if shown:
        last = HEAD + len(shown)
        chart = workbook.add_chart({"type": "bar"})
        chart.add_series({"name": "Swing of the deficit", "categories": ["Sensitivity", HEAD + 1, 0, last, 0],
                          "values": ["Sensitivity", HEAD + 1, 7, last, 7], "fill": {"color": BLUE}, "gap": 40})
        chart.set_title({"name": "Swing of the deficit between the low and the high end", "name_font": {"size": 11}})
        chart.set_y_axis({"reverse": True, "num_font": {"size": 8}})
        chart.set_x_axis({"num_format": "$#,##0.0,,\"M\"", "major_gridlines": {"visible": True, "line": {"color": "#E0E5EA"}}})
        chart.set_legend({"none": True})
        chart.set_size({"width": 1100, "height": 440})
        sheet.insert_chart(last + 2, 0, chart, {"description": "A bar for each assumption, the longest first."})


def write_sources(sheet: Worksheet, styles: Styles, sources: Mapping[str, Source]) -> None:
    """Every source with publisher, date, address and licence; addresses are text, not links."""
    prepared(sheet, styles, "Sources", "Where numbers were read; the key stands beside each number on Inputs", head=HEAD,
             columns=1)
    heads = (("Key", 26), ("Title", 40), ("Publisher", 24), ("Date", 11), ("Address", 38), ("Licence", 22), ("Note", 32))
    printed_readably(sheet, [width for _, width in heads], repeated=1)
    for column, (text, width) in enumerate(heads):
        sheet.set_column(column, column, width)
        sheet.write_string(HEAD, column, text, styles.header("left"))
    for row, (key, one) in enumerate(sources.items(), HEAD + 1):
        values = (key, one.title, one.publisher, str(one.date), one.address, one.licence, one.note or "")
        sheet.set_row(row, max(height(value, width) for value, (_, width) in zip(values, heads, strict=True)))
        for column, value in enumerate(values):
            sheet.write_string(row, column, value, styles.wrapped)
