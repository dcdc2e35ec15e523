"""Office files that bear the date of what they say, and not of when they were written: the same content gives the same bytes."""

import datetime
import io
import re
import zipfile

WRITTEN = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
EARLIEST = (1980, 1, 1, 0, 0, 0)


def dated(content: bytes, day: datetime.date) -> bytes:
    """The file with a day in place of every date of its making, in the files within it as well."""
    into = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            part = before.read(name)
            if name.endswith(".xlsx"):
                part = dated(part, day)
            elif name == "docProps/core.xml":
                part = WRITTEN.sub(rb"\g<1>%sT00:00:00Z" % day.isoformat().encode(), part)
            after.writestr(zipfile.ZipInfo(name, EARLIEST), part, zipfile.ZIP_DEFLATED)
    return into.getvalue()
