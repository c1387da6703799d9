"""Visio drawings before 2013 put together stream by stream, with texts and nothing else."""

from __future__ import annotations

import struct
from pathlib import Path

from amends.scan.formats._compound_writer import compound_bytes
from tests.samples.formats.sample import PLANTED_TEXT, Sample

EXTENSION = "vsd"
HAS_TABLE = False
CAN_HIDE = False
TRUNCATION_SHOWS = True
CHUNKS = 0xD0
_TRAILER_AT = 54


def text_chunk(text: str) -> bytes:
    """Return the chunk that holds a shape's text."""
    raw = bytes(8) + text.encode("utf-16-le") + b"\0\0"
    return struct.pack("<IIIIHB", 14, 1, 0, len(raw), 3, 0) + raw


def packed(content: bytes) -> bytes:
    """Return a stream as packed streams lie there, byte for byte: nothing is said twice by a reference."""
    whole = bytes(4) + content
    return b"".join(b"\xff" + whole[at : at + 8] for at in range(0, len(whole), 8))


def drawing(*streams: tuple[int, bytes], version: int = 11) -> bytes:
    """Return the stream of a drawing; each of ``streams`` is its format and its bytes as they lie there."""
    head = b"Visio (TM) Drawing\r\n".ljust(26, b"\0") + struct.pack("<H", version)
    count = len(streams)
    at = _TRAILER_AT + 12 + 18 * count
    pointers = b""
    for form, content in streams:
        pointers += struct.pack("<IIIIH", 21, 0, at, len(content), form)
        at += len(content)
    trailer = struct.pack("<III", 4, count, 0) + pointers
    to_trailer = struct.pack("<IIIIH", 20, 0, _TRAILER_AT, len(trailer), 0x50)
    return head.ljust(36, b"\0") + to_trailer + trailer + b"".join(content for _, content in streams)


def build(path: Path, sample: Sample) -> None:
    del sample
    path.write_bytes(compound_bytes({"VisioDocument": drawing((CHUNKS, text_chunk(PLANTED_TEXT)))}))
