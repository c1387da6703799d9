"""A value has one fingerprint under each key of the ring, and nothing of the value shows in it."""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.ledger.fingerprints import Fingerprinter, fingerprint
from amends.ledger.keyring import KeyRing, KeyState, NamedKey, Purpose, new_ring

RING = new_ring()


@given(st.text(max_size=40))
def test_a_value_has_one_fingerprint_while_the_ring_has_one_key(value):
    fingerprinter = Fingerprinter(RING)
    assert fingerprinter.all(value) == (fingerprinter.current(value),)
    assert len(fingerprinter.current(value)) == 32


@given(st.text(max_size=200))
def test_a_key_taken_in_beforehand_makes_the_fingerprint_that_the_definition_makes(value):
    assert Fingerprinter(RING).current(value) == fingerprint(RING.current(Purpose.FINGERPRINT), value)


@pytest.mark.parametrize("length", [0, 1, 32, 63, 64, 65, 200])
def test_a_key_of_any_length_is_taken_in_as_hmac_does(length):
    key = NamedKey(Purpose.FINGERPRINT, "0f1e2d3c", KeyState.CURRENT, bytes(range(length)))

    class Ring:
        def of(self, _purpose):
            return (key,)

    assert Fingerprinter(cast("KeyRing", Ring())).current("A200000002") == fingerprint(key, "A200000002")


def test_during_a_change_of_the_key_a_value_is_looked_up_under_both():
    both = Fingerprinter(RING.with_incoming(Purpose.FINGERPRINT))
    assert both.key_ids[0] == both.key_id == Fingerprinter(RING).key_id
    assert both.all("A200000002")[0] == Fingerprinter(RING).current("A200000002")
    assert len(set(both.all("A200000002"))) == len(both.key_ids) == 2


def test_after_the_change_the_new_key_writes_and_the_old_one_is_still_looked_up():
    ring = RING.with_incoming(Purpose.FINGERPRINT).with_promoted(Purpose.FINGERPRINT)
    after = Fingerprinter(ring)
    assert after.current("A200000002") == fingerprint(ring.current(Purpose.FINGERPRINT), "A200000002")
    assert Fingerprinter(RING).current("A200000002") in after.all("A200000002")
    assert len(Fingerprinter(ring.without_former(Purpose.FINGERPRINT)).all("A200000002")) == 1


def test_fingerprints_under_two_rings_have_nothing_in_common():
    assert Fingerprinter(new_ring()).current("A200000002") != Fingerprinter(RING).current("A200000002")
