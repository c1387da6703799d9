"""Checksums and ranges of identifiers that are mostly digits; each takes a text of the right shape."""

from __future__ import annotations

from datetime import date
from typing import Final

from amends.scan.identifiers.calendar import day_in

_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def digits_of(text: str) -> str:
    """Return the ASCII digits of a text."""
    return "".join(character for character in text if "0" <= character <= "9")


def luhn_holds(digits: str) -> bool:
    """Say whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    if len(set(digits)) < 2:
        return False
    total = sum(map(int, digits[-1::-2])) + sum(_DOUBLED[int(digit)] for digit in digits[-2::-2])
    return total % 10 == 0


def is_luhn(text: str) -> bool:
    """Say whether the digits of a text hold their check digit."""
    return luhn_holds(digits_of(text))


def is_payment_card(text: str) -> bool:
    """A check digit, a length and a first group that a card network has (ISO/IEC 7812-1; the networks' own ranges)."""
    digits = digits_of(text)
    return _network_has(digits) and luhn_holds(digits)


def _network_has(digits: str) -> bool:
    size, first2, first4 = len(digits), int(digits[:2] or 0), int(digits[:4] or 0)
    if digits[:1] == "4":
        return size in {13, 16, 19}
    if first2 in {34, 37}:
        return size == 15
    if 51 <= first2 <= 55 or 2221 <= first4 <= 2720:
        return size == 16
    if first2 in {36, 38, 39} or 300 <= first4 // 10 <= 305:
        return 14 <= size <= 19
    if first4 == 6011 or first2 in {62, 64, 65} or 3528 <= first4 <= 3589:
        return 16 <= size <= 19
    if first4 in {1800, 2131}:
        return size == 15
    return (first2 in {50, 63, 67} or 56 <= first2 <= 58) and 12 <= size <= 19


def is_alien_registration_number(text: str) -> bool:
    """Seven to nine digits, not all zero (USCIS: nine digits, older numbers are filled with zeros)."""
    digits = digits_of(text)
    return 7 <= len(digits) <= 9 and digits.strip("0") != ""


def is_social_security_number(text: str) -> bool:
    """No area 000, 666 or 9xx, no group 00, no serial 0000 (SSA, 2011); lost zeros are put back first."""
    digits = digits_of(text).zfill(9)
    if len(digits) != 9 or len(set(digits)) < 3 or digits in {"123456789", "987654321", "078051120"}:
        return False
    return (
        digits[:3] not in {"000", "666"} and digits[0] != "9" and digits[3:5] != "00" and digits[5:] != "0000"
    )


def is_individual_taxpayer_number(text: str) -> bool:
    """Begins with 9; then a group of 50-65, 70-88, 90-92 or 94-99 (IRS, Internal Revenue Manual 3.21.263)."""
    digits = digits_of(text)
    group = int(digits[3:5] or 0)
    ranges = 50 <= group <= 65 or 70 <= group <= 88 or 90 <= group <= 92 or 94 <= group <= 99
    return len(digits) == 9 and digits[0] == "9" and ranges


def is_routing_number(text: str) -> bool:
    """Weights 3, 7, 1 and a first pair that a Federal Reserve district has (ABA Routing Number Policy)."""
    digits = digits_of(text)
    if len(digits) != 9 or len(set(digits)) < 3:
        return False
    pair = int(digits[:2])
    district = 1 <= pair <= 12 or 21 <= pair <= 32 or 61 <= pair <= 72 or pair == 80
    return district and sum(int(digit) * (3, 7, 1)[at % 3] for at, digit in enumerate(digits)) % 10 == 0


def is_imei(text: str) -> bool:
    """Fifteen digits with a check digit (3GPP TS 23.003, annex B)."""
    digits = digits_of(text)
    return len(digits) == 15 and luhn_holds(digits)


def is_australian_medicare_number(text: str) -> bool:
    """The ninth digit checks the first eight with weights 1, 3, 7, 9 (METeOR 270101)."""
    digits = digits_of(text)
    if len(digits) not in {10, 11} or digits[0] not in "23456":
        return False
    return sum(int(digit) * (1, 3, 7, 9)[at % 4] for at, digit in enumerate(digits[:8])) % 10 == int(
        digits[8]
    )


_LETTER_VALUES: Final = dict(
    zip(
        "ABCDEFGHJKLMNPRSTUVWXYZ0123456789",
        [*range(1, 9), *range(1, 6), 7, 9, *range(2, 10), *range(10)],
        strict=True,
    )
)
_POSITION_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def is_vehicle_identification_number(text: str) -> bool:
    """Seventeen characters with a check digit at the ninth place (49 CFR 565.15)."""
    letters = text.upper()
    if len(letters) != 17 or letters.isdigit() or not set(letters) <= _LETTER_VALUES.keys():
        return False
    rest = (
        sum(
            _LETTER_VALUES[letter] * weight for letter, weight in zip(letters, _POSITION_WEIGHTS, strict=True)
        )
        % 11
    )
    return letters[8] == ("X" if rest == 10 else str(rest))


def is_calendar_date(text: str) -> bool:
    """A day on which somebody alive today can have been born, in any of the usual spellings."""
    day = day_in(text)
    return day is not None and date(1900, 1, 1) <= day <= date(2100, 1, 1)


def is_coordinates(text: str) -> bool:
    """Latitude within 90 degrees, longitude within 180 (ISO 6709), and neither is a round number."""
    numbers = [
        float(piece)
        for piece in "".join(c if c in "-.0123456789" else " " for c in text).split()
        if _real(piece)
    ]
    return len(numbers) == 2 and abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180 and numbers[0] != numbers[1]


def _real(piece: str) -> bool:
    try:
        float(piece)
    except ValueError:
        return False
    return True
