"""The page for a board: three numbers, one chart, one range, and a decision that is on record."""

import math

from finmodel.format import short_money
from finmodel.packet.ask import bearers, services
from finmodel.packet.blocks import Block, Edits, Figure, Figures, Heading, Paragraph, Row, Section, Statement, Table
from finmodel.packet.cells import text
from finmodel.packet.material import Material
from finmodel.packet.offers import deficits, payments_beside
from finmodel.packet.words import SHORTFALL, covers, decision, shortfall

RECORD = ("Approved as asked", "Approved with changes", "Deferred until", "Not approved")


def board(of: Material, edits: Edits) -> Section:
    """The decision on a page or two."""
    told = " ".join([*of.where(SHORTFALL, shortfall), _range(of)])
    blocks: list[Block] = [Statement(decision(of)), _numbers(of), Paragraph(told), *of.where(deficits(of), payments_beside),
                           *bearers(of, (3.0, *(2.0 for _ in of.names))), services(of)]
    blocks += [Paragraph(one) for one in edits.offers]
    rows = tuple(Row(f"□  {one}", (text(""), text(""))) for one in RECORD)
    blocks += [Heading("The decision, for the record"),
               Table("", ("Decision", "By whom", "Date and conditions"), rows, widths=(2.4, 3.0, 4.0))]
    return Section("ask", "The decision", tuple(blocks))


def _numbers(of: Material) -> Figures:
    key, year = of.lead, of.year
    most = of.value(f"{key}__most_owed")
    return Figures((
        Figure(f"Net new money in {year}", short_money(of.value(f"{key}__net_new_payment")), of.names[key]),
        Figure(f"The most that can be owed in {year}", short_money(most) if math.isfinite(most) else "no limit",
               "whatever happens" if math.isfinite(most) else "no cap is agreed"),
        Figure("Worth over the whole term", short_money(of.comparisons[key].present_value), "present value of all payments"),
    ))


def _range(of: Material) -> str:
    """How far the payment of the first year may lie from the budget."""
    key = of.lead
    if of.outlook:
        spread = of.outlook.parties[f"{key}.hospital"].spread.percentiles
        return (f"In nine of ten futures the hospital pays between {short_money(spread[5].value)} and "
                f"{short_money(spread[95].value)} a year, the mean of the contract's years. The proposal {covers(of, key)}.")
    back, most = of.comparisons[key].comes_back.by_year[of.year], of.value(f"{key}__most_owed")
    above = f"it is never more than {short_money(most)}" if math.isfinite(most) else "nothing limits it above"
    return (f"If collections are 5 % better than agreed, {short_money(back)} of the payment come back; {above}. The proposal "
            f"{covers(of, key)}.")
