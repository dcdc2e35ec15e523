"""Uncompensated and underpaid emergency reads, paid at Medicare's price less what is collected on them."""

from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.assumptions import Quantity
from finmodel.assumptions.quantity import Key, Listed, Of
from finmodel.contracts.clause import DollarsPerYear, Rows, Term
from finmodel.contracts.mechanism import Mechanism
from finmodel.engine import line, spread


class EmergencyCoverage(Mechanism):
    """For reads in {eligible_settings} of {eligible_facilities} whose payer is one of {eligible_payers}, the hospital pays
    {price_share} of Medicare's conversion factor for each total RVU (work, practice expense and malpractice), less everything
    that is collected on these reads[, and at most {most_paid}].
    """

    title: ClassVar = "Emergency coverage with low or no pay"
    family: ClassVar = "piecemeal"
    pays_for: ClassVar = ("radiologist_compensation",)
    evidence: ClassVar = ("written_agreement", "purpose_statement", "independent_valuation", "eligibility_policy",
                          "claims_report")
    questions: ClassVar = ("Which effort to find cover and to collect comes before a read counts as uncompensated?",
                           "How are receipts that arrive after the settlement given back?")

    kind: Literal["emergency_coverage"]
    eligible_payers: Annotated[Listed[Key], Rows("payers"), Term(
        "Eligible payers", "Whose reads count as not or not fully paid.")]
    eligible_settings: Annotated[Listed[Key], Rows("settings"), Term("Settings", "Where the reads arise.")]
    eligible_facilities: Annotated[Listed[Key], Rows("facilities"), Term("Facilities", "Whose reads count.")]
    price_share: Annotated[Quantity, Of("share", 0.0, 2.0), Term(
        "Share of Medicare's price", "What is paid for a total RVU, as a share of the conversion factor.")]
    most_paid: Annotated[DollarsPerYear | None, Term("Cap", "The most that is paid in a full year.", escalates=True)] = None

    @property
    def settles_collections(self) -> bool:
        """Everything that is collected on the reads is deducted."""
        return True

    @line("Eligible sites", unit="factor", table="sites")
    @staticmethod
    def eligible_sites(eligible_settings, eligible_facilities, site_setting, site_facility):
        """1 where both the setting and the facility are chosen."""
        return spread(eligible_settings, site_setting) * spread(eligible_facilities, site_facility)

    @line("Eligible reads", unit="factor", table="site_payers")
    @staticmethod
    def eligible(eligible_sites, eligible_payers, site_payer_site, site_payer_payer):
        """1 where both the site and the payer are chosen."""
        return spread(eligible_sites, site_payer_site) * spread(eligible_payers, site_payer_payer)

    @line("Eligible work RVUs by site and payer", unit="work RVU/year", table="site_payers")
    @staticmethod
    def eligible_work_rvus(eligible, site_payer_work_rvus):
        """Work RVUs of the eligible reads."""
        return eligible * site_payer_work_rvus

    @line("Eligible total RVUs", unit="total RVU/year")
    @staticmethod
    def eligible_total_rvus(eligible_work_rvus, total_rvus_per_work_rvu):
        """Eligible work RVUs × total RVUs per work RVU."""
        return eligible_work_rvus.sum(axis=0, keepdims=True) * total_rvus_per_work_rvu

    @line("Paid at Medicare's price", unit="USD/year")
    @staticmethod
    def gross(eligible_total_rvus, conversion_factor, price_share):
        """Eligible total RVUs × conversion factor × share of Medicare's price."""
        return eligible_total_rvus * conversion_factor * price_share

    @line("Collected on eligible reads, by site and payer", unit="USD/year", table="site_payers")
    @staticmethod
    def collected_by_site_payer(eligible, site_payer_collections):
        """Collections on the eligible reads."""
        return eligible * site_payer_collections

    @line("Collected on eligible reads", unit="USD/year")
    @staticmethod
    def collected(collected_by_site_payer):
        """Sum over sites and payers; deducted, so that no read is paid twice."""
        return collected_by_site_payer.sum(axis=0, keepdims=True)

    @line("Payment before the cap", unit="USD/year")
    @staticmethod
    def net(gross, collected):
        """Paid at Medicare's price − collected on the eligible reads, not below zero."""
        return np.maximum(gross - collected, 0.0)

    @line("Payment in a full year", unit="USD/year")
    @staticmethod
    def payment(net, most_paid, most_paid_is_given):
        """Payment before the cap, at most the cap where there is one."""
        return np.where(most_paid_is_given, np.minimum(net, most_paid), net)

    @line("Most the hospital can owe in a full year", unit="USD/year")
    @staticmethod
    def most(most_paid, most_paid_is_given, not_available):
        """The cap; without one there is no limit."""
        return np.where(most_paid_is_given, most_paid, not_available)
