"""Foreign files are read by name of column, in a process of their own; hostile ones are refused, and the app lives on."""

import csv
import io
import re
import time
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from finmodel.assumptions import BadInput
from finmodel.billing.ingest import Choices, headers
from finmodel.billing.layout import fingerprint, guess, layout_of, recognised, remember
from finmodel.billing.sandbox import Cancelled, Limits, ask
from tests.billing_files import MONEY, ledger_of, services, transactions, wide, write_csv

LAYOUTS = Path(__file__).parents[2] / "shared" / "data" / "billing_layouts"
public = pytest.mark.skipif(not LAYOUTS.is_dir(), reason="the public sample files in ../shared/data/billing_layouts are not here")
MADE = services(5, 60)


def write_xlsx(path, rows):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["A list of charges"])
    sheet.append([])
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append([value / 100 if column in MONEY and value not in (None, "") else value for column, value in row.items()])
    book.save(path)
    return path


def write_parquet(path, rows):
    columns = {column: [None if row[column] == "" else row[column] for row in rows] for column in rows[0]}
    pq.write_table(pa.table({column: [None if value is None else value / 100 for value in values] if column in MONEY else values
                             for column, values in columns.items()}), path)
    return path


@pytest.mark.parametrize("rows", [transactions(MADE), wide(MADE)], ids=["transactions", "wide"])
def test_workbook_parquet_and_text_give_the_same_ledger(tmp_path, rows):
    wanted, _ = ledger_of(tmp_path, write_csv(tmp_path / "export.csv", rows))
    for path in (write_xlsx(tmp_path / "export.xlsx", rows), write_parquet(tmp_path / "export.parquet", rows)):
        assert ledger_of(tmp_path, path)[0].combine_chunks().equals(wanted.combine_chunks()), path.suffix


# ---- Layouts met in the field


@pytest.mark.parametrize(("header", "wanted"), [
    (["enc", "dos", "dob", "dor", "hcpcs", "units", "mod1", "mod2", "pos", "loc", "ins_class", "ins_prim", "ins_sec", "charges",
      "allowed",
      "payments", "adjustments"],
     {"code": "hcpcs", "service_date": "dos", "posting_date": "dor", "payer": "ins_prim", "financial_class": "ins_class",
      "site": "loc", "place_of_service": "pos", "charge": "charges", "allowed": "allowed", "paid": "payments", "claim": "enc",
      "modifier_2": "mod2"}),
    (["Account ID", "Patient", "Facility", "Payer", "Date of Service", "Billed Amount", "CPT", "Modifier 1", "Modifier 2 - 4",
      "Adjustments", "Accounting Date", "Posted Date"],
     {"claim": "Account ID", "patient": "Patient", "charge": "Billed Amount", "code": "CPT", "modifier_2": "Modifier 2 - 4",
      "adjustment": "Adjustments", "posting_date": "Posted Date"}),
    (["CLM_ID", "LINE_NUM", "LINE_SRVC_CNT", "LINE_PLACE_OF_SRVC_CD", "LINE_1ST_EXPNS_DT", "HCPCS_CD", "HCPCS_1ST_MDFR_CD",
      "HCPCS_2ND_MDFR_CD", "LINE_NCH_PMT_AMT", "LINE_SBMTD_CHRG_AMT", "LINE_ALOWD_CHRG_AMT", "BENE_ID"],
     {"claim": "CLM_ID", "line": "LINE_NUM", "units": "LINE_SRVC_CNT", "service_date": "LINE_1ST_EXPNS_DT", "code": "HCPCS_CD",
      "allowed": "LINE_ALOWD_CHRG_AMT", "charge": "LINE_SBMTD_CHRG_AMT", "paid": "LINE_NCH_PMT_AMT", "patient": "BENE_ID"}),
    (["ChargeAmount", "ServiceDateFrom", "PayerName", "ClaimStatus", "PaymentDate", "LineProcedureCode", "LineChargeAmount",
      "LinePaidAmount", "LineAllowedAmount", "LineServiceDateFrom", "LineAdj1Group", "LineAdj1ReasonCode", "LineAdj1Amount"],
     {"charge": "LineChargeAmount", "service_date": "LineServiceDateFrom", "paid": "LinePaidAmount",
      "deposit_date": "PaymentDate",
      "adjustment_1": "LineAdj1Amount", "adjustment_reason_1": "LineAdj1ReasonCode", "claim_status": "ClaimStatus"}),
])
def test_columns_of_real_exports_are_taken_for_what_they_are(header, wanted):
    found = guess(header)
    assert {concept: found.get(concept) for concept in wanted} == wanted


def test_a_correction_goes_before_what_was_remembered_and_that_before_the_guess(tmp_path):
    header = ["CPT", "DOS", "Fee", "Payer", "POS", "Charges"]
    assert layout_of(header, "a.csv").columns["charge"] == "Charges"
    corrected = layout_of(header, "a.csv", {"charge": "Fee"})
    assert (corrected.columns["charge"], corrected.evidence["charge"]) == ("Fee", "given")
    remember(corrected, tmp_path)
    again = layout_of(list(reversed(header)), "b.csv", memory=tmp_path)
    assert (again.columns["charge"], again.evidence["charge"]) == ("Fee", "remembered")
    assert layout_of(header, "a.csv", {"charge": "Charges"}, tmp_path).columns["charge"] == "Charges"
    assert fingerprint(header) != fingerprint([*header, "Note"])


@pytest.mark.parametrize(("header", "said"), [
    (["DOS", "Charges", "Payer", "POS"], "no column holds procedure codes"),
    (["CPT", "Charges", "Payer", "POS"], "date of service"),
    (["CPT", "DOS", "Payer", "POS"], "no column holds amounts of money"),
    (["CPT", "DOS", "Amount", "Payer", "POS"], "tells charges from payments"),
    (["CPT", "DOS", "Charges", "POS"], "no column holds the payer"),
    (["CPT", "DOS", "Charges", "Payer"], "no column holds the place of service"),
    (["CPT", "DOS", "Charges", "Payer", "POS", "CPT"], "2 columns have this name"),
])
def test_what_a_header_lacks_is_said(header, said):
    with pytest.raises(BadInput, match=said):
        layout_of(header, "export.csv")


@public
def test_public_layouts_are_known():
    by_layout = {}
    with (LAYOUTS / "column_layouts.csv").open(encoding="utf-8") as stream:
        for one in csv.DictReader(stream):
            by_layout.setdefault(one["layout"], []).append(one["column"])
    assert {name: recognised(columns) >= 8 for name, columns in by_layout.items()
            if name.startswith(("arkrvu", "basconnect", "cms_rif", "edi835", "hdi_835-all-files.csv", "tuva"))
            } == dict.fromkeys(["arkrvu_practice_export (real)",
                                "basconnect adjustment report (hospital-based-physician billing)",
                                "cms_rif_carrier", "edi835parser_flattened.csv", "hdi_835-all-files.csv",
                                "tuva_medical_claim_seed.csv"], True)


@public
@pytest.mark.parametrize(("name", "assumed", "said"), [
    ("hdi_835-all-files-Lines.csv", {}, "no column holds the payer"),
    ("hdi_835-all-files-Payments.csv", {}, "no column holds procedure codes"),
    ("hdi_837P-all-files-Claims.csv", {}, "no column holds procedure codes"),
    ("hdi_837P-all-files-Lines.csv", {}, "no column holds the payer"),
    ("tuva_medical_claim_seed.csv", {}, None),
    ("hdi_835-all-files-Lines.csv", {"payer": "Any Plan", "place_of_service": "22"}, None),
    ("hdi_837P-all-files-Lines.csv", {"payer": "Any Plan", "place_of_service": "22"}, None),
])
def test_public_samples_load_or_are_refused_with_a_reason_that_is_true(name, assumed, said):
    if said:
        with pytest.raises(BadInput, match=said):
            headers([LAYOUTS / name], Choices(assumed=assumed))
    else:
        (heading,) = headers([LAYOUTS / name], Choices(assumed=assumed))
        assert {"code", "service_date", "charge"} <= set(heading.layout.columns)


@public
def test_sums_of_a_public_remittance_are_those_of_its_lines(tmp_path):
    path = LAYOUTS / "hdi_835-all-files-Lines.csv"
    table, _ = ledger_of(tmp_path, path, known_otherwise=("payer", "place_of_service"))
    with path.open(encoding="utf-8") as stream:
        lines = list(csv.DictReader(stream))
    wanted = {measure: sum(round(float(line[column] or 0) * 100) for line in lines) for measure, column in (
        ("charge", "LineChargeAmount"), ("paid", "LinePaidAmount"), ("allowed", "LineAllowedAmount"))}
    wanted["adjustment"] = sum(round(float(line[f"LineAdj{slot}Amount"] or 0) * 100) for line in lines for slot in range(1, 6))
    assert {measure: sum(cents or 0 for cents in table.column(measure).to_pylist()) for measure in wanted} == wanted


# ---- Hostile files


def refused(path, **limits):
    """The reason a file is refused for, and the seconds that took."""
    begun = time.monotonic()
    with pytest.raises(BadInput) as refusal:
        ask("header", path, path.name, Limits(**limits))
    return str(refusal.value), time.monotonic() - begun


def workbook(path, sheet, extra=()):
    """A workbook of one sheet, written by hand."""
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '  # noqa: E501
                               'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
                               'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.'  # noqa: E501
                               'openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="'  # noqa: E501
                       'http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>'  # noqa: E501
                       "</Relationships>",
        "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.'
                           'openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/>'
                           "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '  # noqa: E501
                                      'Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '  # noqa: E501
                                      'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet, **dict(extra)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


SHEET = ('<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="{dimension}"/><sheetData>{rows}'  # noqa: E501
         "</sheetData></worksheet>")
HEADER = '<row r="1">' + "".join(f'<c r="{letter}1" t="inlineStr"><is><t>{name}</t></is></c>' for letter, name in zip(
    "ABCDE", ("CPT", "Date of Service", "Charges", "Payer", "POS"), strict=True)) + "</row>"


def test_the_workbook_written_by_hand_is_read_when_harmless(tmp_path):
    path = workbook(tmp_path / "fine.xlsx", SHEET.format(dimension="A1:E1", rows=HEADER))
    assert ask("header", path, path.name, Limits())["header"][:2] == ["CPT", "Date of Service"]


def bomb(path):
    return workbook(path, SHEET.format(dimension="A1", rows=HEADER), extra=[("xl/media/zeros.xml", b" " * 300_000_000)])


HOSTILE = {
    "a zip bomb": (bomb, "zip bomb"),
    "a cell at the far corner": (lambda path: workbook(path, SHEET.format(
        dimension="A1:E2", rows=HEADER + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')), "so far to the right"),
    "a far cell whose place is written otherwise": (lambda path: workbook(path, SHEET.format(
        dimension="A1:E2", rows=HEADER + "<row r='1048576'><c s='0'  r='XFD1048576'><v>1</v></c></row>")), "far|memory|damaged"),
    "an external entity": (lambda path: workbook(path, '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + SHEET.format(
        dimension="A1", rows=HEADER)), "declares XML entities"),
    "a thousand laughs": (lambda path: workbook(path, SHEET.format(dimension="A1", rows=HEADER), extra=[
        ("xl/sharedStrings.xml", '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><sst/>')]),
        "declares XML entities"),
    "half a zip": (lambda path: (path.write_bytes(b"PK\x03\x04" + b"\0" * 500) and path) or path, "damaged"),
    "an old workbook": (lambda path: (path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9) and path) or path,
                        "old Excel workbook"),
    "a PDF": (lambda path: (path.write_bytes(b"%PDF-1.7 and more") and path) or path, "PDF"),
    "an empty file": (lambda path: (path.write_bytes(b"") and path) or path, "empty"),
    "random bytes": (lambda path: (path.write_bytes(bytes(range(256)) * 400) and path) or path, "no row|NUL|damaged"),
    "broken Parquet": (lambda path: (path.write_bytes(b"PAR1" + b"\x15" * 400 + b"PAR1") and path) or path,
                       "Parquet file is damaged"),
    "another table": (lambda path: (path.write_text("name,colour\nx,y\n") and path) or path, "no row of the first thirty"),
}


@pytest.mark.alone
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_in_two_seconds_with_its_reason(tmp_path, kind):
    make, said = HOSTILE[kind]
    reason, seconds = refused(make(tmp_path / "export.xlsx"))
    assert re.search(said, reason), reason
    # Starting Python and the libraries that read takes about a second of it.
    assert seconds < 3


def test_lying_headers_place_nothing(tmp_path):
    path = workbook(tmp_path / "lies.xlsx", SHEET.format(dimension="A1:XFD1048576", rows=HEADER))
    assert len(ask("header", path, path.name, Limits())["header"]) <= 16_384


def test_more_memory_than_allowed_is_a_message(tmp_path):
    out = io.StringIO()
    csv.writer(out).writerows([["CPT", "DOS", "Charges", "Payer", "POS"],
                               *(["70450", "2025-01-01", "1.00", "x" * 100, "22"],) * 200_000])
    path = tmp_path / "big.csv"
    path.write_text(out.getvalue())
    with pytest.raises(BadInput, match="memory"):
        ask("profile", path, path.name, Limits(memory_bytes=300_000_000), columns={"code": "CPT", "payer": "Payer"})


def test_more_time_than_allowed_is_a_message_and_a_user_may_stop(tmp_path):
    path = write_csv(tmp_path / "export.csv", wide(MADE))
    with pytest.raises(BadInput, match="longer than"):
        ask("header", path, path.name, Limits(seconds_for_header=0.05))
    with pytest.raises(Cancelled):
        ask("header", path, path.name, Limits(), cancelled=lambda: True)
