"""The records of a PowerPoint document before 2007 (MS-PPT 2.3), and which of them are alive.

```
[version and instance, kind, length] body     version 15: the body is made of records
Current User → last UserEditAtom → the one before ...; each names a directory: object number → place in the stream
```

Saving quickly appends what changed, so that objects which no directory names any more are earlier states.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from amends.scan.formats.interface import UnreadableError

EDIT, DIRECTORY = 0x0FF5, 0x1772
_HEADER: Final = struct.Struct("<HHI")
_ENCRYPTED_TOKEN: Final = 0xF3D1C4DF
_ENCRYPTED_EDIT: Final = 0x20
_MOST_EDITS: Final = 10_000


class Record(NamedTuple):
    """One record, its body cut out."""

    kind: int
    instance: int
    is_container: bool
    at: int
    body: bytes


def records(content: bytes, start: int = 0) -> Iterator[Record]:
    """Yield the records that follow one another. Raises `UnreadableError` ``corrupt`` where one goes past the end."""
    at = start
    while at + 8 <= len(content):
        head, kind, length = _HEADER.unpack_from(content, at)
        if at + 8 + length > len(content):
            if not content[at:].strip(b"\0"):
                return
            raise UnreadableError("corrupt")
        yield Record(kind, head >> 4, head & 0xF == 0xF, at, content[at + 8 : at + 8 + length])
        at += 8 + length


def record_at(content: bytes, at: int) -> Record | None:
    """Return the record at a place, or None where there is none."""
    if at + 8 > len(content):
        return None
    head, kind, length = _HEADER.unpack_from(content, at)
    if at + 8 + length > len(content):
        return None
    return Record(kind, head >> 4, head & 0xF == 0xF, at, content[at + 8 : at + 8 + length])


def living_objects(document: bytes, current_user: bytes) -> dict[int, int]:
    """Return object number → place, as the last edit sees them.

    Raises `UnreadableError`: ``password-protected``, ``corrupt`` where no edit can be found.
    """
    at = 0
    if len(current_user) >= 20:
        token, at = struct.unpack_from("<II", current_user, 12)
        if token == _ENCRYPTED_TOKEN:
            raise UnreadableError("password-protected")
    edit = record_at(document, at)
    if edit is None or edit.kind != EDIT:
        edits = [record for record in _readable(document) if record.kind == EDIT]
        if not edits:
            raise UnreadableError("corrupt")
        edit = edits[-1]
    places: dict[int, int] = {}
    seen: set[int] = set()
    while edit is not None and edit.kind == EDIT and edit.at not in seen and len(seen) < _MOST_EDITS:
        seen.add(edit.at)
        if len(edit.body) >= _ENCRYPTED_EDIT and struct.unpack_from("<I", edit.body, 28)[0]:
            raise UnreadableError("password-protected")
        before, directory = struct.unpack_from("<II", edit.body, 8)
        for number, place in _directory(document, directory):
            places.setdefault(number, place)
        edit = record_at(document, before) if before else None
    return places


def _readable(document: bytes) -> Iterator[Record]:
    try:
        yield from records(document)
    except UnreadableError:
        return


def _directory(document: bytes, at: int) -> Iterator[tuple[int, int]]:
    record = record_at(document, at)
    if record is None or record.kind != DIRECTORY:
        raise UnreadableError("corrupt")
    position = 0
    while position + 4 <= len(record.body):
        (packed,) = struct.unpack_from("<I", record.body, position)
        first, count = packed & 0xFFFFF, packed >> 20
        position += 4
        for number in range(count):
            if position + 4 > len(record.body):
                return
            yield first + number, struct.unpack_from("<I", record.body, position)[0]
            position += 4
