"""Provider expense: what the people who read cost, employed or bought by the day or by the read."""

import numpy as np

from finmodel.engine import YEAR, line, ratio


@line("Agreed pay per FTE", unit="USD/FTE/year", table="providers")
def compensation_per_fte(provider_compensation_per_fte, provider_compensation_trend, growth_applies):
    """Agreed base-year pay per FTE × product of 1 + yearly trend."""
    return provider_compensation_per_fte * np.cumprod(1.0 + provider_compensation_trend * growth_applies, axis=YEAR)


@line("Agreed pay by category", unit="USD/year", table="providers")
def compensation_by_category(staffed_fte, compensation_per_fte):
    """Staffed FTE × agreed pay per FTE."""
    return staffed_fte * compensation_per_fte


@line("Radiologist pay by category", unit="USD/year", table="providers")
def radiologist_compensation_by_category(compensation_by_category, provider_is_radiologist):
    """Agreed pay of physician categories."""
    return compensation_by_category * provider_is_radiologist


@line("Radiologist compensation", unit="USD/year", group="provider_expense")
def radiologist_compensation(radiologist_compensation_by_category):
    """Sum of agreed pay × staffed FTE over physician categories."""
    return radiologist_compensation_by_category.sum(axis=0, keepdims=True)


@line("APP pay by category", unit="USD/year", table="providers")
def app_compensation_by_category(compensation_by_category, provider_is_radiologist):
    """Agreed pay of nurse practitioner and physician assistant categories."""
    return compensation_by_category * (1.0 - provider_is_radiologist)


@line("APP compensation", unit="USD/year", group="provider_expense")
def app_compensation(app_compensation_by_category):
    """Sum of agreed pay × staffed FTE over nurse practitioners and physician assistants."""
    return app_compensation_by_category.sum(axis=0, keepdims=True)


@line("Compensation allowed", unit="USD/year")
def compensation_allowed(radiologist_compensation, app_compensation):
    """Agreed pay × staffed FTE by category: what a cost-basis contract would allow, whatever the owners drew."""
    return radiologist_compensation + app_compensation


@line("Benefits index", unit="factor")
def benefits_index(benefits_trend, growth_applies):
    """Product of 1 + yearly trend of benefits."""
    return np.cumprod(1.0 + benefits_trend * growth_applies, axis=YEAR)


@line("Benefits and payroll tax by category", unit="USD/year", table="providers")
def benefits_by_category(staffed_fte, provider_benefits_per_fte, benefits_index, compensation_by_category,
                         provider_benefits_rate):
    """Staffed FTE × benefits per FTE × benefits index + agreed pay × benefits rate."""
    return staffed_fte * provider_benefits_per_fte * benefits_index + compensation_by_category * provider_benefits_rate


@line("Benefits and payroll tax", unit="USD/year", group="provider_expense")
def benefits_expense(benefits_by_category):
    """Sum over categories."""
    return benefits_by_category.sum(axis=0, keepdims=True)


@line("Malpractice per FTE", unit="USD/FTE/year", table="providers")
def malpractice_per_fte(provider_malpractice_per_fte, malpractice_trend, growth_applies):
    """Base-year premium per FTE × product of 1 + yearly trend."""
    return provider_malpractice_per_fte * np.cumprod(1.0 + malpractice_trend * growth_applies, axis=YEAR)


@line("Malpractice by category", unit="USD/year", table="providers")
def malpractice_by_category(staffed_fte, malpractice_per_fte):
    """Staffed FTE × premium per FTE."""
    return staffed_fte * malpractice_per_fte


@line("Malpractice insurance", unit="USD/year", group="provider_expense")
def malpractice_expense(malpractice_by_category):
    """Sum over categories."""
    return malpractice_by_category.sum(axis=0, keepdims=True)


@line("CME, dues and licences per FTE", unit="USD/FTE/year", table="providers")
def education_per_fte(provider_education_per_fte, education_trend, growth_applies):
    """Base-year amount per FTE × product of 1 + yearly trend."""
    return provider_education_per_fte * np.cumprod(1.0 + education_trend * growth_applies, axis=YEAR)


@line("CME, dues and licences by category", unit="USD/year", table="providers")
def education_by_category(staffed_fte, education_per_fte):
    """Staffed FTE × amount per FTE."""
    return staffed_fte * education_per_fte


@line("CME, dues and licences", unit="USD/year", group="provider_expense")
def education_expense(education_by_category):
    """Sum over categories."""
    return education_by_category.sum(axis=0, keepdims=True)


@line("Price per outside read", unit="USD/read", table="outside_reads")
def outside_read_price(outside_read_price_per_read, outside_read_price_trend, growth_applies):
    """Base-year price × product of 1 + yearly trend."""
    return outside_read_price_per_read * np.cumprod(1.0 + outside_read_price_trend * growth_applies, axis=YEAR)


@line("Contracted teleradiology by contract", unit="USD/year", table="outside_reads")
def outside_read_expense_by_contract(outside_read_count, outside_read_price):
    """Reads × price per read."""
    return outside_read_count * outside_read_price


@line("Contracted teleradiology", unit="USD/year", group="provider_expense")
def outside_read_expense(outside_read_expense_by_contract):
    """Sum over contracts."""
    return outside_read_expense_by_contract.sum(axis=0, keepdims=True)


@line("Teleradiology price per work RVU", unit="USD/work RVU")
def extra_teleradiology_price(extra_teleradiology_price_per_work_rvu, locums_trend, growth_applies):
    """Base-year price per work RVU × product of 1 + yearly trend of bought coverage."""
    return extra_teleradiology_price_per_work_rvu * np.cumprod(1.0 + locums_trend * growth_applies, axis=YEAR)


@line("Teleradiology beyond the contracts", unit="USD/year", group="provider_expense")
def extra_teleradiology_expense(extra_teleradiology_workload, extra_teleradiology_price):
    """Workload bought from teleradiology × price per work RVU."""
    return extra_teleradiology_workload * extra_teleradiology_price


@line("Locums price per day", unit="USD/day")
def locums_price(locums_price_per_day, locums_trend, growth_applies):
    """Base-year price per day × product of 1 + yearly trend of bought coverage."""
    return locums_price_per_day * np.cumprod(1.0 + locums_trend * growth_applies, axis=YEAR)


@line("Locums", unit="USD/year", group="provider_expense")
def locums_expense(locums_days, locums_price):
    """Locums days × price per day."""
    return locums_days * locums_price


@line("Benefits, insurance and dues", unit="USD/year")
def benefits_and_insurance(benefits_expense, malpractice_expense, education_expense):
    """Benefits and payroll tax + malpractice + CME, dues and licences."""
    return benefits_expense + malpractice_expense + education_expense


@line("Bought coverage", unit="USD/year")
def bought_coverage(outside_read_expense, extra_teleradiology_expense, locums_expense):
    """Contracted teleradiology + teleradiology beyond the contracts + locums."""
    return outside_read_expense + extra_teleradiology_expense + locums_expense


@line("APPs, recruitment and other provider expense", unit="USD/year")
def other_provider_expense(total_provider_expense, radiologist_compensation, benefits_and_insurance, bought_coverage):
    """Total provider expense − radiologist compensation − benefits, insurance and dues − bought coverage."""
    return total_provider_expense - radiologist_compensation - benefits_and_insurance - bought_coverage


@line("Radiologist pay per work RVU read", unit="USD/work RVU")
def radiologist_compensation_per_work_rvu(radiologist_compensation, radiologist_workload, benchmark_vintage_factor):
    """Radiologist compensation ÷ work RVUs the radiologists read, in the benchmark's vintage."""
    return ratio(radiologist_compensation, radiologist_workload * benchmark_vintage_factor)
