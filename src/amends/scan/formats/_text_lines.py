"""Reads plain text paragraph by paragraph: lines up to a blank one, but never very many at once."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

from amends.scan.formats._text import NOT_TEXT, encoding_of

_MOST_LINES: Final = 64
_MOST_CHARACTERS: Final = 16_384


class Paragraph(NamedTuple):
    """Some lines that follow one another."""

    first: int
    """Number of the first line, 1-based."""
    last: int
    text: str

    @property
    def place(self) -> str:
        """Which lines they are."""
        return f"line {self.first}" if self.first == self.last else f"lines {self.first}-{self.last}"


class TextLines:
    """The paragraphs of a file, and how many of its characters are none."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.damaged = 0

    def __iter__(self) -> Iterator[Paragraph]:
        encoding = encoding_of(self._stream)
        self._stream.seek(0)
        lines = io.TextIOWrapper(self._stream, encoding, errors="replace", newline=None)
        kept: list[str] = []
        characters = first = number = 0
        try:
            # A file without line ends must not become one line of a gigabyte.
            cut = ""
            while line := cut + lines.readline(_MOST_CHARACTERS):
                line, cut = _parted(line) if len(line) > len(cut) else (line, "")
                number += line.endswith("\n") or not kept
                bare = self._counted(line)
                if bare.strip():
                    first = first if kept else number
                    kept.append(bare)
                    characters += len(bare)
                if kept and (not bare.strip() or len(kept) >= _MOST_LINES or characters >= _MOST_CHARACTERS):
                    yield _joined(kept, first)
                    kept, characters = [], 0
            if kept:
                yield _joined(kept, first)
        finally:
            lines.detach()

    def _counted(self, line: str) -> str:
        if "\ufffd" in line:
            self.damaged += line.count("\ufffd")
        if NOT_TEXT.search(line):
            self.damaged += len(NOT_TEXT.findall(line))
        return line.lstrip("\ufeff")


def _parted(line: str) -> tuple[str, str]:
    """Cut a line that is too long between two words, so that a number does not end up in two pieces."""
    at = line.rfind(" ", _MOST_CHARACTERS // 2) + 1
    if line.endswith("\n") or len(line) < _MOST_CHARACTERS or not at or at == len(line):
        return line, ""
    return line[:at], line[at:]


def _joined(lines: list[str], first: int) -> Paragraph:
    text = "".join(lines)
    last = first + max(0, text.rstrip("\n").count("\n"))
    return Paragraph(first, last, text.rstrip("\n"))
