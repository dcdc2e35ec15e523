"""What a counterparty is shown: the lines, entries and rows that are shared, everything else left where it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from finmodel.assumptions import BadInput, Fault, Practice, Quantity, Source, load_sources
from finmodel.assumptions.faults import nearest
from finmodel.assumptions.practice import Actuals, Provider
from finmodel.cases import Assumptions
from finmodel.contracts import outcome
from finmodel.contracts.clause import Rows
from finmodel.contracts.proposal import Proposal
from finmodel.contracts.wiring import payment_name
from finmodel.engine import Graph, Line, lines_of
from finmodel.model import Result

# Of a proposal, what it comes to; how a payment follows from the group's own cost is the group's.
OF_A_PROPOSAL = (*(one.name for one in lines_of(outcome)), "proposal_cost", "adjustment", "is_first_contract_year")
# What of a practice goes into every copy: names, places, services and rules, no number of which is anybody's pay.
OF_THE_PRACTICE = ("name", "description", "base_year", "horizon_years", "work_rvu_schedule_year", "cost_allocation",
                   "hospital_fiscal_year_starts_in_month", "full_time", "medicare", "collection", "benchmark", "facilities",
                   "volumes", "payers", "payer_mix", "payer_mix_by_facility", "payer_mix_shift", "other_revenue",
                   "hospital_payments", "outside_reads", "shortfall", "inflation", "service_schedule", "sources")
# What is written beside numbers of files that ship with finmodel is nobody's secret; all else somebody wrote for the group.
OF_SHIPPED_FILES = ("medicare_rules.", "benchmarks.", "alternatives.")


@dataclass(frozen=True)
class Policy:
    """What is withheld, by patterns in which a star stands for anything; ``shared`` makes exceptions.

    ``kept_back`` is what somebody withheld on purpose. Lines with a row for each of the withheld tables, and items of the
    withheld groups of expense, are withheld as well.
    """

    paths: tuple[str, ...] = ("providers.*", "roster_changes.*", "actuals.*")
    # Two steps of the bridge hold last year's pay; from one year to the next they also tell the pay of APPs.
    lines: tuple[str, ...] = ("owner_*", "app_*", "compensation_allowed", "compensation_paid", "bridge_compensation",
                              "bridge_other_provider", "selection_*", "budget__*", "*__*")
    tables: frozenset[str] = frozenset({"providers", "roster_changes"})
    groups: frozenset[str] = frozenset({"provider_expense"})
    # The last four follow from the rest of the bridge and from the sum of FTE: to withhold them would withhold nothing.
    shared: tuple[str, ...] = ("radiologist_compensation", "app_fte", "actuals.revenue", "actuals.work_rvus",
                               "actuals.operating_expense")
    kept_back: tuple[str, ...] = ()

    def with_exceptions(self, share: Iterable[str], withhold: Iterable[str]) -> "Policy":
        """The policy with more that is shared, and more that is withheld, by patterns of lines and entries."""
        kept_back = tuple(withhold)
        shared = tuple(one for one in self.shared if not _matches(one, kept_back))
        return Policy((*self.paths, *kept_back), (*self.lines, *kept_back), self.tables, self.groups, (*shared, *share),
                      (*self.kept_back, *kept_back))

    def shares_path(self, path: str, practice: Practice) -> bool:
        """Whether an entry of the practice is shown."""
        if _matches(path, self.shared):
            return True
        section, _, rest = path.partition(".")
        item = practice.expenses.get(rest.partition(".")[0]) if section == "expenses" else None
        return not (_matches(path, self.paths) or (item and item.group in self.groups))

    def shares_line(self, line: Line, told: frozenset[str] = frozenset()) -> bool:
        """Whether a line is shown; ``told`` are lines of the proposals that are."""
        if line.name in told or _matches(line.name, self.shared):
            return True
        return not (_matches(line.name, self.lines) or line.table in self.tables or line.group in self.groups)

    def kept_back_lines(self, result: Result) -> list[str]:
        """The lines that were withheld on purpose, those of items of expense of which an entry was among them."""
        items = [f"expense_{key}" for key in result.assumptions[0].practice.expenses
                 if any(path.startswith(f"expenses.{key}.") for path in self.kept_back_entries(result))]
        return [name for name, line in result.graph.lines.items()
                if line.unit != "check" and (_matches(name, self.kept_back) or name in items)]

    def kept_back_entries(self, result: Result) -> list[str]:
        """The entries of the practice that were withheld on purpose."""
        return [path for path in result.assumptions[0] if _matches(path, self.kept_back)]


def see_that_all_match(result: Result, share: Iterable[str], withhold: Iterable[str]) -> None:
    """Every pattern names something.

    Raises:
        BadInput: with every pattern of which no line and no entry is.
    """
    known = [*result.graph.lines, *result.assumptions[0]]
    faults = [Fault(option, pattern, f"is no line and no entry of this practice; "
                                     f"{nearest(pattern, known) or 'finmodel evaluate lists the lines'}")
              for option, patterns in (("--share", share), ("--withhold", withhold)) for pattern in patterns
              if not any(_matches(name, [pattern]) for name in known)]
    if faults:
        raise BadInput(faults)


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def told_of_proposals(proposals: Mapping[str, Proposal]) -> frozenset[str]:
    """The lines of proposals that both sides see: what each part pays, and what the whole comes to."""
    return frozenset(name for key, proposal in proposals.items()
                     for name in (*(f"{key}__{one}" for one in OF_A_PROPOSAL),
                                  *(payment_name(key, instance) for instance in proposal.active_mechanisms)))


def projected(result: Result, policy: Policy) -> Result:
    """A run that holds what is shared and nothing else: it is put together from that, not cut out of the whole."""
    result = without_own_words(result)
    told = told_of_proposals(result.assumptions[0].proposals)
    lines = tuple(one for one in result.graph.order if policy.shares_line(one, told))
    named = {one.name: one for one in lines}
    tables = {one.table for one in lines if one.table}
    placed = replace(result.placed, inputs={}, indices={},
                     tables={name: table for name, table in result.placed.tables.items() if name in tables})
    values = {name: np.array(result[name]) for name in named}
    assumptions = tuple(_shared_assumptions(one, policy, named) for one in result.assumptions)
    return Result(assumptions, placed, Graph(lines, named, {}), values)


def without_own_words(result: Result) -> Result:
    """The run without the notes of the practice's and the proposals' files."""
    return replace(result, assumptions=tuple(
        replace(one, practice=one.practice.model_copy(update={"sources": _sources_without_own_words(one.practice)}),
                by_path={path: _without_own_words(path, quantity) for path, quantity in one.items()},
                changed={path: replace(was, was=_without_own_words(path, was.was)) for path, was in one.changed.items()})
        for one in result.assumptions))


def _without_own_words(path: str, quantity: Quantity) -> Quantity:
    """A number without the note beside it, unless that is of a file that ships."""
    return quantity if path.startswith(OF_SHIPPED_FILES) or not quantity.note else quantity.model_copy(update={"note": None})


def _sources_without_own_words(practice: Practice) -> dict[str, Source]:
    shipped = load_sources()
    return {key: one if one == shipped.get(key) else one.model_copy(update={"note": None})
            for key, one in practice.sources.items()}


def _named_categories(whole: Assumptions) -> dict[str, Provider]:
    """The categories of people whom a proposal names, by what they are called and nothing else."""
    named = {row for proposal in whole.proposals.values() for _, clause in proposal.clauses() for row in clause.selected(Rows)}
    return {key: Provider.model_construct(**{name: getattr(one, name) for name in ("label", "kind")})
            for key, one in whole.practice.providers.items() if key in named}


def _shared_assumptions(whole: Assumptions, policy: Policy, lines: Mapping[str, Line]) -> Assumptions:
    year: dict[str, Any] = {"year": whole.practice.actuals.year}
    practice = Practice.model_construct(**{name: getattr(whole.practice, name) for name in OF_THE_PRACTICE},
                                        actuals=Actuals.model_construct(**year),
                                        providers=_named_categories(whole), roster_changes={},
                                        expenses={key: one for key, one in whole.practice.expenses.items()
                                                  if one.group not in policy.groups})
    proposals = {key: one.model_copy(update={"mechanisms": {name: mechanism.model_copy(update={"evidence_status": {}})
                                                            for name, mechanism in one.mechanisms.items()}})
                 for key, one in whole.proposals.items()}
    shared = {path: quantity for path, quantity in whole.items() if policy.shares_path(path, whole.practice)}
    return Assumptions(practice, whole.medicare, whole.benchmarks, shared, proposals,
                       {path: one for path, one in whole.changed.items() if path in shared},
                       tuple((origin, change) for origin, change in whole.overrides if change.path in lines),
                       whole.alternatives)
