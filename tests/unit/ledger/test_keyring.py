"""The key ring: one current key for each purpose, whatever is done to it, and no key in any text."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from amends.ledger.keyring import KeyRing, KeyState, Purpose, new_ring, ring_of

PURPOSES = st.sampled_from(list(Purpose))


def test_a_ring_is_read_as_it_was_written():
    ring = new_ring().with_incoming(Purpose.FINGERPRINT)
    assert ring_of(ring.content()) == ring


def test_no_two_keys_of_a_new_ring_are_the_same_or_follow_from_another():
    ring = new_ring()
    keys = [ring.key, *(key.key for key in ring.keys)]
    assert len(set(keys)) == 3
    derived = {ring.derived(b"amends/key-encryption/1"), ring.derived(b"amends/fingerprint/1")}
    assert not derived & set(keys)


def test_no_key_shows_in_a_repr():
    ring = new_ring()
    shown = f"{ring} {ring.keys[0]}"
    for key in (ring.key, *(key.key for key in ring.keys)):
        assert base64.b64encode(key).decode() not in shown
        assert repr(key) not in shown
    assert ring.web_secret not in shown


def test_the_single_key_file_of_the_first_version_yields_the_keys_it_always_had():
    key = bytes(range(32))
    file = {"key_id": "0a1b2c3d", "key": base64.b64encode(key).decode(), "web_secret": "web"}
    ring = ring_of(json.dumps(file).encode())
    fingerprint = ring.current(Purpose.FINGERPRINT)
    assert (ring.key_id, ring.key, ring.web_secret) == ("0a1b2c3d", key, "web")
    assert fingerprint.key_id == "0a1b2c3d"
    assert fingerprint.key == hmac.new(key, b"amends/fingerprint/1" + b"\x01", hashlib.sha256).digest()
    assert ring_of(ring.content()) == ring


class LifeOfARing(RuleBasedStateMachine):
    """Whatever order its changes come in, a ring stays one: a wrong one could not even be made."""

    def __init__(self) -> None:
        super().__init__()
        self.ring = new_ring()
        self.seen = {key.key_id for key in self.ring.keys}

    @rule(purpose=PURPOSES)
    def bring_in(self, purpose: Purpose) -> None:
        before = self.ring.current(purpose)
        self.ring = self.ring.with_incoming(purpose)
        assert self.ring.current(purpose) == before
        assert self.ring.with_incoming(purpose) == self.ring

    @rule(purpose=PURPOSES)
    def promote(self, purpose: Purpose) -> None:
        incoming, before = self.ring.incoming(purpose), self.ring.current(purpose)
        self.ring = self.ring.with_promoted(purpose)
        assert self.ring.current(purpose).key_id == (incoming or before).key_id
        assert self.ring.named(purpose, before.key_id) is not None

    @rule(purpose=PURPOSES)
    def drop(self, purpose: Purpose) -> None:
        before = self.ring.current(purpose)
        self.ring = self.ring.without_former(purpose)
        assert (self.ring.current(purpose), self.ring.former(purpose)) == (before, ())

    @invariant()
    def one_current_key_for_each_purpose(self) -> None:
        for purpose in Purpose:
            states = [key.state for key in self.ring.of(purpose)]
            assert states.count(KeyState.CURRENT) == 1
            assert states[0] is KeyState.CURRENT

    @invariant()
    def it_is_read_as_it_was_written(self) -> None:
        assert ring_of(self.ring.content()) == self.ring


TestLifeOfARing = LifeOfARing.TestCase


def _changed(change) -> bytes:
    content = json.loads(new_ring().content())
    change(content)
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.update(format=3),
        lambda content: content.pop("keys"),
        lambda content: content.update(keys={"a": 1}),
        lambda content: content["keys"].clear(),
        lambda content: content["keys"].append(content["keys"][0]),
        lambda content: content["keys"][0].update(purpose="web"),
        lambda content: content["keys"][0].update(state="lost"),
        lambda content: content["keys"][0].update(state="former"),
        lambda content: content["keys"][0].update(key_id="x" * 8),
        lambda content: content["keys"][0].update(key="AAAA"),
        lambda content: content["keys"][0].pop("key"),
        lambda content: content["keys"].append({**content["keys"][0], "key_id": "0" * 8, "state": "current"}),
    ],
)
def test_a_ring_that_cannot_be_one_is_refused_without_quoting_it(change):
    content = _changed(change)
    with pytest.raises(ValueError, match=".") as refused:
        ring_of(content)
    assert not any(
        key.get("key", "?") in str(refused.value)
        for key in json.loads(content).get("keys", [])
        if isinstance(key, dict)
    )


@given(st.binary(max_size=200))
def test_anything_else_is_refused_as_no_ring(content: bytes):
    with pytest.raises(ValueError):  # noqa: PT011 -- the text says nothing on purpose
        ring_of(content)


def test_a_key_of_the_wrong_length_makes_no_ring():
    with pytest.raises(ValueError, match="damaged"):
        KeyRing("0a1b2c3d", b"short", "web", new_ring().keys)
