"""The verb of this room: read the logs and say who obtained the leaked document, and what stays unknown.

The straight line: files → evidence of each file, once per content → size of a full copy → verdict for each
request → recipients → coverage → reasons for the adverse assumption.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from amends.exposure.address import LeakedAddress
from amends.exposure.adverse import Known, adverse_reasons
from amends.exposure.assessment import AccessEvent, AccessRequest, ExposureAssessment
from amends.exposure.coverage import Presence, assess_coverage
from amends.exposure.evidence import FileEvidence, Sought, read_evidence
from amends.exposure.readers import ReaderClassifier
from amends.exposure.reading import log_files
from amends.exposure.recipients import group_recipients
from amends.exposure.sieve import Sieve
from amends.exposure.verdicts import DocumentSize, document_size, judge
from amends.vocabulary.errors import UsageError


@dataclass(frozen=True, slots=True)
class AssessmentRequest:
    """What the organisation states about the leak, and what it wants told apart."""

    url: str
    """Address of the leaked document: a full URL or an absolute path."""
    begins: datetime
    """When it went up, with time zone."""
    ends: datetime
    """When it was removed, with time zone."""
    leaked_size: int | None = None
    """Bytes of the leaked file, where it is at hand."""
    stated_size: int | None = None
    """Bytes of a full answer, where the organisation knows it; overrides everything else."""
    own_networks: tuple[str, ...] = ()
    """Networks of the organisation's own staff, in CIDR notation."""
    monitor_agents: tuple[str, ...] = ()
    """Parts of the agents of the organisation's own uptime checks, in any letter case."""
    progress: Callable[[str, int, int], None] | None = None
    """Called with (file name, bytes read of all logs so far, bytes of all logs on disk)."""


def assess(logs: Sequence[Path], *, request: AssessmentRequest) -> ExposureAssessment:
    """Read all logs (files, or folders of nothing but logs, in any order) and assess the exposure.

    A file given twice, or once plain and once packed, counts once. Without any log the whole window is a
    hole. Raises `UsageError` (``url-invalid``, ``size-invalid``, ``window-without-zone``, ``window-reversed``,
    ``own-network-invalid``, ``log-missing``, ``log-format-unknown``) and `IncompleteError` (``log-corrupt``).
    """
    begins, ends = _checked_window(request)
    address = LeakedAddress.of(request.url)
    classifier = ReaderClassifier(own_networks=request.own_networks, monitor_agents=request.monitor_agents)
    evidence = _evidence_once_each(log_files(logs), Sought(address, Sieve(address), begins, ends), request)
    events = sorted(
        (event for each in evidence for event in each.events),
        key=lambda event: (event.time, event.file, event.offset),
    )
    size = document_size(
        events, stated=request.stated_size, leaked=request.leaked_size, window=(begins, ends)
    )
    requests = tuple(_judged(event, size, begins, ends) for event in events)
    known = Known(
        requests=requests,
        recipients=group_recipients(requests, size=size, classifier=classifier),
        coverage=assess_coverage(_by_source(evidence, begins, ends), begins, ends),
        unreadable=tuple(line for each in evidence for line in each.unreadable),
        logs=tuple(each.log for each in evidence),
        size=size,
    )
    return _assessment(request.url, begins, ends, known)


def check_request(request: AssessmentRequest) -> None:
    """Raise what `assess` would raise for the request itself; no log is read."""
    _checked_window(request)
    LeakedAddress.of(request.url)
    ReaderClassifier(own_networks=request.own_networks, monitor_agents=request.monitor_agents)


def _assessment(url: str, begins: datetime, ends: datetime, known: Known) -> ExposureAssessment:
    reasons = adverse_reasons(known)
    return ExposureAssessment(
        url=url,
        begins=begins,
        ends=ends,
        document_size=known.size.size,
        size_basis=known.size.basis,
        requests=tuple(known.requests),
        recipients=tuple(known.recipients),
        holes=known.coverage.holes,
        unreadable=tuple(known.unreadable),
        logs=tuple(known.logs),
        adverse_assumption=bool(reasons),
        adverse_reasons=reasons,
    )


def _checked_window(request: AssessmentRequest) -> tuple[datetime, datetime]:
    """The window in UTC, its beginning floored to the second because logs know no fractions."""
    if any(size is not None and size <= 0 for size in (request.leaked_size, request.stated_size)):
        raise UsageError(
            "size-invalid",
            "the size of the document must be at least one byte",
            hint="leave the size out where it is not known",
        )
    if request.begins.tzinfo is None or request.ends.tzinfo is None:
        raise UsageError(
            "window-without-zone",
            "the times of exposure and removal need a time zone",
            hint="write the offset, such as 2022-11-28T09:45:00-05:00",
        )
    begins = request.begins.astimezone(UTC).replace(microsecond=0)
    ends = request.ends.astimezone(UTC)
    if begins >= ends:
        raise UsageError(
            "window-reversed",
            "the document is said to have been removed before it was exposed",
            hint="check the two times and their time zones",
        )
    return begins, ends


def _evidence_once_each(
    paths: Sequence[Path], sought: Sought, request: AssessmentRequest
) -> tuple[FileEvidence, ...]:
    total = sum(path.stat().st_size for path in paths)
    done = 0
    # Empty logs are alike everywhere, and each is still the silence of its own source.
    found: dict[tuple[str, str], FileEvidence] = {}
    for path in dict.fromkeys(paths):

        def advanced(count: int, name: str = path.name) -> None:
            nonlocal done
            done += count
            if request.progress is not None:
                request.progress(name, done, total)

        evidence = read_evidence(path, sought, progress=advanced)
        found.setdefault((evidence.content_sha256, "" if evidence.log.lines else evidence.source), evidence)
    return tuple(found.values())


def _judged(event: AccessEvent, size: DocumentSize, begins: datetime, ends: datetime) -> AccessRequest:
    judged = judge(event, size)
    return AccessRequest(event, judged.verdict, in_window=begins <= event.time <= ends, basis=judged.basis)


def _by_source(evidence: Sequence[FileEvidence], begins: datetime, ends: datetime) -> dict[str, Presence]:
    """Join what the rotated files of each source say about when it spoke."""
    sources: dict[str, Presence] = {}
    for each in evidence:
        sources.setdefault(each.source, Presence(begins, ends)).absorb(each.presence)
    return sources
