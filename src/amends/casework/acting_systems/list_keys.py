"""The list secret of an acting system: made once, shown once, kept sealed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from amends.ledger import current
from amends.ledger.models import ActingSystem
from amends.vocabulary.errors import FaultError
from amends.vocabulary.hold_list import ListKeys, written_secret


@dataclass(frozen=True, slots=True)
class NewListSecret:
    """A new list secret: what is handed over, and what is kept."""

    key_id: str
    shown: str = field(repr=False)
    sealed: bytes = field(repr=False)


def new_list_secret(system_name: str) -> NewListSecret:
    """Return 256 random bits as a list secret for this system."""
    key_id, secret = secrets.token_hex(4), secrets.token_bytes(32)
    sealed = current.sealer().seal(secret, bound_to=_bound_to(system_name))
    return NewListSecret(key_id, written_secret(key_id, secret), sealed)


def list_keys(system: ActingSystem) -> ListKeys:
    """Return the keys of a system's lists. Raises `FaultError` ``list-secret-missing`` or ``seal-broken``."""
    if system.sealed_list_secret is None:
        raise FaultError(
            "list-secret-missing",
            f"the acting system {system.name} has no list secret",
            hint="give it a new one with `amends systems new-list-secret`",
        )
    secret = current.sealer().unseal(bytes(system.sealed_list_secret), bound_to=_bound_to(system.name))
    return ListKeys.derived(system.list_key_id, secret)


def _bound_to(system_name: str) -> str:
    return f"list secret {system_name}"
