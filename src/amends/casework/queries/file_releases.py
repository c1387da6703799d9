"""Which files two people have released, and for whom: what every door asks before it lets a file with findings go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, close_old_connections
from django.db.models import QuerySet

from amends.ledger.models import FileRelease
from amends.vocabulary.errors import FaultError


class ReleasedFiles:
    """The files that may go to one audience although their screening did not say clear."""

    def __init__(self, audience: str) -> None:
        self._audience = audience

    def holds(self, sha256: str) -> bool:
        """Return whether this file is released now. Raises `FaultError` ``ledger-unavailable``."""
        return sha256 in self._asked(self._released().filter(release__sha256=sha256))

    def standing(self) -> frozenset[str]:
        """Return the SHA-256 of every file that is released now. Raises `FaultError` ``ledger-unavailable``."""
        return self._asked(self._released())

    def _released(self) -> QuerySet[FileRelease]:
        return FileRelease.objects.filter(state=FileRelease.State.RELEASED, release__audience=self._audience)

    def _asked(self, released: QuerySet[FileRelease]) -> frozenset[str]:
        try:
            # A door stands for weeks; a database that was restarted meanwhile is asked on a new connection.
            close_old_connections()
            return frozenset(released.values_list("release__sha256", flat=True))
        except DatabaseError:
            raise FaultError(
                "ledger-unavailable",
                "the ledger cannot be asked whether a file was released",
                hint="nothing with findings passes until it can; check AMENDS_DATABASE_URL and the disk",
            ) from None


@dataclass(frozen=True, slots=True)
class FileReleaseLine:
    """One request to let a file pass."""

    reference: str
    state: str
    """``requested``, ``expired``, ``released``, ``refused`` or ``withdrawn``."""
    sha256: str
    audience: str
    verdict: str
    people: int
    kinds: tuple[str, ...]
    reason: str
    requested_by: str
    requested_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision_reason: str


def list_file_releases(*, now: datetime) -> tuple[FileReleaseLine, ...]:
    """Return every request, newest first."""
    return tuple(_line(asked, now) for asked in FileRelease.objects.select_related("release").order_by("-id"))


def _line(asked: FileRelease, now: datetime) -> FileReleaseLine:
    waits = asked.state == FileRelease.State.REQUESTED
    return FileReleaseLine(
        reference=asked.reference,
        state="expired" if waits and now >= asked.expires_at else asked.state,
        sha256=asked.release.sha256,
        audience=asked.release.audience,
        verdict=asked.release.verdict,
        people=asked.release.people,
        kinds=tuple(asked.release.kinds),
        reason=asked.reason,
        requested_by=asked.requested_by,
        requested_at=asked.requested_at,
        decided_by=asked.decided_by,
        decided_at=asked.decided_at,
        decision_reason=asked.decision_reason,
    )
