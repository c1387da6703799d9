"""What is sealed opens unchanged, in its own place, with its own key, and in no other way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.ledger.home import LedgerHome
from amends.ledger.sealing import Sealer
from amends.vocabulary.errors import FaultError


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> LedgerHome:
    made = LedgerHome(tmp_path_factory.mktemp("sealing") / "home")
    made.create()
    return made


@pytest.fixture(scope="module")
def sealer(home) -> Sealer:
    return Sealer(home)


def refused(sealer: Sealer, sealed: bytes, place: str) -> bool:
    with pytest.raises(FaultError) as error:
        sealer.unseal(sealed, bound_to=place)
    return error.value.code == "seal-broken"


@given(plain=st.binary(max_size=300), place=st.text(max_size=40))
def test_what_was_sealed_opens_as_it_was(sealer, plain, place):
    assert sealer.unseal(sealer.seal(plain, bound_to=place), bound_to=place) == plain


@given(record=st.dictionaries(st.text(max_size=10), st.text(max_size=40), max_size=5))
def test_a_sealed_record_opens_as_it_was(sealer, record):
    sealed = sealer.seal_record(record, bound_to="row 2")
    assert sealer.unseal_record(sealed, bound_to="row 2") == record


@given(plain=st.binary(min_size=1, max_size=60), where=st.integers(min_value=0), bit=st.integers(0, 7))
def test_one_changed_bit_anywhere_breaks_the_seal(sealer, plain, where, bit):
    sealed = bytearray(sealer.seal(plain, bound_to="row 2"))
    sealed[where % len(sealed)] ^= 1 << bit
    assert refused(sealer, bytes(sealed), "row 2")


@given(plain=st.binary(max_size=40), kept=st.integers(min_value=0))
def test_a_cut_seal_is_refused_at_every_length(sealer, plain, kept):
    sealed = sealer.seal(plain, bound_to="row 2")
    assert refused(sealer, sealed[: kept % len(sealed)], "row 2")


@given(place=st.text(max_size=20), other=st.text(max_size=20))
def test_a_value_moved_to_another_row_does_not_open_there(sealer, place, other):
    if place != other:
        assert refused(sealer, sealer.seal(b"address", bound_to=place), other)


def test_another_ledgers_key_opens_nothing(sealer, tmp_path):
    other = LedgerHome(tmp_path / "other")
    other.create()
    assert refused(Sealer(other), sealer.seal(b"address", bound_to="row 2"), "row 2")


def test_another_key_under_the_same_key_id_opens_nothing(home, sealer, tmp_path):
    other = LedgerHome(tmp_path / "other")
    other.create()
    content = json.loads(other.key_file.read_text())
    content["key_id"] = home.key()[0]
    other.key_file.write_text(json.dumps(content))
    assert refused(Sealer(other), sealer.seal(b"address", bound_to="row 2"), "row 2")


def test_the_same_value_sealed_twice_looks_different_each_time(sealer):
    assert sealer.seal(b"same", bound_to="row 2") != sealer.seal(b"same", bound_to="row 2")


def test_the_plain_value_does_not_stand_in_its_seal(sealer):
    assert b"Ocean Drive 12" not in sealer.seal(b"Ocean Drive 12, Springfield", bound_to="row 2")


def test_a_broken_seal_says_whose_it_was_and_not_what_it_held(sealer):
    with pytest.raises(FaultError) as error:
        sealer.unseal(sealer.seal(b"Ocean Drive", bound_to="row 2"), bound_to="row 3")
    assert error.value.where == "row 3"
    assert "Ocean" not in str(error.value)


def test_equal_identifiers_have_equal_fingerprints_within_a_ledger_and_not_across_ledgers(sealer, tmp_path):
    other = LedgerHome(tmp_path / "other")
    other.create()
    assert sealer.fingerprint("12345678") == sealer.fingerprint("12345678")
    assert sealer.fingerprint("12345678") != sealer.fingerprint("12345679")
    assert Sealer(other).fingerprint("12345678") != sealer.fingerprint("12345678")


def test_a_fingerprint_is_no_plain_hash_of_the_identifier(sealer):
    import hashlib

    plain = hashlib.sha256(b"12345678").hexdigest()
    assert sealer.fingerprint("12345678") not in plain
    assert len(sealer.fingerprint("12345678")) == 32


def test_the_key_on_disk_is_not_the_key_that_seals(home, sealer):
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    sealed = sealer.seal(b"address", bound_to="row 2")
    with pytest.raises(InvalidTag):
        AESGCM(home.key()[1]).decrypt(sealed[9:21], sealed[21:], b"row 2")


def test_the_sealed_form_is_the_documented_one(home, sealer):
    sealed = sealer.seal(b"address", bound_to="row 2")
    assert sealed[:1] == b"\x01"
    assert sealed[1:9].decode() == home.key()[0]
    assert len(sealed) == 1 + 8 + 12 + len(b"address") + 16


def test_no_key_no_seal(tmp_path: Path):
    with pytest.raises(FaultError, match="no key"):
        Sealer(LedgerHome(tmp_path)).seal(b"x", bound_to="row 2")
