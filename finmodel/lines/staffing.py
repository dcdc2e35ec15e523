"""Staffing: FTE by category with hires, leavers, vacancy and ramp, and who reads the work that the staff cannot cover."""

import numpy as np

from finmodel.engine import YEAR, first_year, line, previous, ratio, total_by


@line("Roster changes in force, average of the year", unit="FTE", table="roster_changes")
def roster_change_fte(roster_change_size, roster_change_months):
    """FTE of the change (a leaver is negative) × months in force ÷ 12."""
    return roster_change_size * roster_change_months / 12.0


@line("Productive roster changes, average of the year", unit="FTE", table="roster_changes")
def roster_change_productive_fte(roster_change_size, roster_change_productive_months):
    """FTE of the change × months in force weighted by the ramp of a new hire ÷ 12."""
    return roster_change_size * roster_change_productive_months / 12.0


@line("Roster changes in the year", unit="FTE", table="roster_changes")
def roster_change_in_year(roster_change_size, roster_change_starts):
    """FTE of the change in the year in which it starts."""
    return roster_change_size * roster_change_starts


@line("Opening posts", unit="FTE", table="providers")
def opening_fte(closing_fte, provider_fte):
    """Last year's closing posts; in the base year the FTE given."""
    return previous(closing_fte, first_year(provider_fte))


@line("Posts added or removed", unit="FTE", table="providers")
def fte_change(provider_planned_change, roster_change_in_year, roster_change_category):
    """Changes of the FTE path + roster changes that start in the year."""
    return provider_planned_change + total_by(roster_change_in_year, roster_change_category)


@line("Planned change of the FTE path", unit="FTE", table="providers")
def provider_planned_change(provider_fte):
    """FTE given for the year − FTE given for the year before."""
    return provider_fte - previous(provider_fte, first_year(provider_fte))


@line("Closing posts", unit="FTE", table="providers")
def closing_fte(provider_fte, roster_change_in_year, roster_change_category):
    """FTE given for the year + all roster changes since the base year."""
    return provider_fte + np.cumsum(total_by(roster_change_in_year, roster_change_category), axis=YEAR)


@line("Staffed FTE", unit="FTE", table="providers")
def staffed_fte(provider_fte, roster_change_fte, roster_change_category, provider_vacancy_share):
    """FTE given × (1 − vacancy) + roster changes by months in force."""
    return provider_fte * (1.0 - provider_vacancy_share) + total_by(roster_change_fte, roster_change_category)


@line("Productive FTE", unit="FTE", table="providers")
def productive_fte(provider_fte, roster_change_productive_fte, roster_change_category, provider_vacancy_share):
    """FTE given × (1 − vacancy) + roster changes by months in force weighted by ramp."""
    return provider_fte * (1.0 - provider_vacancy_share) + total_by(roster_change_productive_fte, roster_change_category)


@line("Radiologist FTE by category", unit="FTE", table="providers")
def radiologist_fte_by_category(staffed_fte, provider_is_radiologist):
    """Staffed FTE of physicians; nurse practitioners and physician assistants are not counted."""
    return staffed_fte * provider_is_radiologist


@line("Radiologist FTE", unit="FTE")
def radiologist_fte(radiologist_fte_by_category):
    """Average staffed physician FTE of the year, without APPs, locums and teleradiology."""
    return radiologist_fte_by_category.sum(axis=0, keepdims=True)


@line("APP FTE by category", unit="FTE", table="providers")
def app_fte_by_category(staffed_fte, provider_is_radiologist):
    """Staffed FTE of nurse practitioners and physician assistants."""
    return staffed_fte * (1.0 - provider_is_radiologist)


@line("APP FTE", unit="FTE")
def app_fte(app_fte_by_category):
    """Staffed FTE of nurse practitioners and physician assistants."""
    return app_fte_by_category.sum(axis=0, keepdims=True)


@line("Owner FTE by category", unit="FTE", table="providers")
def owner_fte_by_category(staffed_fte, provider_is_owner):
    """Staffed FTE of the categories that own the practice."""
    return staffed_fte * provider_is_owner


@line("Owner FTE", unit="FTE")
def owner_fte(owner_fte_by_category):
    """Staffed FTE of the owners."""
    return owner_fte_by_category.sum(axis=0, keepdims=True)


@line("Reading capacity by category", unit="work RVU/year", table="providers")
def reading_capacity_by_category(productive_fte, provider_work_rvus_per_fte):
    """Productive FTE × work RVUs that one FTE reads in a year."""
    return productive_fte * provider_work_rvus_per_fte


@line("Reading capacity of the staff", unit="work RVU/year")
def reading_capacity(reading_capacity_by_category):
    """Sum over categories."""
    return reading_capacity_by_category.sum(axis=0, keepdims=True)


@line("Contracted outside reads", unit="read/year", table="outside_reads")
def outside_read_count(outside_read_base_reads, outside_read_annual_growth, growth_applies):
    """Base-year reads grown by their own yearly growth."""
    return outside_read_base_reads * np.cumprod(1.0 + outside_read_annual_growth * growth_applies, axis=YEAR)


@line("Workload read under contract, by contract", unit="work RVU/year", table="outside_reads")
def outside_read_workload_by_contract(outside_read_count, outside_read_work_rvus_per_read):
    """Reads × work RVUs per read."""
    return outside_read_count * outside_read_work_rvus_per_read


@line("Workload read under contract", unit="work RVU/year")
def outside_read_workload(outside_read_workload_by_contract):
    """Sum over teleradiology contracts."""
    return outside_read_workload_by_contract.sum(axis=0, keepdims=True)


@line("Workload the staff cannot cover", unit="work RVU/year")
def workload_shortfall(workload_rvus, outside_read_workload, reading_capacity):
    """Workload − contracted outside reads − reading capacity, not below zero."""
    return np.maximum(workload_rvus - outside_read_workload - reading_capacity, 0.0)


@line("Workload read by the staff", unit="work RVU/year")
def staff_workload(workload_rvus, outside_read_workload, reading_capacity):
    """Workload − contracted outside reads, at most the reading capacity and not below zero."""
    return np.minimum(np.maximum(workload_rvus - outside_read_workload, 0.0), reading_capacity)


@line("Workload bought from locums", unit="work RVU/year")
def locums_workload(workload_shortfall, shortfall_locums_share):
    """Shortfall × share bought from locums."""
    return workload_shortfall * shortfall_locums_share


@line("Locums days", unit="day/year")
def locums_days(locums_workload, locums_work_rvus_per_day):
    """Workload bought from locums ÷ work RVUs per locums day."""
    return ratio(locums_workload, locums_work_rvus_per_day)


@line("Workload bought from teleradiology", unit="work RVU/year")
def extra_teleradiology_workload(workload_shortfall, shortfall_teleradiology_share):
    """Shortfall × share bought from teleradiology beyond the contracts."""
    return workload_shortfall * shortfall_teleradiology_share


@line("Uncovered work", unit="work RVU/year")
def uncovered_workload(workload_shortfall, locums_workload, extra_teleradiology_workload):
    """Shortfall − what is bought from locums and teleradiology."""
    return workload_shortfall - locums_workload - extra_teleradiology_workload


@line("Radiologist workload by category", unit="work RVU/year", table="providers")
def radiologist_capacity_by_category(reading_capacity_by_category, provider_is_radiologist):
    """Reading capacity of physician categories."""
    return reading_capacity_by_category * provider_is_radiologist


@line("Reading capacity of radiologists", unit="work RVU/year")
def radiologist_capacity(radiologist_capacity_by_category):
    """Sum over physician categories."""
    return radiologist_capacity_by_category.sum(axis=0, keepdims=True)


@line("Workload read by the radiologists", unit="work RVU/year")
def radiologist_workload(staff_workload, radiologist_capacity, reading_capacity):
    """Workload read by the staff × radiologists' share of reading capacity; none without capacity."""
    return np.where(reading_capacity == 0.0, 0.0, staff_workload * ratio(radiologist_capacity, reading_capacity))


@line("Work RVUs read per radiologist FTE", unit="work RVU/FTE/year")
def workload_per_radiologist_fte(radiologist_workload, benchmark_vintage_factor, radiologist_fte):
    """Workload read by the group's radiologists in the benchmark's vintage ÷ radiologist FTE."""
    return ratio(radiologist_workload * benchmark_vintage_factor, radiologist_fte)


@line("Work RVUs of the practice per radiologist FTE", unit="work RVU/FTE/year")
def all_workload_per_radiologist_fte(workload_in_benchmark_vintage, radiologist_fte):
    """All workload in the benchmark's vintage, whoever reads it, ÷ radiologist FTE."""
    return ratio(workload_in_benchmark_vintage, radiologist_fte)


@line("Volume-driven FTE", unit="FTE")
def required_fte(radiologist_workload, workload_shortfall, benchmark_vintage_factor, benchmark_work_rvus_per_fte):
    """(Workload read by the radiologists + shortfall) in the benchmark's vintage ÷ benchmark work RVUs per FTE."""
    return ratio((radiologist_workload + workload_shortfall) * benchmark_vintage_factor, benchmark_work_rvus_per_fte)


@line("Volume-driven FTE above staffed FTE", unit="FTE")
def fte_gap(required_fte, radiologist_fte):
    """Volume-driven FTE − radiologist FTE."""
    return required_fte - radiologist_fte


@line("Shifts per FTE", unit="shift/FTE/year")
def shifts_per_fte(weeks_off, shifts_per_week):
    """(52 − weeks off) × shifts per week."""
    return (52.0 - weeks_off) * shifts_per_week


@line("Work RVUs per shift at the benchmark", unit="work RVU/shift")
def benchmark_work_rvus_per_shift(benchmark_work_rvus_per_fte, shifts_per_fte):
    """Benchmark work RVUs per FTE ÷ shifts per FTE."""
    return ratio(benchmark_work_rvus_per_fte, shifts_per_fte)


@line("Coverage hours by service", unit="hour/year", table="service_schedule")
def service_hours(service_hours_per_week):
    """Hours per week × 365 ÷ 7."""
    return service_hours_per_week * 365.0 / 7.0


@line("Coverage FTE by service", unit="FTE", table="service_schedule")
def coverage_fte_by_service(service_hours, hours_per_shift, shifts_per_fte):
    """Coverage hours ÷ hours per shift ÷ shifts per FTE: what one seat takes to fill, whatever is read in it."""
    return ratio(service_hours, hours_per_shift * shifts_per_fte)
