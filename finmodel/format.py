"""The only place that rounds or prints money, FTE and shares: half up, as people and spreadsheets do."""

import math
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

# Enough digits for the largest float.
EVERY_DIGIT = Context(prec=400)
NOT_AVAILABLE = "—"


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
    if unit == "share":
        return percent(value, 2)
    if unit.startswith("USD"):
        whole = unit in {"USD", "USD/year", "USD/FTE/year"}
        return money(value, 0 if whole else 2)
    return number(value, 0 if unit in {"exam/year", "work RVU/year", "total RVU/year"} else 2 if abs(value) >= 10 else 4)


def unit_in_words(unit: str) -> str:
    """USD/FTE/year → per FTE per year; share and check need no words."""
    if unit in {"share", "check"}:
        return ""
    parts = unit.split("/")
    head = [] if parts[0] == "USD" else [parts[0]]
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
