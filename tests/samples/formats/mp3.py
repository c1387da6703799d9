"""Tags of MPEG sound, put together frame by frame, without any sound."""

from __future__ import annotations

import struct
from pathlib import Path

from tests.samples.formats.sample import PLANTED_TEXT, Sample

EXTENSION = "mp3"
HAS_TABLE = False
CAN_HIDE = False
TRUNCATION_SHOWS = True
SOUND = b"\xff\xfb\x90\x64" + bytes(range(1, 200))


def frame(name: str, data: bytes, flags: int = 0) -> bytes:
    """Return one frame of ID3v2.3."""
    return name.encode("ascii") + struct.pack(">IH", len(data), flags) + data


def tag(*frames: bytes, version: int = 3) -> bytes:
    """Return a tag of ID3v2."""
    body = b"".join(frames)
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3" + bytes((version, 0, 0)) + size + body


def old_tag(title: str) -> bytes:
    """Return a tag of ID3v1."""
    return b"TAG" + title.encode("latin-1").ljust(30, b"\0") + bytes(95)


def build(path: Path, sample: Sample) -> None:
    del sample
    path.write_bytes(tag(frame("TIT2", b"\3" + PLANTED_TEXT.encode())))
