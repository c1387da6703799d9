"""Archives with something beside their members."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from bz2 import compress as compress_bz2
from collections.abc import Callable
from lzma import compress as compress_xz
from pathlib import Path

import zstandard

from tests.samples.hiding.sample import PLANTED, HidingSample

_RAW = PLANTED.encode()


def _sample(hidden: str, extension: str, build: Callable[[bool], bytes], where: str = "") -> HidingSample:
    def write(path: Path, plant: bool) -> None:
        path.write_bytes(build(plant))

    return HidingSample(hidden, extension, write, where=where)


def _zip(*, comment: bytes = b"", of_member: bytes = b"") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo("note.txt")
        info.comment = of_member
        archive.writestr(info, PLANTED)
        archive.comment = comment
    return stream.getvalue()


def _gap(plant: bool) -> bytes:
    """Bytes between the last member and the directory, the offset of the directory set right."""
    content = _zip()
    at = content.index(b"PK\x01\x02")
    added = _RAW if plant else b""
    end = content.index(b"PK\x05\x06")
    shifted = content[end : end + 16] + struct.pack("<I", at + len(added)) + content[end + 20 :]
    return content[:at] + added + content[at:end] + shifted


def _deleted(plant: bool) -> bytes:
    """A member that the directory does not name any more."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("gone.txt", PLANTED)
        archive.writestr("note.txt", "nothing")
        if plant:
            del archive.filelist[0]
    return stream.getvalue()


def _gzip_field(flag: int, content: bytes) -> bytes:
    head = b"\x1f\x8b\x08" + bytes([flag]) + bytes(6) + (content + b"\0" if flag else b"")
    deflater = zlib.compressobj(wbits=-15)
    packed = deflater.compress(b"Nothing\n") + deflater.flush()
    return head + packed + struct.pack("<II", zlib.crc32(b"Nothing\n"), 8)


def _tar(*, owner: str = "", comment: str = "", behind: bytes = b"", slack: bytes = b"") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("note.txt")
        info.uname = owner
        info.pax_headers = {"comment": comment} if comment else {}
        info.size = len(_RAW)
        archive.addfile(info, io.BytesIO(_RAW))
    content = stream.getvalue()
    if slack:
        at = content.rindex(_RAW) + len(_RAW)
        content = content[:at] + slack + content[at + len(slack) :]
    return content + behind


SAMPLES = (
    _sample("archive-comment", "zip", lambda plant: _zip(comment=_RAW if plant else b""), "archive comment"),
    _sample("archive-comment", "zip", lambda plant: _zip(of_member=_RAW if plant else b""), "note.txt"),
    _sample("bytes-outside", "zip", _gap),
    _sample("bytes-outside", "zip", _deleted, "gone.txt"),
    _sample("archive-comment", "gz", lambda plant: _gzip_field(0x10 if plant else 0, _RAW)),
    _sample("archive-property", "gz", lambda plant: _gzip_field(0x08 if plant else 0, _RAW)),
    _sample("bytes-outside", "gz", lambda plant: gzip.compress(b"Nothing\n") + (_RAW if plant else b"")),
    _sample("bytes-outside", "bz2", lambda plant: compress_bz2(b"Nothing\n") + (_RAW if plant else b"")),
    _sample("bytes-outside", "xz", lambda plant: compress_xz(b"Nothing\n") + (_RAW if plant else b"")),
    _sample(
        "bytes-outside",
        "zst",
        lambda plant: zstandard.ZstdCompressor().compress(b"Nothing\n") + (_RAW if plant else b""),
    ),
    _sample("archive-property", "tar", lambda plant: _tar(owner=PLANTED if plant else "nobody")),
    _sample("archive-comment", "tar", lambda plant: _tar(comment=PLANTED if plant else "")),
    _sample("bytes-outside", "tar", lambda plant: _tar(behind=_RAW if plant else b"")),
    _sample("bytes-outside", "tar", lambda plant: _tar(slack=_RAW if plant else b"")),
)
