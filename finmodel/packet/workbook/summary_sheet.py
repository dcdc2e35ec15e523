"""The sheet that is read first: the ask, what the proposals pay, whether the checks pass, and two charts."""

import datetime
import math
from collections.abc import Iterator, Sequence

from xlsxwriter import Workbook
from xlsxwriter.utility import quote_sheetname
from xlsxwriter.worksheet import Worksheet

from finmodel.assumptions import Quantity
from finmodel.format import NOT_AVAILABLE
from finmodel.packet.lettering import seen
from finmodel.packet.standing import standing
from finmodel.packet.workbook.layout import ACTUAL, AGREED, CHECKS, FIRST_YEAR, MASTER_ROW, Layout
from finmodel.packet.workbook.styles import BAD, BLUE, GOOD, ORANGE, Styles, height, prepared, printed_readably

HEAD = 5
COST_AND_REVENUE = ("total_expense", "total_revenue")
ASK = ("work_rvus", "radiologist_fte", "total_revenue", "total_expense", "support_deficit", "support_deficit_per_fte",
       "existing_hospital_payments", "support_deficit_after_existing")
PAID = ("total", "existing_payments_kept", "residual_deficit", "net_new_payment", "payment_per_fte")
CHART_WIDTH, CHART_ROWS, PARAGRAPH = 465, 14, 110
FOLLOWS = "Every number on this page is a formula: change Inputs and the page follows."
STANDS = ("Change Inputs and this page follows. Confidential amounts are fixed as finmodel computed them, in grey on the sheets "
          "behind, and do not follow Inputs{which}.")
IN_PART = "Part of what these stand on is confidential, so that they follow Inputs only in part: {which}."
NOTES = (
    "Amounts are shown to the dollar and held in full, so that a sum may differ from the sum of what is shown by a dollar.",
    "A dash means not available, such as a ratio to zero. Positive amounts are paid by the hospital to the group.",
)


def write_summary(workbook: Workbook, sheet: Worksheet, styles: Styles, layout: Layout, going_in: Sequence[Quantity],
                  *, title: str, made: datetime.date) -> None:
    """The headlines of the actual reading, the ask as agreed beside them, each proposal, and charts of cost, revenue and ask."""
    result = layout.trace.result
    prepared(sheet, styles, title, f"{result.assumptions[0].practice.name}; written by finmodel on {made}", head=HEAD, columns=1)
    printed_readably(sheet, [54, 4, *(15 for _ in result.years)], repeated=FIRST_YEAR)
    sheet.set_column(0, 0, 54)
    sheet.set_column(1, 1, 4)
    sheet.set_column(FIRST_YEAR, FIRST_YEAR + len(result.years) - 1, 15)
    _write_master(workbook, sheet, styles, layout)
    sheet.write_string(HEAD, 0, "Calendar year", styles.header("left"))
    sheet.write_blank(HEAD, 1, None, styles.header())
    for position, year in enumerate(result.years):
        sheet.write_number(HEAD, FIRST_YEAR + position, year, styles.header())
    row, rows = HEAD + 1, {}
    for heading, lines in _parts(layout):
        for column in range(FIRST_YEAR + len(result.years)):
            sheet.write_blank(row, column, None, styles.heading)
        sheet.write_string(row, 0, heading, styles.heading)
        row += 1
        for label, reading, name in lines:
            rows[reading, name] = row
            _write_row(sheet, styles, layout, row, label, reading, name)
            row += 1
    sheet.set_h_pagebreaks([row])
    row = _insert_charts(workbook, sheet, layout, row + 1, rows)
    row = _write_statuses(sheet, styles, going_in, row)
    for position, text in enumerate((*_what_follows(layout, [name for _, name in rows]), *NOTES)):
        sheet.merge_range(row + position, 0, row + position, FIRST_YEAR + len(result.years) - 1, "", styles.wrapped)
        sheet.write_string(row + position, 0, text, styles.wrapped)
        sheet.set_row(row + position, height(text, PARAGRAPH))


def _what_follows(layout: Layout, names: Sequence[str]) -> Iterator[str]:
    """Whether the page follows Inputs, and which of its lines do not, or only in part."""
    trace, shown = layout.trace, list(dict.fromkeys(names))
    if not any(block.is_fixed and block.line for block in trace.blocks.values()):
        yield FOLLOWS
        return
    label = {name: trace.graph.lines[name].label for name in shown}
    fixed = [label[name] for name in shown if trace.blocks[name].is_fixed]
    yield STANDS.format(which=f"; here these are {'; '.join(fixed)}" if fixed else "")
    in_part = [label[name] for name in shown if name in trace.still and not trace.blocks[name].is_fixed]
    if in_part:
        yield IN_PART.format(which="; ".join(in_part))


def _write_master(workbook: Workbook, sheet: Worksheet, styles: Styles, layout: Layout) -> None:
    cell = f"{quote_sheetname(CHECKS)}!${chr(ord('A') + FIRST_YEAR)}${MASTER_ROW + 1}"
    passes = not layout.trace.failed_checks()
    sheet.write_string(3, 0, "Integrity checks", styles.of(bold=True))
    sheet.write_formula(3, FIRST_YEAR, f'=IF({cell},"all pass","SEE CHECKS")', styles.of(bold=True, align="right"),
                        "all pass" if passes else "SEE CHECKS")
    for text, colour in (("all pass", GOOD), ("SEE CHECKS", BAD)):
        sheet.conditional_format(3, FIRST_YEAR, 3, FIRST_YEAR, {
            "type": "cell", "criteria": "==", "value": f'"{text}"', "format": workbook.add_format({"font_color": colour})})


def _write_statuses(sheet: Worksheet, styles: Styles, going_in: Sequence[Quantity], row: int) -> int:
    """How many inputs were read in a source, and how many were not; the next row."""
    sheet.write_string(row, 0, standing(going_in), styles.of())
    if any(one.status == "placeholder" for one in going_in):
        sheet.write_string(row + 1, 0, "HOLDS PLACEHOLDERS: replace them before anybody relies on this.", styles.of(bold=True,
                                                                                                                 font_color=BAD))
    return row + 2


def _parts(layout: Layout) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """Headings, each with labels, readings and lines of one row that the workbook holds."""
    lines, trace = layout.trace.graph.lines, layout.trace
    yield "The ask", [(lines[name].label, ACTUAL, name) for name in ASK if name in lines]
    if "support_deficit" in lines:
        yield "As agreed at signing", [(f"{lines['support_deficit'].label}, as agreed", AGREED, "support_deficit")]
    for key, proposal in trace.result.assumptions[0].proposals.items():
        mechanisms = [f"{key}__{instance}" for instance in proposal.active_mechanisms]
        names = [*mechanisms, f"{key}__adjustment", *(f"{key}__{name}" for name in PAID)]
        shown = [(lines[name].label.removeprefix(f"{proposal.name}: "), ACTUAL, name) for name in names if name in lines]
        if shown:
            yield proposal.name, shown


def _write_row(sheet: Worksheet, styles: Styles, layout: Layout, row: int, label: str, reading: str, name: str) -> None:
    block, place = layout.trace.blocks[name], layout.places[reading][name]
    strong = name == "support_deficit" or name.endswith("__total")
    sheet.write_string(row, 0, f"{label[:1].upper()}{label[1:]}", styles.of(indent=1, bold=strong))
    for year in range(len(layout.trace.result.years)):
        value = block.values[0, min(year, block.years - 1), 0].item()
        shown = NOT_AVAILABLE if math.isnan(value) else value
        sheet.write_formula(row, FIRST_YEAR + year, f"={place.name}", styles.number(block.unit, bold=strong), shown)


def _insert_charts(workbook: Workbook, sheet: Worksheet, layout: Layout, row: int, rows: dict[tuple[str, str], int]) -> int:
    """Charts of what the sheet shows; the first row below them."""
    deficit = [("Support deficit", rows[ACTUAL, "support_deficit"], BLUE)] if (ACTUAL, "support_deficit") in rows else []
    sides = [(layout.trace.graph.lines[name].label, rows[ACTUAL, name], colour)
             for name, colour in zip(COST_AND_REVENUE, (ORANGE, BLUE), strict=True) if (ACTUAL, name) in rows]
    proposals = layout.trace.result.assumptions[0].proposals
    paid = [(proposals[key].name, rows[ACTUAL, f"{key}__total"], colour)
            for key, colour in zip(proposals, (BLUE, ORANGE, "#5E7F3A", "#7A4E9A", "#8A6D00", "#2F7F86"), strict=False)
            if (ACTUAL, f"{key}__total") in rows]
    charts = [(title, series) for title, series in (("Support deficit by year", deficit), ("Cost and revenue by year", sides),
                                                    ("What each proposal pays by year", paid)) if series]
    years = len(layout.trace.result.years)
    for position, (title, series) in enumerate(charts):
        chart = workbook.add_chart({"type": "column"})
        for name, at, colour in series:
            chart.add_series({"name": seen(name).lstrip("="),
                              "categories": ["Summary", HEAD, FIRST_YEAR, HEAD, FIRST_YEAR + years - 1],
                              "values": ["Summary", at, FIRST_YEAR, at, FIRST_YEAR + years - 1],
                              "fill": {"color": colour}, "gap": 60})
        chart.set_title({"name": title, "name_font": {"size": 11, "bold": True}, "overlay": False})
        chart.set_y_axis({"num_format": "$#,##0.0,,\"M\"", "major_gridlines": {"visible": True, "line": {"color": "#E0E5EA"}},
                          "line": {"none": True}, "min": 0 if _never_negative(layout, series, rows) else None})
        chart.set_x_axis({"label_position": "low"})
        chart.set_legend({"position": "bottom"} if len(series) > 1 else {"none": True})
        chart.set_size({"width": CHART_WIDTH, "height": 20 * CHART_ROWS - 10})
        sheet.insert_chart(row + CHART_ROWS * (position // 2), 0, chart, {
            "description": f"Columns for each year: {', '.join(seen(name) for name, _, _ in series)}.", "object_position": 2,
            "x_offset": (CHART_WIDTH + 10) * (position % 2)})
    return row + CHART_ROWS * ((len(charts) + 1) // 2) + 1


def _never_negative(layout: Layout, series: list[tuple[str, int, str]], rows: dict[tuple[str, str], int]) -> bool:
    shown = {name for (_, name), row in rows.items() if row in {at for _, at, _ in series}}
    return all((layout.trace.blocks[name].values >= 0.0).all() for name in shown)


