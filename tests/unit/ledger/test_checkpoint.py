"""A file of checkpoints is only ever added to, and whatever else stands in it is refused or shown as forged."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.ledger.against_checkpoints import Anchor, check_anchors
from amends.ledger.chain import GENESIS
from amends.ledger.checkpoint import (
    Checkpoint,
    append_checkpoint,
    parse_checkpoints,
    read_checkpoints,
    read_public_keys,
    sign,
    trusted_anchors,
)
from amends.ledger.merkle import EMPTY_ROOT, Tree
from amends.ledger.signed_note import SigningKey
from amends.vocabulary.errors import FaultError, UsageError
from tests.unit.ledger.chains import a_chain, rewritten

KEY = SigningKey("amends-journal-0123456789abcdef", bytes(range(32)))
STRANGER = SigningKey("amends-journal-0123456789abcdef", bytes(range(1, 33)))
CHAIN = a_chain(12)
AT = "2031-03-03T18:00:00.000000+00:00"


def anchor(size: int) -> Anchor:
    tree = Tree(bytes.fromhex(entry.digest) for entry in CHAIN)
    return Anchor(size, tree.root(size), CHAIN[size - 1].digest if size else GENESIS)


def signed(size: int, key: SigningKey = KEY):
    return sign(Checkpoint(key.public.name, anchor(size), AT), key)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere" / "journal.checkpoints"


def test_what_was_appended_is_read_again_in_its_order(file):
    for size in (0, 5, 12):
        assert append_checkpoint(signed(size), file)
    assert read_checkpoints(file) == (signed(0), signed(5), signed(12))


def test_the_same_checkpoint_is_not_appended_twice(file):
    append_checkpoint(signed(5), file)
    before = file.read_bytes()
    assert not append_checkpoint(signed(5), file)
    assert file.read_bytes() == before


def test_nothing_that_stood_in_the_file_is_ever_changed(file):
    append_checkpoint(signed(5), file)
    before = file.read_bytes()
    append_checkpoint(signed(12), file)
    assert file.read_bytes().startswith(before)


def test_the_file_is_its_owners_alone(file):
    append_checkpoint(signed(5), file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@given(cut=st.integers(0, len(str(signed(12).note)) - 1))
def test_a_write_that_was_cut_short_does_not_swallow_the_next_one(tmp_path_factory, cut):
    file = tmp_path_factory.mktemp("cut") / "journal.checkpoints"
    append_checkpoint(signed(5), file)
    whole = file.read_bytes()
    file.write_bytes(whole + b"\n" + str(signed(12).note).encode()[:cut])
    append_checkpoint(signed(12), file)
    assert read_checkpoints(file) == (signed(5), signed(12))
    assert file.read_bytes().startswith(whole)


def test_programs_that_write_at_once_write_behind_each_other(file):
    program = (
        "import sys; from pathlib import Path\n"
        "from tests.unit.ledger.test_checkpoint import signed\n"
        "from amends.ledger.checkpoint import append_checkpoint\n"
        "for size in range(int(sys.argv[1]), 12, 3): append_checkpoint(signed(size), Path(sys.argv[2]))\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", program, str(n), str(file)]) for n in (1, 2, 3)]
    assert [process.wait(timeout=120) for process in running] == [0, 0, 0]
    assert {one.checkpoint.anchor.size for one in read_checkpoints(file)} == set(range(1, 12))


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FaultError) as told:
        append_checkpoint(signed(5), tmp_path / "file" / "journal.checkpoints")
    assert told.value.code == "checkpoint-unwritable"


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n5\n", "\n05\n"),
        lambda text: text.replace("chain", "chains"),
        lambda text: text + "something else\n",
        lambda text: "something else\n" + text,
        lambda text: text[: text.index("\n\n")],
        lambda text: "",
        lambda text: "\n\n",
    ],
)
def test_a_file_that_holds_anything_else_is_refused_and_never_passed_over(change):
    with pytest.raises(UsageError) as refused:
        parse_checkpoints(change(str(signed(5).note)), where="kept.txt")
    assert refused.value.code == "checkpoints-unreadable"
    assert "kept.txt, line" in refused.value.where


def test_a_checkpoint_of_another_key_is_forged_and_anchors_nothing():
    anchors, forged = trusted_anchors((signed(5), signed(12, STRANGER)), (KEY.public,))
    assert anchors == (anchor(5),)
    assert [(item.kind, item.sequence) for item in forged] == [("forged", 12)]


def test_a_checkpoint_whose_size_was_changed_is_forged():
    text = str(signed(5).note).replace("\n5\n", "\n4\n")
    anchors, forged = trusted_anchors(parse_checkpoints(text, where="x"), (KEY.public,))
    assert anchors == ()
    assert [(item.kind, item.sequence) for item in forged] == [("forged", 4)]


def test_a_good_signature_under_another_journals_name_is_no_checkpoint_of_this_one():
    foreign = sign(Checkpoint("amends-journal-ffffffffffffffff", anchor(5), AT), KEY)
    assert not foreign.is_of((KEY.public,))


@given(at=st.integers(1, 12), sizes=st.sets(st.integers(1, 12), min_size=1))
def test_a_rewritten_journal_fits_the_checkpoints_before_the_change_and_no_later_one(at, sizes):
    digests = [entry.digest for entry in rewritten(CHAIN, at, reason="another")]
    broken = {item.sequence for item in check_anchors(digests, [anchor(size) for size in sizes])}
    assert broken == {size for size in sizes if size >= at}


@given(kept=st.integers(0, 12), sizes=st.sets(st.integers(0, 12)))
def test_a_cut_journal_fits_the_checkpoints_that_are_not_larger(kept, sizes):
    breaks = check_anchors([entry.digest for entry in CHAIN[:kept]], [anchor(size) for size in sizes])
    assert bool(breaks) == any(size > kept for size in sizes)
    assert {item.kind for item in breaks} <= {"cut"}


def test_the_checkpoint_of_an_empty_journal_fits_every_journal():
    assert check_anchors([entry.digest for entry in CHAIN], [Anchor(0, EMPTY_ROOT, GENESIS)]) == ()


def test_keys_are_read_one_a_line_and_remarks_passed_over(tmp_path):
    (tmp_path / "keys").write_text(f"# by telephone, 3 March\n{KEY.public}\n\n{STRANGER.public}\n")
    assert read_public_keys(tmp_path / "keys") == (KEY.public, STRANGER.public)


@pytest.mark.parametrize("content", ["", "# nothing\n", "no key\n"])
def test_a_file_without_a_key_is_refused(tmp_path, content):
    (tmp_path / "keys").write_text(content)
    with pytest.raises(UsageError) as refused:
        read_public_keys(tmp_path / "keys")
    assert refused.value.code == "public-key-unreadable"
