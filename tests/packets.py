"""Packets for tests, and everything that can be read out of their files."""

import datetime
import io
import zipfile
from pathlib import Path

import pypdf

from finmodel import assume, evaluate, load_practice
from finmodel.contracts.files import load_proposal
from finmodel.packet.build import build
from finmodel.packet.content import is_for_counterparty, packet
from finmodel.packet.policy import Policy

DAY = datetime.date(2026, 11, 29)


def result_of(practice="sample", proposals=("cost_basis", "piecemeal")):
    """The run of a shipped practice with shipped proposals."""
    return evaluate(assume(load_practice(practice), proposals=dict(load_proposal(one) for one in proposals)))


def packet_of(result, audience, **more):
    """A packet of a run, dated."""
    return packet(result, audience, **{"made_on": DAY, "version": "working copy", **more})


def built(result, audience, folder, **more):
    """The files of a packet by their endings."""
    policy = Policy() if is_for_counterparty(audience) else None
    made = build(packet_of(result, audience, **more), result, policy, Path(folder))
    return {one.label: one.path for one in made}


def inside(path):
    """Every part of a file as bytes, those within archives within it included."""
    content = path.read_bytes() if isinstance(path, Path) else path
    if isinstance(path, Path) and path.suffix == ".pdf":
        reader = pypdf.PdfReader(path)
        words = "\n".join(page.extract_text() for page in reader.pages)
        yield words.encode()
        yield str(reader.metadata).encode()
        yield reader.xmp_metadata.stream.get_data() if reader.xmp_metadata else b""
    elif content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from inside(archive.read(name))
    else:
        yield content
