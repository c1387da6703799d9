"""A copy brings the ledger back as it was, opens nothing by itself, and never brings back what was erased."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import asdict

import pytest

from amends.casework.back_up import back_up
from amends.casework.record_restore import record_restore
from amends.casework.rekey_fingerprints import rekey_fingerprints
from amends.casework.renew_data_keys import renew_data_keys
from amends.casework.results.journal_export import verify_ledger
from amends.ledger import current, journal
from amends.ledger.backup import restoring
from amends.ledger.chain import Entry
from amends.ledger.models import Incident
from amends.vocabulary.errors import FaultError, RefusalError, UsageError
from tests.unit.casework.copied_elsewhere import Elsewhere
from tests.unit.casework.hand_made import NOW, HandMade, act, everything, journal_verbs
from tests.unit.casework.sealed_ledger import found_holds, opened_values
from tests.unit.casework.test_apply_retention import apply, closed


def test_a_restored_ledger_is_the_one_that_was_copied(people: HandMade, elsewhere: Elsewhere):
    incident = people.planned()
    values, found = opened_values(people, incident), found_holds(people)
    elsewhere.back_up()
    before = everything()
    restored = elsewhere.restore()
    with elsewhere.opened() as there:
        assert everything() == before
        assert opened_values(there, Incident.objects.get()) == values
        assert found_holds(there) == found
        recorded = record_restore(restored=restored, act=act("the disk died"))
        assert (recorded.up_to, recorded.erasures_unknown) == (restored.entries, 0)
        assert journal_verbs()[-2:] == ["back_up", "record_restore"]
        assert verify_ledger(None)[1] == ()


def test_a_restored_ledger_signs_with_the_key_it_signed_with_before_and_its_gate_knows_that_it_is_old(
    people: HandMade, elsewhere: Elsewhere
):
    from amends.gate.opening import open_desk
    from amends.ledger.checkpoint_key import checkpoint_key_file, signing_key

    people.protected()
    before = signing_key(people.ledger.home).public
    elsewhere.back_up()
    elsewhere.restore()
    assert signing_key(elsewhere.home).public == before
    assert checkpoint_key_file(elsewhere.home).stat().st_mode & 0o077 == 0
    for _ in range(2):
        desk = open_desk(elsewhere.home, lambda: NOW)
        assert desk.guard.older
        desk.store.close()


def test_the_copy_holds_no_key_and_its_files_are_its_owners_alone(people: HandMade, elsewhere: Elsewhere):
    people.protected()
    elsewhere.back_up()
    ring = people.ledger.home.ring()
    secrets = [ring.key, *(key.key for key in ring.keys)]
    wrapped = [key.wrapped for keys in current.sealer().data_keys.all() for key in keys.keys]
    for file in elsewhere.copy.rglob("*"):
        assert file.stat().st_mode & 0o077 == 0
        if file.is_file():
            content = file.read_bytes()
            assert not [secret for secret in (*secrets, *wrapped) if secret in content]
    assert {path.name for path in elsewhere.copy.iterdir()} <= {
        "manifest.json",
        "ledger.sqlite3",
        "ledger.pgdump",
        "artefacts",
    }


def test_an_older_copy_of_ledger_and_keys_does_not_bring_back_what_a_later_journal_says_was_erased(
    people: HandMade, elsewhere: Elsewhere
):
    incident = closed(people)
    elsewhere.back_up()
    apply(incident)
    later = tuple(journal.entries())
    restored = elsewhere.restore(later)
    assert len(restored.buried_keys) == 3
    with elsewhere.opened() as there, pytest.raises(FaultError) as refused:
        opened_values(there, Incident.objects.get())
    assert refused.value.code == "erased"
    assert not list((elsewhere.home.folder / "artefacts").iterdir())
    with elsewhere.opened():
        assert record_restore(restored=restored, act=act("restored")).erasures_unknown == 3


def test_an_old_copy_of_the_keys_does_not_bring_back_what_the_copied_ledger_knows_to_be_erased(
    people: HandMade, elsewhere: Elsewhere
):
    incident = closed(people)
    elsewhere.back_up()
    apply(incident)
    shutil.rmtree(elsewhere.copy)
    back_up(to=elsewhere.copy, keys_to=None, act=act("without the keys, whose copy is now old"))
    restored = elsewhere.restore()
    assert len(restored.buried_keys) == 3
    with elsewhere.opened() as there, pytest.raises(FaultError) as refused:
        opened_values(there, Incident.objects.get())
    assert refused.value.code == "erased"
    with elsewhere.opened():
        assert record_restore(restored=restored, act=act("restored")).erasures_unknown == 0


def test_a_restore_that_did_not_read_the_journal_would_bring_it_back(
    people: HandMade, elsewhere: Elsewhere, monkeypatch
):
    """The planted fault that shows that the two tests above can fail."""
    incident = closed(people)
    values = opened_values(people, incident)
    elsewhere.back_up()
    apply(incident)
    monkeypatch.setattr(restoring, "erased_keys", lambda journal: (frozenset(), frozenset()))
    elsewhere.restore(tuple(journal.entries()))
    with elsewhere.opened() as there:
        assert opened_values(there, Incident.objects.get()) == values


def test_a_later_journal_of_another_ledger_is_refused(people: HandMade, elsewhere: Elsewhere):
    people.opened()
    elsewhere.back_up()
    entries = [*journal.entries()]
    other = Entry(**{**asdict(entries[-1]), "digest": "0" * 64})
    with pytest.raises(RefusalError) as refused:
        elsewhere.restore((*entries[:-1], other))
    assert refused.value.code == "journal-of-another-ledger"
    assert not elsewhere.home.folder.exists()


@pytest.mark.parametrize("place", ["in the ledger", "in the copy", "above the ledger", "the ledger itself"])
def test_keys_are_not_copied_beside_what_they_open(people: HandMade, elsewhere: Elsewhere, place: str):
    people.opened()
    before = everything()
    home = people.ledger.home.folder
    keys_to = {
        "in the ledger": home / "copies",
        "in the copy": elsewhere.copy / "keys",
        "above the ledger": home.parent,
        "the ledger itself": home,
    }[place]
    with pytest.raises(UsageError) as refused:
        back_up(to=elsewhere.copy, keys_to=keys_to, act=act("nightly"))
    assert refused.value.code == "keys-beside-backup"
    assert everything() == before
    assert not elsewhere.copy.exists()


def test_a_copy_is_never_written_over_another(people: HandMade, elsewhere: Elsewhere):
    people.opened()
    elsewhere.back_up()
    with pytest.raises(UsageError) as refused:
        elsewhere.back_up()
    assert refused.value.code == "backup-place-taken"


def test_the_copy_of_the_keys_replaces_the_one_before_it(people: HandMade, elsewhere: Elsewhere):
    incident = people.identified()
    elsewhere.back_up()
    (first,) = elsewhere.keys.iterdir()
    before = first.read_bytes()
    renew_data_keys(incident=incident, act=act("seen"))
    shutil.rmtree(elsewhere.copy)
    elsewhere.back_up()
    assert [file.name for file in elsewhere.keys.iterdir()] == [first.name]
    assert first.read_bytes() != before
    elsewhere.restore()
    with elsewhere.opened() as there:
        assert opened_values(there, Incident.objects.get())


def test_a_copy_from_before_a_renewal_is_refused_with_the_keys_from_after_it(
    people: HandMade, elsewhere: Elsewhere
):
    incident = people.identified()
    elsewhere.back_up()
    first = elsewhere.copy.rename(elsewhere.copy.with_name("first"))
    rekey_fingerprints(act=act("seen by others"))
    renew_data_keys(incident=incident, act=act("seen by others"))
    elsewhere.back_up()
    elsewhere.copy = first
    with pytest.raises(RefusalError) as refused:
        elsewhere.restore()
    assert refused.value.code == "keys-do-not-fit"
    assert not elsewhere.home.folder.exists()


def test_an_interrupted_copying_leaves_no_copy_and_the_next_one_is_whole(
    people: HandMade, elsewhere: Elsewhere, monkeypatch
):
    people.protected()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FaultError) as refused:
        elsewhere.back_up()
    assert refused.value.code == "backup-unwritable"
    monkeypatch.undo()
    assert list(elsewhere.copy.parent.iterdir()) == []
    elsewhere.back_up()
    elsewhere.restore()


def test_the_gates_own_store_goes_with_the_copy_as_it_stands_at_one_moment(
    people: HandMade, elsewhere: Elsewhere
):
    people.opened()
    gate = people.ledger.home.folder / "gate"
    (gate / "lists" / "removals").mkdir(parents=True)
    (gate / "lists" / "removals" / "1.json").write_text("[]")
    with closing(sqlite3.connect(gate / "answers.sqlite3")) as store:
        store.execute("PRAGMA journal_mode = WAL")
        store.execute("CREATE TABLE answers (id INTEGER PRIMARY KEY, answer TEXT)")
        store.execute("INSERT INTO answers (answer) VALUES ('hold')")
        store.commit()
        elsewhere.back_up()
    elsewhere.restore()
    restored = elsewhere.home.folder / "gate"
    assert sorted(path.name for path in restored.iterdir()) == ["answers.sqlite3", "lists", "restored"]
    with closing(sqlite3.connect(restored / "answers.sqlite3")) as store:
        assert store.execute("SELECT answer FROM answers").fetchall() == [("hold",)]
