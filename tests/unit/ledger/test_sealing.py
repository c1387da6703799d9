"""What is sealed opens unchanged, in its own place, with its own key, and in no other way."""

from __future__ import annotations

import hashlib
import hmac
import os
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from amends.ledger.home import LedgerHome
from amends.ledger.scope_keys import SHARED, DataKind, Scope
from amends.ledger.sealing import Sealer, data_key_of
from amends.vocabulary.errors import FaultError, RefusalError


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


def test_data_keys_of_another_ledger_under_the_same_ids_open_nothing(home, sealer, tmp_path):
    sealed = sealer.seal(b"address", bound_to="row 2")
    other = LedgerHome(tmp_path / "other")
    other.create()
    shutil.copytree(home.data_keys, other.data_keys, dirs_exist_ok=True)
    with pytest.raises(FaultError) as error:
        Sealer(other).unseal(sealed, bound_to="row 2")
    assert error.value.code == "data-key-damaged"


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


def test_no_key_on_disk_is_the_key_that_seals(home, sealer):
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

    sealed = sealer.seal(b"address", bound_to="row 2")
    ring = home.ring()
    for key in (ring.key, *(named.key for named in ring.keys)):
        with pytest.raises(InvalidTag):
            AESGCMSIV(key).decrypt(sealed[9:21], sealed[21:], sealed[:9] + b"row 2")


def test_the_sealed_form_is_the_documented_one(sealer):
    sealed = sealer.seal(b"address", bound_to="row 2")
    (keys,) = [keys for keys in sealer.data_keys.all() if keys.scope == SHARED]
    assert sealed[:1] == b"\x02"
    assert sealed[1:9].hex() == keys.keys[0].identity == data_key_of(sealed)
    assert len(sealed) == 1 + 8 + 12 + len(b"address") + 16


def sealed_by_the_first_version(home: LedgerHome, plain: bytes, place: str) -> bytes:
    """As `amends` 0.1 sealed: AES-256-GCM under a key derived from the ledger key by HKDF-Expand."""
    key_id, key = home.key()
    derived = hmac.new(key, b"amends/seal/1" + b"\x01", hashlib.sha256).digest()
    nonce = os.urandom(12)
    return b"\x01" + key_id.encode() + nonce + AESGCM(derived).encrypt(nonce, plain, place.encode())


def test_what_the_first_version_sealed_still_opens_in_its_place_and_no_other(home, sealer):
    sealed = sealed_by_the_first_version(home, b"address", "row 2")
    assert sealer.unseal(sealed, bound_to="row 2") == b"address"
    assert data_key_of(sealed) == ""
    assert refused(sealer, sealed, "row 3")


def test_each_incident_and_each_kind_of_data_has_a_data_key_of_its_own(sealer):
    kinds = (DataKind.PERSON_DETAILS, DataKind.IDENTIFIERS)
    scopes = [sealer.scoped(name, kind) for name in ("2031-03-03-aa", "2031-03-03-bb") for kind in kinds]
    used = {data_key_of(scope.seal(b"x", bound_to="row 2")) for scope in (sealer, *scopes)}
    assert len(used) == 5


def test_any_sealer_of_the_ledger_opens_what_any_scope_sealed(home, sealer):
    sealed = sealer.scoped("2031-03-03-cc").seal(b"address", bound_to="row 2")
    assert Sealer(home).unseal(sealed, bound_to="row 2") == b"address"


def test_what_was_erased_says_so_even_to_a_process_that_had_opened_it_before(home, sealer):
    scoped = sealer.scoped("2031-03-03-dd")
    sealed = scoped.seal(b"address", bound_to="row 2")
    assert sealer.unseal(sealed, bound_to="row 2") == b"address"
    Sealer(home).data_keys.destroy(Scope("2031-03-03-dd", DataKind.PERSON_DETAILS), close=True)
    for opener in (sealer, scoped, Sealer(home)):
        with pytest.raises(FaultError) as error:
            opener.unseal(sealed, bound_to="row 2")
        assert error.value.code == "erased"
        assert "address" not in str(error.value)
    with pytest.raises(RefusalError) as no_more:
        sealer.scoped("2031-03-03-dd").seal(b"address", bound_to="row 2")
    assert no_more.value.code == "scope-erased"


def test_no_key_no_seal(tmp_path: Path):
    with pytest.raises(FaultError, match="no key"):
        Sealer(LedgerHome(tmp_path)).seal(b"x", bound_to="row 2")
