"""Why everyone downstream must assume that the feared reader has the document (R21), in words.

Each rule looks at one kind of not-knowing. A reason names counts and files, never an address.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from amends.exposure.assessment import (
    AccessRequest,
    AccessVerdict,
    AssessedRecipient,
    LogFile,
    RecipientClass,
    UnreadableLine,
)
from amends.exposure.coverage import Coverage
from amends.exposure.recipients import canonical_address
from amends.exposure.verdicts import DocumentSize

_COPY: Final = frozenset({AccessVerdict.FULL, AccessVerdict.COMPLETE_BY_RANGES})
_SECONDS_NAMED_BELOW: Final = 120
_RECEIVED: Final = frozenset({*_COPY, AccessVerdict.PARTIAL, AccessVerdict.ABORTED})


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that the logs have yielded, before it is asked what is missing."""

    requests: Sequence[AccessRequest]
    recipients: Sequence[AssessedRecipient]
    coverage: Coverage
    unreadable: Sequence[UnreadableLine]
    logs: Sequence[LogFile]
    size: DocumentSize


def adverse_reasons(known: Known) -> tuple[str, ...]:
    """Return every reason for the adverse assumption; empty only where the logs leave nothing open."""
    return tuple(reason for rule in _RULES if (reason := rule(known)))


def _no_logs(known: Known) -> str:
    return "" if known.logs else "no access log was given, so nothing is known about who read the document"


def _holes(known: Known) -> str:
    if not known.coverage.holes or not known.logs:
        return ""
    longest = max(hole.ends - hole.begins for hole in known.coverage.holes)
    count = len(known.coverage.holes)
    return f"the logs do not cover the whole window: {count} hole(s), the longest of {_in_words(longest)}"


def _thin(known: Known) -> str:
    if not known.coverage.thin_sources:
        return ""
    names = ", ".join(known.coverage.thin_sources)
    return f"so few requests are logged in {names} that up to half an hour could be missing without a trace"


def _unreadable(known: Known) -> str:
    concerning = [line for line in known.unreadable if line.may_concern_window or line.names_document]
    if not concerning:
        return ""
    named = sum(line.names_document for line in concerning)
    return (
        f"{len(concerning)} log line(s) that may fall into the window could not be read"
        f"{f', {named} of which seem to name the document' if named else ''}"
    )


def _more_unreadable_than_kept(known: Known) -> str:
    missing = sum(log.unreadable for log in known.logs) - len(known.unreadable)
    return f"{missing} more log line(s) could not be read" if missing > 0 else ""


def _revalidated(known: Known) -> str:
    """A 304 proves an earlier copy; where no transfer to that client came before, it was made elsewhere."""
    received: set[str] = set()
    unexplained: set[str] = set()
    for request in sorted(known.requests, key=lambda request: request.event.time):
        address = canonical_address(request.event.address)
        if request.verdict in _RECEIVED:
            received.add(address)
        elif request.verdict is AccessVerdict.REVALIDATION and address not in received:
            unexplained.add(address)
    if not unexplained:
        return ""
    return f"{len(unexplained)} client(s) renewed a copy (304) that the logs do not show being made"


def _crawled(known: Known) -> str:
    crawlers = [
        recipient
        for recipient in known.recipients
        if recipient.recipient_class is RecipientClass.CRAWLER and recipient.verdict in _COPY
    ]
    if not crawlers:
        return ""
    return f"{len(crawlers)} crawler(s) took a full copy, which caches and archives may serve unseen"


def _outside_window(known: Known) -> str:
    early_or_late = {
        canonical_address(request.event.address)
        for request in known.requests
        if not request.in_window and request.verdict.obtained_data
    }
    if not early_or_late:
        return ""
    return (
        f"{len(early_or_late)} client(s) obtained data before or after the stated window: "
        "the stated times may be wrong"
    )


def _undecided(known: Known) -> str:
    count = sum(request.verdict is AccessVerdict.UNKNOWN for request in known.requests)
    return f"the logs do not tell what {count} request(s) obtained" if count else ""


def _intermediary(known: Known) -> str:
    count = sum(
        bool(request.event.forwarded_for) and request.verdict.obtained_data for request in known.requests
    )
    if not count:
        return ""
    return f"{count} request(s) came through an intermediary, so the reader behind it is not proved"


_RULES: Final[tuple[Callable[[Known], str], ...]] = (
    _no_logs,
    _holes,
    _thin,
    _unreadable,
    _more_unreadable_than_kept,
    _revalidated,
    _crawled,
    _outside_window,
    _undecided,
    _intermediary,
)


def _in_words(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    if seconds < _SECONDS_NAMED_BELOW:
        return f"{seconds} s"
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
