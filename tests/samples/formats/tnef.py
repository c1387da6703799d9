"""Sample files without a table: one text that must come out."""

from __future__ import annotations

import struct
from pathlib import Path

from tests.samples.formats.sample import PLANTED_TEXT, Sample

EXTENSION = "tnef"
HAS_TABLE = False
CAN_HIDE = False
TRUNCATION_SHOWS = True

_WIDE, _BINARY, _OBJECT, _INTEGER = 0x001F, 0x0102, 0x000D, 0x0003


def attribute(number: int, data: bytes, *, level: int = 1) -> bytes:
    """Return one attribute of the message, or with level 2 of the last attachment."""
    return struct.pack("<BHHI", level, number, 6, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def counted(raw: bytes) -> bytes:
    """Return a value of variable length."""
    return struct.pack("<I", len(raw)) + raw + b"\0" * (-len(raw) % 4)


def properties(values: dict[int, str | bytes | int]) -> bytes:
    """Return properties by their numbers; those from 0x8000 on are named after their number."""
    out = struct.pack("<I", len(values))
    for number, value in values.items():
        kind = _WIDE if isinstance(value, str) else _BINARY if isinstance(value, bytes) else _INTEGER
        out += struct.pack("<HH", kind, number)
        if number >= 0x8000:
            out += bytes(16) + struct.pack("<I", 1) + counted(f"Own {number:x}\0".encode("utf-16-le"))
        if isinstance(value, int):
            out += struct.pack("<I", value)
        else:
            raw = value if isinstance(value, bytes) else (value + "\0").encode("utf-16-le")
            out += struct.pack("<I", 1) + counted(raw)
    return out


def wrapped(*attributes: bytes) -> bytes:
    """Return a whole file."""
    page = attribute(0x9007, struct.pack("<II", 1252, 0))
    return (
        b"\x78\x9f\x3e\x22\x01\x00"
        + attribute(0x9006, struct.pack("<I", 0x10000))
        + page
        + b"".join(attributes)
    )


def attachment(name: str, content: bytes) -> bytes:
    """Return an attachment, its name behind its content as Outlook writes it."""
    parts = ((0x9002, bytes(14)), (0x800F, content), (0x8010, name.encode() + b"\0"))
    return b"".join(attribute(number, data, level=2) for number, data in parts)


def build(path: Path, sample: Sample) -> None:
    del sample
    message = attribute(0x8004, b"Subject\0") + attribute(0x9003, properties({0x1000: "Zzcanary body"}))
    path.write_bytes(wrapped(message, attachment("note.txt", PLANTED_TEXT.encode())))
