"""Support per radiologist FTE, staffed or covered."""

from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.assumptions import Quantity
from finmodel.assumptions.quantity import Of
from finmodel.contracts.clause import LineNames, Term
from finmodel.contracts.mechanism import Mechanism
from finmodel.engine import line, ratio


class SupportPerFte(Mechanism):
    """The hospital pays [{amount_per_fte}][not amount_per_fte: the budgeted deficit per FTE, less what it
    pays already and goes on paying,] for each radiologist post that is
    {posts_counted}, for at most [{agreed_posts}][not agreed_posts: the posts budgeted][; the payment is for
    {cost_covered}].
    """

    title: ClassVar = "Support per radiologist FTE"
    family: ClassVar = "aggregate"
    cost_base: ClassVar = "cost_covered"
    statistic: ClassVar = "support_per_fte"
    evidence: ClassVar = ("written_agreement", "purpose_statement", "independent_valuation", "roster_report")
    questions: ClassVar = ("What counts as one FTE, and who certifies the roster?",
                           "Does a vacant post that locums fill count, and until when?")

    kind: Literal["support_per_fte"]
    amount_per_fte: Annotated[Quantity | None, Of("USD/FTE/year"), Term(
        "Support per FTE", "What the hospital pays for each FTE in a full year.", escalates=True)] = None
    posts_counted: Annotated[Literal["staffed", "staffed, or vacant and covered by locums"], Term(
        "Posts counted", "Whether a vacant post counts as far as locums fill it.")]
    agreed_posts: Annotated[Quantity | None, Of("FTE", 0.0, 10_000.0), Term(
        "Agreed posts", "The most posts that are paid for; those of the budget, vacant ones too, if none is stated.")] = None
    cost_covered: Annotated[LineNames, Term(
        "Cost it is meant to cover", "The cost lines for which nothing else should be paid beside the support.")
    ] = ("total_expense",)

    @line("Vacant radiologist posts by category", unit="FTE", table="providers")
    @staticmethod
    def vacant_by_category(provider_fte, provider_vacancy_share, provider_is_radiologist):
        """FTE given × vacancy, of physicians."""
        return provider_fte * provider_vacancy_share * provider_is_radiologist

    @line("Radiologist posts in scope", unit="FTE")
    @staticmethod
    def posts(radiologist_fte, vacant_by_category, covered_cost_share):
        """(Radiologist FTE + vacant posts) × share of cost in scope."""
        return (radiologist_fte + vacant_by_category.sum(axis=0, keepdims=True)) * covered_cost_share

    @line("Posts paid for at most", unit="FTE")
    @staticmethod
    def posts_at_most(agreed_posts_is_given, agreed_posts, budget__posts):
        """The posts stated, else those budgeted at signing."""
        return np.where(agreed_posts_is_given, agreed_posts, budget__posts)

    @line("Staffed posts in scope", unit="FTE")
    @staticmethod
    def staffed_posts(radiologist_fte, covered_cost_share):
        """Radiologist FTE × share of cost in scope."""
        return radiologist_fte * covered_cost_share

    @line("FTE filled by locums in scope", unit="FTE")
    @staticmethod
    def locums_fte(locums_days, shifts_per_fte, covered_cost_share):
        """Locums days, each a shift, ÷ shifts per FTE × share of cost in scope; none without shifts."""
        return np.where(shifts_per_fte == 0.0, 0.0, ratio(locums_days, shifts_per_fte)) * covered_cost_share

    @line("Posts counted", unit="FTE")
    @staticmethod
    def fte_counted(staffed_posts, locums_fte, posts_counted_is_staffed, posts_at_most):
        """Staffed posts, and FTE filled by locums where they count; at most the posts paid for."""
        return np.minimum(staffed_posts + locums_fte * (1.0 - posts_counted_is_staffed), posts_at_most)

    @line("Support for each FTE", unit="USD/FTE/year")
    @staticmethod
    def support_for_each(amount_per_fte_is_given, amount_per_fte, budget__covered_deficit, budget__existing_payments_beside,
                         budget__fte_counted):
        """The amount stated, else (budgeted deficit − existing payments that stay) ÷ budgeted posts counted; not below zero."""
        need = budget__covered_deficit - budget__existing_payments_beside
        budgeted = np.where(budget__fte_counted == 0.0, 0.0, ratio(need, budget__fte_counted))
        return np.maximum(np.where(amount_per_fte_is_given, amount_per_fte, budgeted), 0.0)

    @line("Payment in a full year", unit="USD/year")
    @staticmethod
    def payment(fte_counted, support_for_each, credited, excluded):
        """Posts counted × support for each FTE − what other items pay against it; not below zero."""
        return np.maximum(fte_counted * support_for_each - credited - excluded, 0.0)

    @line("Most the hospital can owe in a full year", unit="USD/year")
    @staticmethod
    def most(posts_at_most, support_for_each):
        """Posts paid for at most × support for each FTE, were nothing paid against it."""
        return posts_at_most * support_for_each
