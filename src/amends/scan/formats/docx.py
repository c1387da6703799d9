"""Word documents of Office Open XML (.docx, .docm, .dotx, .dotm): every story, shown or not, tables as rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._docx_parts import Document
from amends.scan.formats._opc_properties import read_properties
from amends.scan.formats._opc_rest import PartKind, read_rest, usual_kind
from amends.scan.formats._zip_package import LOCAL_MAGIC, ZipPackage
from amends.scan.formats.interface import UnreadableError, UntrustedPiece
from amends.scan.limits import DEFAULT_LIMITS, Limits

_HEAD: Final = 4_096
_FOLDERS: Final = (
    ("/afchunk", PartKind("file", "embedded-file")),
    ("/comments", PartKind("comment", "comment")),
)


class _Docx:
    name = "docx"
    extensions = ("docx", "docm", "dotx", "dotm")
    needs = ()
    rank = 50

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        head = stream.read(_HEAD)
        if not head.startswith(LOCAL_MAGIC):
            return False
        try:
            names = [name.lower() for name in ZipPackage(stream, DEFAULT_LIMITS).names()]
        except UnreadableError:
            return extension in self.extensions or b"word/" in head
        # Word itself looks for the content type; wherever that is wrong, the folder still says it.
        return any(name.startswith("word/") and name.endswith(".xml") for name in names) or (
            "[content_types].xml" in names and _main_is_word(stream)
        )

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        package = ZipPackage(stream, limits)
        read: set[str] = set()
        yield from Document(package, limits).read(read)
        yield from read_properties(package, read)
        yield from read_rest(package, read, _kind_of)


def _kind_of(key: str) -> PartKind:
    return next((kind for folder, kind in _FOLDERS if folder in key), usual_kind(key))


def _main_is_word(stream: BinaryIO) -> bool:
    try:
        package = ZipPackage(stream, DEFAULT_LIMITS)
        types = package.content("[Content_Types].xml", 1 << 20)
    except UnreadableError:
        return False
    return b"wordprocessingml.document.main+xml" in types or b"wordprocessingml.template.main+xml" in types


PLUGIN = _Docx()
