"""Packed texts of macros and of messages are unpacked as the specifications' own examples are."""

from __future__ import annotations

import pytest

from amends.scan.formats._rtf_compressed import decompressed
from amends.scan.formats._vba import decompress
from amends.scan.formats.interface import UnreadableError

_NORMAL = bytes.fromhex(
    "012fb000236161616263646582660070616768696a013808616b6c00306d6e6f700671027004107273747576107778797a003c"
)
_MOST = bytes.fromhex("0103b002614500")
_RTF = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)


def test_the_normal_example_is_unpacked() -> None:
    """MS-OVBA 3.2.2."""
    assert decompress(_NORMAL) == b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa"


def test_the_example_of_the_highest_compression_is_unpacked() -> None:
    """MS-OVBA 3.2.3."""
    assert decompress(_MOST) == b"a" * 73


def test_a_reference_to_before_the_beginning_is_damage() -> None:
    with pytest.raises(UnreadableError, match="corrupt"):
        decompress(bytes.fromhex("0102b0014500"))


def test_the_example_of_packed_rtf_is_unpacked() -> None:
    """MS-OXRTFCP 3.1.1."""
    assert decompressed(_RTF) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


@pytest.mark.parametrize("content", [b"", b"short", b"\0" * 16])
def test_what_is_no_packed_rtf_is_damage(content: bytes) -> None:
    with pytest.raises(UnreadableError, match="corrupt"):
        decompressed(content)
