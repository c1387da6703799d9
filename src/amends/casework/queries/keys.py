"""Which keys a ledger has, and what they are for: ids and counts, never a key."""

from __future__ import annotations

from dataclasses import dataclass

from amends.ledger import current
from amends.ledger.keyring import KeyState, Purpose
from amends.ledger.models import Erasure, GateState, Incident
from amends.ledger.scope_keys import DataKind, Scope, ScopeKeys


@dataclass(frozen=True, slots=True)
class RingKeyLine:
    """One key of the ring."""

    purpose: str
    key_id: str
    state: str


@dataclass(frozen=True, slots=True)
class ScopeLine:
    """The data keys of one scope."""

    scope: str
    current: str
    """Id of the key that seals; empty where the scope was erased."""
    others: tuple[str, ...]
    """Ids of keys that are coming in or going out."""
    wrapped_by: tuple[str, ...]
    destroyed: int
    erased: bool


@dataclass(frozen=True, slots=True)
class KeyList:
    """All keys, and what is unfinished about them."""

    ring: tuple[RingKeyLine, ...]
    scopes: tuple[ScopeLine, ...]
    unfinished: tuple[str, ...]
    """What was interrupted, or came back although it was erased, each with the command that mends it."""


def list_keys() -> KeyList:
    """Return the keys of this ledger."""
    ring = current.home().ring()
    scopes = list(current.sealer().data_keys.all())
    return KeyList(
        ring=(
            RingKeyLine("ledger", ring.key_id, "current"),
            *(RingKeyLine(key.purpose, key.key_id, key.state) for key in ring.keys),
        ),
        scopes=tuple(map(_line, scopes)),
        unfinished=tuple(_unfinished(scopes)),
    )


def _line(keys: ScopeKeys) -> ScopeLine:
    sealing = [key.identity for key in keys.keys if key.state == "current"]
    return ScopeLine(
        scope=str(keys.scope),
        current=sealing[0] if sealing else "",
        others=tuple(key.identity for key in keys.keys if key.state != "current"),
        wrapped_by=tuple(sorted({key.wrapped_by for key in keys.keys})),
        destroyed=len(keys.destroyed),
        erased=keys.closed,
    )


def _unfinished(scopes: list[ScopeKeys]) -> list[str]:
    ring = current.home().ring()
    encryption, prints = ring.of(Purpose.KEY_ENCRYPTION), ring.of(Purpose.FINGERPRINT)
    wraps = {key.wrapped_by for keys in scopes for key in keys.keys}
    found = []
    if ring.incoming(Purpose.KEY_ENCRYPTION) or wraps - {encryption[0].key_id}:
        found.append("a rotation was interrupted: run `amends keys rotate` again")
    if len(prints) > 1:
        found.append(
            "a change of the fingerprint key is not finished: run `amends keys rekey-fingerprints` again"
        )
    if GateState.objects.get(pk=1).fingerprint_key_id not in ("", *(key.key_id for key in prints)):
        found.append("the gate looks up by a key that is not on the ring: put the right key file back")
    found += [
        f"a renewal of {keys.scope} was interrupted: run `amends keys renew` again"
        for keys in scopes
        if any(key.state is not KeyState.CURRENT for key in keys.keys)
    ]
    found += [
        f"data erased from {erasure.incident.reference} could be opened again: run `amends retention apply` again"
        for erasure in not_carried_out()
    ]
    return found


def not_carried_out(incident: Incident | None = None) -> list[Erasure]:
    """Return the erasures whose keys are here all the same: interrupted, or brought back by an old copy of the keys."""
    erasures = Erasure.objects.select_related("incident")
    if incident is not None:
        erasures = erasures.filter(incident=incident)
    data_keys = current.sealer().data_keys

    def is_alive(erasure: Erasure) -> bool:
        names = (Scope(name.partition(".")[0], DataKind(erasure.kind)) for name in erasure.data_keys)
        return any(keys is None or keys.keys or not keys.closed for keys in map(data_keys.of, names))

    return [erasure for erasure in erasures if erasure.destroyed_at is None or is_alive(erasure)]
