"""The verbs that ask what Medicare pays, and what payers pay compared with it: price, payer-rates."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from finmodel.assumptions import BadInput, Fault
from finmodel.cli.billing_output import (
    ADDED,
    Medicare,
    priced_csv,
    priced_document,
    print_priced,
    print_rates,
    rate_document,
    rates_csv,
    tell,
    tell_of_caps,
)
from finmodel.cli.inputs import collected_faults
from finmodel.cli.output import FORMATS

if TYPE_CHECKING:
    from finmodel.billing.fee_schedule import Setting
    from finmodel.billing.localities import Localities, Locality
    from finmodel.billing.pricing_files import Table

OPTIONS = (
    click.option("--fee-schedule", "fee_schedule", required=True, metavar="FILE",
                 help="The relative value file of CMS: the zip (RVU26C…), or its PPRRVU… as CSV or text."),
    click.option("--gpci", metavar="FILE", help="The GPCI file of the same year, or the zip that it came in."),
    click.option("--locality", metavar="CODE", help="Contractor and locality, such as 10112-00; the nation unless given."),
    click.option("--setting", type=click.Choice(["facility", "nonfacility"]), default="facility", show_default=True),
    click.option("--qpp", is_flag=True, help="The factor of qualifying participants of advanced payment models."),
    click.option("--no-work-floor", is_flag=True, help="The work index without its floor of 1.0."),
    click.option("--format", "form", type=FORMATS, default="table", show_default=True),
)


def _with_medicare(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(OPTIONS):
        command = option(command)
    return command


@click.command("price")
@click.argument("codes")
@_with_medicare
@click.option("--opps-cap", is_flag=True, help="Pay no more for imaging equipment than a hospital gets for it.")
def price_codes(codes: str, fee_schedule: str, gpci: str | None, locality: str | None, setting: "Setting", qpp: bool,
                no_work_floor: bool, form: str, opps_cap: bool) -> None:
    """What Medicare pays for each row of a file with the columns hcpcs and modifier."""
    from finmodel.billing.modifiers import modifiers_of
    from finmodel.billing.pricing_files import code_of, read_table
    from finmodel.billing.pricing_sessions import Line, price_lines

    with collected_faults() as attempt:
        table = attempt(read_table, codes, ("hcpcs", "modifier"))
        medicare = attempt(_medicare, fee_schedule, gpci, locality, setting, qpp, no_work_floor)
        if table:
            attempt(_see_that_columns_are_new, table)
    modifiers = [modifiers_of(cell) for cell in table.column("modifier")]
    lines = [Line(code_of(code), *rest) for code, *rest in zip(table.column("hcpcs"), modifiers, table.column("session"),
                                                               strict=True)]
    priced = price_lines(lines, medicare.schedule, medicare.locality, setting, capped=opps_cap)
    tell(medicare.schedule.notes, modifiers)
    if form == "csv":
        click.echo(priced_csv(table, priced), nl=False)
    elif form == "json":
        rows = [dict(zip(table.header, cells, strict=True)) | priced_document(one)
                for cells, one in zip(table.rows, priced, strict=True)]
        click.echo(json.dumps({**medicare.document(), "opps_cap": opps_cap, "rows": rows}, allow_nan=False, ensure_ascii=False))
    else:
        print_priced(medicare, lines, priced)
        if table.place("session") is None:
            click.echo("No column 'session': no study is reduced as a later one of its session.", err=True)
        if not opps_cap:
            tell_of_caps(medicare, lines, priced)


@click.command("payer-rates")
@click.argument("rates")
@_with_medicare
def compare_rates(rates: str, fee_schedule: str, gpci: str | None, locality: str | None, setting: "Setting", qpp: bool,
                  no_work_floor: bool, form: str) -> None:
    """Each plan's rate as a multiple of Medicare, from a file with payer, plan, hcpcs, modifier and amount."""
    from finmodel.billing.payer_rates import nearest_rates, plan_rates
    from finmodel.billing.payer_rates_rows import rates_of
    from finmodel.billing.pricing_files import read_table

    with collected_faults() as attempt:
        table = attempt(read_table, rates, ("payer", "plan", "hcpcs", "modifier", "amount"))
        medicare = attempt(_medicare, fee_schedule, gpci, locality, setting, qpp, no_work_floor)
    found = rates_of(table, medicare.schedule, medicare.locality, setting)
    plans = plan_rates(found)
    if place := medicare.locality:
        plans = nearest_rates(plan_rates(found, place.code), plan_rates(rates_of(table, medicare.schedule, None, setting)))
    tell(medicare.schedule.notes, [(modifier,) for rate in found for modifier in rate.code[1].split()])
    if form == "csv":
        click.echo(rates_csv(medicare, plans), nl=False)
    elif form == "json":
        document = {**medicare.document(), "plans": [rate_document(medicare, plan) for plan in plans]}
        click.echo(json.dumps(document, allow_nan=False, ensure_ascii=False))
    else:
        print_rates(medicare, plans)


def _medicare(fee_schedule: str, gpci: str | None, code: str | None, setting: "Setting", qpp: bool, no_work_floor: bool
              ) -> Medicare:
    from finmodel.billing.fee_schedule import load_fee_schedule
    from finmodel.billing.localities import load_localities

    with collected_faults() as attempt:
        schedule = attempt(lambda: load_fee_schedule(fee_schedule, qualifying_participants=qpp))
        localities = attempt(load_localities, gpci) if gpci else None
        if code and not gpci:
            attempt(_refuse, "--locality", "needs the indices of the localities: add --gpci with the GPCI file of the year")
    place = _locality(localities, code, no_work_floor) if localities and code else None
    if localities and localities.year != schedule.year:
        raise BadInput([Fault(localities.file, "", f"holds the indices of {localities.year}, but the fee schedule is of "
                                                   f"{schedule.year}; give both of one year")])
    return Medicare(schedule, place, setting)


def _locality(localities: "Localities", code: str, no_work_floor: bool) -> "Locality":
    place = localities.locality(code)
    if no_work_floor and not localities.has_both_work_indices:
        _refuse("--no-work-floor", f"{localities.file} gives the work index one way only; leave the option out")
    return place._replace(work=place.work_without_floor) if no_work_floor else place


def _refuse(option: str, reason: str) -> None:
    raise BadInput([Fault(option, "", reason)])


def _see_that_columns_are_new(table: "Table") -> None:
    faults = [Fault(table.file, name, "is a column that this verb adds; rename yours") for name in ADDED
              if table.place(name) is not None]
    if faults:
        raise BadInput(faults)
