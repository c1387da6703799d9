"""Replace an API key: for an overlap both are valid, so that a system changes over without a gap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from amends.casework.acting_systems.api_keys import IssuedKey, KeyTerms, check_valid, locked_key, make_key
from amends.casework.acting_systems.systems import check_not_retired
from amends.casework.acts import Act, journalled
from amends.casework.permissions import check_may
from amends.ledger.gate_index import touch
from amends.ledger.models import ApiKey
from amends.vocabulary.errors import RefusalError, UsageError

LONGEST_OVERLAP: Final = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class RotatedKey:
    """The new key, and until when the old one is valid beside it."""

    issued: IssuedKey
    old_key_id: str
    old_valid_until: datetime


def rotate_api_key(*, key_id: str, overlap: timedelta, expires_at: datetime | None, act: Act) -> RotatedKey:
    """Issue a key on the same terms and let the old one expire after the overlap, or earlier if it would anyway.

    Raises `RefusalError` ``api-key-ended`` for a key that is no longer valid and ``api-key-rotated`` for one that
    has a successor; `UsageError` ``overlap-invalid``.
    """
    check_may(act, "rotate_api_key")
    _check_times(overlap, expires_at, now=act.now)
    with journalled("rotate_api_key", act) as change:
        old = locked_key(key_id)
        check_not_retired(old.system)
        check_valid(old, now=act.now)
        _check_not_rotated(old)
        terms = KeyTerms(old.kind, tuple(old.actions), old.requests_per_second, expires_at)
        issued = make_key(old.system, terms, now=act.now)
        until = act.now + overlap
        until = min(until, old.expires_at) if old.expires_at else until
        ApiKey.objects.filter(pk=key_id).update(expires_at=until, replaced_by=issued.key_id)
        change.detail = {
            "system": old.system.name,
            "key_id": issued.key_id,
            "replaces": key_id,
            "old_valid_until": until.isoformat(),
            "generation": touch(),
        }
    return RotatedKey(issued, key_id, until)


def _check_times(overlap: timedelta, expires_at: datetime | None, *, now: datetime) -> None:
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP or (
        expires_at is not None and expires_at <= now + overlap
    ):
        raise UsageError(
            "overlap-invalid",
            "the overlap is negative, longer than 31 days, or outlives the new key",
            hint="give hours enough for the system to change over, and revoke a key that has leaked instead",
            where="--overlap",
        )


def _check_not_rotated(key: ApiKey) -> None:
    if key.replaced_by:
        raise RefusalError(
            "api-key-rotated",
            f"API key {key.key_id} has been replaced by {key.replaced_by} already",
            hint="rotate its successor, or issue a new key",
        )
