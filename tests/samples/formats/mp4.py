"""Boxes of a film, without any film."""

from __future__ import annotations

import struct
from pathlib import Path

from tests.samples.formats.sample import PLANTED_TEXT, Sample

EXTENSION = "mp4"
HAS_TABLE = False
CAN_HIDE = False
TRUNCATION_SHOWS = True


def box(kind: bytes, *content: bytes) -> bytes:
    """Return a box with its content or with the boxes in it."""
    body = b"".join(content)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def item(kind: bytes, text: str) -> bytes:
    """Return an item of iTunes' list."""
    return box(kind, box(b"data", struct.pack(">II", 1, 0), text.encode()))


def film(*in_movie: bytes, behind: bytes = b"") -> bytes:
    """Return a file with these boxes in its movie box."""
    return box(b"ftyp", b"isom", bytes(4), b"isom") + box(b"moov", *in_movie) + behind


def listed(*items: bytes) -> bytes:
    """Return the user data with iTunes' list."""
    return box(b"udta", box(b"meta", bytes(4), box(b"hdlr", bytes(25)), box(b"ilst", *items)))


def build(path: Path, sample: Sample) -> None:
    del sample
    path.write_bytes(film(listed(item(b"\xa9nam", PLANTED_TEXT))))
