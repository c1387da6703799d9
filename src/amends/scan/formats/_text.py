"""Text out of bytes: which encoding a file is written in, and pieces of text that are never empty.

A byte order mark says it; without one, zeros in every second byte say UTF-16 and three zeros in four say
UTF-32; what is valid UTF-8 to its last byte is UTF-8; all else is Windows-1252, which is what an office
program writes when nobody asked it for anything else.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._once import once
from amends.scan.formats.interface import UnreadableError, UntrustedPart, UntrustedUnread
from amends.scan.limits import Limits

HEAD: Final = 1 << 16
# A child can load no codec any more. Merely encoding with some of these names does not load them: the interpreter
# has a shorter way of its own, which a stream of text does not take.
_LOADED: Final = tuple(
    codecs.lookup(name)
    for name in (
        *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"),
        *("ascii", "latin-1", "cp1252"),
    )
)
_CHUNK: Final = 1 << 20
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NOT_TEXT: Final = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
"""Control characters that no text holds; tab, line ends, form feed and escape are let pass."""
_NOT_TEXT_BYTES: Final = re.compile(NOT_TEXT.pattern.encode())
_PRINTABLE: Final = re.compile(
    rb"(?:[\x20-\x7e]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}){5,}"
)
_PRINTABLE_WIDE: Final = re.compile(rb"(?:[\x20-\x7e\xa0-\xff]\x00){5,}")
_LONGEST_RUN: Final = 4_096
_SMALL: Final = 64


def encoding_of_head(head: bytes) -> str:
    """Return the encoding that the first bytes speak for; ``utf-8`` where they leave it open."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    if b"\0" in head:
        zeros = [head[start::4].count(0) for start in range(4)]
        quarter = len(head) // 4
        if quarter and min(zeros[1:]) >= quarter * 0.9 and zeros[0] < quarter * 0.5:
            return "utf-32-le"
        if quarter and min(zeros[:3]) >= quarter * 0.9 and zeros[3] < quarter * 0.5:
            return "utf-32-be"
        even, odd = zeros[0] + zeros[2], zeros[1] + zeros[3]
        if odd > 4 * max(1, even):
            return "utf-16-le"
        if even > 4 * max(1, odd):
            return "utf-16-be"
    return "utf-8"


def encoding_of(stream: BinaryIO) -> str:
    """Return the encoding of a whole file, which is read once where only its last byte can settle it."""
    stream.seek(0)
    head = stream.read(HEAD)
    encoding = encoding_of_head(head)
    if encoding != "utf-8":
        return encoding
    decoder = codecs.getincrementaldecoder("utf-8")()
    stream.seek(0)
    try:
        while chunk := stream.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


@once
def decoded_head(stream: BinaryIO) -> str:
    """Return the first characters of a file as text; empty where they are not text."""
    stream.seek(0)
    head = stream.read(HEAD)
    encoding = encoding_of_head(head)
    if encoding == "utf-8" and _NOT_TEXT_BYTES.search(head):
        return ""  # such a byte is the same character in UTF-8, and to decode what is no text takes long
    text = head.decode(encoding, "replace")
    return "" if NOT_TEXT.search(text) else text.lstrip("\ufeff")


def decode(content: bytes) -> str:
    """Return all of some bytes as text; what cannot be decoded is U+FFFD."""
    encoding = encoding_of_head(content[:HEAD])
    if encoding == "utf-8":
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            encoding = "cp1252"
    return content.decode(encoding, "replace").lstrip("\ufeff")


def content_within(stream: BinaryIO, limits: Limits) -> bytes:
    """Return the whole content of a file that is read at once.

    Raises `UnreadableError` with ``too-large`` where an eighth of the memory allowed would not hold it.
    """
    size = stream.seek(0, 2)
    if size > limits.memory_bytes // 8:
        raise UnreadableError("too-large")
    stream.seek(0)
    return stream.read()


def part(where: tuple[str, ...], kind: str, hidden: str, text: str) -> Iterator[UntrustedPart]:
    """Yield the piece, or nothing where it is blank."""
    if text and not text.isspace():
        yield UntrustedPart(where, kind, hidden, text)


def printable_runs(content: bytes) -> Iterator[tuple[int, str]]:
    """Yield offset and text of each run of five or more printable characters: ASCII, UTF-8, or UTF-16 (little-endian).

    For bytes whose layout nobody knows. A long run is cut, so that no single piece grows without bound.
    """
    for found in _PRINTABLE.finditer(content):
        text = found[0].decode("utf-8", "replace")
        if sum(map(str.isalnum, text)) * 2 < len(text) or not text.isprintable():
            continue
        for start in range(0, len(text), _LONGEST_RUN):
            yield found.start() + start, text[start : start + _LONGEST_RUN]
    for found in _PRINTABLE_WIDE.finditer(content):
        text = found[0].decode("utf-16-le", "replace")
        for start in range(0, len(text), _LONGEST_RUN):
            yield found.start() + 2 * start, text[start : start + _LONGEST_RUN]


def leftover(
    content: bytes, start: int, hidden: str, place: tuple[str, ...] = ()
) -> Iterator[UntrustedPart | UntrustedUnread]:
    """Yield the texts in bytes that belong to no part of a file; where they are mostly no text, say they were not read.

    ``start`` is the offset of the first in the file.
    """
    covered = 0
    for offset, text in printable_runs(content):
        covered += len(text)
        yield from part((*place, f"byte {start + offset}"), "text-run", hidden, text)
    used = len(content) - content.count(0)
    if used > _SMALL and covered * 2 < used:
        yield UntrustedUnread(" ! ".join((*place, f"bytes {start}-{start + len(content)}")), "part-not-read")
