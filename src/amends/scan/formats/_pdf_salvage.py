"""Objects that lie in the file's bytes and in no table of any revision: overwritten ones, and ones that were dropped.

They are copied into a file of their own, in which nothing refers to them.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

_OBJECT: Final = re.compile(rb"(?<![0-9])(\d{1,8})[ \r\n\t]+(\d{1,5})[ \r\n\t]+obj\b")
_LENGTH: Final = re.compile(rb"/Length[ \r\n\t]+(\d{1,10})(?![ \r\n\t]+\d+[ \r\n\t]+R)")
_END: Final = b"endobj"
_DICTIONARY: Final = 4_096
_MOST: Final = 20_000
_MOST_BYTES: Final = 64 << 20
_OF_THE_FILE: Final = (b"/Type/ObjStm", b"/Type /ObjStm", b"/Type/XRef", b"/Type /XRef", b"/Linearized")

Key = tuple[int, int]


def lost_objects(content: bytes, listed: set[Key], revisions: int) -> tuple[list[bytes], bool]:
    """Return the bodies of the objects that no table leads to, and whether there were more than the bound.

    ``revisions``: how many earlier states there are; each may hold an object of the same number.
    """
    found: list[tuple[Key, int, int]] = []
    counts: Counter[Key] = Counter()
    cursor = 0
    while match := _OBJECT.search(content, cursor):
        key = int(match.group(1)), int(match.group(2))
        end = _end_of(content, match.end())
        counts[key] += 1
        found.append((key, match.end(), end))
        cursor = end
    seen: Counter[Key] = Counter()
    bodies: list[bytes] = []
    size = 0
    for key, start, end in found:
        seen[key] += 1
        superseded = counts[key] > revisions + 1 and seen[key] < counts[key]
        if key in listed and not superseded:
            continue
        body = content[start:end].removesuffix(_END)
        if any(mark in body[:_DICTIONARY] for mark in _OF_THE_FILE):
            continue
        size += len(body)
        if len(bodies) >= _MOST or size > _MOST_BYTES:
            return bodies, True
        bodies.append(body)
    return bodies, False


def _end_of(content: bytes, start: int) -> int:
    """Return where an object ends; a stream's bytes are passed over, since they may hold a whole other PDF."""
    end = content.find(_END, start)
    stream = content.find(b"stream", start, start + _DICTIONARY)
    if 0 <= stream < end:
        length = _LENGTH.search(content, start, stream)
        if length is not None:
            beyond = content.find(_END, min(len(content), stream + int(length.group(1))))
            end = beyond if beyond >= 0 else end
    return end + len(_END) if end >= 0 else len(content)


def file_of(bodies: list[bytes]) -> bytes:
    """Return a file of one empty page and these objects, to which nothing refers."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    tree = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    written = bytearray(b"%PDF-1.7\n")
    offsets: list[int] = []
    for number, body in enumerate((b"<</Type/Catalog/Pages 2 0 R>>", tree, page, *bodies), 1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)
    written += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    written += b"trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (len(offsets) + 1, table)
    return bytes(written)
