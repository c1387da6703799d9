"""Reads JSON value by value, so that a long array or many lines need the memory of their longest value only."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from amends.scan.formats._json_values import DECODER
from amends.scan.formats._text import encoding_of
from amends.scan.formats.interface import UnreadableError
from amends.scan.limits import Limits

_CHUNK: Final = 1 << 20
_BLANK: Final = re.compile(r"[ \t\r\n\ufeff\x1e]*")


class JsonStream:
    """The values of a file, one after the other."""

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        encoding = encoding_of(stream)
        stream.seek(0)
        self._lines = io.TextIOWrapper(stream, encoding, errors="replace", newline="")
        self._most = limits.memory_bytes // 16
        self._text = ""
        self._at = 0
        self._ended = False

    def close(self) -> None:
        """Leave the file open, as it was given."""
        self._lines.detach()

    def peek(self) -> str:
        """Return the next character that is not blank; empty at the end."""
        while True:
            self._at = _BLANK.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def take(self) -> str:
        """Take the next character that is not blank."""
        character = self.peek()
        self._at += 1
        return character

    def value(self) -> Any:
        """Take the next value. Raises `UnreadableError`: ``corrupt``, ``too-large``, ``too-deep``."""
        self.peek()
        while True:
            try:
                value, end = DECODER.raw_decode(self._text, self._at)
            except RecursionError as depth:
                raise UnreadableError("too-deep") from depth
            except ValueError as damage:
                if not self._more():
                    raise UnreadableError("corrupt") from damage
                continue
            if end == len(self._text) and self._more():
                continue  # a number may go on
            self._at = end
            return value

    def members(self) -> Iterator[Any]:
        """Yield the members of an array whose bracket is the next character."""
        self.take()
        if self.peek() == "]":
            self.take()
            return
        while True:
            yield self.value()
            mark = self.take()
            if mark == "]":
                return
            if mark != ",":
                raise UnreadableError("corrupt")

    def _more(self) -> bool:
        """Read as much again as waits, so that a long value is not begun again and again."""
        if self._ended:
            return False
        waiting = self._text[self._at :]
        if len(waiting) > self._most:
            raise UnreadableError("too-large")
        added = self._lines.read(max(_CHUNK, len(waiting)))
        self._ended = not added
        self._text = waiting + added
        self._at = 0
        return bool(added)
