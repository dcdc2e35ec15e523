"""What stands on a slide: titles, statements, figures, native charts and tables; every word as text."""

import io
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_AXIS_CROSSES, XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Pt

from finmodel.packet.blocks import Drawing, Figures, Table
from finmodel.packet.lettering import plain_label, seen
from finmodel.packet.native import Native, native

WIDE, HIGH, EDGE = Inches(13.333), Inches(7.5), Inches(0.6)


def _colour(code: str) -> Any:
    return RGBColor.from_string(code.lstrip("#"))  # type: ignore[no-untyped-call]


INK, QUIET, DEEP, SHADE, WHITE = (_colour(code) for code in ("1F2933", "52606D", "175A8F", "EEF2F6", "FFFFFF"))
TYPES = {("bar", True): XL_CHART_TYPE.BAR_STACKED, ("bar", False): XL_CHART_TYPE.BAR_CLUSTERED,
         ("column", True): XL_CHART_TYPE.COLUMN_STACKED, ("column", False): XL_CHART_TYPE.COLUMN_CLUSTERED,
         ("line", False): XL_CHART_TYPE.LINE_MARKERS}
MILLIONS = '$#,##0.0,,"M";−$#,##0.0,,"M"'


class Deck:
    """A presentation of wide slides."""

    def __init__(self) -> None:
        self.presentation: Any = Presentation()
        self.presentation.slide_width, self.presentation.slide_height = WIDE, HIGH

    def title(self, title: str, practice: str, told: str, logo: bytes | None) -> None:
        """The first slide."""
        slide = self.slide(title, at=Inches(2.6), size=36)
        slide.words(practice, Inches(3.7), Inches(0.6), size=22, colour=INK)
        slide.words(told, Inches(4.3), Inches(0.5), size=14, colour=QUIET)
        if logo:
            picture = slide.shapes.add_picture(io.BytesIO(logo), EDGE, Inches(0.6), height=Inches(0.9))
            _described(picture, f"Logo of {practice}")

    def slide(self, title: str, at: int = Inches(0.35), size: int = 26) -> "Slide":
        """A slide with its title."""
        return Slide(self.presentation.slides.add_slide(self.presentation.slide_layouts[5]), title, at, size)


class Slide:
    """A slide that is filled from its top to its bottom."""

    def __init__(self, slide: Any, title: str, at: int, size: int) -> None:
        self.slide, self.shapes, self.top = slide, slide.shapes, at + Inches(1.0)
        heading = slide.shapes.title
        heading.left, heading.top, heading.width, heading.height = EDGE, at, WIDE - 2 * EDGE, Inches(0.9)
        _write(heading.text_frame, title, size, DEEP, bold=True)

    def words(self, text: str, top: int, height: int, *, size: int, colour: RGBColor) -> None:
        """A line of text."""
        box = self.shapes.add_textbox(EDGE, top, WIDE - 2 * EDGE, height)
        _write(box.text_frame, text, size, colour)

    def statement(self, text: str) -> None:
        """The sentence that has to be read first."""
        box = self.shapes.add_textbox(EDGE, self.top, WIDE - 2 * EDGE, Inches(1.7))
        box.fill.solid()
        box.fill.fore_color.rgb = DEEP
        box.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        _write(box.text_frame, text, 22, WHITE, bold=True)
        self.top += Inches(2.0)

    def figures(self, of: Figures) -> None:
        """Numbers side by side."""
        gap = Inches(0.15)
        wide = (WIDE - 2 * EDGE - gap * (len(of.figures) - 1)) // len(of.figures)
        for at, one in enumerate(of.figures):
            box = self.shapes.add_textbox(EDGE + at * (wide + gap), self.top, wide, Inches(1.7))
            box.fill.solid()
            box.fill.fore_color.rgb = SHADE
            _write(box.text_frame, one.label, 13, QUIET)
            for text, size, colour in ((one.text, 20, DEEP), (one.note, 12, QUIET)):
                _run(box.text_frame.add_paragraph(), text, size, colour, bold=size == 20)
        self.top += Inches(2.0)

    def chart(self, of: Drawing) -> None:
        """A native chart, which can be edited."""
        laid = native(of)
        data: Any = CategoryChartData(number_format="General")  # type: ignore[no-untyped-call]
        data.categories = [plain_label(one) for one in laid.categories]
        for series in laid.series:
            data.add_series(plain_label(series.name), series.values)
        frame = self.shapes.add_chart(TYPES[laid.shape, laid.is_stacked], EDGE, self.top, WIDE - 2 * EDGE,
                                      HIGH - self.top - Inches(0.4), data)
        _described(frame, of.chart.alternative)
        _styled(frame.chart, laid)

    def table(self, of: Table) -> None:
        """A table as wide as the slide."""
        high = Inches(0.36)
        whole = high * (len(of.rows) + 1)
        frame = self.shapes.add_table(len(of.rows) + 1, len(of.columns), EDGE, self.top, WIDE - 2 * EDGE, whole)
        _described(frame, of.title)
        table, widths = frame.table, of.widths or tuple(1.0 for _ in of.columns)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Emu(int((WIDE - 2 * EDGE) * width / sum(widths)))
        lines = [("head", of.columns), *((row.kind, (row.label, *(cell.text for cell in row.cells))) for row in of.rows)]
        for at, (kind, texts) in enumerate(lines):
            table.rows[at].height, is_head = high, kind == "head"
            for column, text in enumerate(texts):
                cell = table.cell(at, column)
                cell.margin_top = cell.margin_bottom = Inches(0.03)
                cell.fill.solid()
                cell.fill.fore_color.rgb = SHADE if is_head else WHITE
                is_number = column > 0 and any(row.cells[column - 1].value is not None for row in of.rows)
                _write(cell.text_frame, text, 12, INK, bold=is_head or kind == "total", right=is_number)
        self.top += whole + Inches(0.3)

    def notes(self, texts: list[str]) -> None:
        """What the speaker can say."""
        self.slide.notes_slide.notes_text_frame.text = "\n".join(texts)


def _write(frame: Any, text: str, size: int, colour: RGBColor, *, bold: bool = False, right: bool = False) -> None:
    frame.word_wrap = True
    paragraph = frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
    _run(paragraph, text, size, colour, bold=bold)


def _run(paragraph: Any, text: str, size: int, colour: RGBColor, *, bold: bool) -> None:
    run = paragraph.add_run()
    run.text = seen(text)
    run.font.size, run.font.bold = Pt(size), bold
    run.font.color.rgb = colour


def _described(shape: Any, alternative: str) -> None:
    """Text for those who do not see the shape."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", seen(alternative))


def _styled(chart: Any, laid: Native) -> None:
    chart.font.size, chart.has_legend, chart.has_title = Pt(12), laid.has_legend, False
    if laid.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    chart.value_axis.tick_labels.number_format, chart.value_axis.tick_labels.number_format_is_linked = MILLIONS, False
    chart.value_axis.major_gridlines.format.line.color.rgb = _colour("D9DEE5")
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if laid.shape == "bar":
        chart.category_axis.reverse_order = True
    if laid.begins_at is not None:
        chart.value_axis.crosses = XL_AXIS_CROSSES.CUSTOM
        chart.value_axis.crosses_at = laid.begins_at
    plot = chart.plots[0]
    if laid.shape != "line":
        plot.gap_width, plot.overlap = 45, 100 if laid.is_stacked or laid.begins_at is not None else 0
    for drawn, series in zip(plot.series, laid.series, strict=True):
        if laid.shape == "line":
            drawn.format.line.color.rgb = _colour(series.colour or "")
            drawn.smooth = False
        elif series.colour is None:
            drawn.format.fill.background()
        else:
            drawn.format.fill.solid()
            drawn.format.fill.fore_color.rgb = _colour(series.colour)
        if laid.shape != "line":
            drawn.invert_if_negative = False
