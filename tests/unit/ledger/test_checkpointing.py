"""The signer signs a journal that begins with what it signed before, and no other."""

from __future__ import annotations

import json
import stat
from datetime import timedelta

import pytest

from amends.ledger import checkpointing, journal
from amends.ledger.checkpoint import append_checkpoint, sign
from amends.ledger.checkpoint_key import checkpoint_key_file, checkpoints_file, signing_key
from amends.ledger.checkpointing import next_checkpoint, own_checkpoints
from amends.ledger.merkle import EMPTY_ROOT, Tree
from amends.ledger.signed_note import SigningKey
from amends.vocabulary.errors import FaultError, RefusalError
from tests.ledger_cases import NOW
from tests.unit.ledger.tampering import TABLE, appended, execute, rewrite, unprotect


def size_and_root(ledger):
    anchor = next_checkpoint(ledger.home, now=NOW).signed.checkpoint.anchor
    return anchor.size, anchor.root


def tree() -> Tree:
    return Tree(bytes.fromhex(entry.digest) for entry in journal.entries())


def test_an_empty_journal_can_be_signed(ledger):
    assert size_and_root(ledger) == (0, EMPTY_ROOT)
    assert next_checkpoint(ledger.home, now=NOW).already


@pytest.mark.parametrize("frontier", ["kept", "lost", "damaged", "another"])
def test_each_checkpoint_signs_the_whole_tree_whatever_became_of_the_frontier(ledger, frontier):
    appended(5)
    assert size_and_root(ledger) == (5, tree().root())
    kept = checkpoints_file(ledger.home).with_name("frontier.json")
    if frontier == "lost":
        kept.unlink()
    elif frontier == "damaged":
        kept.write_text("{")
    elif frontier == "another":
        kept.write_text(json.dumps({"size": 5, "roots": ["00" * 32, "11" * 32]}))
    appended(9)
    assert size_and_root(ledger) == (14, tree().root())
    assert [one.checkpoint.anchor.root for one in own_checkpoints(ledger.home)] == [
        tree().root(5),
        tree().root(14),
    ]


def test_a_journal_that_did_not_grow_is_not_signed_again(ledger):
    appended(3)
    first = next_checkpoint(ledger.home, now=NOW)
    second = next_checkpoint(ledger.home, now=NOW + timedelta(days=1))
    assert (first.already, second.already) == (False, True)
    assert second.signed == first.signed
    assert len(own_checkpoints(ledger.home)) == 1


@pytest.mark.parametrize("tampering", ["rewritten", "cut", "changed", "rewritten and grown"])
def test_a_journal_with_another_past_is_not_signed(ledger, tampering):
    appended(6)
    next_checkpoint(ledger.home, now=NOW)
    unprotect()
    if tampering.startswith("rewritten"):
        rewrite(2, reason="another story")
    elif tampering == "cut":
        execute(
            f"DELETE FROM {TABLE} WHERE sequence > 4",
            f"UPDATE ledger_journalhead SET sequence = 4, digest = (SELECT digest FROM {TABLE} WHERE sequence = 4)",
        )
    else:
        appended(2)
        execute(f"UPDATE {TABLE} SET reason = 'another' WHERE sequence = 7")
    if tampering == "rewritten and grown":
        appended(2)
    before = checkpoints_file(ledger.home).read_bytes()
    with pytest.raises(RefusalError) as refused:
        next_checkpoint(ledger.home, now=NOW)
    assert refused.value.code == "journal-does-not-fit"
    assert checkpoints_file(ledger.home).read_bytes() == before


def test_a_signer_that_does_not_remember_would_sign_another_past(ledger, monkeypatch):
    """The planted fault: without its own file the signer believes whatever the database says."""
    appended(6)
    next_checkpoint(ledger.home, now=NOW)
    unprotect()
    rewrite(2, reason="another story")
    monkeypatch.setattr(checkpointing, "_last_signed", lambda _home: None)
    assert next_checkpoint(ledger.home, now=NOW).signed.checkpoint.anchor.root == tree().root()


def test_a_change_in_the_part_that_was_signed_does_not_get_into_a_later_root(ledger):
    """The frontier is the signer's own, so that the older part cannot be slipped in anew."""
    appended(6)
    next_checkpoint(ledger.home, now=NOW)
    honest = tree()
    unprotect()
    execute(f"UPDATE {TABLE} SET digest = '{'a' * 64}' WHERE sequence = 2")
    appended(1)
    (first, second) = (own_checkpoints(ledger.home)[0], next_checkpoint(ledger.home, now=NOW).signed)
    assert first.checkpoint.anchor.root == honest.root()
    assert second.checkpoint.anchor.root != tree().root()


def test_the_key_is_its_owners_alone_and_not_in_the_database(ledger):
    appended(1)
    next_checkpoint(ledger.home, now=NOW)
    file = checkpoint_key_file(ledger.home)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.parent == ledger.home.key_file.parent


def test_a_key_that_others_can_read_signs_nothing(ledger):
    signing_key(ledger.home)
    checkpoint_key_file(ledger.home).chmod(0o640)
    with pytest.raises(FaultError) as told:
        next_checkpoint(ledger.home, now=NOW)
    assert told.value.code == "checkpoint-key-exposed"


def test_a_lost_key_is_told_and_never_made_anew_in_silence(ledger):
    next_checkpoint(ledger.home, now=NOW)
    checkpoint_key_file(ledger.home).unlink()
    with pytest.raises(FaultError) as told:
        next_checkpoint(ledger.home, now=NOW)
    assert told.value.code == "checkpoint-key-missing"
    assert not checkpoint_key_file(ledger.home).exists()


def test_a_damaged_key_is_told(ledger):
    signing_key(ledger.home)
    checkpoint_key_file(ledger.home).write_text('{"name": "x"}')
    with pytest.raises(FaultError) as told:
        next_checkpoint(ledger.home, now=NOW)
    assert told.value.code == "checkpoint-key-damaged"


def test_a_checkpoint_of_another_key_in_the_ledgers_own_file_is_told(ledger):
    appended(2)
    made = next_checkpoint(ledger.home, now=NOW).signed
    stranger = SigningKey(made.checkpoint.origin, b"\7" * 32)
    append_checkpoint(sign(made.checkpoint, stranger), checkpoints_file(ledger.home))
    with pytest.raises(FaultError) as told:
        next_checkpoint(ledger.home, now=NOW)
    assert told.value.code == "checkpoint-forged"


def test_two_ledgers_never_have_one_key_or_name(ledger, tmp_path):
    from amends.ledger.home import LedgerHome

    other = LedgerHome(tmp_path / "other")
    other.create()
    assert signing_key(other).public.name != signing_key(ledger.home).public.name
    assert signing_key(other).public == signing_key(other).public
