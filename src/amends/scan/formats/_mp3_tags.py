"""The tags of MPEG sound: ID3v2 before it (id3.org: ID3v2.2, 2.3, 2.4), ID3v1 and APE behind it.

```
[ID3v2: head 10 | frames | padding] ... [sound] [APE tag] [ID3v1: 128 bytes]
```
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Generator, Iterator
from typing import Final

from amends.scan.formats._text import decode, part, printable_runs
from amends.scan.formats.interface import UnreadableError, UntrustedFile, UntrustedPiece, UntrustedUnread

_HEAD: Final = 10
_UNSYNCHRONISED, _EXTENDED, _FOOTER = 0x80, 0x40, 0x10
_ENCODINGS: Final = ("latin-1", "utf-16", "utf-16-be", "utf-8")
_HIDDEN: Final = "media-metadata"
_NAMES: Final = {
    "TIT2": "title", "TT2": "title", "TPE1": "artist", "TP1": "artist", "TALB": "album", "TAL": "album",
    "TCOM": "composer", "TEXT": "writer", "TENC": "encoded by", "TCOP": "copyright", "TOWN": "owner",
    "TDRC": "recorded",
    "TYER": "year", "TPUB": "publisher", "TSSE": "program", "COMM": "comment", "COM": "comment", "USLT": "lyrics",
    "ULT": "lyrics", "SYLT": "lyrics", "POPM": "rated by",
}  # fmt: skip
_WITH_LANGUAGE: Final = frozenset({"COMM", "COM", "USLT", "ULT", "USER"})
_PICTURES: Final = frozenset({"APIC", "PIC"})
_FILES: Final = frozenset({"GEOB", "GEO"})
_MOST_BYTES: Final = 64 << 20
_OLD_TAG: Final = 128
_OLD_FIELDS: Final = (
    (3, 33, "title"),
    (33, 63, "artist"),
    (63, 93, "album"),
    (93, 97, "year"),
    (97, 127, "comment"),
)
_APE: Final = b"APETAGEX"
_APE_HEAD: Final = 32

Where = tuple[str, ...]


def mp3_pieces(content: bytes) -> Iterator[UntrustedPiece]:
    """Yield every piece. Raises `UnreadableError`, ``struct.error``."""
    at = 0
    tags = 0
    while content[at : at + 3] == b"ID3":
        if len(content) < at + _HEAD:
            raise UnreadableError("corrupt")
        tags += 1
        size = _seven_bits(content[at + 6 : at + 10])
        end = at + _HEAD + size
        if end > len(content):
            yield UntrustedUnread(f"tag {tags}", "corrupt")
        yield from _frames(content[at:end], (f"tag {tags}",))
        at = end + (_HEAD if content[at + 5] & _FOOTER else 0)
    sound = content[at:]
    if sound[-_OLD_TAG:][:3] == b"TAG":
        yield from _old_tag(sound[-_OLD_TAG:])
        sound = sound[:-_OLD_TAG]
    if (found := sound.rfind(_APE)) >= 0:
        sound = yield from _ape(sound, found)
    if sound.strip(b"\0"):
        yield UntrustedUnread("sound", "not-transcribed")


def _seven_bits(raw: bytes) -> int:
    number = 0
    for one in raw:
        number = number << 7 | (one & 0x7F)
    return number


def _frames(tag: bytes, where: Where) -> Iterator[UntrustedPiece]:
    version, flags = tag[3], tag[5]
    body = tag[_HEAD:]
    if flags & _UNSYNCHRONISED and version < 4:
        body = body.replace(b"\xff\0", b"\xff")
    at = 0
    if flags & _EXTENDED and version > 2:
        at = _seven_bits(body[:4]) if version == 4 else 4 + struct.unpack_from(">I", body)[0]
    wide = 3 if version == 2 else 4
    while at + 2 * wide <= len(body) and body[at]:
        name = body[at : at + wide].decode("ascii", "replace")
        if not name.isalnum():
            yield from _rest(body[at:], where)
            return
        if version == 2:
            size, about, at = int.from_bytes(body[at + 3 : at + 6], "big"), 0, at + 6
        else:
            size, about = struct.unpack_from(">IH", body, at + 4)
            at += _HEAD
            if version == 4 and size >= 0x80:
                size = _seven_bits(struct.pack(">I", size)) if _fits(body, at, size) else size
        if at + size > len(body):
            yield UntrustedUnread(" ! ".join((*where, name)), "corrupt")
            return
        data = body[at : at + size]
        at += size
        try:
            yield from _frame(name, _plain(data, about, version), (*where, name))
        except UnreadableError as problem:
            yield UntrustedUnread(" ! ".join((*where, name)), problem.code)
    yield from _rest(body[at:], where)


def _rest(padding: bytes, where: Where) -> Iterator[UntrustedPiece]:
    for offset, text in printable_runs(padding):
        yield from part((*where, "padding", f"byte {offset}"), "text-run", "bytes-outside", text)


def _fits(body: bytes, at: int, plain: int) -> bool:
    """Say whether the next frame lies where sizes of seven bits a byte put it: some programs write eight."""
    end = at + _seven_bits(struct.pack(">I", plain))
    return end <= len(body) and (end + 4 > len(body) or body[end] == 0 or body[end : end + 4].isalnum())


def _plain(data: bytes, about: int, version: int) -> bytes:
    compressed = about & (0x0008 if version == 4 else 0x0080)
    if about & (0x0004 if version == 4 else 0x0040):
        raise UnreadableError("password-protected")
    if version == 4 and about & 0x0002:
        data = data.replace(b"\xff\0", b"\xff")
    if compressed or (version == 4 and about & 0x0001):
        data = data[4:]
    if not compressed:
        return data
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(data, _MOST_BYTES)
    except zlib.error as damage:
        raise UnreadableError("corrupt") from damage
    if inflater.unconsumed_tail:
        raise UnreadableError("too-large")
    return data


def _frame(name: str, data: bytes, where: Where) -> Iterator[UntrustedPiece]:
    place = (*where, _NAMES[name]) if name in _NAMES else where
    if not data:
        return
    if name in _PICTURES:
        yield from _picture(data, where, old=name == "PIC")
    elif name in _FILES:
        yield from _object(data, where)
    elif name in _WITH_LANGUAGE:
        for text in _texts(data[:1] + data[4:]):
            yield from part(place, "metadata", _HIDDEN, text)
    elif name.startswith("T"):
        for text in _texts(data):
            yield from part(place, "metadata", _HIDDEN, text)
    elif name in ("WXXX", "WXX"):
        described, _, link = data[1:].partition(b"\0")
        for text in (*_texts(data[:1] + described), decode(link).strip("\0")):
            yield from part(where, "link", "link-address", text)
    elif name.startswith("W"):
        yield from part(where, "link", "link-address", decode(data).strip("\0"))
    else:
        for offset, text in printable_runs(data):
            yield from part((*place, f"byte {offset}"), "metadata", _HIDDEN, text)


def _texts(data: bytes) -> list[str]:
    encoding = _ENCODINGS[data[0]] if data[0] < len(_ENCODINGS) else "latin-1"
    raw = data[1:] if data[0] < len(_ENCODINGS) else data
    if encoding == "utf-16" and raw[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16-le"
    text = raw.decode(encoding, "replace")
    return [piece.strip("\ufeff\ufffe ") for piece in text.split("\0") if piece.strip("\ufeff\ufffe ")]


def _end_of_text(data: bytes, at: int, encoding: int) -> int:
    """Return where the text that begins at ``at`` is over, its zeros included."""
    if encoding not in (1, 2):
        end = data.find(b"\0", at)
        return len(data) if end < 0 else end + 1
    while at + 2 <= len(data) and data[at : at + 2] != b"\0\0":
        at += 2
    return at + 2


def _picture(data: bytes, where: Where, *, old: bool) -> Iterator[UntrustedPiece]:
    kind = 4 if old else _end_of_text(data, 1, 0)
    end = _end_of_text(data, kind + 1, data[0])
    for text in _texts(data[:1] + data[kind + 1 : end]):
        yield from part((*where, "description"), "metadata", _HIDDEN, text)
    if data[end:]:
        yield UntrustedFile((*where, "picture"), "embedded-file", data[end:])


def _object(data: bytes, where: Where) -> Iterator[UntrustedPiece]:
    name = _end_of_text(data, 1, 0)
    about = _end_of_text(data, name, data[0])
    end = _end_of_text(data, about, data[0])
    said = [_texts(data[:1] + data[start:stop]) for start, stop in ((name, about), (about, end))]
    for step, texts in zip(("file name", "description"), said, strict=True):
        for text in texts:
            yield from part((*where, step), "metadata", _HIDDEN, text)
    extension = said[0][0].rpartition(".")[2].lower() if said[0] and "." in said[0][0] else ""
    if data[end:]:
        yield UntrustedFile((*where, "object"), "embedded-file", data[end:], extension[:16])


def _old_tag(tag: bytes) -> Iterator[UntrustedPiece]:
    for start, end, name in _OLD_FIELDS:
        text = decode(tag[start:end].partition(b"\0")[0]).strip()
        yield from part(("ID3v1", name), "metadata", _HIDDEN, text)


def _ape(sound: bytes, at: int) -> Generator[UntrustedPiece, None, bytes]:
    """APE tag, version 2: its items stand before the footer, and perhaps a head before them; return the sound."""
    size, count, flags = struct.unpack_from("<III", sound, at + 12)
    start = at + _APE_HEAD - size
    if flags >> 29 & 1 or start < 0:  # a head without its footer
        yield from _rest(sound[at:], ("APE",))
        return sound[:at]
    position = start
    for number in range(1, min(count, 1_000) + 1):
        if position + 8 > at:
            break
        length, kind = struct.unpack_from("<II", sound, position)
        end = sound.find(b"\0", position + 8, at)
        if end < 0:
            break
        name = decode(sound[position + 8 : end])
        value = sound[end + 1 : end + 1 + length]
        position = end + 1 + length
        if kind >> 1 & 3 == 1:
            yield UntrustedFile(
                ("APE", f"item {number}"), "embedded-file", value.partition(b"\0")[2] or value
            )
        else:
            for text in decode(value).split("\0"):
                yield from part(("APE", name[:64]), "metadata", _HIDDEN, text)
    head = start - _APE_HEAD
    return sound[: head if head >= 0 and sound[head : head + 8] == _APE else start]
