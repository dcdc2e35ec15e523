"""A seeded generator of billing exports with the traps of real ones, and its truth, counted apart from the program."""

import csv
import datetime
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from finmodel.assumptions import BadInput
from finmodel.billing.layout import layout_of
from finmodel.billing.meanings import Given, faults_located, meanings_of
from finmodel.billing.parties import numbered
from finmodel.billing.reading import convert, header, locate, profile
from finmodel.billing.rules import payer_rules
from tests.fee_schedules import STACKED, row

# Codes with their service line and work RVUs, made up but for their order of size; 78999 stands for what contractors price.
CODES = {"71046": ("xr", "0.22"), "70450": ("ct", "0.85"), "74177": ("ct", "1.82"), "70553": ("mr", "2.29"),
         "76700": ("us", "0.81"), "77067": ("breast", "0.76")}
CARRIER_PRICED = "78999"
SITES = ("General Hospital", "St. Mary's, West", "Lakeside Imaging")
PLACES = {"21": "inpatient", "23": "emergency", "22": "outpatient", "11": "imaging_center"}
PAYERS = {"Medicare Part B": "medicare", "Aetna Medicare Advantage": "medicare_advantage", "Ohio Medicaid": "medicaid",
          "Blue Cross": "commercial", "Cigna": "commercial", "Self Pay": "self_pay",
          "State Fund Workers Comp": "workers_compensation"}
REASONS = ("CO-45", "CO-197", "PR-1")


@dataclass
class Service:
    """One service as it is, whatever rows tell of it."""

    account: str
    patient: int
    date: datetime.date
    code: str
    site: str
    place: str
    payer: str
    charge: int
    allowed: int | None
    units: int = 1
    secondary: str | None = None
    is_reversed: bool = False
    is_replaced: bool = False
    is_voided: bool = False
    payments: list[tuple[str, datetime.date, int]] = field(default_factory=list)
    adjustments: list[tuple[str, datetime.date, int]] = field(default_factory=list)

    @property
    def counts(self) -> bool:
        return not (self.is_reversed or self.is_voided)


def services(seed: int, count: int, months: int = 12, year: int = 2025) -> list[Service]:
    """Services of a year; payments arrive one to four months later, and some are reversed, voided, replaced or paid twice."""
    drawn = random.Random(seed)  # noqa: S311
    found = []
    for number in range(count):
        date = datetime.date(year, drawn.randrange(1, months + 1), drawn.randrange(1, 29))
        charge = drawn.randrange(9_000, 90_000)
        allowed = charge // drawn.randrange(2, 5)
        one = Service(f"A{number:07d}", drawn.randrange(max(count // 3, 1)), date, drawn.choice(list(CODES)), drawn.choice(SITES),
                      drawn.choice(list(PLACES)), drawn.choice(list(PAYERS)), charge, allowed, 2 if drawn.random() < 0.03 else 1)
        chance = drawn.random()
        one.is_reversed, one.is_voided, one.is_replaced = chance < 0.03, 0.03 <= chance < 0.05, 0.05 <= chance < 0.08
        # One second payer in three has the name of the first.
        one.secondary = (one.payer if number % 3 == 0 else "Cigna") if drawn.random() < 0.1 and one.payer != "Cigna" else None
        if one.counts and drawn.random() < 0.9:
            paid = allowed * drawn.randrange(50, 101) // 100
            arrives = date + datetime.timedelta(days=drawn.randrange(20, 120))
            one.payments.append((one.payer, arrives, paid))
            one.adjustments.append((drawn.choice(REASONS), arrives, charge - allowed))
            if one.secondary:
                one.payments.append((one.secondary, arrives + datetime.timedelta(days=30), allowed - paid))
        found.append(one)
    return found


def truth(made: list[Service]) -> dict:
    """The totals in cents, and exams and work RVUs by site, setting and line and by payer class."""
    counted = [one for one in made if one.counts]
    cells, payers = defaultdict(lambda: [0, Decimal(0)]), defaultdict(lambda: [Decimal(0), 0])
    for one in counted:
        line, work = CODES[one.code]
        cell = cells[one.site, PLACES[one.place], line]
        cell[0] += one.units
        cell[1] += one.units * Decimal(work)
        payers[PAYERS[one.payer]][0] += one.units * Decimal(work)
        payers[PAYERS[one.payer]][1] += sum(amount for _, _, amount in one.payments)
    return {"charge": sum(one.charge for one in counted), "allowed": sum(one.allowed or 0 for one in counted),
            "paid": sum(amount for one in counted for _, _, amount in one.payments),
            "adjustment": sum(amount for one in counted for _, _, amount in one.adjustments),
            "exams": sum(one.units for one in counted), "cells": dict(cells), "payers": dict(payers)}


# Columns that a program must never read, each with a mark to look for afterwards.
PRIVATE = {"Patient Name": "CANARY NAME {}", "Date of Birth": "1950-0{}-01", "Street": "{} CANARY STREET",
           "Phone": "555-CANARY-{}",
           "Note": "CANARY NOTE {}", "Guarantor": "CANARY GUARANTOR {}"}
Rows = list[dict[str, object]]


def _private(one: Service) -> dict[str, object]:
    return {column: mark.format(one.patient % 9 + 1) for column, mark in PRIVATE.items()}


def _about(one: Service) -> dict[str, object]:
    return {"Account ID": one.account, "MRN": f"CANARYMRN{one.patient}", "Date of Service": one.date, "CPT": one.code,
            "Modifier 1": "59" if one.charge % 2 else "26", "Modifier 2": "26" if one.charge % 2 else "", "Facility": one.site,
            "POS": one.place, **_private(one)}


def transactions(made: list[Service]) -> Rows:
    """One row for each transaction: payments and adjustments are negative, a reversal undoes its charge, a void comes as claim 8."""  # noqa: E501
    rows: Rows = []
    for one in made:
        about = {**_about(one), "Payer": one.payer, "Units": one.units}
        posted = one.date + datetime.timedelta(days=5)
        base = {**about, "Posted Date": posted, "Deposit Date": "", "Reason Code": "", "Claim Frequency": 1}
        rows.append({**base, "Transaction Type": "CHARGE", "Amount": one.charge - (500 if one.is_replaced else 0)})
        if one.is_replaced:
            rows.append({**base, "Transaction Type": "CHARGE", "Amount": one.charge, "Claim Frequency": 7})
        if one.is_reversed:
            rows.append({**base, "Transaction Type": "CHARGE REVERSAL", "Amount": -one.charge})
        if one.is_voided:
            rows.append({**base, "Transaction Type": "VOID CHARGE", "Amount": one.charge, "Claim Frequency": 8})
            # The void repeats what was paid with the sign that it had.
            rows += [{**base, "Transaction Type": "PAYMENT", "Amount": -1_500, "Claim Frequency": times} for times in (1, 8)]
        if one.is_replaced and one.payments:
            # What the original was paid stays in the export although the replacement is paid as a whole.
            rows.append({**base, "Transaction Type": "PAYMENT", "Amount": -1_100})
        rows += [{**base, "Transaction Type": "PAYMENT", "Payer": payer, "Amount": -amount, "Posted Date": date,
                  "Claim Frequency": 7 if one.is_replaced else 1,
                  "Deposit Date": date - datetime.timedelta(days=2)} for payer, date, amount in one.payments]
        rows += [{**base, "Transaction Type": "ADJUSTMENT", "Amount": -amount, "Posted Date": date, "Reason Code": reason}
                 for reason, date, amount in one.adjustments]
    return rows


def wide(made: list[Service]) -> Rows:
    """One row for each service and payer: a secondary payer repeats charge and allowed amount."""
    rows: Rows = []
    for one in made:
        date = one.payments[0][1] if one.payments else one.date
        paid = [amount for _, _, amount in one.payments]
        base = {**_about(one), "Payer": one.payer, "Units": one.units, "Charges": one.charge, "Allowed": one.allowed,
                "Payments": sum(paid[:1]), "Adjustments": sum(amount for _, _, amount in one.adjustments),
                "Payment Date": date, "Payer Sequence": "PRIMARY", "Claim Frequency": 1}
        rows.append(base)
        if one.is_voided:
            rows.append({**base, "Claim Frequency": 8})
        elif not one.counts:
            rows.append({**base, "Charges": -one.charge, "Allowed": -(one.allowed or 0)})
        elif one.secondary and one.payments:
            rows.append({**base, "Payer": one.secondary, "Payments": sum(paid[1:]), "Adjustments": 0,
                         "Payer Sequence": "SECONDARY", "Payment Date": date + datetime.timedelta(days=30)})
    return rows


def charges_and_remittances(made: list[Service]) -> tuple[Rows, Rows]:
    """What was charged in one file; what payers answered, charges repeated, in another with the columns of a remittance."""
    charges: Rows = []
    answers: Rows = []
    for one in made:
        about = {**_about(one), "Payer": one.payer, "Units": one.units, "Line Number": 1, "Posted Date": one.date}
        charges.append({**about, "Charges": one.charge})
        if not one.counts:
            charges.append({**about, "Charges": -one.charge})
        for position, (payer, date, amount) in enumerate(one.payments):
            groups = one.adjustments if position == 0 else []
            slots = {f"LineAdj{slot}{part}": "" for slot in (1, 2) for part in ("Group", "ReasonCode", "Amount")}
            for slot, (reason, _, adjusted) in enumerate(groups, 1):
                slots |= {f"LineAdj{slot}Group": {"CO": "CONTRACTUAL", "PR": "PATIENT_RESPONSIBILITY"}[reason[:2]],
                          f"LineAdj{slot}ReasonCode": reason[3:], f"LineAdj{slot}Amount": adjusted}
            answers.append({"Account ID": one.account, "LineControlNumber": 1, "MRN": f"CANARYMRN{one.patient}",
                            "PayerName": payer,
                            "ClaimStatus": "SECONDARY" if position else "PRIMARY", "LineServiceDateFrom": one.date,
                            "LineProcedureCode": one.code, "LineChargeAmount": one.charge, "LineAllowedAmount": one.allowed,
                            "LinePaidAmount": amount, "PaymentDate": date, **slots, **_private(one)})
    return charges, answers


MONEY = {"Amount", "Charges", "Allowed", "Payments", "Adjustments", "LineChargeAmount", "LineAllowedAmount", "LinePaidAmount",
         "LineAdj1Amount", "LineAdj2Amount"}
NUMBERS = {
    "plain": lambda cents: f"{Decimal(cents) / 100:.2f}",
    "thousands": lambda cents: f"{Decimal(cents) / 100:,.2f}",
    "dollars": lambda cents: f"${Decimal(cents) / 100:,.2f}" if cents >= 0 else f"-${Decimal(-cents) / 100:,.2f}",
    "brackets": lambda cents: f"{Decimal(cents) / 100:,.2f}" if cents >= 0 else f"({Decimal(-cents) / 100:,.2f})",
    "trailing": lambda cents: f"{Decimal(cents) / 100:.2f}" if cents >= 0 else f"{Decimal(-cents) / 100:.2f}-",
    "credit": lambda cents: f"{Decimal(cents) / 100:.2f}" if cents >= 0 else f"{Decimal(-cents) / 100:.2f} CR",
    "comma": lambda cents: f"{Decimal(cents) / 100:,.2f}".translate(str.maketrans(",.", ".,")),
    "comma trailing": lambda cents: f"{abs(Decimal(cents)) / 100:,.2f}".translate(str.maketrans(",.", ".,")) + "-" * (cents < 0),
}


def texts(rows: Rows, numbers: str = "plain", dates: str = "%Y-%m-%d") -> list[list[str]]:
    """Header and rows as text."""
    def text(column: str, value: object) -> str:
        if value is None or value == "":
            return ""
        if column in MONEY:
            return NUMBERS[numbers](value)
        return value.strftime(dates) if isinstance(value, datetime.date) else str(value)

    return [list(rows[0]), *([text(column, value) for column, value in one.items()] for one in rows)]


def write_csv(path: Path, rows: Rows, *, encoding: str = "utf-8", delimiter: str = ",", end: str = "\r\n", numbers: str = "plain",
              dates: str = "%Y-%m-%d", before: str = "") -> Path:
    with path.open("w", encoding=encoding, newline="") as stream:
        stream.write(before)
        csv.writer(stream, delimiter=delimiter, lineterminator=end).writerows(texts(rows, numbers, dates))
    return path


def write_fee_schedule(folder: Path) -> Path:
    """A relative value file of 2025 with the codes used here."""
    path = folder / "PPRRVU2025_Oct.csv"
    entries = [row(code, modifier, work=work, nonfacility="0.40", facility="0.40", malpractice="0.05")
               for code, (_, work) in CODES.items() for modifier in ("", "26", "TC")]
    entries.append(row(CARRIER_PRICED, "", "C", "0.00", "0.00", "0.00", "0.00"))
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["", "", "2025 National Physician Fee Schedule Relative Value File October Release"],
                                      *STACKED,
                                      *entries])
    return path


def ledger_of(folder: Path, *paths: Path, given=None, known_otherwise=(), **corrections: str):
    """The typed ledger of files as one Arrow table, read in this process; raises BadInput with what has no meaning."""
    secret = bytes(range(32))
    given = given or Given(rules=payer_rules())
    columns = [layout_of(header(path)["header"], path.name, corrections, None, known_otherwise).columns for path in paths]
    profiles = [profile(path, one) for path, one in zip(paths, columns, strict=True)]
    counts: dict[str, Counter] = {}
    for one in profiles:
        for concept, values in one["counts"].items():
            counts.setdefault(concept, Counter()).update(values)
    found = meanings_of(columns[0], counts, given, numbered([*counts.get("payer", ()), *counts.get("site", ())]))
    for path, one in zip(paths, columns, strict=True):
        faults = list(faults_located(found, one, path.name, lambda concept, values, path=path, one=one: locate(
            path, one, concept, values)["rows"]))
        if faults:
            raise BadInput(faults)
    key_parts = [part for part in ("claim", "service_date", "code", "modifiers") if part == "modifiers" or part in columns[0]]
    tables = []
    for number, (path, one) in enumerate(zip(paths, columns, strict=True)):
        out = folder / f"ledger{number}.parquet"
        convert(path, one, found.tables, key_parts, {}, secret.hex(), number, str(out), "500MB")
        tables.append(pq.read_table(out))
    return pa.concat_tables(tables), found


def sums_of(cells: pa.Table, *by: str) -> dict:
    """Counted units and cents of cells, in all or by some columns."""
    found = defaultdict(lambda: dict.fromkeys(("units", "charge", "allowed", "paid", "adjustment"), 0))
    for cell in cells.to_pylist():
        key = (*(cell[name] for name in by), cell["set_aside"])
        for measure in found[key]:
            found[key][measure] += cell[measure]
    return {key: one for key, one in found.items() if any(one.values())}
