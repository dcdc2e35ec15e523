"""The terms in words, what if, the evidence and questions of the group's own copy, the checks, and the appendix."""

from finmodel import risk_charts
from finmodel.analysis.signals import NOTE
from finmodel.assumptions.words import capitalized, describe, in_words
from finmodel.cases import cautions
from finmodel.contracts.term_sheet import term_sheet
from finmodel.format import amount, percent
from finmodel.packet.blocks import Block, Bullets, Drawing, Heading, Paragraph, Row, Section, Table
from finmodel.packet.cells import DOLLARS, number, said, text
from finmodel.packet.material import Material

SHARES = {"share", "share/year"}


def terms(of: Material) -> Section:
    """Every proposal in words."""
    blocks: list[Block] = []
    for key, proposal in of.proposals.items():
        sheet = term_sheet(proposal, of.words)
        blocks += [Heading(of.names[key]),
                   Table("Facts", ("", "What is agreed"), tuple(Row(name, (text(words),)) for name, words in sheet.facts),
                         widths=(1.4, 6.0)),
                   *(Paragraph(f"{one.heading}. {one.text}") for one in sheet.paragraphs)]
    return Section("terms", "The terms in words", tuple(blocks))


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
    return Table("The same in numbers", ("What is moved", "By", "At its low", "At its high"), rows, "Dollars a year.",
                 (3.4, 1.8, 1.6, 1.6))


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
        placed = tuple(Row(place.amount_label, (number(place.amount, place.unit), text(place.benchmark_label or "no table loaded"),
                                                text(_position(place.percentile, place.signal, place.reason))))
                       for one in components for place in one.placements)
        blocks += [Heading(of.names[key]),
                   Table("Where amounts fall", ("Amount", "Value", "Table", "Position"), placed, widths=(2.8, 1.3, 2.8, 3.0))]
        blocks += [Bullets(tuple(missing), "Evidence still missing")] if missing else []
        blocks += [Bullets(tuple(asked), "Questions for counsel")] if asked else []
    return Section("evidence", "For the group's own eyes", tuple(blocks))


def _position(percentile: float | None, signal: str, reason: str) -> str:
    place = f"about the {amount(percentile, 'count').split('.')[0]}th of a hundred; " if percentile is not None else ""
    return capitalized(f"{place}{signal}{f': {reason}' if reason else ''}")


def checks(of: Material) -> Section:
    """Which integrity checks were made."""
    failed = of.failed
    told = (f"All {len(of.checks)} integrity checks pass. Each compares two sides that are computed independently." if not failed else
            f"{len(failed)} of {len(of.checks)} integrity checks fail. Do not use these figures.")
    rows = tuple(Row(label, (text("passes" if passes else "FAILS"),)) for label, passes in of.checks)
    return Section("checks", "Checks", (Paragraph(told), *([Bullets(tuple(cautions(of.assumptions)))] if cautions(of.assumptions) else []),
                                        Table("Checks", ("What is compared", "Result"), rows, widths=(6.0, 1.0))))


def appendix(of: Material) -> Section:
    """Every line with its values by year and how it is derived."""
    years = of.result.years
    rows = []
    for name, one in of.result.graph.lines.items():
        if one.unit == "check":
            continue
        formula = one.formula.split("\n")[0]
        labels = of.result.rows(name) or ("",)
        for at, row in enumerate(labels):
            values = tuple(number(float(value), one.unit) for value in of.result[name][at, :, 0])
            label = one.label if not row else f"{one.label}: {of.words.get(f'{one.table}.{row}', in_words(row.replace('.', ', ')))}"
            rows.append(Row(label, (*values, text(formula if not at else ""))))
    unit_note = "Amounts in the unit of the line: dollars, FTE, work RVUs or shares."
    return Section("appendix", "Every line and how it is derived",
                   (Table("Lines by year", ("Line", *map(str, years), "How it is derived"), tuple(rows), unit_note,
                          (3.0, *(1.35 for _ in years), 4.0)),))


def explained(of: Material) -> list[str]:
    """Headline lines with their formula, for speaker notes."""
    return [f"{one.label} = {one.formula.split(chr(10))[0]} {said(of.value(name), one.unit)} in {of.year}."
            for name, one in of.result.graph.lines.items() if name in {"support_deficit", "total_revenue", "total_expense"}]
