"""Telephone numbers: whether a run of digits is one that some country's numbering plan has."""

from __future__ import annotations

from typing import Final

_HOME_REGIONS: Final = (
    "US",
    "GB",
    "FR",
    "DE",
    "ES",
    "MX",
    "AU",
    "BR",
    "IN",
    "SE",
    "CH",
    "BE",
    "IT",
    "NL",
    "GT",
    "HN",
    "SV",
)
"""Whose national spellings are known; a number that none of them has must be written with its country's code."""


def is_telephone_number(text: str) -> bool:
    """Say whether a number is valid in its country's plan or, without a country's code, in one known here."""
    import phonenumbers

    bare, _, _ = text.lower().partition("x")
    regions = ("ZZ",) if bare.lstrip("( ").startswith(("+", "00")) else _HOME_REGIONS
    written = bare.strip().replace("(0)", "")
    if written.startswith("00"):
        written = "+" + written[2:]
    for region in regions:
        try:
            number = phonenumbers.parse(written, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return True
    return False
