"""Proposals become lines of the model: every clause is wired to its own terms, its proposal and the practice."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from finmodel.assumptions.fields import fields_of
from finmodel.contracts import escalators, outcome
from finmodel.contracts.clause import Clause, Lines
from finmodel.contracts.guards import Parts, paid_by_others
from finmodel.contracts.mechanism import Mechanism
from finmodel.contracts.proposal import Proposal
from finmodel.engine import Array, Line, lines_of, sum_line

BUDGET = "budget__"
# What a clause calls the lines of the part of the practice that the proposal covers: the whole, or the client hospital's.
COVERED = {
    "covered_deficit": ("support_deficit", "client_support_deficit"),
    "covered_collections": ("collections", "client_collections"),
    "covered_other_revenue": ("other_professional_revenue", "client_other_revenue"),
    "covered_existing_payments": ("existing_hospital_payments", "client_existing_payments"),
    "covered_expense": ("total_expense", "client_expense"),
    "covered_cost_share": ("whole", "client_expense_share"),
    "covered_work_rvus": ("work_rvus", "client_work_rvus"),
}
CALENDAR = ("contract_share_of_year", "contract_in_force", "escalation_applies", "share_after_anniversary", "discount_years",
            "replaces_existing", "notice_days", "notice_tail", "valuation_discount_rate")


def payment_name(proposal: str, instance: str) -> str:
    """The line of what an instance of a proposal pays."""
    return f"{proposal}__{instance}"


@dataclass
class _Wiring:
    """The lines of one proposal as they are made, and the names that its clauses know."""

    key: str
    proposal: Proposal
    parts: Parts
    placed: Collection[str]
    lines: list[Line]

    def names(self) -> dict[str, str]:
        """The names of the proposal that every clause knows, and the lines they stand for."""
        scope = 0 if self.proposal.covers == "practice" else 1
        return {**{name: both[scope] for name, both in COVERED.items()}, **{name: f"{self.key}__{name}" for name in CALENDAR}}

    def add(self, prefix: str, label: str, lines: Iterable[Line], known: Mapping[str, str],
            tables: Collection[str] = ()) -> dict[str, str]:
        """Wire lines under a prefix; their names so far, and those of their terms, stand for the lines made."""
        lines = list(lines)
        own = {one.name: prefix + one.name for one in lines}

        def resolved(argument: str) -> str:
            if argument.startswith(BUDGET):
                return BUDGET + resolved(argument.removeprefix(BUDGET))
            return own.get(argument) or (prefix + argument if prefix + argument in self.made else known.get(argument, argument))

        for one in lines:
            table = prefix + one.table if one.table and one.table in tables else one.table
            self.lines.append(replace(one, name=own[one.name], label=f"{label}: {one.label}", table=table, group=None,
                                      arguments=tuple(resolved(argument) for argument in one.arguments)))
        return own

    @property
    def made(self) -> set[str]:
        return {*self.placed, *(one.name for one in self.lines)}

    def clause(self, prefix: str, label: str, clause: Clause, known: Mapping[str, str]) -> dict[str, str]:
        """Wire a clause: its escalating terms, its selections of lines, and its lines."""
        record = type(clause)
        for name, (field, term) in record.terms().items():
            if term.escalates and field.kind == "number":
                self.lines.append(_escalated(prefix + name, f"{label}: {term.label}", field.limits.unit or "USD/year"
                                             if field.limits else "USD/year", known["escalator"]))
            if record.mark(name, Lines):
                chosen = self.selected(getattr(clause, name) or ())
                self.lines.append(sum_line(prefix + name, f"{label}: {term.label}", "USD/year", chosen or ("no_amount",)))
        tables = {field.name for field in fields_of(record)}
        return self.add(prefix, label, record.lines().values(), known, tables)

    def selected(self, names: Iterable[str]) -> tuple[str, ...]:
        """Lines by name; a selection of the practice is called by its own name."""
        return tuple(dict.fromkeys(f"selection_{name}" if f"selection_{name}" in self.parts else name for name in names))

    def escalator(self, prefix: str, label: str, clause: Clause | None, otherwise: str) -> str:
        """The line of the escalator of a proposal or an instance."""
        if clause is None:
            return otherwise
        names = self.names()
        made = self.add(f"{prefix}escalator__", label, type(clause).lines().values(), names)
        self.add(prefix, label, [escalators.escalator], {**names, **made})
        return f"{prefix}escalator"

    def modified(self, prefix: str, label: str, clauses: Mapping[str, Clause], names: Mapping[str, str], payment: str,
                 most: str) -> tuple[str, str]:
        """Wire modifiers in order, each with a line for its effect; the names of the last payment and of the most it can be."""
        for key, clause in clauses.items():
            title = f"{label}, {type(clause).title}"  # type: ignore[attr-defined]
            made = self.clause(f"{prefix}{key}__", title, clause, {**names, "payment": payment, "most": most})
            self.add(f"{prefix}{key}__", title, [effect], {"before": payment, "adjusted": made["adjusted"]})
            payment, most = made["adjusted"], made.get("most", most)
        return payment, most


def _escalated(name: str, label: str, unit: str, escalator: str) -> Line:
    def risen(agreed: Array, escalator: Array) -> Array:
        return agreed * escalator

    return Line(name, label, unit, None, None, risen, (f"{name}__agreed", escalator), "As agreed × escalation since the start.")


def _effect(before: Array, adjusted: Array) -> Array:
    return adjusted - before


effect = Line("effect", "effect of the clause", "USD/year", None, None, _effect, ("before", "adjusted"),
              "Payment after the clause − payment before it.")


def _in_contract(full_year: Array, contract_share_of_year: Array) -> Array:
    return full_year * contract_share_of_year


def proposal_lines(key: str, proposal: Proposal, parts: Parts, placed: Collection[str]) -> list[Line]:
    """The lines of a proposal, given the lines that are sums and the names of the inputs that were placed."""
    wiring = _Wiring(key, proposal, parts, placed, [])
    names = wiring.names()
    names["escalator"] = wiring.escalator(f"{key}__", proposal.name, proposal.escalator, "whole")
    full_years: dict[str, str] = {}
    ordered = sorted(proposal.active_mechanisms.items(), key=lambda pair: pair[1].cost_base is not None)
    for instance, mechanism in ordered:
        full_years[instance] = _wire_mechanism(wiring, instance, mechanism, names, full_years)
    payments = tuple(payment_name(key, instance) for instance in proposal.active_mechanisms)
    wiring.lines.append(sum_line(f"{key}__payments", f"{proposal.name}: sum of payments", "USD/year", payments or ("no_amount",)))
    most = tuple(f"{one}__most_owed" for one in payments) or ("no_amount",)
    wiring.lines.append(sum_line(f"{key}__sum_of_most", f"{proposal.name}: most of all parts", "USD/year", most))
    total, most_owed = wiring.modified(f"{key}__", proposal.name, proposal.modifiers, names, f"{key}__payments",
                                       f"{key}__sum_of_most")
    wiring.lines.append(sum_line(f"{key}__total", f"{proposal.name}: total payment", "USD/year", (total,)))
    wiring.lines.append(sum_line(f"{key}__most_owed", f"{proposal.name}: most the hospital can owe", "USD/year", (most_owed,)))
    wiring.add(f"{key}__", proposal.name, lines_of(outcome), names)
    return wiring.lines


def _wire_mechanism(wiring: _Wiring, instance: str, mechanism: Mechanism, proposal_names: Mapping[str, str],
                    full_years: Mapping[str, str]) -> str:
    name = payment_name(wiring.key, instance)
    prefix, label = f"{name}__", mechanism.label or type(mechanism).title
    names = dict(proposal_names)
    names["escalator"] = wiring.escalator(prefix, label, mechanism.escalator, proposal_names["escalator"])
    for how, words in (("credit", "credited"), ("exclude", "excluded")):
        paid = tuple(full_years[other] for other in paid_by_others(wiring.proposal, wiring.parts, instance, how))
        if paid:
            wiring.lines.append(sum_line(f"{prefix}{words}", f"{label}: paid by other items and {words}", "USD/year", paid))
        names[words] = f"{prefix}{words}" if paid else "no_amount"
    made = wiring.clause(prefix, label, mechanism, names)
    last, most = wiring.modified(prefix, label, mechanism.modifiers, names, made["payment"], made.get("most", "not_available"))
    share = proposal_names["contract_share_of_year" if mechanism.is_prorated else "contract_in_force"]
    words = "Payment in a full year × share of the year in which the contract is in force."
    wiring.lines += [Line(name, label, "USD/year", None, None, _in_contract, (last, share), words),
                     Line(f"{name}__most_owed", f"{label}: most the hospital can owe", "USD/year", None, None, _in_contract,
                          (most, share), words)]
    return last


def budgeted(lines: Iterable[Line]) -> tuple[str, ...]:
    """The lines whose budget some clause asks for, in order."""
    asked = (argument.removeprefix(BUDGET) for one in lines for argument in one.arguments if argument.startswith(BUDGET))
    return tuple(dict.fromkeys(asked))


def budget_line(name: str, known: Mapping[str, Any]) -> Line:
    """The budget of a line in a run that is its own budget: the line itself."""

    def as_agreed(value: Array) -> Array:
        return value

    one = known[name]
    return Line(f"{BUDGET}{name}", f"{one.label}, as agreed", one.unit, one.table, None, as_agreed, (name,),
                "As agreed at signing.")
