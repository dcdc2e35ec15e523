"""Volume: exams, work RVUs of the year's own schedule, total RVUs, and workload in one unit over all years."""

import numpy as np

from finmodel.engine import YEAR, line, total_by


@line("Volume index", unit="factor", table="segments")
def volume_index(segment_annual_growth, growth_applies):
    """Product over the years of 1 + growth; the base year's growth is unused."""
    return np.cumprod(1.0 + segment_annual_growth * growth_applies, axis=YEAR)


@line("Exams by segment", unit="exam/year", table="segments")
def segment_exams(segment_base_exams, volume_index):
    """Base-year exams × volume index."""
    return segment_base_exams * volume_index


@line("Exams", unit="exam/year")
def exams(segment_exams):
    """Sum of exams over all segments."""
    return segment_exams.sum(axis=0, keepdims=True)


@line("Work RVU level of the fee schedule", unit="factor")
def work_rvu_level(base_year_work_rvu_level, efficiency_adjustment, growth_applies):
    """Level of the base year's schedule × product of 1 + each later efficiency adjustment.

    Work RVUs that the year's schedule gives to the exams that had 1.00 work RVU before the first adjustment.
    """
    return base_year_work_rvu_level * np.cumprod(1.0 + efficiency_adjustment * growth_applies, axis=YEAR)


@line("Work RVUs per exam", unit="work RVU/exam", table="segments")
def segment_work_rvus_per_exam(segment_base_work_rvus_per_exam, work_rvu_level, file_work_rvu_level):
    """Work RVUs per exam as given × level of the year's schedule ÷ level of the schedule they were given in."""
    return segment_base_work_rvus_per_exam * (work_rvu_level / file_work_rvu_level)


@line("Work RVUs by segment", unit="work RVU/year", table="segments")
def segment_work_rvus(segment_exams, segment_work_rvus_per_exam):
    """Exams × work RVUs per exam in the year's own schedule."""
    return segment_exams * segment_work_rvus_per_exam


@line("Work RVUs", unit="work RVU/year")
def work_rvus(segment_work_rvus):
    """Sum of work RVUs over all segments."""
    return segment_work_rvus.sum(axis=0, keepdims=True)


@line("Total RVUs", unit="total RVU/year")
def total_rvus(work_rvus, total_rvus_per_work_rvu):
    """Work RVUs × total RVUs per work RVU of the year's schedule (work, practice expense and malpractice)."""
    return work_rvus * total_rvus_per_work_rvu


@line("Workload by segment", unit="work RVU/year", table="segments")
def segment_workload_rvus(segment_exams, segment_base_work_rvus_per_exam):
    """Exams × work RVUs per exam in the schedule that the practice file was written in.

    A new fee schedule changes the unit, not the work: who reads what is counted in this one unit over all years.
    """
    return segment_exams * segment_base_work_rvus_per_exam


@line("Workload", unit="work RVU/year")
def workload_rvus(segment_workload_rvus):
    """Sum of workload over all segments."""
    return segment_workload_rvus.sum(axis=0, keepdims=True)


@line("Work RVUs of the benchmark's vintage per work RVU of the file", unit="factor")
def benchmark_vintage_factor(benchmark_work_rvu_level, file_work_rvu_level):
    """Level of the schedule that the benchmark counts in ÷ level of the schedule that the file was written in."""
    return benchmark_work_rvu_level / file_work_rvu_level


@line("Workload in the benchmark's vintage", unit="work RVU/year")
def workload_in_benchmark_vintage(workload_rvus, benchmark_vintage_factor):
    """Workload × work RVUs of the benchmark's vintage per work RVU of the file."""
    return workload_rvus * benchmark_vintage_factor


@line("Work RVUs by site", unit="work RVU/year", table="sites")
def site_work_rvus(segment_work_rvus, segment_site):
    """Work RVUs summed by site, a setting of a facility."""
    return total_by(segment_work_rvus, segment_site)


@line("Work RVUs by facility", unit="work RVU/year", table="facilities")
def facility_work_rvus(site_work_rvus, site_facility):
    """Work RVUs of the facility's sites."""
    return total_by(site_work_rvus, site_facility)


@line("Work RVUs by setting", unit="work RVU/year", table="settings")
def setting_work_rvus(site_work_rvus, site_setting):
    """Work RVUs summed by setting."""
    return total_by(site_work_rvus, site_setting)


@line("Exams by facility", unit="exam/year", table="facilities")
def facility_exams(segment_exams, segment_facility):
    """Exams summed by facility."""
    return total_by(segment_exams, segment_facility)


@line("Exams by setting", unit="exam/year", table="settings")
def setting_exams(segment_exams, segment_setting):
    """Exams summed by setting."""
    return total_by(segment_exams, segment_setting)
