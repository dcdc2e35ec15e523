"""Support: the deficit, what it is per FTE, per work RVU and per exam, whose it is, and the way from last year to the ask."""

import numpy as np

from finmodel.engine import YEAR, first_year, line, previous, ratio, total_by


@line("Total expense", unit="USD/year")
def total_expense(total_provider_expense, total_operating_expense):
    """Provider expense + operating expense."""
    return total_provider_expense + total_operating_expense


@line("Support deficit", unit="USD/year")
def support_deficit(total_expense, total_revenue):
    """Total expense − total revenue, before any hospital payment; a surplus is negative."""
    return total_expense - total_revenue


@line("Support deficit after existing payments", unit="USD/year")
def support_deficit_after_existing(support_deficit, existing_hospital_payments):
    """Support deficit − payments the hospitals make today."""
    return support_deficit - existing_hospital_payments


@line("Support deficit per radiologist FTE", unit="USD/FTE/year")
def support_deficit_per_fte(support_deficit, radiologist_fte):
    """Support deficit ÷ radiologist FTE."""
    return ratio(support_deficit, radiologist_fte)


@line("Support deficit per work RVU", unit="USD/work RVU")
def support_deficit_per_work_rvu(support_deficit, work_rvus):
    """Support deficit ÷ work RVUs of the year's schedule."""
    return ratio(support_deficit, work_rvus)


@line("Support deficit per exam", unit="USD/exam")
def support_deficit_per_exam(support_deficit, exams):
    """Support deficit ÷ exams."""
    return ratio(support_deficit, exams)


@line("Revenue per work RVU", unit="USD/work RVU")
def revenue_per_work_rvu(total_revenue, work_rvus):
    """Total revenue ÷ work RVUs of the year's schedule."""
    return ratio(total_revenue, work_rvus)


@line("Collections per work RVU", unit="USD/work RVU")
def collections_per_work_rvu(collections, work_rvus):
    """Professional collections ÷ work RVUs of the year's schedule."""
    return ratio(collections, work_rvus)


@line("Collections as a multiple of Medicare", unit="factor")
def collections_multiple_of_medicare(collections_per_work_rvu, medicare_payment_per_work_rvu):
    """Collections per work RVU ÷ Medicare's payment per work RVU."""
    return ratio(collections_per_work_rvu, medicare_payment_per_work_rvu)


@line("Expense per work RVU", unit="USD/work RVU")
def expense_per_work_rvu(total_expense, work_rvus):
    """Total expense ÷ work RVUs of the year's schedule."""
    return ratio(total_expense, work_rvus)


@line("Owner pay by category", unit="USD/year", table="providers")
def owner_compensation_by_category(compensation_by_category, provider_is_owner):
    """Agreed pay of the categories that own the practice."""
    return compensation_by_category * provider_is_owner


@line("Owner pay", unit="USD/year")
def owner_compensation(owner_compensation_by_category):
    """Sum of agreed pay over owner categories."""
    return owner_compensation_by_category.sum(axis=0, keepdims=True)


@line("Take-home per owner FTE without new support", unit="USD/FTE/year")
def owner_take_home_without_support(owner_compensation, support_deficit_after_existing, owner_fte):
    """(Owner pay − support deficit after existing payments) ÷ owner FTE: everybody else is held whole."""
    return ratio(owner_compensation - support_deficit_after_existing, owner_fte)


@line("Take-home per radiologist FTE without new support", unit="USD/FTE/year")
def radiologist_take_home_without_support(radiologist_compensation, support_deficit_after_existing, radiologist_fte):
    """(Radiologist compensation − support deficit after existing payments) ÷ radiologist FTE."""
    return ratio(radiologist_compensation - support_deficit_after_existing, radiologist_fte)


@line("Coverage hours by facility", unit="hour/year", table="facilities")
def facility_coverage_hours(service_hours, service_facility):
    """Coverage hours summed by facility."""
    return total_by(service_hours, service_facility)


@line("Facility's share of work RVUs", unit="share", table="facilities")
def facility_work_rvu_share(facility_work_rvus, work_rvus):
    """Work RVUs of the facility ÷ all work RVUs."""
    return ratio(facility_work_rvus, work_rvus)


@line("Facility's share of exams", unit="share", table="facilities")
def facility_exam_share(facility_exams, exams):
    """Exams of the facility ÷ all exams."""
    return ratio(facility_exams, exams)


@line("Facility's share of coverage hours", unit="share", table="facilities")
def facility_coverage_share(facility_coverage_hours):
    """Coverage hours of the facility ÷ all coverage hours."""
    return ratio(facility_coverage_hours, facility_coverage_hours.sum(axis=0, keepdims=True))


@line("Facility's share of expense", unit="share", table="facilities")
def facility_expense_share(allocates_by_work_rvus, allocates_by_exams, facility_work_rvu_share, facility_exam_share,
                           facility_coverage_share):
    """Share of work RVUs, of exams or of coverage hours, by the allocation basis stated."""
    return np.where(allocates_by_work_rvus, facility_work_rvu_share,
                    np.where(allocates_by_exams, facility_exam_share, facility_coverage_share))


@line("Expense allocated to the facility", unit="USD/year", table="facilities")
def facility_expense(facility_expense_share, total_expense):
    """Facility's share of expense × total expense."""
    return facility_expense_share * total_expense


@line("Support deficit of the facility", unit="USD/year", table="facilities")
def facility_support_deficit(facility_expense, facility_collections, facility_other_revenue):
    """Expense allocated to the facility − its collections − other professional revenue earned there."""
    return facility_expense - facility_collections - facility_other_revenue


@line("Support deficit of the facility, if in scope", unit="USD/year", table="facilities")
def facility_deficit_in_scope(facility_support_deficit, facility_in_scope):
    """Support deficit of the facility where the contract covers it, else zero."""
    return facility_support_deficit * facility_in_scope


@line("Client hospital's part of the deficit", unit="USD/year")
def client_support_deficit(facility_deficit_in_scope):
    """Sum of the support deficit over the facilities that the contract covers."""
    return facility_deficit_in_scope.sum(axis=0, keepdims=True)


@line("Expense of the facility, if in scope", unit="USD/year", table="facilities")
def facility_expense_in_scope(facility_expense, facility_in_scope):
    """Expense allocated to the facility where the contract covers it, else zero."""
    return facility_expense * facility_in_scope


@line("Client hospital's expense", unit="USD/year")
def client_expense(facility_expense_in_scope):
    """Sum of allocated expense over the facilities that the contract covers."""
    return facility_expense_in_scope.sum(axis=0, keepdims=True)


@line("Client hospital's share of expense", unit="share")
def client_expense_share(client_expense, total_expense):
    """Client hospital's expense ÷ total expense."""
    return ratio(client_expense, total_expense)


@line("Collections of the facility, if in scope", unit="USD/year", table="facilities")
def facility_collections_in_scope(facility_collections, facility_in_scope):
    """Collections of the facility where the contract covers it, else zero."""
    return facility_collections * facility_in_scope


@line("Client hospital's collections", unit="USD/year")
def client_collections(facility_collections_in_scope):
    """Sum of collections over the facilities that the contract covers."""
    return facility_collections_in_scope.sum(axis=0, keepdims=True)


@line("Receivables of the facility, if in scope", unit="USD", table="facilities")
def facility_receivables_in_scope(facility_collections_billed_by_group, facility_in_scope, days_in_receivables):
    """Collections that the group bills there × days in receivables ÷ 365, where the contract covers the facility, else zero."""
    return facility_collections_billed_by_group * facility_in_scope * days_in_receivables / 365.0


@line("Receivables at the client hospital at year end", unit="USD")
def client_receivables(facility_receivables_in_scope):
    """Sum of receivables over the facilities that the contract covers."""
    return facility_receivables_in_scope.sum(axis=0, keepdims=True)


@line("Other professional revenue of the facility, if in scope", unit="USD/year", table="facilities")
def facility_other_revenue_in_scope(facility_other_revenue, facility_in_scope):
    """Other professional revenue of the facility where the contract covers it, else zero."""
    return facility_other_revenue * facility_in_scope


@line("Client hospital's other professional revenue", unit="USD/year")
def client_other_revenue(facility_other_revenue_in_scope):
    """Sum of other professional revenue over the facilities that the contract covers."""
    return facility_other_revenue_in_scope.sum(axis=0, keepdims=True)


@line("Work RVUs of the facility, if in scope", unit="work RVU/year", table="facilities")
def facility_work_rvus_in_scope(facility_work_rvus, facility_in_scope):
    """Work RVUs of the facility where the contract covers it, else zero."""
    return facility_work_rvus * facility_in_scope


@line("Client hospital's work RVUs", unit="work RVU/year")
def client_work_rvus(facility_work_rvus_in_scope):
    """Sum of work RVUs over the facilities that the contract covers."""
    return facility_work_rvus_in_scope.sum(axis=0, keepdims=True)


@line("Existing payments in scope, by facility", unit="USD/year", table="facilities")
def facility_existing_in_scope(facility_existing_payments, facility_in_scope):
    """Existing payments of the facilities that the contract covers."""
    return facility_existing_payments * facility_in_scope


@line("Client hospital's existing payments", unit="USD/year")
def client_existing_payments(facility_existing_in_scope):
    """Sum over the facilities that the contract covers."""
    return facility_existing_in_scope.sum(axis=0, keepdims=True)


@line("Client hospital's part after existing payments", unit="USD/year")
def client_support_deficit_after_existing(client_support_deficit, client_existing_payments):
    """Client hospital's part of the deficit − what it pays today."""
    return client_support_deficit - client_existing_payments


@line("Support deficit, hospital's fiscal year", unit="USD/year")
def fiscal_year_support_deficit(support_deficit, fiscal_share_of_year, not_available):
    """Months of the fiscal year in this calendar year ÷ 12 × this year's deficit + the rest × last year's.

    The fiscal year is named by the calendar year it ends in; one that began before the base year is not available.
    """
    earlier = previous(support_deficit, first_year(support_deficit * not_available))
    return np.where(fiscal_share_of_year == 1.0, support_deficit,
                    support_deficit * fiscal_share_of_year + earlier * (1.0 - fiscal_share_of_year))


@line("Client hospital's part after existing payments, its fiscal year", unit="USD/year")
def fiscal_year_client_support_deficit(client_support_deficit_after_existing, fiscal_share_of_year, not_available):
    """Months of the fiscal year in this calendar year ÷ 12 × this year's part + the rest × last year's.

    The fiscal year is named by the calendar year it ends in; one that began before the base year is not available.
    """
    earlier = previous(client_support_deficit_after_existing, first_year(client_support_deficit_after_existing * not_available))
    return np.where(fiscal_share_of_year == 1.0, client_support_deficit_after_existing,
                    client_support_deficit_after_existing * fiscal_share_of_year + earlier * (1.0 - fiscal_share_of_year))


@line("Compensation paid last year", unit="USD/year")
def compensation_paid(actual_compensation_paid):
    """What the accounts of last year show as paid to physicians and APPs, whatever was agreed."""
    return actual_compensation_paid


@line("Last year's actual deficit", unit="USD/year")
def actual_deficit(compensation_paid, actual_other_provider_expense, actual_operating_expense, actual_revenue):
    """Compensation paid + other provider and operating expense − revenue without hospital payments, in last year's accounts."""
    return compensation_paid + actual_other_provider_expense + actual_operating_expense - actual_revenue


@line("Work RVUs in last year's schedule", unit="work RVU/year")
def work_rvus_in_last_years_schedule(work_rvus, actual_work_rvu_level, work_rvu_level):
    """Work RVUs × level of last year's schedule ÷ level of this year's: volume without the change of the unit."""
    return work_rvus * (actual_work_rvu_level / work_rvu_level)


@line("Bridge: Revenue per work RVU", unit="USD/year")
def bridge_rates(actual_revenue_per_work_rvu, work_rvus_in_last_years_schedule, total_revenue):
    """Work RVUs in last year's schedule × last year's revenue per work RVU − total revenue: rates and payer mix."""
    return actual_revenue_per_work_rvu * work_rvus_in_last_years_schedule - total_revenue


@line("Last year's revenue per work RVU", unit="USD/work RVU")
def actual_revenue_per_work_rvu(actual_revenue, actual_work_rvus):
    """Last year's revenue ÷ last year's work RVUs."""
    return ratio(actual_revenue, actual_work_rvus)


@line("Bridge: Volume", unit="USD/year")
def bridge_volume(actual_work_rvus, work_rvus_in_last_years_schedule, actual_revenue_per_work_rvu):
    """(Last year's work RVUs − this year's in last year's schedule) × last year's revenue per work RVU."""
    return (actual_work_rvus - work_rvus_in_last_years_schedule) * actual_revenue_per_work_rvu


@line("Bridge: Pay at the agreed level", unit="USD/year")
def bridge_compensation(compensation_allowed, compensation_paid):
    """Compensation allowed − compensation paid last year."""
    return compensation_allowed - compensation_paid


@line("Bridge: Other provider expense", unit="USD/year")
def bridge_other_provider(total_provider_expense, compensation_allowed, actual_other_provider_expense):
    """Benefits, malpractice, coverage and the like − the same last year."""
    return total_provider_expense - compensation_allowed - actual_other_provider_expense


@line("Bridge: Operating expense", unit="USD/year")
def bridge_operating(total_operating_expense, actual_operating_expense):
    """Operating expense − operating expense last year."""
    return total_operating_expense - actual_operating_expense


@line("Agreed pay per radiologist FTE", unit="USD/FTE/year")
def agreed_pay_per_radiologist_fte(radiologist_compensation, radiologist_fte):
    """Radiologist compensation ÷ radiologist FTE."""
    return ratio(radiologist_compensation, radiologist_fte)


@line("Index of the reference pay", unit="factor")
def reference_pay_index(benchmark_compensation_trend, growth_applies):
    """Product of 1 + yearly trend since the base year, taken as the year of the reference."""
    return np.cumprod(1.0 + benchmark_compensation_trend * growth_applies, axis=YEAR)


@line("Reference pay per radiologist FTE", unit="USD/FTE/year")
def reference_pay_per_fte(reference_is_per_work_rvu, reference_compensation, benchmark_work_rvus_per_fte, reference_pay_index):
    """The reference's pay per FTE × its index; of a reference per work RVU, × benchmark work RVUs per FTE as well."""
    return reference_pay_index * np.where(reference_is_per_work_rvu, reference_compensation * benchmark_work_rvus_per_fte,
                                          reference_compensation)


@line("Change of the ask at the reference pay", unit="USD/year")
def reference_pay_effect(reference_pay_per_fte, agreed_pay_per_radiologist_fte, radiologist_fte):
    """(Reference pay per FTE − agreed pay per FTE) × radiologist FTE, before benefits."""
    return (reference_pay_per_fte - agreed_pay_per_radiologist_fte) * radiologist_fte


@line("Support deficit at the reference pay", unit="USD/year")
def support_deficit_at_reference_pay(support_deficit, reference_pay_effect):
    """Support deficit + change of the ask at the reference pay."""
    return support_deficit + reference_pay_effect


@line("Support deficit per FTE at the reference pay", unit="USD/FTE/year")
def support_deficit_per_fte_at_reference_pay(support_deficit_at_reference_pay, radiologist_fte):
    """Support deficit at the reference pay ÷ radiologist FTE."""
    return ratio(support_deficit_at_reference_pay, radiologist_fte)


@line("Share of expense that revenue covers", unit="share")
def revenue_coverage(total_revenue, total_expense):
    """Total revenue ÷ total expense."""
    return ratio(total_revenue, total_expense)
