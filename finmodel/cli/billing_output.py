"""How prices and payer rates are written: tables for people, CSV and plain data for programs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from finmodel.format import money, number, percent

if TYPE_CHECKING:
    from finmodel.billing.fee_schedule import FeeSchedule, Setting
    from finmodel.billing.localities import Locality
    from finmodel.billing.payer_rates import PlanRate
    from finmodel.billing.pricing import Priced
    from finmodel.billing.pricing_files import Table
    from finmodel.billing.pricing_sessions import Line

ADDED = ("work_rvus", "total_rvus", "amount", "status")
RATE_COLUMNS = ("payer", "plan", "multiple_of_medicare", "codes", "share_exact", "breaking_codes", "basis", "other_multiples",
                "dollars_per_rvu", "place", "rounded_to")
IN_WORDS = {"priced": "priced", "carrier_priced": "priced by the contractor", "not_found": "not in the fee schedule",
            "not_payable": "not payable under it"}
BREAKING_SHOWN = 6
BASES = {"not_medicare_based": "not based on Medicare", "too_few_codes": "too few codes to tell"}


@dataclass(frozen=True)
class Medicare:
    """The fee schedule, where and in which setting it is applied."""

    schedule: "FeeSchedule"
    locality: "Locality | None"
    setting: "Setting"

    def document(self) -> dict[str, Any]:
        """What was applied, as plain data."""
        one = self.schedule
        return {"fee_schedule": {"file": one.file, "year": one.year, "release": one.release,
                                 "conversion_factor": float(one.conversion_factor),
                                 "qualifying_participants": one.qualifying_participants},
                "locality": self.locality.code if self.locality else None, "setting": self.setting}

    def in_words(self) -> str:
        """What was applied, for people."""
        where = f"{self.locality.name.title()} ({self.locality.code})" if self.locality else "nation"
        return (f"Medicare {self.schedule.year}, {self.schedule.release} release, {where}, {self.setting}, "
                f"conversion factor {self.schedule.conversion_factor}")


def tell(notes: Sequence[str], modifiers: Sequence[Sequence[str]]) -> None:
    """Beside the output: which file was chosen, and modifiers that no rule here is about."""
    from finmodel.billing.modifiers import unknown_modifiers

    for note in notes:
        click.echo(f"{note}.", err=True)
    unknown = Counter(one for each in modifiers for one in unknown_modifiers(each))
    for name, rows in sorted(unknown.items()):
        words = f"{number(rows)} row{'s' if rows > 1 else ''}"
        click.echo(f"Modifier {name[:2]} ({words}) is not known here: priced as if it were not there.", err=True)


def tell_of_caps(medicare: Medicare, lines: Sequence["Line"], priced: Sequence["Priced"]) -> None:
    """Beside the output: how many amounts are more than Medicare pays, because of the cap on imaging equipment."""
    from finmodel.billing.pricing_sessions import price_lines

    capped = price_lines(lines, medicare.schedule, medicare.locality, medicare.setting, capped=True)
    above = sum(one.amount != other.amount for one, other in zip(priced, capped, strict=True))
    if above:
        click.echo(f"{number(above)} amounts are above what a hospital gets for the imaging: CMS publishes them so, and Medicare "
                   "pays the lower; --opps-cap gives that.", err=True)


def priced_csv(table: "Table", priced: Sequence["Priced"]) -> str:
    """The user's file with the columns of the price behind its own."""
    from finmodel.billing.pricing_files import csv_of

    return csv_of((*table.header, *ADDED), (cells + ["" if value is None else str(value) for value in one]
                                            for cells, one in zip(table.rows, priced, strict=True)))


def priced_document(one: "Priced") -> dict[str, Any]:
    """A price as plain data."""
    return {name: float(value) if isinstance(value, Decimal) else value for name, value in one._asdict().items()}


def print_priced(medicare: Medicare, lines: Sequence["Line"], priced: Sequence["Priced"]) -> None:
    """A line for each row of the file, and the sum of what is priced."""
    def shown(value: Decimal | None, as_money: bool = False) -> str:
        return "" if value is None else money(float(value), 2) if as_money else number(float(value), 2)

    click.echo(medicare.in_words())
    click.echo(f"{'Code':<8}{'Modifier':<12}{'Work RVUs':>12}{'Total RVUs':>12}{'Amount':>14}  Status")
    for line, one in zip(lines, priced, strict=True):
        click.echo(f"{line.hcpcs[:7]:<8}{' '.join(line.modifiers)[:11]:<12}{shown(one.work_rvus):>12}{shown(one.total_rvus):>12}"
                   f"{shown(one.amount, True):>14}  {IN_WORDS[one.status]}")
    paid = [one for one in priced if one.amount is not None]
    sums = [sum((getattr(one, name) for one in paid), Decimal(0)) for name in ADDED[:3]]
    click.echo(f"{'Sum of what is priced':<20}{shown(sums[0]):>11}{shown(sums[1]):>12}{shown(sums[2], True):>14}")
    counts = Counter(one.status for one in priced)
    click.echo(f"{number(len(priced))} rows: " + ", ".join(f"{number(counts[status])} {IN_WORDS[status]}" for status in counts))


def rates_csv(medicare: Medicare, plans: Sequence["PlanRate"]) -> str:
    """One row for each plan."""
    from finmodel.billing.pricing_files import csv_of

    return csv_of(RATE_COLUMNS, (_rate_cells(medicare, plan) for plan in plans))


def _dollars_per_rvu(medicare: Medicare, plan: "PlanRate") -> Decimal | None:
    """What a contract that names dollars for a total RVU would name."""
    from finmodel.billing.pricing import cents

    return cents(plan.multiples[0].value * medicare.schedule.conversion_factor) if plan.basis == "medicare" else None


def _rate_cells(medicare: Medicare, plan: "PlanRate") -> list[str]:
    based = plan.basis == "medicare"
    share = plan.share_exact
    return [plan.payer, plan.plan, f"{plan.multiples[0].value:f}" if based else "", str(plan.codes),
            "" if share is None else f"{share:.4f}", " ".join("-".join(code).strip("-") for code, _ in plan.breaking), plan.basis,
            " ".join(f"{one.value:f} ({len(one.codes)})" for one in plan.multiples[1:]) if based else "",
            str(_dollars_per_rvu(medicare, plan) or ""), plan.place, str(plan.rounded_to)]


def rate_document(medicare: Medicare, plan: "PlanRate") -> dict[str, Any]:
    """The rate of a plan as plain data."""
    based = plan.basis == "medicare"
    return {"payer": plan.payer, "plan": plan.plan, "basis": plan.basis, "codes": plan.codes,
            "multiple_of_medicare": float(plan.multiples[0].value) if based else None,
            "share_exact": None if plan.share_exact is None else float(plan.share_exact),
            "breaking_codes": [{"hcpcs": code[0], "modifier": code[1], "multiple_of_medicare": float(round(ratio, 4))}
                               for code, ratio in plan.breaking],
            "other_multiples": [{"multiple_of_medicare": float(one.value), "codes": len(one.codes)}
                                for one in plan.multiples[1:]] if based else [],
            "dollars_per_rvu": float(dollars) if (dollars := _dollars_per_rvu(medicare, plan)) else None,
            "place": plan.place, "rounded_to": float(plan.rounded_to)}


def print_rates(medicare: Medicare, plans: Sequence["PlanRate"]) -> None:
    """A line for each plan."""
    click.echo(medicare.in_words())
    width = min(48, max((len(f"{one.payer}, {one.plan}") for one in plans), default=12)) + 2
    click.echo(f"{'Payer, plan':<{width}}{'× Medicare':>12}{'$ per RVU':>11}{'Codes':>8}{'Exactly':>10}  Codes that break it")
    for one in plans:
        name = f"{one.payer}, {one.plan}"[:width - 2]
        multiple = f"{one.multiples[0].value:f}" if one.basis == "medicare" else "—"
        dollars = _dollars_per_rvu(medicare, one)
        per_rvu = "—" if dollars is None else money(float(dollars), 2)
        share = percent(float(one.share_exact)) if one.share_exact is not None else ""
        click.echo(f"{name:<{width}}{multiple:>12}{per_rvu:>11}{number(one.codes):>8}{share:>10}  "
                   f"{_remarks(medicare, one)}")


def _remarks(medicare: Medicare, plan: "PlanRate") -> str:
    """What else is to be said of a plan: other multiples, the codes on none, another place."""
    if plan.basis != "medicare":
        return BASES[plan.basis]
    others = {code: one.value for one in plan.multiples[1:] for code in one.codes}
    breaking = [f"{'-'.join(code).strip('-')} ({number(float(ratio), 2)})" for code, ratio in plan.breaking if code not in others]
    shown = ", ".join(breaking[:BREAKING_SHOWN]) + (f" and {len(breaking) - BREAKING_SHOWN} more"
                                                    if len(breaking) > BREAKING_SHOWN else "")
    elsewhere = "of the nation's amounts" if medicare.locality and plan.place == "nation" else ""
    rounded = "rounded to whole dollars" if plan.rounded_to == 1 else ""
    also = [f"{len(one.codes)} on {one.value:f}" for one in plan.multiples[1:]]
    return "; ".join(part for part in (elsewhere, rounded, *also, shown) if part)
