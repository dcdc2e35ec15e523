"""The only place that rounds or prints money, FTE and shares: half up, as people and spreadsheets do."""

import math
import re
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

# Enough digits for the largest float.
EVERY_DIGIT = Context(prec=400)
NOT_AVAILABLE = "—"
SHARES = {"share", "share/year"}
PER = {"year": "a year", "month": "a month", "week": "a week", "day": "a day", "hour": "an hour"}
COUNTS = {"exam/year", "read/year", "work RVU/year", "total RVU/year", "work RVU/FTE/year"}


def rounded(value: float, places: int = 0) -> Decimal:
    """Round half up, away from zero, on the shortest decimal that reads back as the same float."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, EVERY_DIGIT)


def number(value: float, places: int = 0) -> str:
    """1234567.5 → 1,234,568; not available → a dash; no negative zero."""
    if not math.isfinite(value):
        return NOT_AVAILABLE
    shown = rounded(value, places)
    return f"{abs(shown) if shown == 0 else shown:,}".replace("-", "−")


def money(value: float, places: int = 0) -> str:
    """−1234.5 → −$1,235."""
    text = number(value, places)
    return text if text == NOT_AVAILABLE else (f"−${text[1:]}" if text.startswith("−") else f"${text}")


def short_money(value: float) -> str:
    """Money in prose and on charts: $6.32 million, $195 thousand, $850."""
    size = abs(value)
    if not math.isfinite(value):
        return NOT_AVAILABLE
    if size >= 999_500:
        return f"{money(value / 1e6, 2)} million"
    if size >= 10_000:
        return f"{money(value / 1e3)} thousand"
    return money(value)


def percent(share: float, places: int = 1) -> str:
    """0.0625 → 6.3 %."""
    text = number(share * 100, places)
    return text if text == NOT_AVAILABLE else f"{text} %"


def amount(value: float, unit: str) -> str:
    """A value in the way its unit is read."""
    if unit == "check":
        return "passes" if value else "FAILS"
    if unit in SHARES:
        return percent(value, 2)
    if unit.startswith("USD"):
        whole = unit in {"USD", "USD/year", "USD/FTE/year"}
        return money(value, 0 if whole else 2)
    return number(value, 0 if unit in COUNTS else 2 if unit == "FTE" or abs(value) >= 10 else 4)


def unit_in_words(unit: str) -> str:
    """USD/FTE/year → per FTE per year; share/year → per year; share and check need no words."""
    if unit in {"share", "check"}:
        return ""
    parts = unit.split("/")
    head = [] if parts[0] in {"USD", "share"} else [parts[0]]
    return " ".join(head + [f"per {part}" for part in parts[1:]]).replace("factor", "").strip()


def parts_of(values: list[float], total: float, places: int = 0) -> list[Decimal]:
    """Round parts by largest remainder so that they foot to the rounded total."""
    step = Decimal(1).scaleb(-places)
    exact = [Decimal(repr(float(value))) for value in values]
    floors = [value.quantize(step, rounding=ROUND_FLOOR) for value in exact]
    missing = int((rounded(total, places) - sum(floors, Decimal(0))) / step)
    by_remainder = sorted(range(len(exact)), key=lambda i: floors[i] - exact[i])
    for position in range(missing):
        floors[by_remainder[position % len(floors)]] += step
    return floors


MULTIPLES = {"": 0, "k": 3, "thousand": 3, "m": 6, "mm": 6, "mn": 6, "million": 6, "b": 9, "bn": 9, "billion": 9}
TYPED = re.compile(r"(?P<sign>[-+]?)\$?(?P<digits>\d{1,3}(,\d{3})+(\.\d*)?|\d+(\.\d*)?|\.\d+)\$?"
                   r"(?P<multiple>k|thousand|m|mm|mn|million|b|bn|billion)?(?P<percent>%?)(usd)?", re.ASCII)


def typed(value: float, unit: str) -> str:
    """A value as one would type it, every digit kept: $638,204, 24 %, 17.5; reads back as the same number."""
    exact = Decimal(repr(float(value)))
    shown = f"{_plain(exact * 100 if unit in SHARES else exact):,f}".replace("-", "−")
    if unit in SHARES:
        return f"{shown} %"
    if unit.startswith("USD"):
        return f"−${shown[1:]}" if shown.startswith("−") else f"${shown}"
    return shown


def in_full(value: float, unit: str) -> str:
    """A value as a contract says it, every digit kept: $6,318,609 a year, $91.10 per exam, 3 %, 180 days."""
    head, *per = unit.split("/")
    thing = "" if head in {"USD", "share", "count", "factor"} else f" {head}" if value == 1 or head == "FTE" else f" {head}s"
    text = re.sub(r"\.(\d)$", r".\g<1>0", typed(value, unit)) if head == "USD" else typed(value, unit)
    return text + thing + "".join(f" {PER.get(part, f'per {part}')}" for part in per)


def _plain(value: Decimal) -> Decimal:
    """Without trailing zeros and without exponent."""
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()


def number_typed(text: str, unit: str) -> float:
    """A number as people type it: 2.35m, $605,515, (1,200), −5, 24 %; a share is typed in percent.

    Raises:
        ValueError: in words, when it cannot be read as one number of this unit.
    """
    bare = re.sub(r"\s", "", text).replace("−", "-").replace("–", "-").lower()
    in_brackets = bare.startswith("(") and bare.endswith(")")
    match = TYPED.fullmatch(re.sub(r"^\$-", "-$", bare[1:-1] if in_brackets else bare))
    if match is None or (in_brackets and match["sign"]):
        raise ValueError(f"'{text[:40]}' is not a number; type it as 605,515 or $2.35m, with a point for decimals")
    if match["percent"] and unit not in SHARES:
        raise ValueError(f"'{text[:40]}' is a percentage, but the unit here is {unit}")
    amount = Decimal(match["digits"].replace(",", "")).scaleb(MULTIPLES[match["multiple"] or ""] - (2 if unit in SHARES else 0))
    return float(-amount if in_brackets or match["sign"] == "-" else amount)


def whole_typed(text: str) -> int:
    """A whole number such as a year.

    Raises:
        ValueError: in words.
    """
    if not re.fullmatch(r"\s*\d{1,3}(,?\d{3})*\s*|\s*\d+\s*", text):
        raise ValueError(f"'{text[:40]}' is not a whole number")
    return int(text.replace(",", ""))


PATH = re.compile(r"(?P<year>(19|20|21)\d\d)\s*:\s*(?P<amount>[^;]+)")


def path_typed(text: str, unit: str, base_year: int) -> float | dict[int, float]:
    """A number, or a path of numbers such as "17.5; 2027: 18.5", in which the first holds from the base year on.

    Raises:
        ValueError: in words.
    """
    first, *later = (part.strip() for part in text.strip().strip(";").split(";"))
    begun = PATH.fullmatch(first)
    path = {int(begun["year"]) if begun else base_year: number_typed(begun["amount"] if begun else first, unit)}
    for part in later:
        match = PATH.fullmatch(part)
        if match is None:
            raise ValueError(f"'{part[:40]}' is not a year and a number; type a path as 17.5; 2027: 18.5")
        path[int(match["year"])] = number_typed(match["amount"], unit)
    return path if later or begun else path[base_year]
