"""Support of an interventional service line: what the line costs less what it collects."""

from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.assumptions.quantity import Key, Listed
from finmodel.contracts.clause import DollarsPerYear, Rows, Share, Term
from finmodel.contracts.mechanism import Mechanism
from finmodel.engine import line, spread


class ServiceLine(Mechanism):
    """The hospital pays what the service line costs less what it collects: {time_share} of the cost of {categories}[ and
    {other_cost} of other cost], less collections on {service_segments}.
    """

    title: ClassVar = "Interventional service line"
    family: ClassVar = "piecemeal"
    pays_for: ClassVar = ("radiologist_compensation", "app_compensation", "benefits_expense", "malpractice_expense",
                          "education_expense")
    people_cost: ClassVar = "people_cost_in_full"
    specialties: ClassVar = ("radiology", "interventional radiology")
    evidence: ClassVar = ("written_agreement", "purpose_statement", "independent_valuation", "cost_report", "billing_report")
    questions: ClassVar = ("Is the time of the people shared with other work recorded?",
                           "Is the number of procedures left out of what is paid?")

    kind: Literal["service_line"]
    categories: Annotated[Listed[Key], Rows("providers"), Term("Categories", "The categories of providers that do the work.")]
    time_share: Annotated[Share, Term("Share of their time", "The part of their time that the service line takes.")]
    service_segments: Annotated[Listed[str], Rows("segments"), Term(
        "Work of the line", "The segments whose collections are deducted: facility, setting and line joined by dots.")]
    other_cost: Annotated[DollarsPerYear | None, Term(
        "Other cost", "Supplies, clinic and the like in a full year.", escalates=True)] = None

    @property
    def settles_collections(self) -> bool:
        """Collections on the segments named are deducted."""
        return bool(self.service_segments)

    @line("Cost of the people by category", unit="USD/year", table="providers")
    @staticmethod
    def cost_by_category(categories, compensation_by_category, benefits_by_category, malpractice_by_category,
                         education_by_category):
        """Pay + benefits + malpractice + dues of the categories of the line."""
        return categories * (compensation_by_category + benefits_by_category + malpractice_by_category + education_by_category)

    @line("Cost of the people, with all of their time", unit="USD/year")
    @staticmethod
    def people_cost_in_full(cost_by_category):
        """Sum over the categories of the line."""
        return cost_by_category.sum(axis=0, keepdims=True)

    @line("Cost of the line", unit="USD/year")
    @staticmethod
    def cost(people_cost_in_full, time_share, other_cost):
        """Cost of the people × share of their time + other cost."""
        return people_cost_in_full * time_share + other_cost

    @line("Collections of the line by segment", unit="USD/year", table="segments")
    @staticmethod
    def collected_by_segment(service_segments, segment_work_rvus, site_revenue_per_work_rvu, segment_site):
        """Work RVUs of the segments of the line × collections per work RVU of their site."""
        return service_segments * segment_work_rvus * spread(site_revenue_per_work_rvu, segment_site)

    @line("Collections of the line", unit="USD/year")
    @staticmethod
    def collected(collected_by_segment):
        """Sum over the segments of the line."""
        return collected_by_segment.sum(axis=0, keepdims=True)

    @line("Payment in a full year", unit="USD/year")
    @staticmethod
    def payment(cost, collected):
        """Cost of the line − its collections, not below zero."""
        return np.maximum(cost - collected, 0.0)
