"""Tape archives (POSIX ustar and pax, GNU): every member, its owner, its comments, and the slack between members."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._inflating import gathered, read_chunks
from amends.scan.formats._text import leftover, part, printable_runs
from amends.scan.formats.interface import UnreadableError, UntrustedFile, UntrustedPiece, UntrustedUnread
from amends.scan.limits import Limits

_BLOCK: Final = 512
_CHECKSUM: Final = slice(148, 156)
_SLACK: Final = 1 << 24
_UNSAID: Final = frozenset({"path", "size", "mtime", "atime", "ctime", "uid", "gid"})


class _Tar:
    name = "tar"
    extensions = ("tar",)
    needs = ()
    rank = 20

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        block = stream.read(_BLOCK)
        if len(block) < _BLOCK or not block[0]:
            return False
        stated = block[_CHECKSUM].strip(b" \0")
        try:
            return int(stated, 8) == sum(block) - sum(block[_CHECKSUM]) + 8 * 32
        except ValueError:
            return False

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        stream.seek(0)
        try:
            archive = tarfile.TarFile(fileobj=stream, encoding="utf-8", errors="replace")
            for number, member in enumerate(archive, 1):
                yield from _member(archive, member, number, limits)
                vars(archive)["members"].clear()  # the library keeps every one that it has met
                if number > limits.files:
                    raise UnreadableError("too-large")
            yield from _behind(stream, archive.offset)
        except (tarfile.TarError, EOFError, ValueError, OverflowError, OSError) as damage:
            raise UnreadableError("corrupt") from damage


def _member(
    archive: tarfile.TarFile, member: tarfile.TarInfo, number: int, limits: Limits
) -> Iterator[UntrustedPiece]:
    place = member.name or f"member {number}"
    yield from part((f"member {number}",), "file-name", "", member.name)
    for kind, text in (("owner", member.uname), ("group", member.gname), ("link", member.linkname)):
        yield from part((place,), kind, "archive-property", text)
    for key, value in member.pax_headers.items():
        if key not in _UNSAID:
            kind = "comment" if key == "comment" else "property"
            hidden = "archive-comment" if key == "comment" else "archive-property"
            yield from part((place, f"pax {key}"), kind, hidden, str(value))
    if not member.isfile():
        return
    try:
        opened = archive.extractfile(member)
        content = gathered(read_chunks(opened), limits) if opened is not None else b""  # type: ignore[arg-type]
    except UnreadableError as problem:
        yield UntrustedUnread(place, problem.code)
        return
    if len(content) != member.size:
        yield UntrustedUnread(place, "corrupt")
        return
    if content:
        last = place.rpartition("/")[2]
        yield UntrustedFile((place,), "", content, last.rpartition(".")[2].lower() if "." in last else "")
    yield from _slack(archive, member)


def _slack(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[UntrustedPiece]:
    """A member's last block is filled up, with zeros or with what was in the writer's memory."""
    unused = -member.size % _BLOCK
    if not unused or member.sparse is not None:
        return
    stream = archive.fileobj
    stream.seek(member.offset_data + member.size)
    for offset, text in printable_runs(stream.read(unused)):
        yield from part(
            (member.name, f"behind the content, byte {offset}"), "text-run", "bytes-outside", text
        )


def _behind(stream: BinaryIO, end: int) -> Iterator[UntrustedPiece]:
    stream.seek(end)
    left = stream.read(_SLACK)
    if stream.read(1):
        yield UntrustedUnread(f"bytes from {end}", "part-not-read")
    yield from leftover(left, end, "bytes-outside")


PLUGIN = _Tar()
