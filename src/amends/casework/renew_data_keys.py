"""Give an incident, or what spans incidents, new data keys: every value is sealed anew, and the old keys destroyed.

For when a data key may have been seen; and it is how what an older backup of the database holds becomes
unreadable. Steps: new keys come in; the journal names them; they become current; rows are sealed anew, some thousands a
transaction; one last transaction, with the writers locked out, finds nothing left under an old key and says so in
the journal; only then are the old keys destroyed. The same command finishes what was interrupted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from amends.casework.acts import Act, journalled
from amends.casework.permissions import check_may
from amends.ledger import current
from amends.ledger.journal import recorded
from amends.ledger.keyring import KeyState
from amends.ledger.models import Incident, Representative
from amends.ledger.resealing import left_to_reseal, lock_sealed_table, reseal, scopes_of
from amends.ledger.scope_keys import SHARED, Scope, ScopeKeys
from amends.vocabulary.errors import FaultError

_VERB = "renew_data_keys"


@dataclass(frozen=True, slots=True)
class RenewedDataKeys:
    """How many data keys are new, how many values this run sealed anew, and the ids of the keys destroyed."""

    new_keys: int
    resealed: int
    destroyed: tuple[str, ...]
    resumed: bool


def renew_data_keys(*, incident: Incident | None, act: Act) -> RenewedDataKeys:
    """Renew the data keys of one incident; without one, those of what spans incidents.

    Values that the first version sealed under the ledger key get a data key by this too. Raises `FaultError`
    ``values-not-resealed``, with the old keys still there, should a value be left under one.
    """
    check_may(act, _VERB)
    reference = incident.reference if incident else ""
    data_keys = current.sealer().data_keys
    with current.home().maintenance():
        scopes = [scope for scope in _scopes(incident) if not _is_closed(scope)]
        replaced = any(_in(scope, KeyState.FORMER) for scope in scopes)
        resumed = replaced or any(_in(scope, KeyState.INCOMING) for scope in scopes)
        if not replaced:
            for scope in scopes:
                data_keys.begin_renewal(scope)
            _journal_begin(reference, scopes, act)
        new_keys = [data_keys.promote(scope) for scope in scopes]
        resealed = sum(map(reseal, scopes))
        destroyed = _finish(incident, reference, scopes, act)
        for scope in scopes:
            former = frozenset(_in(scope, KeyState.FORMER))
            data_keys.destroy(scope, former, close=False)
    return RenewedDataKeys(len(new_keys), resealed, tuple(destroyed), resumed)


def _scopes(incident: Incident | None) -> tuple[Scope, ...]:
    return (SHARED,) if incident is None else scopes_of(incident.reference)


def _keys(scope: Scope) -> ScopeKeys:
    return current.sealer().data_keys.of(scope) or ScopeKeys(scope)


def _is_closed(scope: Scope) -> bool:
    return _keys(scope).closed


def _in(scope: Scope, state: KeyState) -> list[str]:
    return [key.identity for key in _keys(scope).in_state(state)]


def _journal_begin(reference: str, scopes: Sequence[Scope], act: Act) -> None:
    incoming = [identity for scope in scopes for identity in _in(scope, KeyState.INCOMING)]
    if recorded(_VERB, "new_keys", incident=reference).issuperset(incoming):
        return
    with journalled(_VERB, act) as change:
        change.incident = reference
        change.detail = {"new_keys": incoming}


def _finish(incident: Incident | None, reference: str, scopes: Sequence[Scope], act: Act) -> list[str]:
    former = [identity for scope in scopes for identity in _in(scope, KeyState.FORMER)]
    with journalled(_VERB, act) as change:
        _lock_writers_out(incident)
        late = sum(map(reseal, scopes))
        left = sum(map(left_to_reseal, scopes))
        if left:
            raise FaultError(
                "values-not-resealed",
                f"{left} values are still sealed under an old data key",
                hint="nothing was destroyed; see that no older program writes into this ledger, then do it again",
                where=reference,
            )
        if not recorded(_VERB, "destroyed", incident=reference).issuperset(former):
            change.incident = reference
            change.detail = {"destroyed": former, "late": late}
    return former


def _lock_writers_out(incident: Incident | None) -> None:
    """Wait for every transaction that may have sealed under an old key: those lock the same row or table first."""
    if incident is not None:
        Incident.objects.select_for_update().get(pk=incident.pk)
    else:
        lock_sealed_table(Representative)
