"""What a proposal comes to, per year: payments, what they leave uncovered, what is new money, and what leaving early costs."""

import numpy as np

from finmodel.engine import YEAR, line, ratio


@line("Total payment", unit="USD/year")
def total(full_year_adjusted, contract_share_of_year, after_term):
    """Payment of a full year × share of the year in which the contract is in force; after the term what still comes back."""
    return np.where(contract_share_of_year == 0.0, after_term, full_year_adjusted * contract_share_of_year)


@line("Most the hospital can owe", unit="USD/year")
def most_owed(full_year_most_adjusted, contract_share_of_year):
    """Most of a full year × share of the year in which the contract is in force."""
    return np.where(contract_share_of_year == 0.0, 0.0, full_year_most_adjusted * contract_share_of_year)


@line("Refunds to payers", unit="USD/year")
def refunds_to_payers(covered_collections, refunded_share, contract_in_force):
    """Collections in scope × part returned to payers as the contract counts it, in the years of the contract."""
    return covered_collections * refunded_share * contract_in_force


@line("Deficit in scope after refunds to payers", unit="USD/year")
def deficit_after_refunds(covered_deficit, refunds_to_payers):
    """Deficit in scope + refunds to payers, which collections as projected still contain."""
    return covered_deficit + refunds_to_payers


@line("Deficit left uncovered", unit="USD/year")
def residual_deficit(deficit_after_refunds, existing_payments_kept, total):
    """Deficit in scope after refunds − existing payments that stay − total payment; below zero is a surplus of the group."""
    return deficit_after_refunds - existing_payments_kept - total


@line("Existing payments beside the contract", unit="USD/year")
def existing_payments_beside(covered_existing_payments, replaces_existing):
    """Existing payments in scope, of a full year, unless the contract replaces them: they meet a part of the need already."""
    return covered_existing_payments * (1.0 - replaces_existing)


@line("Existing payments that stay", unit="USD/year")
def existing_payments_kept(covered_existing_payments, replaces_existing, contract_share_of_year):
    """Existing payments in scope × (1 − share of the year in which the contract replaces them)."""
    return covered_existing_payments * (1.0 - replaces_existing * contract_share_of_year)


@line("Net new money", unit="USD/year")
def net_new_payment(total, existing_payments_kept, covered_existing_payments):
    """Total payment + existing payments that stay − what the hospital pays today."""
    return total + existing_payments_kept - covered_existing_payments


@line("Share of the deficit covered", unit="share")
def deficit_share_covered(total, existing_payments_beside, deficit_after_refunds, contract_share_of_year):
    """(Total payment + existing payments beside it) ÷ deficit in scope after refunds, in force; not available without one."""
    covered = total + existing_payments_beside * contract_share_of_year
    return np.where(deficit_after_refunds > 0.0, ratio(covered, deficit_after_refunds * contract_share_of_year), np.nan)


@line("Radiologist FTE in scope", unit="FTE")
def covered_radiologist_fte(radiologist_fte, covered_cost_share):
    """Radiologist FTE × share of cost in scope."""
    return radiologist_fte * covered_cost_share


@line("Payment per radiologist FTE", unit="USD/FTE/year")
def payment_per_fte(total, covered_radiologist_fte):
    """Total payment ÷ radiologist FTE in scope."""
    return ratio(total, covered_radiologist_fte)


@line("Discount factor", unit="factor")
def discount_factor(valuation_discount_rate, discount_years):
    """(1 + discount rate) to the power of − years from the start to when the payments fall due."""
    return np.power(1.0 + valuation_discount_rate, -discount_years)


@line("Discounted payment", unit="USD/year")
def discounted_payment(total, discount_factor):
    """Total payment × discount factor of the year."""
    return total * discount_factor


@line("Present value of the payments up to the year", unit="USD")
def present_value(discounted_payment):
    """Sum of the discounted payments so far; the last year's is that of all years shown."""
    return np.cumsum(discounted_payment, axis=YEAR)


@line("Payments up to the year", unit="USD")
def paid_so_far(total):
    """Sum of the total payments so far; the last year's is that of all years shown."""
    return np.cumsum(total, axis=YEAR)


@line("Net new money up to the year", unit="USD")
def net_new_so_far(net_new_payment):
    """Sum of the net new money so far; the last year's is that of all years shown."""
    return np.cumsum(net_new_payment, axis=YEAR)


@line("Payment during notice", unit="USD/year")
def notice_payment(total, paid_on_own_dates, contract_share_of_year, notice_days, days_left):
    """Notice in days, at most what is left of the term, ÷ 365 × the payment of a full year without what is paid on own dates."""
    full_year = np.where(contract_share_of_year > 0.0, ratio(total - paid_on_own_dates, contract_share_of_year), 0.0)
    return np.minimum(notice_days, days_left) / 365.0 * full_year


@line("Cost to the hospital of leaving at the end of the year", unit="USD/year")
def cost_of_leaving(owed_if_hospital_leaves, unamortised, days_left):
    """What the hospital owes if it leaves + recruitment not yet earned, which is forgiven; nothing once the term has ended."""
    return owed_if_hospital_leaves + np.where(days_left > 0.0, unamortised, 0.0)


@line("Hospital ends it at the end of the year: the hospital owes", unit="USD/year")
def owed_if_hospital_leaves(notice_payment, notice_tail, days_left):
    """Payment during notice + tail; nothing once the term has ended."""
    return np.where(days_left > 0.0, notice_payment + notice_tail, 0.0)


@line("Group ends it at the end of the year: the group owes", unit="USD/year")
def owed_if_group_leaves(clawback, days_left):
    """Loans and bonuses not yet earned, with interest, as if every recruit left; nothing once the term has ended."""
    return np.where(days_left > 0.0, clawback, 0.0)
