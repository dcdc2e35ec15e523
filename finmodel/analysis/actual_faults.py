"""Why something cannot be given for the true-up of a proposal, and what can be given in its place."""

from collections.abc import Iterator, Sequence

from finmodel.analysis.actuals import Counted, counterpart_of
from finmodel.assumptions import Fault
from finmodel.assumptions.faults import nearest
from finmodel.assumptions.words import in_words
from finmodel.assumptions.year_end import YearEnd
from finmodel.contracts.term_sheet import listed
from finmodel.engine import Line


def faults_of_year(year_end: YearEnd, known: Counted, years: Sequence[int], file: str) -> Iterator[Fault]:
    """Whatever cannot be given, and a year that is not in the contract or not projected."""
    proposal = known.proposal
    if year_end.year not in proposal.contract_years:
        first, last = proposal.contract_years[0], proposal.contract_years[-1]
        yield Fault(file, "year", f"{year_end.year} is no year of '{proposal.name}', which is in force from {first} to {last}")
    elif year_end.year not in years:
        yield Fault(file, "year", f"{year_end.year} is not projected; the projection runs from {years[0]} to {years[-1]}")
    if not (year_end.actuals or year_end.terms or year_end.paid):
        such = f"at least one line, such as {known.first_asked[0]}" if known.first_asked else "a term under [terms]"
        yield Fault(file, "actuals", f"the table is empty; give {such}")
    yield from _wrong_amounts(year_end, known, file)
    for name in year_end.paid:
        if name not in proposal.active_mechanisms:
            mechanisms = ", ".join(proposal.active_mechanisms)
            yield Fault(file, f"paid.{name}", "is no mechanism of the proposal; "
                                              f"{nearest(name, proposal.active_mechanisms) or f'it has {mechanisms}'}")


def _why_no_actual(name: str, known: Counted) -> str:
    whole, _, row = name.partition(".")
    one = known.graph.lines.get(whole)
    if one is None:
        return f"there is no line of this name; {nearest(whole, known.lines) or _instead(known)}"
    if "__" in whole:
        return f"is worked out from the terms and cannot be given; {_instead(known)}"
    if one.unit == "check":
        return "is an integrity check, not a number"
    if one.table:
        return _why_no_row(one, row, known)
    if row:
        return f"'{whole}' has one row only; give it without '{row}'"
    scoped = counterpart_of(known.proposal, name)
    if scoped in known.lines:
        return f"is not what '{known.proposal.name}' covers; give '{scoped}'"
    return f"nothing that '{known.proposal.name}' pays depends on it; leave it out, and {_instead(known)}"


def _why_no_row(one: Line, row: str, known: Counted) -> str:
    """Why a line of several rows, or a row of it, cannot be given as it was."""
    rows = [name.partition(".")[2] for name, line in known.rows.items() if line.name == one.name]
    if not rows:
        return f"nothing that '{known.proposal.name}' pays depends on it; leave it out, and {_instead(known)}"
    if row:
        return f"'{one.name}' has no row '{row}'; {nearest(row, rows) or f'it has {listed(rows[:5])}'}"
    total = _total_of(one, known)
    return (f"has a row for each of {in_words(str(one.table))}; give the rows that are known, such as '{one.name}.{rows[0]}'"
            + (f", or the line of one row, '{total}'" if total else ""))


def _instead(known: Counted) -> str:
    """What can be given."""
    if known.first_asked:
        return f"give what the payments depend on, such as {listed(list(known.first_asked))}"
    return "give what the contract itself counts, under [terms], or what was paid, under [paid]"


def _total_of(one: Line, known: Counted) -> str:
    """What the accounts tell of the rows of a line in one amount; empty where the payments depend on no such amount."""
    below = known.graph.downstream([one.name])
    return next((name for name in known.first_asked if name in below and known.lines[name].unit == one.unit), "")


def _why_no_term(path: str, known: Counted) -> str:
    if f"proposals.{known.key}.{path}" in known.assumptions:
        return f"nothing that '{known.proposal.name}' pays depends on it; leave it out"
    return f"is no number of the proposal; {nearest(path, known.terms, 0.4) or f'known here: {listed(list(known.terms)[:5])}'}"


def _wrong_amounts(year_end: YearEnd, known: Counted, file: str) -> Iterator[Fault]:
    """What cannot be given at all, and facts and terms beyond their limits."""
    limited = {name: known.assumptions[path] for name, path in known.facts.items()}
    for table, given, quantities in (("actuals", year_end.actuals, limited), ("terms", year_end.terms, known.terms)):
        for name, amount in given.items():
            if name in quantities:
                reason = quantities[name].with_path({year_end.year: amount}).beyond_limits()
            elif table == "actuals":
                reason = "" if name in known.lines or name in known.rows else _why_no_actual(name, known)
            else:
                reason = _why_no_term(name, known)
            if reason:
                yield Fault(file, f"{table}.{name}", reason)
