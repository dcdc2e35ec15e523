"""Revenue: payer mix by work RVU, revenue per work RVU by payer, collections, and what else the profession brings in."""

import numpy as np

from finmodel.engine import YEAR, line, ratio, spread, total_by


@line("Payer share of work RVUs", unit="share", table="site_payers")
def site_payer_share(site_payer_base_share, site_payer_annual_shift, years_since_base):
    """Base-year share + yearly shift × years since the base year."""
    return site_payer_base_share + site_payer_annual_shift * years_since_base


@line("Work RVUs by site and payer", unit="work RVU/year", table="site_payers")
def site_payer_work_rvus(site_payer_share, site_work_rvus, site_payer_site):
    """Payer share × work RVUs of the site."""
    return site_payer_share * spread(site_work_rvus, site_payer_site)


@line("Work RVUs by payer", unit="work RVU/year", table="payers")
def payer_work_rvus(site_payer_work_rvus, site_payer_payer):
    """Work RVUs summed by payer."""
    return total_by(site_payer_work_rvus, site_payer_payer)


@line("Geographic index of Medicare's payment", unit="factor")
def medicare_geographic_index(geographic_index, work_gpci_floor_benefit, work_gpci_floor_in_force):
    """Index with the work floor × (1 − what the floor is worth × share of the year without it)."""
    return geographic_index * (1.0 - work_gpci_floor_benefit * (1.0 - work_gpci_floor_in_force))


@line("Medicare's payment per work RVU", unit="USD/work RVU")
def medicare_payment_per_work_rvu(conversion_factor, total_rvus_per_work_rvu, medicare_geographic_index):
    """Conversion factor × total RVUs per work RVU × geographic index."""
    return conversion_factor * total_rvus_per_work_rvu * medicare_geographic_index


@line("Medicare's payment per work RVU, base year", unit="USD/work RVU")
def base_medicare_payment_per_work_rvu(medicare_payment_per_work_rvu, is_base_year):
    """Medicare's payment per work RVU in the base year, held."""
    return np.cumsum(medicare_payment_per_work_rvu * is_base_year, axis=YEAR)


@line("Work RVU level, base year", unit="factor")
def base_work_rvu_level(work_rvu_level, is_base_year):
    """Work RVU level of the base year's schedule, held."""
    return np.cumsum(work_rvu_level * is_base_year, axis=YEAR)


@line("Medicare price index", unit="factor")
def medicare_price_index(medicare_payment_per_work_rvu, base_medicare_payment_per_work_rvu):
    """Medicare's payment per work RVU ÷ that of the base year."""
    return ratio(medicare_payment_per_work_rvu, base_medicare_payment_per_work_rvu)


@line("Unit price index of fixed contracts", unit="factor")
def fixed_contract_price_index(base_work_rvu_level, work_rvu_level):
    """Base-year work RVU level ÷ the year's level.

    A price per exam that does not follow Medicare's schedule stays when the schedule shrinks the work RVU, so its price
    per work RVU rises in proportion.
    """
    return ratio(base_work_rvu_level, work_rvu_level)


@line("Share kept after sequestration", unit="share", table="payers")
def payer_sequestration_factor(payer_is_sequestered, sequestration, medicare_paid_share):
    """1 − sequestration × the share of the allowed amount that Medicare itself pays, for payers it applies to."""
    return 1.0 - payer_is_sequestered * sequestration * medicare_paid_share


@line("Revenue per work RVU from Medicare's price", unit="USD/work RVU", table="payers")
def payer_rate_from_medicare(base_medicare_payment_per_work_rvu, payer_multiple_of_medicare, payer_collection_rate,
                             payer_sequestration_factor):
    """Medicare's base-year payment per work RVU × multiple of Medicare × collection rate × share kept after sequestration."""
    return (base_medicare_payment_per_work_rvu * payer_multiple_of_medicare * payer_collection_rate
            * payer_sequestration_factor)


@line("Work RVUs at the group's rates by site and payer", unit="work RVU/year", table="site_payers")
def site_payer_rated_work_rvus(site_payer_work_rvus, site_rate_ratio, site_payer_site):
    """Work RVUs × rate ratio of the site: as many at the group's rates would collect as much."""
    return site_payer_work_rvus * spread(site_rate_ratio, site_payer_site)


@line("Work RVUs at the group's rates by payer", unit="work RVU/year", table="payers")
def payer_rated_work_rvus(site_payer_rated_work_rvus, site_payer_payer):
    """Work RVUs at the group's rates summed by payer."""
    return total_by(site_payer_rated_work_rvus, site_payer_payer)


@line("Work RVUs at the group's rates by payer, base year", unit="work RVU/year", table="payers")
def base_payer_rated_work_rvus(payer_rated_work_rvus, is_base_year):
    """Work RVUs at the group's rates of the payer in the base year, held."""
    return np.cumsum(payer_rated_work_rvus * is_base_year, axis=YEAR)


@line("Revenue per work RVU from last collections", unit="USD/work RVU", table="payers")
def payer_rate_from_collections(payer_base_year_collections, base_payer_rated_work_rvus):
    """The payer's base-year collections ÷ its base-year work RVUs at the group's rates."""
    return ratio(payer_base_year_collections, base_payer_rated_work_rvus)


@line("Revenue per work RVU, base year", unit="USD/work RVU", table="payers")
def base_payer_rate(payer_rate_is_given, payer_rate_is_from_collections, payer_collected_per_work_rvu,
                    payer_rate_from_collections, payer_rate_from_medicare):
    """As given, or from base-year collections, or from Medicare's price: whichever basis the payer states."""
    return np.where(payer_rate_is_given, payer_collected_per_work_rvu,
                    np.where(payer_rate_is_from_collections, payer_rate_from_collections, payer_rate_from_medicare))


@line("Price trend", unit="factor", table="payers")
def payer_price_trend(payer_annual_trend, growth_applies):
    """Product over the years of 1 + the payer's own yearly trend."""
    return np.cumprod(1.0 + payer_annual_trend * growth_applies, axis=YEAR)


@line("Price index", unit="factor", table="payers")
def payer_price_index(payer_medicare_indexed_share, medicare_price_index, fixed_contract_price_index, payer_price_trend):
    """Own trend × (share indexed to Medicare × Medicare price index + the rest × unit price index of fixed contracts)."""
    return payer_price_trend * (payer_medicare_indexed_share * medicare_price_index
                                + (1.0 - payer_medicare_indexed_share) * fixed_contract_price_index)


@line("Revenue per work RVU by payer", unit="USD/work RVU", table="payers")
def payer_revenue_per_work_rvu(base_payer_rate, payer_price_index):
    """Base-year revenue per work RVU × price index, at the group's own rates."""
    return base_payer_rate * payer_price_index


@line("Revenue per work RVU as a multiple of Medicare", unit="factor", table="payers")
def payer_rate_multiple_of_medicare(payer_revenue_per_work_rvu, medicare_payment_per_work_rvu):
    """Revenue per work RVU ÷ Medicare's payment per work RVU."""
    return ratio(payer_revenue_per_work_rvu, medicare_payment_per_work_rvu)


@line("Rate ratio when the hospital bills", unit="factor", table="facilities")
def facility_rate_ratio(facility_hospital_bills, facility_hospital_rate_ratio):
    """1 where the group bills; the hospital's rates ÷ the group's rates where the hospital bills."""
    return 1.0 + facility_hospital_bills * (facility_hospital_rate_ratio - 1.0)


@line("Rate ratio by site", unit="factor", table="sites")
def site_rate_ratio(facility_rate_ratio, site_facility):
    """Rate ratio of the site's facility."""
    return spread(facility_rate_ratio, site_facility)


@line("Price by site and payer", unit="USD/work RVU", table="site_payers")
def site_payer_price(payer_revenue_per_work_rvu, site_payer_payer):
    """The payer's revenue per work RVU at the group's rates."""
    return spread(payer_revenue_per_work_rvu, site_payer_payer)


@line("Collections by site and payer", unit="USD/year", table="site_payers")
def site_payer_collections(site_payer_rated_work_rvus, site_payer_price):
    """Work RVUs at the group's rates × the group's price."""
    return site_payer_rated_work_rvus * site_payer_price


@line("Collections by payer", unit="USD/year", table="payers")
def payer_collections(site_payer_collections, site_payer_payer):
    """Collections summed by payer."""
    return total_by(site_payer_collections, site_payer_payer)


@line("Professional collections", unit="USD/year")
def collections(payer_collections):
    """Sum of collections over payers: what payers and patients pay for the reads, whoever bills.

    What a hospital collects where it bills counts as passed on to the group.
    """
    return payer_collections.sum(axis=0, keepdims=True)


@line("Weighted price by site and payer", unit="USD/work RVU", table="site_payers")
def site_payer_weighted_price(site_payer_share, site_payer_price):
    """Payer share × price."""
    return site_payer_share * site_payer_price


@line("Collections per work RVU by site", unit="USD/work RVU", table="sites")
def site_revenue_per_work_rvu(site_payer_weighted_price, site_payer_site, site_rate_ratio):
    """Mix-weighted price of the site × its rate ratio."""
    return total_by(site_payer_weighted_price, site_payer_site) * site_rate_ratio


@line("Collections by site", unit="USD/year", table="sites")
def site_collections(site_work_rvus, site_revenue_per_work_rvu):
    """Work RVUs of the site × its collections per work RVU."""
    return site_work_rvus * site_revenue_per_work_rvu


@line("Collections by setting", unit="USD/year", table="settings")
def setting_collections(site_collections, site_setting):
    """Collections summed by setting."""
    return total_by(site_collections, site_setting)


@line("Collections per work RVU by setting", unit="USD/work RVU", table="settings")
def setting_revenue_per_work_rvu(setting_collections, setting_work_rvus):
    """Collections ÷ work RVUs of the setting."""
    return ratio(setting_collections, setting_work_rvus)


@line("Collections by facility", unit="USD/year", table="facilities")
def facility_collections(site_collections, site_facility):
    """Collections summed by facility."""
    return total_by(site_collections, site_facility)


@line("Collections that the group bills, by facility", unit="USD/year", table="facilities")
def facility_collections_billed_by_group(facility_collections, facility_hospital_bills):
    """Collections × share of the year in which the group, not the hospital, bills."""
    return facility_collections * (1.0 - facility_hospital_bills)


@line("Collections that the group bills", unit="USD/year")
def collections_billed_by_group(facility_collections_billed_by_group):
    """Sum over facilities."""
    return facility_collections_billed_by_group.sum(axis=0, keepdims=True)


@line("Collections that hospitals bill", unit="USD/year")
def collections_billed_by_hospitals(collections, collections_billed_by_group):
    """Professional collections − collections that the group bills; owed to the group by the hospitals that bill."""
    return collections - collections_billed_by_group


@line("Receivables of the group at year end", unit="USD")
def receivables(collections_billed_by_group, days_in_receivables):
    """Collections that the group bills × days in receivables ÷ 365."""
    return collections_billed_by_group * days_in_receivables / 365.0


@line("Other professional revenue by source", unit="USD/year", table="other_revenue")
def other_revenue_amount(other_revenue_base_amount, other_revenue_annual_growth, growth_applies):
    """Base-year amount grown by its own yearly growth."""
    return other_revenue_base_amount * np.cumprod(1.0 + other_revenue_annual_growth * growth_applies, axis=YEAR)


@line("Other professional revenue", unit="USD/year")
def other_professional_revenue(other_revenue_amount):
    """Sum over sources; no hospital payment is in it."""
    return other_revenue_amount.sum(axis=0, keepdims=True)


@line("Other professional revenue by facility", unit="USD/year", table="facilities")
def facility_other_revenue(other_revenue_amount, other_revenue_facility):
    """Other professional revenue earned at the facility."""
    return total_by(other_revenue_amount, other_revenue_facility)


@line("Total revenue", unit="USD/year")
def total_revenue(collections, other_professional_revenue):
    """Professional collections + other professional revenue, without hospital payments."""
    return collections + other_professional_revenue


@line("Existing hospital payments", unit="USD/year")
def existing_hospital_payments(hospital_payment_amount):
    """Sum of the payments the hospitals make today, kept apart from professional revenue."""
    return hospital_payment_amount.sum(axis=0, keepdims=True)


@line("Existing hospital payments by facility", unit="USD/year", table="facilities")
def facility_existing_payments(hospital_payment_amount, hospital_payment_facility):
    """Payments made today by the facility."""
    return total_by(hospital_payment_amount, hospital_payment_facility)
