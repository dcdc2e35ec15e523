"""Shared gains and losses against the budgeted collections."""

from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.assumptions import Quantity, Record
from finmodel.assumptions.quantity import Key, Of
from finmodel.contracts.clause import Modifier, Share, Term
from finmodel.engine import line


class Band(Record):
    """From {from_share} to {to_share} of the budget the hospital takes {hospital_share}."""

    from_share: Annotated[Quantity, Of("share", 0.0, 10.0)]
    to_share: Annotated[Quantity, Of("share", 0.0, 10.0)]
    hospital_share: Share


class RiskCorridor(Modifier):
    """[Where collections fall short of the budget, the hospital adds its share of the shortfall: {shortfall_bands}.] [Where they
    exceed the budget, its share of the excess is deducted: {excess_bands}.] What lies in no band is the group's.
    """

    title: ClassVar = "Risk corridor on collections"

    kind: Literal["risk_corridor"]
    shortfall_bands: Annotated[dict[Key, Band], Term("Shortfall", "Bands of collections below the budget.")] = {}
    excess_bands: Annotated[dict[Key, Band], Term("Excess", "Bands of collections above the budget.")] = {}

    @line("Collections below the budget", unit="share")
    @staticmethod
    def shortfall(covered_collections, budget__covered_collections):
        """(Budgeted collections − collections) ÷ budgeted collections, not below zero."""
        return np.maximum(1.0 - covered_collections / budget__covered_collections, 0.0)

    @line("Hospital's part of the shortfall, by band", unit="USD/year", table="shortfall_bands")
    @staticmethod
    def shortfall_by_band(shortfall, shortfall_bands_from_share, shortfall_bands_to_share, shortfall_bands_hospital_share,
                          budget__covered_collections):
        """What lies in the band × hospital's share × budgeted collections."""
        inside = np.clip(shortfall, shortfall_bands_from_share, shortfall_bands_to_share) - shortfall_bands_from_share
        return inside * shortfall_bands_hospital_share * budget__covered_collections

    @line("Collections above the budget", unit="share")
    @staticmethod
    def excess(covered_collections, budget__covered_collections):
        """(Collections − budgeted collections) ÷ budgeted collections, not below zero."""
        return np.maximum(covered_collections / budget__covered_collections - 1.0, 0.0)

    @line("Hospital's part of the excess, by band", unit="USD/year", table="excess_bands")
    @staticmethod
    def excess_by_band(excess, excess_bands_from_share, excess_bands_to_share, excess_bands_hospital_share,
                       budget__covered_collections):
        """What lies in the band × hospital's share × budgeted collections."""
        inside = np.clip(excess, excess_bands_from_share, excess_bands_to_share) - excess_bands_from_share
        return inside * excess_bands_hospital_share * budget__covered_collections

    @line("Payment after the corridor", unit="USD/year")
    @staticmethod
    def adjusted(payment, shortfall_by_band, excess_by_band):
        """Payment + hospital's part of the shortfall − hospital's part of the excess."""
        return payment + shortfall_by_band.sum(axis=0, keepdims=True) - excess_by_band.sum(axis=0, keepdims=True)
