"""What a spreadsheet program makes of a workbook: LibreOffice recalculates every formula, whatever was cached."""

import csv
import re
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

# Without it LibreOffice trusts the values that the file brings along.
ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>
"""
# Every sheet as a file of its own, numbers in full.
EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"


def soffice(folder: Path, *arguments: str) -> None:
    """Run LibreOffice with a profile of its own."""
    profile = folder / "profile"
    if not profile.exists():
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE)
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", *arguments]
    subprocess.run(command, check=True, capture_output=True, timeout=240)


def recalculated(folder: Path, files: Sequence[Path]) -> dict[str, dict[str, list[list[str]]]]:
    """The cells of every sheet of every file after recalculation, by the file's name without ending."""
    out = folder / "recalculated"
    soffice(folder, "--convert-to", EVERY_SHEET, "--outdir", str(out), *map(str, files))
    found: dict[str, dict[str, list[list[str]]]] = {}
    for path in out.glob("*.csv"):
        stem, _, sheet = path.stem.partition("-")
        with path.open(encoding="utf-8", newline="") as file:
            found.setdefault(stem, {})[sheet] = list(csv.reader(file))
    return found


def number(text: str) -> float:
    """The number of a cell, which a share shows in percent."""
    return float(text[:-1]) / 100 if text.endswith("%") else float(text)


def typed_over(source: Path, target: Path, sheet: int, cells: Mapping[str, float]) -> None:
    """A copy of a workbook with numbers typed over cells of one of its sheets."""
    part = f"xl/worksheets/sheet{sheet}.xml"
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as after:
        for name in before.namelist():
            text = before.read(name)
            if name == part:
                for cell, value in cells.items():
                    pattern = rb'(<c r="%s" s="\d+")[^>]*>.*?</c>' % cell.encode()
                    text, found = re.subn(pattern, rb"\1><v>%s</v></c>" % repr(float(value)).encode(), text)
                    assert found == 1, cell
            after.writestr(name, text)
