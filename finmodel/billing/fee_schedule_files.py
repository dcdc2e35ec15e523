"""Text out of a file that a user downloaded: a zip that is opened with care, or a plain file, in the encodings CMS uses."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from finmodel.assumptions import BadInput, Fault

LARGEST_TEXT = 64_000_000
LARGEST_ZIP = 64_000_000
MOST_MEMBERS = 200
STEEPEST_RATIO = 150
TEXTS = {".csv", ".txt", ".prn"}
PIECE = 1 << 20


class Text(NamedTuple):
    """The text of a file, and what the file is called."""

    name: str
    text: str


def texts_of(path: Path) -> list[Text]:
    """The texts of a file: its own, or those of the CSV and text files in a zip; nothing is unpacked to disk.

    Raises:
        BadInput: when it cannot be read, or is too large, or the zip is not one that CMS would publish.
    """
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise BadInput([Fault(path.name, "", "this is a folder; name the zip or the file in it")])
        if zipfile.is_zipfile(path) and not _is_workbook(path):
            return list(_members(path, size))
        if size > LARGEST_TEXT:
            raise BadInput([Fault(path.name, "", f"is larger than {LARGEST_TEXT // 1_000_000} MB; is it the right file?")])
        return [Text(path.name, decoded(path.read_bytes(), path.name))]
    except FileNotFoundError:
        raise BadInput([Fault(path.name, "", "there is no such file; check the path")]) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadInput([Fault(path.name, "", f"the zip cannot be read ({error}); download it again")]) from None
    except OSError as error:
        raise BadInput([Fault(path.name, "", f"the file cannot be read: {error.strerror or error}")]) from None


def decoded(content: bytes, name: str) -> str:
    """Text in UTF-8, UTF-16 with its mark, or the encoding of Windows.

    Raises:
        BadInput: when it is no text.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    # Mainframes end a file with this mark.
    content = content.rstrip(b"\x1a")
    if b"\0" in content:
        raise BadInput([Fault(name, "", "this is not a text file; give the CSV, the text file or the zip that CMS publishes")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _is_workbook(path: Path) -> bool:
    if path.suffix.lower() in {".xlsx", ".xlsm", ".xls"}:
        raise BadInput([Fault(path.name, "", "this is a workbook; give the CSV or the text file beside it, or the whole zip")])
    return False


def _members(path: Path, size: int) -> Iterator[Text]:
    if size > LARGEST_ZIP:
        raise BadInput([Fault(path.name, "", f"the zip is larger than {LARGEST_ZIP // 1_000_000} MB; is it the right file?")])
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        faults = [Fault(path.name, "", f"the zip holds more than {MOST_MEMBERS} files, so it is not a download of CMS")
                  ] if len(members) > MOST_MEMBERS else list(_faults_of_names(path.name, members))
        if faults:
            raise BadInput(faults)
        left = LARGEST_TEXT
        for member in members:
            name = PurePosixPath(member.filename).name
            # Names that begin with a point are what a Mac adds for itself.
            if PurePosixPath(name).suffix.lower() in TEXTS and not member.is_dir() and not name.startswith("."):
                content = _inflated(archive, member, path.name, left)
                left -= len(content)
                yield Text(name, decoded(content, name))


def _faults_of_names(name: str, members: list[zipfile.ZipInfo]) -> Iterator[Fault]:
    for member in members:
        parts = PurePosixPath(member.filename.replace("\\", "/"))
        if parts.is_absolute() or ".." in parts.parts or ":" in member.filename:
            yield Fault(name, "", "the zip names a file outside of itself, which no download of CMS does; get it from cms.gov")
        if member.flag_bits & 1:
            yield Fault(name, "", "the zip is locked with a password; unpack it and give the CSV")


def _inflated(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, left: int) -> bytes:
    """The bytes of a member, counted as they come: what a zip says of its sizes may be false."""
    most = min(left, max(PIECE, STEEPEST_RATIO * member.compress_size))
    pieces = []
    with archive.open(member) as stream:
        while piece := stream.read(PIECE):
            most -= len(piece)
            if most < 0:
                raise BadInput([Fault(name, PurePosixPath(member.filename).name, "unpacks to far more than a fee schedule holds; "
                                      "the zip is not a download of CMS")])
            pieces.append(piece)
    return b"".join(pieces)
