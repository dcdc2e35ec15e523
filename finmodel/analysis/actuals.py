"""What the payments of a proposal depend on, and why anything else cannot be given for its true-up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from finmodel.assumptions import Fault, Quantity
from finmodel.assumptions.faults import nearest
from finmodel.assumptions.year_end import YearEnd
from finmodel.cases import Assumptions
from finmodel.contracts.proposal import Proposal
from finmodel.contracts.term_sheet import listed, term_label
from finmodel.contracts.wiring import BUDGET, COVERED, covered
from finmodel.engine import Graph, Line
from finmodel.model import Result

FIRST_ASKED = ("covered_collections", "covered_other_revenue", "covered_expense")


@dataclass(frozen=True)
class Counted:
    """What counts towards the payments of a proposal: lines of the practice of one row, and its own terms by their paths."""

    key: str
    assumptions: Assumptions
    graph: Graph
    lines: dict[str, Line]
    terms: dict[str, Quantity]

    @property
    def proposal(self) -> Proposal:
        """The proposal that pays."""
        return self.assumptions.proposals[self.key]

    @property
    def first_asked(self) -> tuple[str, ...]:
        """The lines that the accounts tell first: collections, other revenue and expense of what the proposal covers."""
        return tuple(line for line in (covered(self.proposal, name) for name in FIRST_ASKED) if line in self.lines)

    def label(self, name: str) -> str:
        """What a line or a term is called."""
        return self.lines[name].label if name in self.lines else _term_in_words(self.proposal, name)


def counted(assumptions: Assumptions, key: str, agreed: Result) -> Counted:
    """What counts towards the payments of a proposal in a run of it; what was budgeted at signing no longer does."""
    reached, root = _upstream(agreed.graph, f"{key}__total"), f"proposals.{key}."
    lines = {name: one for name, one in agreed.graph.lines.items()
             if name in reached and not one.table and one.unit != "check" and "__" not in name
             and not _is_outside(assumptions.proposals[key], name, agreed.graph, reached)}
    paths = (path for name, one in agreed.placed.inputs.items() if name in reached for path, quantity in one.rows if quantity)
    terms = {path.removeprefix(root): assumptions[path] for path in paths if path.startswith(root)}
    return Counted(key, assumptions, agreed.graph, lines, terms)


def _upstream(graph: Graph, name: str) -> set[str]:
    """A line and all that it stands on, but for what was budgeted."""
    found = {name}
    for one in reversed(graph.order):
        if one.name in found:
            found.update(argument for argument in one.arguments if not argument.startswith(BUDGET))
    return found


def _is_outside(proposal: Proposal, name: str, graph: Graph, reached: set[str]) -> bool:
    """Whether a line is of another scope than the proposal and says nothing of the scope that the proposal counts."""
    counterpart = _counterpart(proposal, name)
    return counterpart in reached and name not in _upstream(graph, counterpart)


def _counterpart(proposal: Proposal, name: str) -> str:
    """The line of the part that the proposal covers, in place of that of another scope; empty of any other line."""
    scoped = (covered(proposal, one) for one, both in COVERED.items() if name in both)
    return next((one for one in scoped if one != name), "")


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
    for name in year_end.actuals:
        if name not in known.lines:
            yield Fault(file, f"actuals.{name}", _why_no_actual(name, known))
    for path, amount in year_end.terms.items():
        reason = _why_no_term(path, known) if path not in known.terms else (
            known.terms[path].with_path({year_end.year: amount}).beyond_limits())
        if reason:
            yield Fault(file, f"terms.{path}", reason)
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
        total = _total_of(one, known)
        return (f"has a row for each of {one.table.replace('_', ' ')}, which cannot be given; "
                + (f"give the line of one row, '{total}'" if total else _instead(known)))
    if row:
        return f"'{whole}' has one row only; give it without '{row}'"
    scoped = _counterpart(known.proposal, name)
    if scoped in known.lines:
        return f"is not what '{known.proposal.name}' covers; give '{scoped}'"
    return f"nothing that '{known.proposal.name}' pays depends on it; leave it out, and {_instead(known)}"


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


def _term_in_words(proposal: Proposal, path: str) -> str:
    """What a term is called, after the part that it belongs to."""
    where, clause = max(((where, clause) for where, clause in proposal.clauses() if path.startswith(f"{where}.")),
                        key=lambda found: len(found[0]))
    parts = where.split(".")
    mechanism = proposal.mechanisms[parts[1]] if parts[0] == "mechanisms" else None
    titles = [mechanism.label or mechanism.title] if mechanism else []
    if clause is not mechanism:
        titles.append(type(clause).title)  # type: ignore[attr-defined]
    return f"{', '.join(titles)}: {term_label(clause, path.removeprefix(f'{where}.'))}"
