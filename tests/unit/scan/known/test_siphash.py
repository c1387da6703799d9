"""SipHash-2-4 as the paper defines it, one message at a time and many at once."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.scan.known.siphash import SipHash

PAPER_KEY = bytes(range(16))
PUBLISHED = {
    # The reference implementation's vectors for the messages 00, 01 ... of these lengths; 15 is the paper's example.
    0: "310e0edd47db6f72",
    1: "fd67dc93c539f874",
    2: "5a4fa9d909806c0d",
    3: "2d7efbd796666785",
    7: "37d1018bf50002ab",
    8: "6224939a79f5f593",
    15: "e545be4961ca29a1",
    63: "724506eb4c328a95",
}


@pytest.mark.parametrize("length", PUBLISHED)
def test_a_published_vector_comes_out(length: int) -> None:
    message = bytes(range(length))
    expected = int.from_bytes(bytes.fromhex(PUBLISHED[length]), "little")
    assert SipHash(PAPER_KEY).of_bytes(message) == expected
    assert SipHash(PAPER_KEY).of_messages([message]).tolist() == [expected]


def test_the_example_of_the_papers_appendix_comes_out() -> None:
    assert SipHash(PAPER_KEY).of_bytes(bytes(range(15))) == 0xA129CA6149BE45E5


@given(st.binary(min_size=16, max_size=16), st.lists(st.binary(max_size=40), max_size=20))
def test_many_messages_at_once_are_hashed_as_one_at_a_time(key: bytes, messages: list[bytes]) -> None:
    sip = SipHash(key)
    assert sip.of_messages(messages).tolist() == [sip.of_bytes(message) for message in messages]


@given(
    st.binary(min_size=16, max_size=16),
    st.integers(0, 2**64 - 1),
    st.lists(st.tuples(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1)), min_size=1, max_size=20),
    st.integers(0, 2**64 - 1),
)
def test_words_are_hashed_as_their_bytes(
    key: bytes, label: int, lines: list[tuple[int, int]], shared: int
) -> None:
    sip = SipHash(key)
    first, second = np.array(lines, dtype=np.uint64).T
    expected = [sip.of_bytes(struct.pack("<4Q", label, one, shared, other)) for one, other in lines]
    assert sip.of_words(label, (first, shared, second)).tolist() == expected


def test_more_lines_than_are_hashed_at_once_are_all_hashed() -> None:
    sip = SipHash(PAPER_KEY)
    numbers = np.arange(20_000, dtype=np.uint64)
    found = sip.of_words(7, (numbers,))
    assert [found[place] for place in (0, 8_191, 8_192, 19_999)] == [
        sip.of_bytes(struct.pack("<2Q", 7, place)) for place in (0, 8_191, 8_192, 19_999)
    ]
    assert len(np.unique(found)) == len(numbers)


def test_a_key_of_another_length_is_refused_and_no_key_is_shown() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        SipHash(b"short")
    assert PAPER_KEY.hex() not in repr(SipHash(PAPER_KEY))
