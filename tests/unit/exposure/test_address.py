"""Which logged targets are the leaked document, and which only look like it."""

from __future__ import annotations

import sys
from urllib.parse import quote, unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.exposure.address import LeakedAddress, fold
from amends.vocabulary.errors import UsageError

LEAKED = LeakedAddress.of("https://www.agency.example/doclib/Stats 2022/eroFY22%20(Nov).xlsx")


def encode_everything(text: str, times: int) -> str:
    for _ in range(times):
        text = "".join(f"%{byte:02x}" for byte in text.encode())
    return text


@pytest.mark.parametrize(
    "target",
    [
        "/doclib/Stats%202022/eroFY22%20(Nov).xlsx",
        "/doclib/Stats%2520202022/../Stats 2022/eroFY22 (Nov).xlsx",
        "/doclib/stats%202022/EROFY22%20%28nov%29.XLSX",
        "/doclib/Stats%202022/eroFY22%2520(Nov).xlsx",
        "/doclib/Stats%202022/eroFY22%252520(Nov).xlsx",
        "/doclib/Stats%202022/%65roFY22%20(Nov)%2exlsx",
        "/doclib/Stats%202022/%65roFY22%20(Nov)%2Exlsx?utm_source=mail&x=%20+",
        "/doclib/Stats%202022/eroFY22%20(Nov).xlsx#page",
        "//doclib///Stats%202022//eroFY22%20(Nov).xlsx",
        "/./doclib/old/../Stats%202022/./eroFY22%20(Nov).xlsx",
        "/doclib%2FStats%202022%2feroFY22%20(Nov).xlsx",
        "http://www.agency.example/doclib/Stats%202022/eroFY22%20(Nov).xlsx",
        "HTTPS://agency.example:443/doclib/Stats%202022/eroFY22%20(Nov).xlsx?x",
        "/doclib/Stats%202022/eroFY22%20(Nov).xlsx;jsessionid=0A1B",
        "/doclib/Stats\\x202022/eroFY22\\x20(Nov).xlsx",
    ],
)
def test_the_document_is_recognised_under_every_spelling(target: str) -> None:
    assert LEAKED.matches(target)


@pytest.mark.parametrize(
    "target",
    [
        "/doclib/Stats%202022/eroFY22%20(Oct).xlsx",
        "/doclib/Stats%202022/eroFY22%20(Nov).xlsx.bak",
        "/doclib/Stats%202022/eroFY22%20(Nov).xls",
        "/doclib/Stats%202022/old-eroFY22%20(Nov).xlsx",
        "/doclib/Stats%202021/eroFY22%20(Nov).xlsx",
        "/doclib/eroFY22%20(Nov).xlsx",
        "/doclib/Stats%202022/eroFY22+(Nov).xlsx",
        "/doclib/Stats%202022/",
        "/search?q=/doclib/Stats%202022/eroFY22%20(Nov).xlsx",
        "*",
        "",
    ],
)
def test_a_near_name_is_another_document(target: str) -> None:
    assert not LEAKED.matches(target)


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_name_encoded_up_to_three_times_byte_by_byte_is_the_document(times: int) -> None:
    assert LeakedAddress.of("/lists/é x.xlsx").matches("/lists/" + encode_everything("é x.xlsx", times))


def test_composed_decomposed_and_latin_letters_are_one_name() -> None:
    leaked = LeakedAddress.of("/lists/été.xlsx")
    spellings = ["/lists/%C3%A9t%C3%A9.xlsx", "/lists/e%CC%81te%CC%81.xlsx", "/lists/%E9t%E9.xlsx"]
    assert [leaked.matches(each) for each in [*spellings, "/lists/\\xC3\\xA9t\\xC3\\xA9.xlsx"]] == [True] * 4


def test_behind_a_program_the_query_says_which_document_is_meant() -> None:
    leaked = LeakedAddress.of("https://www.agency.example/download.php?id=17&name=a%20b")
    assert leaked.matches("/download.php?name=a+b&id=17&utm=1")
    assert leaked.matches("/download.php?id=17&amp;name=a%2520b")
    assert not leaked.matches("/download.php?id=170&name=a+b")
    assert not leaked.matches("/download.php")


def test_behind_a_file_the_query_says_nothing_and_is_not_asked_for() -> None:
    leaked = LeakedAddress.of("https://www.agency.example/list.xlsx?v=3")
    assert leaked.matches("/list.xlsx") and leaked.matches("/list.xlsx?v=4")


@pytest.mark.parametrize("url", ["", "list.xlsx", "www.agency.example/list.xlsx", "mailto:someone"])
def test_what_is_no_address_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(UsageError) as refused:
        LeakedAddress.of(url)
    assert refused.value.code == "url-invalid"
    assert not url or url not in str(refused.value) + refused.value.hint


def test_nothing_outside_ascii_folds_into_ascii() -> None:
    strange = [
        character
        for character in map(chr, range(0x80, sys.maxunicode + 1))
        if not 0xD800 <= ord(character) < 0xE000 and any(each.isascii() for each in fold(character))
    ]
    assert strange == []


@given(st.text(max_size=60))
def test_any_text_from_a_stranger_can_be_asked_about(target: str) -> None:
    assert LEAKED.matches(target) in (True, False)


@given(st.from_regex(r"[a-zA-Z0-9 _()%é-]{1,12}\.xlsx", fullmatch=True), st.integers(1, 3))
def test_quoting_a_name_does_not_change_which_document_it_is(name: str, times: int) -> None:
    quoted = quote(name)
    leaked = LeakedAddress.of("/lists/" + quoted)
    for _ in range(times - 1):
        quoted = quote(quoted)
    once_more_would_change = b"%" in unquote_to_bytes(quote(name)) if "%" in name else False
    assert once_more_would_change or leaked.matches("/lists/" + quoted)
