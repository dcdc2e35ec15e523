"""The Medicare fee schedule as a user downloads it from CMS: found, its year and release told, and refused where it is a fake."""

import datetime
import re
from dataclasses import dataclass
from pathlib import Path

from finmodel.assumptions import BadInput, Fault
from finmodel.billing.fee_schedule_checks import checked_entries, faults_of_factor, is_qualifying, year_of_factor
from finmodel.billing.fee_schedule_files import Text, texts_of
from finmodel.billing.fee_schedule_layout import FIELDS, Raw, columns_of, first_words, places_of
from finmodel.billing.fee_schedule_records import Entry, FeeSchedule, Setting
from finmodel.billing.fee_schedule_store import read_stored_fee_schedule

__all__ = ["Entry", "FeeSchedule", "Setting", "load_fee_schedule"]

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")
QUARTERS = {"A": "January", "B": "April", "C": "July", "D": "October"}
TITLE = re.compile(r"(?:CALENDAR YEAR|CY)?\s*(20\d\d)\s+NATIONAL PHYSICIAN FEE SCHEDULE|CALENDAR YEAR\s+(20\d\d)", re.I)
RELEASE = re.compile(rf"({'|'.join(MONTHS)})\w*\s+RELEASE", re.I)
RELEASED = re.compile(r"RELEASED\s+(\d{1,2})/(\d{1,2})/(20\d\d)", re.I)
NAMED_YEAR = re.compile(r"PPRRVU_?(?:20)?(\d\d)(?!\d)", re.I)
NAMED_MONTH = re.compile(rf"[_ -]({'|'.join(month[:3] for month in MONTHS)})", re.I)
NAMED_QUARTER = re.compile(r"RVU(\d\d)([A-D])", re.I)
FACTOR = FIELDS.index("conversion_factor")
OTHER_FILES = (("GEOGRAPHIC PRACTICE COST", "the geographic practice cost indices (GPCI), which belong to --gpci"),
               ("PW GPCI", "the geographic practice cost indices (GPCI), which belong to --gpci"),
               ("ANESTHESIA CONVERSION", "the conversion factors of anaesthesia"),
               ("OPPSCAP", "the amounts of the outpatient cap"), ("LOCALITY", "a list of localities"))


@dataclass(frozen=True)
class Found:
    """A relative value file among the texts of a download."""

    text: Text
    raw: Raw
    year: int | None
    release: str
    released: datetime.date | None
    factor: str

    @property
    def qualifying(self) -> bool:
        """Whether its factor is that of qualifying participants."""
        return is_qualifying(self.year, self.factor)


def load_fee_schedule(path: Path | str, *, qualifying_participants: bool = False) -> FeeSchedule:
    """The fee schedule of a relative value file of CMS (2020 or later), its zip, CSV or fixed-width text, or one stored before.

    Where a zip holds several, the one for everyone but qualifying participants of advanced payment models is taken, unless
    theirs is asked for, and of these the latest release; ``notes`` says which.

    Raises:
        BadInput: when the file is not what it claims to be, with every reason.
    """
    path = Path(path)
    if path.suffix == ".jsonl":
        return read_stored_fee_schedule(path)
    texts = texts_of(path)
    found = [one for one in (_found(text, path.name) for text in texts) if one]
    whole = [one for one in found if not one.raw.missing]
    if not whole:
        raise BadInput(_why_none(path.name, texts, found))
    chosen, notes = _chosen(whole, path.name, qualifying_participants)
    name = chosen.text.name
    faults = _faults_of_claims(chosen, name)
    entries, more = checked_entries(chosen.raw.rows, name)
    if faults or more:
        raise BadInput([*faults, *more])
    factor = next(iter(entries.values())).conversion_factor
    return FeeSchedule(chosen.year or 0, chosen.release, factor, chosen.qualifying, name, entries, notes)


def _found(text: Text, archive: str) -> Found | None:
    raw = columns_of(text.text) or places_of(text.text)
    if raw is None:
        return None
    factor = next((row[FACTOR] for _, row in raw.rows if row[FACTOR]), "")
    title, release, released = TITLE.search(raw.heading), RELEASE.search(raw.heading), RELEASED.search(raw.heading)
    month, quarter = NAMED_MONTH.search(text.name), NAMED_QUARTER.search(f"{text.name} {archive}")
    year = int(title[1] or title[2]) if title else None
    if not year and raw.heading.startswith("HDR"):
        year = year_of_factor(factor)
    named = release[1] if release else month[1] if month else QUARTERS[quarter[2].upper()] if quarter else ""
    return Found(text, raw, year, next((one for one in MONTHS if named and one.lower().startswith(named.lower()[:3])), "unknown"),
                 _date(released), factor)


def _date(match: re.Match[str] | None) -> datetime.date | None:
    try:
        return datetime.date(int(match[3]), int(match[1]), int(match[2])) if match else None
    except ValueError:
        return None


def _chosen(whole: list[Found], archive: str, qualifying: bool) -> tuple[Found, tuple[str, ...]]:
    """The file to use and why: as asked for qualifying participants or not, then the latest, then columns before text."""
    def preference(one: Found) -> tuple[bool, int, int, datetime.date, bool]:
        return (one.qualifying == qualifying, one.year or 0, MONTHS.index(one.release) if one.release in MONTHS else -1,
                one.released or datetime.date.min, one.text.name.lower().endswith(".csv"))

    chosen = max(whole, key=preference)
    if qualifying and not chosen.qualifying:
        raise BadInput([Fault(archive, "", "holds no file for qualifying participants of advanced payment models; leave "
                                           "out --qpp")])
    notes = []
    others = [one.text.name for one in whole if (one.release, one.factor) != (chosen.release, chosen.factor)]
    if others:
        notes.append(f"{archive} holds several relative value files: {chosen.text.name} is used, not {', '.join(others)}")
    if chosen.qualifying and not qualifying:
        notes.append(f"{chosen.text.name} is for qualifying participants of advanced payment models only")
    elif not chosen.qualifying and any(one.qualifying for one in whole):
        notes.append("the conversion factor is that of everyone but qualifying participants of advanced payment models; "
                     "--qpp takes theirs")
    return chosen, tuple(notes)


def _why_none(name: str, texts: list[Text], found: list[Found]) -> list[Fault]:
    if found:
        nearest = min(found, key=lambda one: len(one.raw.missing))
        return [Fault(nearest.text.name, column, "this column of a relative value file is missing; give the file as CMS "
                                                 "publishes it") for column in nearest.raw.missing]
    if not texts:
        return [Fault(name, "", "the zip holds no CSV and no text file; give a relative value file of CMS, such as RVU26C")]
    for text in texts:
        heading = f"{text.name.upper()} {' '.join(first_words(text.text))}"
        kind = next((words for sign, words in OTHER_FILES if sign in heading), None)
        if kind and len(texts) == 1:
            return [Fault(name, "", f"this is no fee schedule: it holds {kind}; give the relative value file (PPRRVU)")]
    return [Fault(name, "", "this is no relative value file of CMS: no line begins with HCPCS and MOD, and the lines are not of "
                            "its fixed-width form; give the file PPRRVU or the zip it came in")]


def _faults_of_claims(chosen: Found, name: str) -> list[Fault]:
    """What the header, the name and the conversion factor say of the year, where they disagree."""
    named = NAMED_YEAR.search(name)
    faults = []
    if chosen.year is None:
        faults.append(Fault(name, "header", "does not say of which year this is (\"2026 National Physician Fee Schedule Relative "
                                            "Value File\"); give the file with its header"))
    elif named and 2000 + int(named[1]) != chosen.year:
        faults.append(Fault(name, "header", f"says {chosen.year}, the name says 20{named[1]}; one of them was changed"))
    if chosen.year is not None:
        faults += faults_of_factor(chosen.year, chosen.factor, name)
    return faults
