"""Pay for being on call for interventional procedures, by day."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import numpy as np

from finmodel.assumptions import Quantity, Record
from finmodel.assumptions.quantity import Key, Of
from finmodel.contracts.clause import DollarsPerYear, Term
from finmodel.contracts.mechanism import Mechanism
from finmodel.engine import line, ratio

DAYS_IN_YEAR = 366.0


class DayType(Record):
    """{days} of the kind {day}[ at {rate}]."""

    day: Literal["weekday", "weekend", "holiday"]
    days: Annotated[Quantity, Of("day/year", 0.0, DAYS_IN_YEAR)]
    rate: Annotated[Quantity | None, Of("USD/day")] = None


class InterventionalCall(Mechanism):
    """The hospital pays for interventional call {call}, by {method}: {day_types}. Each physician on call is paid,
    {physicians_at_once} at once, out of a rota of {physicians_in_rota}. [The yearly burden of one place on call is
    {yearly_burden}. ]A day is paid whether or not anybody is called.
    """

    title: ClassVar = "Interventional call"
    family: ClassVar = "piecemeal"
    pays_for: ClassVar = ("radiologist_compensation",)
    statistic: ClassVar = "call_per_diem"
    compared: ClassVar = "day_rate"
    specialties: ClassVar = ("radiology", "interventional radiology")
    evidence: ClassVar = ("written_agreement", "purpose_statement", "independent_valuation", "call_schedule", "call_log")
    questions: ClassVar = ("Is the day paid whether or not the physician is called, and is the rota offered evenly?",
                           "Is work during call billed as well, and was that weighed in the rate?")

    kind: Literal["interventional_call"]
    call: Annotated[Literal["from home", "on the premises"], Term(
        "Kind of call", "Whether the physician may be at home (unrestricted) or must stay on the premises (restricted).")]
    method: Annotated[Literal["a rate for each kind of day", "the yearly burden divided by 365"], Term(
        "Method", "Whether each kind of day has its rate, or the yearly burden is divided by 365.")]
    day_types: Annotated[dict[Key, DayType], Term(
        "Days", "Weekdays, weekends and holidays: days a year and dollars a day.", escalates=True, rising="rate of a day")]
    yearly_burden: Annotated[DollarsPerYear | None, Term(
        "Yearly burden", "What keeping one place on call for a whole year is worth.", escalates=True)] = None
    physicians_at_once: Annotated[Quantity, Of("count", 1.0, 20.0), Term(
        "Physicians on call at once", "How many are on call on the same day, each paid.")]
    physicians_in_rota: Annotated[Quantity, Of("count", 1.0, 200.0), Term(
        "Physicians in the rota", "Among how many the days are shared.")]

    def inconsistencies(self) -> Iterator[str]:
        """More days than a year has, and a method without its amount."""
        if sum(max(one.days.values) for one in self.day_types.values()) > DAYS_IN_YEAR:
            yield "day_types: the days add up to more than a year has; a day is of one kind only"
        if not self.day_types:
            yield "day_types: the table is empty; name at least one kind of day"
        if self.method == "the yearly burden divided by 365" and self.yearly_burden is None:
            yield "yearly_burden: is missing; the method divides it by 365"
        for key, one in self.day_types.items():
            if self.method == "a rate for each kind of day" and one.rate is None:
                yield f"day_types.{key}.rate: is missing; give the dollars for a day, or choose the other method"
        if max(self.physicians_at_once.values) > min(self.physicians_in_rota.values):
            yield "physicians_in_rota: fewer than are on call at once; give the whole rota"
        if self.physician is not None and max(self.physicians_in_rota.values) > 1.0:
            yield "physician: a rota of several is not one physician's; leave the name out, or make an item for each physician"

    @line("Per diem from the yearly burden", unit="USD/day")
    @staticmethod
    def burden_per_day(yearly_burden):
        """Yearly burden ÷ 365."""
        return yearly_burden / 365.0

    @line("Paid for a day", unit="USD/day", table="day_types")
    @staticmethod
    def day_rate(method_is_the_yearly_burden_divided_by_365, burden_per_day, day_types_rate, escalator):
        """Rate of the kind of day × escalation since the start; or the per diem from the yearly burden."""
        return np.where(method_is_the_yearly_burden_divided_by_365, burden_per_day, day_types_rate * escalator)

    @line("Paid for one place on call", unit="USD/year", table="day_types")
    @staticmethod
    def paid_by_day_type(day_types_days, day_rate):
        """Days × what is paid for a day."""
        return day_types_days * day_rate

    @line("Days on call", unit="day/year")
    @staticmethod
    def days(day_types_days):
        """Sum over kinds of day."""
        return day_types_days.sum(axis=0, keepdims=True)

    @line("Payment in a full year", unit="USD/year")
    @staticmethod
    def payment(paid_by_day_type, physicians_at_once):
        """Sum over kinds of day × physicians on call at once."""
        return paid_by_day_type.sum(axis=0, keepdims=True) * physicians_at_once

    @line("Payment for each physician of the rota", unit="USD/year")
    @staticmethod
    def payment_per_physician(payment, physicians_in_rota):
        """Payment ÷ physicians in the rota."""
        return ratio(payment, physicians_in_rota)

    @line("Average per diem", unit="USD/day")
    @staticmethod
    def per_diem(payment, days, physicians_at_once):
        """Payment ÷ (days on call × physicians on call at once)."""
        return ratio(payment, days * physicians_at_once)

    @line("Hours on the premises of each physician of the rota", unit="hour/year")
    @staticmethod
    def hours(days, physicians_at_once, physicians_in_rota, call_is_on_the_premises, contract_share_of_year):
        """Days × 24 × physicians at once ÷ physicians in the rota × share of the year, where call is on the premises."""
        return ratio(days * 24.0 * physicians_at_once, physicians_in_rota) * call_is_on_the_premises * contract_share_of_year

    @line("Most the hospital can owe in a full year", unit="USD/year")
    @staticmethod
    def most(payment):
        """The payment itself: the days are agreed."""
        return payment
