"""Messages that Outlook wrapped, with something hidden in them."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

from tests.samples.formats.tnef import attachment, attribute, properties, wrapped
from tests.samples.hiding.sample import PLANTED, HidingSample


def _sample(hidden: str, build: Callable[[bool], bytes], where: str = "") -> HidingSample:
    def write(path: Path, plant: bool) -> None:
        path.write_bytes(wrapped(attribute(0x8004, b"Subject\0"), build(plant)))

    return HidingSample(hidden, "tnef", write, where=where)


def _recipient(plant: bool) -> bytes:
    return attribute(0x9004, struct.pack("<I", 1) + properties({0x0C15: 3 if plant else 1, 0x3001: PLANTED}))


def _property(plant: bool) -> bytes:
    return attribute(0x9003, properties({0x8001: PLANTED} if plant else {0x0E04: PLANTED}))


def _body(plant: bool) -> bytes:
    text = b"{\\rtf1\\ansi " + (PLANTED if plant else "Nothing").encode() + b"}"
    packed = struct.pack("<III4x", len(text) + 12, len(text), 0x414C454D) + text
    return attribute(0x9003, properties({0x1009: packed, 0x1000: PLANTED}))


SAMPLES = (
    _sample("blind-copy", _recipient, "recipient 1"),
    _sample("mail-property", _property),
    _sample("other-version-of-body", _body, "rtf body"),
    _sample(
        "attachment",
        lambda plant: attachment("a.txt", PLANTED.encode()) if plant else b"",
        "attachment 1 ! a.txt",
    ),
    _sample("mail-header", lambda plant: attribute(0x9003, properties({0x007D: PLANTED} if plant else {}))),
)
