"""The result of reading the logs: requests, recipients, coverage (R44, R44b, R21)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AccessVerdict(StrEnum):
    """What one request obtained, from strongest to weakest evidence of a copy."""

    FULL = "full"
    COMPLETE_BY_RANGES = "complete_by_ranges"
    PARTIAL = "partial"
    ABORTED = "aborted"
    REVALIDATION = "revalidation"
    """A 304: nothing was sent, so an earlier copy exists or the log is short."""
    UNKNOWN = "unknown"
    """The log does not say enough; nobody may read it as "no access"."""
    HEADERS_ONLY = "headers_only"
    REDIRECT = "redirect"
    DENIED = "denied"
    ERROR = "error"

    @property
    def obtained_data(self) -> bool:
        """Whether at least a part of the document reached (or had reached) the client."""
        return self in _OBTAINED


_OBTAINED = frozenset(
    {
        AccessVerdict.FULL,
        AccessVerdict.COMPLETE_BY_RANGES,
        AccessVerdict.PARTIAL,
        AccessVerdict.ABORTED,
        AccessVerdict.REVALIDATION,
        AccessVerdict.UNKNOWN,
    }
)


class RecipientClass(StrEnum):
    """Who stands behind an address, as far as the log tells."""

    OUTSIDE = "outside"
    CRAWLER = "crawler"
    OWN = "own"
    """The organisation's own staff, by network."""
    MONITOR = "monitor"
    """The organisation's own uptime checks."""


@dataclass(frozen=True, slots=True)
class AccessEvent:
    """One line of an access log, normalised."""

    time: datetime
    """With time zone, in UTC."""
    address: str
    method: str
    target: str
    """Request target as logged."""
    status: int
    bytes_sent: int | None
    """Size of the body as logged; None where the log has ``-``."""
    agent: str
    referrer: str
    file: str
    """Name of the log file (no folders)."""
    offset: int
    """Byte offset of the line in the (decompressed) log."""
    forwarded_for: str = ""
    """What an intermediary said of the client behind it (``X-Forwarded-For``), if the log keeps it.
    A client can write anything there, so it is evidence and never the address."""


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """A request for the leaked document and what it obtained."""

    event: AccessEvent
    verdict: AccessVerdict
    in_window: bool
    """Whether it falls between exposure and removal as stated."""
    basis: str = ""
    """Why this verdict, in words, where it rests on more than the line itself."""


@dataclass(frozen=True, slots=True)
class AssessedRecipient:
    """One client address over all its requests for the document."""

    address: str
    recipient_class: RecipientClass
    verdict: AccessVerdict
    """The strongest verdict over its requests."""
    requests: int
    statuses: tuple[int, ...]
    """Distinct HTTP statuses, ascending."""
    first_seen: datetime
    last_seen: datetime
    bytes_sent: int
    in_window: bool
    """Whether at least one request falls into the stated window."""


@dataclass(frozen=True, slots=True)
class CoverageHole:
    """A stretch of the window for which no log speaks. A hole is never "no access"."""

    begins: datetime
    ends: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class UnreadableLine:
    """A line that no format could read: counted, kept, shown by place and not by content."""

    file: str
    offset: int
    reason: str
    may_concern_window: bool = True
    """False only where the readable lines around it prove that it lies outside the window."""
    names_document: bool = False
    """Whether something like the document's name stands in it."""


@dataclass(frozen=True, slots=True)
class LogFile:
    """One log as evidence."""

    name: str
    sha256: str
    """Of the file as it lies on disk."""
    size: int
    """Bytes on disk."""
    lines: int
    format: str
    first: datetime | None
    last: datetime | None
    unreadable: int = 0
    """How many of ``lines`` no format could read."""


@dataclass(frozen=True, slots=True)
class ExposureAssessment:
    """Window, recipients, coverage: all that the logs say about one leaked document."""

    url: str
    begins: datetime
    ends: datetime
    document_size: int | None
    """Bytes of a full copy, or None where it is not known."""
    size_basis: str
    """How the size is known: ``stated``, ``leaked file``, ``inferred from the log``, ``unknown``."""
    requests: tuple[AccessRequest, ...]
    recipients: tuple[AssessedRecipient, ...]
    holes: tuple[CoverageHole, ...]
    unreadable: tuple[UnreadableLine, ...]
    logs: tuple[LogFile, ...]
    adverse_assumption: bool
    """True where anything stays unknown: everyone downstream assumes the feared reader has it (R21)."""
    adverse_reasons: tuple[str, ...]
