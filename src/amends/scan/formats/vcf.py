"""Address books (vCard, RFC 6350 and 2.1): every property, and whether programs show it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._text import content_within, decode, decoded_head
from amends.scan.formats.interface import UntrustedPiece
from amends.scan.limits import Limits

_SHOWN: Final = frozenset(
    [
        "FN",
        "N",
        "NICKNAME",
        "TEL",
        "EMAIL",
        "ADR",
        "LABEL",
        "ORG",
        "TITLE",
        "ROLE",
        "NOTE",
        "BDAY",
        "URL",
        "PHOTO",
        "ANNIVERSARY",
    ]
)


class _AddressBook:
    name = "vcf"
    extensions = ("vcf", "vcard")
    needs = ("amends.scan.formats._content_lines",)
    rank = 50

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        return decoded_head(stream)[:64].lstrip().upper().startswith("BEGIN:VCARD")

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        from amends.scan.formats._content_lines import pieces_of

        yield from pieces_of(decode(content_within(stream, limits)), _SHOWN)


PLUGIN = _AddressBook()
