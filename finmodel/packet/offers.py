"""The proposals side by side: payments by part and year, what they leave, per FTE, the risks, and the hospital's alternatives."""

import math
from collections.abc import Iterator

from finmodel import comparison_charts, proposal_charts, risk_charts
from finmodel.analysis.uncertainty.parties import Party
from finmodel.assumptions.words import capitalized
from finmodel.contracts.term_sheet import date_in_words
from finmodel.contracts.wiring import covered
from finmodel.format import number as plain_number
from finmodel.format import percent, short_money
from finmodel.packet.blocks import Block, Drawing, Heading, Paragraph, Row, Section, Table
from finmodel.packet.cells import DOLLARS, NOTHING, are_below, either, in_parts, limit, number, parts_and_total, text
from finmodel.packet.material import Material
from finmodel.packet.periods import left_uncovered, projected_to, span, time_of
from finmodel.packet.words import borne_by, covers

PAID, PAID_BY_GROUP = "The hospital pays in all", "The group pays the hospital in all"
# What is told beneath the payments: the line, what it is called, and what it is called where it is below zero.
REST = (("deficit_after_refunds", "Deficit the contract is about", "Surplus the contract is about"),
        ("net_new_payment", "Net new money", "The hospital is better off by"),
        ("existing_payments_kept", "Existing payments that stay", "Existing payments of the group that stay"),
        ("payment_per_fte", "Payment per radiologist FTE", "The group pays per radiologist FTE"),
        ("deficit_share_covered", "Share of the deficit covered", ""))


def offers(of: Material) -> Section:
    """What each proposal pays and leaves, who bears which risk, and what else the hospital could do."""
    blocks: list[Block] = []
    if len(of.proposals) > 1:
        blocks += of.where(deficits(of), payments_beside)
    for key in of.proposals:
        blocks += [Heading(of.names[key]), Paragraph(_sentence(of, key)), *by_part(of, key)]
        blocks += [parts_drawn(of, key)] if len(of.proposals[key].active_mechanisms) > 1 else []
    blocks += risks(of)
    if of.outlook:
        blocks += futures(of)
    if of.alternatives:
        blocks += [Heading("What the hospital could do instead"), alternatives(of)]
    return Section("proposals", "The proposals side by side", tuple(blocks))


def _sentence(of: Material, key: str) -> str:
    years, only = of.years(key), projected_to(of, key)
    first = years[0]
    total, paid, worth = (of.value(f"{key}__total", first), of.value(f"{key}__paid_so_far", years[-1]),
                          of.value(f"{key}__present_value", years[-1]))
    return (f"In {time_of(of, key, first)} the hospital {_pays(total)} {short_money(abs(total))}. That {covers(of, key)}. "
            f"{capitalized(span(of, key))}{f', {only},' if only else ''} it {_pays(paid)} {short_money(abs(paid))} in all, worth "
            f"{short_money(abs(worth))} at {date_in_words(of.proposals[key].starts)}.")


def _pays(value: float) -> str:
    return "receives" if value <= -NOTHING else "pays"


def deficits(of: Material) -> dict[str, str]:
    """The lines of the deficits that the proposals are about, and what they are called."""
    lines = {covered(one, "covered_deficit"): "practice" if one.covers == "practice" else "client hospital"
             for one in of.proposals.values()}
    return {line: f"{_gap_of(of, line)} of the {whose}" for line, whose in lines.items()}


def _gap_of(of: Material, line: str) -> str:
    """What a line of a deficit is called over the years of the proposals."""
    return "Surplus, below zero," if of.has(line) and are_below(of.value(line, year) for year in _all_years(of)) else "Deficit"


def _all_years(of: Material) -> list[int]:
    return sorted({year for key in of.proposals for year in of.years(key)})


def payments_beside(of: Material) -> Drawing:
    """What the hospital pays under each proposal beside the deficits they are about."""
    chart = comparison_charts.payments(of.result, dict(of.names), deficits(of), _all_years(of), "light")
    is_surplus = all(_gap_of(of, line) != "Deficit" for line in deficits(of))
    title = "Payments by year beside the " + ("surplus; below zero the group pays" if is_surplus else "deficit")
    return Drawing(title, chart, "bars", "Total payment + existing payments that stay.")


def by_part(of: Material, key: str) -> list[Table]:
    """Payments by part, which foot to the total, and what they come to, by year of the contract."""
    years, lines = of.years(key), proposal_charts.payment_lines(of.result, key)
    is_turned = are_below(of.value(f"{key}__total", year) for year in years)
    sign = -1.0 if is_turned else 1.0
    columns = [([sign * of.value(line, year) for line in lines], sign * of.value(f"{key}__total", year)) for year in years]
    rows = (*parts_and_total(list(lines.values()), PAID_BY_GROUP if is_turned else PAID, columns),
            Row("Most the hospital can owe", tuple(limit(of.value(f"{key}__most_owed", year)) for year in years), "note"),
            *_what_it_comes_to(of, key))
    only = projected_to(of, key)
    table = Table(f"Payments by part and year: {of.names[key]}", ("Dollars a year", *(time_of(of, key, year) for year in years)),
                  rows, f"A minus is a payment of the {'hospital to the group' if is_turned else 'group to the hospital'}, or a "
                        f"surplus of the group.{f' {capitalized(only)}.' if only else ''}", (3.0, *(1.4 for _ in years)))
    return in_parts(table, len(years))


def _what_it_comes_to(of: Material, key: str) -> Iterator[Row]:
    """Beneath the payments: the deficit that they are about, what is new, what stays, what is left, for each FTE and in part."""
    years, units = of.years(key), of.result.graph.lines
    for name, above, below in REST:
        values = [of.value(f"{key}__{name}", year) for year in years]
        if name == "deficit_share_covered":
            left = [left_uncovered(of, key, year) for year in years]
            yield either("Left uncovered", "Surplus left to the group", left, DOLLARS, "note")
        if any(map(math.isfinite, values)):
            yield either(above, below, values, units[f"{key}__{name}"].unit, "note")


def parts_drawn(of: Material, key: str) -> Drawing:
    """The payments by part, with what is left uncovered on top."""
    return Drawing(f"What the hospital pays by part: {of.names[key]}",
                   proposal_charts.payments(of.result, key, of.years(key), "light"), "stack",
                   "The payment of each part after its own clauses; on top the deficit that no payment covers.")


def risks(of: Material) -> list[Block]:
    """Who bears which risk; the hospital's share in words, and for the group itself in percent."""
    if not of.risks or not all(of.risks.values()):
        return []
    rows = tuple(Row(found[0].label, tuple(text(_share(of, one.hospital_share)) for one in found))
                 for found in zip(*of.risks.values(), strict=True))
    return [Heading("Who bears which risk"),
            Table("What happens otherwise than agreed, and who bears it", ("", *of.names.values()), rows,
                  "From the first contract year after the base year on; the budget stays as agreed.",
                  (3.0, *(2.0 for _ in of.names)))]


def _share(of: Material, share: float) -> str:
    words = borne_by(share)
    return words if of.is_projected or share != share else f"{words} ({percent(share, 0)} the hospital)"


def futures(of: Material) -> list[Block]:
    """The deficit over the years in all futures, and what each proposal pays and leaves in good and bad ones."""
    if of.outlook is None:
        return []
    found = of.outlook.parties
    told = (("hospital", 0, "Hospital pays, as budgeted"), ("hospital", 50, "Hospital pays, in the middle"),
            ("hospital", 95, "Hospital pays, one future in twenty above"), ("group", 50, "Left to the group, in the middle"),
            ("group", 95, "Left to the group, one future in twenty above"))
    rows = [Row(label, tuple(number(_pick(found[f"{key}.{side}"], at), DOLLARS) for key in of.names)) for side, at, label in told]
    drawn = Drawing("The support deficit by year in all futures", risk_charts.fan(of.outlook, "light"), "fan",
                    f"{plain_number(of.outlook.count)} futures, drawn after the base year; the budget stays as agreed.")
    return [Heading("How sure the figures are"), *of.where(("support_deficit",), lambda _: drawn),
            Table("Good and bad futures", ("Dollars a year, mean of the contract's years", *of.names.values()), tuple(rows),
                  "", (3.0, *(2.0 for _ in of.names)))]


def _pick(party: Party, at: int) -> float:
    """What is budgeted, or a percentile."""
    return party.spread.percentiles[at].value if at else party.spread.limit


def alternatives(of: Material) -> Table:
    """The leading proposal beside each way of having the images read otherwise."""
    rows = tuple(Row(one.label, (number(one.in_first_year, DOLLARS),
                                 text("—") if one.transition_quarter is None else number(one.transition_quarter, "USD"),
                                 number(one.whole_term, "USD"), number(one.present_value, "USD")),
                     "" if one.key else "total") for one in of.alternatives)
    only = projected_to(of, of.lead)
    heads = ("", f"First year, {time_of(of, of.lead, of.year)}", "of it first quarter",
             f"Whole term{f', {only}' if only else ''}", f"Value at {date_in_words(of.proposals[of.lead].starts)}")
    received = " A minus is received by the hospital." if any(one.whole_term <= -NOTHING for one in of.alternatives) else ""
    return Table("What each way costs the hospital", heads, rows,
                 "Cost of staff and bought reads less what is collected, with the transition: vacancies bridged by locums, "
                 f"recruiting, reads that nobody can bill yet.{received}", (2.6, 1.5, 1.5, 1.5, 1.5), on_slides=True)
