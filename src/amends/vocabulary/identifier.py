"""The form of an identification number in which two writings of it are equal."""

from __future__ import annotations

import unicodedata
from typing import Final

_FEWEST_DIGITS: Final = 4
_ASCII: Final = bytes(range(128))
_NOT_DIGITS: Final = bytes(byte for byte in _ASCII if not chr(byte).isdecimal())
_NOT_ALPHANUMERIC: Final = bytes(byte for byte in _ASCII if not chr(byte).isalnum())


def normalised_identifier(text: str) -> str:
    """Return ``text`` as letters and digits in upper case, without separators and leading zeros.

    ``A012-345-678``, ``a 012345678`` and ``12345678`` (a number cell that lost its zero) are one identifier:
    ``12345678``. Letters count only where there are fewer than four digits to go by. Returns the
    empty string where nothing is left, or nothing but zeros.
    """
    if text.isascii():
        # A million rows pass through here while nobody is held yet.
        raw = text.encode("ascii")
        found = raw.translate(None, _NOT_DIGITS)
        if len(found) >= _FEWEST_DIGITS:
            return found.lstrip(b"0").decode("ascii")
        return raw.translate(None, _NOT_ALPHANUMERIC).upper().lstrip(b"0").decode("ascii")
    return _in_full(text)


def _in_full(text: str) -> str:
    """Return the normal form of any text, as it is defined."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())
    digits = "".join(str(unicodedata.decimal(c)) for c in plain if c.isdecimal())
    if len(digits) >= _FEWEST_DIGITS:
        return digits.lstrip("0")
    return plain.lstrip("0")
