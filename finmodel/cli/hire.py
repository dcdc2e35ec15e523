"""The verb that asks what adding one radiologist does."""

import json
import math
from typing import Any

import click

from finmodel.analysis.hire import Added, Hire, add_radiologist, radiologist_categories
from finmodel.assumptions import BadInput, Fault
from finmodel.assumptions.reference import LARGEST_AMOUNT
from finmodel.cli.inputs import Given, with_inputs
from finmodel.cli.output import plain
from finmodel.format import money, number

NOT_BACK, NEVER_TURNS = "not in 5 years", "keeps falling"


@click.command("hire")
@with_inputs
@click.option("--category", metavar="KEY", help="Which radiologists the new one is like; those with most FTE unless given.")
@click.option("--year", type=int, help="Whose prices and pay count; the year after the base year unless given.")
@click.option("--work-rvus", type=float, metavar="NUMBER", help="What is read in a full year; as in this practice and "
                                                                "at the benchmark's percentiles unless given.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def add_one(given: Given, category: str | None, year: int | None, work_rvus: float | None, form: str) -> None:
    """What adding one radiologist does: cost, revenue, the work RVUs that pay for the post, and when the money is back."""
    assumptions = given.evaluated().assumptions[0]
    categories = radiologist_categories(assumptions)
    if not categories:
        raise BadInput([Fault(assumptions.practice.name, "providers", "the practice has no category of radiologists; add one")])
    if work_rvus is not None and not 0.0 <= work_rvus <= LARGEST_AMOUNT:
        raise BadInput([Fault("--work-rvus", f"{work_rvus:g}", "give a number of work RVUs a year that is not below zero")])
    chosen = category or next(iter(categories))
    years = assumptions.practice.years
    added = add_radiologist(assumptions, chosen, years[min(1, len(years) - 1)] if year is None else year, work_rvus)
    if form == "json":
        click.echo(json.dumps(_document(added, categories[chosen]), allow_nan=False, ensure_ascii=False))
    else:
        _print(added, categories[chosen])


def _document(added: Added, label: str) -> dict[str, Any]:
    def document(one: Hire) -> dict[str, Any]:
        month, lowest = one.lowest or (None, None)
        names = ("cost", "work_rvus", "revenue", "expense_of_work", "net", "break_even_work_rvus")
        return {**{name: plain([getattr(one, name)])[0] for name in names}, "lowest_balance": lowest, "lowest_month": month,
"payback_month": one.payback_month, "balances": plain(one.balances())}

    bought, deficit = plain([added.bought_less, added.deficit_change])
    return {"category": added.category, "label": label, "year": added.year,
            "hires": {called: document(one) for called, one in added.hires.items()},
            "at_the_work_projected": {"bought_less": bought, "deficit_change": deficit}}


def _print(added: Added, label: str) -> None:
    click.echo(f"{label}: one full-time radiologist more, at the pay and prices of {added.year}")
    any_one = next(iter(added.hires.values()))
    click.echo(f"\nThe post costs {money(any_one.cost)} a year and pays for itself from {number(any_one.break_even_work_rvus)} "
               "work RVUs a year on.\n")
    width = max(len(called) for called in added.hires) + 2
    heads = ("Work RVUs", "Revenue", "Billing and such", "Net a year", "Lowest balance", "in month", "Paid back in")
    click.echo(" " * width + "".join(f"{head:>17}" for head in heads))
    for called, one in added.hires.items():
        month, lowest = one.lowest or (math.nan, math.nan)
        cells = [number(one.work_rvus), money(one.revenue), money(one.expense_of_work), money(one.net),
                 money(lowest) if one.lowest else NEVER_TURNS, number(month),
                 NOT_BACK if one.payback_month is None else f"month {one.payback_month}"]
        click.echo(f"{called:<{width}}" + "".join(f"{cell:>17}" for cell in cells))
    change = added.deficit_change
    click.echo(f"\nAt the work projected anyhow, the post replaces reads bought for {money(added.bought_less)}: the deficit "
               f"{'rises' if change > 0 else 'falls'} by {money(abs(change))}.")
