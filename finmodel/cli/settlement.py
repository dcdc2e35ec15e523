"""How the true-up of a year is written."""

from typing import Any

import click

from finmodel.analysis.settlement import Part, Statement, Step
from finmodel.cli.output import plain
from finmodel.format import amount, money, percent


def print_statement(statement: Statement) -> None:
    """The true-up of a year, line by line."""
    click.echo(f"{statement.proposal}: settlement of {statement.year}")
    if statement.share_in_force < 1.0:
        click.echo(f"Amounts are those of the whole calendar year; the contract is in force for "
                   f"{percent(statement.share_in_force)} of it.")
    if statement.as_agreed:
        click.echo(f"Counted as agreed: {', '.join(map(str, statement.as_agreed))}.")
    for year, given in statement.earlier.items():
        print_steps(f"What happened in {year}", given)
    print_steps(f"What happened in {statement.year}", statement.given)
    for part in statement.parts:
        print_steps(part.label, (*part.steps, *part.effects, part.payment))
        click.echo(f"  Paid during the year {money(part.paid)}; settlement {money(part.settlement)}")
    words = {"hospital": "The hospital pays", "group": "The group pays back", "nobody": "Nothing is owed:"}[statement.owed_by]
    click.echo(f"\n{words} {money(abs(statement.settlement))}.")


def print_steps(heading: str, steps: tuple[Step, ...]) -> None:
    """Lines as agreed and as they happened."""
    labels = [f"  {one.label}{f', {one.row}' if one.row else ''}" for one in steps]
    width = max([len(heading), *(len(label) for label in labels)]) + 2
    click.echo(f"\n{heading:<{width}}{'Agreed':>18}{'Actual':>18}{'Difference':>18}")
    for label, one in zip(labels, steps, strict=True):
        values = "".join(f"{amount(value, one.unit):>18}" for value in (one.budget, one.actual, one.difference))
        click.echo(f"{label:<{width}}{values}")


def statement_document(statement: Statement) -> dict[str, Any]:
    """The true-up of a year as plain data."""

    def step(one: Step) -> dict[str, Any]:
        budget, actual = plain([one.budget, one.actual])
        return {"line": one.name, "row": one.row, "label": one.label, "unit": one.unit, "budget": budget, "actual": actual}

    def part(one: Part) -> dict[str, Any]:
        return {"label": one.label, "steps": [step(each) for each in one.steps], "effects": [step(each) for each in one.effects],
                "payment": one.payment.actual, "paid": one.paid, "settlement": one.settlement}

    return {"proposal": statement.proposal, "year": statement.year, "share_in_force": statement.share_in_force,
            "given": [step(one) for one in statement.given],
            "earlier": {str(year): [step(one) for one in given] for year, given in statement.earlier.items()},
            "as_agreed": list(statement.as_agreed),
            "parts": {one.key: part(one) for one in statement.parts}, "paid": statement.paid,
            "payment": statement.payment.actual, "settlement": statement.settlement, "owed_by": statement.owed_by}
