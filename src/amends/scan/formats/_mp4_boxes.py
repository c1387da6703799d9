"""Reads the boxes of a film: ISO/IEC 14496-12 (4.2, 8.10, 8.11), QuickTime File Format (user data), 3GPP TS 26.244.

```
ftyp  moov [ mvhd  trak [ ... hdlr: name ... ]  udta [ (c)nam  (c)xyz  loci  meta [ keys  ilst [ item [ data ]]]]]  mdat
```

The film itself (``mdat``) is passed over without being held in memory, since it may be as large as the file.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import BinaryIO, Final, NamedTuple

from amends.scan.formats._image_blocks import xmp_pieces
from amends.scan.formats._text import decode, part, printable_runs
from amends.scan.formats.interface import UnreadableError, UntrustedFile, UntrustedPiece, UntrustedUnread
from amends.scan.limits import Limits

_HOLDERS: Final = frozenset(
    {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"udta", b"edts", b"dinf", b"moof", b"traf"}
)
_SOUND: Final = frozenset({b"mdat", b"idat"})
_SILENT: Final = frozenset({
    b"ftyp", b"free", b"skip", b"wide", b"tkhd", b"mdhd", b"vmhd", b"smhd", b"nmhd", b"dref", b"stts", b"stsc", b"stsz",
    b"stco", b"co64", b"stss", b"ctts", b"elst", b"sgpd", b"sbgp", b"mfhd", b"tfhd", b"trun", b"tfdt", b"sidx", b"mfra",
    b"iods", b"trex", b"mvex", b"sdtp", b"styp", b"pasp", b"gmin", b"cslg", b"saiz", b"saio", b"stps", b"tapt", b"load",
})  # fmt: skip
_PADDING: Final = frozenset({b"free", b"skip", b"wide"})
_PLACES: Final = frozenset({b"\xa9xyz", b"loci", b"GPS ", b"gps "})
_XMP: Final = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_HIDDEN, _PLACE = "media-metadata", "media-location"
_DEEPEST: Final = 16
_MOST_BOXES: Final = 200_000
_LARGEST: Final = 64 << 20
_PICTURES: Final = {13: "jpg", 14: "png", 27: "bmp"}
_TEXTS: Final = {1: "utf-8", 2: "utf-16-be", 4: "utf-8", 5: "utf-16-be"}
_EPOCH: Final = datetime(1904, 1, 1, tzinfo=UTC)
_NAMES: Final = {
    b"\xa9nam": "title", b"\xa9ART": "artist", b"\xa9alb": "album", b"\xa9cmt": "comment", b"\xa9too": "program",
    b"\xa9day": "date", b"\xa9xyz": "place", b"\xa9wrt": "writer", b"\xa9lyr": "lyrics", b"\xa9aut": "author",
    b"\xa9mak": "maker", b"\xa9mod": "model", b"\xa9swr": "software", b"aART": "album artist", b"cprt": "copyright",
    b"desc": "description", b"ldes": "long description", b"covr": "cover", b"apID": "account", b"ownr": "owner",
    b"purd": "purchased", b"auth": "author", b"titl": "title", b"dscp": "description", b"perf": "performer",
}  # fmt: skip

Where = tuple[str, ...]


class _Box(NamedTuple):
    kind: bytes
    start: int
    end: int


class MovieBoxes:
    """One file."""

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        self._stream = stream
        self._size = stream.seek(0, 2)
        self._limits = limits
        self._count = 0
        self._kept = 0
        self._tracks = 0
        self._sound = False

    def pieces(self) -> Iterator[UntrustedPiece]:
        """Yield every piece. Raises `UnreadableError`, ``struct.error``."""
        yield from self._walk(0, self._size, (), 0)
        if self._sound:
            yield UntrustedUnread("sound and film", "not-transcribed")

    def _bytes(self, start: int, end: int) -> bytes:
        self._kept += end - start
        if end - start > _LARGEST or self._kept > self._limits.package_bytes:
            raise UnreadableError("too-large")
        self._stream.seek(start)
        return self._stream.read(end - start)

    def _boxes(self, at: int, end: int) -> Iterator[_Box]:
        while at + 8 <= end:
            self._count += 1
            if self._count > _MOST_BOXES:
                raise UnreadableError("too-large")
            self._stream.seek(at)
            head = self._stream.read(16)
            length, kind = struct.unpack_from(">I4s", head)
            start = at + 8
            if length == 1:
                (length,) = struct.unpack_from(">Q", head, 8)
                start = at + 16
            elif not length:
                length = end - at
            if length < start - at or at + length > end:
                # What is left is no box: the end of a list of user data, or damage.
                yield _Box(b"", at, end)
                return
            yield _Box(kind, start, at + length)
            at += length
        if at < end:
            yield _Box(b"", at, end)

    def _walk(self, at: int, end: int, where: Where, depth: int) -> Iterator[UntrustedPiece]:
        if depth > _DEEPEST:
            raise UnreadableError("too-deep")
        for box in self._boxes(at, end):
            place = (*where, _name(box.kind))
            if not box.kind:
                yield from self._left_over(box, where, depth)
            elif box.kind in _SOUND:
                self._sound = self._sound or box.end > box.start
            elif box.kind in _HOLDERS:
                self._tracks += box.kind == b"trak"
                step = f"track {self._tracks}" if box.kind == b"trak" else ""
                yield from self._walk(box.start, box.end, (*where, step) if step else where, depth + 1)
            elif box.kind == b"meta":
                yield from self._meta(box, where, depth)
            else:
                yield from self._leaf(box, place)

    def _left_over(self, box: _Box, where: Where, depth: int) -> Iterator[UntrustedPiece]:
        if not depth and not self._count > 1:
            raise UnreadableError("corrupt")
        if box.end - box.start > _LARGEST:
            yield UntrustedUnread(" ! ".join((*where, f"bytes {box.start}-{box.end}")), "corrupt")
            return
        content = self._bytes(box.start, box.end)
        if not content.strip(b"\0"):
            return
        yield from _runs(content, (*where, f"byte {box.start}"), "bytes-outside")
        if not depth or len(content) > 8:
            yield UntrustedUnread(" ! ".join((*where, f"bytes {box.start}-{box.end}")), "corrupt")

    def _leaf(self, box: _Box, where: Where) -> Iterator[UntrustedPiece]:
        if box.kind in _SILENT and box.kind not in _PADDING:
            return
        if box.end - box.start > _LARGEST:
            yield UntrustedUnread(" ! ".join(where), "too-large")
            return
        data = self._bytes(box.start, box.end)
        if box.kind == b"mvhd":
            yield from _made(data, where)
        elif box.kind == b"hdlr":
            name = data[24:].strip(b"\0")
            name = name[1:] if name and name[0] == len(name) - 1 else name  # QuickTime counts its letters
            yield from part(where, "metadata", _HIDDEN, decode(name).strip("\0"))
        elif box.kind == b"uuid":
            if data[:16] == _XMP:
                yield from xmp_pieces(data[16:], ())
            else:
                yield from _runs(data[16:], where, _HIDDEN)
        elif box.kind[:1] == b"\xa9":
            yield from _international(data, where, _PLACE if box.kind in _PLACES else _HIDDEN)
        elif box.kind == b"loci":
            yield from _place(data, where)
        else:
            hidden = "bytes-outside" if box.kind in _PADDING else _PLACE if box.kind in _PLACES else _HIDDEN
            yield from _runs(data, where, hidden)

    def _meta(self, box: _Box, where: Where, depth: int) -> Iterator[UntrustedPiece]:
        self._stream.seek(box.start)
        full = self._stream.read(8)[4:] != b"hdlr"
        keys: list[str] = []
        for inner in self._boxes(box.start + 4 * full, box.end):
            if inner.kind == b"keys":
                keys = _keys(self._bytes(inner.start, inner.end))
            elif inner.kind == b"ilst":
                for item in self._boxes(inner.start, inner.end):
                    yield from self._item(item, keys, where)
            elif inner.kind == b"meta" or inner.kind in _HOLDERS:
                yield from self._walk(inner.start - 8, inner.end, where, depth + 1)
            elif inner.kind and inner.kind not in _SOUND:
                yield from self._leaf(inner, (*where, _name(inner.kind)))

    def _item(self, item: _Box, keys: list[str], where: Where) -> Iterator[UntrustedPiece]:
        number = int.from_bytes(item.kind, "big")
        name = keys[number - 1] if 0 < number <= len(keys) else _name(item.kind)
        place = (*where, name)
        told = name
        for inner in self._boxes(item.start, item.end):
            data = self._bytes(inner.start, inner.end)
            if inner.kind == b"data" and len(data) >= 8:
                kind = int.from_bytes(data[1:4], "big")
                yield from _value(kind, data[8:], place, _PLACE if _is_place(item.kind, told) else _HIDDEN)
            else:
                if inner.kind in (b"name", b"mean"):
                    told = decode(data[4:])
                yield from _runs(data[4:], (*place, _name(inner.kind)), _HIDDEN)


def _is_place(kind: bytes, name: str) -> bool:
    return kind in _PLACES or "location" in name.lower() or "gps" in name.lower()


def _name(kind: bytes) -> str:
    return _NAMES.get(kind) or kind.decode("latin-1")


def _value(kind: int, value: bytes, where: Where, hidden: str) -> Iterator[UntrustedPiece]:
    if kind in _PICTURES or value[:3] == b"\xff\xd8\xff" or value[:4] == b"\x89PNG":
        yield UntrustedFile((*where, "picture"), "embedded-file", value, _PICTURES.get(kind, ""))
    elif kind in _TEXTS:
        yield from part(where, "metadata", hidden, value.decode(_TEXTS[kind], "replace").strip("\0"))
    else:
        yield from _runs(value, where, hidden)


def _runs(data: bytes, where: Where, hidden: str) -> Iterator[UntrustedPiece]:
    for offset, text in printable_runs(data):
        yield from part((*where, f"byte {offset}"), "text-run", hidden, text)


def _made(data: bytes, where: Where) -> Iterator[UntrustedPiece]:
    form = ">QQ" if data[:1] == b"\1" else ">II"
    for name, seconds in zip(("created", "changed"), struct.unpack_from(form, data, 4), strict=True):
        if 0 < seconds < 1 << 34:
            when = (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
            yield from part((*where, name), "time", _HIDDEN, when)


def _international(data: bytes, where: Where, hidden: str) -> Iterator[UntrustedPiece]:
    """QuickTime's user data: texts in several languages, each with its length; in iTunes' form there is a data box."""
    if data[4:8] == b"data" and len(data) >= 16:
        yield from _value(int.from_bytes(data[9:12], "big"), data[16:], where, hidden)
        return
    at = 0
    while at + 4 <= len(data):
        (length,) = struct.unpack_from(">H", data, at)
        if not length or at + 4 + length > len(data):
            break
        yield from part(where, "metadata", hidden, decode(data[at + 4 : at + 4 + length]).strip("\0"))
        at += 4 + length
    yield from _runs(data[at:], where, hidden)


def _place(data: bytes, where: Where) -> Iterator[UntrustedPiece]:
    """3GPP TS 26.244, 8.10: a name, what happened there, longitude, latitude, altitude, body, notes."""
    end = data.find(b"\0", 6)
    if end < 0 or len(data) < end + 14:
        yield from _runs(data, where, _PLACE)
        return
    yield from part((*where, "name"), "location", _PLACE, decode(data[6:end]))
    longitude, latitude, altitude = (number / 65536 for number in struct.unpack_from(">iii", data, end + 2))
    yield from part(
        (*where, "place"), "location", _PLACE, f"{latitude:.5f}, {longitude:.5f}, {altitude:.1f} m"
    )
    yield from _runs(data[end + 14 :], where, _PLACE)


def _keys(data: bytes) -> list[str]:
    found: list[str] = []
    at = 8
    while at + 8 <= len(data) and len(found) < 10_000:
        (length,) = struct.unpack_from(">I", data, at)
        if length < 8 or at + length > len(data):
            break
        found.append(decode(data[at + 8 : at + length]))
        at += length
    return found
