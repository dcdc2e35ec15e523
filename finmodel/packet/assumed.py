"""What was assumed: every number with its source, status and date."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

from finmodel.assumptions.words import capitalized, describe, in_words, subject_and_measure
from finmodel.explain import cite
from finmodel.format import amount, in_full
from finmodel.packet.blocks import Block, Cell, Heading, Paragraph, Row, Section, Table
from finmodel.packet.cells import said, text
from finmodel.packet.material import Material

MEANS = {"sourced": "read in the source named", "client": "the practice's own", "judgment": "somebody's estimate",
         "illustrative": "made up to show how the model works", "placeholder": "to be replaced before anybody relies on it"}
# Entries with at most so many numbers each stand as rows of one table, with their numbers in columns.
MOST_COLUMNS = 6
STANDING = "Status, date, source"


def assumed(of: Material) -> Section:
    """Every number that goes in, in the order of the practice file."""
    counts = {state: sum(one.status == state for one in of.assumptions.values()) for state in MEANS}
    told = "; ".join(f"{state}: {meaning}" for state, meaning in MEANS.items() if counts[state])
    sections: dict[str, list[str]] = {}
    for path in of.assumptions:
        sections.setdefault(path.partition(".")[0], []).append(path)
    base_year = of.assumptions.practice.base_year
    return Section("assumed", "What was assumed", (
        Paragraph(f"What a status means: {told}."), Heading("Sources"), _sources(of), Heading("Numbers"),
        Paragraph(f"Amounts are those of {base_year} unless said otherwise; trends and growth apply from the year after."),
        *(_table(of, capitalized(in_words(section)), paths) for section, paths in sections.items())))


def _table(of: Material, title: str, paths: Sequence[str]) -> Block:
    """Numbers of a section: entries down and their numbers across where they are alike, else one under the other."""
    entries = {entry: list(found) for entry, found in itertools.groupby(paths, key=lambda path: path.rpartition(".")[0])}
    fields = list(dict.fromkeys(path.rpartition(".")[2] for path in paths))
    alike = len(entries) > 1 and 1 < len(fields) <= MOST_COLUMNS and all(entry.count(".") for entry in entries)
    return _across(of, title, entries, fields) if alike else _down(of, title, paths)


def _across(of: Material, title: str, entries: dict[str, list[str]], fields: Sequence[str]) -> Table:
    practice = of.assumptions.practice
    rows = []
    for entry, paths in entries.items():
        by_field = {path.rpartition(".")[2]: path for path in paths}
        told = "; ".join(dict.fromkeys(_standing(of, path) for path in paths))
        cells = (_value(of, by_field[field]) if field in by_field else text("") for field in fields)
        rows.append(Row(capitalized(subject_and_measure(paths[0], practice)[0] if len(fields) > 1 and not _is_mix(entry)
                                    else in_words(entry.replace(".", ", "))), (*cells, text(told))))
    heads = [_head(of, next(path for path in itertools.chain(*entries.values()) if path.endswith(f".{field}")), field)
             for field in fields]
    return _said_once(Table(title, ("", *heads, STANDING), tuple(rows), "",
                            (2.6, *(1.15 for _ in fields), max(2.0, 7.0 - 1.15 * len(fields)))))


def _said_once(table: Table) -> Table:
    """What stands in the last column of every row stands under the table instead."""
    told = {row.cells[-1].text for row in table.rows}
    if len(told) > 1:
        return table
    rows = tuple(replace(row, cells=row.cells[:-1]) for row in table.rows)
    return replace(table, columns=table.columns[:-1], rows=rows, widths=table.widths[:-1], note=f"All: {told.pop()}.")


def _is_mix(entry: str) -> bool:
    return entry.startswith("payer_mix")


def _head(of: Material, path: str, field: str) -> str:
    if _is_mix(path):
        payer = of.assumptions.practice.payers.get(field)
        return payer.label if payer else in_words(field)
    return capitalized(subject_and_measure(path, of.assumptions.practice)[1])


def _down(of: Material, title: str, paths: Sequence[str]) -> Table:
    rows = tuple(Row(describe(path, of.assumptions.practice), (_value(of, path, with_unit=True), text(_standing(of, path))))
                 for path in paths)
    return _said_once(Table(title, ("Number", "Value", STANDING), rows, widths=(4.2, 2.4, 4.4)))


def _value(of: Material, path: str, *, with_unit: bool = False) -> Cell:
    """The value of the base year, and how it goes on where it is a path."""
    quantity, base_year = of.assumptions[path], of.assumptions.practice.base_year
    value = quantity.at(base_year)
    steps = [*(quantity.by_year or {}).items(), *(quantity.by_date or {}).items()]
    path_told = "".join(f"; {amount(step, quantity.unit)} from {when}" for when, step in steps
                        if base_year < int(str(when)[:4]) <= of.result.years[-1])
    told = said(value, quantity.unit) if with_unit else amount(value, quantity.unit)
    shown = in_full(value, "count") if quantity.unit == "count" else told
    return Cell(shown + path_told, value, quantity.unit)


def _standing(of: Material, path: str) -> str:
    """Status, date, source and note of a number; the source by its key in the table of sources."""
    quantity = of.assumptions[path]
    citation = cite(path, quantity, of.assumptions.practice.base_year, {}, of.assumptions.changed.get(path))
    return ", ".join(one for one in (citation.status, citation.as_of, quantity.source or "", citation.note) if one)


def _sources(of: Material) -> Table:
    """The sources that a number or a benchmark table names."""
    rows = tuple(Row(key, (text(one.publisher), text(one.title), text(str(one.date)), text(one.address)))
                 for key, one in of.named_sources.items())
    return Table("", ("Key", "Publisher", "Title", "Date", "Where"), rows, widths=(1.7, 2.0, 3.2, 1.1, 3.2))
