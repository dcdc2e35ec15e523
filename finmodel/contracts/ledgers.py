"""Who pays whom and when: the hospital's ledger by instance, the group's by what it is entitled to, and cash by month.

The two ledgers are built from different lines, so that a payment that one side books and the other does not is seen.
"""

import numpy as np

from finmodel.engine import YEAR, check, first_year, line, previous

CENT = 0.01


@line("Hospital: settled for the year before", unit="USD/year")
def true_up_paid(settlements):
    """Settlements of all parts of the year before."""
    return previous(settlements, first_year(settlements) * 0.0)


@line("Hospital: paid in the year", unit="USD/year")
def hospital_cash(advances, true_up_paid):
    """Advances of all parts + settlements of the year before."""
    return advances + true_up_paid


@line("Group: support entitled to since the start", unit="USD/year")
def support_entitled(total):
    """Sum of the total payment so far."""
    return np.cumsum(total, axis=YEAR)


@line("Group: true-up received", unit="USD/year")
def true_up_received(total, budget__total):
    """Total payment of the year before − the budget of it."""
    return previous(total - budget__total, first_year(total) * 0.0)


@line("Group: support received in the year", unit="USD/year")
def support_received(budget__total, true_up_received):
    """Budgeted total payment of the year + true-up of the year before."""
    return budget__total + true_up_received


@line("Group: receivable from the hospital at the end of the year", unit="USD/year")
def receivable(support_entitled, support_received):
    """Support entitled to since the start − support received since the start; below zero is owed to the hospital."""
    return support_entitled - np.cumsum(support_received, axis=YEAR)


@line("Group: revenue and support received", unit="USD/year")
def group_revenue(covered_collections, refunds_to_payers, covered_other_revenue, existing_payments_kept, support_received):
    """Collections − refunds to payers + other professional revenue + existing payments that stay + support received."""
    return covered_collections - refunds_to_payers + covered_other_revenue + existing_payments_kept + support_received


@check("What the hospital pays is what the group receives")
def check_cash(hospital_cash, support_received):
    """|Hospital's payments by part − support received by entitlement| ≤ one cent."""
    return np.abs(hospital_cash - support_received) <= CENT


@check("What the group is still owed is what the hospital still has to settle")
def check_receivable(receivable, total, support_received, settlements):
    """Opening receivable + total payment − received = closing = settlements of the year, each within one cent."""
    opening = previous(receivable, first_year(receivable) * 0.0)
    return (np.abs(opening + total - support_received - receivable) <= CENT) & (np.abs(receivable - settlements) <= CENT)


@check("Parts and effects of clauses sum to the total payment")
def check_parts(parts, own_date_parts, after_term, effects, total, contract_share_of_year, contract_in_force):
    """|Payments before clauses, in the contract's part of the year or after it, + effects of all clauses − total| ≤ one cent."""
    before = np.where(contract_in_force, parts * contract_share_of_year + own_date_parts, after_term)
    return np.abs(before + effects - total) <= CENT


@check("The deficit splits into payments and what is left")
def check_deficit(residual_deficit, payments, adjustment, existing_payments_kept, covered_expense, covered_collections,
                  covered_other_revenue, refunds_to_payers):
    """|What is left + payments of all parts + existing payments that stay − (expense − revenue after refunds)| ≤ one cent."""
    paid = residual_deficit + payments + adjustment + existing_payments_kept
    return np.abs(paid - (covered_expense - (covered_collections - refunds_to_payers) - covered_other_revenue)) <= CENT


@line("Hospital: interim payment of the month", unit="USD/month", table="months")
def interim_by_month(advances, month_interim_share):
    """Advances of the year × the part of them that falls due in the month."""
    return advances * month_interim_share


@line("Hospital: true-up of the month", unit="USD/month", table="months")
def true_up_by_month(true_up_paid, month_is_true_up):
    """Settlements of the year before, in the month agreed."""
    return true_up_paid * month_is_true_up


@line("Group: support received in the month", unit="USD/month", table="months")
def support_by_month(budget__total, month_interim_share, true_up_received, month_is_true_up):
    """Budgeted payment of the year × the part due in the month + true-up in the month agreed."""
    return budget__total * month_interim_share + true_up_received * month_is_true_up


@line("Collections received in the month", unit="USD/month", table="months")
def collections_by_month(covered_collections, days_in_receivables, month_of_year, month_in_year, refunded_share,
                         month_in_contract):
    """Collections arrive so many days after the service: ÷ 12 for services of this year, last year's for those before it.

    What payers get back is taken off in the months of the contract.
    """
    this_year = np.clip(month_of_year + 1.0 - days_in_receivables * 12.0 / 365.0, 0.0, 1.0)
    earlier = previous(covered_collections, first_year(covered_collections))
    received = (covered_collections * this_year + earlier * (1.0 - this_year)) / 12.0 * month_in_year
    return received * (1.0 - refunded_share * month_in_contract)


@line("Collections not yet received by a group that starts with nothing", unit="USD/month", table="months")
def start_up_dip_by_month(collections_by_month, days_in_receivables, months_in_contract_before, month_in_year):
    """Collections of the month × the part of its services that lies before the start: nil for a group that reads already."""
    since_start = np.clip(months_in_contract_before + 1.0 - days_in_receivables * 12.0 / 365.0, 0.0, 1.0)
    return collections_by_month * (1.0 - since_start) * month_in_year


@line("Other money received in the month", unit="USD/month", table="months")
def other_money_by_month(covered_other_revenue, covered_existing_payments, replaces_existing, month_in_contract, month_in_year):
    """(Other professional revenue + existing payments that the contract does not replace) ÷ 12."""
    kept = covered_existing_payments * (1.0 - replaces_existing * month_in_contract)
    return (covered_other_revenue + kept) / 12.0 * month_in_year


@line("Expense of the month", unit="USD/month", table="months")
def expense_by_month(covered_expense, month_in_year):
    """Expense of the year ÷ 12."""
    return covered_expense / 12.0 * month_in_year


@check("Cash by month sums to the year")
def check_months(support_by_month, hospital_cash, months_hold_year):
    """|Sum of the months' support − what the hospital pays in the year| ≤ one cent, in years whose months are all shown."""
    gap = np.abs(support_by_month.sum(axis=0, keepdims=True) - hospital_cash)
    return (gap <= CENT) | (months_hold_year == 0.0)
