"""Archives that blow up, hold themselves, or lie about what they hold."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zlib
from collections.abc import Callable

import py7zr
import zstandard

from tests.samples.hostile.sample import (
    MIB,
    PLANTED,
    HostileSample,
    ZipMember,
    blown_up,
    deflated,
    zip_of,
)

_BLOWN = 96
"""MiB; the suite's bounds end well below."""
_SAID = PLANTED.encode()


def _flat() -> bytes:
    return zip_of(
        ZipMember("a.txt", _SAID), ZipMember("bomb.txt", blown_up(_BLOWN), 8, _BLOWN * MIB, None, 0)
    )


def _lying_about_its_size() -> bytes:
    return zip_of(ZipMember("a.txt", _SAID), ZipMember("bomb.txt", blown_up(_BLOWN), 8, 10, None, 0))


def _many_of_many() -> bytes:
    """Ten files of ten files of ten files ..., as in the well-known 42.zip."""
    content = zip_of(deflated("zeros.txt", _SAID + b" " * MIB))
    for _ in range(7):
        content = zip_of(*(deflated(f"{number}.zip", content) for number in range(10)))
    return content


def _nested_zips() -> bytes:
    content = zip_of(ZipMember("bottom.txt", _SAID))
    for level in range(50):
        content = zip_of(ZipMember(f"{level}.zip", content))
    return content


def _overlapping() -> bytes:
    """Each entry points at the one member (Fifield, A better zip bomb, 2019)."""
    first = ZipMember("0.txt", blown_up(8), 8, 8 * MIB, None, 0)
    others = (ZipMember(f"{n}.txt", first.stored, 8, 8 * MIB, None, 0, at=0) for n in range(1, 500))
    return zip_of(first, *others)


def _directory_of_too_many() -> bytes:
    return zip_of(ZipMember("a.txt", _SAID), count=65_000)


def _member_beyond_the_end() -> bytes:
    return zip_of(ZipMember("a.txt", _SAID, at=1 << 30))


def _packed_size_lies() -> bytes:
    return zip_of(ZipMember("a.txt", _SAID, packed=0x7FFFFFFF))


def _size_says_nothing() -> bytes:
    return zip_of(ZipMember("a.txt", _SAID, size=0, packed=0))


def _doubled_names() -> bytes:
    return zip_of(ZipMember("a.txt", b"nothing to see"), ZipMember("a.txt", _SAID))


def _names_that_climb() -> bytes:
    members = ("../../../../etc/cron.d/x", "/etc/passwd", "C:\\x.txt", "a\x00b.txt", "\x1b[2J\u202egpj.txt")
    return zip_of(*(ZipMember(name, _SAID) for name in members))


def _many_empty_members() -> bytes:
    return zip_of(ZipMember("a.txt", _SAID), *(ZipMember(f"{n}", b"") for n in range(5_000)))


def _gzip_bomb() -> bytes:
    head = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
    return head + blown_up(_BLOWN) + struct.pack("<LL", 0, _BLOWN * MIB)


def _gzips_in_gzips() -> bytes:
    content = _SAID
    for _ in range(50):
        content = gzip.compress(content, 1, mtime=0)
    return content


def _streams(pack: Callable[[bytes], bytes]) -> Callable[[], bytes]:
    return lambda: pack(_SAID + b"\n" * MIB) + pack(b" " * MIB) * _BLOWN


def _sevenzip_bomb() -> bytes:
    packed = io.BytesIO()
    with py7zr.SevenZipFile(packed, "w", filters=[{"id": py7zr.FILTER_BZIP2}]) as archive:
        archive.writestr(PLANTED, "a.txt")
        archive.writestr(b" " * (_BLOWN * MIB), "bomb.txt")
    return packed.getvalue()


def _sevenzip_header_beyond_the_end() -> bytes:
    start = struct.pack("<QQL", 0x7FFFFFFFFFFF, 0x7FFFFFFF, 0)
    return b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<L", zlib.crc32(start)) + start + _SAID


def _tar(change: Callable[[bytearray], None]) -> Callable[[], bytes]:
    def build() -> bytes:
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            entry = tarfile.TarInfo("a.txt")
            entry.size = len(_SAID)
            archive.addfile(entry, io.BytesIO(_SAID))
        content = bytearray(packed.getvalue())
        change(content)
        # The checksum counts itself as spaces (POSIX.1-2017, pax).
        content[148:156] = b"%06o\0 " % (sum(content[:148]) + 8 * 32 + sum(content[156:512]))
        return bytes(content)

    return build


def _of_size(field: bytes) -> Callable[[bytearray], None]:
    def change(content: bytearray) -> None:
        content[124:136] = field

    return change


def _tars_in_tars() -> bytes:
    content = _SAID
    for level in range(40):
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            entry = tarfile.TarInfo(f"{level}.tar" if level else "a.txt")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        content = packed.getvalue()
    return content


SAMPLES = (
    HostileSample("a bomb in one member", "zip", _flat),
    HostileSample("a bomb that claims ten bytes", "zip", _lying_about_its_size),
    HostileSample("ten files of ten files, seven times", "zip", _many_of_many),
    HostileSample("archives in archives, fifty deep", "zip", _nested_zips),
    HostileSample("members that overlap", "zip", _overlapping),
    HostileSample("a directory that counts too many", "zip", _directory_of_too_many),
    HostileSample("a member beyond the end", "zip", _member_beyond_the_end),
    HostileSample("a packed size that lies", "zip", _packed_size_lies),
    HostileSample("a size of nothing", "zip", _size_says_nothing),
    HostileSample("two members of one name", "zip", _doubled_names),
    HostileSample("names that climb and names that write", "zip", _names_that_climb),
    HostileSample("five thousand empty members", "zip", _many_empty_members),
    HostileSample("a bomb", "gz", _gzip_bomb, ""),
    HostileSample("streams in streams, fifty deep", "gz", _gzips_in_gzips),
    HostileSample("a bomb of many streams", "bz2", _streams(bz2.compress)),
    HostileSample("a bomb of many streams", "xz", _streams(lambda content: lzma.compress(content, preset=0))),
    HostileSample("a bomb of many frames", "zst", _streams(zstandard.ZstdCompressor(1).compress)),
    HostileSample("a bomb", "7z", _sevenzip_bomb),
    HostileSample("a header beyond the end", "7z", _sevenzip_header_beyond_the_end, ""),
    HostileSample("a size beyond all files", "tar", _tar(_of_size(b"\x80" + b"\x7f" * 11))),
    HostileSample("a size below zero", "tar", _tar(_of_size(b"\xff" * 12))),
    HostileSample("a size that is no number", "tar", _tar(_of_size(b"99999999999\0"))),
    HostileSample("archives in archives, forty deep", "tar", _tars_in_tars),
)
