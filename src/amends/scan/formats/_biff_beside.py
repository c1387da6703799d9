"""Streams beside the workbook of an old Excel file: the log of its revisions, and the controls on its sheets.

Of both, texts are what is read: in the log wherever a counted string stands in a record (MS-XLS 2.5.294), in the
controls wherever characters stand, since their strings are one or two bytes a character (MS-OFORMS 2.4.3).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import Final

from amends.scan.formats.interface import UntrustedPart, UntrustedPiece, UntrustedUnread

REVISIONS, CONTROLS = "Revision Log", "Ctls"
_HEADER: Final = struct.Struct("<HH")
_CHANGED_CELL: Final = 0x013B
_LONGEST: Final = 32_767
_SHORTEST: Final = 2
_MOST_TRIES: Final = 16
_NARROW: Final = re.compile(rb"[\x20-\x7e\xa0-\xff]{3,}")
_WIDE: Final = re.compile(rb"(?:[\x20-\x7e\xa0-\xff]\x00|[\x00-\xff][\x01-\x05]){2,}")
_PLAIN: Final = re.compile(r"[A-Za-z0-9]{2}")
_FOREIGN: Final = 3
"""Fewer letters of no Latin alphabet are numbers that look like them."""
_WORD: Final = re.compile(r"[^\W_]{2}")


def revision_pieces(data: bytes) -> Iterator[UntrustedPiece]:
    """Yield the texts of every revision: who, when it was a text what stood there, names of sheets, formulas' texts."""
    at = number = changed = 0
    while at + _HEADER.size <= len(data):
        kind, size = _HEADER.unpack_from(data, at)
        body = data[at + _HEADER.size : at + _HEADER.size + size]
        at += _HEADER.size + size
        if not kind and not size:
            continue
        number += 1
        changed += kind == _CHANGED_CELL
        for text in _counted(body):
            yield UntrustedPart((REVISIONS, f"record {number}"), "revision", "revision-log", text)
    if changed:
        yield UntrustedUnread(f"{REVISIONS}, numbers of changed cells", "part-not-read", changed)


def control_pieces(data: bytes) -> Iterator[UntrustedPart]:
    """Yield the texts of all controls: captions, values, names of fonts."""
    found = [(run.start(), run.group().decode("cp1252", "replace")) for run in _NARROW.finditer(data)]
    found += [(run.start(), run.group().decode("utf-16-le", "replace")) for run in _WIDE.finditer(data)]
    for at, text in sorted(found):
        plain = text.strip()
        if plain.isprintable() and (_PLAIN.search(plain) or (_WORD.search(plain) and len(plain) > _FOREIGN)):
            yield UntrustedPart((CONTROLS, f"byte {at}"), "form-control", "form-control", plain)


def _counted(body: bytes) -> Iterator[str]:
    at = 0
    left = _MOST_TRIES * len(body)  # a record of nothing but false counts must not be read over and over
    while at + 3 < len(body) and left > 0:
        count, flags = struct.unpack_from("<HB", body, at)
        size = count * 2 if flags & 1 else count
        if _SHORTEST <= count <= _LONGEST and flags in (0, 1) and at + 3 + size <= len(body):
            left -= size
            text = body[at + 3 : at + 3 + size].decode("utf-16-le" if flags else "latin-1", "replace")
            if text.isprintable() and _WORD.search(text):
                yield text
                at += 3 + size
                continue
        at += 1
