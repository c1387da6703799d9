"""Digits and separators that are no ASCII: full-width digits, Arabic digits, dashes, narrow and unbreakable spaces.

They are how a number looks after a word processor, a Japanese keyboard or somebody who wanted it not to be found
has been at it. A line that holds some beside digits is judged once more with plain characters in their place.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache
from typing import Final

_SPACES: Final = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_NOTHING: Final = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_DOTS: Final = {
    "\u2024": ".",
    "\uff0e": ".",
    "\u30fb": ".",
    "\u2027": ".",
    "\u00b7": ".",
    "\u2022": ".",
    "\uff20": "@",
}
_SLASHES: Final = {
    "\u2044": "/",
    "\u2215": "/",
    "\uff0f": "/",
    "\uff08": "(",
    "\uff09": ")",
    "\uff0b": "+",
    "\uff1a": ":",
}
# A separator counts beside a digit only: dashes and unbreakable spaces are everywhere in well-set prose.
_SEPARATOR: Final = (
    rb"(?:\xc2[\xa0\xad\xb7]|\xe2\x80[\x80-\x95\xa2\xa4\xa7\xaf]|\xe2\x81[\x84\x9f\xa0]|\xe2\x88[\x92\x95]"
    rb"|\xe3\x80\x80|\xe3\x83\xbb|\xef\xb9[\x98\xa3]|\xef\xbb\xbf|\xef\xbc[\x88\x89\x8b\x8d-\x8f\x9a\xa0])"
)
_DIGIT: Final = (
    rb"(?:\xef\xbc[\x90-\x99]|\xd9[\xa0-\xa9]|\xdb[\xb0-\xb9]|\xe0\xa5[\xa6-\xaf]|\xe0\xa7[\xa6-\xaf]"
    rb"|\xf0\x9d\x9f[\x8e-\xbf])"
)
ODD: Final = _DIGIT + rb"[^a-zA-Z\n]?" + _DIGIT + rb"|[0-9A-Za-z]" + _SEPARATOR + rb"+[0-9]"
"""An expression that both engines understand."""
_COUNTED: Final = re.compile(ODD)


def odd_places(data: bytes) -> list[int]:
    """Return the offsets at which such characters stand, ascending."""
    return [] if data.isascii() else [found.end() for found in _COUNTED.finditer(data)]


def made_plain(text: str) -> tuple[str, list[int]]:
    """Return a text with plain characters for odd ones, and for each of its characters the position of the odd one."""
    plain: list[str] = []
    positions: list[int] = []
    table = _table()
    for position, character in enumerate(text):
        for other in table.get(character, character):
            plain.append(other)
            positions.append(position)
    return "".join(plain), positions


@cache
def _table() -> dict[str, str]:
    table = (
        dict.fromkeys(_SPACES, " ")
        | dict.fromkeys(_DASHES, "-")
        | dict.fromkeys(_NOTHING, "")
        | _DOTS
        | _SLASHES
    )
    for code in range(0x80, min(sys.maxunicode, 0x1FFFF)):
        character = chr(code)
        if character.isdigit() and (digit := unicodedata.decimal(character, None)) is not None:
            table[character] = str(digit)
        elif 0xFF21 <= code <= 0xFF3A or 0xFF41 <= code <= 0xFF5A:
            table[character] = chr(code - 0xFEE0)
    return table
