"""A list says whom it holds to its own system alone, and an identifier is never an entry."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.vocabulary.errors import UsageError
from amends.vocabulary.hold_list import (
    ListKeys,
    canonical,
    document,
    is_entry,
    list_digest,
    list_entry,
    webhook_signature,
    written_secret,
)

SECRET = bytes(range(32))
KEYS = ListKeys.derived("0a1b2c3d", SECRET)


def test_an_identifier_in_any_writing_is_one_entry():
    entry = list_entry("A012-345-678", KEYS)
    assert is_entry(entry)
    assert {list_entry(text, KEYS) for text in ("12345678", "a 012345678", "012345678")} == {entry}
    assert list_entry("A012-345-679", KEYS) != entry
    assert list_entry(" - ", KEYS) == ""


def test_an_entry_is_the_hmac_of_the_normalised_identifier_under_the_derived_key():
    """Anyone with the specification and no code of ours comes to the same entry."""
    key = hmac.new(SECRET, b"amends/list-entry/1\x01", hashlib.sha256).digest()
    assert list_entry("A012-345-678", KEYS) == hmac.new(key, b"12345678", hashlib.sha256).hexdigest()[:32]


def test_the_lists_of_two_systems_have_nothing_in_common():
    other = ListKeys.derived("0a1b2c3d", SECRET[::-1])
    assert list_entry("A012345678", KEYS) != list_entry("A012345678", other)


@given(st.binary(min_size=32, max_size=32))
def test_a_secret_comes_back_from_the_way_it_is_written(secret: bytes):
    assert ListKeys.from_secret(f" {written_secret('00ff00ff', secret)}\n") == ListKeys.derived(
        "00ff00ff", secret
    )


@pytest.mark.parametrize("text", ["", "amendslist_0a1b2c3d_short", "amends_live_0a1b2c3d0a1b_" + "a" * 43])
def test_what_is_no_list_secret_is_refused_and_not_repeated(text: str):
    with pytest.raises(UsageError) as refused:
        ListKeys.from_secret(text)
    assert refused.value.code == "list-secret-invalid"
    assert not text or text not in str(refused.value)


def test_keys_do_not_show_themselves():
    assert KEYS.entry_key.hex() not in repr(KEYS) and repr(KEYS.entry_key) not in repr(KEYS)
    assert "0a1b2c3d" in repr(KEYS)


@pytest.mark.parametrize("value", ["A012345678", "0" * 31, "0" * 33, "G" * 32, "A" * 32, 7, None, "٠" * 32])
def test_an_identifier_is_no_entry(value: object):
    assert not is_entry(value)


def test_a_digest_does_not_depend_on_the_order_of_the_entries():
    assert list_digest(["b" * 32, "a" * 32]) == list_digest(["a" * 32, "b" * 32])
    assert list_digest([]) == hashlib.sha256(b"").hexdigest()


def test_a_document_is_one_line_of_header_and_its_lines():
    made = document({"kind": "full", "sequence": 1}, b"x\ny\n", KEYS)
    header, *lines = made.decode().splitlines()
    assert lines == ["x", "y"]
    assert '"lines":2' in header and '"key_id":"0a1b2c3d"' in header
    assert canonical({"b": 1, "a": 2}) == b'{"a":2,"b":1}'


def test_a_webhook_is_signed_as_the_standard_webhooks_specification_says():
    key = base64.b64decode(KEYS.webhook_secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, b"msg_1.1700000000.{}", hashlib.sha256).digest()).decode()
    assert webhook_signature("msg_1", 1_700_000_000, b"{}", KEYS.webhook_key) == f"v1,{expected}"
