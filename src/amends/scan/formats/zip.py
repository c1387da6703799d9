"""Zip archives: every member, the names and comments, what the directory does not name, and bytes between.

Office packages are zip files too; their own readers are asked before this one. A package that none of them knows
(EPUB, JAR, Visio ...) is opened here, member by member.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._text import leftover, part
from amends.scan.formats._zip_members import (
    END,
    LOCAL,
    LOCAL_LENGTH,
    Directory,
    Member,
    inflate,
    local_member,
    read_directory,
)
from amends.scan.formats.interface import UnreadableError, UntrustedFile, UntrustedPiece, UntrustedUnread
from amends.scan.limits import Limits

_TAIL: Final = 66_000
_GAP: Final = 1 << 24
_SIGNED: Final = b"APK Sig Block 42"


class _Zip:
    name = "zip"
    extensions = ("zip", "jar", "epub", "apk", "war", "kmz", "xps", "idml")
    needs = ()
    rank = 60

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        if stream.read(4) in (LOCAL, END, b"PK\x07\x08"):
            return True
        size = stream.seek(0, 2)
        stream.seek(max(0, size - _TAIL))
        if END not in stream.read():
            return False
        directory = read_directory(stream)  # something put before an archive, a program as a rule
        return directory is not None and bool(directory.members)

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        size = stream.seek(0, 2)
        directory = read_directory(stream)
        if directory is None:
            yield from _salvaged(stream, 0, size, limits, "")
            raise UnreadableError("corrupt")
        if directory.disks:
            yield UntrustedUnread("", "corrupt")
        yield from part(("archive comment",), "comment", "archive-comment", directory.comment)
        covered = [(directory.start, directory.end)]
        entangled = _entangled(directory.members)
        for number, member in enumerate(directory.members, 1):
            if number in entangled:
                yield from part((f"member {number}",), "file-name", "", member.name)
                yield UntrustedUnread(member.name or f"member {number}", "corrupt")
                continue
            yield from _member(stream, number, member, covered, limits)
        yield from _gaps(stream, covered, size, limits)
        _check(directory, covered)
        if _is_office_package(directory):
            raise UnreadableError("corrupt")


def _is_office_package(directory: Directory) -> bool:
    """Such a package has a reader of its own; that it did not know it means damage: nobody can say what is shown."""
    names = [member.name.lower() for member in directory.members]
    return "[content_types].xml" in names and any(name.startswith(("xl/", "word/", "ppt/")) for name in names)


def _entangled(members: list[Member]) -> set[int]:
    """Return the numbers of members that lie over one another: a few bytes would be inflated again and again."""
    found: set[int] = set()
    reached = last = 0
    for start, number in sorted((member.offset, number) for number, member in enumerate(members, 1)):
        if start < reached:
            found |= {last, number}
        end = start + LOCAL_LENGTH + members[number - 1].packed
        if end > reached:
            reached, last = end, number
    return found


def _check(directory: Directory, covered: list[tuple[int, int]]) -> None:
    """Members that lie over one another are the mark of a bomb, and of a file that two programs read differently."""
    spans = sorted(span for span in covered if span[1] > span[0])
    for (_, end), (start, _) in zip(spans, spans[1:], strict=False):
        if start < end:
            raise UnreadableError("corrupt")


def _member(
    stream: BinaryIO, number: int, member: Member, covered: list[tuple[int, int]], limits: Limits
) -> Iterator[UntrustedPiece]:
    place = member.name or f"member {number}"
    yield from part((f"member {number}",), "file-name", "", member.name)
    yield from part((place,), "comment", "archive-comment", member.comment)
    try:
        local, start = local_member(stream, member.offset)
        covered.append((member.offset, start + member.packed))
        if local.name != member.name:
            yield from part((place,), "file-name", "archive-property", local.name)
        if member.name.endswith("/") and not member.inflated:
            return
        content = inflate(stream, member._replace(flags=member.flags & ~0x8), start, limits).content
    except UnreadableError as problem:
        yield UntrustedUnread(place, problem.code)
        return
    if content:
        yield UntrustedFile((place,), "", content, _extension(member.name))


def _gaps(
    stream: BinaryIO, covered: list[tuple[int, int]], size: int, limits: Limits
) -> Iterator[UntrustedPiece]:
    reached = 0
    for start, end in (*sorted(covered), (size, size)):
        if start > reached:
            yield from _gap(stream, reached, start, limits)
        reached = max(reached, end)


def _gap(stream: BinaryIO, start: int, end: int, limits: Limits) -> Iterator[UntrustedPiece]:
    if end - start > _GAP:
        yield UntrustedUnread(f"bytes {start}-{end}", "part-not-read")
        return
    stream.seek(start)
    content = stream.read(end - start)
    if content.startswith(b"PK\x07\x08"):
        content = content[: 0 if len(content) <= 24 else len(content)]  # a data descriptor
    if not content.strip(b"\0") or len(content) in (12, 16, 20, 24) or _SIGNED in content[-32:]:
        return
    found = content.find(LOCAL)
    if found >= 0:
        yield from _salvaged(stream, start + found, end, limits, "bytes-outside")
        content = content[:found]
    if not start and content.strip(b"\0"):  # what an archive was hung on: a picture, a program
        yield UntrustedFile(("before the archive",), "bytes-outside", content)
        return
    yield from leftover(content, start, "bytes-outside")


def _salvaged(
    stream: BinaryIO, start: int, end: int, limits: Limits, hidden: str
) -> Iterator[UntrustedPiece]:
    """Go from local header to local header, as far as they follow one another."""
    at = start
    while at < end:
        try:
            member, data = local_member(stream, at)
        except UnreadableError:
            return
        place = member.name or f"byte {at}"
        yield from part((f"byte {at}",), "file-name", hidden, member.name)
        try:
            content, at = inflate(stream, member, data, limits)
        except UnreadableError as problem:
            yield UntrustedUnread(place, problem.code)
            if not member.packed:
                return
            at = data + member.packed
            continue
        if content:
            yield UntrustedFile((place,), hidden, content, _extension(member.name))


def _extension(name: str) -> str:
    last = name.replace("\\", "/").rpartition("/")[2]
    return last.rpartition(".")[2].lower() if "." in last else ""


PLUGIN = _Zip()
