"""The attributes of a wrapped message, one after the other (MS-OXTNEF 2.1).

```
[signature 4 | key 2] [level 1 | number 2 | type 2 | length 4 | data | checksum 2] ...
level 1: the message       level 2: the attachment that the last "rendering data" began
```
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from amends.scan.formats._ole_properties import decoded
from amends.scan.formats._rtf_compressed import decompressed
from amends.scan.formats._text import part, printable_runs
from amends.scan.formats._tnef_properties import OBJECT, Value, mapi_values
from amends.scan.formats.interface import UnreadableError, UntrustedFile, UntrustedPiece, UntrustedUnread

MAGIC: Final = b"\x78\x9f\x3e\x22"
_HEAD: Final = 6
_CODE_PAGE, _PROPERTIES, _RECIPIENTS, _ATTACHMENT_PROPERTIES = 0x9007, 0x9003, 0x9004, 0x9005
_ATTACHMENT, _DATA, _TITLE, _TRANSPORT_TITLE, _METAFILE = 0x9002, 0x800F, 0x8010, 0x9001, 0x8011
_FROM: Final = 0x8000
_TEXTS: Final = {
    0x8004: ("subject", ""), 0x800C: ("body", ""), 0x8008: ("message class", "mail-property"),
    0x8009: ("message id", "mail-property"), 0x0001: ("owner", "mail-property"),
    0x0002: ("sent for", "mail-property"), 0x0600: ("original class", "mail-property"),
}  # fmt: skip
_DATES: Final = {
    0x8005: "sent", 0x8006: "received", 0x8020: "modified", 0x8012: "created", 0x8013: "changed",
    0x0006: "start", 0x0007: "end", 0x0008: "requested",
}  # fmt: skip
_WITHOUT_TEXT: Final = frozenset({0x9006, 0x8007, 0x800A, 0x800B, 0x800D, 0x9002, 0x9007, 0x0009})
_RTF, _HTML, _BODY, _BCC, _HEADERS = 0x1009, 0x1013, 0x1000, 0x0E02, 0x007D
_SEEN: Final = frozenset({0x0037, _BODY, 0x0C1A, 0x0C1F, 0x5D01, 0x0E03, 0x0E04})
_DATA_OBJECT: Final = 0x3701
_NAMES_OF_FILE: Final = (0x3707, 0x3704)
_RECIPIENT_TYPE, _BLIND = 0x0C15, 3
_MESSAGE: Final = bytes.fromhex("0703020000000000c000000000000046")

Where = tuple[str, ...]


class Wrapping:
    """One wrapped message."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._page = 1252
        self._attachments = 0
        self._name = ""
        self._waiting: list[bytes] = []
        """Contents of the open attachment, whose name comes after them."""

    def pieces(self) -> Iterator[UntrustedPiece]:
        """Yield every piece. Raises `UnreadableError` where the file breaks off."""
        content, at = self._content, _HEAD
        while at < len(content):
            level, number, _, length = struct.unpack_from("<BHHI", content, at)
            start, end = at + 9, at + 9 + length
            if level not in (1, 2) or end + 2 > len(content):
                raise UnreadableError("corrupt")
            data = content[start:end]
            (checksum,) = struct.unpack_from("<H", content, end)
            at = end + 2
            if number == _ATTACHMENT:
                yield from self._files()
                self._attachments += 1
                self._name = ""
            where = (f"attachment {self._attachments}",) if level == 2 else ()
            if checksum != sum(data) & 0xFFFF:
                yield UntrustedUnread(" ! ".join((*where, f"attribute {number:#06x}")), "corrupt")
            yield from self._attribute(number, data, where)
        yield from self._files()

    def _files(self) -> Iterator[UntrustedPiece]:
        extension = self._name.rpartition(".")[2].lower() if "." in self._name else ""
        for data in self._waiting:
            where = (f"attachment {self._attachments}", self._name or "file")
            yield UntrustedFile(where, "attachment", data, extension[:16])
        self._waiting.clear()

    def _attribute(self, number: int, data: bytes, where: Where) -> Iterator[UntrustedPiece]:
        if number == _CODE_PAGE and len(data) >= 4:
            (self._page,) = struct.unpack_from("<I", data)
        elif number in (_PROPERTIES, _ATTACHMENT_PROPERTIES):
            values, _ = mapi_values(data, 0, self._page)
            yield from self._values(values, where)
        elif number == _RECIPIENTS:
            yield from self._recipients(data)
        elif number == _DATA:
            self._waiting += [data] if data else []
        elif number in (_TITLE, _TRANSPORT_TITLE):
            self._name = self._name or self._text(data)
            yield from part((*where, "file name"), "file-name", "attachment", self._text(data))
        elif number == _METAFILE and data:
            yield UntrustedFile((*where, "picture of the attachment"), "attachment", data)
        elif number in _TEXTS:
            name, hidden = _TEXTS[number]
            yield from part((*where, name), name if not hidden else "property", hidden, self._text(data))
        elif number in _DATES and len(data) >= 12:
            year, month, day, hour, minute, second = struct.unpack_from("<6H", data)
            text = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
            yield from part(
                (*where, _DATES[number]), "time", "" if number == 0x8005 else "mail-property", text
            )
        elif number not in _WITHOUT_TEXT:
            kind, hidden = ("sender", "") if number == _FROM else ("property", "mail-property")
            for offset, text in printable_runs(data):
                yield from part((*where, f"attribute {number:#06x}", f"byte {offset}"), kind, hidden, text)

    def _text(self, data: bytes) -> str:
        return decoded(data, self._page).rstrip("\0")

    def _values(self, values: list[Value], where: Where) -> Iterator[UntrustedPiece]:
        for value in values:
            if value.number in _NAMES_OF_FILE and value.text:
                self._name = value.text
        for value in values:
            if value.number == _DATA_OBJECT and value.raw:
                yield from self._object(value, where)
            elif value.number in (_RTF, _HTML) and (value.raw or value.text):
                content = value.raw or value.text.encode("utf-8")
                if value.number == _RTF:
                    content = decompressed(content)
                extension = "rtf" if value.number == _RTF else "html"
                if content.strip(b"\0 \r\n"):
                    yield UntrustedFile((*where, value.name), "other-version-of-body", content, extension)
            else:
                yield from self._plain(value, where)

    def _plain(self, value: Value, where: Where) -> Iterator[UntrustedPiece]:
        place = (*where, value.name)
        if value.text:
            hidden = "mail-property"
            if value.number in _SEEN and not where:
                hidden = ""
            elif value.number == _BCC:
                hidden = "blind-copy"
            elif value.number == _HEADERS:
                hidden = "mail-header"
            elif value.number in _NAMES_OF_FILE:
                hidden = "attachment"
            yield from part(place, "property", hidden, value.text)
        for offset, text in printable_runs(value.raw):
            yield from part((*place, f"byte {offset}"), "property", "mail-property", text)

    def _object(self, value: Value, where: Where) -> Iterator[UntrustedPiece]:
        if value.kind == OBJECT and value.raw[:16] == _MESSAGE:
            yield UntrustedFile((*where, "message"), "attachment", value.raw[16:], "tnef")
        elif value.kind == OBJECT:
            yield UntrustedFile((*where, "object"), "attachment", value.raw[16:])
        else:
            self._waiting.append(value.raw)

    def _recipients(self, data: bytes) -> Iterator[UntrustedPiece]:
        (count,) = struct.unpack_from("<I", data)
        at = 4
        for number in range(1, count + 1):
            values, at = mapi_values(data, at, self._page)
            kind = next((value.integer for value in values if value.number == _RECIPIENT_TYPE), 1) & 0xF
            hidden = "blind-copy" if kind == _BLIND else ""
            for value in values:
                place = (f"recipient {number}", value.name)
                yield from part(place, "recipient", hidden, value.text)
                for offset, text in printable_runs(value.raw):
                    yield from part((*place, f"byte {offset}"), "property", "mail-property", text)
