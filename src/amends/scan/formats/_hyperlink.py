"""A hyperlink as the old Office programs store it (MS-OSHARED 2.3.7.1)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from amends.scan.formats._text_runs import text_runs

_URL: Final = bytes.fromhex("e0c9ea79f9bace118c8200aa004ba90b")
_FILE: Final = bytes.fromhex("0303000000000000c000000000000046")
_HAS_MONIKER, _AS_TEXT, _LOCATION, _DISPLAY, _FRAME = 0x01, 0x100, 0x08, 0x10, 0x80


def hyperlink_texts(raw: bytes) -> Iterator[str]:
    """Yield what is shown, the target, the place in it; where it cannot be followed, its runs of text."""
    try:
        texts = list(_texts(raw))
    except (struct.error, IndexError):
        texts = [text_runs(raw)]
    yield from (text for text in texts if text)


def _texts(raw: bytes) -> Iterator[str]:
    (flags,) = struct.unpack_from("<I", raw, 4)
    at = 8
    for flag in (_DISPLAY, _FRAME):
        if flags & flag:
            text, at = _string(raw, at)
            yield text
    if flags & _HAS_MONIKER and flags & _AS_TEXT:
        text, at = _string(raw, at)
        yield text
    elif flags & _HAS_MONIKER:
        kind = raw[at : at + 16]
        at += 16
        if kind == _URL:
            (size,) = struct.unpack_from("<I", raw, at)
            yield _until_nul(raw[at + 4 : at + 4 + size])
            at += 4 + size
        elif kind == _FILE:
            (size,) = struct.unpack_from("<I", raw, at + 2)
            short = raw[at + 6 : at + 6 + size].split(b"\0")[0].decode("cp1252", "replace")
            at += 6 + size + 24
            (wide,) = struct.unpack_from("<I", raw, at)
            yield raw[at + 10 : at + 4 + wide].decode("utf-16-le", "replace") if wide else short
            at += 4 + wide
        else:
            yield text_runs(raw[at:])
            return
    if flags & _LOCATION:
        text, at = _string(raw, at)
        yield text


def _string(raw: bytes, at: int) -> tuple[str, int]:
    (count,) = struct.unpack_from("<I", raw, at)
    end = at + 4 + 2 * count
    if end > len(raw):
        raise IndexError
    return _until_nul(raw[at + 4 : end]), end


def _until_nul(raw: bytes) -> str:
    return raw[: len(raw) // 2 * 2].decode("utf-16-le", "replace").split("\0", 1)[0]
