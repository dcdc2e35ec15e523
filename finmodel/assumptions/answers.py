"""What quick start asks: what the head of a group knows by heart. Any answer may be missing while the form is filled."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from finmodel.assumptions.quantity import Key, Listed, Record, Setting, Text


@dataclass(frozen=True)
class Asked:
    """The words and bounds of a question, from which a form is drawn."""

    label: str
    unit: str = ""
    help: str = ""
    least: float | None = None
    greatest: float | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check the bounds after the type."""
        return core_schema.no_info_after_validator_function(self._within, handler(source))

    def _within(self, answer: Any) -> Any:
        if answer is None or self.least is None or self.greatest is None or self.least <= answer <= self.greatest:
            return answer
        hint = "; shares run from 0 to 1, not in percent" if self.unit == "share" else ""
        raise PydanticCustomError("outside", "{text}", {
            "text": f"{self.label}: {answer:,.12g} is outside what is possible, {self.least:,.12g} to {self.greatest:,.12g}"
                    f"{hint}"})


def asked(record: type[BaseModel]) -> dict[str, Asked]:
    """The questions of a record by field, in order."""
    found = {name: [part for part in field.metadata if isinstance(part, Asked)] for name, field in record.model_fields.items()}
    return {name: parts[0] for name, parts in found.items() if parts}


def dollars(label: str, explanation: str = "", greatest: float = 1e10) -> Asked:
    """A question for a yearly amount of money."""
    return Asked(label, "USD/year", explanation, 0, greatest)


def per_fte(label: str, explanation: str = "") -> Asked:
    """A question for a yearly amount of money per FTE."""
    return Asked(label, "USD/FTE/year", explanation, 0, 1e7)


class Volume(Record):
    """A year's volume in one setting, as exams or as work RVUs, whichever is known."""

    exams: Annotated[float | None, Asked("Exams", "exam/year", "All exams read in a year.", 0, 1e8)] = None
    work_rvus: Annotated[float | None, Asked("Work RVUs", "work RVU/year", "Instead of exams, if you know them.", 0, 1e8)] = None


class Site(Record):
    """A hospital or an imaging center."""

    name: Annotated[Text, Asked("Name", help="Hospital or imaging center.")]
    in_scope: Annotated[bool, Asked("In scope", help="Is it a party to the contract you want to make?")] = True
    billed_by: Annotated[Literal["group", "hospital"], Asked("Who bills", help="For reading, the professional part.")] = "group"
    existing_payments: Annotated[float | None, dollars("Paid to you today", "Stipends, directorships, call pay.")] = None
    volumes: dict[Setting, Volume] = {}


class Collections(Record):
    """What each payer paid in the year; empty where there is no such payer."""

    medicare: Annotated[float | None, dollars("Medicare", "Fee for service, with the patient's part.")] = None
    medicare_advantage: Annotated[float | None, dollars("Medicare Advantage")] = None
    medicaid: Annotated[float | None, dollars("Medicaid", "With managed Medicaid.")] = None
    commercial: Annotated[float | None, dollars("Commercial")] = None
    self_pay: Annotated[float | None, dollars("Self-pay", "Uninsured patients.")] = None
    other: Annotated[float | None, dollars("Other", "Workers' compensation, auto, Veterans Affairs.")] = None


FTE = Asked("FTE", "FTE", "Average of the year, as staffed.", 0, 1000)


class Radiologists(Record):
    """Radiologists of one kind: how many, and their pay in dollars or as a percentile of the benchmark."""

    fte: Annotated[float | None, FTE] = None
    pay_per_fte: Annotated[float | None, per_fte("Agreed pay per FTE", "Before benefits.")] = None
    pay_percentile: Annotated[float | None, Asked("Or percentile", "percentile", "Of the pay benchmark chosen.", 1, 99)] = None


class AdvancedPracticeProviders(Record):
    """Nurse practitioners and physician assistants."""

    fte: Annotated[float | None, FTE] = None
    pay_per_fte: Annotated[float | None, per_fte("Pay per FTE", "A default is filled in if empty.")] = None


class People(Record):
    """Who is on the payroll."""

    partner_radiologist: Annotated[Radiologists, Asked("Partners, diagnostic")] = Radiologists()
    employed_radiologist: Annotated[Radiologists, Asked("Employed, diagnostic")] = Radiologists()
    part_time_radiologist: Annotated[Radiologists, Asked("Part-time, diagnostic")] = Radiologists()
    interventional_radiologist: Annotated[Radiologists, Asked("Interventional")] = Radiologists()
    advanced_practice_provider: Annotated[AdvancedPracticeProviders,
                                          Asked("Nurse practitioners and physician assistants")] = AdvancedPracticeProviders()
    compensation_benchmark: Annotated[Key | None, Asked("Pay benchmark", help="The table that percentiles come from.")] = None


class Costs(Record):
    """What the practice costs beside pay."""

    benefits_per_fte: Annotated[float | None, per_fte("Benefits per radiologist FTE", "With payroll tax and retirement.")] = None
    benefits_share: Annotated[float | None, Asked("Or benefits as a share of pay", "share", "Of everybody's pay.", 0, 1)] = None
    malpractice_per_fte: Annotated[float | None, per_fte("Malpractice per radiologist FTE")] = None
    teleradiology: Annotated[float | None, dollars("After-hours teleradiology", "Total of the year.")] = None
    locums: Annotated[float | None, dollars("Locums", "Total of the year, with agency fees.")] = None
    other_provider: Annotated[float | None, dollars("Other provider costs", "Recruitment, CME, dues, licences.")] = None
    billing: Annotated[float | None, dollars("Billing and collection", "Total of the year.")] = None
    billing_share: Annotated[float | None, Asked("Or its share of collections", "share", "Of what you bill.", 0, 1)] = None
    management: Annotated[float | None, dollars("Management and administration")] = None
    information_systems: Annotated[float | None, dollars("Information systems", "PACS, dictation, security.")] = None
    other_operating: Annotated[float | None, dollars("Other operating", "Rent, legal, audit, insurance, the rest.")] = None


class Accounts(Record):
    """Last year's profit and loss, to tie out to."""

    revenue: Annotated[float | None, dollars("Revenue", "Professional revenue, without hospital payments.")] = None
    compensation_paid: Annotated[float | None, dollars("Compensation paid", "To radiologists and APPs.")] = None
    other_provider_expense: Annotated[float | None, dollars("Other provider expense", "Benefits, malpractice, coverage.")] = None
    operating_expense: Annotated[float | None, dollars("Operating expense")] = None
    work_rvus: Annotated[float | None, Asked("Work RVUs", "work RVU/year", "Of everything read in the year.", 1, 1e8)] = None


class Answers(Record):
    """All answers so far. The base year is the year of the accounts: volumes, collections and costs are its own."""

    name: Annotated[Text | None, Asked("Practice")] = None
    base_year: Annotated[int | None, Asked("Last full year", help="The year of all the numbers below.", least=2015,
                                           greatest=2060)] = None
    sites: Annotated[Listed[Site], Asked("Hospitals and imaging centers")] = ()
    collections: Annotated[Collections, Asked("Collections by payer")] = Collections()
    other_revenue: Annotated[float | None, dollars("Other professional revenue", "Flat-fee reads, quality bonuses.")] = None
    people: Annotated[People, Asked("People")] = People()
    costs: Annotated[Costs, Asked("Costs")] = Costs()
    accounts: Annotated[Accounts, Asked("Last year's accounts")] = Accounts()


# The steps of the form and the answers each holds.
STEPS: dict[str, tuple[str, ...]] = {
    "Hospitals and volume": ("name", "base_year", "sites"),
    "Payers": ("collections", "other_revenue"),
    "People": ("people",),
    "Costs": ("costs",),
    "Last year's accounts": ("accounts",),
}
