"""The form of an identification number in which two writings of it are equal."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_FEWEST_DIGITS: Final = 4
_ASCII: Final = bytes(range(128))
_NOT_DIGITS: Final = bytes(byte for byte in _ASCII if not chr(byte).isdecimal())
_NOT_ALPHANUMERIC: Final = bytes(byte for byte in _ASCII if not chr(byte).isalnum())
# A number cell as text: digits, a point, and nothing but zeros. Three zeros after a few digits are a group of
# thousands, and a second point is a separator.
_NUMBER_CELL: Final = re.compile(r"([^.]*[0-9])\.0|((?:[^.0-9]*[0-9]){4,}[^.0-9]*)\.0+")
# Java's way to write a double is exact; the one with a plus may have been rounded.
_EXPONENT: Final = re.compile(r"([0-9])\.([0-9]+)E([0-9]{1,2})|([0-9])(?:\.([0-9]*))?E\+([0-9]{1,2})")


def normalised_identifier(text: str) -> str:
    """Return ``text`` as letters and digits in upper case, without separators and leading zeros.

    ``A012-345-678``, ``a 012345678`` and ``12345678`` (a number cell that lost its zero) are one identifier:
    ``12345678``; and so are ``12345678.0`` and ``1.2345678E7``, in which a number cell became text. Letters count only
    where there are fewer than four digits to go by. Returns the empty string where nothing is left, or nothing
    but zeros, or where a number was rounded (``1.23E+07``): it is nobody's.
    """
    if text.isascii():
        if "." in text or "+" in text:
            text = _without_number_format(text)
        # A million rows pass through here while nobody is held yet.
        raw = text.encode("ascii")
        found = raw.translate(None, _NOT_DIGITS)
        if len(found) >= _FEWEST_DIGITS:
            return found.lstrip(b"0").decode("ascii")
        return raw.translate(None, _NOT_ALPHANUMERIC).upper().lstrip(b"0").decode("ascii")
    return _in_full(text)


def _in_full(text: str) -> str:
    """Return the normal form of any text, as it is defined."""
    text = _without_number_format(unicodedata.normalize("NFKC", text))
    plain = "".join(c for c in text.upper() if c.isalnum())
    digits = "".join(str(unicodedata.decimal(c)) for c in plain if c.isdecimal())
    if len(digits) >= _FEWEST_DIGITS:
        return digits.lstrip("0")
    return plain.lstrip("0")


def _without_number_format(text: str) -> str:
    """Return a number that a spreadsheet wrote with a point or an exponent as its digits; any other text as it is."""
    stripped = text.strip()
    cell = _NUMBER_CELL.fullmatch(stripped)
    if cell:
        return cell[1] or cell[2]
    written = _EXPONENT.fullmatch(stripped.upper())
    if not written:
        return text
    exact = written[1] is not None
    first, fraction, exponent = written.group(1, 2, 3) if exact else written.group(4, 5, 6)
    digits, places = (fraction or "").rstrip("0") if exact else fraction or "", int(exponent)
    if len(digits) > places or not (exact or len(digits) == places):
        return ""
    return first + digits.ljust(places, "0")
