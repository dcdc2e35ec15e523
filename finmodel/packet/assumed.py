"""What was assumed: every number with its source, status and date."""

import itertools
from collections.abc import Iterator

from finmodel.assumptions.words import capitalized, describe, in_words
from finmodel.explain import cite
from finmodel.packet.blocks import Block, Cell, Heading, Paragraph, Row, Section, Table
from finmodel.packet.cells import said, text
from finmodel.packet.material import Material

MEANS = {"sourced": "read in the source named", "client": "the practice's own", "judgment": "somebody's estimate",
         "illustrative": "made up to show how the model works", "placeholder": "to be replaced before anybody relies on it"}


def assumed(of: Material) -> Section:
    """Every number that goes in, in the order of the practice file."""
    counts = {state: sum(one.status == state for one in of.assumptions.values()) for state in MEANS}
    told = "; ".join(f"{state}: {meaning}" for state, meaning in MEANS.items() if counts[state])
    blocks: list[Block] = [Paragraph(f"What each status means: {told}."), _sources(of)]
    grouped = itertools.groupby(of.assumptions, key=lambda path: path.partition(".")[0])
    merged: dict[str, list[str]] = {}
    for section, paths in grouped:
        merged.setdefault(section, []).extend(paths)
    for section, paths in merged.items():
        blocks.append(Table(capitalized(in_words(section)), ("Number", "Value", "Status", "As of", "Source and note"),
                            tuple(_row(of, path) for path in paths), widths=(3.4, 2.2, 1.2, 1.1, 4.4)))
    return Section("assumed", "What was assumed", (*blocks[:1], Heading("Sources"), *blocks[1:2], Heading("Numbers"), *blocks[2:]))


def _row(of: Material, path: str) -> Row:
    quantity, base_year = of.assumptions[path], of.assumptions.practice.base_year
    citation = cite(path, quantity, base_year, dict(of.sources), of.assumptions.changed.get(path))
    where = quantity.source or ""
    value, path_of_values = quantity.at(base_year), " and a path by year" if quantity.value is None else ""
    return Row(describe(path, of.assumptions.practice),
               (Cell(said(value, quantity.unit) + path_of_values, value, quantity.unit),
                text(citation.status), text(citation.as_of), text("; ".join(one for one in (where, citation.note) if one))))


def _sources(of: Material) -> Table:
    """The sources that a number or a benchmark table names."""
    named = dict.fromkeys((*_named(of),))
    rows = tuple(Row(key, (text(of.sources[key].publisher), text(of.sources[key].title), text(str(of.sources[key].date)),
                           text(of.sources[key].address))) for key in named if key in of.sources)
    return Table("Sources", ("Key", "Publisher", "Title", "Date", "Where"), rows, widths=(1.5, 2.0, 3.0, 1.1, 3.0))


def _named(of: Material) -> Iterator[str]:
    yield from (one.source for one in of.assumptions.values() if one.source)
    chosen = of.assumptions.practice.benchmark
    tables = [of.assumptions.benchmarks[chosen.productivity], of.assumptions.benchmarks[chosen.compensation]]
    yield from (one.source for table in tables for one in table.percentiles.values() if one.source)
