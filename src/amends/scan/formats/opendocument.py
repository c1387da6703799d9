"""OpenDocument of every kind (.ods, .odt, .odp, .odg, their templates, flat files): sheets, texts, slides, drawings.

Source: OpenDocument 1.3, part 2 (packages) and part 3 (the schema).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from amends.scan.formats._odf_package import read_package, recognised_package
from amends.scan.formats._odf_parts import Reader
from amends.scan.formats._zip_package import LOCAL_MAGIC, ZipPackage
from amends.scan.formats.interface import UntrustedPiece
from amends.scan.limits import Limits

_HEAD: Final = 4_096
_CHUNK: Final = 1 << 20
_FLAT: Final = (b"urn:oasis:names:tc:opendocument:xmlns:office:1.0", b":document")


class _OpenDocument:
    name = "opendocument"
    extensions = (
        "ods", "odt", "odp", "odg", "ots", "ott", "otp", "otg", "odc", "odf", "odm", "oth",
        "fods", "fodt", "fodp", "fodg",
        "sxw", "sxc", "sxi", "sxd",
    )  # fmt: skip
    needs = ()
    rank = 40

    def recognise(self, stream: BinaryIO, extension: str) -> bool:
        stream.seek(0)
        head = stream.read(_HEAD)
        if head.startswith(LOCAL_MAGIC):
            return recognised_package(stream, head, extension in self.extensions)
        return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and all(sign in head for sign in _FLAT)

    def read(self, stream: BinaryIO, limits: Limits) -> Iterator[UntrustedPiece]:
        stream.seek(0)
        if stream.read(len(LOCAL_MAGIC)) == LOCAL_MAGIC:
            yield from read_package(ZipPackage(stream, limits), limits)
            return
        stream.seek(0)
        yield from Reader("document", limits, None, "").read(iter(lambda: stream.read(_CHUNK), b""))


PLUGIN = _OpenDocument()
