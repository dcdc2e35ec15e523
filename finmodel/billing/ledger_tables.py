"""What else is added up of a ledger: adjustments by reason, payments by lag, payers, and patients behind each group."""

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw

from finmodel.billing.ledger import total


def reasons(rows: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Adjustments by reason."""
    return rows.filter(nw.col("adjustment") != 0).group_by("reason").agg(
        adjustment=total(nw.col("adjustment")), rows=nw.len().cast(nw.Int64))


def payments(rows: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """What was paid, by month of service and month in which it arrived (deposit before posting)."""
    arrived, date = nw.coalesce("deposit_date", "posting_date"), nw.col("service_date")
    month = {"service_month": date.dt.year().cast(nw.Int64) * 12 + date.dt.month().cast(nw.Int64) - 1,
             "paid_month": arrived.dt.year().cast(nw.Int64) * 12 + arrived.dt.month().cast(nw.Int64) - 1}
    return rows.filter(nw.col("paid") != 0).with_columns(**month).group_by("service_month",
                                                                           "paid_month").agg(paid=total(nw.col("paid")))


def payers(rows: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """What each payer was charged and paid, row by row."""
    return rows.group_by("payer_key", "payer_class").agg(
        rows=nw.len().cast(nw.Int64), charge=total(nw.col("charge")), paid=total(nw.col("paid")))


def patients(rows: nw.LazyFrame[Any], codes_by_line: Mapping[str, Sequence[str]], places_by_setting: Mapping[str, Sequence[str]],
             key: str, by: Sequence[str]) -> nw.LazyFrame[Any]:
    """How many patients are behind each group of services, to know which are too few to be shown."""
    date = nw.col("service_date")
    # Engines search a list of codes value by value, so each code and place is named once, and rows find its name by a join.
    names = rows.group_by("code", "place").agg(rows=nw.len()).with_columns(
        line=_named("code", codes_by_line), setting=_named("place", places_by_setting)).group_by("code", "place").agg(
        nw.col("line").max(), nw.col("setting").max()).rename({"code": "code_", "place": "place_"})
    placed = rows.filter((nw.col("charge") > 0) & ~nw.col(key).is_null() & ~date.is_null()).join(
        names, how="inner", left_on=["code", "place"], right_on=["code_", "place_"]).with_columns(
        year=date.dt.year().cast(nw.Int64), month=date.dt.year().cast(nw.Int64) * 12 + date.dt.month().cast(nw.Int64) - 1)
    return behind(placed, key, by)


def _named(column: str, members: Mapping[str, Sequence[str]]) -> nw.Expr:
    """The name of the list that holds a value; empty where none does."""
    name = nw.lit("")
    for one, values in members.items():
        name = nw.when(nw.col(column).is_in(list(values))).then(nw.lit(one)).otherwise(name)
    return name


def behind(rows: nw.LazyFrame[Any], key: str, by: Sequence[str]) -> nw.LazyFrame[Any]:
    """How many different values of a key each group has: PostgreSQL counts rows that differ, not values."""
    known = rows.filter(~nw.col(key).is_null()).group_by(*by, key).agg(rows=nw.len())
    return known.group_by(*by).agg(patients=nw.len().cast(nw.Int64))
