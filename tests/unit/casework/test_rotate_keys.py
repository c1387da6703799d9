"""A new key-encryption key wraps every data key; nothing stops opening, whenever the rotation is killed."""

from __future__ import annotations

import os
from contextlib import suppress

import pytest

from amends.casework import rotate_keys as rotating
from amends.casework.renew_data_keys import renew_data_keys
from amends.casework.rotate_keys import rotate_keys
from amends.ledger.keyring import KeyState, Purpose
from amends.ledger.sealing import Sealer
from amends.vocabulary.errors import FaultError, RefusalError
from tests.killing import killed_at, moments_of
from tests.unit.casework.hand_made import HandMade, act, everything, journal_verbs
from tests.unit.casework.sealed_ledger import named_in_journal, opened_values

KEK = Purpose.KEY_ENCRYPTION


def wraps(people: HandMade) -> set[str]:
    return {key.wrapped_by for keys in Sealer(people.ledger.home).data_keys.all() for key in keys.keys}


def test_after_a_rotation_every_data_key_is_wrapped_by_the_new_key_and_no_row_has_changed(people: HandMade):
    incident = people.identified()
    before, values = everything(), opened_values(people, incident)
    old = people.ledger.home.ring().current(KEK)
    rotated = rotate_keys(act=act("yearly"))
    ring = people.ledger.home.ring()
    assert wraps(people) == {rotated.key_id} == {ring.current(KEK).key_id} != {old.key_id}
    assert rotated.former == (old.key_id,)
    assert opened_values(people, incident) == values
    after = everything()
    assert {name: after[name] for name in after if "Journal" not in name} == {
        name: before[name] for name in before if "Journal" not in name
    }
    assert journal_verbs()[-1] == "rotate_keys"
    assert named_in_journal("rotate_keys", "new_keys") == [rotated.key_id]


def test_without_its_former_key_the_ring_opens_everything_here_and_no_older_copy_of_the_data_keys(
    people: HandMade, tmp_path
):
    incident = people.identified()
    values = opened_values(people, incident)
    older = {file: file.read_bytes() for file in people.ledger.home.data_keys.glob("*.json")}
    rotated = rotate_keys(act=act("seen by others"), drop_former=True)
    assert rotated.former == ()
    assert opened_values(people, incident) == values
    for file, content in older.items():
        file.write_bytes(content)
    with pytest.raises(FaultError) as refused:
        opened_values(people, incident)
    assert refused.value.code == "data-key-damaged"


def test_killed_at_any_moment_a_rotation_loses_nothing_and_is_finished_by_the_same_command(people: HandMade):
    incident = people.identified()
    values = opened_values(people, incident)
    *moments, whole = moments_of(lambda: rotate_keys(act=act("first"), drop_former=True))
    for moment in (*moments, whole):
        killed = killed_at(moment, lambda: rotate_keys(act=act("yearly"), drop_former=True))
        assert killed == (moment < whole)
        assert opened_values(people, incident) == values
        current = people.ledger.home.ring().current(KEK).key_id
        rotations = named_in_journal("rotate_keys", "new_keys")
        # A key that wraps has its entry; a key with an entry is on the ring.
        assert not rotations or current in rotations[-2:]
        finished = rotate_keys(act=act("yearly"), drop_former=True)
        assert wraps(people) == {finished.key_id}
        assert len(set(named_in_journal("rotate_keys", "new_keys"))) == len(
            named_in_journal("rotate_keys", "new_keys")
        )
    assert whole > 15


def test_a_rotation_that_drops_the_former_key_first_would_lose_everything_when_killed(
    people: HandMade, monkeypatch
):
    """The planted fault that shows that the test above can fail."""
    incident = people.identified()
    real = people.ledger.home.__class__.change_ring

    def careless(home, change):
        def dropped(ring):
            changed = change(ring)
            return changed.without_former(KEK)

        return real(home, dropped)

    monkeypatch.setattr(people.ledger.home.__class__, "change_ring", careless)
    lost = False
    for moment in range(1, 40):
        killed_at(moment, lambda: _quietly(lambda: rotate_keys(act=act("yearly"))))
        try:
            opened_values(people, incident)
        except FaultError:
            lost = True
            break
    assert lost


def _quietly(work) -> None:
    with suppress(FaultError):
        work()


def test_while_one_changes_the_keys_nobody_else_does(people: HandMade):
    people.protected()
    before = people.ledger.home.ring()
    with people.ledger.home.maintenance(), pytest.raises(RefusalError) as refused:
        rotate_keys(act=act())
    assert refused.value.code == "maintenance-running"
    with people.ledger.home.maintenance(), pytest.raises(RefusalError):
        renew_data_keys(incident=None, act=act())
    assert people.ledger.home.ring() == before


def test_a_key_file_that_cannot_be_replaced_is_left_as_it_is(people: HandMade, monkeypatch):
    people.protected()
    before = people.ledger.home.key_file.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(FaultError) as refused:
        rotate_keys(act=act())
    assert refused.value.code == "key-unwritable"
    assert people.ledger.home.key_file.read_bytes() == before
    assert journal_verbs()[-1] != "rotate_keys"


def test_a_single_key_file_of_the_first_version_is_rotated_into_the_new_form(people: HandMade):
    import base64
    import json

    home = people.ledger.home
    ring = home.ring()
    old_form = {
        "key_id": ring.key_id,
        "key": base64.b64encode(ring.key).decode(),
        "web_secret": ring.web_secret,
    }
    home.key_file.write_text(json.dumps(old_form))
    from amends.ledger import current

    current.sealer.cache_clear()
    incident = people.identified()
    values = opened_values(people, incident)
    assert current.sealer().fingerprint_key_id == ring.key_id
    rotating.rotate_keys(act=act("upgrade"))
    assert opened_values(people, incident) == values
    after = home.ring()
    assert json.loads(home.key_file.read_bytes())["format"] == 2
    assert [key.state for key in after.of(KEK)] == [KeyState.CURRENT, KeyState.FORMER]
    assert after.current(Purpose.FINGERPRINT).key_id == ring.key_id
    assert home.key() == (ring.key_id, ring.key)
