"""The first page: the decision, the money, what the hospital gets, why, the options, who bears what, what we give, status."""

from collections.abc import Iterator
from dataclasses import replace

from finmodel import charts
from finmodel.contracts.term_sheet import in_clause_words
from finmodel.format import in_full, number, percent
from finmodel.packet.blocks import Beside, Block, Bullets, Drawing, Edits, Figures, Row, Section, Statement, Table
from finmodel.packet.cells import DOLLARS, NOTHING, either, limit, text
from finmodel.packet.material import Material
from finmodel.packet.money import asked, comes_back, most_owed, new_money, paid_today
from finmodel.packet.periods import at_earliest_start, left_uncovered, present_value, projected_to, time_of
from finmodel.packet.standing import standing
from finmodel.packet.words import borne_by, decision


def ask(of: Material, edits: Edits) -> Section:
    """One page that says what is asked and why."""
    return Section("ask", "The ask on one page", (
        Statement(decision(of)),
        Figures((*paid_today(of), asked(of), new_money(of), most_owed(of), comes_back(of))),
        services(of),
        Beside((Bullets((*gives(of), *edits.offers), "What we give"), Bullets(tuple(status(of)), "Status")),
               tuple(of.where(("actual_deficit", "support_deficit"), why_in_bars))),
        options(of), *bearers(of, (3.0, *(2.0 for _ in of.names))),
    ))


def services(of: Material) -> Table:
    """What the hospital gets: what, where, when and how fast, at every facility that the leading proposal covers."""
    practice = of.assumptions.practice
    every, own = set(practice.facilities), {key for key, one in practice.facilities.items() if one.in_scope}
    places_asked = every if of.proposals[of.lead].covers == "practice" else own or every
    places: dict[tuple[str, str, str], list[str]] = {}
    for one in practice.service_schedule.values():
        if one.facility in places_asked:
            same = (one.service, f"{one.hours}; {one.mode}", one.turnaround)
            places.setdefault(same, []).append(practice.facilities[one.facility].label)
    several = len({label for labels in places.values() for label in labels}) > 1
    rows = tuple(Row(f"{service} ({'; '.join(labels)})" if several else service, (text(when), text(fast)))
                 for (service, when, fast), labels in places.items())
    return Table("What you get", ("Service", "When", "How fast"), rows, widths=(3.7, 2.8, 3.1))


def gives(of: Material) -> Iterator[str]:
    """What the group binds itself to, as far as the leading proposal says it."""
    proposal = of.proposals[of.lead]
    yield "Open books: every shared number with its source, and a workbook that recomputes the ask from them."
    if of.comparisons[of.lead].comes_back.by_year[of.year] >= 1.0:
        yield "A yearly settlement that returns money when collections turn out better than agreed."
    days = in_full(proposal.notice.days.at(proposal.starts.year), "day")
    yield f"Continued service through the {days} of notice."
    for _, clause in proposal.clauses():
        if getattr(clause, "kind", "") in {"quality_withhold", "reopener"}:
            yield in_clause_words(clause, of.words)


def why_in_bars(of: Material) -> Drawing:
    """From last year's accounts to this ask in bars; what is not shared stands in one of them."""
    chart = charts.bridge(of.result, of.year, "light")
    last = of.assumptions.practice.actuals.year
    return Drawing(f"Why: from the accounts of {last} to {of.year}", chart, "steps",
                   "Each bar compares a line of the year with last year's accounts; together they sum to the difference, which "
                   "is checked.", is_narrow=True)


def options(of: Material) -> Table:
    """Every proposal in its first year and over its term."""
    keys = list(of.names)

    first = {key: of.years(key)[0] for key in keys}

    def row(above: str, below: str, name: str) -> Row:
        return either(above, below, [of.value(f"{key}__{name}", first[key]) for key in keys], DOLLARS)

    times = [time_of(of, key, first[key]) for key in keys]
    when = times[0] if len(set(times)) == 1 else "its first year"
    money = (*([] if when == times[0] else [Row("First year of the contract", tuple(map(text, times)))]),
             row(f"Paid in {when}", f"The group pays in {when}", "total"),
             row("of it new money", f"The hospital is better off in {when} by", "net_new_payment"),
             Row(f"Most that can be owed in {when}", tuple(limit(of.value(f"{key}__most_owed", first[key])) for key in keys)),
             either(f"Left uncovered in {when}", f"Surplus left to the group in {when}",
                    [left_uncovered(of, key, first[key]) for key in keys], DOLLARS),
             either(f"All payments, value at {at_earliest_start(of)}",
                    f"Worth to the hospital, value at {at_earliest_start(of)}", [present_value(of, key) for key in keys], "USD"),
             *_projected(of, keys))
    bad_year = (_bad_year(of, keys),) if of.outlook else ()
    widths = (3.0, *(2.0 for _ in keys))
    return Table("The options", ("", *of.names.values()), (*money, *bad_year), _note(money), widths, on_slides=True)


def _note(money: tuple[Row, ...]) -> str:
    is_from_group = any(one.label.startswith("The group pays") for one in money)
    return f"Dollars; a plus is paid by the {'group to the hospital' if is_from_group else 'hospital to the group'}."


def _projected(of: Material, keys: list[str]) -> list[Row]:
    """How far the payments are projected, where that is not to the end."""
    told = [projected_to(of, key) for key in keys]
    return [Row("of it", tuple(text(one or "the whole term") for one in told))] if any(told) else []


def bearers(of: Material, widths: tuple[float, ...]) -> list[Block]:
    """Who bears what happens otherwise than agreed; nothing where no year of a contract lies after the base year."""
    if not all(of.risks.values()):
        return []
    rows = tuple(Row(found[0].label, tuple(text(borne_by(one.hospital_share)) for one in found))
                 for found in zip(*of.risks.values(), strict=True))
    return [Table("Who bears what", ("What happens otherwise than agreed", *of.names.values()), rows, widths=widths,
                  on_slides=True)]


def _bad_year(of: Material, keys: list[str]) -> Row:
    """What is paid in the first year in a bad future, beside what is asked for it."""
    highs = [of.outlook.first_years[key].percentiles[95].value for key in keys] if of.outlook else []
    found = either("In one future in twenty it is more than", "In one future in twenty the group pays less than", highs, DOLLARS)
    capped = [high >= of.value(f"{key}__most_owed", of.years(key)[0]) - NOTHING for key, high in zip(keys, highs, strict=True)]
    cells = (text("it reaches the cap") if is_capped else cell for cell, is_capped in zip(found.cells, capped, strict=True))
    return replace(found, cells=tuple(cells))


def status(of: Material) -> Iterator[str]:
    """How far the numbers can be relied on."""
    assumptions = of.assumptions
    yield standing(assumptions.values())
    share = sum(one.status == "illustrative" for one in assumptions.values()) / max(len(assumptions), 1)
    if share > 0.5:
        yield f"{percent(share, 0)} of them illustrate a practice and were read nowhere: for a decision they have to be replaced."
    yield (f"All {number(len(of.checks))} integrity checks pass." if not of.failed else
           f"{number(len(of.failed))} of {number(len(of.checks))} integrity checks fail: do not use these figures.")
    if given(of):
        yield f"Given instead of computed, so that what follows from it is not the model's: {'; '.join(given(of))}."
    yield "An independent valuation of the payments is not part of this packet."


def given(of: Material) -> tuple[str, ...]:
    """The lines, of those that are shown, that were given instead of computed."""
    paths = dict.fromkeys(change.path for _, change in of.result.assumptions[0].overrides)
    return tuple(one.label for path in paths if (one := of.result.graph.lines.get(path)))
