"""Revoke an API key at once: whoever holds it is answered with hold from the gate's next answer on."""

from __future__ import annotations

from dataclasses import dataclass

from amends.casework.acting_systems.api_keys import locked_key
from amends.casework.acts import Act, journalled
from amends.casework.permissions import check_may
from amends.ledger.gate_index import touch
from amends.ledger.models import ApiKey


@dataclass(frozen=True, slots=True)
class RevokedKey:
    """Which key, and whether it was revoked already."""

    key_id: str
    system: str
    already: bool


def revoke_api_key(*, key_id: str, act: Act) -> RevokedKey:
    """Revoke a key for good, expired or not. Raises `UsageError` ``api-key-unknown``."""
    check_may(act, "revoke_api_key")
    with journalled("revoke_api_key", act) as change:
        key = locked_key(key_id)
        if key.revoked_at is None:
            ApiKey.objects.filter(pk=key_id).update(revoked_at=act.now)
            change.detail = {"system": key.system.name, "key_id": key_id, "generation": touch()}
    return RevokedKey(key_id, key.system.name, already=not change.detail)
