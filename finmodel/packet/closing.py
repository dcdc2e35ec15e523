"""The terms in words, what if, the evidence and questions of the group's own copy, the checks, and the appendix."""

from collections.abc import Iterator

from finmodel import risk_charts
from finmodel.analysis.signals import NOTE, Placement
from finmodel.assumptions.words import capitalized, describe, in_words
from finmodel.cases import cautions
from finmodel.contracts.term_sheet import term_sheet
from finmodel.engine import Line
from finmodel.format import amount, percent
from finmodel.format import number as plain_number
from finmodel.packet.blocks import Block, Bullets, Clause, Drawing, Heading, Paragraph, Row, Section, Table
from finmodel.packet.cells import DOLLARS, MOST_YEARS, number, text
from finmodel.packet.material import LONGEST_NAME, Material

# Lines with more rows than these are told without their values.
MOST_ROWS = 8


def terms(of: Material) -> Section:
    """Every proposal in words."""
    blocks: list[Block] = []
    for key, proposal in of.proposals.items():
        sheet = term_sheet(proposal, of.words)
        blocks += [Heading(of.names[key]),
                   Table("", ("", "What is agreed"),
                         tuple(Row(name, (text(words),)) for name, words in (*_name(of, key), *sheet.facts)), widths=(1.4, 6.0)),
                   *(Clause(one.heading, one.text) for one in sheet.paragraphs)]
    return Section("terms", "The terms in words", tuple(blocks))


def _name(of: Material, key: str) -> list[tuple[str, str]]:
    """The name of a proposal in full, where it is shortened elsewhere."""
    name = of.proposals[key].name
    return [] if len(name) <= LONGEST_NAME else [("Name", name)]


def what_if(of: Material) -> Section:
    """What moves the deficit most, alone and two at a time."""
    name = of.result.graph.lines[of.deficit_line].label if of.has(of.deficit_line) else "Support deficit"
    rows = [(one.label, one.line_at_low, one.line, one.line_at_high, _moved(one.low, one.high, one.operation))
            for one in of.levers]
    blocks: list[Block] = [Paragraph(f"Each bar moves one thing alone, by a tenth or by a point, and shows what the line "
                                     f"'{name.lower()}' of {of.year} becomes. Nothing else changes.")]
    if rows:
        blocks += [Drawing(f"What moves the line of {of.year} most", risk_charts.tornado(rows, str(of.year), "light"), "tornado",
                           "The model run again with one number moved."), _tornado_table(of)]
    if of.two_way:
        blocks += [Heading("Two at a time"), two_way(of)]
    return Section("what_if", "What if", tuple(blocks))


def _moved(low: float, high: float, operation: str) -> str:
    if operation == "add":
        return f"{percent(low)} to {percent(high)} points"
    return f"{percent(low, 0)} to {percent(high, 0)}"


def _tornado_table(of: Material) -> Table:
    rows = tuple(Row(one.label, (text(_moved(one.low, one.high, one.operation)), number(one.line_at_low, DOLLARS),
                                 number(one.line_at_high, DOLLARS))) for one in of.levers)
    return Table("The same in numbers", ("What is moved", "By", "At its low", "At its high"), rows,
                 "Dollars a year; a minus is a surplus.", (3.4, 1.8, 1.6, 1.6))


def two_way(of: Material) -> Table:
    """The line for pairs of values of the two assumptions that move it most."""
    found = of.two_way
    first, second = of.two_way_movers
    if found is None:
        return Table("", (), ())
    practice = of.assumptions.practice
    rows = tuple(Row(amount(value, first.unit), tuple(number(cell, DOLLARS) for cell in found.line[at]))
                 for at, value in enumerate(found.first_values))
    return Table(f"{describe(first.path, practice)} (down) by {describe(second.path, practice)} (across), {of.year}",
                 ("", *(amount(value, second.unit) for value in found.second_values)), rows,
                 "Dollars a year; a minus is a surplus.")


def evidence(of: Material) -> Section:
    """For the group alone: documents that are missing, where amounts fall in benchmark tables, and what to ask counsel."""
    blocks: list[Block] = [Paragraph(NOTE)]
    for key, components in of.components.items():
        missing = [f"{one.label}: {', '.join(in_words(name) for name in one.missing)}." for one in components if one.missing]
        asked = list(dict.fromkeys(f"{one.label}: {question}" for one in components for question in one.questions))
        placed = tuple(_placement(place) for one in components for place in one.placements)
        blocks += [Heading(of.names[key]),
                   Table("Where amounts fall", ("Amount", "Value", "Table", "Position"), placed, widths=(2.8, 1.3, 2.8, 3.0))]
        blocks += [Bullets(tuple(missing), "Evidence still missing")] if missing else []
        blocks += [Bullets(tuple(asked), "Questions for counsel")] if asked else []
    return Section("evidence", "For the group's own eyes", tuple(blocks))


def _placement(of: Placement) -> Row:
    place = f"about percentile {plain_number(of.percentile)}; " if of.percentile is not None else ""
    told = capitalized(f"{place}{of.signal}{f': {of.reason}' if of.reason else ''}")
    return Row(of.amount_label, (number(of.amount, of.unit), text(of.benchmark_label or "no table loaded"), text(told)))


def checks(of: Material) -> Section:
    """Which integrity checks were made."""
    failed, told_first = of.failed, cautions(of.assumptions)
    told = (f"{len(failed)} of {len(of.checks)} integrity checks fail. Do not use these figures." if failed else
            f"All {len(of.checks)} integrity checks pass. Each compares two sides that are computed independently.")
    rows = tuple(Row(label, (text("passes" if passes else "FAILS"),)) for label, passes in of.checks)
    careful = (Bullets(tuple(told_first), "What to know before relying on the figures"),) if told_first else ()
    return Section("checks", "Checks", (Paragraph(told), *careful,
                                        Table("", ("What is compared", "Result"), rows, widths=(6.0, 1.0))))


def appendix(of: Material) -> Section:
    """Every line with its values by year and how it is derived; long tables of rows stand in the files beside the packet."""
    years = of.result.years[:MOST_YEARS]
    rows = [row for name, one in of.result.graph.lines.items() if one.unit != "check" for row in _of_line(of, name, one)]
    later = "" if len(years) == len(of.result.years) else f" The years after {years[-1]} are in the workbook and the CSV file."
    return Section("appendix", "Every line and how it is derived", (Table(
        "", ("Line", *map(str, years), "How it is derived"), tuple(rows),
        f"Amounts in the unit of the line: dollars, FTE, work RVUs or shares.{later}", (3.0, *(1.3 for _ in years), 3.6)),))


def _of_line(of: Material, name: str, one: Line) -> Iterator[Row]:
    formula, labels, values = one.formula.split("\n")[0], of.result.rows(name) or ("",), of.result[name][:, :MOST_YEARS, 0]
    if len(labels) > MOST_ROWS:
        years = (text("") for _ in values[0])
        yield Row(f"{one.label}: {len(labels)} rows, in the workbook and the CSV file", (*years, text(formula)))
        return
    if len(labels) > 1:
        yield Row(one.label, (*(text("") for _ in values[0]), text(formula)))
    for at, row in enumerate(labels):
        cells = (of.cell(name, year) if not row and not one.table else number(float(value), one.unit)
                 for year, value in zip(of.result.years, values[at], strict=False))
        named = of.words.get(f"{one.table}.{row}", capitalized(in_words(row.replace(".", ", "))))
        yield (Row(named, (*cells, text("")), "part") if len(labels) > 1 else
               Row(f"{one.label}: {named}" if row else one.label, (*cells, text(formula))))
