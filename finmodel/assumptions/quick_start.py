"""Quick start: from what the head of a group knows by heart to a whole practice, every number filled in marked as such."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import tomlkit
from pydantic import ValidationError

from finmodel.assumptions.answers import STEPS, Answers, Radiologists, Site, asked
from finmodel.assumptions.defaults import Defaults
from finmodel.assumptions.faults import BadInput, Fault, faults_of, nearest
from finmodel.assumptions.files import load_benchmarks, load_defaults, parse_answers
from finmodel.assumptions.filling import filled_practice, reading
from finmodel.assumptions.practice import Practice
from finmodel.assumptions.reference import Benchmark
from finmodel.assumptions.splitting import collections_of, work_rvu_factor
from finmodel.assumptions.writing import practice_as_text

FILE = "quick start"
# What no practice is like; such answers are mistyped.
MOST_BOUGHT = 0.75
WORK_RVUS_PER_FTE = (1_000, 40_000)
WORK_RVU_FACTOR = (0.5, 2.0)

COMMENTS = {
    "": "Made by quick start. A number alone is the practice's own; every other says what it is and where it comes from.\n"
        "Replace what was filled in by your own numbers, one by one.",
    "volumes": "---- Where we read: the totals answered, split by service line. They add up to the totals exactly.",
    "payers": "---- Who pays: what each payer paid in the base year.",
    "payer_mix": "Shares are of work RVUs, not of exams or dollars.",
    "providers": "---- Who reads. Staff, teleradiology and locums together read the base year's work, no more and no less.",
    "outside_reads": "Priced so that the base year costs the total answered.",
    "shortfall": "What the staff cannot read is bought. In the base year that is what the locums answered have read, none if\n"
                 "there were none; work that grows without a hire is bought on these terms in later years.",
    "expenses": "---- What else it costs, in totals of the base year.",
    "service_schedule": "---- What the hospitals get; replace it by your schedule.",
    "actuals": "---- The accounts of the base year, to tie out to.",
}


def answers_text(answers: Answers) -> str:
    """The answers given so far as TOML, to be read again by ``parse_answers``."""
    return tomlkit.dumps(answers.model_dump(exclude_none=True, exclude_defaults=True))


def answered(text: str, path: Sequence[str | int], answer: object) -> str:
    """The answers given so far with another one at a path, or without the one that is there if it is None.

    Raises:
        BadInput: when the answer is outside what is possible.
    """
    given: Any = tomllib.loads(text)
    held: Any = given
    last: Any = path[-1]
    for part, following in pairwise(path):
        empty: Any = [] if isinstance(following, int) else {}
        held = held[int(part)] if isinstance(held, list) else held.setdefault(part, empty)
    if answer is None and (isinstance(held, list) or last in held):
        held.pop(last)
    elif answer is not None and last == len(held) and isinstance(held, list):
        held.append(answer)
    elif answer is not None:
        held[last] = answer
    changed = tomlkit.dumps(given)
    parse_answers(changed.encode(), FILE)
    return changed


def step_of(fault: Fault) -> str:
    """The step of the form in which a fault is mended."""
    return next(step for step, fields in STEPS.items() if fault.key.partition(".")[0] in fields)


def faults(answers: Answers, benchmarks: Mapping[str, Benchmark] | None = None) -> list[Fault]:
    """What still keeps the answers from being a practice, a sentence each; none when ``practice_text`` can be made."""
    defaults, tables = load_defaults(), benchmarks or load_benchmarks()
    found = [*_missing_places(answers), *_missing_people(answers, defaults, tables), *_twice(answers)]
    found = found or list(_implausible(answers, defaults))
    return [Fault(FILE, key, sentence) for key, sentence in found]


def practice_text(answers: Answers, benchmarks: Mapping[str, Benchmark] | None = None) -> str:
    """The file of the practice that the answers describe.

    Raises:
        BadInput: when essentials are missing.
    """
    wrong = faults(answers, benchmarks)
    if wrong:
        raise BadInput(wrong)
    try:
        practice = filled_practice(answers, load_defaults(), benchmarks or load_benchmarks())
    except ValidationError as error:
        raise BadInput(faults_of(error, FILE, Practice)) from None
    return practice_as_text(practice, COMMENTS)


def _missing_places(answers: Answers) -> Iterator[tuple[str, str]]:
    if answers.name is None:
        yield "name", "name the practice"
    if answers.base_year is None:
        yield "base_year", "say which year your numbers are of"
    if not answers.sites:
        yield "sites", "enter at least one hospital or imaging center"
    for position, site in enumerate(answers.sites):
        if not any(volume.exams or volume.work_rvus for volume in site.volumes.values()):
            yield f"sites.{position}.volumes", f"{site.name}: enter a year's exams or work RVUs in at least one setting"
        yield from _volumes_twice(position, site)
    if not collections_of(answers):
        yield "collections", "enter what at least one payer paid in the year"


def _volumes_twice(position: int, site: Site) -> Iterator[tuple[str, str]]:
    for setting, volume in site.volumes.items():
        if volume.exams and volume.work_rvus:
            yield (f"sites.{position}.volumes.{setting}",
                   f"{site.name}, {setting.replace('_', ' ')}: enter exams or work RVUs, not both")


def _missing_people(answers: Answers, defaults: Defaults, tables: Mapping[str, Benchmark]) -> Iterator[tuple[str, str]]:
    fitting = [name for name, table in tables.items() if table.statistic == "compensation_per_fte" and table.points]
    chosen = answers.people.compensation_benchmark or defaults.benchmark.compensation
    if chosen not in fitting:
        yield ("people.compensation_benchmark", f"'{chosen}' is no benchmark of pay per FTE; choose one of {', '.join(fitting)}"
                                                + nearest(chosen, fitting, lead="; "))
    kinds = {kind: getattr(answers.people, kind) for kind in defaults.providers}
    radiologists = {kind: one for kind, one in kinds.items() if isinstance(one, Radiologists)}
    if not any(one.fte for one in radiologists.values()):
        yield "people", "enter the FTE of at least one kind of radiologist"
    for kind, one in radiologists.items():
        where, label = f"people.{kind}", defaults.providers[kind].label
        if one.pay_per_fte is not None and one.pay_percentile is not None:
            yield f"{where}.pay_percentile", f"{label}: enter pay in dollars or as a percentile, not both"
        elif one.fte and one.pay_per_fte is None and one.pay_percentile is None:
            yield f"{where}.pay_per_fte", f"{label}: enter the agreed pay per FTE, or a percentile of the benchmark"
        elif one.fte and one.pay_percentile is not None and chosen in fitting and tables[chosen].at(one.pay_percentile) is None:
            points = tables[chosen].points
            yield (f"{where}.pay_percentile", f"{label}: '{tables[chosen].label}' covers percentiles {points[0][0]:g} to "
                                              f"{points[-1][0]:g}; choose one of these, or enter pay in dollars")


def _twice(answers: Answers) -> Iterator[tuple[str, str]]:
    costs = answers.costs
    if costs.benefits_per_fte is not None and costs.benefits_share is not None:
        yield "costs.benefits_share", "enter benefits per FTE or as a share of pay, not both"
    if costs.billing is not None and costs.billing_share is not None:
        yield "costs.billing_share", "enter the total of billing or its share of collections, not both"


def _implausible(answers: Answers, defaults: Defaults) -> Iterator[tuple[str, str]]:
    """Answers that do not fit each other."""
    factor = work_rvu_factor(answers, defaults)
    if not WORK_RVU_FACTOR[0] <= factor <= WORK_RVU_FACTOR[1]:
        yield ("accounts.work_rvus", f"{answers.accounts.work_rvus:,.0f} work RVUs do not fit the volumes: an exam would be "
                                     f"{factor:.2g} times as much work as usual; check them, and the exams")
        return
    who = reading(answers, defaults)
    if who.contract_work + who.locums_work > MOST_BOUGHT * who.workload:
        yield ("costs.teleradiology" if who.contract_work > who.locums_work else "costs.locums",
               f"teleradiology and locums of this cost would read {who.contract_work + who.locums_work:,.0f} of the "
               f"{who.workload:,.0f} work RVUs, more than three quarters; check both amounts, and the volumes")
        return
    least, greatest = WORK_RVUS_PER_FTE
    if not least <= who.work_rvus_per_radiologist_fte <= greatest:
        yield ("people", f"every radiologist FTE would read {who.work_rvus_per_radiologist_fte:,.0f} work RVUs a year, which is "
                         f"outside {least:,} to {greatest:,}; check the FTE, and the volumes")


@dataclass(frozen=True)
class TieOutRow:
    """A line of last year's accounts beside what the practice gives; None where the accounts are not entered."""

    label: str
    unit: str
    accounts: float | None
    practice: float
    difference: float | None


# Lines of the model that make a line of the accounts: the first less the others.
TIED = {"revenue": ("total_revenue",), "compensation_paid": ("compensation_allowed",),
        "other_provider_expense": ("total_provider_expense", "compensation_allowed"),
        "operating_expense": ("total_operating_expense",), "work_rvus": ("work_rvus",)}
TIE_OUT_LINES = (*dict.fromkeys(line for lines in TIED.values() for line in lines), "support_deficit", "actual_deficit")


def tie_out(answers: Answers, lines: Mapping[str, float]) -> tuple[TieOutRow, ...]:
    """Last year's accounts beside the base year of the model; ``lines`` holds the values of ``TIE_OUT_LINES``."""
    entered = {field: getattr(answers.accounts, field) for field in TIED}
    rows = []
    for field, question in asked(type(answers.accounts)).items():
        first, *less = (lines[name] for name in TIED[field])
        rows.append(_row(question.label, question.unit, entered[field], first - sum(less)))
    is_complete = all(amount is not None for field, amount in entered.items() if field != "work_rvus")
    deficit = _row("Support deficit", "USD/year", lines["actual_deficit"] if is_complete else None, lines["support_deficit"])
    return (*rows[:-1], deficit, rows[-1])


def _row(label: str, unit: str, accounts: float | None, practice: float) -> TieOutRow:
    return TieOutRow(label, unit, accounts, practice, None if accounts is None else practice - accounts)
