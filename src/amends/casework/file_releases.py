"""Requests to let a file pass: found by reference, and tied to the bytes of the file."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from amends.ledger.models import FileRelease
from amends.vocabulary.errors import RefusalError, UsageError

_REFERENCE: Final = re.compile(r"F-([0-9]{6,12})")


@dataclass(frozen=True, slots=True)
class DecidedFileRelease:
    """What was decided about a file."""

    reference: str
    state: str
    sha256: str
    audience: str


def waiting_file_release(reference: str, *, now: datetime) -> FileRelease:
    """Return the request, locked, which nobody has decided yet and which is still valid at ``now``.

    Raises `UsageError` ``file-release-unknown``, `RefusalError` ``file-release-decided`` and ``file-release-expired``.
    """
    found = found_file_release(reference)
    if found.state != FileRelease.State.REQUESTED:
        raise RefusalError(
            "file-release-decided",
            f"request {reference} was {found.state} already",
            hint="`amends release list` shows by whom; ask anew with `amends release request`",
        )
    if now >= found.expires_at:
        raise RefusalError(
            "file-release-expired",
            f"request {reference} has waited too long for its second person",
            hint="ask anew with `amends release request`",
        )
    return found


def found_file_release(reference: str) -> FileRelease:
    """Return the request, locked. Raises `UsageError` ``file-release-unknown``."""
    parts = _REFERENCE.fullmatch(reference)
    chosen = FileRelease.objects.filter(pk=int(parts[1])) if parts else FileRelease.objects.none()
    found = chosen.select_for_update(of=("self",)).select_related("release").first()
    if found is None or found.reference != reference:
        raise UsageError(
            "file-release-unknown",
            "there is no request with this reference",
            hint="references look like F-000012; `amends release list` lists them",
        )
    return found


def decided(release: FileRelease, state: str) -> DecidedFileRelease:
    """Return what was decided."""
    return DecidedFileRelease(release.reference, state, release.release.sha256, release.release.audience)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file. Raises `UsageError` ``file-unreadable``."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        raise UsageError(
            "file-unreadable",
            "The file cannot be read.",
            hint="Give the path of a file that exists and that this user may read.",
        ) from None
