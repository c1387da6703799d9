"""Visio drawings of Office Open XML (.vsdx, .vsdm, .vstx, .vssx ...; MS-VSDX): pages, layers, shape data, records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._opc_properties import read_properties
from amends.scan.formats._opc_rest import PartKind, read_rest, usual_kind
from amends.scan.formats._vsdx_parts import Drawing
from amends.scan.formats._zip_package import LOCAL_MAGIC, ZipPackage
from amends.scan.formats.interface import UnreadableError, UntrustedPiece
from amends.scan.limits import DEFAULT_LIMITS, Limits

_HEAD: Final = 4_096
_KINDS: Final = (
    ("visio/comments", PartKind("comment", "comment")),
    ("visio/validation", PartKind("setting", "unshown-text")),
    ("visio/windows", PartKind("setting", "custom-property")),
    ("visio/data/", PartKind("connection", "connection")),
    ("/theme/", PartKind("style", "style-text")),
    ("visio/document.xml", PartKind("style", "style-text")),
    ("visio/solutions", PartKind("custom-xml", "custom-xml")),
)


class _Vsdx:
    name = "vsdx"
    extensions = ("vsdx", "vsdm", "vstx", "vstm", "vssx", "vssm")
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
            return extension in self.extensions or b"visio/" in head
        return any(name.startswith("visio/") and name.endswith(".xml") for name in names)

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        package = ZipPackage(stream, limits)
        read: set[str] = set()
        yield from Drawing(package, limits).read(read)
        yield from read_properties(package, read)
        yield from read_rest(package, read, _kind_of)


def _kind_of(key: str) -> PartKind:
    return next((kind for piece, kind in _KINDS if piece in key), usual_kind(key))


PLUGIN = _Vsdx()
