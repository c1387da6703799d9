"""The fast search lets through at least what the canonical form would accept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.exposure.address import LeakedAddress
from amends.exposure.sieve import Sieve

NAMES = ["eroFY22 (Nov).xlsx", "été à %.pdf", "a", 'q"[b].csv', "x" * 200 + ".xlsx", "名簿.xlsx"]


def any_spelling(name: str) -> st.SearchStrategy[str]:
    """Each byte of the name as it is, or percent-encoded up to three times, or as the servers escape it."""

    def spellings(byte: int) -> st.SearchStrategy[str]:
        if byte < 0x80:
            forms = [chr(byte).lower(), chr(byte).upper()]
            raw = [] if chr(byte) in '%"\\/?#' else forms
            hexes = [f"{ord(form):02x}" for form in forms]
        else:
            raw, hexes = [], [f"{byte:02x}", f"{byte:02X}"]
        encoded = [f"{'%' + '25' * times}{each}" for each in hexes for times in range(3)]
        everything = ["".join(f"%{ord(c):02x}" for c in f"%{each}") for each in hexes]
        return st.sampled_from([*raw, *encoded, *everything, *(f"\\x{each}" for each in hexes)])

    return st.tuples(*(spellings(byte) for byte in name.encode())).map("".join)


@given(st.data())
def test_no_spelling_that_is_the_document_is_held_back(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    address = LeakedAddress.of("/lists/" + name.replace("%", "%25"))
    target = "/lists/" + data.draw(any_spelling(name))
    buffer = f'x\n192.0.2.7 - - "GET {target} HTTP/1.1"\ny\n'.encode()
    if address.matches(target):
        assert Sieve(address).candidates(buffer) == [2]


@given(st.data())
def test_every_spelling_byte_by_byte_is_the_document(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["eroFY22 (Nov).xlsx", "a", "été.pdf"]))
    assert LeakedAddress.of(f"/lists/{name}").matches("/lists/" + data.draw(any_spelling(name)))


def test_an_ordinary_log_line_is_held_back() -> None:
    sieve = Sieve(LeakedAddress.of("/lists/eroFY22.xlsx"))
    assert sieve.candidates(b"GET /a%20b%D9%85.html\nGET /lists/eroFY21.xlsx\n") == []


def test_for_the_root_of_a_site_every_line_is_a_candidate() -> None:
    assert Sieve(LeakedAddress.of("https://www.agency.example/")).candidates(b"a\nbb\nc\n") == [0, 2, 5]


@pytest.mark.parametrize("repeats", [1, 50])
def test_a_line_that_names_the_document_often_is_one_candidate(repeats: int) -> None:
    sieve = Sieve(LeakedAddress.of("/lists/eroFY22.xlsx"))
    assert sieve.candidates(b"first\n" + b"eroFY22.xlsx %25 " * repeats + b"\n") == [6]
