"""Relative value and GPCI files in the layouts of CMS, without descriptors, for tests; and where the genuine ones may lie."""

import csv
import io
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from finmodel.cli import finmodel

CMS = Path(__file__).parents[2] / "shared" / "data" / "cms"
VOLUMES = CMS.parent / "volumes"
genuine = pytest.mark.skipif(not CMS.is_dir(), reason="the files of CMS in ../shared/data/cms are not here")

RVUS_2025 = CMS / "PPRRVU2025_Oct.csv"
RVUS_2026 = CMS / "PPRRVU2026_Jul_nonQPP.csv"
GPCI_2025 = CMS / "GPCI2025.csv"
GPCI_2026 = CMS / "GPCI2026.csv"
ALABAMA = CMS / "cms_pf_alabama_2025A_extract.csv"

STACKED = [
    ["", "", " ", " "] + [""] * 24 + ["NON-FACILITY", "FACILITY", ""],
    ["", "", "", "", "NOT USED"] + [""] * 20 + ["PHYSICIAN", "", "DIAGNOSTIC", "PE USED", "PE USED", "MP USED"],
    ["", "", "", "", "FOR", "", "", "NON-FAC", "", "FACILITY "] + [""] * 15
    + ["SUPERVISION OF", "", "IMAGING", "FOR OPPS", "FOR OPPS", "FOR OPPS"],
    ["", "", "", "STATUS", "MEDICARE ", "WORK", "NON-FAC", "NA", "FACILITY", "NA", "MP", "NON-FACILITY", "FACILITY", "PCTC",
     "GLOB", "PRE", "INTRA", "POST", "MULT", "BILAT", "ASST", "CO-", "TEAM", "ENDO", "CONV", "DIAGNOSTIC", "CALCULATION",
     "FAMILY", "PAYMENT", "PAYMENT", "PAYMENT"],
    ["HCPCS", "MOD", "DESCRIPTION", "CODE", "PAYMENT", "RVU", "PE RVU", "INDICATOR", "PE RVU", "INDICATOR", "RVU", "TOTAL",
     "TOTAL", "IND", "DAYS", "OP", "OP", "OP", "PROC", "SURG", "SURG", "SURG", "SURG", "BASE", "FACTOR", "PROCEDURES",
     "FLAG", "INDICATOR", "AMOUNT", "AMOUNT", "AMOUNT"],
]
FACTORS = {2020: "36.0896", 2021: "34.8931", 2022: "34.6062", 2023: "33.8872", 2024: "33.2875", 2025: "32.3465", 2026: "33.4009"}


def shell(capsys):
    """A way to run a verb in this process: what it wrote, and its exit code."""

    def run(*arguments):
        with pytest.raises(SystemExit) as stop:
            finmodel.main(args=[str(one) for one in arguments])
        written_out = capsys.readouterr()
        return SimpleNamespace(stdout=written_out.out, stderr=written_out.err, returncode=stop.value.code or 0)

    return run


def row(hcpcs, modifier="", status="A", work="1.00", nonfacility="2.00", facility="0.50", malpractice="0.10", *, pctc="1",
        multiple="0", bilateral="0", outpatient=("0.00", "0.00", "0.00"), factor=FACTORS[2025]):
    """The 31 cells of one code; totals are the sums of the parts."""
    totals = [str(Decimal(work) + Decimal(practice) + Decimal(malpractice)) for practice in (nonfacility, facility)]
    return [hcpcs, modifier, "", status, "", work, nonfacility, "", facility, "", malpractice, *totals, pctc, "XXX", "0.00",
            "0.00", "0.00", multiple, bilateral, "0", "0", "0", "", factor, "09", "0", "88" if multiple == "4" else "99",
            *outpatient]


# A chest film, a head CT, a brain MR, both parts of each; what contractors price; what Medicare does not pay; one side of two.
ROWS = [
    row("71046", "", work="0.22", nonfacility="0.75", facility="0.75", malpractice="0.03"),
    row("71046", "26", work="0.22", nonfacility="0.08", facility="0.08", malpractice="0.02"),
    row("71046", "TC", work="0.00", nonfacility="0.67", facility="0.67", malpractice="0.01"),
    row("70450", "", work="0.85", nonfacility="2.35", facility="2.35", malpractice="0.05", multiple="4"),
    row("70450", "26", work="0.85", nonfacility="0.31", facility="0.31", malpractice="0.04", multiple="4"),
    row("70450", "TC", work="0.00", nonfacility="2.04", facility="2.04", malpractice="0.01", multiple="4"),
    row("70553", "", work="2.29", nonfacility="7.26", facility="7.26", malpractice="0.16", multiple="4",
        outpatient=("5.00", "5.00", "0.15")),
    row("70553", "26", work="2.29", nonfacility="0.82", facility="0.82", malpractice="0.13", multiple="4"),
    row("70553", "TC", work="0.00", nonfacility="6.44", facility="6.44", malpractice="0.03", multiple="4",
        outpatient=("4.18", "4.18", "0.02")),
    row("78608", "", "C", "0.00", "0.00", "0.00", "0.00"),
    row("78609", "26", "N", "1.50", "0.59", "0.59", "0.03"),
    row("99072", "", "B", "0.00", "0.00", "0.00", "0.00", pctc="9"),
    row("76882", "26", work="0.69", nonfacility="0.25", facility="0.25", malpractice="0.04", bilateral="3"),
    row("36556", "", work="1.75", nonfacility="4.46", facility="0.49", malpractice="0.20", pctc="0", multiple="2", bilateral="1"),
    row("45378", "", work="3.26", nonfacility="6.60", facility="1.75", malpractice="0.40", pctc="0"),
    row("45378", "53", work="1.63", nonfacility="3.30", facility="0.88", malpractice="0.20", pctc="0"),
    row("00100", "", "J", "0.00", "0.00", "0.00", "0.00", pctc="9", multiple="9", bilateral="9"),
    row("0042T", "", "C", "0.00", "0.00", "0.00", "0.00", pctc="0"),
]


def many_rows(count=400):
    """Codes whose RVUs all differ a little, as in a genuine file."""
    return [row(str(71000 + at), "26", work=f"{0.5 + at / 100:.2f}", nonfacility=f"{0.2 + at / 250:.2f}",
                facility=f"{0.2 + at / 260:.2f}", malpractice=f"{0.01 + at % 40 / 100:.2f}") for at in range(count)]


def relative_values(rows=ROWS, year=2025, release="October", factor=None, released=None):
    """A CSV in the layout of its year: 31 columns until 2025, 32 with the pricing indicator since."""
    factor = factor or FACTORS[year]
    wide = year >= 2026
    titles = [f"{year} National Physician Fee Schedule Relative Value File {release} Release",
              f"CPT codes and descriptions only are copyright {year - 1} American Medical Association.  All Rights Reserved. ",
              f"Dental codes (D codes) are copyright {year}/{year % 100 + 1} American Dental Association.", " ",
              f"RELEASED {released or f'09/11/{year}'}"]
    lines = [["", "", title, *[""] * (29 if wide else 28)] for title in titles]
    lines += [head[:23] + {3: ["PRIC"], 4: ["IND"]}.get(at, [""]) + head[23:] if wide else head
              for at, head in enumerate(STACKED)]
    for one in rows:
        cells = [*one[:24], factor, *one[25:]]
        lines.append([*cells[:23], "9", *cells[23:]] if wide else cells)
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    return text.getvalue()


def fixed_width(rows=ROWS, factor=FACTORS[2025]):
    """The same as text, by the places of the record layout (RVU26A): HDR lines, then 171 places for each code."""
    lines = ["HDR CPT CODES AND DESCRIPTIONS ONLY ARE COPYRIGHT ", "HDR 2026 AMERICAN MEDICAL ASSOCIATION.  ALL RIGHTS"]
    lines += [f"{one[0]:<5}{one[1]:<2}{'':50}{one[3]}{one[4]:1}{one[5]:>6} {one[6]:>6}{one[7]:<2} {one[8]:>6}{one[9]:<2} "
              f"{one[10]:>5} {one[11]:>6}{one[12]:>6}{one[13]}{one[14]:<3}.00.00.00{''.join(one[18:23])}{'':7}{one[23]:<5}"
              f"{factor:>8} {one[25]:<2}{one[26]} {one[27]:<2}    {one[28]:>6} {one[29]:>6} {one[30]:>6}" for one in rows]
    return "\r\n".join(lines) + "\r\n\x1a"


def localities(year=2025, count=None, both=False):
    """A GPCI file in the layout of Addendum E, with the locality count of its year: Alabama, then invented ones."""
    count = count or (112 if year < 2024 else 109)
    heads = [*[f"{year} PW GPCI (without 1.0 Floor)"] * both, f"{year} PW GPCI (with 1.0 Floor)", f"{year} PE GPCI",
             f"{year} MP GPCI"]
    lines = [[f"ADDENDUM E. FINAL CY {year} GEOGRAPHIC PRACTICE COST INDICES (GPCIs) BY STATE AND MEDICARE LOCALITY"], [],
             ["Medicare Administrative Contractor (MAC)", "State", "Locality Number", "Locality Name", *heads],
             ["10112", "AL", "00", "ALABAMA", *["0.988"] * both, "1.000", "0.869", "0.575"]]
    lines += [["01112", "CA", f"{at:02}" if at < 100 else "00", f"AREA {at}"] + ["1.000"] * both
              + ["1.010", f"{0.85 + at / 250:.3f}", f"{0.4 + at / 100:.3f}"] for at in range(1, min(count, 100))]
    lines += [["09102", "FL", f"{at - 99:02}", f"AREA {at}"] + ["1.000"] * both
              + ["1.010", f"{0.85 + at / 250:.3f}", f"{0.4 + at / 100:.3f}"] for at in range(100, count)]
    lines += [[], ['MAC Assignments as of November 22, 2023'], ["*Work GPCI reflects a 1.5 floor in Alaska, by law."]]
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    return text.getvalue()


def written(folder, name, text, encoding="cp1252"):
    """A file of that text."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path
