"""The small lines around every payment: escalation, its part of a year, what clauses do, the most, advance and settlement."""

from functools import reduce

import numpy as np

from finmodel.engine import Array, Line, ratio


def escalated(name: str, label: str, unit: str, escalator: str) -> Line:
    """The line of a term that rises from year to year."""

    def risen(agreed: Array, escalator: Array) -> Array:
        return agreed * escalator

    return Line(name, label, unit, None, None, risen, (f"{name}__agreed", escalator), "As agreed × escalation since the start.")


def _effect(before: Array, adjusted: Array, share: Array) -> Array:
    return in_contract(adjusted - before, share)


def greatest(name: str, label: str, unit: str, arguments: tuple[str, ...]) -> Line:
    """The line that is the greatest of several, each of which says the same thing once more."""

    def most(*values: Array) -> Array:
        return reduce(np.maximum, values)

    return Line(name, label, unit, None, None, most, arguments, "The greatest that a part states.")


def in_contract(full_year: Array, share: Array) -> Array:
    """A payment of a full year in the contract's part of the year, nothing where that is none."""
    return np.where(share == 0.0, 0.0, full_year * share)


def also_after_term(full_year: Array, share: Array, after_term: Array) -> Array:
    """The same, and once the contract is over what still comes back then."""
    return np.where(share == 0.0, after_term, full_year * share)


def _most_together(before: Array, after: Array, others: Array) -> Array:
    return np.maximum(others, np.where(before < after + others, before, after + others))


def _as_full_year(payment: Array, share: Array) -> Array:
    return np.where(share == 0.0, 0.0, ratio(payment, share))


def _advance(budget__payment: Array) -> Array:
    return budget__payment


def _settlement(payment: Array, advance: Array) -> Array:
    return payment - advance


effect = Line("effect", "effect of the clause", "USD/year", None, None, _effect, ("before", "adjusted", "share"),
              "(Payment after the clause − payment before it) × share of the year in which the contract is in force.")
as_full_year = Line("as_full_year", "as part of a full year", "USD/year", None, None, _as_full_year, ("payment", "share"),
                    "Payment ÷ share of the year in which the contract is in force: what other clauses take off a full year.")
most_together = Line("most_together", "most with what is paid against it", "USD/year", None, None, _most_together,
                     ("before", "after", "others"), "The most before clauses, or the most after them + what others pay where "
                     "that is less; at least what others pay.")
advance = Line("advance", "advanced on the budget", "USD/year", None, None, _advance, ("budget__payment",),
               "The payment as agreed at signing, paid by instalments during the year.")
settlement = Line("settlement", "settled after the year", "USD/year", None, None, _settlement, ("payment", "advance"),
                  "Payment − what was advanced; below zero is a refund.")
