"""What the payments of a proposal depend on: what can be given for its true-up."""

from dataclasses import dataclass

from finmodel.assumptions import Quantity
from finmodel.assumptions.words import capitalized, in_words
from finmodel.cases import Assumptions
from finmodel.contracts.proposal import Proposal
from finmodel.contracts.term_sheet import term_label
from finmodel.contracts.wiring import BUDGET, COVERED, covered
from finmodel.engine import Graph, Line
from finmodel.model import Result

# Assumptions that a year brings as a fact, beside what the accounts show.
FACTS = ("conversion_factor", "days_in_receivables")
# What no account shows: parts and indices.
NO_AMOUNTS = {"check", "factor", "share", "share/year"}
FIRST_ASKED = ("covered_collections", "covered_other_revenue", "covered_expense")


@dataclass(frozen=True)
class Counted:
    """What counts towards the payments of a proposal: lines of the practice, facts of the year, and its own terms by their paths.

    ``lines`` have one row; ``rows`` are those of other lines, called ``line.row``; ``facts`` are assumptions by the names of the
    inputs, with their paths.
    """

    key: str
    assumptions: Assumptions
    graph: Graph
    lines: dict[str, Line]
    rows: dict[str, Line]
    facts: dict[str, str]
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
        """What a line, a row of one, a fact or a term is called."""
        if name in self.rows:
            return f"{self.rows[name].label}: {in_words(name.partition('.')[2].replace('.', ', '))}"
        if name in self.facts:
            return capitalized(in_words(name))
        return self.lines[name].label if name in self.lines else _term_in_words(self.proposal, name)

    def unit(self, name: str) -> str:
        """The unit of whatever can be given."""
        if name in self.facts:
            return self.assumptions[self.facts[name]].unit
        lines = {**self.lines, **self.rows}
        return lines[name].unit if name in lines else self.terms[name].unit

    def agreed(self, name: str, year: int, run: Result) -> float:
        """What was agreed for a year, ``run`` being that of the agreement."""
        if name in self.facts:
            return self.assumptions[self.facts[name]].at(year)
        if name in self.terms:
            return self.terms[name].at(year)
        whole, _, row = name.partition(".")
        return float(run[whole][(run.rows(whole) or [""]).index(row), run.years.index(year), 0])


def counted(assumptions: Assumptions, key: str, agreed: Result) -> Counted:
    """What counts towards the payments of a proposal in a run of it; what was budgeted at signing no longer does."""
    reached, root = upstream(agreed.graph, f"{key}__total"), f"proposals.{key}."
    lines = {name: one for name, one in agreed.graph.lines.items()
             if name in reached and not one.table and one.unit != "check" and "__" not in name
             and not _is_outside(assumptions.proposals[key], name, agreed.graph, reached)}
    tabled = {name: one for name, one in agreed.graph.lines.items()
              if name in reached and one.table and one.unit not in NO_AMOUNTS and "__" not in name}
    rows = {f"{name}.{row}": one for name, one in tabled.items() for row in agreed.rows(name) or ()}
    facts = {name: path for name in FACTS if name in reached for path, _ in agreed.placed.inputs[name].rows}
    paths = (path for name, one in agreed.placed.inputs.items() if name in reached for path, quantity in one.rows if quantity)
    terms = {path.removeprefix(root): assumptions[path] for path in paths if path.startswith(root)}
    return Counted(key, assumptions, agreed.graph, lines, rows, facts, terms)


def upstream(graph: Graph, name: str) -> set[str]:
    """A line and all that it stands on, but for what was budgeted."""
    found = {name}
    for one in reversed(graph.order):
        if one.name in found:
            found.update(argument for argument in one.arguments if not argument.startswith(BUDGET))
    return found


def _is_outside(proposal: Proposal, name: str, graph: Graph, reached: set[str]) -> bool:
    """Whether a line is of another scope than the proposal and says nothing of the scope that the proposal counts."""
    counterpart = counterpart_of(proposal, name)
    return counterpart in reached and name not in upstream(graph, counterpart)


def counterpart_of(proposal: Proposal, name: str) -> str:
    """The line of the part that the proposal covers, in place of that of another scope; empty of any other line."""
    scoped = (covered(proposal, one) for one, both in COVERED.items() if name in both)
    return next((one for one in scoped if one != name), "")


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
