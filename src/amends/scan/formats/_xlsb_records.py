"""The records of a binary workbook's parts (MS-XLSB 2.1.4): kind and size in seven bits a byte, then the body."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from amends.scan.formats.interface import UnreadableError

_MOST_STRING: Final = 1 << 20
_FORMULA_TEXT: Final = 0x17
_SHORTEST: Final = 2


def records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield kind and body of each record. Raises `UnreadableError` ``corrupt`` where one goes past the end."""
    at, length = 0, len(content)
    while at < length:
        kind = content[at]
        at += 1
        if kind & 0x80:
            if at >= length:
                raise UnreadableError("corrupt")
            kind = kind & 0x7F | (content[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while True:
            if at >= length or shift > 21:
                raise UnreadableError("corrupt")
            byte = content[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        if at + size > length:
            raise UnreadableError("corrupt")
        yield kind, content[at : at + size]
        at += size


def wide_string(body: bytes, at: int) -> tuple[str, int]:
    """Return a text with its count of four bytes, and where it ends; a null text (MS-XLSB 2.5.166) is empty."""
    (count,) = struct.unpack_from("<I", body, at)
    if count == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * count
    if end > len(body):
        raise UnreadableError("corrupt")
    return body[at + 4 : end].decode("utf-16-le", "replace"), end


def strings_in(body: bytes) -> Iterator[str]:
    """Yield what looks like a text with its count in front, in a record of which nothing else is known."""
    at = 0
    while at + 8 <= len(body):
        (count,) = struct.unpack_from("<I", body, at)
        text = _printable(body, at + 4, count) if _SHORTEST <= count <= _MOST_STRING else ""
        if text:
            yield text
            at += 4 + 2 * count
        else:
            at += 1


def formula_texts(tokens: bytes) -> Iterator[str]:
    """Yield the literals of a parsed expression (PtgStr, MS-XLSB 2.5.97.80)."""
    at = tokens.find(_FORMULA_TEXT)
    while 0 <= at <= len(tokens) - 3:
        (count,) = struct.unpack_from("<H", tokens, at + 1)
        text = _printable(tokens, at + 3, count) if 0 < count < 256 else ""
        if text:
            yield text
        at = tokens.find(_FORMULA_TEXT, at + 3 + 2 * count if text else at + 1)


def _printable(body: bytes, at: int, count: int) -> str:
    end = at + 2 * count
    if end > len(body):
        return ""
    try:
        text = body[at:end].decode("utf-16-le")
    except UnicodeDecodeError:
        return ""
    return text if text.strip() and all(letter >= " " or letter in "\t\r\n" for letter in text) else ""
