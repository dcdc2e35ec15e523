"""What the hospital's alternatives cost it, at the volume and for the time of the proposal they stand beside.

Cost is settled cost, once the posts are filled, plus the transition: locums in posts still vacant, recruiting, reads that nobody
can bill yet. Settled cost follows what the alternative reads, which of *nothing* is what the group's leavers leave behind.
"""

import numpy as np

from finmodel.engine import YEAR, first_year, line, previous, ratio


@line("Cost of the proposal to the hospital", unit="USD/year")
def proposal_cost(total, existing_payments_kept):
    """Total payment + existing payments that stay."""
    return total + existing_payments_kept


@line("Cost of the proposal since the start", unit="USD")
def proposal_term_cost(proposal_cost, contract_in_force):
    """Sum of its cost over the years in force so far; the last year's is that of all years shown."""
    return np.cumsum(proposal_cost * contract_in_force, axis=YEAR)


@line("Present value of the cost of the proposal up to the year", unit="USD")
def proposal_present_value(proposal_cost, contract_in_force, discount_factor):
    """Sum of its cost × discount factor of the year over the years in force so far."""
    return np.cumsum(proposal_cost * contract_in_force * discount_factor, axis=YEAR)


@line("Work RVUs in scope, in the base year's schedule", unit="work RVU/year")
def covered_workload(covered_work_rvus, base_year_work_rvu_level, work_rvu_level):
    """Work RVUs in scope × level of the base year's schedule ÷ level of this year's: the work, whatever it is paid."""
    return covered_work_rvus * base_year_work_rvu_level / work_rvu_level


@line("Months since the start, at the end of the year", unit="month")
def months_since_start(contract_share_of_year):
    """Sum of 12 × share of the year in force so far."""
    return np.cumsum(contract_share_of_year, axis=YEAR) * 12.0


@line("Locums price per work RVU", unit="USD/work RVU")
def locums_price_per_work_rvu(locums_price, locums_work_rvus_per_day):
    """Locums price per day ÷ work RVUs per locums day."""
    return ratio(locums_price, locums_work_rvus_per_day)


@line("Is the year in which the contract starts", unit="factor")
def is_first_contract_year(months_since_start, contract_share_of_year):
    """One where all months since the start lie in the year, else zero."""
    return np.where((contract_share_of_year > 0.0) & (months_since_start <= contract_share_of_year * 12.0), 1.0, 0.0)


@line("Pay below the market without support", unit="share")
def pay_gap(radiologist_take_home_without_support, reference_pay_per_fte):
    """1 − take-home per radiologist FTE without new support ÷ reference pay per FTE; nothing where pay is not below it."""
    gap = 1.0 - ratio(radiologist_take_home_without_support, reference_pay_per_fte)
    return np.where(gap > 0.0, gap, 0.0)


@line("Part of the group that leaves in a year", unit="share/year", table="alternatives")
def alternative_leaving_share(alternative_group_leaving_share, alternative_leaving_rise_with_pay_gap, pay_gap):
    """Share that leaves at market pay × (1 + its rise with the pay gap × pay below the market), at most all."""
    return np.minimum(alternative_group_leaving_share * (1.0 + alternative_leaving_rise_with_pay_gap * pay_gap), 1.0)


@line("Part of the group that stays through the year", unit="share", table="alternatives")
def alternative_staying_share(alternative_leaving_share, contract_share_of_year):
    """(1 − part that leaves in a year) to the power of the share of the year in force."""
    return np.power(1.0 - alternative_leaving_share, contract_share_of_year)


@line("Share of the work that the alternative reads", unit="share", table="alternatives")
def alternative_share_read(alternative_staying_share, alternative_leaving_share, contract_share_of_year):
    """1 − product of the parts that stayed in the years before × what of this year's part stays until its middle."""
    before = previous(np.cumprod(alternative_staying_share, axis=YEAR), first_year(alternative_staying_share) * 0.0 + 1.0)
    return 1.0 - before * np.power(1.0 - alternative_leaving_share, contract_share_of_year / 2.0)


@line("Work that the alternative reads", unit="work RVU/year", table="alternatives")
def alternative_workload(covered_workload, alternative_share_read):
    """Work in scope × share that the alternative reads."""
    return covered_workload * alternative_share_read


@line("Posts of the alternative", unit="FTE", table="alternatives")
def alternative_fte(alternative_workload, alternative_staffed_share, alternative_work_rvus_per_fte, alternative_coverage_fte,
                    alternative_share_read):
    """Work × share read by staff ÷ work RVUs per FTE + posts that coverage alone needs × share that the alternative reads."""
    return (alternative_workload * alternative_staffed_share / alternative_work_rvus_per_fte
            + alternative_coverage_fte * alternative_share_read)


@line("Index of the alternative's cost", unit="factor", table="alternatives")
def alternative_cost_index(alternative_cost_trend, growth_applies):
    """Product of 1 + yearly trend."""
    return np.cumprod(1.0 + alternative_cost_trend * growth_applies, axis=YEAR)


@line("Staff of the alternative", unit="USD/year", table="alternatives")
def alternative_staff_cost(alternative_fte, alternative_pay_per_fte, alternative_benefits_share, alternative_other_cost_per_fte,
                           alternative_cost_index):
    """Posts × (pay × (1 + benefits) + other cost per FTE) × cost index."""
    cost_per_fte = alternative_pay_per_fte * (1.0 + alternative_benefits_share) + alternative_other_cost_per_fte
    return alternative_fte * cost_per_fte * alternative_cost_index


@line("Reads the alternative buys", unit="USD/year", table="alternatives")
def alternative_bought_cost(alternative_workload, alternative_staffed_share, alternative_teleradiology_share,
                            extra_teleradiology_price, locums_price_per_work_rvu):
    """Work × (share by teleradiology × its price per work RVU + what remains × locums price per work RVU)."""
    locums_share = 1.0 - alternative_staffed_share - alternative_teleradiology_share
    return alternative_workload * (alternative_teleradiology_share * extra_teleradiology_price
                                   + locums_share * locums_price_per_work_rvu)


@line("Recruiting cost per FTE of the alternative", unit="USD/FTE", table="alternatives")
def alternative_recruiting_price(alternative_recruiting_cost_per_fte, alternative_cost_index):
    """Recruiting cost per FTE × cost index."""
    return alternative_recruiting_cost_per_fte * alternative_cost_index


@line("Recruiting of the alternative for those who leave", unit="USD/year", table="alternatives")
def alternative_turnover_cost(alternative_fte, alternative_turnover, alternative_recruiting_price):
    """Posts × yearly turnover × recruiting cost per FTE."""
    return alternative_fte * alternative_turnover * alternative_recruiting_price


@line("Management of the alternative", unit="USD/year", table="alternatives")
def alternative_management_cost(alternative_staff_cost, alternative_bought_cost, alternative_turnover_cost,
                                alternative_management_share):
    """(Staff + bought reads + recruiting) × share for management and margin."""
    return (alternative_staff_cost + alternative_bought_cost + alternative_turnover_cost) * alternative_management_share


@line("Collections of the alternative after billing", unit="USD/year", table="alternatives")
def alternative_collections(covered_collections, refunds_to_payers, alternative_share_read, alternative_collection_ratio,
                            alternative_billing_share):
    """(Collections in scope − refunds to payers) × share read × part that is collected of them × (1 − cost of billing)."""
    collected = (covered_collections - refunds_to_payers) * alternative_share_read * alternative_collection_ratio
    return collected * (1.0 - alternative_billing_share)


@line("Other professional revenue of the alternative", unit="USD/year", table="alternatives")
def alternative_other_revenue(covered_other_revenue, alternative_share_read):
    """Other professional revenue in scope × share read."""
    return covered_other_revenue * alternative_share_read


@line("Settled cost of the alternative in a full year", unit="USD/year", table="alternatives")
def alternative_settled_cost(alternative_staff_cost, alternative_bought_cost, alternative_turnover_cost,
                             alternative_management_cost, alternative_collections, alternative_other_revenue,
                             alternative_collected_by_is_operator):
    """Staff + bought reads + recruiting + management − collections − other revenue; an operator keeps what exceeds its cost."""
    cost = alternative_staff_cost + alternative_bought_cost + alternative_turnover_cost + alternative_management_cost
    need = cost - alternative_collections - alternative_other_revenue
    return np.where(alternative_collected_by_is_operator, np.maximum(need, 0.0), need)


@line("Vacant months of all posts", unit="month", table="alternatives")
def alternative_vacant_months(months_since_start, contract_share_of_year, alternative_vacant_share_at_start,
                              alternative_transition_months):
    """Vacant share at the start, falling evenly to zero over the transition, × months of the year in which it lies."""
    end = np.minimum(months_since_start, alternative_transition_months)
    begin = np.minimum(months_since_start - contract_share_of_year * 12.0, alternative_transition_months)
    mean_share_left = 1.0 - (begin + end) / (2.0 * alternative_transition_months)
    return alternative_vacant_share_at_start * (end - begin) * mean_share_left


@line("Months of reads not collected", unit="month", table="alternatives")
def alternative_uncollected_months(months_since_start, contract_share_of_year, alternative_months_not_collected):
    """Months not collected since the start that lie in the year."""
    before = months_since_start - contract_share_of_year * 12.0
    return np.minimum(months_since_start, alternative_months_not_collected) - np.minimum(before, alternative_months_not_collected)


@line("Extra cost of a month in which all posts are vacant", unit="USD/month", table="alternatives")
def alternative_vacancy_cost(alternative_workload, alternative_staffed_share, locums_price_per_work_rvu, alternative_staff_cost):
    """(Work of the staff × locums price per work RVU − cost of the staff) ÷ 12."""
    return (alternative_workload * alternative_staffed_share * locums_price_per_work_rvu - alternative_staff_cost) / 12.0


@line("First recruiting of the alternative", unit="USD/year", table="alternatives")
def alternative_first_recruiting(alternative_fte, alternative_vacant_share_at_start, alternative_recruiting_price,
                                 is_first_contract_year):
    """Posts vacant at the start × recruiting cost per FTE, in the year in which the contract starts."""
    return alternative_fte * alternative_vacant_share_at_start * alternative_recruiting_price * is_first_contract_year


@line("Transition of the alternative", unit="USD/year", table="alternatives")
def alternative_transition_cost(alternative_vacant_months, alternative_vacancy_cost, alternative_first_recruiting,
                                alternative_uncollected_months, alternative_collections):
    """Vacant months × their extra cost + first recruiting + months not collected × collections ÷ 12."""
    return (alternative_vacant_months * alternative_vacancy_cost + alternative_first_recruiting
            + alternative_uncollected_months * alternative_collections / 12.0)


@line("Existing payments beside the alternative", unit="USD/year", table="alternatives")
def alternative_existing_payments(covered_existing_payments, contract_share_of_year, alternative_keeps_existing_payments):
    """Existing payments in scope; from the start on only where the alternative keeps them."""
    return covered_existing_payments * (1.0 - contract_share_of_year * (1.0 - alternative_keeps_existing_payments))


@line("Cost of the alternative to the hospital", unit="USD/year", table="alternatives")
def alternative_cost(alternative_settled_cost, contract_share_of_year, alternative_transition_cost,
                     alternative_existing_payments):
    """Settled cost × share of the year in force + transition + existing payments beside it."""
    return alternative_settled_cost * contract_share_of_year + alternative_transition_cost + alternative_existing_payments


@line("Net new money of the alternative", unit="USD/year", table="alternatives")
def alternative_net_new_cost(alternative_cost, covered_existing_payments):
    """Cost of the alternative − what the hospital pays today."""
    return alternative_cost - covered_existing_payments


@line("Cost of the alternative since the start", unit="USD", table="alternatives")
def alternative_term_cost(alternative_cost, contract_in_force):
    """Sum of its cost over the years in force so far; the last year's is that of all years shown."""
    return np.cumsum(alternative_cost * contract_in_force, axis=YEAR)


@line("Present value of the alternative up to the year", unit="USD", table="alternatives")
def alternative_present_value(alternative_cost, contract_in_force, discount_factor):
    """Sum of its cost × discount factor of the year over the years in force so far."""
    return np.cumsum(alternative_cost * contract_in_force * discount_factor, axis=YEAR)


@line("Vacant months of all posts in the first quarter", unit="month", table="alternatives")
def alternative_quarter_vacant_months(alternative_vacant_share_at_start, alternative_transition_months):
    """Vacant share at the start, falling evenly over the transition, × its months among the first three."""
    months = np.minimum(3.0, alternative_transition_months)
    return alternative_vacant_share_at_start * months * (1.0 - months / (2.0 * alternative_transition_months))


@line("Cost of the alternative in the first quarter", unit="USD", table="alternatives")
def alternative_transition_quarter(alternative_settled_cost, alternative_quarter_vacant_months, alternative_vacancy_cost,
                                   alternative_first_recruiting, alternative_months_not_collected, alternative_collections,
                                   is_first_contract_year):
    """A quarter of settled cost + vacant months × their extra cost + first recruiting + months not collected × collections ÷ 12.

    The first three months, in the year in which the contract starts; recruiting for the start is taken to fall into them.
    """
    uncollected = np.minimum(3.0, alternative_months_not_collected) * alternative_collections / 12.0
    extra = alternative_quarter_vacant_months * alternative_vacancy_cost + alternative_first_recruiting + uncollected
    return (alternative_settled_cost / 4.0 + extra) * is_first_contract_year
