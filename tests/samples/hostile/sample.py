"""Files made to break their readers, each with a text that may not get lost without a word."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from tests.samples.formats.sample import Sample

PLANTED: Final = "Zzcanary planted A200000079"
"""Stands in the files beside the trap. The canary in it may stand in no message."""
MIB: Final = 1 << 20


class Builder(Protocol):
    """What is asked of a module of `tests.samples.formats` here."""

    def build(self, path: Path, sample: Sample) -> None:
        """Write the sample."""


@dataclass(frozen=True)
class HostileSample:
    """One attack in one format. Each module of this folder exports ``SAMPLES``, a tuple of these."""

    title: str
    """What is wrong with the file, in words that make a test's name."""
    extension: str
    build: Callable[[], bytes]
    planted: str = PLANTED
    """A text that the file holds: it comes out, or the file is not complete. Empty where the file holds none."""
    bulk: bool = False
    """Whether it is one of very many of its kind, which only ``make faults-hostile`` opens."""


def blown_up(mebibytes: int) -> bytes:
    """Return a raw deflate stream (RFC 1951) of so many MiB of spaces, a thousandth as long."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b" " * MIB) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * mebibytes + packer.flush()


def zip_of(*members: ZipMember, count: int | None = None) -> bytes:
    """Return a zip whose directory says what it is told to say (PKWARE APPNOTE 4.3)."""
    body = bytearray()
    directory = bytearray()
    for member in members:
        at = len(body)
        if member.at is None:
            body += member.local() + member.stored
        directory += member.entry(at if member.at is None else member.at)
    said = len(members) if count is None else count
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, said, said, len(directory), len(body), 0)
    return bytes(body + directory + end)


@dataclass(frozen=True)
class ZipMember:
    """One member, as its headers claim it to be."""

    name: str
    stored: bytes
    method: int = 0
    size: int | None = None
    """Inflated size, as it is claimed; the true one of a stored member by default."""
    packed: int | None = None
    checksum: int | None = None
    at: int | None = None
    """Offset of a local header that is there already: then none is written."""
    flags: int = 0x800

    def local(self) -> bytes:
        """Return the local header."""
        name = self.name.encode()
        return struct.pack("<4s5H3L2H", b"PK\3\4", 20, *self._claims(), len(name), 0) + name

    def entry(self, offset: int) -> bytes:
        """Return the entry of the directory."""
        name = self.name.encode()
        lengths = (len(name), 0, 0, 0, 0, 0, offset)
        return struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, *self._claims(), *lengths) + name

    def _claims(self) -> tuple[int, ...]:
        checksum = zlib.crc32(self.stored) if self.checksum is None else self.checksum
        packed = len(self.stored) if self.packed is None else self.packed
        size = len(self.stored) if self.size is None else self.size
        return (self.flags, self.method, 0, 33, checksum, packed, size)


def deflated(name: str, content: bytes) -> ZipMember:
    """Return an honest member."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    return ZipMember(name, packed, 8, len(content), None, zlib.crc32(content))
