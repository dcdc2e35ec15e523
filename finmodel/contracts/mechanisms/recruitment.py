"""Recruitment support: what the hospital pays so that a radiologist joins, and what comes back when one leaves early."""

import datetime
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.assumptions import Quantity, Record
from finmodel.assumptions.quantity import Key, Of
from finmodel.contracts.clause import Dollars, DollarsPerYear, LineNames, Term
from finmodel.contracts.mechanism import Mechanism
from finmodel.engine import line, ratio


class Recruit(Record):
    """From {starts}[ until {leaves}]: [a signing bonus of {signing_bonus}, ][relocation of {relocation}, ][a search fee of
    {search_fee}, ][a loan of {loan}, ]earned over {retention_months}[; an income of {guaranteed_income} is guaranteed for
    {guarantee_months}, of which the hospital makes up what collections less costs fall short][, with collections of
    {expected_collections} expected][, costs of {costs_charged} charged][ and no more counted than the {incremental_cost} that the
    recruit actually adds].
    """

    starts: datetime.date
    leaves: datetime.date | None = None
    signing_bonus: Dollars | None = None
    relocation: Dollars | None = None
    search_fee: Dollars | None = None
    loan: Dollars | None = None
    retention_months: Annotated[Quantity, Of("month", 1.0, 120.0)]
    guarantee_months: Annotated[Quantity | None, Of("month", 0.0, 60.0)] = None
    guaranteed_income: DollarsPerYear | None = None
    expected_collections: DollarsPerYear | None = None
    costs_charged: DollarsPerYear | None = None
    incremental_cost: DollarsPerYear | None = None


class Recruitment(Mechanism):
    """The hospital pays, when a recruit starts, the signing bonus, relocation, search fee and loan: {recruits}. The loan is
    forgiven, and the signing bonus earned, in equal parts over the months stated. Whoever leaves early, after the term too, owes
    the loan not yet forgiven with simple interest of {interest}, and the bonus not yet earned {unearned_bonus}. If the group ends
    the agreement, as much is due for every recruit who is still there; if the hospital ends it without cause, what is not yet
    earned is forgiven. The support pays for {lines_paid}.
    """

    title: ClassVar = "Recruitment support"
    family: ClassVar = "piecemeal"
    is_prorated: ClassVar = False
    statistic: ClassVar = "recruitment_per_hire"
    compared: ClassVar = "paid_at_start"
    evidence: ClassVar = ("written_agreement", "recruitment_agreement", "need_for_the_recruit", "incremental_cost_records",
                          "repayment_schedule")
    questions: ClassVar = ("Is the recruit free to hold privileges elsewhere, with no condition on referrals?",
                           "Are the costs charged against a guarantee the actual additional costs of the recruit?")

    kind: Literal["recruitment"]
    recruits: Annotated[dict[Key, Recruit], Term("Recruits", "Each recruit's dates, amounts and guarantee.")]
    interest: Annotated[Quantity, Of("share/year", 0.0, 0.3), Term(
        "Interest on what is due", "Simple yearly interest on the unforgiven loan, from the start until somebody leaves.")]
    unearned_bonus: Annotated[Literal["is returned", "is kept"], Term(
        "Unearned signing bonus", "What happens to it when somebody leaves early.")] = "is returned"
    lines_paid: Annotated[LineNames, Term("Pays for", "The cost lines of the practice that this support pays for.")]

    def lines_paid_for(self) -> tuple[str, ...]:
        """The recruiting cost of the practice, by its own name."""
        return self.lines_paid

    def inconsistencies(self) -> Iterator[str]:
        """Recruits without dates in order, and guarantees without an income."""
        if not self.recruits:
            yield "recruits: the table is empty; name at least one recruit, or remove the item"
        for key, recruit in self.recruits.items():
            if recruit.leaves is not None and recruit.leaves < recruit.starts:
                yield f"recruits.{key}.leaves: lies before the start; give a date after {recruit.starts}"
            if (recruit.guarantee_months is None) != (recruit.guaranteed_income is None):
                yield f"recruits.{key}.guaranteed_income: goes with guarantee_months; give both or neither"

    def outside_term(self, starts: datetime.date, ends: datetime.date) -> Iterator[str]:
        """Recruits for whom nothing would be paid when they start, though what they do not earn would come back."""
        for key, recruit in self.recruits.items():
            if not starts <= recruit.starts < ends:
                yield (f"recruits.{key}.starts: {recruit.starts} is outside the contract's term, from {starts} to the day before "
                       f"{ends}; give a date within it, or remove the recruit")

    @line("Months served by the end of the year", unit="month", table="recruits")
    @staticmethod
    def served(recruits_starts_months_since, recruits_leaves_months_since):
        """Months since the start − months since leaving."""
        return recruits_starts_months_since - recruits_leaves_months_since

    @line("Months served before the year", unit="month", table="recruits")
    @staticmethod
    def served_before(recruits_starts_months_since, recruits_leaves_months_since):
        """The same, each without the twelve months of the year."""
        return np.maximum(recruits_starts_months_since - 12.0, 0.0) - np.maximum(recruits_leaves_months_since - 12.0, 0.0)

    @line("Share earned by the end of the year", unit="share", table="recruits")
    @staticmethod
    def share_earned(served, recruits_retention_months):
        """Months served ÷ months of retention, at most all."""
        return np.minimum(ratio(served, recruits_retention_months), 1.0)

    @line("Share earned in the year", unit="share", table="recruits")
    @staticmethod
    def share_earned_in_year(share_earned, served_before, recruits_retention_months):
        """Share earned by the end of the year − share earned before it."""
        return share_earned - np.minimum(ratio(served_before, recruits_retention_months), 1.0)

    @line("Is there at the end of the year", unit="factor", table="recruits")
    @staticmethod
    def is_there(recruits_starts_months_since, recruits_leaves_months_since):
        """1 once the recruit has started and has not left."""
        return (recruits_starts_months_since > 0.0) * (recruits_leaves_months_since == 0.0) * 1.0

    @line("Starts in the year", unit="factor", table="recruits")
    @staticmethod
    def starts_now(recruits_starts_months_since):
        """1 in the year of the start: no more than twelve months lie between the date and the end of the year."""
        return (recruits_starts_months_since > 0.0) * (recruits_starts_months_since <= 12.0) * 1.0

    @line("Leaves in the year", unit="factor", table="recruits")
    @staticmethod
    def leaves_now(recruits_leaves_months_since):
        """1 in the year in which the recruit leaves."""
        return (recruits_leaves_months_since > 0.0) * (recruits_leaves_months_since <= 12.0) * 1.0

    @line("Paid at the start", unit="USD/year", table="recruits")
    @staticmethod
    def paid_at_start(starts_now, recruits_signing_bonus, recruits_relocation, recruits_search_fee, recruits_loan):
        """Signing bonus + relocation + search fee + loan, in the year of the start."""
        return starts_now * (recruits_signing_bonus + recruits_relocation + recruits_search_fee + recruits_loan)

    @line("Signing bonus earned in the year", unit="USD/year", table="recruits")
    @staticmethod
    def bonus_earned(recruits_signing_bonus, share_earned_in_year):
        """Signing bonus × share earned in the year."""
        return recruits_signing_bonus * share_earned_in_year

    @line("Loan forgiven in the year", unit="USD/year", table="recruits")
    @staticmethod
    def loan_forgiven(recruits_loan, share_earned_in_year):
        """Loan × share earned in the year."""
        return recruits_loan * share_earned_in_year

    @line("Loan and signing bonus not yet earned at the end of the year", unit="USD", table="recruits")
    @staticmethod
    def unearned(is_there, recruits_loan, recruits_signing_bonus, share_earned):
        """(Loan + signing bonus) × (1 − share earned), while the recruit is there."""
        return is_there * (recruits_loan + recruits_signing_bonus) * (1.0 - share_earned)

    @line("Unamortised recruitment at the end of the year", unit="USD")
    @staticmethod
    def unamortised(unearned):
        """Sum over recruits: what would still have to be earned if the contract ended then."""
        return unearned.sum(axis=0, keepdims=True)

    @line("Due if everybody left at the end of the year, by recruit", unit="USD", table="recruits")
    @staticmethod
    def clawback_by_recruit(is_there, recruits_loan, recruits_signing_bonus, share_earned, interest, served,
                            unearned_bonus_is_is_returned):
        """(Loan × (1 + interest × months served ÷ 12) + signing bonus where it is returned) × (1 − share earned), if there."""
        due = recruits_loan * (1.0 + interest * served / 12.0) + recruits_signing_bonus * unearned_bonus_is_is_returned
        return is_there * due * (1.0 - share_earned)

    @line("Due if everybody left at the end of the year", unit="USD")
    @staticmethod
    def clawback(clawback_by_recruit):
        """Sum over recruits: what comes back to the hospital if the group ends the agreement then."""
        return clawback_by_recruit.sum(axis=0, keepdims=True)

    @line("Loan due on leaving", unit="USD/year", table="recruits")
    @staticmethod
    def loan_due(leaves_now, recruits_loan, share_earned):
        """Loan × (1 − share earned), in the year of leaving."""
        return leaves_now * recruits_loan * (1.0 - share_earned)

    @line("Interest due on leaving", unit="USD/year", table="recruits")
    @staticmethod
    def interest_due(loan_due, interest, served):
        """Loan due × yearly interest × months served ÷ 12."""
        return loan_due * interest * served / 12.0

    @line("Signing bonus due on leaving", unit="USD/year", table="recruits")
    @staticmethod
    def bonus_due(leaves_now, recruits_signing_bonus, share_earned, unearned_bonus_is_is_returned):
        """Signing bonus × (1 − share earned), in the year of leaving, where it is returned."""
        return leaves_now * recruits_signing_bonus * (1.0 - share_earned) * unearned_bonus_is_is_returned

    @line("Comes back to the hospital", unit="USD/year", table="recruits")
    @staticmethod
    def due_on_leaving(loan_due, interest_due, bonus_due):
        """Loan due + interest due + signing bonus due."""
        return loan_due + interest_due + bonus_due

    @line("Comes back after the term", unit="USD/year")
    @staticmethod
    def after_term(due_on_leaving, contract_in_force):
        """Nothing − what comes back from recruits who leave early, in years after the contract's last."""
        return (0.0 - due_on_leaving.sum(axis=0, keepdims=True)) * (1.0 - contract_in_force)

    @line("Months of guarantee in the year", unit="month", table="recruits")
    @staticmethod
    def guarantee_months_in_year(served, served_before, recruits_guarantee_months):
        """Months served in the year while an income is guaranteed."""
        return np.minimum(served, recruits_guarantee_months) - np.minimum(served_before, recruits_guarantee_months)

    @line("Costs that count against the guarantee", unit="USD/year", table="recruits")
    @staticmethod
    def costs_allowed(recruits_costs_charged, recruits_incremental_cost):
        """Costs charged, at most what the recruit actually adds to the costs of the practice."""
        return np.minimum(recruits_costs_charged, recruits_incremental_cost)

    @line("Shortfall of the guaranteed income in a full year", unit="USD/year", table="recruits")
    @staticmethod
    def income_shortfall(recruits_guaranteed_income, recruits_expected_collections, costs_allowed):
        """Guaranteed income − (collections − costs allowed), not below zero."""
        return np.maximum(recruits_guaranteed_income - (recruits_expected_collections - costs_allowed), 0.0)

    @line("Income guarantee paid", unit="USD/year", table="recruits")
    @staticmethod
    def guarantee_paid(income_shortfall, guarantee_months_in_year):
        """Shortfall of the income × months of the guarantee in the year ÷ 12."""
        return income_shortfall * guarantee_months_in_year / 12.0

    @line("Paid for the recruit", unit="USD/year", table="recruits")
    @staticmethod
    def paid_by_recruit(paid_at_start, guarantee_paid, due_on_leaving):
        """Paid at the start + income guarantee − what comes back."""
        return paid_at_start + guarantee_paid - due_on_leaving

    @line("Payment of the year", unit="USD/year")
    @staticmethod
    def payment(paid_by_recruit):
        """Sum over recruits of what falls due in the year; below zero where more comes back than is paid."""
        return paid_by_recruit.sum(axis=0, keepdims=True)

    @line("Most for the recruit", unit="USD/year", table="recruits")
    @staticmethod
    def most_by_recruit(paid_at_start, recruits_guaranteed_income, costs_allowed, guarantee_months_in_year):
        """Paid at the start + (guaranteed income + costs allowed) × months of the guarantee in the year ÷ 12."""
        return paid_at_start + (recruits_guaranteed_income + costs_allowed) * guarantee_months_in_year / 12.0

    @line("Most the hospital can owe in the year", unit="USD/year")
    @staticmethod
    def most(most_by_recruit):
        """Sum over recruits, were nothing collected and nothing returned."""
        return most_by_recruit.sum(axis=0, keepdims=True)
