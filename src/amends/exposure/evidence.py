"""One log file in one pass: requests for the document, times of all lines, places of unreadable ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from amends.exposure.address import LeakedAddress
from amends.exposure.assessment import AccessEvent, LogFile, UnreadableLine
from amends.exposure.coverage import Presence, source_of
from amends.exposure.logs.interface import LineReader, LogFormat, Survey, Unreadable, UnreadablePlace
from amends.exposure.reading import LogBytes
from amends.exposure.sieve import Sieve
from amends.vocabulary.errors import UsageError
from amends.vocabulary.plugins import load_plugins

FORMATS_PACKAGE: Final = "amends.exposure.logs"
HEAD_LINES: Final = 100
MOST_UNREADABLE_KEPT: Final = 10_000
"""Unreadable lines kept by place for one file; `LogFile.unreadable` counts all of them."""
OUT_OF_ORDER_SECONDS: Final = 3_600
"""How far lines may stand out of order: servers log a request's start when the transfer ends."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for in every log."""

    address: LeakedAddress
    sieve: Sieve
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class FileEvidence:
    """What one log file says."""

    log: LogFile
    content_sha256: str
    source: str
    events: tuple[AccessEvent, ...]
    """Requests for the document, in the order of the lines."""
    unreadable: tuple[UnreadableLine, ...]
    presence: Presence


def read_evidence(
    path: Path, sought: Sought, *, progress: Callable[[int], None] | None = None
) -> FileEvidence:
    """Read one log to its end.

    Raises `UsageError` ``log-format-unknown`` when no format knows the file, and `IncompleteError`
    ``log-corrupt`` when it cannot be read to its end. An empty file is evidence of nothing and no error.
    """
    log = LogBytes(path, progress=progress)
    tally = _Tally(path, sought)
    reader: LineReader | None = None
    format_name = "empty"
    for offset, buffer in log.buffers():
        if reader is None:
            head = _head_of(buffer)
            if not head:
                continue
            format_name, reader = _recognised(path, head)
        tally.take(reader, offset, buffer)
    return FileEvidence(
        log=LogFile(
            name=path.name,
            sha256=log.sha256,
            size=log.size,
            lines=tally.lines,
            format=format_name,
            first=_instant(tally.first),
            last=_instant(tally.last),
            unreadable=tally.unreadable_count,
        ),
        content_sha256=log.content_sha256,
        source=source_of(path),
        events=tuple(tally.events),
        unreadable=tuple(tally.unreadable),
        presence=tally.presence,
    )


def _head_of(buffer: bytes) -> list[bytes]:
    """The first lines that are not blank; empty where only blank lines stand at the beginning."""
    return [line for line in buffer.lstrip().split(b"\n", HEAD_LINES * 10)[:-1] if line.strip()][:HEAD_LINES]


def _recognised(path: Path, head: list[bytes]) -> tuple[str, LineReader]:
    formats: dict[str, LogFormat] = load_plugins(FORMATS_PACKAGE)
    for log_format in formats.values():
        reader = log_format.reader(head)
        if reader is not None:
            return log_format.name, reader
    raise UsageError(
        "log-format-unknown",
        "no known log format fits the first lines of this file",
        hint=f"known formats: {', '.join(sorted(each.name for each in formats.values()))}; "
        "leave out what is not an access log, decompress what is packed otherwise than by gzip",
        where=str(path),
    )


class _Tally:
    """What has been gathered from one file so far; it grows with hits and losses, not with lines."""

    def __init__(self, path: Path, sought: Sought) -> None:
        self._name = path.name
        self._sought = sought
        self._window = (int(sought.begins.timestamp()), int(sought.ends.timestamp()))
        self.presence = Presence(sought.begins, sought.ends)
        self.events: list[AccessEvent] = []
        self.unreadable: list[UnreadableLine] = []
        self.unreadable_count = 0
        self.lines = 0
        self.first: int | None = None
        self.last: int | None = None

    def take(self, reader: LineReader, offset: int, buffer: bytes) -> None:
        """Take in one buffer that stands at ``offset`` in the log."""
        survey = reader.survey(buffer)
        candidates = self._sought.sieve.candidates(buffer)
        self.lines += survey.lines
        self._take_times(survey)
        self._take_losses(survey, offset, set(candidates))
        self.events += self._requests(reader, offset, buffer, candidates)

    def _take_times(self, survey: Survey) -> None:
        self.presence.add(survey.seconds)
        if len(survey.seconds):
            first, last = int(survey.seconds.min()), int(survey.seconds.max())
            self.first = first if self.first is None else min(self.first, first)
            self.last = last if self.last is None else max(self.last, last)

    def _take_losses(self, survey: Survey, offset: int, candidates: set[int]) -> None:
        for place in survey.unreadable:
            named = place.start in candidates
            concerns = self._may_concern_window(survey, place)
            self.unreadable_count += 1
            if len(self.unreadable) < MOST_UNREADABLE_KEPT or named:
                line = UnreadableLine(self._name, offset + place.start, place.reason, concerns, named)
                self.unreadable.append(line)

    def _may_concern_window(self, survey: Survey, place: UnreadablePlace) -> bool:
        """Judge by the readable neighbours in the buffer; without one on either side, it may."""
        following = place.readable_before
        if not 0 < following < len(survey.seconds):
            return True
        around = survey.seconds[following - 1 : following + 1]
        begins, ends = self._window
        return bool(
            around.max() + OUT_OF_ORDER_SECONDS >= begins and around.min() - OUT_OF_ORDER_SECONDS <= ends
        )

    def _requests(
        self, reader: LineReader, offset: int, buffer: bytes, candidates: list[int]
    ) -> Iterator[AccessEvent]:
        for start in candidates:
            line = buffer[start : buffer.index(b"\n", start)]
            event = reader.event(line, file=self._name, offset=offset + start)
            if not isinstance(event, Unreadable) and self._sought.address.matches(event.target):
                yield event


def _instant(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def check_format(path: Path) -> None:
    """Raise `UsageError` ``log-format-unknown`` where no format knows the beginning of the file.

    For looking at logs before anything else is done; it reads no further than it must.
    """
    for _, buffer in LogBytes(path).buffers():
        head = _head_of(buffer)
        if head:
            _recognised(path, head)
            return
