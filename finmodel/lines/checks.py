"""Integrity checks: each compares two sides that were built independently, and can fail."""

import numpy as np

from finmodel.engine import check, first_year, previous, total_by

CENT = 0.01
TINY_SHARE = 1e-9


@check("Revenue by payer equals revenue by setting")
def check_revenue_sides(collections, setting_collections):
    """|collections, summed over payers − Σ collections by setting| ≤ one cent."""
    return np.abs(collections - setting_collections.sum(axis=0, keepdims=True)) <= CENT


@check("Payer shares of every site sum to one")
def check_payer_shares(site_payer_share, site_payer_site):
    """|Σ payer shares − 1| is nil at every site, and no share is negative."""
    gap = np.abs(total_by(site_payer_share, site_payer_site) - 1.0)
    return (gap.sum(axis=0, keepdims=True) <= TINY_SHARE) & ((site_payer_share < -TINY_SHARE).sum(axis=0, keepdims=True) == 0.0)


@check("Work RVUs by payer equal work RVUs by segment")
def check_work_rvu_sides(payer_work_rvus, work_rvus):
    """|Σ work RVUs by payer − work RVUs| ≤ one hundredth."""
    return np.abs(payer_work_rvus.sum(axis=0, keepdims=True) - work_rvus) <= CENT


@check("Facilities' deficits sum to the deficit")
def check_facility_sides(facility_support_deficit, support_deficit):
    """|Σ facilities' deficits − support deficit| ≤ one cent."""
    return np.abs(facility_support_deficit.sum(axis=0, keepdims=True) - support_deficit) <= CENT


@check("FTE roll-forward closes")
def check_fte_roll_forward(closing_fte, provider_fte, fte_change):
    """Opening + changes of the year = closing, in every category, where opening is last year's closing."""
    first = first_year(closing_fte) - first_year(fte_change)
    gap = np.abs(previous(closing_fte, first) + fte_change - closing_fte)
    below = (closing_fte < -TINY_SHARE) | (provider_fte < 0.0)
    return (gap.sum(axis=0, keepdims=True) <= TINY_SHARE) & (below.sum(axis=0, keepdims=True) == 0.0)


@check("Volumes are not negative")
def check_volumes(segment_exams, segment_work_rvus_per_exam):
    """No segment has negative exams or negative work RVUs per exam."""
    return ((segment_exams < 0.0) | (segment_work_rvus_per_exam < 0.0)).sum(axis=0, keepdims=True) == 0.0


@check("All work is read by somebody")
def check_covered(workload_rvus, staff_workload, outside_read_workload, locums_workload, extra_teleradiology_workload):
    """Staff + contracts + locums + teleradiology read the workload, within one hundredth of a work RVU."""
    readers = staff_workload + outside_read_workload + locums_workload + extra_teleradiology_workload
    return np.abs(workload_rvus - readers) <= CENT


@check("Contracted outside reads do not exceed the workload")
def check_outside_reads(workload_rvus, outside_read_workload):
    """Contracted outside reads ≤ workload."""
    return outside_read_workload <= workload_rvus + CENT


@check("The bridge from last year sums to the ask")
def check_bridge(actual_deficit, bridge_rates, bridge_volume, bridge_compensation, bridge_other_provider, bridge_operating,
                 support_deficit):
    """|last year's deficit + every step − support deficit| ≤ one cent."""
    steps = bridge_rates + bridge_volume + bridge_compensation + bridge_other_provider + bridge_operating
    return np.abs(actual_deficit + steps - support_deficit) <= CENT
