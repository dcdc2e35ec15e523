"""Aggregates priced by the fee schedule of their year: sums for every table of the report, in whole units of cents and RVUs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from finmodel.billing.engine import Aggregates
from finmodel.billing.fee_schedule import FeeSchedule
from finmodel.billing.ledger import COUNTED, NETTED, SET_ASIDE
from finmodel.billing.pricing import price_code
from finmodel.billing.rules import CLASSES, service_lines

# RVUs are summed in millionths: thousandths of an RVU times thousandths of a unit.
RVU = 1_000_000
PRICED = ("exams", "work_rvus", "total_rvus", "medicare", "allowed_work_rvus", "medicare_of_allowed", "unpaid_exams",
          "unpaid_work_rvus", "unpaid_medicare")
PLAIN = tuple(one for one in (*COUNTED, *NETTED) if "units" not in one)
SUMS = (*PRICED, *PLAIN)
SCALE = {"exams": 1_000, "unpaid_exams": 1_000, "work_rvus": RVU, "total_rvus": RVU, "allowed_work_rvus": RVU,
         "unpaid_work_rvus": RVU, "medicare": 1_000, "medicare_of_allowed": 1_000, "unpaid_medicare": 1_000}
SET_ASIDE_BY_PRICE = {"carrier_priced": "carrier_priced", "not_found": "not_in_fee_schedule", "not_payable": "not_payable"}


@dataclass(frozen=True)
class Summary:
    """Groups of cells by a few columns at a time, in a small embedded database."""

    connection: Any
    left_out: Mapping[str, int]

    def by(self, *columns: str, where: str = "set_aside = ''") -> list[dict[str, Any]]:
        """The sums by some columns: exams, work and total RVUs as numbers, money in cents."""
        head = "".join(f"{column}, " for column in columns)
        sums = ", ".join(f"coalesce(sum({one}), 0)::HUGEINT AS {one}" for one in SUMS)
        group = f" GROUP BY {', '.join(columns)} ORDER BY {', '.join(columns)}" if columns else ""
        # Columns and conditions are written in this package; no text of a file is among them.
        found = self.connection.execute(f"SELECT {head}{sums} FROM priced WHERE {where}{group}")  # noqa: S608
        names = [one[0] for one in found.description]
        return [_in_units(dict(zip(names, row, strict=True))) for row in found.fetchall()]

    def months(self) -> list[int]:
        """Every month of service that counts, as year × 12 + month − 1."""
        return [row[0] for row in self.connection.execute(
            "SELECT month FROM priced WHERE set_aside = '' AND exams <> 0 GROUP BY month ORDER BY month").fetchall()]

    def close(self) -> None:
        """Let go of the memory."""
        self.connection.close()


def _in_units(row: dict[str, Any]) -> dict[str, Any]:
    return {name: (value / SCALE[name] if name in SCALE else int(value) if name in SUMS else value) for name,
            value in row.items()}


def summary_of(found: Aggregates, schedules: Mapping[int, FeeSchedule]) -> Summary:
    """The priced cells: what cannot be priced is set aside, never priced at nothing."""
    import duckdb

    connection = duckdb.connect(config={"threads": 2, "autoinstall_known_extensions": False, "autoload_known_extensions": False})
    connection.execute("SET enable_progress_bar = false")
    connection.register("cells", found.cells)
    distinct = connection.execute(
        "SELECT DISTINCT code, modifiers, coalesce(place, ''), month // 12 FROM cells WHERE set_aside = 0").fetchall()
    connection.register("prices", _prices(distinct, schedules))
    connection.register("classes", pa.table({"number": list(range(len(CLASSES))), "payer": list(CLASSES)}))
    kept = ", ".join(f"cells.{one}" if one in found.cells.column_names else f"0 AS {one}" for one in PLAIN)
    connection.register("reasons", pa.table({"number": list(range(len(SET_ASIDE))), "reason": list(SET_ASIDE)}))
    connection.execute(f"""
        CREATE TABLE priced AS SELECT
          cells.site_key, cells.code, cells.modifiers, cells.month, cells.month // 12 AS year, classes.payer,
          coalesce(prices.setting, '') AS setting, coalesce(prices.line, '') AS line,
          CASE WHEN cells.set_aside <> 0 THEN reasons.reason ELSE prices.set_aside END AS set_aside,
          cells.units AS exams, cells.units::HUGEINT * coalesce(prices.work_rvus, 0) AS work_rvus,
          cells.units::HUGEINT * coalesce(prices.total_rvus, 0) AS total_rvus,
          cells.units::HUGEINT * coalesce(prices.medicare, 0) AS medicare,
          {kept},
          cells.units_allowed::HUGEINT * coalesce(prices.work_rvus, 0) AS allowed_work_rvus,
          cells.units_allowed::HUGEINT * coalesce(prices.medicare, 0) AS medicare_of_allowed,
          cells.unpaid_units AS unpaid_exams, cells.unpaid_units::HUGEINT * coalesce(prices.work_rvus, 0) AS unpaid_work_rvus,
          cells.unpaid_units::HUGEINT * coalesce(prices.medicare, 0) AS unpaid_medicare, coalesce(prices.is_whole, 0) AS is_whole
        FROM cells JOIN classes ON classes.number = cells.payer_class JOIN reasons ON reasons.number = cells.set_aside
        LEFT JOIN prices ON cells.set_aside = 0 AND prices.code = cells.code AND prices.modifiers = cells.modifiers
          AND prices.place = coalesce(cells.place, '') AND prices.year = cells.month // 12""")  # noqa: S608
    return Summary(connection, found.left_out)


def _prices(distinct: Sequence[tuple[str, str, str, int]], schedules: Mapping[int, FeeSchedule]) -> pa.Table:
    lines = service_lines()
    found: list[tuple[Any, ...]] = []
    for code, modifiers, place, year in distinct:
        setting = lines.setting_of_place[place]
        schedule = schedules.get(year)
        given = tuple(modifiers.split())
        if schedule is None:
            price, aside = None, "no_fee_schedule"
        elif "TC" in given:
            price, aside = None, "technical"
        else:
            price = price_code(schedule, code, given, None, "nonfacility" if setting == "imaging_center" else "facility")
            aside = SET_ASIDE_BY_PRICE.get(price.status, "")
        rvus = [int((value or 0) * 1000) for value in (price.work_rvus, price.total_rvus)] if price and not aside else [0, 0]
        amount = int((price.amount or 0) * 100) if price and not aside else 0
        is_whole = int(bool(schedule and not {"26", "TC"} & set(given) and schedule.entry(code, "26")))
        found.append((code, modifiers, place, year, setting, lines.line_of(code), aside, *rvus, amount, is_whole))
    names = ("code", "modifiers", "place", "year", "setting", "line", "set_aside", "work_rvus", "total_rvus", "medicare",
             "is_whole")
    kinds = [pa.string()] * 3 + [pa.int64()] + [pa.string()] * 3 + [pa.int64()] * 4
    columns = list(zip(*found, strict=True)) if found else [()] * len(names)
    return pa.table({name: pa.array(list(column), kind) for name, column, kind in zip(names, columns, kinds, strict=True)})
