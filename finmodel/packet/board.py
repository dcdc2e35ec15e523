"""The page for a board: three numbers, one chart, one range, and a decision that is on record."""

import math

from finmodel.format import short_money
from finmodel.packet.ask import bearers, services
from finmodel.packet.blocks import Beside, Block, Edits, Figures, Heading, Paragraph, Row, Section, Statement, Table
from finmodel.packet.cells import NOTHING, text
from finmodel.packet.material import Material
from finmodel.packet.money import most_owed, new_money, worth
from finmodel.packet.offers import deficits, payments_beside
from finmodel.packet.words import SHORTFALL, better_collections, covers, decision, paid_between, shortfall

# More services do not fit on a page with the record of the decision.
MOST_SERVICES = 15
RECORD = ("Approved as asked", "Approved with changes", "Deferred until", "Not approved")


def board(of: Material, edits: Edits) -> Section:
    """The decision on a page or two."""
    told = " ".join([*of.where(SHORTFALL, shortfall), _range(of)])
    blocks: list[Block] = [Statement(decision(of)), Figures((new_money(of, of.names[of.lead]), most_owed(of), worth(of))),
                           Paragraph(told), *of.where(deficits(of), payments_beside),
                           *bearers(of, (3.0, *(2.0 for _ in of.names)))]
    last: list[Block] = [services(of), *map(Paragraph, edits.offers)]
    rows = tuple(Row(f"□  {one}", (text(""), text(""))) for one in RECORD)
    last += [Heading("The decision, for the record"),
             Table("", ("Decision", "By whom", "Date and conditions"), rows, widths=(2.4, 3.0, 4.0))]
    kept = Beside(tuple(last), ()) if len(services(of).rows) <= MOST_SERVICES else None
    return Section("ask", "The decision", (*blocks, kept) if kept else (*blocks, *last))


def _range(of: Material) -> str:
    """How far the payment of the first year may lie from the budget."""
    key, most = of.lead, of.value(f"{of.lead}__most_owed")
    if of.outlook:
        low, high = (of.outlook.first_years[key].percentiles[at].value for at in (5, 95))
        cap = ", which is the cap" if NOTHING <= most <= high + NOTHING else ""
        return f"In nine of ten futures {paid_between(low, high)} in {of.year}{cap}. The proposal {covers(of, key)}."
    above = "the hospital owes nothing" if most < NOTHING else \
        f"it is never more than {short_money(most)} in {of.year}" if math.isfinite(most) else "nothing limits it above"
    return f"If collections are 5 % better than agreed, {better_collections(of)}; {above}. The proposal {covers(of, key)}."
