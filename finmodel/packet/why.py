"""Why: from revenue to the deficit, what Medicare pays beside what physicians cost, productivity, whose deficit, coverage."""

import math
from collections.abc import Iterator, Sequence

from finmodel import charts
from finmodel.format import money, short_money
from finmodel.format import number as plain_number
from finmodel.packet.blocks import Block, Cell, Drawing, Heading, Paragraph, Row, Section, Table
from finmodel.packet.cells import DOLLARS, adding_up_both_ways, are_below, in_parts, number, said, text
from finmodel.packet.material import Material
from finmodel.packet.statement import STATEMENT, SURPLUS
from finmodel.packet.words import SHORTFALL, WHOSE, gap, shortfall, whose

RATES = ("medicare_payment_per_work_rvu", "collections_per_work_rvu", "revenue_per_work_rvu", "expense_per_work_rvu",
         "radiologist_compensation_per_work_rvu", "collections_multiple_of_medicare")
BY_FACILITY = ("facility_expense", "facility_collections", "facility_other_revenue", "facility_support_deficit")
# What the columns of the facilities sum to.
TOTALS = ("total_expense", "collections", "other_professional_revenue", "support_deficit")
# What is held against a table of a statistic, and the percentiles that are told.
COMPARED = {"compensation_per_fte": "agreed_pay_per_radiologist_fte", "work_rvus_per_fte": "workload_per_radiologist_fte",
            "compensation_per_work_rvu": "radiologist_compensation_per_work_rvu"}
POINTS = (50.0, 75.0)
TAKE_HOME = ("agreed_pay_per_radiologist_fte", "radiologist_take_home_without_support")
PRODUCTIVITY = ("work_rvus", "radiologist_fte", "workload_per_radiologist_fte", "required_fte", "fte_gap",
                "agreed_pay_per_radiologist_fte", "reference_pay_per_fte")


def why(of: Material) -> Section:
    """What the deficit consists of and where it comes from, as far as it is shared."""
    blocks: list[Block] = [
        *of.where(SHORTFALL, lambda of: Paragraph(shortfall(of))),
        *of.where((*(name for name, _ in charts.WATERFALL), "support_deficit"), _waterfall),
        *statement(of),
        *_part("Whose it is", [*of.where(WHOSE, lambda of: Paragraph(whose(of))), *of.where(BY_FACILITY, facilities)]),
        *_part("What a work RVU brings in and costs",
               [*of.where(RATES, lambda of: Paragraph(_medicare(of))), *_over_years(of, "Dollars per work RVU", RATES)]),
        *_part("Productivity and pay", [*of.where(PRODUCTIVITY, lambda of: Paragraph(_productivity(of))),
                                        *_over_years(of, "Work and people", PRODUCTIVITY),
                                        *of.where(COMPARED.values(), beside_tables)]),
        *_part("If the answer is no", of.where(TAKE_HOME, lambda of: Paragraph(_without(of)))),
        Heading("What has to be covered"), coverage(of),
    ]
    return Section("why", "Why", tuple(blocks))


def _part(title: str, blocks: Sequence[Block]) -> list[Block]:
    return [Heading(title), *blocks] if blocks else []


def beside_tables(of: Material) -> Table:
    """Pay and productivity of the base year beside every table loaded, each named as what it is."""
    base = of.result.years[0]
    rows = []
    for one in of.assumptions.benchmarks.values():
        if one.statistic not in COMPARED or not one.points:
            continue
        own, at = of.value(COMPARED[one.statistic], base), dict(one.points)
        place = one.percentile_of(own)
        where = ("below what it states" if own < one.span[0] else "above what it states") if place is None else \
            f"percentile {plain_number(place)}"
        rows.append(Row(one.label, (text(f"{one.stated_by} ({one.kind})"), *(_point(at.get(share), one.unit) for share in POINTS),
                                    number(own, one.unit), text(where))))
    return Table(f"Beside the tables loaded, {base}", ("Table", "Stated by", "Half are below", "Three in four are below",
                                                       "This practice", "Where that is"), tuple(rows),
                 "A table is evidence of what others pay or read; it is no limit.", (2.8, 2.4, 1.1, 1.2, 1.1, 1.6))


def _point(value: float | None, unit: str) -> Cell:
    return text("—") if value is None else number(value, unit)


def _waterfall(of: Material) -> Drawing:
    word = gap(of.value("support_deficit"))
    return Drawing(f"From revenue to the {word} of {of.year}", charts.waterfall(of.result, of.year, "light"), "steps",
                   "Total revenue less each kind of expense; what remains is the difference of the two.")


def statement(of: Material) -> list[Table]:
    """Revenue, expense and what lies between them, by year; every column adds up as it is read."""
    years = of.result.years
    turned = SURPLUS if all(of.has(line) and are_below(of.result.series(line)) for line in SURPLUS) else {}
    rows = []
    for label, kind, line in STATEMENT:
        sign = -1.0 if line in turned else 1.0
        if of.has(line):
            cells = tuple(Cell(money(sign * float(of.dollars[line, at])), sign * of.value(line, year), DOLLARS)
                          for at, year in enumerate(years))
            rows.append(Row(turned.get(line, label), cells, kind))
    table = Table("Revenue and expense by year", ("Dollars a year", *map(str, years)), tuple(rows),
                  "" if turned else "A minus in a line of deficit is a surplus.", (2.6, *(1.2 for _ in years)), on_slides=True)
    return in_parts(table, len(years)) if rows else []


def facilities(of: Material) -> Table:
    """The first year by facility: expense, what comes in there, and what is left; rows and columns add up."""
    rows, at = of.result.rows("facility_expense") or (), of.result.years.index(of.year)
    matrix = [[float(of.result[line][place, at, 0]) for line in BY_FACILITY] for place in range(len(rows))]
    named = of.assumptions.practice.facilities
    is_whole = bool(of.proposals) and of.proposals[of.lead].covers == "practice"
    labels = [named[row].label if is_whole else f"{named[row].label} ({'in scope' if named[row].in_scope else 'not in scope'})"
              for row in rows]
    is_surplus = are_below(line[-1] for line in matrix)
    if is_surplus:
        matrix = [[*line[:-1], -line[-1]] for line in matrix]
    sign = -1.0 if is_surplus else 1.0
    total = [float(of.dollars[line, at]) * (sign if line == "support_deficit" else 1.0) for line in TOTALS] \
        if of.has(*TOTALS) else None
    return Table(f"By facility, {of.year}",
                 ("Dollars a year", "Expense", "Collections", "Other revenue", "Surplus" if is_surplus else "Deficit"),
                 adding_up_both_ways(labels, "All facilities", matrix,
                                     (-1.0, 1.0, 1.0) if is_surplus else (1.0, -1.0, -1.0), total),
                 "Surplus = collections + other revenue − expense." if is_surplus else
                 "Deficit = expense − collections − other revenue; a minus is a surplus.", (3.0, 1.3, 1.3, 1.3, 1.3))


def _over_years(of: Material, title: str, lines: tuple[str, ...]) -> list[Table]:
    """Lines by year, each in its own unit."""
    years = of.result.years
    shown = [line for line in lines if of.has(line)]
    rows = tuple(Row(of.result.graph.lines[line].label,
                     tuple(of.cell(line, year) for year in years)) for line in shown)
    return in_parts(Table(title, ("", *map(str, years)), rows, "", (2.6, *(1.2 for _ in years))), len(years)) if rows else []


def _medicare(of: Material) -> str:
    paid, cost = of.value("medicare_payment_per_work_rvu"), of.value("radiologist_compensation_per_work_rvu")
    collected, multiple = of.value("collections_per_work_rvu"), of.value("collections_multiple_of_medicare")
    told = (f"In {of.year} Medicare pays {said(paid, 'USD/work RVU')}; the radiologists' pay alone is "
            f"{said(cost, 'USD/work RVU')} that they read.")
    if math.isfinite(multiple):
        told += (f" All payers together pay {said(collected, 'USD/work RVU')}, {plain_number(multiple, 2)} times what "
                 "Medicare pays.")
    return told


def _productivity(of: Material) -> str:
    practice = of.assumptions.practice
    read, fte, needed = of.value("workload_per_radiologist_fte"), of.value("radiologist_fte"), of.value("required_fte")
    return (f"In {of.year} {number(fte, 'FTE').text} radiologist FTE read {plain_number(read)} work RVUs each; the "
            f"volume alone would need {number(needed, 'FTE').text} FTE at the benchmark's productivity. FTE rule: "
            f"{practice.full_time.rule}")


def _without(of: Material) -> str:
    agreed, left = of.value("agreed_pay_per_radiologist_fte"), of.value("radiologist_take_home_without_support")
    if left >= agreed:
        return f"Without new support the agreed pay of {short_money(agreed)} per radiologist FTE can still be paid in {of.year}."
    return (f"Without new support each radiologist FTE is left with {short_money(left)} in {of.year}, beside an agreed "
            f"pay of {short_money(agreed)}. A deficit that is not supported is paid by those who read.")


def coverage(of: Material) -> Table:
    """The service schedule with the hours it binds, and the FTE that coverage alone needs."""
    practice, shown = of.assumptions.practice, of.has("coverage_fte_by_service")
    at = of.result.years.index(of.year)
    rows = tuple(_service(of, key, at, place, with_fte=shown) for place, key in enumerate(practice.service_schedule))
    return Table("Coverage obligations", ("Service", "Where", "When", "Turnaround", *(["FTE to cover"] if shown else [])), rows,
                 "FTE to cover: hours of the service ÷ the hours that one full-time radiologist works, whatever the volume."
                 if shown else "", (2.6, 2.2, 2.4, 2.6, *([1.0] if shown else [])))


def _service(of: Material, key: str, at: int, place: int, *, with_fte: bool) -> Row:
    one = of.assumptions.practice.service_schedule[key]
    where = of.assumptions.practice.facilities[one.facility].label
    cells: Iterator[Cell] = iter((text(where), text(f"{one.hours}; {one.mode}"), text(one.turnaround)))
    fte = (number(float(of.result["coverage_fte_by_service"][place, at, 0]), "FTE"),) if with_fte else ()
    return Row(one.service, (*cells, *fte))
