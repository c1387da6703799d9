"""What every OLE file may hold beside its document: properties, macros, embedded objects, streams of any kind.

A stream is *read* where its format is known here or where nearly all of it is plain characters; of a stream of known
kind without a text of its own (presentation pictures, object flags) the runs of text are enough. Any other stream gives
its runs of text as well, and counts as not read, because compressed or oddly encoded text would not show.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator
from typing import Final

from amends.scan.formats._compound_file import MAGIC, CompoundFile, Storage, Stream
from amends.scan.formats._compound_writer import compound_bytes, tree_of
from amends.scan.formats._ole_properties import decoded, property_parts
from amends.scan.formats._text_runs import is_mostly_text, text_runs
from amends.scan.formats._vba import is_vba_project, vba_parts
from amends.scan.formats.interface import (
    UnreadableError,
    UntrustedFile,
    UntrustedPart,
    UntrustedPiece,
    UntrustedUnread,
)

DOCUMENT_STREAMS: Final = frozenset(
    {
        "WORDDOCUMENT", "WORKBOOK", "BOOK", "POWERPOINT DOCUMENT", "ENCRYPTEDPACKAGE", "__PROPERTIES_VERSION1.0",
        "VISIODOCUMENT", "QUILL", "EQUATION NATIVE", "PACKAGE", "CONTENTS", "PROPS",
    }
)  # fmt: skip
_FILES: Final = (
    MAGIC, b"PK\x03\x04", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"II*\0", b"MM\0*", b"<?xml",
    b"\x1f\x8b", b"7z\xbc\xaf",
)  # fmt: skip
_WITHOUT_TEXT: Final = frozenset(
    {
        "OBJINFO", "LINKINFO", "OLE", "OCXNAME", "PRINT", "META", "EPRINT", "ACCESSOBJSITEDATA", "ODSO",
        "PIC", "OCXDATA", "INTERNAL", "DATASPACEINFO",
    }
)  # fmt: skip
_PRESENTATION: Final = "OLEPRES"
_SMALL: Final = 128


def plain_name(name: str) -> str:
    """Return a stream's name without the control character that marks streams of the system."""
    return "".join(letter for letter in name if letter >= " ")


def base_name(path: str) -> str:
    """Return the last step of a path, whichever system wrote it."""
    return path.replace("\\", "/").rpartition("/")[2].strip()


def rest_pieces(
    compound: CompoundFile, taken: Collection[str], as_properties: bool = True
) -> Iterator[UntrustedPiece]:
    """Yield every stream of the file but those of the root in ``taken`` (upper case), then what belongs to none."""
    yield from storage_pieces(compound.root, (), taken)
    for stream in compound.orphans:
        yield from guarded(_stream_pieces(stream, ("unreferenced stream",)), "unreferenced stream")
    text = text_runs(compound.unused())
    if text and as_properties:
        yield UntrustedPart(("free sectors",), "stream", "bytes-outside", text)


def storage_pieces(
    storage: Storage, where: tuple[str, ...], taken: Collection[str] = ()
) -> Iterator[UntrustedPiece]:
    """Yield what is in a storage; storages that are documents of their own are handed on as files."""
    if is_vba_project(storage):
        yield from guarded(vba_parts(storage, (*where, "macros")), "macros")
        return
    for name, stream in storage.streams.items():
        if name.upper() not in taken:
            step = plain_name(name)
            yield from guarded(_stream_pieces(stream, (*where, step)), "/".join((*where, step)))
    for name, inner in storage.storages.items():
        if name.upper() in taken:
            continue
        place = (*where, plain_name(name))
        if is_document(inner):
            yield from guarded(embedded(inner, place), "/".join(place))
        else:
            yield from storage_pieces(inner, place)


def is_document(storage: Storage) -> bool:
    """Say whether a storage is a whole document of some program."""
    return any(name.upper() in DOCUMENT_STREAMS for name in storage.streams)


def embedded(storage: Storage, where: tuple[str, ...]) -> Iterator[UntrustedPiece]:
    """Yield the storage as the compound file that it would be alone."""
    yield UntrustedFile(where, "embedded-file", compound_bytes(tree_of(storage), storage.class_id))


def guarded(pieces: Iterator[UntrustedPiece], place: str) -> Iterator[UntrustedPiece]:
    """Yield the pieces; where they break off because of damage, say so, and go on with what follows."""
    try:
        yield from pieces
    except UnreadableError as problem:
        yield UntrustedUnread(place, problem.code, problem.amount)
    except (struct.error, IndexError, ValueError, KeyError, OverflowError):
        yield UntrustedUnread(place, "corrupt")


def _stream_pieces(stream: Stream, where: tuple[str, ...]) -> Iterator[UntrustedPiece]:
    if stream.size == 0:
        return
    name = plain_name(stream.name).upper()
    content = stream.read()
    if stream.name.startswith("\x05"):
        yield from property_parts(content, where)
    elif name == "COMPOBJ":
        yield from runs_of(content, where, "document-property")
    elif name == "OLE10NATIVE":
        yield from _native(content, where)
    elif name in ("CONTENTS", "PACKAGE") or content.startswith(_FILES):
        known = content.startswith(_FILES)
        if known:
            yield UntrustedFile(where, "embedded-file", content)
        else:
            yield from _unknown(content, where, "ole-stream")
    elif name in _WITHOUT_TEXT or name.startswith(_PRESENTATION):
        yield from runs_of(content, where, "relationship-target" if name == "OLE" else "ole-stream")
    elif name == "PROJECT":
        yield UntrustedPart(where, "macro", "macro", decoded(content, 1252))
    else:
        yield from _unknown(content, where, "ole-stream")


def _unknown(content: bytes, where: tuple[str, ...], hidden: str) -> Iterator[UntrustedPiece]:
    yield from runs_of(content, where, hidden)
    if len(content) > _SMALL and not is_mostly_text(content) and content.strip(b"\0"):
        yield UntrustedUnread("/".join(where), "part-not-read")


def runs_of(content: bytes, where: tuple[str, ...], hidden: str) -> Iterator[UntrustedPart]:
    """Yield the runs of text of a stream as one part, where there are any."""
    text = text_runs(content)
    if text:
        yield UntrustedPart(where, "stream", hidden, text)


def _native(content: bytes, where: tuple[str, ...]) -> Iterator[UntrustedPiece]:
    """MS-OLEDS 2.3.6 and what the packager puts there: label, file name, command, the file itself."""
    (size,) = struct.unpack_from("<I", content)
    body = content[4 : 4 + size]
    parsed = _packaged(body)
    if parsed is None:
        yield UntrustedFile(where, "embedded-file", body)
        return
    names, packed = parsed
    for step, text in zip(("label", "file name", "command"), names, strict=True):
        if text:
            yield UntrustedPart((*where, step), "name", "relationship-target", text)
    extension = names[0].rpartition(".")[2].lower() if "." in names[0] else ""
    yield UntrustedFile((*where, base_name(names[0]) or "file"), "embedded-file", packed, extension[:16])
    yield from runs_of(body[body.find(packed) + len(packed) :] if packed else b"", where, "ole-stream")


def _packaged(body: bytes) -> tuple[tuple[str, str, str], bytes] | None:
    if body[:2] != b"\x02\0":
        return None
    label_end = body.find(b"\0", 2)
    name_end = body.find(b"\0", label_end + 1)
    if label_end < 0 or name_end < 0 or name_end + 9 > len(body):
        return None
    (length,) = struct.unpack_from("<I", body, name_end + 5)
    at = name_end + 9 + length
    if at + 4 > len(body):
        return None
    (size,) = struct.unpack_from("<I", body, at)
    names = (
        decoded(body[2:label_end], 1252),
        decoded(body[label_end + 1 : name_end], 1252),
        decoded(body[name_end + 9 : at], 1252),
    )
    return names, body[at + 4 : at + 4 + size]
