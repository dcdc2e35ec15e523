"""How terms rise from contract year to contract year."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.assumptions import Quantity
from finmodel.assumptions.quantity import Consistent, Of
from finmodel.contracts.clause import Escalator, Term, any_of, by_kind, together
from finmodel.engine import YEAR, first_year, line, previous, ratio

Rise = Annotated[Quantity, Of("share/year", -0.5, 1.0)]


class FixedEscalator(Escalator):
    """Amounts rise by {rate} at each anniversary."""

    title: ClassVar = "Fixed rise"

    kind: Literal["fixed"]
    rate: Annotated[Rise, Term("Yearly rise", "How much amounts rise at each anniversary.")]

    @line("Escalation", unit="share/year")
    @staticmethod
    def escalation(rate):
        """The rise agreed."""
        return rate


class IndexEscalator(Escalator, Consistent):
    """Amounts rise at each anniversary by {index} ({rise}), at least {least} and at most {most}."""

    title: ClassVar = "Price index with collar"

    kind: Literal["index"]
    index: Annotated[Literal["CPI", "MEI"], Term("Index", "Consumer prices (CPI) or Medicare's economic index (MEI).")]
    rise: Annotated[Rise, Term("Rise of the index", "The yearly rise that is expected, a number for each year where it varies.")]
    least: Annotated[Rise, Term("Least rise", "The lower end of the collar.")]
    most: Annotated[Rise, Term("Greatest rise", "The upper end of the collar.")]

    def inconsistencies(self) -> Iterator[str]:
        """A collar whose lower end lies above its upper end in some year."""
        yield from super().inconsistencies()
        if any(low > high for low, high in together(self.least, self.most)):
            yield "least: is above the greatest rise; exchange the ends of the collar"

    @line("Escalation", unit="share/year")
    @staticmethod
    def escalation(rise, least, most):
        """Rise of the index, kept between the ends of the collar."""
        return np.clip(rise, least, most)


class BenchmarkEscalator(Escalator):
    """Amounts are set anew at each anniversary in proportion to the reference pay of the benchmark chosen."""

    title: ClassVar = "Re-basing on the pay benchmark"

    follows_projection: ClassVar = True

    kind: Literal["benchmark"]

    @line("Escalation", unit="share/year")
    @staticmethod
    def escalation(reference_pay_per_fte):
        """Reference pay per FTE ÷ the same a year before − 1."""
        return ratio(reference_pay_per_fte, previous(reference_pay_per_fte, first_year(reference_pay_per_fte))) - 1.0


class ConversionFactorEscalator(Escalator):
    """Amounts follow Medicare's conversion factor from year to year."""

    title: ClassVar = "Medicare's conversion factor"

    follows_projection: ClassVar = True

    kind: Literal["conversion_factor"]

    @line("Escalation", unit="share/year")
    @staticmethod
    def escalation(conversion_factor):
        """Conversion factor ÷ the same a year before − 1."""
        return ratio(conversion_factor, previous(conversion_factor, first_year(conversion_factor))) - 1.0


ESCALATORS: dict[str, type[Escalator]] = by_kind(Escalator)
AnyEscalator = any_of(ESCALATORS)


@line("Escalation since the start", unit="factor")
def escalator(escalation, escalation_applies, anniversaries_before, share_after_anniversary):
    """Product of 1 + rise at each anniversary, this year's from its day on; those before the first year shown at its rise."""
    before = first_year(np.power(1.0 + escalation, anniversaries_before))
    level = before * np.cumprod(1.0 + escalation * escalation_applies, axis=YEAR)
    earlier = previous(level, before)
    return earlier * (1.0 - share_after_anniversary) + level * share_after_anniversary
