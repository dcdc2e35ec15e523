"""Find and read proposal files."""

import re
from pathlib import Path
from typing import Any

from finmodel.assumptions.files import parse_file
from finmodel.assumptions.reading import cited, find, parse_document, read_file
from finmodel.contracts.proposal import Proposal


def parse_proposal(content: bytes, file: str) -> Proposal:
    """A proposal from the bytes of its file.

    Raises:
        BadInput: with every fault of the file.
    """
    return proposal_of(parse_document(content, file), file)


def proposal_of(document: dict[str, Any], file: str) -> Proposal:
    """A proposal from the tables of its file.

    Raises:
        BadInput: with every fault of the file.
    """
    return cited(document, file, Proposal)


def load_proposal(given: str) -> tuple[str, Proposal]:
    """The key and the proposal of a built-in name or path; the key is made from the file's name."""
    path, file = find("proposals", given)
    return proposal_key(path), parse_proposal(read_file(path, file), file)


def proposal_key(path: Path) -> str:
    """The name under which the lines of a proposal stand: the file's, in lower case with single underscores."""
    name = re.sub(r"[^a-z0-9]+", "_", path.stem.lower()).strip("_")
    return name if name[:1].isalpha() else f"proposal_{name}".rstrip("_")


def load_file(path: Path) -> tuple[str, object]:
    """The kind of a file, proposals included, and what it holds.

    Raises:
        BadInput: with every fault of the file.
    """
    content = read_file(path, str(path))
    document = parse_document(content, str(path))
    return ("proposal", proposal_of(document, str(path))) if "mechanisms" in document else parse_file(content, str(path))
