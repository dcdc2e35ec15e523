"""The file for the valuator: required coverage at market cost, own overhead and collections, requests, tie-out."""

from collections.abc import Iterable

from finmodel import charts
from finmodel.packet.blocks import Bullets, Heading, Kind, Paragraph, Row, Section, Table
from finmodel.packet.cells import adding_up, in_parts, number
from finmodel.packet.footing import Sum
from finmodel.packet.material import Material
from finmodel.packet.valuation import indications, ties
from finmodel.packet.why import coverage

RATES = ("total_revenue", "collections", "revenue_per_work_rvu", "collections_per_work_rvu", "collections_multiple_of_medicare",
         "total_operating_expense", "benefits_and_insurance", "bought_coverage", "expense_per_work_rvu", "work_rvus",
         "radiologist_fte", "required_fte")
REQUESTS = (
    "Billing report of 24 months by month: exams, work RVUs, charges, payments and refunds by payer class, place of service and "
    "modality, with the receivables at each end.",
    "Which fee schedule year the report's work RVUs are counted in, and how modifiers are handled.",
    "Roster with FTE, category, start and end dates, and the calendar behind the FTE rule.",
    "Pay by person and category for two years, with W-2 or K-1, benefits, retirement and buy-in effects shown apart.",
    "Call, night and weekend schedules for six months, and the logs of who was called.",
    "General ledger or profit and loss statement for three years, with owner-related and one-time items marked.",
    "Licensed survey tables that the valuator works with: pay per FTE, pay per work RVU and work RVUs per FTE, with their year.",
    "Existing agreements with every hospital served: professional services, directorships, call, recruitment, leases.",
    "Payer contracts or fee schedules by class, with effective dates and known changes.",
    "Volumes of the hospital's own records by modality and setting for the same months, to reconcile with the billing report.",
)


def valuation(of: Material) -> Section:
    """What the market indicates for the coverage required."""
    found = indications(of.result, of.year)
    labels: list[tuple[str, Kind]] = [
        ("Market pay: required FTE × pay per FTE", "part"), ("Benefits, insurance and dues", "part"),
        ("APPs, recruitment, contracted reads and operating expense", "part"), ("Cost of the coverage required", "total"),
        ("Revenue, the practice's own", "part"), ("Support indicated", "total")]
    columns = [[one.pay, one.benefits, one.other_cost, one.pay + one.benefits + one.other_cost, one.revenue, one.support]
               for one in found]
    rows = adding_up(labels, columns, (Sum(3, ((0, 1.0), (1, 1.0), (2, 1.0))), Sum(5, ((3, 1.0), (4, -1.0)))), [4])
    heads = tuple(f"{one.table}, percentile {number(one.percentile, 'exam/year').text}" for one in found)
    basis = (Row("Work RVUs per FTE", tuple(number(one.productivity, "work RVU/FTE/year") for one in found), "note"),
             Row("Required FTE", tuple(number(one.required_fte, "FTE") for one in found), "note"),
             Row("Pay per FTE of the year", tuple(number(one.pay_per_fte, "USD/FTE/year") for one in found), "note"))
    table = Table(f"Required coverage at market cost, {of.year}", ("Dollars a year", *heads), (*basis, *rows),
                  "Required FTE: the work that radiologists have to read, at the benchmark's work RVUs per FTE of the same "
                  "percentile where it states one. Benefits: the practice's own per radiologist FTE, and those of its APPs.",
                  (2.6, *(1.6 for _ in found)), on_slides=True)
    told = ("The group's own cost is evidence, not the answer. What follows prices the coverage that is required at pay as "
            "several tables state it, adds overhead, and deducts what the work brings in. It is material for an opinion of value "
            "and is none.")
    return Section("valuation", "Required coverage at market cost", (
        Paragraph(told), table, Heading("What has to be covered"), coverage(of)))


def own_overhead(of: Material) -> Section:
    """Overhead and collections over the years as they are, in dollars and per unit of work."""
    years, lines = of.result.years, of.result.graph.lines

    def rows(names: Iterable[str]) -> tuple[Row, ...]:
        return tuple(Row(lines[name].label, tuple(of.cell(name, year) for year in years)) for name in names)

    widths = (2.8, *(1.2 for _ in years))
    table = Table("Overhead and collections of the practice", ("", *map(str, years)), rows(RATES),
                  "The practice's own figures: nothing is normalised. What to take out or add is the valuator's to say.",
                  widths)
    items = [name for name, one in lines.items() if one.group == "operating_expense"]
    overhead = Table("Operating expense by item", ("Dollars a year", *map(str, years)), rows(items), "", widths, on_slides=True)
    return Section("normalised", "Overhead and collections of the practice",
                   (*in_parts(table, len(years)), *in_parts(overhead, len(years))))


def tie_out(of: Material) -> Section:
    """The base year beside the accounts on file, and what the valuator will want to see."""
    base, last = of.result.years[0], of.assumptions.practice.actuals.year
    rows = tuple(Row(one.label, (number(one.accounts, one.unit), number(one.model, one.unit), number(one.difference, one.unit)))
                 for one in ties(of.result))
    return Section("tie_out", "Tie-out and data requests", (
        Table(f"The model's {base} beside the accounts of {last}", ("", f"Accounts {last}", f"Model {base}", "Difference"), rows,
              "Differences of different years are growth and agreed pay, not error: the bridge below takes them apart.",
              (3.0, 1.4, 1.4, 1.4), on_slides=True),
        bridge(of, base, last),
        Bullets(REQUESTS, "Data requested"),
    ))


def bridge(of: Material, base: int, last: int) -> Table:
    """From the deficit of the accounts to that of the model's base year, step by step."""
    lines = ("actual_deficit", *charts.BRIDGE, "support_deficit")
    labels: list[tuple[str, Kind]] = [
        (f"Deficit of the accounts of {last}", "total"),
        *((of.result.graph.lines[name].label.removeprefix("Bridge: "), "part") for name in charts.BRIDGE),
        (f"Support deficit of {base}", "total")]
    end = len(lines) - 1
    rows = adding_up(labels, [[of.value(name, base) for name in lines]], [Sum(end, tuple((at, 1.0) for at in range(end)))], [end])
    return Table(f"From the accounts of {last} to {base}", ("Dollars a year", str(base)), rows, widths=(3.0, 1.4))
