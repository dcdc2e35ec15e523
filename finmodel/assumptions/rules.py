"""What must fit together in a practice file beyond the limits of each number; parts that are FAULTY themselves fit everywhere."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

from finmodel.assumptions.faults import nearest
from finmodel.assumptions.quantity import SLACK, Quantity, Record, Setting
from finmodel.assumptions.salvage import FAULTY

if TYPE_CHECKING:
    from finmodel.assumptions.practice import Practice

LONGEST_HORIZON = 15
EARLIEST_YEAR = 2015
LATEST_BASE_YEAR = 2060


def inconsistencies(practice: "Practice") -> Iterator[str]:
    """What does not fit together, each sentence beginning with its key."""
    yield from _range_faults(practice)
    for table in ("payers", "providers"):
        for key, row in getattr(practice, table).items():
            yield from (f"{table}.{key}: {sentence}" for sentence in row.inconsistencies())
    yield from _facility_faults(practice)
    yield from _roster_faults(practice)
    yield from _payer_faults(practice)
    yield from _sum_faults(practice)


def _possible_base_year(practice: "Practice") -> int:
    possible: int = practice.base_year if EARLIEST_YEAR <= practice.base_year <= LATEST_BASE_YEAR else FAULTY
    return possible


def _range_faults(practice: "Practice") -> Iterator[str]:
    base_year = _possible_base_year(practice)
    if not 1 <= practice.horizon_years <= LONGEST_HORIZON:
        yield f"horizon_years: {practice.horizon_years} is outside 1 to {LONGEST_HORIZON}"
    if not base_year - 3 <= practice.actuals.year <= base_year:
        yield f"actuals.year: {practice.actuals.year} is not one of the three years before the base year, or the base year itself"
    if base_year is FAULTY and practice.base_year is not FAULTY:
        yield f"base_year: {practice.base_year} is outside {EARLIEST_YEAR} to {LATEST_BASE_YEAR}"
    if not EARLIEST_YEAR <= practice.work_rvu_schedule_year <= base_year:
        yield f"work_rvu_schedule_year: {practice.work_rvu_schedule_year} must lie between {EARLIEST_YEAR} and the base year"
    if not all(0.0 <= month <= 1.0 for month in practice.ramp):
        yield "ramp: every month's productivity is a share between 0 and 1"
    for name in ("facilities", "volumes", "payers", "providers", "expenses", "service_schedule"):
        if not getattr(practice, name):
            yield f"{name}: the table is empty; give at least one row"
    settings = list(practice.volumes.values())
    if settings and not any(one is FAULTY or any(one.values()) for one in settings):
        yield "volumes: no service line is given"


def _facility_faults(practice: "Practice") -> Iterator[str]:
    named = [(f"{table}.{name}", name) for table in ("volumes", "payer_mix_by_facility") for name in getattr(practice, table)]
    for table in ("other_revenue", "hospital_payments", "service_schedule"):
        named += [(f"{table}.{key}.facility", row.facility) for key, row in getattr(practice, table).items()]
    yield from _unknown_names(named, practice.facilities, "facilities")


def _roster_faults(practice: "Practice") -> Iterator[str]:
    categories = [(f"roster_changes.{key}.category", change.category) for key, change in practice.roster_changes.items()]
    yield from _unknown_names(categories, practice.providers, "providers")
    for key, change in practice.roster_changes.items():
        if not _possible_base_year(practice) <= change.date.year <= 2100:
            yield (f"roster_changes.{key}.date: {change.date} is before the base year, whose FTE already count it, or after "
                   "2100")
        if change.ramps is True and not all(size >= 0 for size in change.size.values):
            yield f"roster_changes.{key}.ramps: somebody who leaves has no ramp; write false"


def _mixes(practice: "Practice") -> Iterator[tuple[str, Mapping[str, Quantity]]]:
    for table in ("payer_mix", "payer_mix_shift"):
        yield from ((f"{table}.{setting}", mix) for setting, mix in getattr(practice, table).items())
    for facility, by_setting in practice.payer_mix_by_facility.items():
        yield from ((f"payer_mix_by_facility.{facility}.{setting}", mix) for setting, mix in by_setting.items())


def _payer_faults(practice: "Practice") -> Iterator[str]:
    if FAULTY not in practice.payer_mix:
        used = {setting for by_setting in practice.volumes.values() for setting in by_setting}
        unpaid = [setting for setting in get_args(Setting) if setting in used and setting not in practice.payer_mix]
        if unpaid:
            yield f"payer_mix: no mix is given for {', '.join(unpaid)}, which volumes have"
    mixes = list(_mixes(practice))
    unknown = list(_unknown_names([(f"{where}.{payer}", payer) for where, mix in mixes for payer in mix],
                                  practice.payers, "payers"))
    yield from unknown
    tables: list[Mapping[Any, object]] = [practice.payer_mix, practice.payer_mix_by_facility, *(mix for _, mix in mixes)]
    if unknown or any(FAULTY in table for table in tables):
        return
    paid = {payer for _, mix in mixes for payer, share in mix.items() if max(share.values, default=1.0) > 0}
    for payer, record in practice.payers.items():
        if record.base_year_collections not in (None, FAULTY) and payer not in paid:
            yield f"payers.{payer}: has collections, but no payer mix gives it a share of the work"


def _sum_faults(practice: "Practice") -> Iterator[str]:
    shares: dict[str, Quantity] = {f"{where}.{payer}": share for where, mix in _mixes(practice) for payer, share in mix.items()}
    for name in ("locums_share", "teleradiology_share"):
        shares[f"shortfall.{name}"] = getattr(practice.shortfall, name)
    years: Sequence[int] = (EARLIEST_YEAR,)
    base_year_is_possible = _possible_base_year(practice) is not FAULTY
    if not base_year_is_possible:
        shares |= {path: FAULTY for path, share in shares.items() if share.value is None}
    elif practice.horizon_years is FAULTY:
        years = (practice.base_year,)
    else:
        years = range(practice.base_year, practice.base_year + max(1, min(practice.horizon_years, LONGEST_HORIZON)))
    yield from faults_of_sums(shares, years)


def _unknown_names(named: Sequence[tuple[str, str]], table: Mapping[str, Record], what: str) -> Iterator[str]:
    """Names that a table does not have, once each however often it is named; not where a key of the table is FAULTY."""
    places: dict[str, list[str]] = {}
    for where, name in named:
        if table and name is not FAULTY and FAULTY not in table and name not in table:
            places.setdefault(name, []).append(where)
    for name, (first, *others) in places.items():
        yield (f"{first}: '{name}' is not one of the {what} ({', '.join(table)})" + nearest(name, table, lead="; ")
               + (f"; the same at {', '.join(others)}" if others else ""))


def faults_of_sums(by_path: Mapping[str, Quantity], years: Sequence[int]) -> Iterator[str]:
    """Shares that must sum to one, to nothing, or to at most one, and do not in some year; each sentence begins with its key."""
    mixes: dict[str, list[Quantity]] = {}
    for path, quantity in by_path.items():
        if path.startswith("payer_mix"):
            mixes.setdefault(path.rpartition(".")[0], []).append(quantity)
    for mix, shares in mixes.items():
        wanted = 0.0 if mix.startswith("payer_mix_shift") else 1.0
        totals = {year: sum(share.at(year) for share in shares) for year in years}
        wrong = [year for year, total in totals.items() if not abs(total - wanted) <= SLACK]
        if wrong:
            yield f"{mix}: the shares{_of_year(shares, wrong[0])} sum to {totals[wrong[0]]:.6g}, not to {wanted:g}"
    ways = [by_path["shortfall.locums_share"], by_path["shortfall.teleradiology_share"]]
    for year in years:
        bought = sum(share.at(year) for share in ways)
        if not bought <= 1.0 + SLACK:
            yield (f"shortfall: locums_share + teleradiology_share{_of_year(ways, year)} is {bought:g}; together they buy at "
                   "most the whole shortfall, 1")
            return


def _of_year(shares: Sequence[Quantity], year: int) -> str:
    return "" if all(share.value is not None for share in shares) else f" of {year}"
