"""Who calls by HTTP: the registered system whose key a request bears."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DatabaseError, close_old_connections

from amends.ledger.models import ApiKey
from amends.vocabulary.errors import FaultError


@dataclass(frozen=True, slots=True)
class BornKey:
    """The key that a request bears, its secret hashed."""

    kind: str
    key_id: str
    secret_sha256: str = field(repr=False)


def calling_system(given: BornKey, *, now: datetime) -> str | None:
    """Return the name of the system whose valid key a request bears, or None.

    A test key opens nothing here: it knows no real person, and a screening may. Raises `FaultError`
    ``ledger-unavailable``.
    """
    try:
        close_old_connections()
        key = ApiKey.objects.select_related("system").filter(key_id=given.key_id).first()
    except DatabaseError:
        raise FaultError(
            "ledger-unavailable",
            "the ledger cannot be asked whose key this is",
            hint="check AMENDS_DATABASE_URL and the disk",
        ) from None
    # Compared for an unknown key too, so that the time taken tells no ids.
    same = hmac.compare_digest(given.secret_sha256, key.secret_sha256 if key else "0" * 64)
    if key is None or not same or given.kind != key.kind or key.kind == ApiKey.Kind.TEST:
        return None
    ended = key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now)
    return None if ended or key.system.retired_at is not None else key.system.name
