"""The verbs that ask how sure the figures are: simulate, sensitivity, solve."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from finmodel.analysis.sensitivity import Mover, movers
from finmodel.analysis.solve import Solution, solve
from finmodel.analysis.uncertainty.parties import Party, lines_needed, parties
from finmodel.analysis.uncertainty.simulate import Simulated, simulate
from finmodel.analysis.uncertainty.summary import Spread
from finmodel.assumptions import BadInput, Fault
from finmodel.assumptions.files import load_uncertainty, parse_uncertainty
from finmodel.assumptions.reading import read_file
from finmodel.assumptions.reference import LARGEST_AMOUNT
from finmodel.assumptions.uncertainty import Uncertainty
from finmodel.cli.inputs import Given, with_inputs
from finmodel.cli.output import plain
from finmodel.format import amount, money, percent

FORMATS = click.Choice(["table", "json"])
SHOWN = 20


@click.command("simulate")
@with_inputs
@click.option("--draws", default=16_384, show_default=True, help="How many futures to draw.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same futures on every machine.")
@click.option("--method", type=click.Choice(["sobol", "plain"]), default="sobol", show_default=True)
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option("--drivers", metavar="FILE", help="What is uncertain, and how much; the drivers that ship unless given.")
@click.option("--format", "form", type=FORMATS, default="table", show_default=True)
def simulate_practice(given: Given, draws: int, seed: int, method: Any, processes: int, drivers: str | None, form: str) -> None:
    """Distributions for each party of each proposal, the budget held: how sure the figures are, and who bears which risk."""
    assumptions = given.evaluated().assumptions[0]
    uncertainty = parse_uncertainty(read_file(Path(drivers), drivers), drivers) if drivers else load_uncertainty()
    with _progress_bar() as bar:
        simulated = simulate(assumptions, uncertainty, lines_needed(assumptions.proposals), count=draws, seed=seed,
                             method=method, processes=processes, progress=lambda share: bar.update(int(share * 100) - bar.pos))
    borne = parties(simulated)
    if form == "json":
        click.echo(json.dumps(_simulation_document(simulated, uncertainty, borne, seed), allow_nan=False, ensure_ascii=False))
    else:
        _print_simulation(simulated, uncertainty, borne)


def _progress_bar() -> Any:
    """Progress for people, beside the output that programs read."""
    return click.progressbar(length=100, label="Drawing futures", file=click.get_text_stream("stderr"))  # type: ignore[operator]


def _simulation_document(simulated: Simulated, uncertainty: Uncertainty, borne: Sequence[Party], seed: int) -> dict[str, Any]:
    def document(one: Spread) -> dict[str, Any]:
        found = asdict(one)
        found["percentiles"] = {str(at): value for at, value in found["percentiles"].items()}
        return found

    return {"practice": simulated.base.assumptions[0].practice.name, "draws": simulated.count, "seed": seed,
            "parties": {one.key: {"label": one.label, **document(one.spread), "risks": one.risks} for one in borne},
            "drivers": {key: driver.label for key, driver in uncertainty.drivers.items()}}


def _print_simulation(simulated: Simulated, uncertainty: Uncertainty, borne: Sequence[Party]) -> None:
    name = simulated.base.assumptions[0].practice.name
    click.echo(f"{name}: {simulated.count:,} futures; US dollars a year, mean of the years")
    width = max(len(one.label) for one in borne) + 2
    heads = ("Expected", "1 in 20 below", "Median", "1 in 20 above", "Above expected", "by on average")
    click.echo(" " * width + "".join(f"{head:>16}" for head in heads))
    for one in borne:
        found = one.spread
        values = [money(found.limit), *(money(found.percentiles[at].value) for at in (5, 50, 95)),
                  percent(found.shortfall_probability.value), money(found.shortfall.value)]
        click.echo(f"{one.label:<{width}}" + "".join(f"{value:>16}" for value in values))
    click.echo("\nPart of the variance that each driver explains on its own")
    wide = max(len(driver.label) for driver in uncertainty.drivers.values()) + 2
    for at, one in enumerate(borne):
        click.echo(f"  {at + 1}  {one.label}")
    click.echo(" " * wide + "".join(f"{at + 1:>10}" for at in range(len(borne))))
    for key, driver in uncertainty.drivers.items():
        click.echo(f"{driver.label:<{wide}}" + "".join(f"{percent(one.risks[key]):>10}" for one in borne))


@click.command("sensitivity")
@with_inputs
@click.option("--target", default="support_deficit", show_default=True, metavar="LINE", help="The line to be moved.")
@click.option("--year", type=int, help="The calendar year; the year after the base year unless given.")
@click.option("--format", "form", type=FORMATS, default="table", show_default=True)
def rank_assumptions(given: Given, target: str, year: int | None, form: str) -> None:
    """The tornado table: what each assumption alone does to a line, from its own low to its high or ± 10 %."""
    assumptions = given.evaluated().assumptions[0]
    _see_that_year_is_projected(year, assumptions.practice.years)
    found = movers(assumptions, target, year)
    if form == "json":
        click.echo(json.dumps([_mover_document(one) for one in found], allow_nan=False, ensure_ascii=False))
        return
    width = max(len(one.label) for one in found[:SHOWN]) + 2
    click.echo(" " * width + "".join(f"{head:>18}" for head in ("from", "to", f"{target[:14]} at", "and at")))
    for one in found[:SHOWN]:
        ends = [amount(value, one.unit) for value in (one.low, one.high)]
        lines = [f"{value:,.0f}" for value in (one.line_at_low, one.line_at_high)]
        click.echo(f"{one.label:<{width}}" + "".join(f"{value:>18}" for value in (*ends, *lines)))


def _mover_document(one: Mover) -> dict[str, Any]:
    low, value, high, at_low, line, at_high = plain([one.low, one.value, one.high, one.line_at_low, one.line, one.line_at_high])
    return {"path": one.path, "label": one.label, "unit": one.unit, "low": low, "value": value, "high": high,
            "line_at_low": at_low, "line": line, "line_at_high": at_high}


@click.command("solve")
@with_inputs
@click.option("--target", required=True, metavar="LINE=VALUE", help="The line, and the value it should have.")
@click.option("--vary", required=True, metavar="PATH", help="The assumption to be found.")
@click.option("--year", type=int, help="The calendar year; the mean of all years unless given.")
@click.option("--between", type=float, nargs=2, metavar="LOW HIGH", help="Where to look.")
@click.option("--format", "form", type=FORMATS, default="table", show_default=True)
def solve_for(given: Given, target: str, vary: str, year: int | None, between: tuple[float, float] | None, form: str) -> int:
    """What it would take: the values of one assumption that bring a line to a target."""
    assumptions = given.evaluated().assumptions[0]
    _see_that_year_is_projected(year, assumptions.practice.years)
    line, value = _target(target)
    found = solve(assumptions, line, value, vary, year=year, bounds=between)
    if form == "json":
        click.echo(json.dumps({"path": vary, "unit": found.unit, "values": list(found.values), "bounds": list(found.bounds),
                               "nearest": {"value": found.nearest_value, "line": found.nearest_line}}, allow_nan=False))
    else:
        click.echo(_solution_in_words(found, line, value))
    return 0 if found.values else 1


def _target(text: str) -> tuple[str, float]:
    line, sign, value = text.partition("=")
    try:
        number = float(value.replace("_", "").replace(",", ""))
    except ValueError:
        number = float("nan")
    if not sign or not abs(number) <= LARGEST_AMOUNT:
        raise BadInput([Fault("--target", text, "write line=value, such as support_deficit=0")])
    return line.strip(), number


def _solution_in_words(found: Solution, line: str, value: float) -> str:
    if found.values:
        reached = " or ".join(f"{one:,.6g}" for one in found.values)
        return f"{line} is {value:,.2f} where {found.path} is {reached} {found.unit}."
    return (f"Not reachable between {found.bounds[0]:g} and {found.bounds[1]:g}: the nearest is {line} = "
            f"{found.nearest_line:,.2f}, where {found.path} is {found.nearest_value:,.6g} {found.unit}.")


def _see_that_year_is_projected(year: int | None, years: tuple[int, ...]) -> None:
    if year is not None and year not in years:
        raise BadInput([Fault("--year", str(year), f"the projection runs from {years[0]} to {years[-1]}")])
