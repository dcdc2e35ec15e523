"""Shared gains and losses against the budgeted collections."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.assumptions import Quantity, Record
from finmodel.assumptions.quantity import Key, Of
from finmodel.contracts.clause import Modifier, Share, Term, together
from finmodel.engine import line


class Band(Record):
    """From {from_share} [to {to_share}][not to_share: on] of the budget the hospital takes {hospital_share}."""

    from_share: Annotated[Quantity, Of("share", 0.0, 10.0), Term("From", "Where the band begins, as a share of the budget.")]
    to_share: Annotated[Quantity | None, Of("share", 0.0, 10.0), Term(
        "To", "Where the band ends; nowhere if not stated.")] = None
    hospital_share: Annotated[Share, Term("Hospital's share", "Which part of the deviation in the band the hospital takes.")]


class RiskCorridor(Modifier):
    """Gains and losses of collections against the budget are shared[; where they fall short, the hospital adds:
    {shortfall_bands}][; where they exceed it, the hospital deducts: {excess_bands}].
    """

    title: ClassVar = "Risk corridor on collections"
    makes_up_for_collections: ClassVar = True
    can_raise: ClassVar = True

    kind: Literal["risk_corridor"]
    shortfall_bands: Annotated[dict[Key, Band], Term("Shortfall", "Bands of collections below the budget.")] = {}
    excess_bands: Annotated[dict[Key, Band], Term("Excess", "Bands of collections above the budget.")] = {}

    def inconsistencies(self) -> Iterator[str]:
        """No bands at all, and bands that end before they begin or overlap."""
        yield from super().inconsistencies()
        if not self.shortfall_bands and not self.excess_bands:
            yield "shortfall_bands: there is no band; give at least one band of shortfall or of excess"
        for name, bands in (("shortfall_bands", self.shortfall_bands), ("excess_bands", self.excess_bands)):
            yield from _disorder(name, bands)

    @line("Collections below the budget", unit="USD/year")
    @staticmethod
    def shortfall(covered_collections, budget__covered_collections):
        """Budgeted collections − collections, not below zero."""
        return np.maximum(budget__covered_collections - covered_collections, 0.0)

    @line("Shortfall in the band", unit="USD/year", table="shortfall_bands")
    @staticmethod
    def shortfall_in_band(shortfall, shortfall_bands_from_share, shortfall_bands_to_share, shortfall_bands_to_share_is_given,
                          budget__covered_collections):
        """What of the shortfall lies between the beginning and the end of the band, each a share of budgeted collections."""
        begin = shortfall_bands_from_share * budget__covered_collections
        reached = np.where(shortfall_bands_to_share_is_given,
                           np.minimum(shortfall, shortfall_bands_to_share * budget__covered_collections), shortfall)
        return np.maximum(reached - begin, 0.0)

    @line("Hospital's part of the shortfall, by band", unit="USD/year", table="shortfall_bands")
    @staticmethod
    def shortfall_by_band(shortfall_in_band, shortfall_bands_hospital_share):
        """Shortfall in the band × hospital's share."""
        return shortfall_in_band * shortfall_bands_hospital_share

    @line("Hospital's part of the shortfall", unit="USD/year")
    @staticmethod
    def shortfall_taken(shortfall_by_band):
        """Sum over bands."""
        return shortfall_by_band.sum(axis=0, keepdims=True)

    @line("Collections above the budget", unit="USD/year")
    @staticmethod
    def excess(covered_collections, budget__covered_collections):
        """Collections − budgeted collections, not below zero."""
        return np.maximum(covered_collections - budget__covered_collections, 0.0)

    @line("Excess in the band", unit="USD/year", table="excess_bands")
    @staticmethod
    def excess_in_band(excess, excess_bands_from_share, excess_bands_to_share, excess_bands_to_share_is_given,
                       budget__covered_collections):
        """What of the excess lies between the beginning and the end of the band, each a share of budgeted collections."""
        begin = excess_bands_from_share * budget__covered_collections
        reached = np.where(excess_bands_to_share_is_given,
                           np.minimum(excess, excess_bands_to_share * budget__covered_collections), excess)
        return np.maximum(reached - begin, 0.0)

    @line("Hospital's part of the excess, by band", unit="USD/year", table="excess_bands")
    @staticmethod
    def excess_by_band(excess_in_band, excess_bands_hospital_share):
        """Excess in the band × hospital's share."""
        return excess_in_band * excess_bands_hospital_share

    @line("Hospital's part of the excess", unit="USD/year")
    @staticmethod
    def excess_taken(excess_by_band):
        """Sum over bands."""
        return excess_by_band.sum(axis=0, keepdims=True)

    @line("Payment after the corridor", unit="USD/year")
    @staticmethod
    def adjusted(payment, shortfall_taken, excess_taken):
        """Payment + hospital's part of the shortfall − hospital's part of the excess."""
        return payment + shortfall_taken - excess_taken

    @line("Hospital's part were nothing collected, by band", unit="USD/year", table="shortfall_bands")
    @staticmethod
    def most_by_band(shortfall_bands_from_share, shortfall_bands_to_share, shortfall_bands_to_share_is_given,
                     shortfall_bands_hospital_share, budget__covered_collections):
        """What of the budgeted collections lies in the band × hospital's share."""
        end = np.where(shortfall_bands_to_share_is_given, np.minimum(shortfall_bands_to_share, 1.0), 1.0)
        inside = np.maximum(end - shortfall_bands_from_share, 0.0)
        return inside * shortfall_bands_hospital_share * budget__covered_collections

    @line("Most the hospital can owe after the corridor", unit="USD/year")
    @staticmethod
    def most(most, most_by_band):
        """What was the most before + hospital's part of the shortfall were nothing collected."""
        return most + most_by_band.sum(axis=0, keepdims=True)


def _disorder(name: str, bands: Mapping[str, Band]) -> Iterator[str]:
    """Why bands do not follow each other, in any year of their shares."""
    for key, band in bands.items():
        if band.to_share is not None and any(low >= high for low, high in together(band.from_share, band.to_share)):
            yield f"{name}.{key}.to_share: the band ends where it begins or before; give a share above from_share"
    for (first, one), (second, other) in pairwise(bands.items()):
        if one.to_share is None:
            yield f"{name}.{first}.to_share: is missing although '{second}' follows; only the last band goes on without end"
        elif any(end > begin + 1e-12 for end, begin in together(one.to_share, other.from_share)):
            yield (f"{name}.{second}.from_share: begins before '{first}' ends, so that a part would be shared twice; put the "
                   "bands in order and let each begin where the last ends")
