"""A guarantee per work RVU, or a top-up of it that is fixed on the budget."""

from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.assumptions import Quantity
from finmodel.assumptions.quantity import Of
from finmodel.contracts.clause import ScheduleYear, Term
from finmodel.contracts.collections import Guarantee
from finmodel.contracts.mechanism import Mechanism
from finmodel.engine import line, ratio


class WorkRvuGuarantee(Guarantee, Mechanism):
    """The hospital guarantees {rate} that is read, counted in the fee schedule of {schedule_year}, and pays
    {settlement_basis}[; this is for {cost_covered}].
    Professional collections [counts_other_revenue: and other professional revenue] count {collections_basis}[, when received
    within {run_out_days} of the end of the year][, after refunds to payers of {payer_refunds}]. [counts_opening_receivables: What
    is received for services before the start counts.] [not counts_closing_receivables: What is received after the end does not
    count.] What the hospital pays already and goes on paying is deducted. An excess of collections over the guarantee {excess}.
    """

    title: ClassVar = "Guarantee per work RVU"
    family: ClassVar[Literal["aggregate", "piecemeal"]] = "aggregate"
    evidence: ClassVar = ("written_agreement", "purpose_statement", "independent_valuation", "work_rvu_report",
                          "collections_report", "settlement_calendar")
    questions: ClassVar = ("Does the rate pay for work personally performed, and not for what is ordered elsewhere?",
                           "What happens to the rate when a new fee schedule changes the work RVU?")

    kind: Literal["work_rvu_guarantee"]
    rate: Annotated[Quantity, Of("USD/work RVU", 0.0, 1_000.0), Term(
        "Guaranteed rate", "What each work RVU is guaranteed to bring.", escalates=True)]
    schedule_year: Annotated[ScheduleYear, Term(
        "Fee schedule year", "Work RVUs are counted as the fee schedule of this year counts them.")]
    settlement_basis: Annotated[
        Literal["the guarantee less what is collected", "a top-up per work RVU that is fixed on the budget"], Term(
            "The hospital pays", "The shortfall as it turns out, or for each work RVU read the rate less what was budgeted.")
    ] = "the guarantee less what is collected"

    @property
    def settles_collections(self) -> bool:
        """A top-up that is fixed on the budget does not move with collections."""
        return self.settlement_basis == "the guarantee less what is collected"

    @line("Work RVUs in the schedule agreed", unit="work RVU/year")
    @staticmethod
    def work_rvus_in_schedule(covered_work_rvus, schedule_year_level, work_rvu_level):
        """Work RVUs in scope × level of the schedule agreed ÷ level of the year's own schedule."""
        return covered_work_rvus * (schedule_year_level / work_rvu_level)

    @line("Guaranteed amount", unit="USD/year")
    @staticmethod
    def guaranteed(rate, work_rvus_in_schedule, excluded):
        """Guaranteed rate × work RVUs − what other items pay and the base excludes; not below zero."""
        return np.maximum(rate * work_rvus_in_schedule - excluded, 0.0)

    @line("Budgeted collections per work RVU", unit="USD/work RVU")
    @staticmethod
    def budgeted_collections_per_work_rvu(budget__collections_deducted, budget__work_rvus_in_schedule):
        """Budgeted collections deducted ÷ budgeted work RVUs."""
        return ratio(budget__collections_deducted, budget__work_rvus_in_schedule)

    @line("Top-up per work RVU", unit="USD/work RVU")
    @staticmethod
    def top_up(rate, budgeted_collections_per_work_rvu):
        """Guaranteed rate − budgeted collections per work RVU."""
        return rate - budgeted_collections_per_work_rvu

    @line("Need", unit="USD/year")
    @staticmethod
    def need(guaranteed, collections_deducted, work_rvus_in_schedule, budgeted_collections_per_work_rvu,
             settlement_basis_is_the_guarantee_less_what_is_collected, existing_payments_beside, credited):
        """Guaranteed amount − collections, or budgeted ones per work RVU × work RVUs − existing payments that stay − credits."""
        budgeted = np.where(work_rvus_in_schedule == 0.0, 0.0, budgeted_collections_per_work_rvu * work_rvus_in_schedule)
        collected = np.where(settlement_basis_is_the_guarantee_less_what_is_collected, collections_deducted, budgeted)
        return guaranteed - collected - existing_payments_beside - credited
