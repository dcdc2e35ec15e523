"""The same verbs from a shell: evaluate, explain, validate, app."""

import csv
import io
import json
import math
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from finmodel import __version__
from finmodel.assumptions import BadInput, Change, Fault, Practice, load_practice, load_scenario, load_sources
from finmodel.assumptions.files import load_entries, load_file
from finmodel.assumptions.reference import LARGEST_AMOUNT, Operation
from finmodel.cases import assume, cautions, changed
from finmodel.explain import explain as explain_line
from finmodel.explain import node_document, tree_lines
from finmodel.format import amount, number, unit_in_words
from finmodel.model import Result, assemble_model, evaluate

HEADLINE = ("exams", "work_rvus", "total_rvus", "collections", "other_professional_revenue", "total_revenue",
            "total_provider_expense", "total_operating_expense", "total_expense", "support_deficit",
            "existing_hospital_payments", "support_deficit_after_existing", "client_support_deficit", "radiologist_fte",
            "support_deficit_per_fte", "support_deficit_per_work_rvu", "revenue_per_work_rvu", "expense_per_work_rvu",
            "owner_take_home_without_support", "fiscal_year_support_deficit")
T = TypeVar("T")
FORMATS = click.Choice(["table", "json", "csv"])
SETTING = re.compile(r"(?P<path>[a-z0-9_.*-]*([a-z0-9_]|\.\*))(@(?P<year>\d{4})(?P<onward>-)?)?"
                     r"\s*(?P<sign>[+*]?)=\s*(?P<amount>\S+)")
OPERATIONS: dict[str, Operation] = {"": "set", "+": "add", "*": "multiply"}
CHANGES = (
    click.option("--scenario", "scenarios", multiple=True, help="A scenario file or built-in name; several compose in order."),
    click.option("--set", "settings", multiple=True, metavar="PATH[@YEAR[-]]=VALUE",
                 help="Set an assumption, in all years, one year, or from a year on; += adds and *= multiplies."),
    click.option("--override", "overrides", multiple=True, metavar="LINE[@YEAR[-]]=VALUE",
                 help="Give a line instead of computing it; everything downstream is marked."),
)


def with_changes(command: Any) -> Any:
    """A command that takes scenarios, settings and overrides."""
    for option in reversed(CHANGES):
        command = option(command)
    return command


class Verbs(click.Group):
    """Turns every known failure into one line per fault and exit code 2; nothing ends in a traceback."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run the command line."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(encoding="utf-8", errors="replace")
        try:
            sys.exit(super().main(*arguments, **{**options, "standalone_mode": False}))
        except click.exceptions.Abort:
            click.echo("Interrupted.", err=True)
        except click.ClickException as error:
            click.echo(error.format_message(), err=True)
        sys.exit(2)

    def invoke(self, context: click.Context) -> Any:
        """Run one verb; a reader that closed the pipe early got what it wanted."""
        try:
            code = super().invoke(context)
            sys.stdout.flush()
            return code
        except BadInput as error:
            for fault in error.faults:
                click.echo(str(fault), err=True)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        except OSError as error:
            click.echo(f"The output cannot be written: {error.strerror}.", err=True)
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="finmodel %(version)s")
def finmodel() -> None:
    """Hospital contract financial modeling for radiology groups."""


def parse_change(option: str, text: str) -> Change:
    """A change from ``path=value``, ``path@2027=value`` or ``path@2027-=value``; += adds and *= multiplies."""
    match = SETTING.fullmatch(text.strip())
    if match is None or (option == "--override" and match["sign"]):
        name = "line" if option == "--override" else "path"
        raise BadInput([Fault(option, text, f"write {name}=value, {name}@2027=value or {name}@2027-=value")])
    try:
        value = float(match["amount"].replace("_", ""))
    except ValueError:
        value = math.nan
    if not abs(value) <= LARGEST_AMOUNT:
        raise BadInput([Fault(option, match["path"], f"'{match['amount'][:40]}' is not a number of at most {LARGEST_AMOUNT:g}")])
    year = int(match["year"]) if match["year"] else None
    only, onward = (None, year) if match["onward"] else (year, None)
    operation = "override" if option == "--override" else OPERATIONS[match["sign"]]
    return Change(path=match["path"], operation=operation, amount=value, year=only, from_year=onward)


def evaluated(practice: str, scenarios: Sequence[str], settings: Sequence[str], overrides: Sequence[str]) -> Result:
    """The run of a practice after scenarios, settings and overrides; all faults at once."""
    faults: list[Fault] = []

    def attempt(make: Callable[..., T], *arguments: Any) -> T | None:
        try:
            return make(*arguments)
        except BadInput as error:
            faults.extend(error.faults)
            return None

    base = attempt(load_practice, practice)
    loaded = [attempt(load_scenario, name) for name in scenarios]
    changes = [attempt(parse_change, "--set", text) for text in settings]
    given = [attempt(parse_change, "--override", text) for text in overrides]
    assumptions = assume(base) if base else None
    for origin, made in (*((one.name, one.changes) for one in loaded if one), ("--set", changes), ("--override", given)):
        if assumptions:
            assumptions = attempt(changed, assumptions, [one for one in made if one], origin) or assumptions
    result = attempt(evaluate, assumptions) if assumptions else None
    if faults or result is None:
        raise BadInput(faults)
    return result


def result_document(result: Result) -> dict[str, Any]:
    """The result as plain data of full precision; not available is None."""

    def plain(values: Any) -> list[float | None]:
        return [float(value) if math.isfinite(value) else None for value in values]

    lines = {}
    for name, one in result.graph.lines.items():
        if one.unit == "check":
            continue
        rows = result.rows(name)
        array = result[name][:, :, 0]
        lines[name] = {"label": one.label, "unit": one.unit, "rows": list(rows) if rows else None,
                       "values": [plain(row) for row in array] if rows else plain(array[0])}
    failed = result.failed_checks()
    return {"practice": result.assumptions[0].practice.name, "years": list(result.years), "lines": lines, "proposals": {},
            "checks": {"passed": result.check_count - len(failed), "failed": failed}}


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
    """The headline lines over the years, and the checks."""
    click.echo(result.assumptions[0].practice.name)
    labels = {name: f"{result.graph.lines[name].label} {unit_words(result, name)}".rstrip() for name in HEADLINE}
    width = max(len(label) for label in labels.values()) + 2
    click.echo(" " * width + "".join(f"{year:>16}" for year in result.years))
    for name, label in labels.items():
        unit = result.graph.lines[name].unit
        click.echo(f"{label:<{width}}" + "".join(f"{amount(value, unit):>16}" for value in result.series(name)))
    failed = result.failed_checks()
    click.echo(f"\nChecks: {result.check_count - len(failed)} passed, {len(failed)} failed")
    for name in failed:
        click.echo(f"  FAILS: {result.graph.lines[name].label} ({name})")
    illustrative = sum(q.status == "illustrative" for q in result.assumptions[0].values())
    for caution in cautions(result.assumptions[0]):
        click.echo(f"Caution: {caution}")
    if illustrative:
        click.echo(f"{number(illustrative)} of {number(len(result.assumptions[0]))} assumptions are illustrative, not sourced.")


def unit_words(result: Result, name: str) -> str:
    """The unit of a line in brackets, where it has words."""
    words = unit_in_words(result.graph.lines[name].unit)
    return f"({words})" if words and words != "per year" else ""


@finmodel.command("evaluate")
@click.argument("practice")
@with_changes
@click.option("--format", "form", type=FORMATS, default="table", show_default=True)
def evaluate_practice(practice: str, scenarios: tuple[str, ...], settings: tuple[str, ...], overrides: tuple[str, ...],
                      form: str) -> int:
    """The projection: every line, every year."""
    result = evaluated(practice, scenarios, settings, overrides)
    if form == "json":
        click.echo(json.dumps(result_document(result), allow_nan=False, ensure_ascii=False))
    elif form == "csv":
        click.echo(csv_text(result), nl=False)
    else:
        print_table(result)
    return 1 if result.failed_checks() else 0


@finmodel.command()
@click.argument("practice")
@click.argument("line")
@click.option("--year", type=int, help="The calendar year; the base year unless given.")
@with_changes
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def explain(practice: str, line: str, year: int | None, scenarios: tuple[str, ...], settings: tuple[str, ...],
            overrides: tuple[str, ...], form: str) -> None:
    """The tree behind one number, a line or an input, down to its sources."""
    result = evaluated(practice, scenarios, settings, overrides)
    year = result.years[0] if year is None else year
    if year not in result.years:
        raise BadInput([Fault("--year", str(year), f"the projection runs from {result.years[0]} to {result.years[-1]}")])
    node = explain_line(result, line, year, {**load_sources(), **result.assumptions[0].practice.sources})
    click.echo(json.dumps(node_document(node), allow_nan=False, ensure_ascii=False) if form == "json"
               else "\n".join([f"{result.assumptions[0].practice.name}, {year}", *tree_lines(node)]))


@finmodel.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def validate(files: tuple[Path, ...]) -> None:
    """All faults of input files: practices, scenarios, benchmarks, Medicare rules, sources."""
    faults: list[Fault] = []
    for path in files:
        try:
            kind, record = load_file(path)
            if isinstance(record, Practice):
                faults += model_faults(record, str(path))
            if not any(fault.file == str(path) for fault in faults):
                click.echo(f"{path}: a valid {kind} file")
        except BadInput as error:
            faults += error.faults
            faults += entry_faults(path)
    if faults:
        raise BadInput(faults)


def entry_faults(path: Path) -> list[Fault]:
    """What the assembled model shows of the expenses and selections of a file that has other faults."""
    try:
        practice = load_entries(path)
        if practice:
            assemble_model(assume(practice))
    except BadInput as error:
        return [replace(fault, file=str(path)) for fault in error.faults]
    return []


def model_faults(practice: Practice, file: str) -> list[Fault]:
    """What only the assembled model shows: entries that do not fit together, and checks that fail."""
    try:
        result = evaluate(assume(practice))
    except BadInput as error:
        return [replace(fault, file=file) for fault in error.faults]
    return [Fault(file, name, f"this check fails: {result.graph.lines[name].label}") for name in result.failed_checks()]


@finmodel.command()
@click.option("--port", type=click.IntRange(1024, 65535), default=8501, show_default=True)
@click.option("--no-browser", is_flag=True, help="Only start the server.")
def app(port: int, no_browser: bool) -> None:
    """The web app on 127.0.0.1."""
    from finmodel.ui.server import serve

    serve(port, open_browser=not no_browser)
