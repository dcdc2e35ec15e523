"""What a change of Medicare's conversion factor costs or brings is passed on to the hospital."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.assumptions.quantity import Key, Listed
from finmodel.contracts.clause import Modifier, Rows, Share, Term
from finmodel.engine import line, ratio


class ConversionFactorPassThrough(Modifier):
    """The hospital bears {share} of what budgeted collections from {payers} lose when Medicare's conversion factor falls below
    the one budgeted[returns_gains: , and has the same part of a gain deducted when it rises above].
    """

    title: ClassVar = "Conversion-factor pass-through"
    makes_up_for_collections: ClassVar = True
    can_raise: ClassVar = True

    kind: Literal["conversion_factor_pass_through"]
    share: Annotated[Share, Term("Part passed on", "Which part of the loss or gain the hospital takes.")]
    payers: Annotated[Listed[Key], Rows("payers"), Term(
        "Payers", "Payers whose prices follow Medicare's, as far as the practice says they do.")]
    returns_gains: Annotated[bool, Term("Returns gains", "Whether a rise of the factor reduces the payment.")]

    def inconsistencies(self) -> Iterator[str]:
        """A pass-through for nobody."""
        yield from super().inconsistencies()
        if not self.payers:
            yield "payers: the list is empty; name at least one payer whose prices follow Medicare's"

    @line("Part of the price that follows the conversion factor", unit="share", table="payers")
    @staticmethod
    def indexed_part(payer_medicare_indexed_share, medicare_price_index, payer_price_trend, payer_price_index):
        """Own trend × share indexed to Medicare × Medicare price index ÷ price index."""
        part = ratio(payer_price_trend * payer_medicare_indexed_share * medicare_price_index, payer_price_index)
        return np.where(payer_price_index == 0.0, 0.0, part)

    @line("Collections that follow the conversion factor, by payer", unit="USD/year", table="payers")
    @staticmethod
    def indexed_by_payer(payer_collections, indexed_part, payers):
        """Collections of the payers named × part of their price that follows the conversion factor."""
        return payer_collections * indexed_part * payers

    @line("Collections that follow the conversion factor in scope", unit="USD/year")
    @staticmethod
    def indexed_collections(indexed_by_payer, covered_collections, collections):
        """Sum over payers × collections in scope ÷ all collections; none where nothing is collected."""
        in_scope = np.where(collections == 0.0, 0.0, ratio(covered_collections, collections))
        return indexed_by_payer.sum(axis=0, keepdims=True) * in_scope

    @line("Conversion factor in force", unit="USD/total RVU")
    @staticmethod
    def factor_in_force(conversion_factor):
        """Medicare's conversion factor of the year."""
        return conversion_factor * 1.0

    @line("Fall of the conversion factor", unit="share")
    @staticmethod
    def fall(factor_in_force, budget__factor_in_force):
        """1 − conversion factor ÷ the factor budgeted; below zero is a rise."""
        return np.where(budget__factor_in_force == 0.0, 0.0, 1.0 - ratio(factor_in_force, budget__factor_in_force))

    @line("Passed on", unit="USD/year")
    @staticmethod
    def passed_on(share, fall, budget__indexed_collections, returns_gains):
        """Part passed on × fall × budgeted collections that follow the factor; no deduction for a rise unless gains return."""
        amount = share * fall * budget__indexed_collections
        return np.where(returns_gains, amount, np.maximum(amount, 0.0))

    @line("Payment after the pass-through", unit="USD/year")
    @staticmethod
    def adjusted(payment, passed_on):
        """Payment + what is passed on."""
        return payment + passed_on

    @line("Most the hospital can owe after the pass-through", unit="USD/year")
    @staticmethod
    def most(most, share, budget__indexed_collections):
        """What was the most before + part passed on × budgeted collections that follow the factor, were it to fall to zero."""
        return most + share * budget__indexed_collections
