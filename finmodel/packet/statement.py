"""Revenue, expense and what lies between them: the lines, their sums, and whole dollars that add up as they are read."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from finmodel.packet.blocks import Kind
from finmodel.packet.footing import Sum, footed

# Label, kind and line of the statement; the sums that hold in it follow.
STATEMENT: tuple[tuple[str, Kind, str], ...] = (
    ("Professional collections", "part", "collections"),
    ("Other professional revenue", "part", "other_professional_revenue"),
    ("Total revenue", "total", "total_revenue"),
    ("Radiologist compensation", "part", "radiologist_compensation"),
    ("Benefits, insurance and dues", "part", "benefits_and_insurance"),
    ("Bought coverage", "part", "bought_coverage"),
    ("APPs, recruitment and other provider expense", "part", "other_provider_expense"),
    ("Operating expense", "part", "total_operating_expense"),
    ("Total expense", "total", "total_expense"),
    ("Support deficit", "total", "support_deficit"),
    ("Existing hospital payments", "part", "existing_hospital_payments"),
    ("Support deficit after existing payments", "total", "support_deficit_after_existing"),
)
SUMS = (Sum(2, ((0, 1.0), (1, 1.0))), Sum(8, ((3, 1.0), (4, 1.0), (5, 1.0), (6, 1.0), (7, 1.0))), Sum(9, ((8, 1.0), (2, -1.0))),
        Sum(11, ((9, 1.0), (10, -1.0))))
# What the lines of deficit are called where there is none.
SURPLUS = {"support_deficit": "Surplus before any hospital payment",
           "support_deficit_after_existing": "Surplus with existing payments"}


def in_whole_dollars(values: Mapping[str, Sequence[float]]) -> dict[tuple[str, int], Decimal]:
    """The dollars of the lines that are there, by line and place of the year; the deficit is as it is read elsewhere."""
    shown = [at for at, (_, _, line) in enumerate(STATEMENT) if line in values]
    lines = [STATEMENT[at][2] for at in shown]
    sums = [Sum(shown.index(one.total), tuple((shown.index(part), sign) for part, sign in one.parts)) for one in SUMS
            if {one.total, *(part for part, _ in one.parts)} <= set(shown)]
    firm = [at for at, line in enumerate(lines) if line == "support_deficit"]
    years = range(len(next(iter(values.values()), ())))
    return {(line, year): amount for year in years
            for line, amount in zip(lines, footed([values[line][year] for line in lines], sums, firm), strict=True)}
