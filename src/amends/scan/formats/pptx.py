"""Presentations of Office Open XML (.pptx, .pptm, .ppsx, .ppsm, .potx, .potm, .thmx): every slide, shown or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._opc_properties import read_properties
from amends.scan.formats._opc_rest import PartKind, read_rest, usual_kind
from amends.scan.formats._pptx_parts import Presentation
from amends.scan.formats._zip_package import LOCAL_MAGIC, ZipPackage
from amends.scan.formats.interface import UnreadableError, UntrustedPiece
from amends.scan.limits import DEFAULT_LIMITS, Limits

_HEAD: Final = 4_096
_KINDS: Final = {
    "ppt/presprops.xml": PartKind("setting", "custom-property"),
    "ppt/viewprops.xml": PartKind("setting", "custom-property"),
}
_FOLDERS: Final = (
    ("/slideupdateinfo/", PartKind("setting", "relationship-target")),
    ("/changesinfos/", PartKind("change", "tracked-change")),
    ("/revisioninfo", PartKind("change", "tracked-change")),
    ("/ink/", PartKind("drawing", "text-box")),
)


class _Pptx:
    name = "pptx"
    extensions = ("pptx", "pptm", "ppsx", "ppsm", "potx", "potm", "thmx")
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
            return extension in self.extensions or b"ppt/" in head
        return "theme/theme/thememanager.xml" in names or any(
            name.startswith("ppt/") and name.endswith(".xml") for name in names
        )

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        package = ZipPackage(stream, limits)
        read: set[str] = set()
        yield from Presentation(package, limits).read(read)
        yield from read_properties(package, read)
        yield from read_rest(package, read, _kind_of)


def _kind_of(key: str) -> PartKind:
    if key in _KINDS:
        return _KINDS[key]
    return next((kind for folder, kind in _FOLDERS if folder in key), usual_kind(key))


PLUGIN = _Pptx()
