"""Issue an API key to an acting system: for a kind of use, a subset of its actions, a rate and a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from amends.casework.acting_systems.api_keys import IssuedKey, KeyTerms, make_key
from amends.casework.acting_systems.systems import check_not_retired, checked_actions, find_system
from amends.casework.acts import Act, journalled
from amends.casework.permissions import check_may
from amends.ledger.gate_index import touch
from amends.ledger.models import ActingSystem, ApiKey
from amends.vocabulary.errors import UsageError

HIGHEST_RATE: Final = 100_000


def issue_api_key(*, system: str, terms: KeyTerms, act: Act) -> IssuedKey:
    """Issue a key and return it, secret included; only its SHA-256 is kept. Each call makes another key.

    Raises `UsageError` ``actions-not-of-system`` for an action that the system was not registered for,
    ``api-key-terms-invalid`` for an unknown kind, an impossible rate or an expiry that has passed.
    """
    check_may(act, "issue_api_key")
    _check_terms(terms, now=act.now)
    with journalled("issue_api_key", act) as change:
        find_system(system)
        found = ActingSystem.objects.select_for_update().get(name=system)
        check_not_retired(found)
        actions = _actions_of(found, terms.actions)
        issued = make_key(found, replace(terms, actions=actions), now=act.now)
        change.detail = {
            "system": system,
            "key_id": issued.key_id,
            "kind": issued.kind,
            "actions": list(actions),
            "requests_per_second": terms.requests_per_second,
            "expires_at": terms.expires_at.isoformat() if terms.expires_at else "",
            "generation": touch(),
        }
    return issued


def _actions_of(system: ActingSystem, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the wanted actions; all of the system's where none is named."""
    if not set(wanted) <= set(system.actions):
        raise UsageError(
            "actions-not-of-system",
            f"{system.name} is not registered for one of these actions",
            hint=f"choose from: {', '.join(system.actions)}",
            where="--action",
        )
    # Of a system that was registered before actions were checked, no key is issued for one that no hold can bar.
    return tuple(checked_actions(wanted or system.actions))


def _check_terms(terms: KeyTerms, *, now: datetime) -> None:
    expired: datetime | None = terms.expires_at
    if (
        terms.kind not in ApiKey.Kind.values
        or not 1 <= terms.requests_per_second <= HIGHEST_RATE
        or (expired is not None and expired <= now)
    ):
        raise UsageError(
            "api-key-terms-invalid",
            "a key is live, team or test, has a rate of 1 to 100,000 a second, and expires later than now",
            hint="correct --kind, --rate or --expires-in",
        )
