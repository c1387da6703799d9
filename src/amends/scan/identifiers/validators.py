"""Checksums and ranges of identifiers, by the name that a rule uses for them.

A validator is asked only about texts that already have the right shape. It lowers false alarms; it
proves nothing: nearly nine in ten random nine-digit numbers are valid social security numbers.

The checksums come from ``stdnum``, which takes a tenth of a second to import: each is imported when a
text of its shape turns up, and screening a sheet without such texts does not pay for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

Validator = Callable[[str], bool]


def _alien_registration_number(text: str) -> bool:
    """Eight or nine digits, not all zero (USCIS: nine digits, older numbers are filled with zeros)."""
    digits = "".join(character for character in text if character.isdigit())
    return 7 <= len(digits) <= 9 and digits.strip("0") != ""


def _national_insurance_number(text: str) -> bool:
    """Prefixes never issued are refused (HMRC, National Insurance Manual NIM39110)."""
    compact = text.replace(" ", "").upper()
    return compact[:2] not in {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}


def _cpf(text: str) -> bool:
    from stdnum.br import cpf

    return cpf.is_valid(text)


def _curp(text: str) -> bool:
    from stdnum.mx import curp

    return curp.is_valid(text)


def _dni(text: str) -> bool:
    from stdnum.es import dni

    return dni.is_valid(text)


def _iban(text: str) -> bool:
    from stdnum import iban

    return iban.is_valid(text)


def _idnr(text: str) -> bool:
    from stdnum.de import idnr

    return idnr.is_valid(text)


def _luhn(text: str) -> bool:
    from stdnum import luhn

    return luhn.is_valid(text.replace(" ", "").replace("-", ""))


def _nhs(text: str) -> bool:
    from stdnum.gb import nhs

    return nhs.is_valid(text)


def _nie(text: str) -> bool:
    from stdnum.es import nie

    return nie.is_valid(text)


def _nir(text: str) -> bool:
    from stdnum.fr import nir

    return nir.is_valid(text)


def _rfc(text: str) -> bool:
    from stdnum.mx import rfc

    return rfc.is_valid(text)


def _sin(text: str) -> bool:
    from stdnum.ca import sin

    return sin.is_valid(text)


VALIDATORS: Final[dict[str, Validator]] = {
    "alien-registration-number": _alien_registration_number,
    "cpf": _cpf,
    "curp": _curp,
    "dni": _dni,
    "iban": _iban,
    "luhn": _luhn,
    "national-insurance-number": _national_insurance_number,
    "nhs": _nhs,
    "nie": _nie,
    "nir": _nir,
    "rfc": _rfc,
    "sin": _sin,
    "steuer-id": _idnr,
}
"""Name in a rule → function that says whether a text of the right shape can be such an identifier."""
