"""What dates mean: the form of each column, told by all its values, by another column, or by the user."""

import functools
from collections.abc import Mapping

from finmodel.billing.conventions import DateReading, date_forms, date_of, order_of, without_time
from finmodel.billing.explaining import Counts, Given, Meanings, explain, note_unread
from finmodel.billing.layout import DATES

AMBIGUOUS = "may write month or day first, and the values do not tell which; say --dates month-first or --dates day-first"
MIXED = "writes dates in more than one way, so months and days cannot be told apart; export it with one form of dates"


def explain_dates(columns: Mapping[str, str], counts: Counts, given: Given, found: Meanings) -> None:
    """Days of every date, in the form that all values of the column have."""
    readings = {concept: date_forms(counts[concept]) for concept in DATES if concept in counts}
    known = {order_of(one.forms[0]) for one in readings.values() if len(one.forms) == 1} - {""}
    order = given.dates or (known.pop() if len(known) == 1 else None)
    for concept, reading in readings.items():
        form = _form(reading, order, bool(given.dates))
        if reading.unreadable and not reading.forms and not reading.is_mixed:
            found.faults.append((concept, frozenset(), f"{columns[concept]} holds no date that can be read; is it the column?"))
            continue
        if (form is None and reading.forms) or reading.is_mixed:
            found.faults.append((concept, frozenset(), f"{columns[concept]} {MIXED if reading.is_mixed else AMBIGUOUS}"))
            continue
        if form and order_of(form):
            found.decisions.append(f"{columns[concept]}: {order_of(form).replace('-', ' ')}"
                                   + ("" if len(reading.forms) == 1 else ", as given" if given.dates
                                      else ", as in another date column"))
        explain(found, concept, concept, list(counts[concept]), functools.partial(_iso, form))
        if concept == "service_date":
            note_unread(found, concept, list(counts[concept]))


def _iso(form: str | None, text: str) -> str | None:
    date = date_of(without_time(text), form) if form else None
    return date.isoformat() if date else None


def _form(reading: DateReading, order: str | None, is_given: bool) -> str | None:
    fitting = [form for form in reading.forms if order is None or order_of(form) in {"", order}]
    if is_given and reading.forms and not fitting:
        return None
    candidates = fitting or list(reading.forms)
    return candidates[0] if len(candidates) == 1 else None
