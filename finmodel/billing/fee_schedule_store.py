"""Keeps an imported fee schedule in a folder of the user's, by year and release, and reads it back as it was."""

import json
import tempfile
from decimal import Decimal
from pathlib import Path

from finmodel.assumptions import BadInput, Fault
from finmodel.billing.fee_schedule_layout import TEXTS
from finmodel.billing.fee_schedule_records import Entry, FeeSchedule

FORM = "finmodel fee schedule 1"


def stored_name(schedule: FeeSchedule) -> str:
    """The name of a schedule's file: year, release and factor, since one release may come with two factors."""
    return f"fee_schedule_{schedule.year}_{schedule.release.lower()}_{schedule.conversion_factor}.jsonl"


def store_fee_schedule(schedule: FeeSchedule, folder: Path) -> Path:
    """The file that now holds the schedule; one of the same year, release and factor is replaced as a whole."""
    folder.mkdir(parents=True, exist_ok=True)
    head = {"form": FORM, "year": schedule.year, "release": schedule.release,
            "conversion_factor": str(schedule.conversion_factor), "qualifying_participants": schedule.qualifying_participants,
            "file": schedule.file, "notes": schedule.notes, "fields": Entry._fields}
    lines = [json.dumps(head), *(json.dumps([str(value) for value in entry], separators=(",", ":"))
                                 for entry in schedule.entries.values())]
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=folder, suffix=".part", delete=False) as part:
        part.write("\n".join(lines) + "\n")
    return Path(part.name).replace(folder / stored_name(schedule))


def stored_fee_schedules(folder: Path) -> list[Path]:
    """The files of the schedules that a folder holds, in the order of their names."""
    return sorted(folder.glob("fee_schedule_*.jsonl"))


def read_stored_fee_schedule(path: Path) -> FeeSchedule:
    """A schedule as it was stored.

    Raises:
        BadInput: when the file is not one that was stored here, or is damaged.
    """
    try:
        head, *lines = path.read_text(encoding="utf-8").splitlines()
        about = json.loads(head)
        if about["form"] != FORM or tuple(about["fields"]) != Entry._fields:
            raise ValueError(about["form"])
        values: dict[str, Decimal] = {}
        entries = {(entry.hcpcs, entry.modifier): entry for entry in (_entry(json.loads(line), values) for line in lines)}
        return FeeSchedule(about["year"], about["release"], Decimal(about["conversion_factor"]), about["qualifying_participants"],
                           about["file"], entries, tuple(about["notes"]))
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError):
        raise BadInput([Fault(path.name, "", "this is no stored fee schedule that can be read; import the file of CMS again")
                        ]) from None


def _entry(cells: list[str], values: dict[str, Decimal]) -> Entry:
    texts, numbers = cells[:len(TEXTS)], cells[len(TEXTS):]
    for cell in numbers:
        if cell not in values:
            values[cell] = Decimal(cell)
    return Entry._make([*texts, *(values[cell] for cell in numbers)])
