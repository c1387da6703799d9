"""API keys as they are made and judged."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from amends.ledger.models import ActingSystem, ApiKey
from amends.vocabulary.errors import RefusalError, UsageError


@dataclass(frozen=True, slots=True)
class KeyTerms:
    """What a key is good for."""

    kind: str
    actions: tuple[str, ...]
    requests_per_second: int
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key. ``token`` is what the system sends as ``Authorization: Bearer``; it is shown this once."""

    key_id: str
    system: str
    kind: str
    actions: tuple[str, ...]
    expires_at: datetime | None
    token: str = field(repr=False)


def make_key(system: ActingSystem, terms: KeyTerms, *, now: datetime) -> IssuedKey:
    """Write a new key, of whose secret only the hash is kept; runs in the transaction of its caller."""
    key_id, secret = (
        secrets.token_hex(6),
        base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("="),
    )
    ApiKey.objects.create(
        key_id=key_id,
        system=system,
        kind=terms.kind,
        secret_sha256=hashlib.sha256(secret.encode()).hexdigest(),
        actions=list(terms.actions),
        requests_per_second=terms.requests_per_second,
        created_at=now,
        expires_at=terms.expires_at,
    )
    token = f"amends_{terms.kind}_{key_id}_{secret}"
    return IssuedKey(key_id, system.name, terms.kind, terms.actions, terms.expires_at, token)


def locked_key(key_id: str) -> ApiKey:
    """Return a key, locked. Raises `UsageError` ``api-key-unknown``."""
    found = (
        ApiKey.objects.select_for_update(of=("self",)).select_related("system").filter(key_id=key_id).first()
    )
    if found is None:
        raise UsageError(
            "api-key-unknown",
            "no API key has this id",
            hint="give the twelve characters that `amends systems list` shows, never the whole key",
        )
    return found


def check_valid(key: ApiKey, *, now: datetime) -> None:
    """Raise `RefusalError` ``api-key-ended`` for a key that is revoked or has expired."""
    if key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now):
        raise RefusalError(
            "api-key-ended",
            f"API key {key.key_id} is revoked or has expired",
            hint="issue a new key; one that has ended is not brought back",
        )
