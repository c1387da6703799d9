"""The properties of a message, a recipient or an attachment (MS-OXMSG 2.4), with their usual names.

```
__properties_version1.0        [head] [type, number, flags, 8 bytes of value] ...   numbers and times
__substg1.0_<number><type>     the value itself where it is longer than 8 bytes
```
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from amends.scan.formats._compound_file import Storage
from amends.scan.formats._ole_properties import decoded, moment

PROPERTIES: Final = "__properties_version1.0"
_VALUE: Final = "__SUBSTG1.0_"
_CODE_PAGE, _INTERNET_PAGE = 0x3FFD, 0x3FDE
_INTEGER, _TIME, _NARROW, _WIDE, _BINARY, _GUID = 0x0003, 0x0040, 0x001E, 0x001F, 0x0102, 0x0048
_SEVERAL: Final = 0x1000
NAMES: Final = {
    0x0037: "subject", 0x003D: "subject prefix", 0x0E1D: "normal subject", 0x0070: "conversation topic",
    0x1000: "body", 0x1009: "rtf body", 0x1013: "html body", 0x007D: "headers", 0x0C1A: "sender name",
    0x0C1F: "sender address", 0x5D01: "sender smtp address", 0x0042: "sent for name", 0x0065: "sent for address",
    0x5D02: "sent for smtp address", 0x0E02: "bcc", 0x0E03: "cc", 0x0E04: "to", 0x1035: "message id",
    0x1042: "in reply to", 0x1039: "references", 0x0039: "sent", 0x0E06: "delivered", 0x3007: "created",
    0x3008: "modified", 0x3FF8: "creator", 0x3FFA: "last modifier", 0x0040: "received by name",
    0x0076: "received by address", 0x0044: "received for name", 0x0078: "received for address",
    0x001A: "message class", 0x3001: "display name", 0x3003: "address", 0x39FE: "smtp address", 0x3A20: "shown name",
    0x5FF6: "recipient name", 0x3707: "file name", 0x3704: "short file name", 0x3703: "extension", 0x370E: "type",
    0x3712: "content id", 0x3708: "path", 0x370D: "long path", 0x0050: "reply to names", 0x300B: "search key",
    0x0E28: "account", 0x0E29: "next account", 0x1015: "body content id", 0x0E1F: "rtf in step",
}  # fmt: skip


class Property(NamedTuple):
    """One property: its number, its text (numbers are left out), or its bytes."""

    number: int
    text: str
    raw: bytes

    @property
    def name(self) -> str:
        """The usual name, or the number."""
        return NAMES.get(self.number, f"property {self.number:#06x}")


class PropertyBag:
    """The properties of one object; damaged ones raise while they are read."""

    def __init__(self, storage: Storage, page: int = 0) -> None:
        self._storage = storage
        self.integers: dict[int, int] = {}
        self.times: dict[int, str] = {}
        self._read_fixed()
        self.page = self.integers.get(_CODE_PAGE) or self.integers.get(_INTERNET_PAGE) or page or 1252

    def _read_fixed(self) -> None:
        stream = self._storage.stream(PROPERTIES)
        content = stream.read() if stream is not None else b""
        # Heads are 32, 24 or 8 bytes long; entries 16, so that the length tells whole messages from the rest.
        at = len(content) % 16 or 32
        if at == 8 and self._storage.stream("__substg1.0_0037001F") is not None:
            at = 24
        while at + 16 <= len(content):
            kind, number = struct.unpack_from("<HH", content, at)
            if kind == _INTEGER:
                self.integers[number] = struct.unpack_from("<I", content, at + 8)[0]
            elif kind == _TIME:
                self.times[number] = moment(struct.unpack_from("<Q", content, at + 8)[0])
            at += 16

    def values(self) -> Iterator[Property]:
        """Yield every property that is a text or bytes, those with several values value by value."""
        for name, stream in self._storage.streams.items():
            if not name.upper().startswith(_VALUE):
                continue
            digits = name[len(_VALUE) :].split("-", 1)[0]
            try:
                number, kind = int(digits[:4], 16), int(digits[4:8], 16)
            except ValueError:
                yield Property(0, "", stream.read())
                continue
            raw = stream.read()
            if kind & _SEVERAL and "-" not in name and kind & 0xFFF in (_NARROW, _WIDE, _BINARY):
                continue  # lengths of the values, which are streams of their own
            kind &= 0xEFFF
            if kind == _WIDE:
                yield Property(number, decoded(raw, 1200).strip("\0"), b"")
            elif kind == _NARROW:
                yield Property(number, decoded(raw, self.page).strip("\0"), b"")
            else:
                yield Property(number, "", raw)
