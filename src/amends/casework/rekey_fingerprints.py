"""Take a new fingerprint key: every identifier gets a new fingerprint, and no hold is lost on the way.

For when the fingerprint key may have been seen: whoever has it and the database can try all numbers of persons.
The steps, each of which a kill may follow and the same command resumes:

1. a new key stands on the ring as incoming; the journal names it; from here on whoever looks something up asks under
   both keys;
2. the identifiers sealed with the leaked rows, then those that only the registry has, get their successors, and
   every hold its row under the new key beside the old one;
3. one transaction locks the gate's state, carries over what came meanwhile, refuses while a single held fingerprint
   has no successor, and switches the gate to the new key: a writer that still has the old one is refused from
   here on;
4. the ring makes the new key the current one;
5. rows under the old key go, once each of them has its row under the new one;
6. the old key leaves the ring.

At every moment each held identifier is found under a key that the ring holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from amends.casework.acts import Act, journalled
from amends.casework.identification.registry_identifiers import registry_identifiers
from amends.casework.permissions import check_may
from amends.ledger import current
from amends.ledger.journal import recorded
from amends.ledger.keyring import KeyRing, KeyState, NamedKey, Purpose
from amends.ledger.models import GateState, LeakedRow
from amends.ledger.refingerprinting import (
    carry_over,
    lock_gate,
    pair_identifiers,
    pair_sealed_rows,
    remove_former,
    switch,
    without_successor,
    without_twin,
)
from amends.link.mapping import Mapping
from amends.link.registry import Registry
from amends.vocabulary.errors import RefusalError

_VERB = "rekey_fingerprints"
_KEY = Purpose.FINGERPRINT


@dataclass(frozen=True, slots=True)
class RegistrySource:
    """The registry that is asked for identifiers which only it has."""

    registry: Registry
    mapping: Mapping


@dataclass(frozen=True, slots=True)
class RekeyedFingerprints:
    """The key that fingerprints are now made with, and what this run did."""

    key_id: str
    carried: int
    """Rows that holds got under the new key."""
    removed: int
    """Rows under the old key that went."""
    forgotten: int
    """Known identifiers that the registry must teach the gate again; until then unknown means hold."""
    resumed: bool


def rekey_fingerprints(*, act: Act, source: RegistrySource | None = None) -> RekeyedFingerprints:
    """Change the fingerprint key.

    Raises `RefusalError` ``fingerprints-without-successor`` while a held identifier is known to nobody who was
    asked: the old key then stays beside the new one, every hold is found as before, and the command is run
    again with the registry.
    """
    check_may(act, _VERB)
    home = current.home()
    with home.maintenance():
        before = home.ring()
        resumed = bool(before.incoming(_KEY) or before.former(_KEY))
        ring = before if before.former(_KEY) else home.change_ring(lambda ring: ring.with_incoming(_KEY))
        carried = 0
        if ring.incoming(_KEY):
            _journal_begin(ring, act)
            carried = _carry_over(ring, source, act)
            ring = home.change_ring(lambda ring: ring.with_promoted(_KEY))
        removed, forgotten = _remove(ring, act)
        ring = home.change_ring(lambda ring: ring.without_former(_KEY))
        current.sealer.cache_clear()
    return RekeyedFingerprints(ring.current(_KEY).key_id, carried, removed, forgotten, resumed)


def _keys(ring: KeyRing) -> tuple[NamedKey, NamedKey]:
    incoming = ring.incoming(_KEY)
    assert incoming is not None
    return ring.current(_KEY), incoming


def _journal_begin(ring: KeyRing, act: Act) -> None:
    former, incoming = _keys(ring)
    if incoming.key_id not in recorded(_VERB, "new_keys"):
        with journalled(_VERB, act) as change:
            change.detail = {"new_keys": [incoming.key_id], "former": former.key_id}


def _carry_over(ring: KeyRing, source: RegistrySource | None, act: Act) -> int:
    former, incoming = _keys(ring)
    if GateState.objects.get(pk=1).fingerprint_key_id == incoming.key_id:
        return 0
    pair_sealed_rows(former, incoming)
    if source:
        pair_identifiers(_of_registry(source), former, incoming)
    carried = carry_over(former, incoming)
    with journalled(_VERB, act) as change:
        lock_gate()
        # What was written since the look above; from the switch on nobody can add a row under the old key.
        pair_sealed_rows(former, incoming)
        carried += carry_over(former, incoming)
        _check_nothing_lost(former)
        rows = switch(incoming)
        change.detail = {"switched_to": [incoming.key_id], "carried": carried, "rows": rows}
    return carried


def _check_nothing_lost(former: NamedKey) -> None:
    lost = without_successor(former)
    if lost:
        raise RefusalError(
            "fingerprints-without-successor",
            f"{lost} held identifiers are known neither from the leaked rows nor from a registry that was given",
            hint="run it again with --registry and --map; until then every hold is found under the key it has",
        )


def _check_twins(former: NamedKey, present: NamedKey) -> None:
    lost = without_twin(former, present)
    if lost:
        raise RefusalError(
            "fingerprints-without-successor",
            f"{lost} held identifiers stand under the old key alone",
            hint="nothing was removed, and they are found under the old key while it is on the ring; report this",
        )


def _of_registry(source: RegistrySource) -> Iterator[str]:
    persons = LeakedRow.objects.exclude(registry_person_id="").values_list("registry_person_id", flat=True)
    people = sorted(set(persons.order_by().distinct()))
    return (identifier for _, identifier in registry_identifiers(source.registry, source.mapping, people))


def _remove(ring: KeyRing, act: Act) -> tuple[int, int]:
    removed = forgotten = 0
    for key in ring.of(_KEY):
        if key.state is KeyState.FORMER and key.key_id not in recorded(_VERB, "removed_keys"):
            with journalled(_VERB, act) as change:
                lock_gate()
                carry_over(key, ring.current(_KEY))
                _check_twins(key, ring.current(_KEY))
                held, known = remove_former(key)
                change.detail = {"removed_keys": [key.key_id], "removed": held, "forgotten": known}
            removed, forgotten = removed + held, forgotten + known
    return removed, forgotten
