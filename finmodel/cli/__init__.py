"""The same verbs from a shell: each of them a command, those of one subject together in a module of their own."""

import json
from pathlib import Path

import click

from finmodel import __version__
from finmodel.analysis.settlement import settle
from finmodel.assumptions import BadInput, Fault, load_sources
from finmodel.assumptions.year_end import load_year_end
from finmodel.cli.billing import compare_rates, price_codes
from finmodel.cli.hire import add_one
from finmodel.cli.ingest import ingest_exports
from finmodel.cli.inputs import Given, collected_faults, with_inputs
from finmodel.cli.output import (
    FORMATS,
    csv_text,
    print_footing,
    print_table,
    result_document,
)
from finmodel.cli.packet import make_packet
from finmodel.cli.proposals import (
    comparison_document,
    print_comparison,
    print_proposal,
    proposals_document,
)
from finmodel.cli.settlement import print_statement, statement_document
from finmodel.cli.uncertainty import rank_assumptions, simulate_practice, solve_for
from finmodel.cli.validation import faults_of_file
from finmodel.cli.verbs import Verbs
from finmodel.explain import explain as explain_line
from finmodel.explain import node_document, tree_lines


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="finmodel %(version)s")
def finmodel() -> None:
    """Hospital contract financial modeling for radiology groups."""


for _verb in (simulate_practice, rank_assumptions, solve_for, add_one, price_codes, compare_rates, ingest_exports,
              make_packet):
    finmodel.add_command(_verb)


@finmodel.command("evaluate")
@with_inputs
@click.option("--format", "form", type=FORMATS, default="table", show_default=True)
def evaluate_practice(given: Given, form: str) -> int:
    """The projection: every line, every year, and what each proposal pays."""
    result = given.evaluated()
    if form == "json":
        click.echo(json.dumps(result_document(result, proposals_document(result)), allow_nan=False, ensure_ascii=False))
    elif form == "csv":
        click.echo(csv_text(result), nl=False)
    else:
        print_table(result)
        for key in result.assumptions[0].proposals:
            print_proposal(result, key)
        print_footing(result)
    return 1 if result.failed_checks() else 0


@finmodel.command()
@with_inputs
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def compare(given: Given, form: str) -> int:
    """Proposals, or scenarios, side by side: name two or more with --proposal, or with --scenario."""
    if len(given.proposals) < 2 and not given.scenarios:
        raise BadInput([Fault("compare", "", "name at least two proposals, or one scenario to be compared with the practice as "
                                             "it is")])
    result = given.evaluated_by_scenario() if given.scenarios else given.evaluated()
    if form == "json":
        click.echo(json.dumps(comparison_document(result), allow_nan=False, ensure_ascii=False))
    else:
        print_comparison(result)
    return 1 if result.failed_checks() else 0


@finmodel.command("settle")
@with_inputs
@click.option("--actuals", required=True, multiple=True, metavar="FILE",
              help="A TOML file: year, [actuals] line = value or line.row = value, [terms] path in the proposal = value, [paid] "
                   "part = value; one more for each earlier year whose outcome is carried on.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def settle_year(given: Given, actuals: tuple[str, ...], form: str) -> None:
    """The year-end reconciliation (true-up) of one proposal: what was agreed, what happened, and who owes whom what."""
    if len(given.proposals) != 1:
        raise BadInput([Fault("--proposal", "", "name exactly one proposal to settle")])
    assumptions = given.evaluated().assumptions[0]
    with collected_faults() as attempt:
        year_ends = [one for one in (attempt(load_year_end, file) for file in actuals) if one]
    statement = settle(assumptions, next(iter(assumptions.proposals)), *year_ends, files=actuals)
    if form == "json":
        click.echo(json.dumps(statement_document(statement), allow_nan=False, ensure_ascii=False))
    else:
        print_statement(statement)


@finmodel.command()
@with_inputs
@click.argument("line")
@click.option("--year", type=int, help="The calendar year; the base year unless given.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def explain(given: Given, line: str, year: int | None, form: str) -> None:
    """The tree behind one number, a line or an input, down to its sources."""
    result = given.evaluated()
    year = result.years[0] if year is None else year
    if year not in result.years:
        raise BadInput([Fault("--year", str(year), f"the projection runs from {result.years[0]} to {result.years[-1]}")])
    node = explain_line(result, line, year, {**load_sources(), **result.assumptions[0].practice.sources})
    click.echo(json.dumps(node_document(node), allow_nan=False, ensure_ascii=False) if form == "json"
               else "\n".join([f"{result.assumptions[0].practice.name}, {year}", *tree_lines(node)]))


@finmodel.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def validate(files: tuple[Path, ...]) -> None:
    """All faults of input files: practices, proposals, scenarios, benchmarks, Medicare rules, sources."""
    faults: list[Fault] = []
    for path in files:
        kind, found = faults_of_file(path)
        faults += found
        if not found:
            click.echo(f"{path}: a valid {kind} file")
    if faults:
        raise BadInput(faults)


@finmodel.command()
@click.option("--port", type=click.IntRange(1024, 65535), default=8501, show_default=True)
@click.option("--no-browser", is_flag=True, help="Only start the server.")
def app(port: int, no_browser: bool) -> None:
    """The web app on 127.0.0.1."""
    from finmodel.ui.server import serve

    click.echo(f"finmodel is on http://127.0.0.1:{port} (Ctrl+C ends it)")
    serve(port, open_browser=not no_browser)
