"""The year-end true-up statement: what was agreed, what happened, what was paid, and who owes whom what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from finmodel.assumptions import BadInput, Change, Fault
from finmodel.assumptions.faults import nearest
from finmodel.assumptions.year_end import YearEnd
from finmodel.cases import Assumptions, changed
from finmodel.contracts.proposal import Proposal
from finmodel.contracts.wiring import payment_name
from finmodel.model import Result, evaluate

HALF_A_CENT = 0.005
# Lines of a payment that are no steps of it.
NO_STEPS = {"advance", "settlement", "most", "most_owed", "effect", "as_full_year", "most_as_full_year"}


@dataclass(frozen=True)
class Step:
    """A line of the calculation, as agreed and as it happened."""

    name: str
    row: str | None
    label: str
    unit: str
    budget: float
    actual: float

    @property
    def difference(self) -> float:
        """Actual − budget."""
        return self.actual - self.budget


@dataclass(frozen=True)
class Part:
    """One mechanism's settlement, or that of the clauses on the whole: its steps, what is due, and what was paid.

    ``effects`` holds what each modifier did to the payment, in order.
    """

    key: str
    label: str
    steps: tuple[Step, ...]
    effects: tuple[Step, ...]
    payment: Step
    paid: float

    @property
    def settlement(self) -> float:
        """Payment due − what was paid; below zero is a refund."""
        return self.payment.actual - self.paid


@dataclass(frozen=True)
class Statement:
    """The true-up of a proposal for a year."""

    proposal: str
    year: int
    given: tuple[Step, ...]
    parts: tuple[Part, ...]
    payment: Step

    @property
    def paid(self) -> float:
        """What was paid during the year on all parts."""
        return sum(one.paid for one in self.parts)

    @property
    def settlement(self) -> float:
        """What is still due for the year; below zero is a refund."""
        return self.payment.actual - self.paid

    @property
    def owed_by(self) -> str:
        """Who owes the settlement: hospital, group or nobody."""
        if abs(self.settlement) < HALF_A_CENT:
            return "nobody"
        return "hospital" if self.settlement > 0.0 else "group"


def settle(assumptions: Assumptions, key: str, year_end: YearEnd, file: str = "actuals") -> Statement:
    """The true-up of a proposal for a year: the budget as agreed, the actual run with what the accounts show.

    Raises:
        BadInput: with every line that cannot be given, and with a year that the contract does not have.
    """
    proposal, agreed = assumptions.proposals[key], evaluate(assumptions)
    faults = list(_faults(proposal, agreed, year_end, file))
    is_projected = year_end.year in agreed.years
    changes = [Change(path=name, operation="override", amount=amount, year=year_end.year if is_projected else agreed.years[0])
               for name, amount in year_end.actuals.items()]
    try:
        happened = evaluate(changed(assumptions, changes, file), budget=agreed)
    except BadInput as error:
        raise BadInput([*faults, *error.faults]) from None
    if faults:
        raise BadInput(faults)
    return _statement(key, proposal, year_end, agreed, happened)


def _faults(proposal: Proposal, agreed: Result, year_end: YearEnd, file: str) -> Iterator[Fault]:
    if year_end.year not in proposal.contract_years:
        first, last = proposal.contract_years[0], proposal.contract_years[-1]
        yield Fault(file, "year", f"{year_end.year} is no year of '{proposal.name}', which is in force from {first} to {last}")
    elif year_end.year not in agreed.years:
        yield Fault(file, "year", f"{year_end.year} is not projected; the projection runs from {agreed.years[0]} to "
                                  f"{agreed.years[-1]}")
    if not year_end.actuals:
        yield Fault(file, "actuals", "the table is empty; give at least one line, such as collections")
    for name in year_end.paid:
        if name not in proposal.active_mechanisms:
            known = ", ".join(proposal.active_mechanisms)
            yield Fault(file, f"paid.{name}", "is no mechanism of the proposal; "
                                              f"{nearest(name, proposal.active_mechanisms) or f'it has {known}'}")


def _statement(key: str, proposal: Proposal, year_end: YearEnd, agreed: Result, happened: Result) -> Statement:
    both = _Both(agreed, happened, happened.years.index(year_end.year))
    parts = [_part(both, payment_name(key, instance), instance, mechanism.label or type(mechanism).title, mechanism.modifiers,
                   year_end.paid) for instance, mechanism in proposal.active_mechanisms.items()]
    if proposal.modifiers:
        parts.append(_part(both, key, "adjustment", "Clauses on the whole", proposal.modifiers, {}, f"{key}__adjustment"))
    given = tuple(step for name in year_end.actuals for step in both.steps(name))
    return Statement(proposal.name, year_end.year, given, tuple(parts), both.step(f"{key}__total"))


def _part(both: "_Both", prefix: str, key: str, label: str, modifiers: Mapping[str, object], paid: Mapping[str, float],
          payment: str | None = None) -> Part:
    """The settlement of the payment named, else of the instance whose lines have the prefix."""
    groups = [*([] if payment else [prefix]), *(f"{prefix}__{name}" for name in modifiers)]
    steps = (step for group in groups for name in both.agreed.graph.lines if _is_step(name, group) for step in both.steps(name))
    payment = payment or prefix
    return Part(key, label, tuple(replace(step, label=_within(label, step.label)) for step in steps),
                tuple(both.step(f"{prefix}__{name}__effect") for name in modifiers), both.step(payment),
                paid.get(key, both.step(f"{payment}__advance").actual))


def _within(label: str, full: str) -> str:
    """A line's label without that of the part it stands under."""
    return full.removeprefix(f"{label}: ").removeprefix(f"{label}, ")


def _is_step(name: str, group: str) -> bool:
    rest = name.removeprefix(f"{group}__")
    return rest != name and "__" not in rest and rest not in NO_STEPS


@dataclass(frozen=True)
class _Both:
    """A year of the run that was agreed on and of the one that happened."""

    agreed: Result
    happened: Result
    at: int

    def step(self, name: str) -> Step:
        """A line of one row."""
        return next(iter(self.steps(name)))

    def steps(self, name: str) -> Iterator[Step]:
        """A line, row by row."""
        line = self.happened.graph.lines[name]
        for row, title in enumerate(self.happened.rows(name) or [None]):
            budget, actual = (float(run[name][row, self.at, 0]) for run in (self.agreed, self.happened))
            yield Step(name, title, line.label, line.unit, budget, actual)
