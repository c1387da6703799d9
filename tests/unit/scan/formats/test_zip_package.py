"""A zip is read by its directory alone, and whatever is ambiguous in it is damage."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.scan.formats._zip_package import ZipPackage
from amends.scan.formats.interface import UnreadableError
from amends.scan.limits import DEFAULT_LIMITS, Limits


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return buffer.getvalue()


def package_of(content: bytes, limits: Limits = DEFAULT_LIMITS) -> ZipPackage:
    return ZipPackage(io.BytesIO(content), limits)


def code_of(content: bytes, part: str = "a", limits: Limits = DEFAULT_LIMITS) -> str:
    with pytest.raises(UnreadableError) as damage:
        list(package_of(content, limits).chunks(part))
    return damage.value.code


@settings(deadline=None, max_examples=60)
@given(
    st.dictionaries(
        st.text("abcXYZ/._", min_size=1, max_size=8).map(str.lower), st.binary(max_size=5_000), max_size=5
    ),
    st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
)
def test_every_part_comes_back_as_it_went_in(parts: dict[str, bytes], method: int) -> None:
    parts = {f"part{number}/{name}": content for number, (name, content) in enumerate(parts.items())}
    package = package_of(zipped(parts, method))
    assert {name: b"".join(package.chunks(name)) for name in parts} == parts


def test_names_of_parts_are_found_in_any_case_and_with_any_slash() -> None:
    package = package_of(zipped({"xl\\Workbook.xml": b"x"}))
    assert "XL/workbook.XML" in package
    assert "/xl/workbook.xml" in package


def test_bytes_before_the_archive_shift_every_part() -> None:
    package = package_of(b"#!/bin/sh\n" + zipped({"a": b"content"}))
    assert b"".join(package.chunks("a")) == b"content"


def test_a_bomb_is_stopped_while_it_inflates() -> None:
    bomb = zipped({"a": b"\0" * 50_000_000})
    assert code_of(bomb, limits=Limits(part_bytes=1_000_000)) == "too-large"
    assert code_of(bomb, limits=Limits(package_bytes=1_000_000)) == "too-large"


def test_an_encrypted_part_needs_its_password() -> None:
    content = bytearray(zipped({"a": b"content"}))
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    assert code_of(bytes(content)) == "password-protected"


def test_an_unknown_compression_is_damage() -> None:
    content = bytearray(zipped({"a": b"content"}))
    content[content.rindex(b"PK\x01\x02") + 10] = 99
    assert code_of(bytes(content)) == "corrupt"


def test_a_size_that_lies_is_damage() -> None:
    content = bytearray(zipped({"a": b"content"}))
    content[content.rindex(b"PK\x01\x02") + 24] += 1
    assert code_of(bytes(content)) == "corrupt"


def test_a_part_that_is_not_there_is_damage() -> None:
    assert code_of(zipped({"b": b""})) == "corrupt"


@given(st.binary(max_size=300))
def test_bytes_that_are_no_zip_are_damage(content: bytes) -> None:
    with pytest.raises(UnreadableError):
        package_of(content)
