"""A new fingerprint key finds every hold that the old one found, at every moment and whenever it is killed."""

from __future__ import annotations

import json

import pytest

from amends.casework import rekey_fingerprints as rekeying
from amends.casework.plan_remedies import plan_remedies
from amends.casework.population_rows import sealed_for_row
from amends.casework.protect_population import protect_population
from amends.casework.rekey_fingerprints import RegistrySource, rekey_fingerprints
from amends.ledger import current, gate_index
from amends.ledger.gate_index import index_rows
from amends.ledger.keyring import Purpose
from amends.ledger.models import (
    CANARY_FINGERPRINT,
    FingerprintSuccessor,
    GateState,
    HeldIdentifier,
    KnownIdentifier,
    LeakedRow,
)
from amends.ledger.refingerprinting import pair_identifiers, remove_former, switch
from amends.ledger.scope_keys import DataKind
from amends.vocabulary.errors import FaultError, RefusalError
from amends.vocabulary.identifier import normalised_identifier
from tests.killing import killed_at, moments_of
from tests.unit.casework.hand_made import HandMade, act, everything, person, remedies
from tests.unit.casework.sealed_ledger import found_holds, gate_counts_agree, named_in_journal

FINGERPRINT = Purpose.FINGERPRINT
ONLY_IN_REGISTRY = "A200000777"


def source(people: HandMade) -> RegistrySource:
    return RegistrySource(people.registry, people.mapping)


def with_an_identifier_of_the_registry_alone(people: HandMade) -> None:
    """One hold is found by a number that stands in no leaked row, as where the row had a slip."""
    row = LeakedRow.objects.get(row_number=3)
    sealer = current.sealer()
    number = normalised_identifier(ONLY_IN_REGISTRY)
    index_rows([(row.pk, sealer.fingerprint(number))], key_id=sealer.fingerprint_key_id)


def test_after_a_re_key_every_hold_is_found_under_the_new_key_and_none_under_the_old(people: HandMade):
    people.identified()
    found, old = found_holds(people), people.ledger.home.ring().current(FINGERPRINT)
    generation = GateState.objects.get().generation
    rekeyed = rekey_fingerprints(act=act("seen by others"), source=source(people))
    assert found_holds(people) == found
    assert min(found.values()) >= 1
    assert set(HeldIdentifier.objects.values_list("key_id", flat=True)) == {"", rekeyed.key_id}
    assert people.ledger.home.ring().named(FINGERPRINT, old.key_id) is None
    state = GateState.objects.get()
    assert (state.fingerprint_key_id, gate_counts_agree()) == (rekeyed.key_id, True)
    assert state.generation > generation
    assert FingerprintSuccessor.objects.count() == 0
    assert HeldIdentifier.objects.filter(fingerprint=CANARY_FINGERPRINT).count() == 1


def test_the_rows_carry_the_new_fingerprint_of_their_identifier(people: HandMade):
    people.protected()
    rekey_fingerprints(act=act("seen by others"))
    fingerprint = current.sealer().fingerprint
    for row in LeakedRow.objects.all():
        bound_to = f"row {row.incident.reference} {row.table_name} {row.row_number}"
        (identifier,) = current.sealer().unseal_record(
            bytes(row.sealed_identifiers or b""), bound_to=bound_to
        )
        assert row.identifier_fingerprint == fingerprint(identifier)


def test_what_the_registry_knows_is_forgotten_and_counted_so_that_unknown_means_hold(people: HandMade):
    people.protected()
    key_id = current.sealer().fingerprint_key_id
    KnownIdentifier.objects.create(fingerprint="1" * 32, key_id=key_id)
    GateState.objects.update(known_identifiers=1, registry_sha256="a" * 64)
    assert rekey_fingerprints(act=act()).forgotten == 1
    state = GateState.objects.get()
    assert (KnownIdentifier.objects.count(), state.known_identifiers, state.registry_sha256) == (0, 0, "")


def test_an_identifier_that_nobody_was_asked_about_keeps_the_old_key_and_stays_found(people: HandMade):
    people.protected()
    with_an_identifier_of_the_registry_alone(people)
    numbers = [ONLY_IN_REGISTRY, "A200000002"]
    found = found_holds(people, numbers)
    with pytest.raises(RefusalError) as refused:
        rekey_fingerprints(act=act("seen by others"))
    assert refused.value.code == "fingerprints-without-successor"
    assert found_holds(people, numbers) == found == {ONLY_IN_REGISTRY: 1, "A200000002": 2}
    assert gate_counts_agree()
    assert named_in_journal("rekey_fingerprints", "switched_to") == []


def test_a_number_that_only_the_registry_has_is_carried_over_when_the_registry_is_given(people: HandMade):
    people.identified()
    LeakedRow.objects.filter(row_number=3).update(sealed_identifiers=None)
    found = found_holds(people)
    with pytest.raises(RefusalError):
        rekey_fingerprints(act=act("seen by others"))
    assert rekey_fingerprints(act=act("again"), source=source(people)).resumed
    assert found_holds(people) == found
    assert gate_counts_agree()


def test_killed_at_any_moment_every_held_identifier_is_found_under_a_key_of_the_ring(people: HandMade):
    people.identified()
    found = found_holds(people)
    *moments, whole = moments_of(lambda: rekey_fingerprints(act=act("first"), source=source(people)))
    current.sealer.cache_clear()
    for moment in (*moments, whole):
        killed = killed_at(moment, lambda: rekey_fingerprints(act=act("again"), source=source(people)))
        assert killed == (moment < whole)
        assert found_holds(people) == found
        assert gate_counts_agree()
        ring = people.ledger.home.ring()
        assert GateState.objects.get().fingerprint_key_id in {key.key_id for key in ring.of(FINGERPRINT)}
        current.sealer.cache_clear()
        finished = rekey_fingerprints(act=act("again"), source=source(people))
        assert (found_holds(people), gate_counts_agree()) == (found, True)
        ring = people.ledger.home.ring()
        assert [key.key_id for key in ring.of(FINGERPRINT)] == [finished.key_id]
        for name in ("new_keys", "switched_to", "removed_keys"):
            said = named_in_journal("rekey_fingerprints", name)
            assert len(said) == len(set(said))
        assert named_in_journal("rekey_fingerprints", "switched_to")[-1] == finished.key_id
    assert whole > 15


def test_a_re_key_that_removes_the_old_rows_first_would_lose_holds_when_killed(people: HandMade, monkeypatch):
    """The planted fault that shows that the test above can fail."""
    people.identified()
    found = found_holds(people)

    def careless(former, incoming):
        remove_former(former)
        return 0

    monkeypatch.setattr(rekeying, "carry_over", careless)
    lost = False
    for moment in range(1, 60):
        killed_at(moment, lambda: rekey_fingerprints(act=act("careless"), source=source(people)))
        if found_holds(people) != found:
            lost = True
            break
    assert lost


def test_a_further_identifier_that_a_kill_separated_from_the_first_gets_its_successor(people: HandMade):
    incident = people.protected()
    row = LeakedRow.objects.get(row_number=3)
    numbers = ["200000003", normalised_identifier(ONLY_IN_REGISTRY)]
    sealer = current.sealer()
    sealed = sealer.scoped(incident.reference, DataKind.IDENTIFIERS).seal(
        json.dumps(numbers).encode(), bound_to=sealed_for_row(incident, row.table_name, 3)
    )
    LeakedRow.objects.filter(pk=row.pk).update(sealed_identifiers=sealed)
    with_an_identifier_of_the_registry_alone(people)
    found = found_holds(people, [ONLY_IN_REGISTRY, "A200000003"])
    ring = people.ledger.home.change_ring(lambda ring: ring.with_incoming(FINGERPRINT))
    incoming = ring.incoming(FINGERPRINT)
    assert incoming is not None
    pair_identifiers(numbers[:1], ring.current(FINGERPRINT), incoming)
    current.sealer.cache_clear()
    assert rekey_fingerprints(act=act("again")).resumed
    assert found_holds(people, [ONLY_IN_REGISTRY, "A200000003"]) == found
    assert min(found.values()) == 1


def test_a_row_under_the_old_key_alone_is_not_removed(people: HandMade, monkeypatch):
    people.identified()
    found = found_holds(people)

    def lossy(incoming):
        rows = switch(incoming)
        HeldIdentifier.objects.filter(key_id=incoming.key_id, hold__row__row_number=3).delete()
        FingerprintSuccessor.objects.filter(former=row.identifier_fingerprint).delete()
        return rows

    row = LeakedRow.objects.get(row_number=3)
    monkeypatch.setattr(rekeying, "switch", lossy)
    with pytest.raises(RefusalError) as refused:
        rekey_fingerprints(act=act("again"), source=source(people))
    assert refused.value.code == "fingerprints-without-successor"
    assert found_holds(people) == found


def test_holds_copied_from_other_holds_are_copied_under_the_key_that_the_gate_looks_up_by(people: HandMade):
    """A planning that runs between the switch and the removal: what it copied under the old key would be removed."""
    incident = people.identified()
    someone = person(incident, "P3")
    someone.facts = {**someone.facts, "final_order": "yes"}
    someone.save(update_fields=["facts"])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rekeying, "remove_former", lambda key: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            rekey_fingerprints(act=act("killed before the removal"), source=source(people))
    current.sealer.cache_clear()
    plan_remedies(incident=incident, act=act("plan"))
    (commitment,) = remedies(incident, "hold", someone, entitlement="no_opposition_to_reopening")
    key_id = GateState.objects.get().fingerprint_key_id
    assert set(commitment.identifiers.values_list("key_id", flat=True)) == {key_id}
    rekey_fingerprints(act=act("again"), source=source(people))
    assert commitment.identifiers.count() == 1
    assert gate_counts_agree()


def test_a_program_that_still_has_the_old_key_writes_nothing_after_the_switch(people: HandMade, monkeypatch):
    people.opened()
    stale = current.sealer()
    assert stale.fingerprint_key_id
    GateState.objects.update(fingerprint_key_id=stale.fingerprint_key_id)
    rekey_fingerprints(act=act("seen by others"))
    incident = people.opened()
    monkeypatch.setattr(current, "sealer", lambda: stale)
    before = everything()
    with pytest.raises(FaultError) as refused:
        protect_population(incident=incident, listing=people.listing, mapping=people.mapping, act=act())
    assert refused.value.code == "fingerprint-key-changed"
    assert everything() == before
    monkeypatch.undo()
    protect_population(incident=incident, listing=people.listing, mapping=people.mapping, act=act())
    assert min(found_holds(people).values()) >= 1


def test_without_that_check_its_holds_would_be_found_by_nobody(people: HandMade, monkeypatch):
    """The planted fault that shows that the test above can fail."""
    incident = people.opened()
    stale = current.sealer()
    GateState.objects.update(fingerprint_key_id=stale.fingerprint_key_id)
    rekey_fingerprints(act=act("seen by others"))
    monkeypatch.setattr(current, "sealer", lambda: stale)
    monkeypatch.setattr(gate_index, "check_fingerprint_key", lambda key_id: None)
    protect_population(incident=incident, listing=people.listing, mapping=people.mapping, act=act())
    assert max(found_holds(people).values()) == 0


def test_a_re_key_of_a_ledger_without_holds_only_changes_the_key(people: HandMade):
    before = people.ledger.home.ring().current(FINGERPRINT).key_id
    rekeyed = rekey_fingerprints(act=act("yearly"))
    assert rekeyed.key_id != before
    assert (rekeyed.carried, rekeyed.removed, rekeyed.resumed) == (0, 0, False)
    assert people.ledger.home.ring().current(Purpose.FINGERPRINT).key_id == rekeyed.key_id
