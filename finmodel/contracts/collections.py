"""What a contract that settles on collections has in common: how collections are counted, and what becomes of an excess."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.assumptions import Quantity
from finmodel.assumptions.quantity import Of
from finmodel.contracts.clause import Clause, LineNames, Share, Term
from finmodel.engine import YEAR, first_year, line, previous, ratio


class CountedCollections(Clause):
    """Collections as the contract defines them: when they count, what refunds take off, and whose receivables are whose."""

    collections_basis: Annotated[Literal["by date of service", "as cash is received"], Term(
        "Collections count", "By the date of the service whenever they are received, or in the year in which cash comes in.")
    ] = "by date of service"
    run_out_days: Annotated[Quantity | None, Of("day", 0.0, 730.0), Term(
        "Run-out", "Days after the year's end until its books close; what comes in later counts in the year after.")] = None
    payer_refunds: Annotated[Share | None, Term(
        "Refunds to payers", "Part of collections returned to payers and patients: taken off here, and off what the group keeps; "
        "none if collections are stated net.")] = None
    counts_opening_receivables: Annotated[bool, Term(
        "Counts opening receivables", "Whether what is received for services before the start counts.")] = False
    counts_closing_receivables: Annotated[bool, Term(
        "Counts closing receivables", "Whether what is received after the end for services of the term counts.")] = True
    counts_other_revenue: Annotated[bool, Term(
        "Counts other professional revenue", "Whether other professional revenue is deducted beside collections.")] = True

    @property
    def settles_collections(self) -> bool:
        """Whether a shortfall of collections is already made up by the payment."""
        return True

    def inconsistencies(self) -> Iterator[str]:
        """A run-out on cash."""
        yield from super().inconsistencies()
        if self.run_out_days is not None and self.collections_basis == "as cash is received":
            yield "run_out_days: cash counts when it comes in; remove the run-out, or count collections by date of service"

    @line("Part of the receivables still out when the books close", unit="share")
    @staticmethod
    def outstanding_share(collections_basis_is_as_cash_is_received, run_out_days_is_given, run_out_days, days_in_receivables):
        """All where cash counts; else 1 − run-out ÷ days in receivables, not below zero, and none without a run-out."""
        after_run_out = np.where(run_out_days < days_in_receivables, 1.0 - ratio(run_out_days, days_in_receivables), 0.0)
        return np.where(collections_basis_is_as_cash_is_received, 1.0, after_run_out * run_out_days_is_given)

    @line("Receivables still out when the books close", unit="USD")
    @staticmethod
    def outstanding(covered_receivables, outstanding_share):
        """Receivables at the end of the year × part of them still out."""
        return covered_receivables * outstanding_share

    @line("The same of the year before", unit="USD")
    @staticmethod
    def opening_outstanding(outstanding):
        """Last year's receivables still out when its books closed; in the base year as much as at its end."""
        return previous(outstanding, first_year(outstanding))

    @line("Receivables at the start and the end of the contract", unit="USD/year")
    @staticmethod
    def outstanding_at_the_ends(outstanding, opening_outstanding, counts_opening_receivables, counts_closing_receivables,
                                escalation_applies, days_left, contract_share_of_year):
        """(Closing ones in the last year if they count − opening ones in the first if they do not) ÷ share of the year."""
        closing = outstanding * counts_closing_receivables * (days_left == 0.0)
        opening = opening_outstanding * (1.0 - counts_opening_receivables) * (escalation_applies == 0.0)
        return np.where(contract_share_of_year == 0.0, 0.0, ratio(closing - opening, contract_share_of_year))

    @line("Collections counted", unit="USD/year")
    @staticmethod
    def counted_collections(covered_collections, payer_refunds, outstanding, opening_outstanding, outstanding_at_the_ends):
        """Collections × (1 − refunds) − rise of the receivables still out + those at the start and the end; not below zero."""
        received = covered_collections * (1.0 - payer_refunds) - (outstanding - opening_outstanding)
        return np.maximum(received + outstanding_at_the_ends, 0.0)

    @line("Collections deducted", unit="USD/year")
    @staticmethod
    def collections_deducted(counted_collections, covered_other_revenue, counts_other_revenue):
        """Collections counted, and other professional revenue in scope where the contract counts it."""
        return counted_collections + covered_other_revenue * counts_other_revenue


class Guarantee(CountedCollections):
    """A payment of what a guaranteed amount exceeds collections by; subclasses say in a line ``guaranteed`` how much that is."""

    cost_base: ClassVar[str | None] = "cost_covered"

    excess: Annotated[Literal["stays with the group", "repays earlier payments", "reduces later payments"], Term(
        "If collections exceed the guarantee", "Whether the group keeps the excess, returns what it was paid before as far as "
        "the excess goes, or gets less later.")] = "stays with the group"
    cost_covered: Annotated[LineNames, Term(
        "Cost it is meant to cover", "The cost lines for which nothing else should be paid beside the guarantee.")
    ] = ("total_expense",)

    @property
    def returns_excess(self) -> bool:
        """An excess is repaid or offset, unless it stays with the group."""
        return self.excess != "stays with the group"

    @line("Need", unit="USD/year")
    @staticmethod
    def need(guaranteed, collections_deducted, existing_payments_beside, credited):
        """Guaranteed amount − collections deducted − existing payments that stay − what other items pay and count as a credit."""
        return guaranteed - collections_deducted - existing_payments_beside - credited

    @line("Need since the start", unit="USD")
    @staticmethod
    def need_so_far(need, contract_share_of_year):
        """Sum of the need × share of the year in which the contract is in force."""
        return np.cumsum(need * contract_share_of_year, axis=YEAR)

    @line("Paid since the start where an excess is carried", unit="USD")
    @staticmethod
    def paid_so_far(need_so_far, excess_is_repays_earlier_payments):
        """Offset: the highest need since the start so far. Repaid: need since the start above its lowest point, zero at most."""
        highest = np.maximum.accumulate(np.maximum(need_so_far, 0.0), axis=YEAR)
        lowest = -np.maximum.accumulate(np.maximum(-need_so_far, 0.0), axis=YEAR)
        return np.where(excess_is_repays_earlier_payments, need_so_far - lowest, highest)

    @line("Excess still to be offset", unit="USD")
    @staticmethod
    def excess_carried(paid_so_far, need_so_far, excess_is_reduces_later_payments):
        """Paid − needed since the start, where the excess is offset against later payments."""
        return (paid_so_far - need_so_far) * excess_is_reduces_later_payments

    @line("Payment in a full year", unit="USD/year")
    @staticmethod
    def payment(need, paid_so_far, contract_share_of_year, excess_is_stays_with_the_group):
        """The need, not below zero; where an excess is carried, the rise of what is paid since the start, for a full year."""
        rise = paid_so_far - previous(paid_so_far, first_year(paid_so_far) * 0.0)
        carried = np.where(contract_share_of_year == 0.0, 0.0, ratio(rise, contract_share_of_year))
        return np.where(excess_is_stays_with_the_group, np.maximum(need, 0.0), carried)
