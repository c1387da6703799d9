"""Finds every member of a zip archive, and every byte that belongs to none.

```
[before] [local header | data | descriptor] [gap] ... [central directory] [end record | comment] [after]
```

The directory at the end is what programs show; local headers that it does not name are members all the same,
deleted ones as a rule. Own reader (PKWARE APPNOTE 6.3.10), because the standard one passes over the gaps.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

from amends.scan.formats._inflating import CHUNK, gathered
from amends.scan.formats.interface import UnreadableError
from amends.scan.limits import Limits

LOCAL: Final = b"PK\x03\x04"
END: Final = b"PK\x05\x06"
_ENTRY: Final = b"PK\x01\x02"
_DESCRIPTOR: Final = b"PK\x07\x08"
_LOCATOR64: Final = b"PK\x06\x07"
_END64: Final = b"PK\x06\x06"
LOCAL_LENGTH: Final = 30
_ENTRY_LENGTH: Final = 46
_END_LENGTH: Final = 22
_TAIL: Final = _END_LENGTH + 65_535
_FULL: Final = 0xFFFFFFFF
_ZIP64_FIELD: Final = 0x0001
_UTF8: Final = 0x800
_ENCRYPTED: Final = 0x1
_STORED: Final = 0
_DEFLATED: Final = 8
_BZIP2: Final = 12
_LZMA: Final = 14


class Member(NamedTuple):
    """One member as a directory entry or a local header states it."""

    name: str
    comment: str
    flags: int
    method: int
    checksum: int
    packed: int
    inflated: int
    offset: int


class Directory(NamedTuple):
    """The list at the end of an archive."""

    members: list[Member]
    start: int
    end: int
    """Offset behind the end record's comment."""
    comment: str
    disks: bool
    """Whether the archive is one volume of several."""


def read_directory(stream: BinaryIO) -> Directory | None:
    """Return the directory, or None where there is none or it is damaged."""
    size = stream.seek(0, 2)
    base = max(0, size - _TAIL)
    stream.seek(base)
    tail = stream.read(_TAIL)
    at = tail.rfind(END)
    while at >= 0:
        if len(tail) - at >= _END_LENGTH:
            try:
                return _directory_at(stream, base + at, tail[at:])
            except (UnreadableError, struct.error, ValueError, OverflowError):
                pass
        at = tail.rfind(END, 0, at)
    return None


def _directory_at(stream: BinaryIO, end: int, record: bytes) -> Directory:
    disk, first_disk = struct.unpack_from("<HH", record, 4)
    count, length, offset = struct.unpack_from("<HII", record, 10)
    (comment_length,) = struct.unpack_from("<H", record, 20)
    behind = end
    if _FULL in (length, offset) or count == 0xFFFF:
        stream.seek(max(0, end - 20))
        locator = stream.read(20)
        if locator[:4] == _LOCATOR64:
            stream.seek(struct.unpack_from("<Q", locator, 8)[0])
            record64 = stream.read(56)
            if record64[:4] != _END64:
                raise UnreadableError("corrupt")
            behind = stream.tell() - 56
            count, length, offset = struct.unpack_from("<QQQ", record64, 32)
    start = behind - length
    if start < 0 or start < offset or length > 1 << 28:
        raise UnreadableError("corrupt")
    stream.seek(start)
    members = list(_entries(stream.read(length), count, start - offset))
    comment = record[_END_LENGTH : _END_LENGTH + comment_length]
    return Directory(
        members, start, end + _END_LENGTH + len(comment), named(comment, 0), bool(disk or first_disk)
    )


def _entries(directory: bytes, count: int, shift: int) -> Iterator[Member]:
    at = 0
    for _ in range(count):
        if directory[at : at + 4] != _ENTRY:
            raise UnreadableError("corrupt")
        flags, method, checksum, packed, inflated = struct.unpack_from("<HH4xIII", directory, at + 8)
        name_length, extra_length, comment_length = struct.unpack_from("<HHH", directory, at + 28)
        (offset,) = struct.unpack_from("<I", directory, at + 42)
        name_end = at + _ENTRY_LENGTH + name_length
        extra = directory[name_end : name_end + extra_length]
        inflated, packed, offset = zip64_sizes(extra, [inflated, packed, offset])
        at = name_end + extra_length + comment_length
        yield Member(
            named(directory[name_end - name_length : name_end], flags),
            named(directory[at - comment_length : at], flags),
            flags, method, checksum, packed, inflated, offset + shift,
        )  # fmt: skip


def named(raw: bytes, flags: int) -> str:
    """Return a name or comment: UTF-8 where the flag says so or it is, else code page 437 (APPNOTE, appendix D)."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("utf-8" if flags & _UTF8 else "cp437", "replace")


def zip64_sizes(extra: bytes, fields: list[int]) -> list[int]:
    """Return the fields, those that are full replaced out of the zip64 extra field (4.5.3)."""
    at = 0
    while at + 4 <= len(extra):
        identifier, length = struct.unpack_from("<HH", extra, at)
        if identifier == _ZIP64_FIELD:
            values = iter(struct.unpack_from(f"<{min(length, len(extra) - at - 4) // 8}Q", extra, at + 4))
            return [next(values, value) if value == _FULL else value for value in fields]
        at += 4 + length
    return fields


class Content(NamedTuple):
    """What a member holds and where its bytes end."""

    content: bytes
    end: int


def local_member(stream: BinaryIO, offset: int) -> tuple[Member, int]:
    """Return the member that the local header states, and where its data begin. Raises ``corrupt``."""
    stream.seek(max(0, offset))
    header = stream.read(LOCAL_LENGTH)
    if len(header) < LOCAL_LENGTH or header[:4] != LOCAL:
        raise UnreadableError("corrupt")
    flags, method, checksum, packed, inflated = struct.unpack_from("<HH4xIII", header, 6)
    name_length, extra_length = struct.unpack_from("<HH", header, 26)
    name = stream.read(name_length)
    inflated, packed = zip64_sizes(stream.read(extra_length), [inflated, packed])
    member = Member(named(name, flags), "", flags, method, checksum, packed, inflated, offset)
    return member, offset + LOCAL_LENGTH + name_length + extra_length


def inflate(stream: BinaryIO, member: Member, start: int, limits: Limits) -> Content:
    """Return a member's content.

    Raises `UnreadableError`: ``password-protected``, ``corrupt``, ``too-large``, ``part-not-read`` (a compression
    that no reader knows).
    """
    if member.flags & _ENCRYPTED:
        raise UnreadableError("password-protected")
    stream.seek(start)
    streaming = member.packed == 0 and member.flags & 0x8 != 0
    if member.method == _STORED:
        if streaming:
            raise UnreadableError("corrupt")
        content = gathered(_stored(stream, member.packed), limits)
        end = start + member.packed
    else:
        used = _Used()
        packed = None if streaming else member.packed
        content = gathered(_inflated(stream, member.method, packed, used), limits)
        end = start + (used.bytes if streaming else member.packed)
    if streaming:
        end, checksum = _descriptor(stream, end)
    else:
        checksum = member.checksum
    if zlib.crc32(content) != checksum:
        raise UnreadableError("corrupt")
    return Content(content, end)


class _Used:
    bytes = 0


def _stored(stream: BinaryIO, length: int) -> Iterator[bytes]:
    while length:
        chunk = stream.read(min(CHUNK, length))
        if not chunk:
            raise UnreadableError("corrupt")
        length -= len(chunk)
        yield chunk


def _inflated(stream: BinaryIO, method: int, packed: int | None, used: _Used) -> Iterator[bytes]:
    if method == _DEFLATED:
        inflater = zlib.decompressobj(-15)
    elif method in (_BZIP2, _LZMA) and packed is not None:
        yield from _seldom(stream, method, packed)
        return
    else:
        raise UnreadableError("part-not-read")
    try:
        while not inflater.eof:
            pending = inflater.unconsumed_tail
            if not pending:
                pending = stream.read(CHUNK if packed is None else min(CHUNK, packed - used.bytes))
                if not pending:
                    raise UnreadableError("corrupt")
                used.bytes += len(pending)
            yield inflater.decompress(pending, CHUNK)
    except zlib.error as damage:
        raise UnreadableError("corrupt") from damage
    used.bytes -= len(inflater.unused_data)


def _seldom(stream: BinaryIO, method: int, packed: int) -> Iterator[bytes]:
    from bz2 import BZ2Decompressor  # loaded by their own plug-ins before the child locks itself in
    from lzma import FORMAT_RAW, LZMADecompressor, LZMAError, _decode_filter_properties  # type: ignore[attr-defined]

    inflater: BZ2Decompressor | LZMADecompressor
    content = stream.read(packed)
    if method == _BZIP2:
        inflater = BZ2Decompressor()
    else:  # APPNOTE 5.8.8: version, length of the properties, properties
        (length,) = struct.unpack_from("<H", content, 2)
        properties = _decode_filter_properties(0x4000000000000001, content[4 : 4 + length])
        inflater = LZMADecompressor(FORMAT_RAW, filters=[properties])
        content = content[4 + length :]
    try:
        yield inflater.decompress(content, CHUNK)
        while not inflater.eof and not inflater.needs_input:
            yield inflater.decompress(b"", CHUNK)
    except (OSError, LZMAError, ValueError) as damage:
        raise UnreadableError("corrupt") from damage


def _descriptor(stream: BinaryIO, at: int) -> tuple[int, int]:
    """Return where the data descriptor ends, and its checksum (4.3.9); its signature is optional."""
    stream.seek(at)
    record = stream.read(24)
    skipped = 4 if record[:4] == _DESCRIPTOR else 0
    if len(record) < skipped + 12:
        raise UnreadableError("corrupt")
    (checksum,) = struct.unpack_from("<I", record, skipped)
    for length in (12, 20):  # sizes of 4 bytes, or of 8 with zip64
        if record[skipped + length : skipped + length + 2] in (b"PK", b""):
            return at + skipped + length, checksum
    return at + skipped + 12, checksum
