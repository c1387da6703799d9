"""The fast way to a fingerprint is the ledger's way, for every text that there is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.gate.fingerprints import LONGEST, Fingerprints, normalised
from amends.ledger.home import LedgerHome
from amends.ledger.sealing import Sealer
from amends.vocabulary.identifier import normalised_identifier

numbers = st.text(alphabet="0123456789A -.abcXYZ/", max_size=LONGEST)


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


def test_where_the_sealer_makes_them_otherwise_its_way_is_taken(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = LedgerHome(tmp_path / "home")
    home.create()
    monkeypatch.setattr(Sealer, "fingerprint", lambda self, value: f"otherwise {value}")
    assert Fingerprints(home).of("A12345") == ("otherwise 12345",)
