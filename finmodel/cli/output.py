"""How results are written: tables for people, JSON and CSV of full precision for programs."""

import csv
import io
import math
from collections.abc import Iterable, Sequence
from typing import Any

import click

from finmodel.cases import cautions
from finmodel.contracts.wiring import payment_name
from finmodel.engine import Line
from finmodel.format import amount, money, number, percent, unit_in_words
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


def result_document(result: Result) -> dict[str, Any]:
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
            "proposals": proposals_document(result),
            "checks": {"passed": result.check_count - len(failed), "failed": failed}}


# What is told of each proposal, by the end of the line's name.
TOLD = ("total", "residual_deficit", "net_new_payment", "deficit_share_covered", "payment_per_fte", "most_owed")


def proposals_document(result: Result) -> dict[str, Any]:
    """Each proposal: the payment of every instance, what it comes to by year, and its present value over the years shown."""
    found = {}
    for key, proposal in result.assumptions[0].proposals.items():
        payments = {instance: plain(result.series(payment_name(key, instance))) for instance in proposal.active_mechanisms}
        told = {name: plain(result.series(f"{key}__{name}")) for name in TOLD}
        found[key] = {"name": proposal.name, "payments": payments, **told,
                      "present_value": plain(result.series(f"{key}__present_value"))[-1]}
    return found


def comparison_document(result: Result) -> dict[str, Any]:
    """The proposals side by side, or the headline lines of every case."""
    cases = [{"name": case_name(result, case), "lines": {name: plain(result.series(name, case)) for name in HEADLINE}}
             for case in range(len(result.assumptions))]
    return {"practice": result.assumptions[0].practice.name, "years": list(result.years),
            "proposals": proposals_document(result), "cases": cases}


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
    for name, one in result_document(result)["lines"].items():
        rows = one["rows"] or [""]
        values = one["values"] if one["rows"] else [one["values"]]
        for row, series in zip(rows, values, strict=True):
            for year, value in zip(result.years, series, strict=True):
                writer.writerow([name, one["label"], one["unit"], row, year, "" if value is None else repr(value)])
    return text.getvalue()


def print_table(result: Result) -> None:
    """The headline lines over the years, the proposals, and the checks."""
    click.echo(result.assumptions[0].practice.name)
    print_rows(result.years, [(title(result, name), result.graph.lines[name].unit, result.series(name)) for name in HEADLINE])
    for key in result.assumptions[0].proposals:
        click.echo("")
        print_proposal(result, key)
    print_footing(result)


def print_proposal(result: Result, key: str) -> None:
    """What a proposal pays by mechanism, and what it comes to."""
    proposal = result.assumptions[0].proposals[key]
    click.echo(f"Proposal: {proposal.name}")
    names = [*(payment_name(key, instance) for instance in proposal.active_mechanisms), *(f"{key}__{name}" for name in TOLD)]
    print_rows(result.years, [(title(result, name).removeprefix(f"{proposal.name}: "), result.graph.lines[name].unit,
                               result.series(name)) for name in names])
    click.echo(f"Present value of all payments shown at {percent(proposal.valuation.discount_rate.at(result.years[0]))}: "
               f"{money(result.series(f'{key}__present_value')[-1])}")


def print_comparison(result: Result) -> None:
    """Proposals or cases, one below the other for each figure, year by year."""
    proposals = result.assumptions[0].proposals
    click.echo(result.assumptions[0].practice.name)
    for name in TOLD if len(proposals) > 1 else ():
        rows = [(one.name, result.graph.lines[f"{key}__{name}"].unit, result.series(f"{key}__{name}"))
                for key, one in proposals.items()]
        line = result.graph.lines[f"{next(iter(proposals))}__{name}"]
        click.echo(f"\n{line.label.split(': ', 1)[-1]} {unit_words(line)}".rstrip())
        print_rows(result.years, rows)
    for name in HEADLINE if len(result.assumptions) > 1 else ():
        line = result.graph.lines[name]
        click.echo(f"\n{title(result, name)}")
        print_rows(result.years, [(case_name(result, case), line.unit, result.series(name, case))
                                  for case in range(len(result.assumptions))])
    print_footing(result)


def print_rows(years: Sequence[int], rows: Sequence[tuple[str, str, Sequence[float]]]) -> None:
    """A table of labels, units and values over the years."""
    width = max(len(label) for label, _, _ in rows) + 2
    click.echo(" " * width + "".join(f"{year:>16}" for year in years))
    for label, unit, values in rows:
        click.echo(f"{label:<{width}}" + "".join(f"{amount(value, unit):>16}" for value in values))


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
