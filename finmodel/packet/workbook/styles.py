"""How the workbook looks: one format for each way in which a cell is read, and what every sheet has for print."""

import math
from collections.abc import Sequence
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from finmodel.format import COUNTS

FONT, FONT_SIZE = "Arial", 10
INK, QUIET, LINE = "#1B2733", "#5B6770", "#C9D1D8"
ENTRY_INK, ENTRY_FILL = "#0B3D91", "#FFF9E5"
HEADING_FILL, BLUE, ORANGE = "#E8EEF4", "#1F5A94", "#C8641B"
GOOD, BAD = "#1D6B3A", "#A61B1B"
# A letter page lying down, without its margins, in pixels of the screen; letters of 10 points stay readable at 70 %.
PAGE_WIDTH, SMALLEST = 960, 70


def number_format(unit: str) -> str:
    """The number format of a unit; spreadsheets round half up, away from zero, as the formatter of all other pages does."""
    if unit in {"USD", "USD/year", "USD/FTE/year", "USD/month"}:
        return "$#,##0;-$#,##0;$0"
    if unit.startswith("USD"):
        return "$#,##0.00;-$#,##0.00;$0.00"
    if unit.startswith("share"):
        return "0.0##%"
    if unit in COUNTS:
        return "#,##0"
    return {"FTE": "0.00", "check": "General", "": "0.####", "count": "General", "day": "0.##"}.get(unit, "#,##0.00##")


class Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self.made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def of(self, **properties: Any) -> Format:
        """A format with properties on top of those of every cell."""
        wanted = {"font_name": FONT, "font_size": FONT_SIZE, "font_color": INK, "valign": "vcenter", **properties}
        key = tuple(sorted(wanted.items()))
        if key not in self.made:
            self.made[key] = self.workbook.add_format(wanted)
        return self.made[key]

    @property
    def title(self) -> Format:
        """The title of a sheet."""
        return self.of(bold=True, font_size=16)

    @property
    def quiet(self) -> Format:
        """What is said beside the numbers."""
        return self.of(font_color=QUIET)

    @property
    def wrapped(self) -> Format:
        """A paragraph."""
        return self.of(text_wrap=True, valign="top")

    @property
    def heading(self) -> Format:
        """A heading among rows."""
        return self.of(bold=True, bg_color=HEADING_FILL, bottom=1, bottom_color=LINE)

    def header(self, align: str = "right", **properties: Any) -> Format:
        """The head of a column."""
        return self.of(bold=True, bottom=1, bottom_color=BLUE, align=align, text_wrap=True, **properties)

    def number(self, unit: str, **properties: Any) -> Format:
        """A number of a unit; text in its place, a dash, stands at the right as well."""
        return self.of(num_format=number_format(unit), align="right", **properties)

    def entry(self, unit: str) -> Format:
        """A cell to type into."""
        return self.number(unit, font_color=ENTRY_INK, bg_color=ENTRY_FILL, border=1, border_color=LINE, locked=False)


def height(text: str, width: int) -> int:
    """How high a row is in which a text stands in a column of this width."""
    return 15 * max(1, math.ceil(len(text) * 0.8 / width))


def prepared(sheet: Worksheet, styles: Styles, title: str, subtitle: str, *, head: int, columns: int) -> None:
    """Title, protection and print layout of a sheet whose column heads stand in the row ``head``."""
    sheet.write_string(0, 0, title, styles.title)
    sheet.set_row(0, 24)
    sheet.write_string(1, 0, subtitle, styles.quiet)
    sheet.hide_gridlines(2)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.set_landscape()
    sheet.set_paper(1)
    sheet.repeat_rows(head)
    sheet.freeze_panes(head + 1, columns)
    sheet.set_margins(0.5, 0.5, 0.6, 0.6)
    sheet.set_footer("&L&A&RPage &P of &N")


def printed_readably(sheet: Worksheet, widths: Sequence[int], *, repeated: int) -> None:
    """Columns of these widths as wide as a page where they stay readable, else on several, the first columns on each."""
    if PAGE_WIDTH / sum(7 * width + 5 for width in widths) >= SMALLEST / 100:
        sheet.fit_to_pages(1, 0)
    else:
        sheet.set_print_scale(SMALLEST)
        sheet.repeat_columns(0, repeated - 1)
