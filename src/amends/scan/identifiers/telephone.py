"""Telephone numbers: whether a run of digits is one that some country's numbering plan has."""

from __future__ import annotations

import re
from typing import Final

_NORTH_AMERICAN: Final = re.compile(r"(?:1[-. ])?\(?[2-9]\d{2}\)?[-. ]?\d{3}[-. ]?\d{4}")
_WITH_TRUNK_PREFIX: Final = ("GB", "FR", "DE", "CH", "BE", "SE", "NL", "IT", "AU", "AT", "IE", "ZA")
"""Where national numbers begin with a zero; what none of them has must be written with its country's code."""


def is_telephone_number(text: str) -> bool:
    """Say whether a number is valid in its country's plan or, without a country's code, in one known here."""
    import phonenumbers

    bare = text.lower().partition("x")[0].removesuffix("e").strip().replace("(0)", "")
    written = "+" + bare[2:] if bare.startswith("00") else bare
    for region in _regions(written):
        try:
            number = phonenumbers.parse(written, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return True
    return False


def _regions(written: str) -> tuple[str, ...]:
    if written.startswith("+"):
        return ("ZZ",)
    if _NORTH_AMERICAN.fullmatch(written):
        return ("US",)
    return _WITH_TRUNK_PREFIX if written.startswith("0") else ()
