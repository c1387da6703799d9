"""What a package holds beside its parts: comments of the archive, and bytes that belong to nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from isal import isal_zlib

from amends.scan.formats._zip_package import LOCAL_MAGIC, ZipPackage
from amends.scan.formats.interface import (
    UnreadableError,
    UntrustedFile,
    UntrustedPart,
    UntrustedPiece,
    UntrustedUnread,
)

_LONGEST: Final = 256 << 20
_LOCAL_LENGTH: Final = 30
_DEFLATED: Final = 8
_CONTROLS: Final = frozenset(map(chr, range(32))) - frozenset("\t\n\r\f\0")


def read_outside(package: ZipPackage) -> Iterator[UntrustedPiece]:
    """Yield the comments of the archive and of its members, and what lies before, between and after the members."""
    for name, comment in package.comments():
        text = comment.decode("utf-8", "replace").strip("\0 ")
        if text:
            where = (name, "archive comment") if name else ("archive comment",)
            yield UntrustedPart(where, "comment", "archive-comment", text)
    for start, end in package.outside():
        place = f"bytes {start + 1:,} to {end:,}"
        if end - start > _LONGEST:
            yield UntrustedUnread(place, "too-large")
            continue
        yield from _outside(place, package.raw(start, end))


def _outside(place: str, content: bytes) -> Iterator[UntrustedPiece]:
    where = (place,)
    if not content.strip(b"\0"):
        return
    text = _as_text(content)
    if text is not None:
        if text:
            yield UntrustedPart(where, "bytes", "bytes-outside", text)
        return
    member = _unlisted_member(content)
    if member is not None:
        name, inflated = member
        yield UntrustedFile(
            (*where, "unlisted member"), "bytes-outside", inflated, name.rpartition(".")[2].lower()
        )
    else:
        yield UntrustedFile(where, "bytes-outside", content)


def _as_text(content: bytes) -> str | None:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if _CONTROLS & set(text) else text.strip("\0 \r\n\t")


def _unlisted_member(content: bytes) -> tuple[str, bytes] | None:
    """An older or deleted member may still lie there with its header (APPNOTE 4.3.7), listed in no directory."""
    if not content.startswith(LOCAL_MAGIC) or len(content) < _LOCAL_LENGTH:
        return None
    name_length = int.from_bytes(content[26:28], "little")
    data = content[_LOCAL_LENGTH + name_length + int.from_bytes(content[28:30], "little") :]
    name = content[_LOCAL_LENGTH : _LOCAL_LENGTH + name_length].decode("utf-8", "replace")
    if int.from_bytes(content[8:10], "little") != _DEFLATED:
        return name, data
    try:
        inflated = isal_zlib.decompressobj(wbits=-15).decompress(data, _LONGEST)
    except Exception:  # noqa: BLE001 - its error is no exception class to the type checker; damaged: handed on as bytes
        return None
    if len(inflated) >= _LONGEST:
        raise UnreadableError("too-large")
    return name, inflated
