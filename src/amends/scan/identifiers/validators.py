"""Checksums and ranges of identifiers, by the name that a rule uses for them.

A validator is asked only about texts that already have the right shape. It lowers false alarms; it
proves nothing: nearly nine in ten random nine-digit numbers are valid social security numbers.

National checksums come from ``stdnum`` under the names of its modules (``stdnum.br.cpf``). It takes a tenth of
a second to import: each is imported when a text of its shape turns up, and screening a file without such texts
does not pay for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from ipaddress import ip_address
from typing import Final

from amends.scan.identifiers import documents, numbers

Validator = Callable[[str], bool]

_STDNUM: Final = re.compile(r"stdnum\.([a-z]{2}_?)\.([a-z0-9_]+)")


def _bic(text: str) -> bool:
    from stdnum import bic

    return bic.is_valid(text)


def _iban(text: str) -> bool:
    from stdnum import iban

    return iban.is_valid(text)


def _national_insurance_number(text: str) -> bool:
    """Prefixes never issued are refused (HMRC, National Insurance Manual NIM39110)."""
    compact = text.replace(" ", "").upper()
    return compact[:2] not in {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}


def _public_ip(text: str) -> bool:
    """An address that can belong to somebody: not private, reserved, or set apart for documentation (RFC 6890)."""
    try:
        return ip_address(text).is_global
    except ValueError:
        return False


def _ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _telephone_number(text: str) -> bool:
    from amends.scan.identifiers.telephone import is_telephone_number

    return is_telephone_number(text)


VALIDATORS: Final[dict[str, Validator]] = {
    "alien-registration-number": numbers.is_alien_registration_number,
    "bic": _bic,
    "calendar-date": numbers.is_calendar_date,
    "coordinates": numbers.is_coordinates,
    "iban": _iban,
    "imei": numbers.is_imei,
    "individual-taxpayer-number": numbers.is_individual_taxpayer_number,
    "ip": _ip,
    "luhn": numbers.is_luhn,
    "machine-readable-zone": documents.is_machine_readable_zone,
    "mailbox": documents.is_mailbox,
    "medicare-australia": numbers.is_australian_medicare_number,
    "national-insurance-number": _national_insurance_number,
    "payment-card": numbers.is_payment_card,
    "public-ip": _public_ip,
    "routing-number": numbers.is_routing_number,
    "secret": documents.is_secret,
    "social-security-number": numbers.is_social_security_number,
    "telephone-number": _telephone_number,
    "vehicle-identification-number": numbers.is_vehicle_identification_number,
}
"""Name in a rule → function that says whether a text of the right shape can be such an identifier."""


@cache
def validator_named(name: str) -> Validator | None:
    """Return the validator of a name: one of ours, or ``stdnum.<country>.<module>``; None where there is none."""
    if name in VALIDATORS:
        return VALIDATORS[name]
    found = _STDNUM.fullmatch(name)
    return _national(found[1], found[2]) if found else None


def _national(country: str, module: str) -> Validator:
    def holds(text: str) -> bool:
        return bool(_module(country, module).is_valid(text))

    return holds


@cache
def _module(country: str, module: str) -> object:
    from stdnum.util import get_cc_module

    found = get_cc_module(country, module)
    if found is None:
        raise LookupError(f"stdnum.{country}.{module}")
    return found
