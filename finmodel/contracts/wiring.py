"""Proposals become lines of the model: every clause is wired to its own terms, its proposal and the practice."""

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from finmodel.contracts import alternatives, escalators, ledgers, outcome
from finmodel.contracts.clause import Clause, Lines, rows_of
from finmodel.contracts.guards import Overlap, Parts, line_named, overlaps, paid_by_others, payment_order
from finmodel.contracts.mechanism import Mechanism
from finmodel.contracts.payment_lines import (
    advance,
    also_after_term,
    as_full_year,
    effect,
    escalated,
    greatest,
    in_contract,
    most_together,
    settlement,
)
from finmodel.contracts.proposal import Proposal
from finmodel.engine import Array, Line, lines_of, sum_line

BUDGET = "budget__"
# What a clause calls the lines of the part of the practice that the proposal covers: the whole, or the client hospital's.
COVERED = {
    "covered_deficit": ("support_deficit", "client_support_deficit"),
    "covered_collections": ("collections", "client_collections"),
    "covered_receivables": ("receivables", "client_receivables"),
    "covered_other_revenue": ("other_professional_revenue", "client_other_revenue"),
    "covered_existing_payments": ("existing_hospital_payments", "client_existing_payments"),
    "covered_expense": ("total_expense", "client_expense"),
    "covered_cost_share": ("whole", "client_expense_share"),
    "covered_work_rvus": ("work_rvus", "client_work_rvus"),
}
CALENDAR = ("contract_share_of_year", "contract_in_force", "escalation_applies", "anniversaries_before",
            "share_after_anniversary", "discount_years", "days_left", "replaces_existing", "notice_days", "notice_tail",
            "valuation_discount_rate", "months_hold_year", "month_in_year", "month_of_year", "month_in_contract",
            "months_in_contract_before", "month_interim_share", "month_is_true_up")


def payment_name(proposal: str, instance: str) -> str:
    """The line of what an instance of a proposal pays."""
    return f"{proposal}__{instance}"


def covered(proposal: Proposal, name: str) -> str:
    """The line of the practice that a clause means by a name, as far as the proposal covers it."""
    whole, client = COVERED[name]
    return whole if proposal.covers == "practice" else client


@dataclass
class _Wiring:
    """The lines of one proposal as they are made, and the names that its clauses know."""

    key: str
    proposal: Proposal
    parts: Parts
    placed: Collection[str]
    overlaps: Collection[Overlap]
    lines: list[Line] = dataclasses.field(default_factory=list)
    made: set[str] = dataclasses.field(default_factory=set)

    def wire(self, *lines: Line) -> None:
        """Add lines that are ready."""
        self.lines += lines
        self.made.update(one.name for one in lines)

    def names(self) -> dict[str, str]:
        """The names of the proposal that every clause knows, and the lines they stand for."""
        return {**{name: covered(self.proposal, name) for name in COVERED},
                **{name: f"{self.key}__{name}" for name in (*CALENDAR, "existing_payments_beside")}}

    def add(self, prefix: str, label: str, lines: Iterable[Line], known: Mapping[str, str],
            tables: Collection[str] = ()) -> dict[str, str]:
        """Wire lines under a prefix; their names so far, and those of their terms, stand for the lines made."""
        lines = list(lines)
        own = {one.name: prefix + one.name for one in lines}

        def resolved(argument: str, asking: str) -> str:
            if argument.startswith(BUDGET):
                return BUDGET + resolved(argument.removeprefix(BUDGET), "")
            # A line that asks for its own name means the one before it, as a cap that asks for the most before the cap.
            if argument in own and argument != asking:
                return own[argument]
            its = prefix + argument
            return its if its in self.made or its in self.placed else known.get(argument, argument)

        for one in lines:
            table = prefix + one.table if one.table and one.table in tables else one.table
            self.wire(replace(one, name=own[one.name], label=f"{label}: {one.label}", table=table, group=None,
                                      arguments=tuple(resolved(argument, one.name) for argument in one.arguments)))
        return own

    def clause(self, prefix: str, label: str, clause: Clause, known: Mapping[str, str]) -> dict[str, str]:
        """Wire a clause: its escalating terms, its selections of lines, and its lines."""
        record = type(clause)
        for name, (field, term) in record.terms().items():
            if term.escalates and field.kind == "number":
                self.wire(escalated(prefix + name, f"{label}: {term.label}", field.limits.unit or "USD/year"
                                             if field.limits else "USD/year", known["escalator"]))
            if record.mark(name, Lines):
                chosen = self.selected(getattr(clause, name) or ())
                self.wire(sum_line(prefix + name, f"{label}: {term.label}", "USD/year", chosen or ("no_amount",)))
        tables = {name for name in record.model_fields if rows_of(record, name)}
        return self.add(prefix, label, record.lines().values(), known, tables)

    def selected(self, names: Iterable[str]) -> tuple[str, ...]:
        """Lines by name; a selection of the practice is called by its own name."""
        return tuple(dict.fromkeys(line_named(name, self.parts) for name in names))

    def escalator(self, prefix: str, label: str, clause: Clause | None, otherwise: str) -> str:
        """The line of the escalator of a proposal or an instance."""
        if clause is None:
            return otherwise
        names = self.names()
        made = self.add(f"{prefix}escalator__", label, type(clause).lines().values(), names)
        self.add(prefix, label, [escalators.escalator], {**names, **made})
        return f"{prefix}escalator"

    def total(self, prefix: str, name: str, label: str, arguments: Iterable[str]) -> str:
        """Wire a sum of lines in USD a year, zero without any."""
        self.wire(sum_line(prefix + name, label, "USD/year", tuple(arguments) or ("no_amount",)))
        return prefix + name

    def modified(self, prefix: str, label: str, clauses: Mapping[str, Clause], names: Mapping[str, str],
                 payment: "_Payment") -> "_Payment":
        """Wire modifiers in order, each with a line for its effect in the contract's part of the year."""
        effects: list[str] = []
        for key, clause in clauses.items():
            title = f"{label}, {type(clause).title}"  # type: ignore[attr-defined]
            known = {**names, "payment": payment.full_year, "most": payment.most}
            made = self.clause(f"{prefix}{key}__", title, clause, known)
            self.named(effect, f"{prefix}{key}__", title, (payment.full_year, made["adjusted"], payment.share))
            effects.append(f"{prefix}{key}__effect")
            payment = payment._replace(full_year=made["adjusted"], most=made.get("most", payment.most))
        return payment._replace(effects=tuple(effects))

    def settled(self, name: str, label: str) -> None:
        """Wire what is advanced on a payment, and what its true-up settles."""
        self.named(advance, f"{name}__", label, (BUDGET + name,))
        self.named(settlement, f"{name}__", label, (name, f"{name}__advance"))

    def named(self, one: Line, prefix: str, label: str, arguments: tuple[str, ...]) -> None:
        """Wire a line to the lines named, whatever the clauses call theirs."""
        self.wire(replace(one, name=prefix + one.name, label=f"{label}: {one.label}", arguments=arguments))


class _Payment(NamedTuple):
    """The lines behind a payment: in a full year with its modifiers and without them, and what follows from it."""

    full_year: str
    before: str
    most: str
    share: str
    effects: tuple[str, ...] = ()
    unamortised: str | None = None
    clawback: str | None = None
    after_term: str | None = None
    most_before: str = ""


def proposal_lines(key: str, proposal: Proposal, parts: Parts, placed: Collection[str]) -> list[Line]:
    """The lines of a proposal, given the lines that are sums and the names of the inputs that were placed."""
    wiring = _Wiring(key, proposal, parts, placed, tuple(overlaps(proposal, parts)))
    names = wiring.names()
    names["escalator"] = wiring.escalator(f"{key}__", proposal.name, proposal.escalator, "whole")
    wired: dict[str, _Payment] = {}
    for instance in payment_order(proposal, parts):
        wired[instance] = _wire_mechanism(wiring, instance, proposal.active_mechanisms[instance], names, wired)
    _wire_whole(wiring, names, {instance: wired[instance] for instance in proposal.active_mechanisms})
    for module in (outcome, ledgers, alternatives):
        wiring.add(f"{key}__", proposal.name, lines_of(module), names, tables={"months"})
    return wiring.lines


def _wire_whole(wiring: _Wiring, names: Mapping[str, str], wired: Mapping[str, _Payment]) -> None:
    """Wire what the instances add up to, and the modifiers of the whole, which adjust the sum of a full year."""
    prefix, label = f"{wiring.key}__", wiring.proposal.name
    mechanisms = wiring.proposal.active_mechanisms
    paid = {instance: payment_name(wiring.key, instance) for instance in wired}
    on_own_dates = [instance for instance, one in mechanisms.items() if not one.is_prorated]

    def total(name: str, words: str, arguments: Iterable[str]) -> str:
        return wiring.total(prefix, name, f"{label}: {words}", arguments)

    total("payments", "sum of payments", paid.values())
    full = total("full_year", "payments of a full year", (one.full_year for one in wired.values()))
    most = total("full_year_most", "most of all parts in a full year", _most_of_each(wiring, wired))
    whole = wiring.modified(prefix, label, wiring.proposal.modifiers, names,
                            _Payment(full, full, most, names["contract_share_of_year"]))
    total("full_year_adjusted", "payment of a full year", (whole.full_year,))
    total("full_year_most_adjusted", "most the hospital can owe in a full year", (whole.most,))
    total("adjustment", "effect of the clauses on the whole", whole.effects)
    wiring.settled(f"{prefix}adjustment", f"{label}: effect of the clauses on the whole")
    total("parts", "payments of a full year before clauses",
          (one.before for instance, one in wired.items() if instance not in on_own_dates))
    total("own_date_parts", "payments on dates of their own before clauses", (wired[one].before for one in on_own_dates))
    total("paid_on_own_dates", "payments on dates of their own", (paid[one] for one in on_own_dates))
    total("effects", "effects of all clauses", (name for one in (*wired.values(), whole) for name in one.effects))
    refunds = [f"{payment_name(wiring.key, one)}__payer_refunds" for one in wired]
    wiring.wire(greatest(f"{prefix}refunded_share", f"{label}: part of collections returned to payers", "share",
                         ("no_amount", *(one for one in refunds if one in wiring.placed))))
    for name, words in (("unamortised", "recruitment not yet earned"), ("clawback", "recruitment due if everybody left"),
                        ("after_term", "paid after the term")):
        total(name, words, filter(None, (getattr(one, name) for one in wired.values())))
    for name, words in (("advance", "advanced on the budget"), ("settlement", "settled after the year")):
        total(f"{name}s", words, (f"{one}__{name}" for one in (*paid.values(), f"{prefix}adjustment")))


def _most_of_each(wiring: _Wiring, wired: Mapping[str, _Payment]) -> list[str]:
    """The most of every part; those whose payment lowers another's are counted with it, since the two are never due in full."""
    mechanisms, lowered = wiring.proposal.active_mechanisms, {}
    for base, one in mechanisms.items():
        ways = ["credit", *(["exclude"] if one.excludes_from == "payment" else [])]
        can_raise = any(modifier.can_raise for modifier in one.modifiers.values())
        lowered[base] = [] if can_raise else [item for way in ways
                                              for item in paid_by_others(wiring.overlaps, base, way)]

    def most(instance: str) -> str:
        if not lowered[instance]:
            return wired[instance].most
        prefix, label = f"{payment_name(wiring.key, instance)}__", mechanisms[instance].label or type(mechanisms[instance]).title
        others = wiring.total(prefix, "most_of_others", f"{label}: most of what is paid against it", map(most, lowered[instance]))
        wiring.named(most_together, prefix, label, (wired[instance].most_before, wired[instance].most, others))
        return f"{prefix}most_together"

    counted = {item for items in lowered.values() for item in items}
    return [most(instance) for instance in wired if instance not in counted]


def _wire_mechanism(wiring: _Wiring, instance: str, mechanism: Mechanism, proposal_names: Mapping[str, str],
                    wired: Mapping[str, _Payment]) -> _Payment:
    name = payment_name(wiring.key, instance)
    prefix, label = f"{name}__", mechanism.label or type(mechanism).title
    names = dict(proposal_names)
    names["escalator"] = wiring.escalator(prefix, label, mechanism.escalator, proposal_names["escalator"])
    for how, words in (("credit", "credited"), ("exclude", "excluded")):
        others = [wired[other].full_year for other in paid_by_others(wiring.overlaps, instance, how)]
        names[words] = wiring.total(prefix, words, f"{label}: paid by other items and {words}", others) if others else "no_amount"
    made = wiring.clause(prefix, label, mechanism, names)
    share = proposal_names["contract_share_of_year" if mechanism.is_prorated else "contract_in_force"]
    first = _Payment(made["payment"], made["payment"], made.get("most", "not_available"), share)
    payment = wiring.modified(prefix, label, mechanism.modifiers, names, first)
    words = "Payment in a full year × share of the year in which the contract is in force."
    paid = Line(name, label, "USD/year", None, None, in_contract, (payment.full_year, share), words)
    if "after_term" in made:
        paid = replace(paid, function=also_after_term, arguments=(*paid.arguments, made["after_term"]),
                       formula="Payment of the year; after the term what still comes back then.")
    wiring.wire(paid, Line(f"{name}__most_owed", f"{label}: most the hospital can owe", "USD/year", None, None, in_contract,
                           (payment.most, share), words))
    wiring.settled(name, label)
    if not mechanism.is_prorated:
        whole_share = proposal_names["contract_share_of_year"]
        wiring.named(as_full_year, prefix, label, (name, whole_share))
        wiring.named(as_full_year, f"{prefix}most_", f"{label}, most", (f"{name}__most_owed", whole_share))
        payment = payment._replace(full_year=f"{prefix}as_full_year", most=f"{prefix}most_as_full_year")
    return payment._replace(most_before=first.most, unamortised=made.get("unamortised"), clawback=made.get("clawback"),
                            after_term=made.get("after_term"))


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
