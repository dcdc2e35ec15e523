"""Answers of quick start become a whole practice: what was answered is the client's, the rest comes from the defaults."""

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass

from finmodel.assumptions.answers import AdvancedPracticeProviders, Answers, Radiologists
from finmodel.assumptions.defaults import Defaults
from finmodel.assumptions.practice import (
    Actuals,
    Expense,
    Facility,
    HospitalPayment,
    OutsideReads,
    Payer,
    Practice,
    Provider,
    Service,
    Shortfall,
)
from finmodel.assumptions.quantity import Quantity, Setting, Unit
from finmodel.assumptions.reference import Benchmark
from finmodel.assumptions.splitting import (
    client,
    collections_of,
    filled,
    other_revenue,
    payer_mix,
    segments_of,
    served,
    site_keys,
    work_of,
)

# Work RVUs per FTE are written with six decimals; what that leaves goes into the locums day, or is spare time.
STEPS_PER_WORK_RVU = 1_000_000


@dataclass(frozen=True)
class Reading:
    """Who reads the base year's work."""

    workload: float
    contract_reads: int
    contract_work: float
    locums_work: float
    staff_factor: float
    work_rvus_per_radiologist_fte: float


def reading(answers: Answers, defaults: Defaults) -> Reading:
    """Who reads the work: the staff reads what neither the contract nor locums read, each kind in its default proportion."""
    workload = sum(work_of(lines) for settings in segments_of(answers, defaults).values() for lines in settings.values())
    contract, shortfall = defaults.outside_reads, defaults.shortfall
    teleradiology, locums = answers.costs.teleradiology or 0.0, answers.costs.locums or 0.0
    reads = max(1, round(teleradiology / contract.price_per_read.values[0])) if teleradiology else 0
    contract_work = reads * contract.work_rvus_per_read.values[0]
    locums_work = locums / shortfall.locums_price_per_day.values[0] * shortfall.locums_work_rvus_per_day.values[0]
    fte = {kind: getattr(answers.people, kind).fte or 0.0 for kind in defaults.providers}
    usual = {kind: fte[kind] * default.work_rvus_per_fte.values[0] for kind, default in defaults.providers.items()}
    radiologists = [kind for kind, default in defaults.providers.items() if default.kind == "radiologist"]
    factor = (workload - contract_work - locums_work) / sum(usual.values())
    per_fte = factor * sum(usual[kind] for kind in radiologists) / sum(fte[kind] for kind in radiologists)
    return Reading(workload, reads, contract_work, locums_work, factor, per_fte)


def filled_practice(answers: Answers, defaults: Defaults, benchmarks: Mapping[str, Benchmark]) -> Practice:
    """The whole practice of complete answers."""
    year = answers.base_year or 0
    segments, who_reads = segments_of(answers, defaults), reading(answers, defaults)
    providers = _providers(answers, defaults, benchmarks, who_reads)
    chosen = answers.people.compensation_benchmark or defaults.benchmark.compensation
    return Practice(
        name=answers.name or "", description="Made by quick start; whatever was not answered is filled in and says so.",
        base_year=year, horizon_years=defaults.horizon_years, work_rvu_schedule_year=year,
        hospital_fiscal_year_starts_in_month=defaults.hospital_fiscal_year_starts_in_month,
        cost_allocation=defaults.cost_allocation, full_time=defaults.full_time, medicare=defaults.medicare,
        collection=defaults.collection, benchmark=defaults.benchmark.model_copy(update={"compensation": chosen}),
        facilities={key: Facility(label=site.name, in_scope=site.in_scope,
                                  hospital_bills=client(float(site.billed_by == "hospital"), "share"),
                                  hospital_rate_ratio=defaults.hospital_billing.hospital_rate_ratio)
                    for key, site in zip(site_keys(answers), answers.sites, strict=True)},
        volumes=segments, payers=_payers(answers, defaults), payer_mix=payer_mix(answers, defaults, segments),
        other_revenue=other_revenue(answers, defaults, segments), hospital_payments=_hospital_payments(answers),
        providers=providers, ramp=defaults.ramp, outside_reads=_outside_reads(answers, defaults, who_reads),
        shortfall=_shortfall(answers, defaults, who_reads, providers), inflation=defaults.inflation,
        expenses=_expenses(answers, defaults), service_schedule=_services(answers, defaults),
        actuals=_actuals(answers, who_reads))


def _payers(answers: Answers, defaults: Defaults) -> dict[str, Payer]:
    return {key: Payer(label=defaults.payers[key].label, base_year_collections=client(amount, "USD/year"),
                       medicare_indexed_share=defaults.payers[key].medicare_indexed_share,
                       annual_trend=defaults.payers[key].annual_trend) for key, amount in collections_of(answers).items()}


def _hospital_payments(answers: Answers) -> dict[str, HospitalPayment]:
    return {f"existing_{key}": HospitalPayment(label=f"Paid today by {site.name}"[:400], facility=key,
                                               amount=client(site.existing_payments, "USD/year"))
            for key, site in zip(site_keys(answers), answers.sites, strict=True) if site.existing_payments}


def _providers(answers: Answers, defaults: Defaults, benchmarks: Mapping[str, Benchmark],
               who_reads: Reading) -> dict[str, Provider]:
    """Every kind with FTE. Capacity is rounded down where locums read the rest, and up where nobody does."""
    rounded = math.floor if answers.costs.locums else math.ceil
    chosen = benchmarks[answers.people.compensation_benchmark or defaults.benchmark.compensation]
    costs, found = answers.costs, {}
    for key, default in defaults.providers.items():
        person = getattr(answers.people, key)
        if not person.fte:
            continue
        is_radiologist = default.kind == "radiologist"
        reads = rounded(default.work_rvus_per_fte.values[0] * who_reads.staff_factor * STEPS_PER_WORK_RVU) / STEPS_PER_WORK_RVU
        per_fte = costs.benefits_per_fte if is_radiologist else None
        rate = client(costs.benefits_share, "share") if costs.benefits_share is not None else default.benefits_rate
        premium = costs.malpractice_per_fte if is_radiologist else None
        found[key] = Provider(
            label=default.label, kind=default.kind, owner=default.owner, fte=client(person.fte, "FTE"),
            work_rvus_per_fte=filled(default.work_rvus_per_fte, reads, "what the staff reads so that your volumes are read, each "
                                                                       "kind in its default proportion to the others"),
            compensation_per_fte=_pay(person, chosen, defaults.advanced_practice.compensation_per_fte),
            compensation_trend=default.compensation_trend,
            benefits_per_fte=client(per_fte, "USD/FTE/year") if per_fte is not None else None,
            benefits_rate=rate if per_fte is None else None,
            malpractice_per_fte=client(premium, "USD/FTE/year") if premium is not None else default.malpractice_per_fte,
            **dict(defaults.provider_defaults))
    return found


def _pay(person: Radiologists | AdvancedPracticeProviders, benchmark: Benchmark, usual: Quantity) -> Quantity:
    """The pay answered, or at the percentile answered, or what is usual for those who are not asked for a percentile."""
    if person.pay_per_fte is not None:
        return client(person.pay_per_fte, "USD/FTE/year")
    if isinstance(person, AdvancedPracticeProviders):
        return usual
    point = benchmark.quantity_at(person.pay_percentile or 0.0)
    return filled(point, point.values[0], f"percentile {person.pay_percentile:g}: {benchmark.label}"[:400])


def _outside_reads(answers: Answers, defaults: Defaults, who_reads: Reading) -> dict[str, OutsideReads]:
    if not who_reads.contract_reads:
        return {}
    contract, reads = defaults.outside_reads, who_reads.contract_reads
    return {"after_hours": OutsideReads(
        label=contract.label, work_rvus_per_read=contract.work_rvus_per_read, annual_growth=contract.annual_growth,
        base_reads=Quantity(value=reads, unit="read/year", status=contract.price_per_read.status,
                            as_of=contract.price_per_read.as_of, note="the total answered ÷ the default price"),
        price_per_read=filled(contract.price_per_read, (answers.costs.teleradiology or 0.0) / reads,
                              "the total answered ÷ the reads"),
        price_trend=contract.price_trend)}


def _shortfall(answers: Answers, defaults: Defaults, who_reads: Reading, providers: Mapping[str, Provider]) -> Shortfall:
    """The default terms, and a locums day that reads as much as makes locums cost what was answered."""
    if not answers.costs.locums:
        return defaults.shortfall
    terms = defaults.shortfall
    capacity = sum(one.fte.values[0] * one.work_rvus_per_fte.values[0] for one in providers.values())
    left = who_reads.workload - who_reads.contract_work - capacity
    a_day = left * terms.locums_price_per_day.values[0] / answers.costs.locums
    return terms.model_copy(update={"locums_work_rvus_per_day": filled(
        terms.locums_work_rvus_per_day, a_day, "default, moved by a hair so that locums cost the total answered")})


def _expenses(answers: Answers, defaults: Defaults) -> dict[str, Expense]:
    """An expense for each total that was answered; billing as a share of collections unless its total is known."""
    found = {}
    for key, default in defaults.expenses.items():
        total = getattr(answers.costs, key)
        rate, driver = client(total or 0.0, "USD/year"), None
        if key == "billing" and total is None:
            share, driver = answers.costs.billing_share, "collections_billed_by_group"
            rate = client(share, "share") if share is not None else defaults.billing.share_of_collections
        if total or driver:
            found[key] = Expense(label=default.label, group=default.group, driver=driver, rate=rate,
                                 annual_growth=default.annual_growth)
    return found or {"billing": Expense(label=defaults.expenses["billing"].label, group="operating_expense",
                                        rate=client(0.0, "USD/year"), annual_growth=defaults.expenses["billing"].annual_growth)}


def _services(answers: Answers, defaults: Defaults) -> dict[str, Service]:
    settings: dict[str, set[Setting]] = {}
    for key, setting, _ in served(answers):
        settings.setdefault(key, set()).add(setting)
    return {f"{key}_{name}": Service(facility=key, **{field: value for field, value in default if field != "settings"})
            for key, present in settings.items() for name, default in defaults.services.items()
            if present & set(default.settings)}


def _actuals(answers: Answers, who_reads: Reading) -> Actuals:
    """Last year's accounts; what is not entered yet is a placeholder of zero."""
    year, accounts = answers.base_year or 0, answers.accounts

    def entered(value: float | None, unit: Unit, otherwise: float = 0.0) -> Quantity:
        return client(value, unit) if value is not None else Quantity(
            value=otherwise, unit=unit, status="placeholder", as_of=datetime.date(year, 12, 31),
            note="last year's accounts are not entered yet")

    return Actuals(year=year, revenue=entered(accounts.revenue, "USD/year"),
                   work_rvus=entered(accounts.work_rvus, "work RVU/year", max(who_reads.workload, 1.0)),
                   compensation_paid=entered(accounts.compensation_paid, "USD/year"),
                   other_provider_expense=entered(accounts.other_provider_expense, "USD/year"),
                   operating_expense=entered(accounts.operating_expense, "USD/year"))
