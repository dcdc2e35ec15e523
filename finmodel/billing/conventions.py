"""How a file writes amounts and dates, decided from all values of its columns; what stays ambiguous is refused, never guessed."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

DecimalMark = Literal["point", "comma"]
MARKS: tuple[DecimalMark, ...] = ("point", "comma")
MINUS = str.maketrans({"−": "-", "–": "-", "\u00a0": " ", "\u202f": " "})
DRESSING = re.compile(r"USD|[$\s']", re.IGNORECASE)
PLAIN = {
    "point": re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?|\d+(\.\d*)?|\.\d+", re.ASCII),
    "comma": re.compile(r"\d{1,3}(\.\d{3})+(,\d*)?|\d+(,\d*)?|,\d+", re.ASCII),
}
GROUPS_AND_DECIMALS = {"point": (",", "."), "comma": (".", ",")}
LARGEST_AMOUNT = Decimal("1e9")
BLANK = {"", "-", "--", "n/a", "na", "null", "none", "nan"}
TIME = re.compile(r"[T ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp][Mm])?(Z|[+-]\d\d:?\d\d)?$")
DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%m/%d/%Y", "%d/%m/%Y", "%m-%d-%Y", "%d-%m-%Y", "%m.%d.%Y", "%d.%m.%Y",
                "%m/%d/%y",
                "%d/%m/%y", "%m-%d-%y", "%d-%m-%y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%b %d, %Y", "%B %d, %Y", "%m%d%Y",
                "%d%m%Y")
EARLIEST, LATEST = datetime.date(1995, 1, 1), datetime.date(2100, 12, 31)


def is_blank(text: str) -> bool:
    """Whether a cell holds nothing."""
    return text.strip().lower() in BLANK


def amount_of(text: str, mark: DecimalMark) -> Decimal | None:
    """An amount of money as a decimal number: $1,234.50, (1,234.50), 1.234,50-, 12.00 CR; None if it is none."""
    bare = text.strip().translate(MINUS)
    credit = re.search(r"\s*(CR|DR)$", bare, re.IGNORECASE)
    bare = DRESSING.sub("", bare[:credit.start()] if credit else bare)
    negative = credit is not None and credit[1].upper() == "CR"
    for opening, closing in (("(", ")"), ("-", ""), ("", "-"), ("+", "")):
        if len(bare) > 1 and bare.startswith(opening) and bare.endswith(closing) and (opening or closing):
            bare = bare[len(opening):len(bare) - len(closing)]
            if negative and opening != "+":
                return None
            negative = negative or opening != "+"
            break
    if not PLAIN[mark].fullmatch(bare):
        return None
    groups, decimals = GROUPS_AND_DECIMALS[mark]
    try:
        value = Decimal(bare.replace(groups, "").replace(decimals, "."))
    except InvalidOperation:
        return None
    return -value if negative else value


def cents_of(text: str, mark: DecimalMark) -> int | None:
    """An amount in whole cents; None if it is no amount, or no whole number of cents."""
    value = amount_of(text, mark)
    if value is None or abs(value) > LARGEST_AMOUNT or value * 100 != int(value * 100):
        return None
    return int(value * 100)


def thousandths_of(text: str, mark: DecimalMark) -> int | None:
    """A number of units in thousandths; None if it is none."""
    value = amount_of(text, mark)
    return None if value is None or abs(value) > LARGEST_AMOUNT or value * 1000 != int(value * 1000) else int(value * 1000)


def decimal_marks(texts: Iterable[str]) -> tuple[DecimalMark, ...]:
    """The decimal marks under which these amounts can be read: one; both, if they differ; or the first, if it is all the same."""
    filled = [text for text in texts if not is_blank(text)]
    read = {mark: [amount_of(text, mark) for text in filled] for mark in MARKS}
    fitting = [mark for mark, values in read.items() if all(value is not None for value in values)]
    if not fitting:
        # Faulty amounts are found by the mark that most can be read with.
        fitting = sorted(read, key=lambda mark: -sum(value is not None for value in read[mark]))[:1]
    if len(fitting) == 2 and read["point"] == read["comma"]:
        return ("point",)
    return tuple(fitting)


def without_time(text: str) -> str:
    """A date without the time of day behind it."""
    return TIME.sub("", text.strip())


def date_of(text: str, form: str) -> datetime.date | None:
    """A date in one form; None if it is none, or lies outside what an export may hold."""
    if form == "excel":
        found = EXCEL_ZERO + datetime.timedelta(days=int(text)) if re.fullmatch(r"[34567]\d{4}", text, re.ASCII) else None
    else:
        try:
            found = datetime.datetime.strptime(text, form).date()
        except ValueError:
            return None
    return found if found and EARLIEST <= found <= LATEST else None


EXCEL_ZERO = datetime.date(1899, 12, 30)


@dataclass(frozen=True)
class DateReading:
    """The forms under which a column can be read, all of them if they differ, and the values that are no date in any form."""

    forms: tuple[str, ...]
    unreadable: frozenset[str]
    is_mixed: bool = False


def date_forms(texts: Iterable[str]) -> DateReading:
    """How a column writes dates, from all its values."""
    filled = {without_time(text) for text in texts if not is_blank(text)}
    read = {form: {text: date_of(text, form) for text in filled} for form in (*DATE_FORMATS, "excel")}
    readable = {text for text in filled if any(values[text] for values in read.values())}
    fitting = [form for form, values in read.items() if readable and all(values[text] for text in readable)]
    distinct = {tuple(read[form][text] for text in sorted(readable)): form for form in reversed(fitting)}
    return DateReading(tuple(reversed(distinct.values())), frozenset(filled - readable), is_mixed=bool(readable) and not fitting)


def order_of(form: str) -> str:
    """Which of day and month a form writes first; empty for forms that leave no doubt."""
    return {"%m": "month-first", "%d": "day-first"}.get(form[:2], "") if "%b" not in form.lower() else ""
