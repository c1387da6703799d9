"""Telephone numbers: whether a run of digits is one that some country's numbering plan has."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_NORTH_AMERICAN: Final = re.compile(r"(?:1[-. ])?\(?[2-9]\d{2}\)?[-. ]?\d{3}[-. ]?\d{4}")
_SHORTEST: Final = 7
_WITH_TRUNK_PREFIX: Final = ("GB", "FR", "DE", "CH", "BE", "SE", "NL", "IT", "AU", "AT", "IE", "ZA")
"""Where national numbers begin with a zero; what none of them has must be written with its country's code."""


def is_telephone_number(text: str) -> bool:
    """Say whether a number is valid in its country's plan or, without a country's code, in one known here."""
    bare = text.lower().partition("x")[0].removesuffix("e").strip().replace("(0)", "")
    written = "+" + bare[2:] if bare.startswith("00") else bare
    # Plans give out blocks; the last four digits are the subscriber's.
    head, digits = _head(written)
    return _valid_block(head, digits, _regions(written))


def _head(written: str) -> tuple[str, int]:
    plus = "+" if written.startswith("+") else ""
    digits = "".join(filter(str.isdigit, written))
    return plus + digits[:-4], len(digits)


@lru_cache(maxsize=1 << 16)
def _valid_block(head: str, digits: int, regions: tuple[str, ...]) -> bool:
    """Say whether a block has numbers of that length: any of a few last digits will do."""
    return digits >= _SHORTEST and any(_valid(head + last, regions) for last in ("2345", "6789", "0000"))


def _valid(written: str, regions: tuple[str, ...]) -> bool:
    import phonenumbers

    for region in regions:
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
