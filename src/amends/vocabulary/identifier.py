"""The form of an identification number in which two writings of it are equal."""

from __future__ import annotations

import unicodedata
from typing import Final

_FEWEST_DIGITS: Final = 4


def normalised_identifier(text: str) -> str:
    """Return ``text`` as letters and digits in upper case, without separators and leading zeros.

    ``A012-345-678``, ``a 012345678`` and ``12345678`` (a number cell that lost its zero) are one identifier:
    ``12345678``. Letters count only where there are fewer than four digits to go by. Returns the
    empty string where nothing is left, or nothing but zeros.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())
    digits = "".join(str(unicodedata.decimal(c)) for c in plain if c.isdecimal())
    if len(digits) >= _FEWEST_DIGITS:
        return digits.lstrip("0")
    return plain.lstrip("0")
