"""Support of nurse practitioners and physician assistants: a share of what they cost, less what they bill."""

from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.assumptions.quantity import Key, Listed
from finmodel.contracts.clause import Rows, Share, Term
from finmodel.contracts.mechanism import Mechanism
from finmodel.engine import line, ratio


class AppSupport(Mechanism):
    """The hospital pays {supported_share} of the net cost of {categories}: their pay, benefits, insurance and dues, less what
    their work brings in, which is the practice's average collections for as much work, at {billed_share} of the price.
    """

    title: ClassVar = "Support of nurse practitioners and physician assistants"
    family: ClassVar = "piecemeal"
    pays_for: ClassVar = ("app_compensation", "benefits_expense", "malpractice_expense", "education_expense")
    people_cost: ClassVar = "loaded_cost"
    evidence: ClassVar = ("written_agreement", "purpose_statement", "independent_valuation", "staffing_list", "billing_report")
    questions: ClassVar = ("Does the hospital get services that it would otherwise staff itself?",
                           "Is work that is billed by somebody else left out of what is supported?")

    kind: Literal["app_support"]
    categories: Annotated[Listed[Key], Rows("providers", kind="app"), Term(
        "Categories", "The categories of nurse practitioners and physician assistants that are supported.")]
    supported_share: Annotated[Share, Term("Share supported", "The part of their cost net of billing that the hospital pays.")]
    billed_share: Annotated[Share, Term(
        "Price of their work", "What payers pay for their work, as a share of what they pay on average for a radiologist's.")]

    @property
    def settles_collections(self) -> bool:
        """What their work brings in is deducted as far as it is priced."""
        return max(self.billed_share.values) > 0.0

    @line("Loaded cost by category", unit="USD/year", table="providers")
    @staticmethod
    def loaded_cost_by_category(categories, compensation_by_category, benefits_by_category, malpractice_by_category,
                                education_by_category):
        """Pay + benefits + malpractice + dues of the categories supported."""
        return categories * (compensation_by_category + benefits_by_category + malpractice_by_category + education_by_category)

    @line("Loaded cost", unit="USD/year")
    @staticmethod
    def loaded_cost(loaded_cost_by_category):
        """Sum over the categories supported."""
        return loaded_cost_by_category.sum(axis=0, keepdims=True)

    @line("Reading capacity of the categories", unit="work RVU/year", table="providers")
    @staticmethod
    def capacity_by_category(categories, reading_capacity_by_category):
        """Reading capacity of the categories supported."""
        return categories * reading_capacity_by_category

    @line("Workload they read", unit="work RVU/year")
    @staticmethod
    def workload_read(capacity_by_category, staff_workload, reading_capacity):
        """Workload read by the staff × their share of the staff's reading capacity; none without capacity."""
        used = np.where(reading_capacity == 0.0, 0.0, ratio(staff_workload, reading_capacity))
        return capacity_by_category.sum(axis=0, keepdims=True) * used

    @line("What their work brings in", unit="USD/year")
    @staticmethod
    def collected(workload_read, collections, workload_rvus, billed_share):
        """Workload they read × collections per unit of workload × price of their work; none without workload."""
        return np.where(workload_rvus == 0.0, 0.0, workload_read * ratio(collections, workload_rvus)) * billed_share

    @line("Cost net of what they bill", unit="USD/year")
    @staticmethod
    def net_cost(loaded_cost, collected):
        """Loaded cost − what their work brings in, not below zero."""
        return np.maximum(loaded_cost - collected, 0.0)

    @line("Payment in a full year", unit="USD/year")
    @staticmethod
    def payment(net_cost, supported_share):
        """Cost net of what they bill × share supported."""
        return net_cost * supported_share
