"""After-hours and teleradiology coverage: what bought night reads cost, less what is collected on them."""

from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.assumptions.quantity import Key, Listed
from finmodel.contracts.clause import Rows, Share, Term
from finmodel.contracts.mechanism import Mechanism
from finmodel.engine import line, ratio, spread


class AfterHours(Mechanism):
    """The hospital pays {supported_share} of what the reads under contract ({contracts}) cost net of collections; collections on
    these reads, which arise in {read_settings} of {read_facilities}, are {collections_are}.
    """

    title: ClassVar = "After-hours and teleradiology coverage"
    family: ClassVar = "piecemeal"
    pays_for: ClassVar = ("outside_read_expense",)
    evidence: ClassVar = ("written_agreement", "purpose_statement", "independent_valuation", "coverage_schedule",
                          "teleradiology_invoices")
    questions: ClassVar = ("Who bills the reads that the hospital pays for?",)

    kind: Literal["after_hours"]
    contracts: Annotated[Listed[Key], Rows("outside_reads"), Term(
        "Contracts", "The contracts for outside reads that are supported.")]
    supported_share: Annotated[Share, Term("Share supported", "The part of the cost net of collections that the hospital pays.")]
    collections_are: Annotated[Literal["deducted", "not deducted"], Term(
        "Collections on the reads", "Deducted where the group bills them; not deducted only where the hospital bills them all.")]
    read_settings: Annotated[Listed[Key], Rows("settings"), Term("Settings", "Where the reads arise.")]
    read_facilities: Annotated[Listed[Key], Rows("facilities"), Term("Facilities", "Whose reads they are.")]

    @property
    def settles_collections(self) -> bool:
        """Collections on the reads that fall are made up where they are deducted."""
        return self.collections_are == "deducted"

    def facilities_paid_gross(self) -> tuple[str, ...]:
        """The facilities of the reads, where collections are not deducted."""
        return self.read_facilities if self.collections_are == "not deducted" else ()

    @line("Cost by contract", unit="USD/year", table="outside_reads")
    @staticmethod
    def cost_by_contract(contracts, outside_read_expense_by_contract):
        """Reads × price per read of the contracts supported."""
        return contracts * outside_read_expense_by_contract

    @line("Cost of the coverage", unit="USD/year")
    @staticmethod
    def cost(cost_by_contract):
        """Sum over the contracts supported."""
        return cost_by_contract.sum(axis=0, keepdims=True)

    @line("Workload read, by contract", unit="work RVU/year", table="outside_reads")
    @staticmethod
    def workload_by_contract(contracts, outside_read_workload_by_contract):
        """Reads × work RVUs per read of the contracts supported."""
        return contracts * outside_read_workload_by_contract

    @line("Sites of the reads", unit="factor", table="sites")
    @staticmethod
    def read_sites(read_settings, read_facilities, site_setting, site_facility):
        """1 where both the setting and the facility are chosen."""
        return spread(read_settings, site_setting) * spread(read_facilities, site_facility)

    @line("Collections at these sites", unit="USD/year", table="sites")
    @staticmethod
    def collections_at_sites(read_sites, site_collections):
        """Collections of the sites chosen."""
        return read_sites * site_collections

    @line("Work RVUs at these sites", unit="work RVU/year", table="sites")
    @staticmethod
    def work_rvus_at_sites(read_sites, site_work_rvus):
        """Work RVUs of the sites chosen."""
        return read_sites * site_work_rvus

    @line("Collections per work RVU at these sites", unit="USD/work RVU")
    @staticmethod
    def collected_per_work_rvu(collections_at_sites, work_rvus_at_sites):
        """Collections ÷ work RVUs of the sites chosen; none where nothing is read."""
        work_rvus = work_rvus_at_sites.sum(axis=0, keepdims=True)
        return np.where(work_rvus == 0.0, 0.0, ratio(collections_at_sites.sum(axis=0, keepdims=True), work_rvus))

    @line("Collected on the reads", unit="USD/year")
    @staticmethod
    def collected(workload_by_contract, work_rvu_level, file_work_rvu_level, collected_per_work_rvu):
        """Workload in work RVUs of the year's schedule × collections per work RVU."""
        return workload_by_contract.sum(axis=0, keepdims=True) * (work_rvu_level / file_work_rvu_level) * collected_per_work_rvu

    @line("Cost net of collections", unit="USD/year")
    @staticmethod
    def net_cost(cost, collected, collections_are_is_deducted):
        """Cost − collections on the reads where they are deducted, not below zero."""
        return np.maximum(cost - collected * collections_are_is_deducted, 0.0)

    @line("Payment in a full year", unit="USD/year")
    @staticmethod
    def payment(net_cost, supported_share):
        """Cost net of collections × share supported."""
        return net_cost * supported_share
