"""Calendars (iCalendar, RFC 5545): every property, and whether programs show it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._text import content_within, decode, decoded_head
from amends.scan.formats.interface import UntrustedPiece
from amends.scan.limits import Limits

_SHOWN: Final = frozenset(
    [
        "SUMMARY",
        "DESCRIPTION",
        "LOCATION",
        "DTSTART",
        "DTEND",
        "DUE",
        "ORGANIZER",
        "ATTENDEE",
        "COMMENT",
        "DURATION",
        "URL",
        "CATEGORIES",
        "STATUS",
    ]
)


class _Calendar:
    name = "ics"
    extensions = ("ics", "ical", "ifb", "vcs")
    needs = ("amends.scan.formats._content_lines",)
    rank = 50

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        return decoded_head(stream)[:64].lstrip().upper().startswith("BEGIN:VCALENDAR")

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        from amends.scan.formats._content_lines import pieces_of

        yield from pieces_of(decode(content_within(stream, limits)), _SHOWN)


PLUGIN = _Calendar()
