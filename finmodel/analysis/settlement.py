"""The year-end true-up statement: what was agreed, what happened, what was paid, and who owes whom what."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from finmodel.analysis.actual_faults import faults_of_year
from finmodel.analysis.actual_rows import with_rows
from finmodel.analysis.actuals import Counted, counted
from finmodel.assumptions import BadInput, Change, Fault
from finmodel.assumptions.year_end import YearEnd
from finmodel.cases import Assumptions, changed
from finmodel.contracts.wiring import payment_name
from finmodel.model import Result, assemble_model, evaluate

HALF_A_CENT = 0.005
# Lines of a payment that are no steps of it.
NO_STEPS = {"advance", "settlement", "most", "most_owed", "most_of_others", "most_together", "effect", "as_full_year",
            "most_as_full_year", "clawback", "clawback_by_recruit"}


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
    """The true-up of a proposal for a year, of which the contract is in force for a share.

    ``earlier`` holds what was given of years before it; those of the contract of which nothing was given count ``as_agreed``.
    """

    proposal: str
    year: int
    share_in_force: float
    given: tuple[Step, ...]
    earlier: Mapping[int, tuple[Step, ...]]
    as_agreed: tuple[int, ...]
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


def settle(assumptions: Assumptions, key: str, *year_ends: YearEnd, files: Sequence[str] = ()) -> Statement:
    """The true-up of a proposal for the last of the years given: the budget as agreed, the actual run with what was given.

    Earlier years are given where what happened in them is carried into later ones; those not given count as agreed. ``files``
    names where each year was read.

    Raises:
        BadInput: with everything that cannot be given, and with each year that the contract does not have.
    """
    agreed = evaluate(assumptions)
    known = counted(assumptions, key, agreed)
    named = list(zip(files or ["actuals"] * len(year_ends), year_ends, strict=True))
    times = Counter(one.year for one in year_ends)
    faults = [Fault(file, "year", f"{one.year} is given more than once; keep one for each year")
              for file, one in named if times[one.year] > 1]
    faults += [fault for file, one in named for fault in faults_of_year(one, known, agreed.years, file)]
    if faults:
        raise BadInput(faults)
    actual = happened(assumptions, key, year_ends, agreed, files)
    return _statement(known, sorted(year_ends, key=lambda one: one.year), agreed, actual)


def happened(assumptions: Assumptions, key: str, year_ends: Sequence[YearEnd], agreed: Result,
             files: Sequence[str] = ()) -> Result:
    """The run of a practice in which years went as given, against what was agreed on it.

    Raises:
        BadInput: when something given does not fit.
    """
    known = counted(assumptions, key, agreed)
    for file, one in zip(files or ["actuals"] * len(year_ends), year_ends, strict=True):
        assumptions = changed(assumptions, _changes(known, one), file)
    rows = {(name, one.year): amount for one in year_ends for name, amount in one.actuals.items() if name in known.rows}
    return with_rows(assemble_model(assumptions, budget=agreed), rows).run()


def _changes(known: Counted, year_end: YearEnd) -> Iterator[Change]:
    for name, amount in year_end.actuals.items():
        if name in known.facts:
            yield Change(path=known.facts[name], operation="set", amount=amount, year=year_end.year)
        elif name not in known.rows:
            yield Change(path=name, operation="override", amount=amount, year=year_end.year)
    for path, amount in year_end.terms.items():
        yield Change(path=f"proposals.{known.key}.{path}", operation="set", amount=amount, year=year_end.year)


def _statement(known: Counted, year_ends: Sequence[YearEnd], agreed: Result, happened: Result) -> Statement:
    key, proposal, (*earlier, last) = known.key, known.proposal, year_ends
    both = _Both(agreed, happened, happened.years.index(last.year))
    parts = [_part(both, payment_name(key, instance), instance, mechanism.label or type(mechanism).title, mechanism.modifiers,
                   last.paid) for instance, mechanism in proposal.active_mechanisms.items()]
    if proposal.modifiers:
        parts.append(_part(both, key, "adjustment", "Clauses on the whole", proposal.modifiers, {}, f"{key}__adjustment"))
    told = {one.year: _given(one, known, agreed) for one in earlier}
    as_agreed = tuple(year for year in agreed.years if year in proposal.contract_years and year < last.year and year not in told)
    return Statement(proposal.name, last.year, share_in_force(agreed, key, last.year), _given(last, known, agreed), told,
                     as_agreed, tuple(parts), both.step(f"{key}__total"))


def share_in_force(run: Result, key: str, year: int) -> float:
    """The share of a year in which a proposal is in force."""
    share = run.placed.inputs[f"{key}__contract_share_of_year"].array
    return float(share[0, run.years.index(year), 0])


def _given(year_end: YearEnd, known: Counted, agreed: Result) -> tuple[Step, ...]:
    """What was given of a year beside what was agreed: the lines, then the terms."""
    return tuple(Step(name, None, known.label(name), known.unit(name), known.agreed(name, year_end.year, agreed), amount)
                 for name, amount in (*year_end.actuals.items(), *year_end.terms.items()))


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
