"""The fast search: which lines of a buffer may name the leaked document at all.

A tolerant pattern is made from the last segment of the address, and hyperscan runs it over whole
buffers at some gigabytes a second. It may let through lines that are not meant, because the
canonical form decides afterwards (`address`); it must never hold back one that is.

For each ASCII character of the name, the pattern takes the character in either case, its percent
form and its log-escaped form. Text outside ASCII is taken as a run of any encoded bytes. Whatever is
encoded more than once shows itself by a percent sign that is itself encoded, doubled or followed by an
encoded digit; such lines are let through whatever they hold, because they are rare.
"""

from __future__ import annotations

import re
from typing import Final

import hyperscan

from amends.exposure.address import LeakedAddress

_MULTIPLY_ENCODED: Final = rb"%25|%[0-9A-Fa-f]?%|\\x25|%[0-9A-Fa-f]?\\x"
_ENCODED_BYTE: Final = r"(?:[\x80-\xff]|%[0-9A-Fa-f]{2}|\\x[0-9A-Fa-f]{2})"
_LONGEST_PATTERN: Final = 40
"""Characters of the name that are searched for, from its end; more would only cost time."""


class Sieve:
    """Finds candidate lines for one leaked address."""

    def __init__(self, address: LeakedAddress) -> None:
        self._database: hyperscan.Database | None = None
        if address.name:
            self._database = hyperscan.Database()
            self._database.compile(
                expressions=[tolerant_pattern(address.name), _MULTIPLY_ENCODED],
                ids=[0, 1],
                elements=2,
                flags=[hyperscan.HS_FLAG_CASELESS, 0],
            )

    def candidates(self, buffer: bytes) -> list[int]:
        """Return the starts of all lines that may name the document, ascending.

        For the root of a site there is nothing to search for, and every line is a candidate.
        """
        if self._database is None:
            return [0, *(found.end() for found in re.finditer(rb"\n(?!\Z)", buffer))]
        ends: list[int] = []
        self._database.scan(buffer, match_event_handler=lambda _id, _begin, end, *_: ends.append(end))
        return sorted({buffer.rfind(b"\n", 0, end) + 1 for end in ends})


def tolerant_pattern(name: str) -> bytes:
    """Return a case-insensitive byte pattern for all singly encoded spellings of a canonical name."""
    pieces: list[str] = []
    for character in name[-_LONGEST_PATTERN:]:
        if character.isascii():
            pieces.append(_any_spelling(character))
        elif not pieces or pieces[-1] != _beyond_ascii():
            pieces.append(_beyond_ascii())
    return "".join(pieces).encode("ascii")


def _any_spelling(character: str) -> str:
    """Pattern for one ASCII character: itself, percent-encoded, or as the servers escape it in logs."""
    cases = sorted({character.lower(), character.upper()})
    spellings = [re.escape(character.lower())]
    for case in cases:
        spellings += [f"%{ord(case):02x}", rf"\\x{ord(case):02x}"]
    if character == '"':
        spellings.append(r'\\"')
    return f"(?:{'|'.join(spellings)})"


def _beyond_ascii() -> str:
    """Pattern for a run outside ASCII, composed or decomposed, in UTF-8 or Latin-1.

    A decomposed letter begins with an ASCII letter, hence the optional characters between.
    """
    return rf"(?:[^ \n]?{_ENCODED_BYTE})+"
