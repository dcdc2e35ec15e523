"""How results are written: tables for people, JSON and CSV of full precision for programs."""

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import click

from finmodel.cases import cautions
from finmodel.engine import Line
from finmodel.format import NOT_AVAILABLE, amount, number, unit_in_words
from finmodel.model import Result

FORMATS = click.Choice(["table", "json", "csv"])
HEADLINE = ("exams", "work_rvus", "total_rvus", "collections", "other_professional_revenue", "total_revenue",
            "total_provider_expense", "total_operating_expense", "total_expense", "support_deficit",
            "existing_hospital_payments", "support_deficit_after_existing", "client_support_deficit", "radiologist_fte",
            "support_deficit_per_fte", "support_deficit_per_work_rvu", "revenue_per_work_rvu", "expense_per_work_rvu",
            "owner_take_home_without_support", "fiscal_year_support_deficit")

def plain(values: Iterable[Any]) -> list[float | None]:
    """Numbers as JSON knows them; not available is None."""
    return [float(value) if math.isfinite(value) else None for value in values]


def result_document(result: Result, proposals: dict[str, Any]) -> dict[str, Any]:
    """The result as plain data of full precision; not available is None."""
    lines = {}
    for name, one in result.graph.lines.items():
        if one.unit == "check":
            continue
        rows = result.rows(name)
        array = result[name][:, :, 0]
        lines[name] = {"label": one.label, "unit": one.unit, "rows": list(rows) if rows else None,
                       "values": [plain(row) for row in array] if rows else plain(array[0])}
    failed = result.failed_checks()
    return {"practice": result.assumptions[0].practice.name, "years": list(result.years), "lines": lines,
            "proposals": proposals,
            "checks": {"passed": result.check_count - len(failed), "failed": failed}}


def case_name(result: Result, case: int) -> str:
    """What a case is called: by the scenarios that changed it."""
    one = result.assumptions[case]
    origins = [origin for changed in one.changed.values() for origin in changed.origins] + [origin for origin, _ in one.overrides]
    return ", ".join(dict.fromkeys(origins)) or "As it is"


def csv_text(result: Result) -> str:
    """One row for every line, row and year."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["line", "label", "unit", "row", "year", "value"])
    for name, one in result_document(result, {})["lines"].items():
        rows = one["rows"] or [""]
        values = one["values"] if one["rows"] else [one["values"]]
        for row, series in zip(rows, values, strict=True):
            for year, value in zip(result.years, series, strict=True):
                writer.writerow([name, one["label"], one["unit"], row, year, "" if value is None else repr(value)])
    return text.getvalue()


def print_table(result: Result) -> None:
    """The headline lines over the years."""
    click.echo(result.assumptions[0].practice.name)
    print_rows(result.years, [(title(result, name), result.graph.lines[name].unit, result.series(name)) for name in HEADLINE])


def print_rows(years: Sequence[int], rows: Sequence[tuple[str, str, Sequence[float]]],
               otherwise: Mapping[str, str] = MappingProxyType({})) -> None:
    """A table of labels, units and values over the years; ``otherwise`` has words, by label, for what is not available."""
    width = max(len(label) for label, _, _ in rows) + 2
    click.echo(" " * width + "".join(f"{year:>16}" for year in years))
    for label, unit, values in rows:
        cells = (amount(value, unit) if math.isfinite(value) else otherwise.get(label, NOT_AVAILABLE) for value in values)
        click.echo(f"{label:<{width}}" + "".join(f"{cell:>16}" for cell in cells))


def print_footing(result: Result) -> None:
    """The checks, and what a reader should be told before relying on the numbers."""
    failed = result.failed_checks()
    click.echo(f"\nChecks: {result.check_count - len(failed)} passed, {len(failed)} failed")
    for name in failed:
        click.echo(f"  FAILS: {result.graph.lines[name].label} ({name})")
    illustrative = sum(q.status == "illustrative" for q in result.assumptions[0].values())
    for caution in cautions(result.assumptions[0]):
        click.echo(f"Caution: {caution}")
    if illustrative:
        click.echo(f"{number(illustrative)} of {number(len(result.assumptions[0]))} assumptions are illustrative, not sourced.")


def title(result: Result, name: str) -> str:
    """The label of a line with its unit."""
    line = result.graph.lines[name]
    return f"{line.label} {unit_words(line)}".rstrip()


def unit_words(line: Line) -> str:
    """The unit of a line in brackets, where it has words."""
    words = unit_in_words(line.unit)
    return f"({words})" if words and words != "per year" else ""
