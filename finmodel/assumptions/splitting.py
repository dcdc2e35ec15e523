"""How totals that were answered split: exams by service line, work by payer, other revenue by site."""

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import chain, count

import numpy as np

from finmodel.assumptions.answers import Answers, Volume
from finmodel.assumptions.defaults import Defaults, ServiceLine
from finmodel.assumptions.practice import OtherRevenue, Segment
from finmodel.assumptions.quantity import Quantity, Setting, Unit

MOST_ROUNDS = 200
Segments = Mapping[str, Mapping[Setting, Mapping[str, Segment]]]


def client(value: float, unit: Unit) -> Quantity:
    """A number that was answered."""
    return Quantity(value=value, unit=unit, status="client")


def filled(default: Quantity, value: float, note: str) -> Quantity:
    """A number that follows from a default: its citation, another value, and how it came about."""
    return default.model_copy(update={"value": value, "by_year": None, "by_date": None, "low": None, "high": None, "note": note})


def site_keys(answers: Answers) -> list[str]:
    """A key for each hospital or center, from its name; different for each."""
    keys: list[str] = []
    for site in answers.sites:
        stem = site_key(site.name)
        keys.append(next(key for key in chain([stem], (f"{stem}_{number}" for number in count(2))) if key not in keys))
    return keys


def site_key(name: str) -> str:
    """The key of a hospital or center by its name alone."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40] or "site"
    return stem if stem[0].isalpha() else f"site_{stem}"


def served(answers: Answers) -> Iterator[tuple[str, Setting, Volume]]:
    """Every setting of every site that has volume."""
    for key, site in zip(site_keys(answers), answers.sites, strict=True):
        yield from ((key, setting, volume) for setting, volume in site.volumes.items() if volume.exams or volume.work_rvus)


def work_by_line(volume: Volume, lines: Mapping[str, ServiceLine]) -> dict[str, tuple[float, float]]:
    """Exams and work RVUs per exam of each service line: whole exams, and what rounding leaves with the line of most work."""
    share = {name: line.share_of_exams.values[0] for name, line in lines.items()}
    work = {name: line.work_rvus_per_exam.values[0] for name, line in lines.items()}
    most = max(lines, key=lambda name: share[name] * work[name])
    total = volume.exams or (volume.work_rvus or 0.0) / sum(share[name] * work[name] for name in lines)
    others = {name: float(math.floor(total * share[name] + 1e-9)) for name in lines if name != most}
    if volume.exams:
        rest = volume.exams - sum(others.values())
    else:
        rest = ((volume.work_rvus or 0.0) - sum(exams * work[name] for name, exams in others.items())) / work[most]
    return {name: (others.get(name, rest), work[name]) for name in lines}


def work_rvu_factor(answers: Answers, defaults: Defaults) -> float:
    """What the default work RVUs per exam are multiplied with so that the total is the work RVUs of the accounts."""
    known = estimated = 0.0
    for _, setting, volume in served(answers):
        known += volume.work_rvus or 0.0
        if volume.exams:
            estimated += sum(exams * work for exams, work in work_by_line(volume, defaults.service_lines[setting]).values())
    total = answers.accounts.work_rvus
    return 1.0 if total is None or not estimated else (total - known) / estimated


def segments_of(answers: Answers, defaults: Defaults) -> dict[str, dict[Setting, dict[str, Segment]]]:
    """Every service line of every setting of every site that has volume."""
    factor = work_rvu_factor(answers, defaults)
    found: dict[str, dict[Setting, dict[str, Segment]]] = {}
    for key, setting, volume in served(answers):
        lines = defaults.service_lines[setting]
        given = "exams" if volume.exams else "work RVUs"
        found.setdefault(key, {})[setting] = {name: Segment(
            base_exams=Quantity(value=exams, unit="exam/year", status=lines[name].share_of_exams.status,
                                as_of=lines[name].share_of_exams.as_of, note=f"from the {given} answered, by the default split"),
            base_work_rvus_per_exam=lines[name].work_rvus_per_exam if factor == 1.0 or not volume.exams else filled(
                lines[name].work_rvus_per_exam, work * factor, "default, in proportion to the work RVUs of the accounts"),
            annual_growth=lines[name].annual_growth) for name, (exams, work) in work_by_line(volume, lines).items()}
    return found


def work_of(lines: Mapping[str, Segment]) -> float:
    """Work RVUs of a setting."""
    return sum(line.base_exams.values[0] * line.base_work_rvus_per_exam.values[0] for line in lines.values())


def collections_of(answers: Answers) -> dict[str, float]:
    """Collections of the payers that were answered."""
    return answers.collections.model_dump(exclude_none=True)


def payer_mix(answers: Answers, defaults: Defaults,
               segments: Segments) -> dict[Setting, dict[str, Quantity]]:
    """The default mix of each setting, moved by proportional fitting until every payer's work fits what it paid.

    A payer's work is in proportion to its collections ÷ its usual price; of a payer that paid nothing it stays at the default.
    """
    paid = collections_of(answers)
    work: dict[Setting, float] = {}
    for settings in segments.values():
        for setting, lines in settings.items():
            work[setting] = work.get(setting, 0.0) + work_of(lines)
    rvus = np.array(list(work.values()))[:, None]
    mix = np.array([[defaults.payer_mix[setting][payer].values[0] for payer in paid] for setting in work])
    mix = mix / mix.sum(axis=1, keepdims=True)
    at_usual_price = np.array([amount / defaults.payers[payer].price_over_medicare.values[0] for payer, amount in paid.items()])
    target = (mix * rvus).sum(axis=0)
    pays = at_usual_price > 0
    if pays.any():
        target[pays] = at_usual_price[pays] / at_usual_price[pays].sum() * target[pays].sum()
    for _ in range(MOST_ROUNDS):
        mix = mix * (target / (mix * rvus).sum(axis=0))
        mix = mix / mix.sum(axis=1, keepdims=True)
    note = "default mix, moved until what each payer paid fits its usual price"
    return {setting: {payer: filled(defaults.payer_mix[setting][payer], share, note)
                      for payer, share in zip(paid, written_shares(mix[row].tolist()), strict=True)}
            for row, setting in enumerate(work)}


def written_shares(shares: list[float]) -> list[float]:
    """Shares with four digits; the largest takes what that leaves."""
    short = [float(f"{share:.4g}") for share in shares]
    largest = short.index(max(short))
    short[largest] = 1.0 - sum(share for position, share in enumerate(short) if position != largest)
    return [round(share, 12) if position == largest else share for position, share in enumerate(short)]


def other_revenue(answers: Answers, defaults: Defaults,
                   segments: Segments) -> dict[str, OtherRevenue]:
    """Other revenue by site, in proportion to work RVUs, in whole cents; the last site takes the rest."""
    total, growth = answers.other_revenue or 0.0, defaults.other_revenue.annual_growth
    work = {key: sum(work_of(lines) for lines in settings.values()) for key, settings in segments.items()}
    if not total:
        return {}
    amounts = {key: math.floor(total * one / sum(work.values()) * 100) / 100 for key, one in work.items()}
    *others, last = amounts
    amounts[last] = round(total - sum(amounts[key] for key in others), 2) if others else total
    return {f"other_{key}": OtherRevenue(
        label="Other professional revenue", facility=key, annual_growth=growth,
        base_amount=filled(growth, amount, "the total answered, split by work RVUs").model_copy(update={"unit": "USD/year"})
        if others else client(amount, "USD/year")) for key, amount in amounts.items()}
