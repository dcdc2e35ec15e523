"""The proposals side by side: payments by part and year, what they leave, per FTE, the risks, and the hospital's alternatives."""

from finmodel import comparison_charts, proposal_charts, risk_charts
from finmodel.analysis.uncertainty.parties import Party
from finmodel.contracts.wiring import COVERED, covered
from finmodel.format import number as plain_number
from finmodel.format import percent, short_money
from finmodel.packet.blocks import Block, Drawing, Heading, Paragraph, Row, Section, Table
from finmodel.packet.cells import DOLLARS, in_parts, limit, number, parts_and_total, text
from finmodel.packet.material import Material
from finmodel.packet.words import borne_by, covers

PAID = "The hospital pays in all"
REST = (("net_new_payment", "Net new money"), ("existing_payments_kept", "Existing payments that stay"),
        ("residual_deficit", "Left uncovered"), ("payment_per_fte", "Payment per radiologist FTE"),
        ("deficit_share_covered", "Share of the deficit covered"))


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
    years = of.years(key)
    first = years[0]
    total, paid = of.value(f"{key}__total", first), of.value(f"{key}__paid_so_far", years[-1])
    return (f"In {first} the hospital {'pays' if total >= 0 else 'receives'} {short_money(abs(total))}. That {covers(of, key)}. "
            f"From {years[0]} to {years[-1]} it pays {short_money(paid)} in all, worth "
            f"{short_money(of.value(f'{key}__present_value', years[-1]))} at the start.")


def deficits(of: Material) -> dict[str, str]:
    """The lines of the deficits that the proposals are about, and what they are called."""
    return {covered(one, "covered_deficit"): "Deficit of the practice" if one.covers == "practice" else
            "Deficit of the client hospital" for one in of.proposals.values()}


def payments_beside(of: Material) -> Drawing:
    """What the hospital pays under each proposal beside the deficits they are about."""
    years = sorted({year for key in of.proposals for year in of.years(key)})
    chart = comparison_charts.payments(of.result, dict(of.names), deficits(of), years, "light")
    return Drawing("Payments by year beside the deficit", chart, "bars", "Total payment + existing payments that stay.")


def by_part(of: Material, key: str) -> list[Table]:
    """Payments by part, which foot to the total, and what they come to, by year of the contract."""
    years, lines = of.years(key), proposal_charts.payment_lines(of.result, key)
    columns = [([of.value(line, year) for line in lines], of.value(f"{key}__total", year)) for year in years]
    units = of.result.graph.lines

    def rest(line: str, label: str) -> Row:
        return Row(label, tuple(number(of.value(line, year), units[line].unit) for year in years), "note")

    deficit = COVERED["covered_deficit"][0 if of.proposals[key].covers == "practice" else 1]
    rows = (*parts_and_total(list(lines.values()), PAID, columns),
            Row("Most the hospital can owe", tuple(limit(of.value(f"{key}__most_owed", year)) for year in years), "note"),
            *([rest(deficit, "Deficit in scope")] if of.has(deficit) else []),
            *(rest(f"{key}__{name}", label) for name, label in REST))
    table = Table(f"Payments by part and year: {of.names[key]}", ("Dollars a year", *map(str, years)), rows,
                  "A minus is a payment of the group to the hospital, or a surplus of the group.", (3.0, *(1.4 for _ in years)))
    return in_parts(table, len(years))


def parts_drawn(of: Material, key: str) -> Drawing:
    """The payments by part, with what is left uncovered on top."""
    return Drawing(f"What the hospital pays by part: {of.names[key]}",
                   proposal_charts.payments(of.result, key, of.years(key), "light"), "stack",
                   "The payment of each part after its own clauses; on top the deficit in scope that no payment covers.")


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
    heads = ("", f"First year, {of.year}", "of it first quarter", "Whole term", "Present value")
    return Table("What each way costs the hospital", heads, rows,
                 "Cost of staff and bought reads less what is collected, with the transition: vacancies bridged by locums, "
                 "recruiting, reads that nobody can bill yet.", (2.6, 1.5, 1.5, 1.5, 1.5), on_slides=True)
