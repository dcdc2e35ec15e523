"""What adding one radiologist does: what one costs and brings in, the work that pays for it, and when the money is back."""

import math
from dataclasses import dataclass
from itertools import accumulate

from finmodel.analysis.risk_map import better_collections
from finmodel.assumptions import BadInput, Change, Fault
from finmodel.assumptions.faults import nearest
from finmodel.cases import Assumptions, changed
from finmodel.model import Result, evaluate

MONTHS = 12
# So far ahead somebody who signs for a hire looks at most.
MONTHS_AHEAD = 60
A_LITTLE = 0.01
# The cases beside the practice as it is.
ONE_MORE, MORE_WORK, BETTER_PAID = 1, 2, 3
BOUGHT = ("locums_expense", "extra_teleradiology_expense")


@dataclass(frozen=True)
class Hire:
    """One full-time radiologist more, in dollars of one year: what the post costs, and what the work that is read brings in.

    Work RVUs are counted as the benchmark counts them. ``ramp`` is the part of full work in each month from the start, full
    work follows; what is earned in a month is received ``months_to_cash`` later, and cost is paid at once.
    """

    cost: float
    work_rvus: float
    revenue_per_work_rvu: float
    expense_per_work_rvu: float
    ramp: tuple[float, ...]
    months_to_cash: float

    @property
    def revenue(self) -> float:
        """Work RVUs × what one brings in."""
        return self.work_rvus * self.revenue_per_work_rvu

    @property
    def expense_of_work(self) -> float:
        """Work RVUs × expense that comes with one, such as billing."""
        return self.work_rvus * self.expense_per_work_rvu

    @property
    def net(self) -> float:
        """Revenue − expense that comes with the work − cost of the post, in a year of full work."""
        return self.revenue - self.expense_of_work - self.cost

    @property
    def break_even_work_rvus(self) -> float:
        """Cost of the post ÷ what a work RVU brings in after its expense; not available where it brings in nothing."""
        left = self.revenue_per_work_rvu - self.expense_per_work_rvu
        return self.cost / left if left > 0.0 else math.nan

    def balances(self, months: int = MONTHS_AHEAD) -> tuple[float, ...]:
        """The money received less the money spent since the start, at the end of each month."""
        full = (self.revenue - self.expense_of_work) / MONTHS
        return tuple(accumulate(full * self._received(month) - self.cost / MONTHS for month in range(months)))

    def _received(self, month: int) -> float:
        """The part of a month of full work that is received in a month: of two months where the delay is no whole number."""
        whole = math.floor(self.months_to_cash)
        later = self.months_to_cash - whole
        return self._worked(month - whole) * (1.0 - later) + self._worked(month - whole - 1) * later

    def _worked(self, month: int) -> float:
        return 0.0 if month < 0 else self.ramp[month] if month < len(self.ramp) else 1.0

    @property
    def lowest(self) -> tuple[int, float] | None:
        """The month, counted from one, in which the balance is lowest, and the balance; None where it never turns."""
        if not self.net > 0.0:
            return None
        balances = self.balances()
        at = min(range(len(balances)), key=balances.__getitem__)
        return at + 1, balances[at]

    @property
    def payback_month(self) -> int | None:
        """The first month, counted from one, at whose end everything is back; None where that is not in five years."""
        return next((at for at, balance in enumerate(self.balances(), 1) if balance >= 0.0), None)


@dataclass(frozen=True)
class Added:
    """One radiologist more in a practice: beside more work, and at the work that is projected anyhow.

    ``hires`` has the same post at several amounts of work, by what each is called. At the work projected, ``bought_less`` is
    what locums and teleradiology no longer cost, and ``deficit_change`` what the post does to the support deficit.
    """

    category: str
    year: int
    hires: dict[str, Hire]
    bought_less: float
    deficit_change: float


def radiologist_categories(assumptions: Assumptions) -> dict[str, str]:
    """The categories of radiologists of a practice with what they are called, those it has most of first."""
    practice = assumptions.practice
    found = [key for key, one in practice.providers.items() if one.kind == "radiologist"]
    found.sort(key=lambda key: -assumptions[f"providers.{key}.fte"].at(practice.base_year))
    return {key: practice.providers[key].label for key in found}


def add_radiologist(assumptions: Assumptions, category: str, year: int, work_rvus: float | None = None) -> Added:
    """One more of a category in a year: with the work stated, else that of its own kind and of each benchmark percentile.

    Cost, revenue and the expense that comes with work are those by which the projection itself changes.

    Raises:
        BadInput: when the practice has no such category, or the year is not projected.
    """
    _see_that_it_is_there(assumptions, category, year)
    result = evaluate(assumptions, *_cases(assumptions, category))
    rises = _Rises(result, result.years.index(year))
    row = list(assumptions.practice.providers).index(category)
    own = rises.input("provider_work_rvus_per_fte", row) * rises.now("benchmark_vintage_factor")
    per_fte = rises.of("staffed_fte", ONE_MORE)
    revenue = _per(rises.now("collections"), rises.now("workload_in_benchmark_vintage"))
    months_to_cash = rises.input("days_in_receivables") * MONTHS / 365.0
    cost, ramp = _per(rises.own_expense(ONE_MORE), per_fte), tuple(assumptions.practice.ramp)
    hires = {called: Hire(cost, amount, revenue, rises.expense_of_work(), ramp, months_to_cash)
             for called, amount in _amounts_of_work(assumptions, own, work_rvus).items()}
    return Added(category, year, hires, _per(-rises.bought(ONE_MORE), per_fte),
                 _per(rises.of("support_deficit", ONE_MORE), per_fte))


def _cases(assumptions: Assumptions, category: str) -> tuple[Assumptions, ...]:
    """The practice with one more of a category, with a little more work, and with a little more collected for the same work."""
    one_more = Change(path=f"providers.{category}.fte", operation="add", amount=1.0)
    more_work = Change(path="volumes.*.*.*.base_exams", operation="multiply", amount=1.0 + A_LITTLE)
    return (changed(assumptions, [one_more], "one more"), changed(assumptions, [more_work], "more work"),
            better_collections(assumptions, A_LITTLE))


@dataclass(frozen=True)
class _Rises:
    """How much lines are higher in the other cases than in the first, in one year."""

    result: Result
    at: int

    def now(self, line: str) -> float:
        """A line of one row in the first case."""
        return self.result.series(line)[self.at]

    def input(self, name: str, row: int = 0) -> float:
        """A row of an input."""
        values = self.result.placed.inputs[name].array
        return float(values[row, min(self.at, values.shape[1] - 1), 0])

    def of(self, line: str, case: int) -> float:
        """The rise of a line, all rows together."""
        values = self.result[line][:, self.at]
        return float((values[:, case] - values[:, 0]).sum())

    def bought(self, case: int) -> float:
        """The rise of what locums and teleradiology beyond the contracts cost."""
        return sum(self.of(line, case) for line in BOUGHT)

    def own_expense(self, case: int) -> float:
        """The rise of all other expense."""
        return self.of("total_expense", case) - self.bought(case)

    def expense_of_work(self) -> float:
        """The expense that comes with a work RVU read and collected for, such as billing and a fee for each exam."""
        # Where a practice states last year's collections as a sum, more work in the base year does not move them.
        missing = self.now("collections") * A_LITTLE - self.of("collections", MORE_WORK)
        billing = _per(self.own_expense(BETTER_PAID), self.of("collections", BETTER_PAID))
        return _per(self.own_expense(MORE_WORK) + billing * missing, self.of("workload_in_benchmark_vintage", MORE_WORK))


def _see_that_it_is_there(assumptions: Assumptions, category: str, year: int) -> None:
    known, years = radiologist_categories(assumptions), assumptions.practice.years
    faults = []
    if category not in known:
        hint = nearest(category, known) or f"known here: {', '.join(known)}"
        faults.append(Fault("--category", category, f"is no category of radiologists of this practice; {hint}"))
    if year not in years:
        faults.append(Fault("--year", str(year), f"the projection runs from {years[0]} to {years[-1]}"))
    if faults:
        raise BadInput(faults)


def _per(amount: float, of: float) -> float:
    return amount / of if of else math.nan


def _amounts_of_work(assumptions: Assumptions, own: float, stated: float | None) -> dict[str, float]:
    """How much one full-time radiologist may read, by what each amount is called."""
    if stated is not None:
        return {"as stated": stated}
    table = assumptions.benchmarks[assumptions.practice.benchmark.productivity]
    return {"as in this practice": own, **{_percentile(at): value for at, value in table.points}}


def _percentile(at: float) -> str:
    return "median of the benchmark" if at == 50.0 else f"{at:g}th percentile of the benchmark"
