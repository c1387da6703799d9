"""New data keys seal every value anew; nothing is lost, whenever that is killed, and the old keys are gone."""

from __future__ import annotations

import hashlib
import hmac
import os

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from amends.casework import renew_data_keys as renewing
from amends.casework.renew_data_keys import renew_data_keys
from amends.ledger import current
from amends.ledger.keyring import KeyState
from amends.ledger.models import AffectedPerson, LeakedRow, Representative
from amends.ledger.sealing import Sealer, data_key_of
from amends.vocabulary.errors import FaultError
from tests.killing import killed_at, moments_of
from tests.unit.casework.hand_made import HandMade, act
from tests.unit.casework.sealed_ledger import key_material, named_in_journal, opened_values


def keys_in_rows() -> set[str]:
    details = AffectedPerson.objects.values_list("sealed_details", flat=True)
    identifiers = LeakedRow.objects.values_list("sealed_identifiers", flat=True)
    return {data_key_of(bytes(value)) for value in (*details, *identifiers) if value is not None}


def test_after_a_renewal_every_value_opens_under_a_new_key_and_the_old_keys_are_destroyed(people: HandMade):
    incident = people.identified()
    values, before = opened_values(people, incident), keys_in_rows()
    renewed = renew_data_keys(incident=incident, act=act("may have been seen"))
    assert opened_values(people, incident) == values
    assert not keys_in_rows() & before
    assert before < set(renewed.destroyed)
    assert (renewed.new_keys, renewed.resealed) == (3, 8 + AffectedPerson.objects.count() + 1)
    assert named_in_journal("renew_data_keys", "destroyed") == list(renewed.destroyed)


def test_an_older_copy_of_the_rows_does_not_open_after_a_renewal(people: HandMade):
    incident = people.identified()
    person = AffectedPerson.objects.filter(incident=incident).first()
    assert person is not None
    bound_to = f"person {incident.reference} {person.table_name} {person.first_row}"
    renew_data_keys(incident=incident, act=act("may have been seen"))
    with pytest.raises(FaultError) as refused:
        Sealer(people.ledger.home).unseal(bytes(person.sealed_details), bound_to=bound_to)
    assert refused.value.code == "erased"


def test_what_spans_incidents_is_renewed_by_itself(people: HandMade):
    incident = people.identified()
    values, before = opened_values(people, incident), keys_in_rows()
    renewed = renew_data_keys(incident=None, act=act("may have been seen"))
    assert renewed.resealed == Representative.objects.count() == 2
    assert opened_values(people, incident) == values
    assert keys_in_rows() == before


def test_killed_at_any_moment_a_renewal_loses_nothing_and_is_finished_by_the_same_command(
    people: HandMade, monkeypatch
):
    monkeypatch.setattr("amends.ledger.resealing._ROWS_A_CHUNK", 3)
    incident = people.identified()
    values = opened_values(people, incident)
    *moments, whole = moments_of(lambda: renew_data_keys(incident=incident, act=act("first")))
    for moment in (*moments, whole):
        killed = killed_at(moment, lambda: renew_data_keys(incident=incident, act=act("again")))
        assert killed == (moment < whole)
        assert opened_values(people, incident) == values
        finished = renew_data_keys(incident=incident, act=act("again"))
        assert opened_values(people, incident) == values
        keys = [keys for keys in Sealer(people.ledger.home).data_keys.all() if keys.scope.name != "ledger"]
        assert all(len(scope.keys) == 1 for scope in keys)
        assert keys_in_rows() <= {scope.keys[0].identity for scope in keys}
        destroyed = named_in_journal("renew_data_keys", "destroyed")
        assert set(finished.destroyed) <= set(destroyed)
        # Every key that ever was is alive or recorded as destroyed.
        assert {gone for scope in keys for gone in scope.destroyed} == set(destroyed)
        assert key_material(people.ledger.home.data_keys) == []
    assert whole > 40


def test_a_renewal_that_destroys_before_it_reseals_would_lose_values_when_killed(
    people: HandMade, monkeypatch
):
    """The planted fault that shows that the test above can fail."""
    incident = people.identified()

    def careless(scope):
        data_keys = current.sealer().data_keys
        keys = data_keys.of(scope)
        assert keys is not None
        data_keys.destroy(scope, frozenset(k.identity for k in keys.in_state(KeyState.FORMER)), close=False)
        return 0

    monkeypatch.setattr(renewing, "reseal", careless)
    monkeypatch.setattr(renewing, "left_to_reseal", lambda scope: 0)
    assert not killed_at(10_000, lambda: renew_data_keys(incident=incident, act=act("careless")))
    with pytest.raises(FaultError):
        opened_values(people, incident)


def test_a_value_that_is_left_under_an_old_key_keeps_that_key_alive(people: HandMade, monkeypatch):
    incident = people.identified()
    values = opened_values(people, incident)
    monkeypatch.setattr(renewing, "reseal", lambda scope: 0)
    with pytest.raises(FaultError) as refused:
        renew_data_keys(incident=incident, act=act("again"))
    assert refused.value.code == "values-not-resealed"
    assert opened_values(people, incident) == values
    assert named_in_journal("renew_data_keys", "destroyed") == []


def test_what_the_first_version_sealed_gets_a_data_key_by_a_renewal(people: HandMade):
    incident = people.identified()
    values = opened_values(people, incident)
    _seal_as_the_first_version_did(people, incident.reference)
    assert opened_values(people, incident) == values
    assert "" in keys_in_rows()
    renew_data_keys(incident=incident, act=act("upgrade"))
    assert opened_values(people, incident) == values
    assert "" not in keys_in_rows()


def _seal_as_the_first_version_did(people: HandMade, reference: str) -> None:
    key_id, key = people.ledger.home.key()
    cipher = AESGCM(hmac.new(key, b"amends/seal/1" + b"\x01", hashlib.sha256).digest())
    for row in LeakedRow.objects.all():
        bound_to = f"row {reference} {row.table_name} {row.row_number}"
        plain = current.sealer().unseal(bytes(row.sealed_identifiers or b""), bound_to=bound_to)
        nonce = os.urandom(12)
        row.sealed_identifiers = (
            b"\x01" + key_id.encode() + nonce + cipher.encrypt(nonce, plain, bound_to.encode())
        )
        row.save(update_fields=["sealed_identifiers"])
