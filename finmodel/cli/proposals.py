"""How proposals and their comparison are written."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import click

from finmodel.analysis.alternatives import AlternativeCost, alternative_costs
from finmodel.analysis.proposals import compare_proposals, leaving
from finmodel.analysis.risk_map import Response, risk_map
from finmodel.analysis.triggers import Trigger, triggers
from finmodel.assumptions import BadInput, load_scenario, names
from finmodel.cases import apply_scenarios
from finmodel.cli.output import HEADLINE, case_name, plain, print_footing, print_rows, title, unit_words
from finmodel.contracts.proposal import Proposal
from finmodel.contracts.wiring import payment_name
from finmodel.format import NOT_AVAILABLE, amount, money, percent
from finmodel.model import Result

# What is told of each proposal, by the end of the line's name.
TOLD = ("total", "residual_deficit", "net_new_payment", "deficit_share_covered", "payment_per_fte", "most_owed")
NO_LIMIT = "no limit"
LEAVING = {"still_pays": "Hospital ends it: notice and tail it still pays", "forgiven": "Hospital ends it: recruitment forgiven",
           "group_owes": "Group ends it: the group owes"}


def payment_names(key: str, proposal: Proposal) -> list[str]:
    """The lines that sum to the total payment: each mechanism's, and what the clauses on the whole do."""
    names = [payment_name(key, instance) for instance in proposal.active_mechanisms]
    return [*names, *([f"{key}__adjustment"] if proposal.modifiers else [])]


def proposals_document(result: Result) -> dict[str, Any]:
    """Each proposal: the payment of every instance, what it comes to by year, and its present value over the years shown."""
    found = {}
    for key, proposal in result.assumptions[0].proposals.items():
        payments = {name.removeprefix(f"{key}__"): plain(result.series(name)) for name in payment_names(key, proposal)}
        told = {name: plain(result.series(f"{key}__{name}")) for name in TOLD}
        found[key] = {"name": proposal.name, "payments": payments, **told, "leaving": leaving_document(result, key),
                      "present_value": plain(result.series(f"{key}__present_value"))[-1]}
    return found


def leaving_document(result: Result, key: str) -> dict[str, dict[str, float | None]]:
    """By the year after which a side ends the contract: what the hospital still pays, what is forgiven, what the group owes."""
    return {str(one.year): {name: plain([getattr(one, name)])[0] for name in LEAVING} for one in leaving(result, key)}


def comparison_document(result: Result) -> dict[str, Any]:
    """The proposals side by side, or the headline lines of every case."""
    cases = [{"name": case_name(result, case), "lines": {name: plain(result.series(name, case)) for name in HEADLINE}}
             for case in range(len(result.assumptions))]
    return {"practice": result.assumptions[0].practice.name, "years": list(result.years),
            "proposals": proposals_document(result), "risk_map": risk_document(result),
            "alternatives": alternatives_document(result), "triggers": triggers_document(result), "cases": cases}


def alternatives_document(result: Result) -> dict[str, Any]:
    """By proposal, what it and each alternative at its volume and for its time cost the hospital; the proposal's key is empty."""

    def document(one: AlternativeCost) -> dict[str, Any]:
        numbers = {"in_first_year": one.in_first_year, "whole_term": one.whole_term, "present_value": one.present_value}
        return {"label": one.label, "by_year": {str(year): plain([cost])[0] for year, cost in one.by_year.items()},
                **{name: plain([value])[0] for name, value in numbers.items()}, "transition_quarter": one.transition_quarter}

    found = {key: alternative_costs(result, key) for key in result.assumptions[0].proposals}
    return {key: {one.key: document(one) for one in costs} for key, costs in found.items()}


def crossed_by(result: Result) -> tuple[Trigger, ...]:
    """When a change of volume or payer mix first reopens each proposal, in every scenario that ships and fits."""
    happening = {}
    for name in names("scenarios"):
        with suppress(BadInput):
            happening[name] = apply_scenarios(result.assumptions[0], [load_scenario(name)])
    return triggers(result, happening)


def triggers_document(result: Result) -> list[dict[str, Any]]:
    """Every reopener of the proposals, with the year in which each scenario first crosses it."""
    return [{"proposal": one.proposal, "watched": one.clause.watched, "first_crossed": dict(one.first_crossed)}
            for one in crossed_by(result)]


def print_triggers(result: Result) -> None:
    """In which year what first reopens which proposal."""
    for one in crossed_by(result):
        name = result.assumptions[0].proposals[one.proposal].name
        crossed = ", ".join(f"{scenario} in {year}" for scenario, year in one.first_crossed.items() if year)
        click.echo(f"\n{name}: {one.clause.watched} first reopens it with {crossed or 'no scenario that ships'}")


def risk_document(result: Result) -> dict[str, Any]:
    """By proposal and by what happens otherwise than agreed: what changes, and which part of it the hospital bears."""
    responses = risk_map(result.assumptions[0]) if result.assumptions[0].proposals else {}
    return {key: {one.key: {"label": one.label, "deficit_change": one.deficit_change, "payment_change": one.payment_change,
                            "hospital_share": plain([one.hospital_share])[0]} for one in found}
            for key, found in responses.items()}


def print_proposal(result: Result, key: str) -> None:
    """What a proposal pays by mechanism, and what it comes to."""
    proposal = result.assumptions[0].proposals[key]
    click.echo(f"\nProposal: {proposal.name}")
    names = [*payment_names(key, proposal), *(f"{key}__{name}" for name in TOLD)]
    labels = {name: title(result, name).removeprefix(f"{proposal.name}: ") for name in names}
    print_rows(result.years, [(label, result.graph.lines[name].unit, result.series(name)) for name, label in labels.items()],
               {labels[f"{key}__most_owed"]: NO_LIMIT})
    click.echo(f"Present value of all payments shown at {percent(proposal.valuation.discount_rate.at(result.years[0]))}: "
               f"{money(result.series(f'{key}__present_value')[-1])}")


def print_worth_knowing(result: Result) -> None:
    """The value of all payments, what comes back if things go better, and who bears which risk, by proposal."""
    compared = compare_proposals(result.assumptions[0], result)
    width = max(len(one.name) for one in compared) + 2
    click.echo("\nPresent value of all payments shown")
    for one in compared:
        click.echo(f"{one.name:<{width}}{money(one.present_value):>16}")
    click.echo(f"\n{compared[0].comes_back.label}")
    print_rows(result.years, [(one.name, "USD/year", list(one.comes_back.by_year.values())) for one in compared])
    for one in compared:
        print_leaving(result, one.key)
    print_triggers(result)
    for one in compared:
        print_alternatives(result, one.key)
    for one in compared:
        print_risks(one.name, risk_map(result.assumptions[0], result)[one.key])


def print_alternatives(result: Result, key: str) -> None:
    """What the proposal, and each alternative at its volume and for its time, cost the hospital."""
    costs = alternative_costs(result, key)
    if not costs:
        return
    width = max(len(one.label) for one in costs) + 2
    heads = (f"First year {costs[0].first_year}", "Whole term", "Present value", "First 3 months")
    click.echo(f"\n{'Cost to the hospital':<{width}}" + "".join(f"{head:>18}" for head in heads))
    for one in costs:
        quarter = NOT_AVAILABLE if one.transition_quarter is None else money(one.transition_quarter)
        cells = (money(one.in_first_year), money(one.whole_term), money(one.present_value), quarter)
        click.echo(f"{one.label:<{width}}" + "".join(f"{cell:>18}" for cell in cells))


def print_leaving(result: Result, key: str) -> None:
    """Who owes whom what if either side ends a contract at the end of a year."""
    found = leaving(result, key)
    if found:
        click.echo(f"\n{result.assumptions[0].proposals[key].name}: if it is ended at the end of the year")
        print_rows([one.year for one in found], [(label, "USD/year", [getattr(one, name) for one in found])
                                                 for name, label in LEAVING.items()])


def print_risks(name: str, responses: Sequence[Response]) -> None:
    """What happens otherwise than agreed, what it does to the deficit over the contract, and how much of that is paid."""
    width = max([len(name), *(len(one.label) for one in responses)]) + 2
    click.echo(f"\n{name:<{width}}{'Deficit changes by':>22}{'Hospital pays more':>22}{'of the change':>16}")
    for one in responses:
        changes = f"{money(one.deficit_change):>22}{money(one.payment_change):>22}"
        click.echo(f"{one.label:<{width}}{changes}{amount(one.hospital_share, 'share'):>16}")


def print_comparison(result: Result) -> None:
    """Proposals or cases, one below the other for each figure, year by year."""
    proposals = result.assumptions[0].proposals
    click.echo(result.assumptions[0].practice.name)
    for name in TOLD if len(proposals) > 1 else ():
        rows = [(one.name, result.graph.lines[f"{key}__{name}"].unit, result.series(f"{key}__{name}"))
                for key, one in proposals.items()]
        line = result.graph.lines[f"{next(iter(proposals))}__{name}"]
        click.echo(f"\n{line.label.split(': ', 1)[-1]} {unit_words(line)}".rstrip())
        print_rows(result.years, rows, dict.fromkeys((label for label, _, _ in rows), NO_LIMIT) if name == "most_owed" else {})
    if len(proposals) > 1:
        print_worth_knowing(result)
    for name in HEADLINE if len(result.assumptions) > 1 else ():
        line = result.graph.lines[name]
        click.echo(f"\n{title(result, name)}")
        print_rows(result.years, [(case_name(result, case), line.unit, result.series(name, case))
                                  for case in range(len(result.assumptions))])
    print_footing(result)
