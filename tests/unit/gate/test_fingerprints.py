"""The fast way to a fingerprint is the ledger's way, for every text that there is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.gate.fingerprints import LONGEST, CurrentFingerprints, Fingerprints, normalised
from amends.ledger.fingerprints import fingerprint
from amends.ledger.home import LedgerHome
from amends.ledger.keyring import Purpose
from amends.ledger.sealing import Sealer
from amends.vocabulary.identifier import normalised_identifier

numbers = st.one_of(
    st.text(alphabet="0123456789A -.abcXYZ/", max_size=LONGEST),
    st.text(alphabet="01.E+", max_size=12),
    st.from_regex(r"[0-9]\.[0-9]{1,9}[Ee]\+?[0-9]{1,2}|A?[0-9]{1,9}\.0{1,4}", fullmatch=True),
)


@given(st.one_of(numbers, st.text(max_size=LONGEST)))
def test_an_identifier_is_normalised_as_the_vocabulary_says(text: str) -> None:
    expected = normalised_identifier(text).encode() if text.isprintable() else b""
    assert normalised(text) == expected


@pytest.mark.parametrize(
    "text", ["", "0", "0-0 0", "1" * (LONGEST + 1), "1234\n", "12\x0034", "\u200b1234", "\ud8001"]
)
def test_what_cannot_be_an_identifier_has_no_fingerprint(text: str) -> None:
    assert normalised(text) == b""


def test_a_fingerprint_is_the_sealers(tmp_path) -> None:
    home = LedgerHome(tmp_path / "home")
    home.create()
    made, sealer = Fingerprints(home), Sealer(home)
    assert made.key_id == sealer.fingerprint_key_id
    for text in ("A012-345-678", "x", "٣٤٥٦٧", "Ａ１２３４５"):
        assert made.of(text) == (sealer.fingerprint(normalised_identifier(text)),)
    assert made.of("000") == ()


def test_where_the_ledger_makes_them_otherwise_its_way_is_taken(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = LedgerHome(tmp_path / "home")
    home.create()
    monkeypatch.setattr("amends.gate.fingerprints.fingerprint", lambda key, value: f"otherwise {value}")
    assert Fingerprints(home).of("A12345") == ("otherwise 12345",)


def test_during_a_change_of_key_an_identifier_is_asked_for_under_both_keys(tmp_path) -> None:
    home = LedgerHome(tmp_path / "home")
    home.create()
    before = CurrentFingerprints(home)
    old = before.now()
    ring = home.change_ring(lambda ring: ring.with_incoming(Purpose.FINGERPRINT))
    incoming = ring.incoming(Purpose.FINGERPRINT)
    assert incoming is not None
    assert before.now() is old
    before.renew()
    now = before.now()
    assert now.key_ids == (old.key_id, incoming.key_id)
    assert now.of("A012-345-678") == (*old.of("A012-345-678"), fingerprint(incoming, "12345678"))


def test_a_ring_that_cannot_be_read_leaves_the_fingerprints_as_they_were(tmp_path) -> None:
    home = LedgerHome(tmp_path / "home")
    home.create()
    kept = CurrentFingerprints(home)
    old = kept.now()
    home.key_file.unlink()
    kept.renew()
    assert kept.now() is old
