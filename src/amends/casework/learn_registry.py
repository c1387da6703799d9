"""Learn whom the registry knows, so that the gate can tell a person whom nobody holds from a typing error."""

from __future__ import annotations

from dataclasses import dataclass

from amends.casework.acts import Act, journalled
from amends.casework.identification.known_fingerprints import known_fingerprints
from amends.casework.identification.registry_identifiers import index_learned_identifiers
from amends.casework.permissions import check_may
from amends.ledger import current
from amends.ledger.gate_index import touch
from amends.ledger.known_identifiers import replace_known
from amends.ledger.models import GateState, KnownIdentifier
from amends.link.mapping import Mapping
from amends.link.registry import Registry
from amends.vocabulary.errors import FaultError, UsageError


@dataclass(frozen=True, slots=True)
class LearnedRegistry:
    """What the gate knows now, what changed, and whether nothing did."""

    persons: int
    identifiers: int
    added: int
    removed: int
    made_findable: int
    """Pairs of a hold and an identifier under which it was not found before."""
    already: bool


def learn_registry(*, registry: Registry, mapping: Mapping, act: Act) -> LearnedRegistry:
    """Make the identifiers of every person of the registry the whole set of known ones, at one instant.

    In the same transaction every hold becomes findable by each of them that is its person's: a number that came later
    must not be known and not held.

    Only keyed fingerprints are kept: the table gives nothing away without the key. A registry without identifiers is
    refused (`UsageError` ``registry-without-identifiers``), because everyone would be unknown from then on.
    """
    check_may(act, "learn_registry")
    sealer = current.sealer()
    fingerprints = known_fingerprints(registry, mapping, sealer)
    if not fingerprints:
        raise UsageError(
            "registry-without-identifiers",
            "the registry has no identifier that the mapping names",
            hint="name the columns of its identification numbers under [registry] identifiers",
        )
    key_id = sealer.fingerprint_key_id
    added = removed = 0
    with journalled("learn_registry", act) as change:
        state = GateState.objects.select_for_update().get(pk=1)
        _check_key(state, key_id)
        same = (
            state.registry_sha256 == registry.source_sha256
            and state.known_identifiers
            == len(fingerprints)
            == KnownIdentifier.objects.filter(key_id=key_id).count()
        )
        findable = index_learned_identifiers(registry, mapping)
        if findable:
            change.detail = {"registry_sha256": registry.source_sha256, "made_findable": findable}
        if not same:
            replaced = replace_known(fingerprints, key_id=key_id)
            added, removed = replaced.added, replaced.removed
            generation = touch()
            GateState.objects.filter(pk=1).update(
                known_identifiers=len(fingerprints),
                registry_sha256=registry.source_sha256,
                fingerprint_key_id=key_id,
            )
            change.detail = {
                "registry_sha256": registry.source_sha256,
                "persons": registry.count,
                "identifiers": len(fingerprints),
                "added": added,
                "removed": removed,
                "made_findable": findable,
                "generation": generation,
            }
    return LearnedRegistry(
        registry.count, len(fingerprints), added, removed, findable, already=same and not findable
    )


def _check_key(state: GateState, key_id: str) -> None:
    """Raise `FaultError` where the gate looks up by another key: what is learned now would never be found."""
    if state.fingerprint_key_id not in ("", key_id):
        raise FaultError(
            "fingerprint-key-changed",
            "the gate looks identifiers up by another key than this ledger has",
            hint="put the ledger's own key file in place, or finish the change of the key, then do this again",
        )
