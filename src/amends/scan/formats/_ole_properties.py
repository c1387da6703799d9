"""Property sets (MS-OLEPS): title, author, template, company, and whatever a program or a person added.

```
[byte order, version, system, class id, number of sets] [format id, offset] ...
set: [size, count] [id, offset] ...  value: [type, padding] [bytes]        id 0: names, id 1: code page
```

The names of the usual properties are those of MS-OSHARED 2.3.3.2 (summary information) and 2.3.3.2.2 (document
summary information).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from amends.scan.formats._text_runs import text_runs
from amends.scan.formats.interface import UntrustedPart

_SUMMARY: Final = bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9")
_DOCUMENT: Final = bytes.fromhex("02d5cdd59c2e1b10939708002b2cf9ae")
_SUMMARY_NAMES: Final = (
    "", "", "title", "subject", "author", "keywords", "comments", "template", "last-author", "revision", "edit-time",
    "last-printed", "created", "saved", "pages", "words", "characters", "thumbnail", "application", "security",
)  # fmt: skip
_DOCUMENT_NAMES: Final = (
    "", "", "category", "presentation-target", "bytes", "lines", "paragraphs", "slides", "notes", "hidden-slides",
    "clips", "scale", "headings", "titles-of-parts", "manager", "company", "links-dirty", "characters-with-spaces", "",
    "shared", "link-base", "links", "links-changed", "version", "signature", "", "content-type", "content-status",
    "language", "document-version",
)  # fmt: skip
_TELLS_NOTHING: Final = frozenset(
    {
        "pages", "words", "characters", "security", "bytes", "lines", "paragraphs", "slides", "notes",
        "hidden-slides", "clips", "scale", "headings", "links-dirty", "characters-with-spaces", "shared",
        "links-changed", "version", "revision", "edit-time", "signature",
    }
)  # fmt: skip
_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)
_MOST_PROPERTIES: Final = 100_000
_MOST_VALUES: Final = 100_000
_UNICODE_PAGE: Final = 1200
_VECTOR: Final = 0x1000
_VARIANT: Final = 12
_NUMBERS: Final = {
    2: "<h",
    3: "<i",
    4: "<f",
    5: "<d",
    16: "<b",
    17: "<B",
    18: "<H",
    19: "<I",
    20: "<q",
    21: "<Q",
}


def property_parts(content: bytes, where: tuple[str, ...]) -> Iterator[UntrustedPart]:
    """Yield every property as text; what cannot be followed comes out as runs of text instead."""
    try:
        found = list(_properties(content))
    except (struct.error, IndexError, ValueError, OverflowError):
        found = []
        text = text_runs(content)
        if text:
            yield UntrustedPart(where, "property", "document-property", text)
    for name, text, custom in found:
        if text:
            hidden = "custom-property" if custom else "document-property"
            yield UntrustedPart((*where, name), "property", hidden, text)


def _properties(content: bytes) -> Iterator[tuple[str, str, bool]]:
    (sets,) = struct.unpack_from("<I", content, 24)
    for index in range(min(sets, 16)):
        identifier = content[28 + 20 * index : 44 + 20 * index]
        (offset,) = struct.unpack_from("<I", content, 44 + 20 * index)
        yield from _one_set(content[offset:], identifier)


def _one_set(content: bytes, identifier: bytes) -> Iterator[tuple[str, str, bool]]:
    (count,) = struct.unpack_from("<I", content, 4)
    if count > _MOST_PROPERTIES:
        raise ValueError
    entries = [struct.unpack_from("<II", content, 8 + 8 * index) for index in range(count)]
    page = _code_page(content, entries)
    own: dict[int, str] = {}
    for key, offset in entries:
        if key == 0:
            own = _names(content, offset, page)
    usual = {_SUMMARY: _SUMMARY_NAMES, _DOCUMENT: _DOCUMENT_NAMES}.get(identifier, ())
    for key, offset in entries:
        if key in (0, 1) or key >= 0x80000000:
            continue
        name = usual[key] if key < len(usual) else ""
        if name in _TELLS_NOTHING or name == "thumbnail":
            continue
        text = "\n".join(_Value(content, offset, page).texts())
        custom = key in own
        yield (f"custom property {key}" if custom else name or f"property {key}"), text, custom
    for key, text in own.items():
        yield f"name of custom property {key}", text, True


def _code_page(content: bytes, entries: list[tuple[int, ...]]) -> int:
    for key, offset in entries:
        if key == 1:
            (page,) = struct.unpack_from("<H", content, offset + 4)
            return int(page)
    return 1252


def decoded(raw: bytes, page: int) -> str:
    """Return the text in a Windows code page, up to its NUL; unknown pages count as Western."""
    if page == _UNICODE_PAGE:
        return raw[: len(raw) // 2 * 2].decode("utf-16-le", "replace").split("\0", 1)[0]
    name = {65001: "utf-8", 10000: "mac-roman", 936: "gb18030", 0: "cp1252"}.get(page, f"cp{page}")
    try:
        return raw.split(b"\0", 1)[0].decode(name, "replace")
    except LookupError:
        return raw.split(b"\0", 1)[0].decode("cp1252", "replace")


def _names(content: bytes, offset: int, page: int) -> dict[int, str]:
    (count,) = struct.unpack_from("<I", content, offset)
    at = offset + 4
    names: dict[int, str] = {}
    for _ in range(min(count, _MOST_PROPERTIES)):
        key, length = struct.unpack_from("<II", content, at)
        size = length * 2 if page == _UNICODE_PAGE else length
        names[key] = decoded(content[at + 8 : at + 8 + size], page)
        at += 8 + size + (-size % 4 if page == _UNICODE_PAGE else 0)
    return names


class _Value:
    """One typed value (MS-OLEPS 2.15), read from its place on."""

    def __init__(self, content: bytes, offset: int, page: int) -> None:
        self._content = content
        self._at = offset
        self._page = page
        self._left = _MOST_VALUES

    def texts(self) -> Iterator[str]:
        (kind,) = struct.unpack_from("<H", self._content, self._at)
        self._at += 4
        if kind & _VECTOR:
            (count,) = struct.unpack_from("<I", self._content, self._at)
            self._at += 4
            for _ in range(min(count, _MOST_VALUES)):
                yield from self._scalar(kind & 0xFFF, True)
        else:
            yield from self._scalar(kind, False)

    def _scalar(self, kind: int, in_vector: bool) -> Iterator[str]:
        self._left -= 1
        if self._left < 0:
            raise ValueError
        if kind == _VARIANT and in_vector:
            yield from self.texts()
        elif kind in _NUMBERS:
            (number,) = struct.unpack_from(_NUMBERS[kind], self._content, self._at)
            self._at += 4 if struct.calcsize(_NUMBERS[kind]) < 8 else 8
            yield str(number)
        elif kind == 11:
            (truth,) = struct.unpack_from("<H", self._content, self._at)
            self._at += 4
            yield "yes" if truth else "no"
        elif kind in (8, 30, 31):
            yield self._string(kind)
        elif kind == 64:
            (ticks,) = struct.unpack_from("<Q", self._content, self._at)
            self._at += 8
            yield moment(ticks)
        elif kind in (65, 71):
            (size,) = struct.unpack_from("<I", self._content, self._at)
            yield text_runs(self._content[self._at + 4 : self._at + 4 + size])
            self._at += 4 + size + -size % 4
        elif kind not in (0, 1, 10):
            raise ValueError

    def _string(self, kind: int) -> str:
        (length,) = struct.unpack_from("<I", self._content, self._at)
        wide = kind == 31
        size = length * 2 if wide else length
        raw = self._content[self._at + 4 : self._at + 4 + size]
        # Strings of one byte in vectors are padded by some programs and not by others; Office does not.
        self._at += 4 + size + (-size % 4 if wide else 0)
        return decoded(raw, _UNICODE_PAGE if wide else self._page).strip()


def moment(ticks: int) -> str:
    """Return a FILETIME (100 ns since 1601) as ISO 8601; empty where it is none."""
    if not ticks:
        return ""
    try:
        return (_EPOCH + timedelta(microseconds=ticks // 10)).isoformat(timespec="seconds")
    except OverflowError:
        return ""
