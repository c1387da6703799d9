"""What each request obtained, judged by method, status and bytes (R44).

A full copy, a piece, an aborted transfer, a HEAD and a revalidation are different things, and whatever the
log does not settle is *unknown*, which counts as obtained. The semantics are those of RFC 9110; ``499`` is
nginx's own (the client closed the connection).

Logged bytes are taken as the body (Apache ``%b``, nginx ``$body_bytes_sent``). A log that adds the headers
makes some aborted transfers look full, which errs on the side of the people in the file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from amends.exposure.assessment import AccessEvent, AccessVerdict

CLIENTS_FOR_A_COMPRESSED_COPY: Final = 3
"""This many clients with exactly the same smaller size have not all broken off at the same byte."""

_NOTHING_SENT: Final = frozenset({"HEAD", "OPTIONS", "TRACE"})
_OK, _PARTIAL_CONTENT, _NOT_MODIFIED, _CLIENT_CLOSED = 200, 206, 304, 499
# RFC 9110 section 15.5 and RFC 6585: the server refuses, and the representation is not sent. Not here: 412
# and 416, which tell that the client already holds a copy, and all that leaves open what was sent.
_REFUSALS: Final = frozenset({400, 401, 403, 404, 405, 410, 429, 451})
_REDIRECTS: Final = frozenset({300, 301, 302, 303, 305, 307, 308})
_SERVER_ERRORS: Final = range(500, 600)
_SUCCESSES: Final = range(200, 300)


@dataclass(frozen=True, slots=True)
class DocumentSize:
    """How many bytes a full copy has, and how that is known."""

    size: int | None
    basis: str
    """``stated``, ``leaked file``, ``inferred from the log`` or ``unknown``."""
    compressed: frozenset[int] = frozenset()
    """Smaller sizes that count as full copies, because too many clients share them exactly."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on one request and, where it is not plain from the line, its reason."""

    verdict: AccessVerdict
    basis: str = ""


def document_size(
    events: Sequence[AccessEvent],
    *,
    stated: int | None,
    leaked: int | None,
    window: tuple[datetime, datetime],
) -> DocumentSize:
    """Decide what a full copy weighs.

    A stated size stands. The leaked file's own size is taken if at least one 200 answer reached it, or if
    there is no 200 answer at all. Otherwise the server must have sent the document in another form
    (compressed, or another version), and the largest 200 answer within the window (failing that, at any
    time) is taken: that may call an aborted transfer full, but never the largest full one aborted.
    """
    answers = [event for event in events if (event.method, event.status) == ("GET", _OK) and event.bytes_sent]
    sizes = [event.bytes_sent or 0 for event in answers]
    within = [event.bytes_sent or 0 for event in answers if window[0] <= event.time <= window[1]]
    if stated is not None:
        size, basis = stated, "stated"
    elif leaked is not None and (not sizes or max(sizes) >= leaked):
        size, basis = leaked, "leaked file"
    elif sizes:
        size, basis = max(within or sizes), "inferred from the log"
    else:
        return DocumentSize(None, "unknown")
    return DocumentSize(size, basis, _shared_smaller_sizes(answers, size))


def _shared_smaller_sizes(answers: Sequence[AccessEvent], size: int) -> frozenset[int]:
    """Sizes below the full one that several clients received to the byte: compressed copies.

    The log does not hold the content encoding. Some of these may be transfers that broke off at the same
    buffer's edge, or a short page put in the document's place; they are counted as copies all the same.
    """
    clients: defaultdict[int, set[str]] = defaultdict(set)
    for event in answers:
        if event.bytes_sent is not None and event.bytes_sent < size:
            clients[event.bytes_sent].add(event.address)
    return frozenset(each for each, of in clients.items() if len(of) >= CLIENTS_FOR_A_COMPRESSED_COPY)


def judge(event: AccessEvent, full: DocumentSize) -> Judged:
    """Return what one request obtained, looked at alone; ranges are added up per client elsewhere."""
    status = event.status
    if status in _REFUSALS:
        return Judged(AccessVerdict.DENIED)
    if status in _SERVER_ERRORS:
        return Judged(AccessVerdict.ERROR)
    if status in _REDIRECTS:
        return Judged(AccessVerdict.REDIRECT)
    if status == _NOT_MODIFIED:
        return Judged(AccessVerdict.REVALIDATION)
    if event.method in _NOTHING_SENT and status in _SUCCESSES:
        return Judged(AccessVerdict.HEADERS_ONLY)
    return _judge_by_bytes(event, full)


def _judge_by_bytes(event: AccessEvent, full: DocumentSize) -> Judged:
    """Judge an answer that may have carried the document."""
    sent = event.bytes_sent
    if event.status == _PARTIAL_CONTENT:
        return Judged(AccessVerdict.PARTIAL)
    if event.status not in (_OK, _CLIENT_CLOSED):
        return Judged(AccessVerdict.UNKNOWN, f"status {event.status} leaves open what was sent")
    if sent is None and event.status == _OK:
        return Judged(AccessVerdict.UNKNOWN, "the log has no size for this answer")
    if full.size is None and event.status == _OK:
        return Judged(AccessVerdict.UNKNOWN, "the size of the document is not known")
    if sent is not None and full.size is not None and sent >= full.size:
        return Judged(AccessVerdict.FULL)
    if event.status == _OK and event.method != "GET":
        return Judged(AccessVerdict.UNKNOWN, "an answer to something else than GET may be the document")
    if event.status == _OK and sent in full.compressed:
        return Judged(AccessVerdict.FULL, "a compressed copy: several clients received exactly as many bytes")
    return Judged(AccessVerdict.ABORTED)


def complete_by_pieces(events: Sequence[AccessEvent], full: DocumentSize) -> bool:
    """Whether one client's pieces add up to the document: 206 answers, and broken-off transfers they resume.

    Pieces may overlap, and then the sum proves less than it seems; the log does not hold the ranges, and
    the doubt goes against the reader. At least one 206 must be among them.
    """
    statuses = {event.status for event in events}
    if full.size is None or _PARTIAL_CONTENT not in statuses:
        return False
    pieces = (_OK, _PARTIAL_CONTENT, _CLIENT_CLOSED)
    carried = (event for event in events if event.status in pieces and event.method not in _NOTHING_SENT)
    return sum(event.bytes_sent or 0 for event in carried) >= full.size
