"""What a reader has to know of how rows were put together: what may be counted twice, and what was estimated or left out."""

from collections.abc import Iterator

from finmodel.billing.disclosure import how_many, is_small
from finmodel.billing.maturity import Maturity
from finmodel.billing.summary import Summary
from finmodel.format import money, number


def netting_cautions(summary: Summary, maturity: Maturity) -> Iterator[str]:
    """A sentence for each thing that put rows together by a rule that may not fit an export."""
    everything = summary.by(where="true")[0]
    if everything["alike_services"]:
        yield (f"{how_many(everything['alike_services'])} services have equal charges of one payer and no reversal between them, "
               "which add up: where a second payer or an answer repeats a charge, give a column of the order of payers with "
               "--map COLUMN=payer_sequence")
    if everything["counted_as_one"]:
        yield f"{how_many(everything['counted_as_one'])} services have a charge of no units and count as one exam each"
    if count := summary.left_out["superseded_payments"]:
        amount = "" if is_small(count) else f", {money(summary.left_out['superseded_paid'] / 100, 2)} in all,"
        yield (f"{how_many(count)} payments{amount} for claims that were replaced do not count, because the replacements state "
               "payments of their own; if those are only what was added, the collections are too low")
    months = [row["month"] for row in summary.by("month") if row["month"] in maturity.untold]
    if months:
        yield (f"of {number(len(months))} {'month' if len(months) == 1 else 'months'} of service too few payments have arrived "
               "to tell how many are to come: they are estimated as their work RVUs times what other months collect for one")
