"""Administrative pay by the hour: directorships, multidisciplinary conferences and other duties with a log."""

from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.assumptions import Quantity
from finmodel.assumptions.quantity import Of
from finmodel.contracts.clause import Term
from finmodel.contracts.mechanism import Mechanism
from finmodel.engine import line

HOURS_IN_MONTH = 730.0
HoursPerMonth = Annotated[Quantity, Of("hour/month", 0.0, HOURS_IN_MONTH)]


class Directorship(Mechanism):
    """For {duty} the hospital pays {rate}, for the hours logged (expected: {hours_logged}) and for no more than {hours_cap}."""

    title: ClassVar = "Administrative pay by the hour"
    family: ClassVar = "piecemeal"
    pays_for: ClassVar = ("radiologist_compensation",)
    statistic: ClassVar = "director_hourly_rate"
    compared: ClassVar = "rate"
    evidence: ClassVar = ("written_agreement", "purpose_statement", "independent_valuation", "duties", "time_log")
    questions: ClassVar = ("Are the duties needed, written down, and done by nobody else for pay?",
                           "Who signs the time log before a month is paid?")

    kind: Literal["directorship"]
    duty: Annotated[Literal["a directorship", "multidisciplinary conferences", "other duties"], Term(
        "Duty", "What the hours are for.")]
    hours_logged: Annotated[HoursPerMonth, Term("Hours logged", "Hours a month that the log is expected to show.")]
    hours_cap: Annotated[HoursPerMonth, Term("Cap on hours", "The most hours a month that are paid.")]
    rate: Annotated[Quantity, Of("USD/hour"), Term("Hourly rate", "What an hour is paid.", escalates=True)]

    @line("Hours paid a month", unit="hour/month")
    @staticmethod
    def hours_paid(hours_logged, hours_cap):
        """Hours logged, at most the cap."""
        return np.minimum(hours_logged, hours_cap)

    @line("Payment of a month", unit="USD/month")
    @staticmethod
    def monthly_payment(hours_paid, rate):
        """Hours paid × hourly rate."""
        return hours_paid * rate

    @line("Payment in a full year", unit="USD/year")
    @staticmethod
    def payment(monthly_payment):
        """Payment of a month × 12."""
        return monthly_payment * 12.0

    @line("Hours logged in the year", unit="hour/year")
    @staticmethod
    def hours(hours_logged, contract_share_of_year):
        """Hours logged a month × 12 × share of the year in which the contract is in force."""
        return hours_logged * 12.0 * contract_share_of_year

    @line("Most the hospital can owe in a full year", unit="USD/year")
    @staticmethod
    def most(hours_cap, rate):
        """Cap on hours × hourly rate × 12."""
        return hours_cap * rate * 12.0
