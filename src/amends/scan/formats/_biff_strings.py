"""The shared strings of a workbook (SST, MS-XLS 2.4.265): each text once, with runs of fonts and pronunciations."""

from __future__ import annotations

import struct
from typing import Final

from amends.scan.formats._biff_records import SegmentReader

_WIDE, _PHONETIC, _RICH = 0x01, 0x04, 0x08
_PHONETIC_TEXT: Final = 12


class SharedStrings:
    """The texts by their number, and what else is kept with them."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.runs: dict[int, list[tuple[int, int]]] = {}
        """Number of a text → first character and font of each of its runs."""
        self.phonetic: dict[int, str] = {}
        self.used = bytearray()
        """One byte a text: whether a cell shows it."""


def read_shared_strings(segments: list[bytes], strings: SharedStrings) -> None:
    """Fill ``strings``; raises `UnreadableError` where the record ends early, then what came before is there."""
    reader = SegmentReader(segments)
    _, count = struct.unpack("<II", reader.take(8))
    for number in range(count):
        if not reader.more():
            break
        _one(reader, strings, number)
    strings.used = bytearray(len(strings.texts))


def _one(reader: SegmentReader, strings: SharedStrings, number: int) -> None:
    length, flags = struct.unpack("<HB", reader.take(3))
    runs = extra = 0
    if flags & _RICH:
        (runs,) = struct.unpack("<H", reader.take(2))
    if flags & _PHONETIC:
        (extra,) = struct.unpack("<I", reader.take(4))
    strings.texts.append(reader.characters(length, bool(flags & _WIDE)))
    if runs:
        raw = reader.take(4 * runs)
        strings.runs[number] = [struct.unpack_from("<HH", raw, 4 * index) for index in range(runs)]
    if extra:
        text = phonetic_text(reader.take(extra))
        if text:
            strings.phonetic[number] = text


def phonetic_text(raw: bytes) -> str:
    """Return the pronunciation (ExtRst, MS-XLS 2.5.87)."""
    if len(raw) < _PHONETIC_TEXT + 2:
        return ""
    (count,) = struct.unpack_from("<H", raw, _PHONETIC_TEXT)
    start = _PHONETIC_TEXT + 2
    return raw[start : start + 2 * count].decode("utf-16-le", "replace").strip()
