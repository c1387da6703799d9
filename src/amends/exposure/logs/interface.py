"""What a log format owes: to know its own files, to read a line, and to survey a buffer of lines.

Reading has two speeds. A **survey** goes over every line and yields nothing but times and the
places of unreadable lines, which is what coverage needs; an **event** is read in full, and only for
the few lines that may concern the leaked document. A format without a fast survey of its own uses
`survey_line_by_line`, which is also what a fast survey is tested against.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from amends.exposure.assessment import AccessEvent


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that could not be read, as a value."""

    reason: str
    """Why, in words, and without anything from the line."""


@dataclass(frozen=True, slots=True)
class UnreadablePlace:
    """Where in a surveyed buffer an unreadable line stands."""

    start: int
    """Byte offset of the line in the buffer."""
    reason: str
    readable_before: int
    """How many readable lines precede it in the buffer: its place among the times."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a buffer of lines says about coverage, without the requests themselves."""

    seconds: NDArray[np.int64]
    """Time of every readable line in the order of the lines, in seconds since 1970 UTC."""
    unreadable: tuple[UnreadablePlace, ...]

    @property
    def lines(self) -> int:
        """Number of lines that are not blank."""
        return len(self.seconds) + len(self.unreadable)


class LineReader(Protocol):
    """Reads the lines of one file. It may keep what the head of that file said (a ``#Fields`` line)."""

    def event(self, line: bytes, *, file: str, offset: int) -> AccessEvent | Unreadable:
        """Read one line without its line break; never raises for what stands in it."""

    def survey(self, buffer: bytes) -> Survey:
        """Survey whole lines; the buffer ends with a line break. Agrees with `event` on what is readable."""


class LogFormat(Protocol):
    """One log format: the plug-in. It is recognised by content and never by the file's name."""

    name: str
    """As shown in the evidence, such as ``combined``."""

    def reader(self, head: Sequence[bytes]) -> LineReader | None:
        """Return a reader for a file that begins with these lines, or None for a foreign file.

        A foreign file must be refused rather than half read: nobody would notice the lines missing.
        """


def is_blank(line: bytes) -> bool:
    """Whether a line is empty but for white space: neither an event nor a loss."""
    return not line.strip()


def survey_line_by_line(reader: LineReader, buffer: bytes) -> Survey:
    """Survey a buffer by reading every line in full: slow, and right by definition."""
    seconds: list[int] = []
    unreadable: list[UnreadablePlace] = []
    start = 0
    for line in buffer.split(b"\n"):
        if not is_blank(line):
            read = reader.event(line, file="", offset=start)
            if isinstance(read, Unreadable):
                unreadable.append(UnreadablePlace(start, read.reason, len(seconds)))
            else:
                seconds.append(int(read.time.timestamp()))
        start += len(line) + 1
    return Survey(np.array(seconds, dtype=np.int64), tuple(unreadable))
